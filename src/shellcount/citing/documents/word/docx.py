"""Fill numbers into Word documents, and find them again.

A number is enclosed in a content control without a frame, whose tag names it; the record is a custom XML
part, which Word keeps. The archive and its mark-up are handled directly: parts that hold no number are
copied byte for byte, and nothing is unpacked before its size is known.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence

from lxml import etree

from shellcount.citing.documents.locating import placed
from shellcount.citing.documents.pieces import Reading, Scan, Value
from shellcount.citing.documents.records import Place, label
from shellcount.citing.documents.word.elsewhere import refuse_elsewhere
from shellcount.citing.documents.word.filling import Making, control, replace_in
from shellcount.citing.documents.word.notes import References
from shellcount.citing.documents.word.package import RECORD, Package, mark_up
from shellcount.citing.documents.word.paragraphs import Paragraph
from shellcount.citing.documents.word.placing import Spot, find_spots, mark_up_of
from shellcount.citing.documents.word.reading import records_in, tagged_in, visible
from shellcount.citing.documents.word.stories import stories_of, styles_of
from shellcount.digest import Json
from shellcount.limits import require_within

WORD = ".docx"

_CHUNK = 1_000_000  # characters of a record in one text; libraries refuse far longer ones


def scan(data: bytes) -> Scan:
    """List the placeholders of a template, in their order.

    Raises
    ------
    DocumentError
        When it is not a Word document, or a placeholder is in a place that cannot be filled.
    LimitError
        When it is larger than is allowed.
    """
    package = Package(data)
    stories = stories_of(package, styles_of(package))
    spots, listed = find_spots(stories)
    present = sum(mark_up(package.blob(story.name)) for story in stories)
    require_within("markup", present + mark_up_of(spots), "the filled document")
    return Scan(tuple(listed), tuple(refuse_elsewhere(package, stories)))


def fill(
    data: bytes,
    values: Sequence[Value],
    notes: Sequence[str],
    record_of: Callable[[tuple[Place, ...]], Json],
) -> bytes:
    """Replace a template's placeholders by values, and add references and record."""
    package = Package(data)
    styles = styles_of(package)
    stories = stories_of(package, styles)
    spots, _ = find_spots(stories)
    in_body = {
        values[spot.number].note
        for spot in spots
        if spot.asked is not None and not spot.paragraph.noteless and not spot.in_field
    }
    references = References(
        package, notes, label(record_of(())), {number for number in in_body if number}, stories
    )
    made = _replace(spots, values, references)
    touched = {spot.paragraph for spot in spots}
    changed = [story.name for story in stories if story.changed or not touched.isdisjoint(story.paragraphs)]
    del stories, spots, touched  # which hold on to all that was replaced
    again = stories_of(package, styles)
    seen = visible(again)
    controls = {each.element: each for story in again for each in story.controls}
    places = [(seen.starts[controls[each]], value) for each, value in made if controls[each] in seen.starts]
    record = record_of(placed(seen.text, sorted(places, key=lambda place: place[0])))
    references.write(again[0], styles)
    for name in dict.fromkeys((package.main, *changed)):
        package.put(name, package.tree(name))
    _attach(package, record)
    return package.written()


def read(data: bytes) -> Reading:
    """Read the records, numbers and references of a document that was filled in.

    Raises
    ------
    DocumentError
        When it is not a Word document, or a record in it is damaged.
    LimitError
        When it is larger than is allowed.
    """
    package = Package(data)
    stories = stories_of(package, styles_of(package), comments=True)
    require_within("numbers", sum(len(story.controls) for story in stories), "the document")
    seen = visible(stories)
    return Reading(tuple(records_in(package)), tuple(tagged_in(stories)), seen.notes, seen.text)


def _replace(
    spots: Sequence[Spot], values: Sequence[Value], references: References
) -> list[tuple[etree._Element, Value]]:
    """Replace the placeholders, and list the controls made for them, without those in copies."""
    made: list[tuple[etree._Element, Value]] = []
    by_paragraph: dict[Paragraph, list[tuple[Spot, Making | None]]] = defaultdict(list)

    def making(spot: Spot, value: Value) -> Making:
        def make(style: etree._Element | None) -> list[etree._Element]:
            number = control(value, style)
            if not spot.paragraph.copy:
                made.append((number, value))
            if value.note is None or spot.in_field:  # a field loses its marks when it is updated
                return [number]
            return [number, *references.mark(value.note, style, noteless=spot.paragraph.noteless)]

        return make

    for spot in spots:
        make = None if spot.asked is None else making(spot, values[spot.number])
        by_paragraph[spot.paragraph].append((spot, make))
    for paragraph, within in by_paragraph.items():
        replace_in(paragraph, within)
    return made


def _attach(package: Package, record: Json) -> None:
    """Add the record as a part of its own."""
    root = etree.Element(f"{{{RECORD}}}record", nsmap={None: RECORD})
    content = json.dumps(record, sort_keys=True, allow_nan=False)  # in ASCII, which XML can hold
    root.text = content[:_CHUNK]
    for start in range(_CHUNK, len(content), _CHUNK):
        etree.SubElement(root, f"{{{RECORD}}}more").text = content[start : start + _CHUNK]
    package.add(package.free_name("customXml/shellcount"), root, "customXml", "application/xml")
