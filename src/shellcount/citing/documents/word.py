"""Fill numbers into Word documents, and find them again.

A number is enclosed in a content control without a frame, whose tag names it; the record is a custom XML
part, which Word keeps.
"""

from __future__ import annotations

import copy
import io
import itertools
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from shellcount.citing.documents.finding import placed
from shellcount.citing.documents.pieces import Note, Placeholder, Reading, Scan, Tagged, Value
from shellcount.citing.documents.placeholders import ESCAPED
from shellcount.citing.documents.records import Place
from shellcount.digest import Json
from shellcount.errors import DocumentError
from shellcount.text import escape_xml, one_line

if TYPE_CHECKING:
    from docx.document import Document

WORD = ".docx"

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_RECORD = "urn:shellcount:record"
_CUSTOM_XML = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
_TAG = "shellcount:"
_PLACEHOLDER = re.compile(r"(?<!\\)\{\{(?P<asked>[^{}]*)\}\}")
_OPENING = re.compile(r"(?<!\\)\{\{")
_FILLED = re.compile(rf"{_PLACEHOLDER.pattern}|\\(?=\{{\{{)")
_LARGEST = 500_000_000


def scan(data: bytes) -> Scan:
    """List the placeholders of a template, in their order.

    Raises
    ------
    DocumentError
        When it is not a Word document, or braces open and do not close in the same paragraph.
    """
    listed = []
    for paragraph in _paragraphs(_opened(data)):
        text = "".join(piece.text or "" for piece in _pieces(paragraph))
        where = f"the paragraph “{one_line(text, 40)}”"
        places = list(_PLACEHOLDER.finditer(text))
        if {place.start() for place in _OPENING.finditer(text)} - {place.start() for place in places}:
            raise DocumentError(
                f"{where}: braces open and do not close in the same paragraph; "
                f"for braces as such write {ESCAPED}"
            )
        listed += [Placeholder(place["asked"], where) for place in places]
    return Scan(tuple(listed))


def fill(
    data: bytes,
    values: Sequence[Value],
    notes: Sequence[str],
    record_of: Callable[[tuple[Place, ...]], Json],
) -> bytes:
    """Replace a template's placeholders by values, and add references and record."""
    document = _opened(data)
    remaining = iter(values)
    for paragraph in list(_paragraphs(document)):
        text = "".join(piece.text or "" for piece in _pieces(paragraph))
        places = [
            (place.span(), None if place["asked"] is None else next(remaining))
            for place in _FILLED.finditer(text)
        ]
        for (start, end), value in reversed(places):  # from the end, so that earlier places stay valid
            _replace(paragraph, start, end, value)
    text, tagged = _visible(document)
    by_id = {value.id: value for value in values}
    record = record_of(placed(text, [(start, by_id[name]) for start, name in tagged if name in by_id]))
    if notes:
        document.add_paragraph().add_run("References").bold = True
        for place, note in enumerate(notes, start=1):
            document.add_paragraph(f"{place}. {escape_xml(note)}")
    _attach(document, record)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(data: bytes) -> Reading:
    """Read the records, numbers and references of a document that was filled in.

    Raises
    ------
    DocumentError
        When it is not a Word document, or a record in it is damaged.
    """
    document = _opened(data)
    tagged = []
    for root in _roots(document):
        for control in root.iter(f"{{{_W}}}sdt"):
            name = _tagged(control)
            if name:
                text = one_line("".join(piece.text or "" for piece in control.iter(f"{{{_W}}}t")))
                around = next(control.iterancestors(f"{{{_W}}}p"), control)
                context = "".join(piece.text or "" for piece in around.iter(f"{{{_W}}}t"))
                where = f"the paragraph “{one_line(context, 40)}”"
                tagged.append(Tagged(name, text, where))
    text, notes = _without_references(_visible(document)[0])
    return Reading(tuple(_records(document)), tuple(tagged), notes, text)


def _tagged(control: etree._Element) -> str:
    """Give the id of the number in a content control; empty for any other control."""
    tag = control.find(f"{{{_W}}}sdtPr/{{{_W}}}tag")
    name = "" if tag is None else str(tag.get(f"{{{_W}}}val"))
    return name.removeprefix(_TAG) if name.startswith(_TAG) else ""


def _visible(document: Document) -> tuple[str, list[tuple[int, str]]]:
    """Extract the visible text, and where in it tagged numbers start, with their ids."""
    lines: list[str] = []
    tagged: list[tuple[int, str]] = []
    length = 0
    for paragraph in _paragraphs(document):
        seen: set[etree._Element] = set()
        line = ""
        for piece in _pieces(paragraph):
            control = next(piece.iterancestors(f"{{{_W}}}sdt"), None)
            if control is not None and control not in seen and _tagged(control):
                seen.add(control)
                tagged.append((length + len(line), _tagged(control)))
            line += piece.text or ""
        lines.append(line)
        length += len(line) + 1
    return "\n".join(lines), tagged


def _without_references(text: str) -> tuple[str, tuple[Note, ...]]:
    """Split the visible text into that of the body and the references at its end."""
    lines = text.split("\n")
    if "References" not in lines:
        return text, ()
    start = len(lines) - lines[::-1].index("References")
    notes = []
    for place, line in enumerate(lines[start:], start):
        number, dot, note = line.partition(". ")
        if dot and number.isdecimal():
            notes.append(Note(number, one_line(note), "the references"))
            lines[place] = ""
    return "\n".join(lines), tuple(notes)


