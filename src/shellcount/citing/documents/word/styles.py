"""Tell how runs of a Word document look: whether readers see them, struck out, raised or lowered."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from shellcount.citing.documents.word.package import W
from shellcount.frozen import frozen

_LOOKED_AT = frozenset(
    f"{W}{name}"
    for name in (
        *("vanish", "specVanish", "webHidden", "strike", "dstrike", "color", "sz", "vertAlign"),
        *("shd", "highlight", "rtl"),
    )
)
_OFF = frozenset({"0", "false", "off", "none", "auto", "clear", "nil", "baseline"})
_STYLE, _VALUE = f"{W}rStyle", f"{W}val"
_SMALLEST = 4  # half points

type Properties = Mapping[str, str]


@frozen
class Look:
    """Look of a run.

    Parameters
    ----------
    unseen
        Reason why readers do not see it, or empty.
    marked
        What disturbs its reading, or empty.
    raised
        ``superscript``, ``subscript`` or empty.
    """

    unseen: str
    marked: str
    raised: str


PLAIN = Look("", "", "")


def _own(properties: etree._Element | None) -> dict[str, str]:
    """Collect the properties of a run that matter here; empty where one is turned off."""
    found = {}
    for each in () if properties is None else properties:
        if each.tag in _LOOKED_AT:
            name = str(each.tag).removeprefix(W)
            value = each.get(f"{W}fill") if name == "shd" else each.get(_VALUE, "true")
            value = value or ""
            plain = value.lower() in _OFF or (name == "shd" and value.upper() == "FFFFFF")
            found[name] = "" if plain else value
    return found


class Styles:
    """Styles of a document.

    Parameters
    ----------
    root
        Root of the part that defines them, or ``None``.
    """

    def __init__(self, root: etree._Element | None) -> None:
        self._own: dict[str, dict[str, str]] = {}
        self._base: dict[str, str] = {}
        self._resolved: dict[str, Properties] = {}
        self._looks: dict[tuple[str, str], Properties] = {}
        self._seen: dict[tuple[object, ...], Look] = {}
        self.names: dict[str, str] = {}
        self._defaults: Properties = MappingProxyType({})
        self._paragraph = ""
        if root is not None:
            self._defaults = _own(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
            for style in root.iter(f"{W}style"):
                self._add(style)

    def _add(self, style: etree._Element) -> None:
        key = style.get(f"{W}styleId") or ""
        self._own[key] = _own(style.find(f"{W}rPr"))
        base, name = style.find(f"{W}basedOn"), style.find(f"{W}name")
        self._base[key] = "" if base is None else base.get(f"{W}val") or ""
        self.names[("" if name is None else name.get(f"{W}val") or "").lower()] = key
        default = (style.get(f"{W}default") or "0").lower() not in _OFF
        if default and style.get(f"{W}type") == "paragraph":
            self._paragraph = key

    def _of(self, key: str) -> Properties:
        """Combine a style with those it is based on."""
        chain: list[str] = []
        seen: set[str] = set()
        at = key
        while at in self._own and at not in self._resolved and at not in seen:
            seen.add(at)
            chain.append(at)
            at = self._base[at]
        below: Properties = self._resolved.get(at, {})
        for name in reversed(chain):
            below = {**below, **self._own[name]}
            self._resolved[name] = below
        return below

    def look(self, properties: etree._Element | None, paragraph: str, *, shaded: bool) -> Look:
        """Tell how a run looks.

        Parameters
        ----------
        properties
            Its own properties.
        paragraph
            Style of its paragraph, or empty.
        shaded
            Whether it stands on a background that is not white, or not known.
        """
        named = None if properties is None else properties.find(_STYLE)
        key = paragraph or self._paragraph, "" if named is None else named.get(_VALUE) or ""
        if key not in self._looks:
            self._looks[key] = {**self._defaults, **self._of(key[0]), **self._of(key[1])}
        inherited = self._looks[key]
        own = _own(properties)
        if not own and not inherited:
            return PLAIN
        whole = (*key, shaded, *own.items())
        look = self._seen.get(whole)
        if look is None:
            look = self._seen[whole] = _look({**inherited, **own}, shaded=shaded)
        return look


def _look(found: Properties, *, shaded: bool) -> Look:
    unseen = marked = ""
    white = found.get("color", "").upper() == "FFFFFF"
    size = found.get("sz", "")
    if found.get("vanish") or found.get("specVanish") or found.get("webHidden"):
        unseen = "hidden text"
    elif white and not shaded and not found.get("shd") and not found.get("highlight"):
        unseen = "white text"
    elif size.isascii() and size.isdigit() and int(size[:4]) <= _SMALLEST:
        unseen = "text too small to read"
    if found.get("strike") or found.get("dstrike"):
        marked = "struck out"
    elif found.get("rtl"):
        marked = "text from right to left"
    look = Look(unseen, marked, found.get("vertAlign", ""))
    return PLAIN if look == PLAIN else look
