"""Replace placeholders in the runs of a Word document, each run rebuilt once."""

from __future__ import annotations

import copy
import functools
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from lxml import etree

from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.word.notes import elements
from shellcount.citing.documents.word.package import W
from shellcount.citing.documents.word.paragraphs import TAG, Paragraph
from shellcount.citing.documents.word.placing import Spot
from shellcount.text import escape_xml

_CONTROL = (
    "<w:sdt><w:sdtPr><w:tag/>"
    '<w15:appearance xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" w15:val="hidden"/>'
    '</w:sdtPr><w:sdtContent><w:r><w:t xml:space="preserve"/></w:r></w:sdtContent></w:sdt>'
)
_RUN = f"{W}r"
_TEXT = '<w:t xml:space="preserve"/>'
_escaped = functools.lru_cache(maxsize=1_000)(escape_xml)  # the same values often stand in many places


class Making(Protocol):
    """Maker of the elements that replace a placeholder."""

    def __call__(self, style: etree._Element | None, /) -> list[etree._Element]:
        """Make the elements, with a copy of the properties of a run."""


type Pieces = list[str | Making]


def control(value: Value, style: etree._Element | None) -> etree._Element:
    """Make a content control without a frame around a number."""
    (made,) = elements(_CONTROL)
    properties, content = made
    properties[0].set(f"{W}val", f"{TAG}{value.id}")
    run = content[0]
    run[0].text = _escaped(value.text)
    if style is not None:
        run.insert(0, copy.deepcopy(style))
    return made


def replace_in(paragraph: Paragraph, spots: Sequence[tuple[Spot, Making | None]]) -> None:
    """Replace placeholders of a paragraph by what is made for them, and backslashes by nothing.

    Parameters
    ----------
    paragraph
        The paragraph.
    spots
        Placeholders in their order, each with what makes its elements from the properties of its run.
    """
    touched: dict[etree._Element, dict[etree._Element, Pieces]] = defaultdict(dict)
    place = at = 0
    for atom in paragraph.atoms:
        start, end = at, at + len(atom.text)
        at = end
        while place < len(spots) and spots[place][0].end <= start:
            place += 1
        if place == len(spots):
            break
        begins = spots[place][0].start
        if begins >= end and (start < end or begins >= start):
            continue  # an atom without text is within a placeholder only if that began before it
        parent = atom.element.getparent()
        if parent is not None:
            touched[parent][atom.element] = _pieces(atom.text, start, spots, place)
    for old, pieces in touched.items():
        _rebuild(old, pieces)


def _pieces(content: str, start: int, spots: Sequence[tuple[Spot, Making | None]], place: int) -> Pieces:
    """Divide the text of an atom into what is kept and what is made."""
    pieces: Pieces = []
    at, end = start, start + len(content)
    while place < len(spots) and spots[place][0].start < end:
        spot, making = spots[place]
        if at < spot.start:
            pieces.append(content[at - start : spot.start - start])
        if spot.start >= start and making is not None:
            pieces.append(making)
        at = max(at, min(spot.end, end))
        place += 1
    if at < end:
        pieces.append(content[at - start :])
    return pieces


def _rebuild(old: etree._Element, pieces: dict[etree._Element, Pieces]) -> None:
    """Replace a run by runs of what is kept of it, with what is made between them."""
    style = old.find(f"{W}rPr")
    kept: list[etree._Element] = []

    for child in list(old):
        if child is style:
            continue
        if child not in pieces:
            kept.append(child)
            continue
        for piece in pieces[child]:
            if isinstance(piece, str):
                (text,) = elements(_TEXT)
                text.text = piece
                kept.append(text)
            else:
                _close(old, style, kept)
                for made in piece(style):
                    old.addprevious(made)
    _close(old, style, kept)
    above = old.getparent()
    if above is not None:
        above.remove(old)


def _close(old: etree._Element, style: etree._Element | None, kept: list[etree._Element]) -> None:
    """Put what is kept into a run of its own."""
    if kept:
        made = etree.Element(_RUN, old.attrib, old.nsmap)
        if style is not None:
            made.append(copy.deepcopy(style))
        made.extend(kept)
        old.addprevious(made)
        kept.clear()