def _opened(data: bytes) -> Document:
    import docx
    from docx.opc.exceptions import OpcError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > _LARGEST:
            raise DocumentError(f"it unpacks to more than {_LARGEST // 10**6} MB")
        document = docx.Document(io.BytesIO(data))
        _parse_notes(document)
    except (
        *(OpcError, zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, OSError, EOFError, ValueError),
        # Raised by python-docx and zipfile where a part is missing, of another type, or encrypted.
        *(KeyError, AttributeError, TypeError, IndexError, RuntimeError),
    ) as error:
        raise DocumentError(f"it is not a Word document ({one_line(str(error), 100)})") from None
    return document


def _parse_notes(document: Document) -> None:
    """Parse footnotes and endnotes, which python-docx leaves as bytes."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.part import XmlPart

    for key, relation in list(document.part.rels.items()):
        if relation.reltype not in {RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES}:
            continue
        if relation.is_external or isinstance(relation.target_part, XmlPart):
            continue
        part = relation.target_part
        parsed = XmlPart.load(part.partname, part.content_type, part.blob, part.package)
        for name, inner in part.rels.items():
            target = inner.target_ref if inner.is_external else inner.target_part
            parsed.rels.add_relationship(inner.reltype, target, name, inner.is_external)
        document.part.rels.add_relationship(relation.reltype, parsed, key)


def _roots(document: Document) -> Iterator[etree._Element]:
    """Yield the parts that have paragraphs, parsed: body, headers, footers and notes."""
    from docx.opc.part import XmlPart

    for part in document.part.package.iter_parts():
        if isinstance(part, XmlPart):
            yield part.element


def _paragraphs(document: Document) -> Iterator[etree._Element]:
    for root in _roots(document):
        yield from root.iter(f"{{{_W}}}p")


def _pieces(paragraph: etree._Element) -> list[etree._Element]:
    """List the texts of the runs of a paragraph, without those of a text box within it."""
    return [
        piece
        for piece in paragraph.iter(f"{{{_W}}}t")
        if next(piece.iterancestors(f"{{{_W}}}p")) is paragraph
        and piece.getparent() is not None
        and piece.getparent().tag == f"{{{_W}}}r"
    ]


def _replace(paragraph: etree._Element, start: int, end: int, value: Value | None) -> None:
    """Replace characters, possibly in several runs, by a content control or by nothing."""
    at = 0
    touched: list[tuple[etree._Element, int, int]] = []
    for piece in _pieces(paragraph):
        length = len(piece.text or "")
        if at < end and start < at + length:
            touched.append((piece, max(start - at, 0), min(end - at, length)))
        at += length
    first, cut_from, _ = touched[0]
    run = first.getparent()
    if run is None:
        return
    style = run.find(f"{{{_W}}}rPr")
    last, _, cut_to = touched[-1]
    rest = (last.text or "")[cut_to:]
    _split_after(first)
    for piece, begin, stop in touched[1:]:
        _set(piece, (piece.text or "")[:begin] + (piece.text or "")[stop:])
    _set(first, (first.text or "")[:cut_from])
    added = [] if value is None else [_control(value, style)]
    if value is not None and value.note is not None:
        added.append(_run(str(value.note), style, raised=True))
    if last is first and rest:
        added.append(_run(rest, style))
    for element in reversed(added):
        run.addnext(element)


def _split_after(piece: etree._Element) -> None:
    """Split a run after a text, so that the text is the last of its run."""
    run = piece.getparent()
    if run is None:
        return
    following = list(piece.itersiblings())
    if not following:
        return
    style = run.find(f"{{{_W}}}rPr")
    second = _element("r")
    if style is not None:
        second.append(copy.deepcopy(style))
    second.extend(following)
    run.addnext(second)


def _element(name: str, value: str | None = None) -> etree._Element:
    from docx.oxml.parser import OxmlElement

    element: etree._Element = OxmlElement(f"w:{name}")
    if value is not None:
        element.set(f"{{{_W}}}val", value)
    return element


def _set(piece: etree._Element, text: str) -> None:
    piece.text = text
    piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _run(text: str, style: etree._Element | None, *, raised: bool = False) -> etree._Element:
    run = _element("r")
    properties = _element("rPr") if style is None else copy.deepcopy(style)
    if raised:
        properties.superscript = True
    run.append(properties)
    piece = _element("t")
    _set(piece, text)
    run.append(piece)
    return run


def _control(value: Value, style: etree._Element | None) -> etree._Element:
    """Make a content control without a frame."""
    control, properties, content = _element("sdt"), _element("sdtPr"), _element("sdtContent")
    properties.append(_element("tag", f"{_TAG}{value.id}"))
    properties.append(etree.Element(f"{{{_W15}}}appearance", {f"{{{_W15}}}val": "hidden"}, {"w15": _W15}))
    content.append(_run(escape_xml(value.text), style))
    control.extend([properties, content])
    return control


def _attach(document: Document, record: Json) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    taken = {str(part.partname) for part in document.part.package.iter_parts()}
    name = next(
        name for place in itertools.count(1) if (name := f"/customXml/shellcount{place}.xml") not in taken
    )
    root = etree.Element(f"{{{_RECORD}}}record", nsmap={None: _RECORD})
    root.text = json.dumps(record, sort_keys=True, allow_nan=False)  # in ASCII, which XML can hold
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = Part(PackURI(name), "application/xml", blob, document.part.package)
    document.part.relate_to(part, _CUSTOM_XML)


def _records(document: Document) -> Iterator[Json]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for part in document.part.package.iter_parts():
        if not str(part.partname).startswith("/customXml/"):
            continue
        if _RECORD.encode() not in part.blob:
            continue
        try:
            root = etree.fromstring(part.blob, parser)
            if root.tag == f"{{{_RECORD}}}record":
                yield json.loads(root.text or "")
        except (etree.XMLSyntaxError, ValueError, RecursionError):
            raise DocumentError("the record of what was filled in is damaged") from None
