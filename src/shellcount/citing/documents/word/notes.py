"""Write the references of a Word document: as footnotes, and where Word allows none, as a list at the end.

A mark is a thin space and the number in brackets, all raised, so that it does not fuse with the digits
before it where the text is pasted or converted: "220 [1]", not "2201". A reference that is cited again is the
same footnote, whose number a field repeats.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Collection, Sequence
from string import ascii_uppercase

from lxml import etree

from shellcount.citing.documents.word.package import Package, W
from shellcount.citing.documents.word.paragraphs import LISTED, NOTE, Story
from shellcount.citing.documents.word.stories import part_of
from shellcount.citing.documents.word.styles import Styles
from shellcount.text import escape_xml

FOOTNOTES = "footnotes"

_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
# A mark: letters of the list; the first of a footnote; and another of the same footnote, whose number a field
# repeats. The parts of the field stand in runs as other programs read them.
_LETTERS = '<w:r><w:t xml:space="preserve">\u2009[]</w:t></w:r>'
_FIRST = (
    '<w:r><w:t xml:space="preserve">\u2009[</w:t></w:r><w:bookmarkStart/><w:r><w:footnoteReference/></w:r>'
    "<w:bookmarkEnd/><w:r><w:t>]</w:t></w:r>"
)
_AGAIN = (
    '<w:r><w:t xml:space="preserve">\u2009[</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/>'
    '<w:instrText xml:space="preserve"/><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t/></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>]</w:t></w:r>'
)
_SEPARATORS = (
    '<w:footnotes><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
    "</w:footnote></w:footnotes>"
)
_FOOTNOTE = (
    "<w:footnote><w:p><w:pPr>{paragraph}</w:pPr><w:r><w:rPr>{small}"
    '<w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
    '<w:r><w:rPr>{small}</w:rPr><w:t xml:space="preserve"/></w:r></w:p></w:footnote>'
)
_SMALL = '<w:sz w:val="20"/><w:szCs w:val="20"/>'
_CLOSE = '<w:spacing w:after="0" w:line="240" w:lineRule="auto"/>'
_TITLE = "<w:p><w:bookmarkStart/><w:r><w:rPr><w:b/></w:rPr><w:t>References</w:t></w:r><w:bookmarkEnd/></w:p>"
_ITEM = '<w:p><w:bookmarkStart/><w:r><w:t xml:space="preserve"/></w:r><w:bookmarkEnd/></w:p>'
_DECLARED = '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
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


@functools.cache
def _template(mark_up: str) -> etree._Element:
    return etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}">{mark_up}</w:p>')


def elements(mark_up: str) -> list[etree._Element]:
    """Make elements from mark-up that stays the same."""
    return list(copy.deepcopy(_template(mark_up)))


def raised(style: etree._Element | None) -> etree._Element:
    """Copy the properties of a run, raised on the line."""
    properties = etree.Element(f"{W}rPr", nsmap={"w": W[1:-1]}) if style is None else copy.deepcopy(style)
    for old in properties.findall(f"{W}vertAlign"):
        properties.remove(old)
    position = etree.SubElement(properties, f"{W}vertAlign")
    position.set(f"{W}val", "superscript")
    later = (each for each in properties if each.tag in _AFTER_RAISED or not str(each.tag).startswith(W))
    first = next(later, None)
    if first is not None:
        first.addprevious(position)
    return properties


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
        self._references: dict[int, etree._Element] = {}
        self._pending: list[tuple[int, etree._Element]] = []
        name = part_of(package, FOOTNOTES)
        self._part = name or package.main.rpartition("/")[0] + "/footnotes.xml"
        self._root = package.tree(name) if name else elements(_SEPARATORS)[0]
        self._new = not name
        taken = [_number(each.get(f"{W}id")) for each in self._root.iter(f"{W}footnote")]
        self._next = max([0, *taken]) + 1
        starts = (start for story in stories for start in story.root.iter(f"{W}bookmarkStart"))
        self._free = max([0, *(_number(start.get(f"{W}id")) for start in starts)]) + 1

    def mark(self, number: int, style: etree._Element | None, *, noteless: bool) -> list[etree._Element]:
        """Make the mark of a reference, to stand after a number."""
        if number in self._letters:
            made = elements(_LETTERS)
            made[0][0].text = f"\N{THIN SPACE}[{self._letters[number]}]"
        elif noteless or number in self._ids:
            made = elements(_AGAIN)
            made[1][1].text = f" NOTEREF {NOTE}{self._label}_{number} \\h "
            self._pending.append((number, made[2][0]))
        else:
            made = elements(_FIRST)
            self._ids[number], self._next = self._next, self._next + 1
            self._references[number] = made[2][0]
            made[2][0].set(f"{W}id", str(self._ids[number]))
            self._bookmark(made[1], made[3], f"{NOTE}{self._label}_{number}")
        look = raised(style)
        for run in made:
            if run.find(f"{W}t") is not None or run.find(f"{W}footnoteReference") is not None:
                run.insert(0, copy.deepcopy(look))
        return made

    def _bookmark(self, start: etree._Element, end: etree._Element, name: str) -> None:
        for each in (start, end):
            each.set(f"{W}id", str(self._free))
        start.set(f"{W}name", name)
        self._free += 1

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
        paragraphs = elements(_TITLE)
        self._bookmark(paragraphs[0][0], paragraphs[0][2], f"{LISTED}{self._label}_0")
        for number, letter in self._letters.items():
            paragraphs += elements(_ITEM)
            start, run, end = paragraphs[-1]
            run[0].text = f"[{letter}] {escape_xml(self._texts[number - 1])}"
            self._bookmark(start, end, f"{LISTED}{self._label}_{number}")
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
        (declared,) = elements(_DECLARED)
        later = (each for each in settings if each.tag in _AFTER_NOTES or not str(each.tag).startswith(W))
        first = next(later, None)
        settings.append(declared) if first is None else first.addprevious(declared)
        self._package.put(name, settings)


def _footnote(key: int, content: str, style: str | None) -> etree._Element:
    small, paragraph = ("", "<w:pStyle/>") if style else (_SMALL, _CLOSE)
    (note,) = elements(_FOOTNOTE.format(small=small, paragraph=paragraph))
    note.set(f"{W}id", str(key))
    for named in note.iter(f"{W}pStyle"):
        named.set(f"{W}val", style or "")
    for text in note.iter(f"{W}t"):
        text.text = f" {escape_xml(content)}"
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
