"""Find the placeholders of a Word document, and refuse those in places that cannot be filled."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from lxml import etree

from shellcount.citing.documents.pieces import Placeholder
from shellcount.citing.documents.placeholders import ESCAPED, plain_name
from shellcount.citing.documents.word.package import W
from shellcount.citing.documents.word.paragraphs import Atom, Paragraph, Story
from shellcount.errors import DocumentError
from shellcount.frozen import frozen
from shellcount.limits import require_within

BRACES = "{{"

_ADDED, _COPIES = 60, 5  # tags and attributes of a number and its mark; copies of the properties of its run
_FILLED = re.compile(r"(?<!\\)\{\{(?P<asked>[^{}]*)\}\}|\\(?=\{\{)|(?P<open>(?<!\\)\{\{)")


@frozen
class Spot:
    """Placeholder, or the backslash of escaped braces, in a paragraph.

    Parameters
    ----------
    paragraph, start, end
        Its paragraph, and where in the text of that it begins and ends.
    asked
        Name in the braces; ``None`` for a backslash.
    in_field
        Whether it stands in the result of a field.
    number
        Number of the placeholder in the order of the document, that of the first where it is a copy.
    run
        Run that it begins in.
    """

    paragraph: Paragraph
    start: int
    end: int
    asked: str | None
    in_field: bool
    number: int
    run: etree._Element | None


def find_spots(stories: Sequence[Story]) -> tuple[list[Spot], list[Placeholder]]:
    """Find what is to be replaced, and list the placeholders without those that are copies of others.

    Raises
    ------
    DocumentError
        When one of them cannot be replaced, with its place.
    """
    spots: list[Spot] = []
    listed: list[Placeholder] = []
    shown: dict[int, list[tuple[int, str]]] = defaultdict(list)  # by group: number and name
    copies: dict[int, list[tuple[Paragraph, re.Match[str]]]] = defaultdict(list)
    for paragraph in (paragraph for story in stories for paragraph in story.paragraphs):
        where = ""
        for match in _matches(paragraph):
            where = where or paragraph.where
            if match["asked"] is not None and paragraph.copy:
                copies[paragraph.group].append((paragraph, match))
                continue
            spots.append(_spot(paragraph, match, len(listed)))
            if match["asked"] is not None:
                shown[paragraph.group].append((len(listed), match["asked"]))
                listed.append(Placeholder(plain_name(match["asked"]), where))
    for group, found in copies.items():
        same = [match["asked"] for _, match in found] == [asked for _, asked in shown[group]]
        for place, (paragraph, match) in enumerate(found):
            number = shown[group][place][0] if same and group else len(listed)
            spots.append(_spot(paragraph, match, number))
            if number == len(listed):
                listed.append(Placeholder(plain_name(match["asked"]), paragraph.where))
    require_within("numbers", len(listed), "the template")
    return spots, listed


def _spot(paragraph: Paragraph, match: re.Match[str], number: int) -> Spot:
    first = paragraph.atoms[paragraph.index(match.start())]
    run = first.element.getparent()
    return Spot(paragraph, match.start(), match.end(), match["asked"], first.in_field, number, run)


def mark_up_of(spots: Sequence[Spot]) -> int:
    """Estimate the tags and attributes that filling adds: those of numbers, marks and copied properties."""
    copied: dict[etree._Element | None, int] = {}
    for spot in spots:
        if spot.run not in copied:
            properties = None if spot.run is None else spot.run.find(f"{W}rPr")
            within = () if properties is None else properties.iter()
            copied[spot.run] = sum(2 + len(each.attrib) for each in within)
    return sum(_ADDED + _COPIES * copied[spot.run] for spot in spots)


def _within(paragraph: Paragraph, start: int, end: int) -> list[Atom]:
    first = paragraph.index(start)
    last = paragraph.index(end - 1)
    return paragraph.atoms[first : last + 1]


def _matches(paragraph: Paragraph) -> Iterator[re.Match[str]]:
    """Find the placeholders and backslashes of a paragraph."""
    for kind, texts in paragraph.aside.items():
        if BRACES in "".join(texts):
            raise refusal(paragraph.where, kind)
    text = paragraph.text
    if paragraph.aside and "".join(paragraph.everything).count(BRACES) > text.count(BRACES):
        raise refusal(paragraph.where, next(iter(paragraph.aside)))  # a brace is among it, another is not
    if BRACES not in text:
        return
    for match in _FILLED.finditer(text):
        if match["open"] is not None:
            raise DocumentError(
                f"{paragraph.where}: braces open and do not close in the same paragraph; "
                f"for braces as such write {ESCAPED}"
            )
        atoms = _within(paragraph, match.start(), match.end())
        kind = next((atom.refused for atom in atoms if atom.refused), "")
        if kind:
            raise refusal(paragraph.where, kind)
        if len({atom.in_field for atom in atoms}) > 1:
            raise refusal(paragraph.where, "a field")
        yield match


def refusal(where: str, kind: str) -> DocumentError:
    """Make the error of a placeholder in a place that cannot be filled."""
    return DocumentError(f"{where}: a placeholder in {kind} cannot be filled; move it into the text")
