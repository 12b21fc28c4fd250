"""Write the references of a Word document: as footnotes, and where Word allows none, as a list at the end.

A mark is a thin space and the number in brackets, all raised, so that it does not fuse with the digits
before it where the text is pasted or converted: "220 [1]", not "2201". A reference that is cited again is the
same footnote, whose number a field repeats.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from string import ascii_uppercase

from lxml import etree

from shellcount.citing.documents.wordml.package import Package, W
from shellcount.citing.documents.wordml.paragraphs import LISTED, NOTE, Story
from shellcount.citing.documents.wordml.stories import part_of
from shellcount.citing.documents.wordml.styles import Styles
from shellcount.text import escape_xml

FOOTNOTES = "footnotes"

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NAMESPACES = {"w": W[1:-1]}
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_THIN = "\N{THIN SPACE}"
# Run properties that follow the position on the line in the schema.
_AFTER_RAISED = frozenset(
    f"{W}{name}"
    for name in ("rtl", "cs", "em", "lang", "eastAsianLayout", "specVanish", "oMath", "rPrChange")
)
# Settings that follow those of footnotes in the schema.
_AFTER_NOTES = frozenset(
    f"{W}{name}"
    for name in (
        *("endnotePr", "compat", "docVars", "rsids", "attachedSchema", "themeFontLang", "clrSchemeMapping"),
        *("doNotIncludeSubdocsInStats", "doNotAutoCompressPictures", "forceUpgrade", "captions"),
        *("readModeInkLockDown", "smartTagType", "shapeDefaults", "doNotEmbedSmartTags", "decimalSymbol"),
        "listSeparator",
    )
)


def element(name: str, value: str | None = None) -> etree._Element:
    """Make an element of Word."""
    made: etree._Element = etree.Element(f"{W}{name}", nsmap=_NAMESPACES)
    if value is not None:
        made.set(f"{W}val", value)
    return made


def text(content: str) -> etree._Element:
    """Make a text whose spaces are kept."""
    made = element("t")
    made.text = content
    made.set(_SPACE, "preserve")
    return made


def run(style: etree._Element | None, *content: etree._Element, raised: bool = False) -> etree._Element:
    """Make a run, with a copy of the properties of another."""
    made = element("r")
    properties = element("rPr") if style is None else copy.deepcopy(style)
    if raised:
        for old in properties.findall(f"{W}vertAlign"):
            properties.remove(old)
        later = (each for each in properties if each.tag in _AFTER_RAISED or not str(each.tag).startswith(W))
        first = next(later, None)
        position = element("vertAlign", "superscript")
        properties.append(position) if first is None else first.addprevious(position)
    if len(properties):
        made.append(properties)
    made.extend(content)
    return made


class References:
    """References that are added to a document.

    Parameters
    ----------
    package
        The document.
    texts
        References, in the order of their numbers.
    label
        Label that keeps their bookmarks distinct.
    in_body
        Numbers of those that can be footnotes, since they are cited in the body.
    stories
        Parts of the document that have paragraphs.
    """

    def __init__(
        self,
        package: Package,
        texts: Sequence[str],
        label: str,
        in_body: Collection[int],
        stories: Sequence[Story],
    ) -> None:
        self._package = package
        self._texts = texts
        self._label = label.rpartition("-")[2]
        self._in_body = in_body
        others = [number for number in range(1, len(texts) + 1) if number not in in_body]
        self._letters = {number: _letters(place) for place, number in enumerate(others)}
        self._ids: dict[int, int] = {}
        self._marks: list[tuple[etree._Element, etree._Element]] = []  # reference, and text of its number
        self._references: dict[int, etree._Element] = {}
        self._pending: list[tuple[int, etree._Element]] = []
        name = part_of(package, FOOTNOTES)
        self._part = name or package.main.rpartition("/")[0] + "/footnotes.xml"
        self._root = package.tree(name) if name else _separators()
        self._new = not name
        taken = [_number(each.get(f"{W}id")) for each in self._root.iter(f"{W}footnote")]
        self._next = max([0, *taken]) + 1
        starts = (start for story in stories for start in story.root.iter(f"{W}bookmarkStart"))
        self._bookmark = max([0, *(_number(start.get(f"{W}id")) for start in starts)]) + 1

    def mark(self, number: int, style: etree._Element | None, *, noteless: bool) -> list[etree._Element]:
        """Make the mark of a reference, to stand after a number."""
        if number in self._letters:
            return [run(style, text(f"{_THIN}[{self._letters[number]}]"), raised=True)]
        opening = run(style, text(f"{_THIN}["), raised=True)
        closing = run(style, text("]"), raised=True)
        if noteless or number in self._ids:
            return [opening, *self._again(number, style), closing]
        self._ids[number] = self._next
        self._next += 1
        reference = element("footnoteReference")
        reference.set(f"{W}id", str(self._ids[number]))
        self._references[number] = reference
        start, end = self._bookmarked(NOTE, number)
        return [opening, start, run(style, reference, raised=True), end, closing]

    def _bookmarked(self, kind: str, number: int) -> tuple[etree._Element, etree._Element]:
        start, end = element("bookmarkStart"), element("bookmarkEnd")
        for each in (start, end):
            each.set(f"{W}id", str(self._bookmark))
        start.set(f"{W}name", f"{kind}{self._label}_{number}")
        self._bookmark += 1
        return start, end

    def _again(self, number: int, style: etree._Element | None) -> list[etree._Element]:
        """Make a field that repeats the number of a footnote."""
        shown = text("")
        self._pending.append((number, shown))
        code = element("instrText")
        code.text = f" NOTEREF {NOTE}{self._label}_{number} \\h "
        code.set(_SPACE, "preserve")
        content = []
        for kind in ("begin", "separate", "end"):
            character = element("fldChar")
            character.set(f"{W}fldCharType", kind)
            content.append(character)
        begin, separate, end = content
        return [run(style, each, raised=True) for each in (begin, code, separate, shown, end)]

    def write(self, body: Story, styles: Styles) -> None:
        """Write the footnotes and the list, and the numbers that fields repeat.

        Parameters
        ----------
        body
            Body of the document, after the numbers are filled in.
        styles
            Styles of the document.
        """
        numbered = (each for each in body.references if each.get(f"{W}customMarkFollows") is None)
        ordinals = {each: place for place, each in enumerate(numbered, start=1)}
        for number, shown in self._pending:
            shown.text = str(ordinals.get(self._references[number], number))
        for number, key in self._ids.items():
            self._root.append(_footnote(key, self._texts[number - 1], styles.names.get("footnote text")))
        if self._ids and self._new:
            self._package.add(self._part, self._root, FOOTNOTES, _TYPE)
            self._declare()
        elif self._ids:
            self._package.put(self._part, self._root)
        content = body.root.find(f"{W}body")
        if self._letters and content is not None:
            self._list(content)

    def _list(self, body: etree._Element) -> None:
        """Write the references that cannot be footnotes at the end of the body."""
        title = element("p")
        bold = element("rPr")
        bold.append(element("b"))
        title.append(run(bold, text("References")))
        paragraphs = [title]
        for number, letter in self._letters.items():
            paragraph = element("p")
            start, end = self._bookmarked(LISTED, number)
            content = run(None, text(f"[{letter}] {escape_xml(self._texts[number - 1])}"))
            paragraph.extend([start, content, end])
            paragraphs.append(paragraph)
        section = body.find(f"{W}sectPr")
        for paragraph in paragraphs:
            body.append(paragraph) if section is None else section.addprevious(paragraph)

    def _declare(self) -> None:
        """Name the separators of footnotes in the settings, as Word does."""
        name = part_of(self._package, "settings")
        if not name or not self._package.has(name):
            return
        settings = self._package.tree(name)
        if settings.find(f"{W}footnotePr") is not None:
            return
        declared = element("footnotePr")
        for key in ("-1", "0"):
            each = etree.SubElement(declared, f"{W}footnote")
            each.set(f"{W}id", key)
        later = (each for each in settings if each.tag in _AFTER_NOTES or not str(each.tag).startswith(W))
        first = next(later, None)
        settings.append(declared) if first is None else first.addprevious(declared)
        self._package.put(name, settings)


def _separators() -> etree._Element:
    """Make the part of the footnotes, with the lines that stand above them."""
    root = element(FOOTNOTES)
    for key, kind in (("-1", "separator"), ("0", "continuationSeparator")):
        note, paragraph = element("footnote"), element("p")
        note.set(f"{W}type", kind)
        note.set(f"{W}id", key)
        paragraph.append(run(None, element(kind)))
        note.append(paragraph)
        root.append(note)
    return root


def _footnote(key: int, content: str, style: str | None) -> etree._Element:
    note, paragraph, properties = element("footnote"), element("p"), element("pPr")
    note.set(f"{W}id", str(key))
    small = element("rPr")
    if style:
        properties.append(element("pStyle", style))
    else:
        spacing = element("spacing")
        for name, value in (("after", "0"), ("line", "240"), ("lineRule", "auto")):
            spacing.set(f"{W}{name}", value)
        properties.append(spacing)
        small.extend([element("sz", "20"), element("szCs", "20")])
    paragraph.append(properties)
    paragraph.append(run(small, element("footnoteRef"), raised=True))
    paragraph.append(run(small, text(f" {escape_xml(content)}")))
    note.append(paragraph)
    return note


def _letters(place: int) -> str:
    """Write the label of a reference in the list: A to Z, AA and so on."""
    letters = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, len(ascii_uppercase))
        letters = ascii_uppercase[letter] + letters
    return letters


def _number(value: str | None) -> int:
    """Read an id; 0 for one that is none."""
    sign = (value or "").strip()
    return int(sign) if sign.isascii() and sign.isdigit() and len(sign) < 10 else 0
