"""Find out from styles what readers of a page do not see, or see otherwise than it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping

HIDDEN = "text that a style hides"
ADDED = "text that a style adds"
TURNED = "text that is turned around"

_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)")
_SIMPLE = re.compile(r"(?P<sign>[.#]?)(?P<name>[-\w]++)|\[(?P<attribute>[-\w]++)|::?[-\w]++(?:\([^()]*+\))?+")
_COMBINED = re.compile(r"[\s>+~]")
_ZERO = re.compile(r"[+-]?(?:0*\.)?0+(?:[a-z]+|%)?")
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?(?:[a-z]+|%)?")
_HIDING = {
    ("display", "none"),
    ("visibility", "hidden"),
    ("visibility", "collapse"),
    ("content-visibility", "hidden"),
    ("mso-hide", "all"),
    ("color", "transparent"),
    ("-webkit-text-fill-color", "transparent"),
}
_ZEROED = ("font-size", "opacity", "zoom", "max-height", "max-width")
_CLIPPED = ("height", "width")  # which hide if what overflows is hidden
_MOVED = ("left", "top", "right", "bottom", "text-indent", "margin-left", "margin-top")
_WHITE = {"white", "#fff", "#ffffff", "rgb(255,255,255)"}


def _declared(style: str) -> dict[str, str]:
    declared: dict[str, str] = {}
    for declaration in _COMMENT.sub("", style).split(";"):
        name, _, value = declaration.partition(":")
        declared[name.strip().lower()] = " ".join(value.lower().replace("!important", "").split())
    return declared


def style_concern(style: str, *, on_white: bool = False) -> str:
    """Tell whether the declarations of a style hide text, or change it; empty if not.

    Parameters
    ----------
    style
        Declarations, as in an attribute.
    on_white
        Whether the background is white, unless the style sets another.

    Examples
    --------
    >>> style_concern("color: red; display: none")
    'text that a style hides'
    >>> style_concern("color: white"), style_concern("color: white", on_white=True)
    ('', 'text that a style hides')
    """
    found = _declared(style)
    clipped = (*_ZEROED, *_CLIPPED) if found.get("overflow") in {"hidden", "clip"} else _ZEROED
    if (
        any(pair in _HIDING for pair in found.items())
        or any(_ZERO.fullmatch(found.get(name, "")) for name in clipped)
        or any(_FAR.fullmatch(found.get(name, "")) for name in _MOVED)
        or found.get("font", "").startswith("0")
        or found.get("clip", "").startswith("rect(")
        or _unseen(found, on_white=on_white)
    ):
        return HIDDEN
    if found.get("unicode-bidi", "").endswith("override"):
        return TURNED
    return "" if found.get("content", "none") in {"none", "normal", '""', "''"} else ADDED


def _unseen(found: Mapping[str, str], *, on_white: bool) -> bool:
    """Tell whether a text has the colour of its background."""
    colour = found.get("color", "").replace(", ", ",")
    behind = found.get("background-color", found.get("background", "")).replace(", ", ",")
    if not colour:
        return False
    white = behind in _WHITE or (not behind and on_white)
    return colour == behind or (colour in _WHITE and white)


def sets_background(style: str) -> bool:
    """Tell whether a style sets a background.

    Examples
    --------
    >>> sets_background("background: navy")
    True
    """
    found = _declared(style)
    return "background" in found or "background-color" in found


class Rules:
    """Rules of the style sheets in a page that hide or change text, by what they select.

    Of a selector only its most particular word counts, so that a rule is rather taken to apply than not.
    """

    def __init__(self) -> None:
        self._concerns: dict[str, str] = {}

    def add(self, sheet: str) -> None:
        """Add a style sheet."""
        for rule in _COMMENT.sub("", sheet).split("}"):
            before, _, declarations = rule.rpartition("{")
            concern = style_concern(declarations)
            if concern:
                for selector in before.rpartition("{")[2].split(","):
                    self._concerns[_most_particular(selector)] = concern

    def concern(self, name: str, attributes: Mapping[str, str]) -> str:
        """Tell whether a rule hides or changes an element; empty if not."""
        if not self._concerns:
            return ""
        keys = [f"#{attributes.get('id', '')}"]
        keys += [f".{one}" for one in attributes.get("class", "").split()]
        keys += [f"[{one}" for one in attributes]
        return next((self._concerns[key] for key in (*keys, name) if key in self._concerns), "")


def _most_particular(selector: str) -> str:
    """Choose the id, else a class, else an attribute, else the name that a selector ends in."""
    words = _COMBINED.split(selector.strip())
    parts = [
        f"[{part['attribute']}".lower() if part["attribute"] else f"{part['sign']}{part['name']}"
        for part in _SIMPLE.finditer(words[-1])
        if part["attribute"] or part["name"]
    ]
    return next(
        (part for sign in "#.[" for part in parts if part.startswith(sign)), parts[0] if parts else ""
    )
