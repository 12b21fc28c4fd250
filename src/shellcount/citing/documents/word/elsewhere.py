"""Search all of a Word document for placeholders that stand where nothing can be filled in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

from lxml import etree

from shellcount.citing.documents.word.elements import PROPERTIES, TEXTS, M
from shellcount.citing.documents.word.package import RECORD, XML_ENDINGS, Package, W, damage_named, parsed
from shellcount.citing.documents.word.paragraphs import Story
from shellcount.citing.documents.word.placing import BRACES, refusal
from shellcount.errors import DocumentError
from shellcount.limits import require_within
from shellcount.text import one_line

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ATTRIBUTE = etree.XPath(f"//@*[contains(., '{BRACES}')]")
_TEXT = etree.XPath(f"//text()[contains(., '{BRACES}')]")
_ASIDE = etree.XPath(
    f"//comment()[contains(., '{BRACES}')] | //processing-instruction()[contains(., '{BRACES}')]"
)
# Text among properties, or in no element of text: no program shows it.
_ASTRAY = etree.XPath(
    "//text()[contains(., '{') and (not(parent::w:t or parent::w:delText or parent::w:instrText or "
    "parent::w:delInstrText or parent::m:t or parent::a:t)"
    f"{''.join(f' or ancestor::w:{name.removeprefix(W)}' for name in sorted(PROPERTIES))})]",
    namespaces={"w": W[1:-1], "m": M[1:-1], "a": _A[1:-1]},
)
_ADDIN = re.compile(r"\s*ADDIN\b", re.IGNORECASE)
_TEXT_FILES = (".htm", ".html", ".mht", ".mhtml", ".txt", ".rtf", ".svg", ".json", ".css", ".xhtml")
_PARTS = (
    ("docprops/", "the properties of the document"),
    ("customxml/", "the data of another program"),
    ("word/comments", "a comment"),
    ("word/glossary/", "the building blocks of the document"),
    ("word/charts/", "a chart"),
    ("word/diagrams/", "a diagram"),
    ("word/embeddings/", "an embedded file"),
)
_ATTRIBUTES = {
    **dict.fromkeys(("descr", "alt"), "the alternative text of a picture"),
    "title": "the title of a picture",
    "string": "a shape of words",
    "instr": "the code of a field",
    "displayText": "a drop-down list",
    "tooltip": "a link",
}


def refuse_elsewhere(package: Package, stories: Sequence[Story]) -> list[str]:
    """Refuse placeholders outside the text of the body, headers, footers and notes.

    Returns
    -------
    list
        What was left alone, with its place.

    Raises
    ------
    DocumentError
        With the place of the first.
    LimitError
        When an embedded file is larger than is allowed.
    """
    remarks: list[str] = []
    for story in stories:
        remarks += _codes(story)
        _refuse_in_attributes(story.root, story.place)
        for text in _TEXT(story.root):
            above = text.getparent()
            within = None if above is None else next(above.iterancestors(f"{W}p"), None)
            if above is None or above.tag not in TEXTS or text.is_tail or within is None:
                raise refusal(_where(above, story.place), "a picture or shape")
        if BRACES in "".join(story.stray):
            raise refusal(story.place, "text outside of paragraphs")
        _refuse_in_drawings(story.root, story.place)
        for text in _ASTRAY(story.root):
            raise refusal(_where(text.getparent(), story.place), "mark-up that shows no text")
    walked = {story.name for story in stories}
    for name in package.names:
        if name not in walked:
            remarks += _searched(package, name)
    return remarks


def _codes(story: Story) -> Iterator[str]:
    """Refuse placeholders in the codes of fields; what another program keeps there is left alone."""
    for pieces in story.codes:
        code = "".join(pieces)
        if BRACES in code:
            if not _ADDIN.match(code):
                raise refusal(f"a field of {story.place}, “{one_line(code, 40)}”", "the code of a field")
            yield f"{story.place}: “{one_line(code, 40)}” is the data of another program, left alone"


def _where(element: etree._Element | None, place: str) -> str:
    """Name the place of an element."""
    around = None if element is None else next(element.iterancestors(f"{W}p"), None)
    text = "" if around is None else one_line("".join(around.itertext(f"{W}t")), 40)
    return f"the paragraph “{text}”" if text else place


def _refuse_in_attributes(root: etree._Element, place: str) -> None:
    for value in _ATTRIBUTE(root):
        name = str(value.attrname).rsplit("}", 1)[-1]
        raise refusal(_where(value.getparent(), place), _ATTRIBUTES.get(name, f"the mark-up ({name})"))


def _refuse_in_drawings(root: etree._Element, place: str) -> None:
    """Refuse placeholders that are split over the runs of a paragraph of a drawing."""
    pieces: list[str] = []
    start: etree._Element | None = None
    for element in root.iter(f"{_A}p", f"{_A}t"):
        if element.tag == f"{_A}p":
            if BRACES in "".join(pieces):
                break
            pieces, start = [], element
        else:
            pieces.append(element.text or "")
    if BRACES in "".join(pieces):
        raise refusal(_where(start, place), "a picture or shape")


# --- other parts -------------------------------------------------------------------------


def _searched(package: Package, name: str) -> Iterator[str]:
    """Search a part that has no text of its own, and yield remarks on what cannot be searched."""
    low = name.lower()
    place = next((place for start, place in _PARTS if low.startswith(start)), "the document")
    place = f"{place} ({one_line(name, 60)})"
    if low.endswith(XML_ENDINGS):
        _search_xml(package.blob(name), name, place)
    elif low.endswith(_TEXT_FILES):
        blob = package.blob(name)
        if (b"\\{\\{" if low.endswith(".rtf") else BRACES.encode()) in blob:
            raise _misplaced(place)
    elif low.startswith("word/embeddings/"):
        blob = package.blob(name)
        if not blob.startswith(b"PK"):
            yield f"{place} was not searched for placeholders"
        elif any(BRACES.encode() in part for part in _embedded(blob, place)):
            raise _misplaced(place)


def _misplaced(place: str) -> DocumentError:
    return DocumentError(f"a placeholder in {place} cannot be filled; move it into the text")


def _embedded(blob: bytes, place: str) -> Iterator[bytes]:
    """Read the mark-up of an embedded file."""
    require_within("parts", blob.count(b"PK\x01\x02"), place)
    with damage_named(), zipfile.ZipFile(io.BytesIO(blob)) as parts:
        infos = [info for info in parts.infolist() if info.filename.lower().endswith(XML_ENDINGS)]
        require_within("document", sum(info.file_size for info in infos), place)
        for info in infos:
            if info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                yield parts.read(info)


def _search_xml(blob: bytes, name: str, place: str) -> None:
    try:
        root = parsed(blob, name)
    except DocumentError:  # Word does not read it either, or ignores it
        if any(BRACES.encode(kind) in blob for kind in ("ascii", "utf-16-le", "utf-16-be")):
            raise _misplaced(place) from None
        return
    if root.tag == f"{{{RECORD}}}record":
        return
    found = _ATTRIBUTE(root) or _TEXT(root) or _ASIDE(root)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    if found or _split(root):
        raise _misplaced(place)


def _split(root: etree._Element) -> bool:
    """Tell whether braces are split over the elements of a paragraph, of whatever kind."""
    if BRACES not in "".join(root.itertext()):
        return False
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, ("start", "end")):
        if str(element.tag).endswith("}p"):
            if BRACES in "".join(pieces):
                return True
            pieces = []
        pieces.append((element.text if event == "start" else element.tail) or "")
    return BRACES in "".join(pieces)
