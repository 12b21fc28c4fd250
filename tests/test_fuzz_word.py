"""Damaged Word documents: each is filled and read again, or refused in plain words.

What is filled can be read: every number is found, or said to be hidden; no braces are left; and parts without
numbers are the same.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pytest
from hypothesis import strategies as st
from lxml import etree

from fuzzing import (
    EXPLORING,
    HANGING,
    OF_A_FILE,
    Budget,
    Splice,
    fuzz,
    inputs_of_a_kind,
    outcome,
    spliced,
    splices_of,
)
from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.records import Place
from shellcount.citing.documents.word.docx import fill, read, scan
from shellcount.digest import Json
from worddocs import NAMESPACES, W, braces_in, paragraph, parts_of, run, unzipped, zipped

BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr id="1" name="b"/>'
    f"<w:txbxContent>{paragraph(run('box {{ c }}'))}</w:txbxContent></wp:anchor></w:drawing></mc:Choice>"
    f"<mc:Fallback><w:pict><v:textbox><w:txbxContent>{paragraph(run('box {{ c }}'))}</w:txbxContent>"
    "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF x </w:instrText></w:r>'
    f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("{{ d }}")}'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)
PARTS = parts_of(
    paragraph(run("Total {{ a }} and "), run("{", "<w:b/>"), run("{ b }"), run("}."), BOX),
    f"<w:tbl><w:tr><w:tc>{paragraph(run('{{ a }}'), FIELD)}</w:tc></w:tr></w:tbl>",
    paragraph('<w:hyperlink w:anchor="x">', run("{{ e }}"), "</w:hyperlink>", run(" \u2009[1] x")),
    header=paragraph(run("head {{ f }}")),
    footnotes=f'<w:footnote w:id="1">{paragraph(run("note {{ g }}"))}</w:footnote>',
    comments=f'<w:comment w:id="1">{paragraph(run("a comment"))}</w:comment>',
    styles='<w:style w:type="paragraph" w:styleId="P"><w:rPr><w:vanish/></w:rPr></w:style>',
    settings="<w:zoom/><w:compat/>",
)
WHOLE = zipped(PARTS)
MARKED = [name for name in PARTS if name.startswith("word/") and name.endswith(".xml")]
STORIES = {"word/document.xml", "word/header.xml", "word/footnotes.xml", "word/settings.xml"}
CHANGED = {*STORIES, "[Content_Types].xml", "word/_rels/document.xml.rels"}

TAGS = (
    *("p", "r", "t", "del", "ins", "moveFrom", "moveTo", "hyperlink", "sdt", "sdtContent", "smartTag"),
    *("fldSimple", "txbxContent", "tbl", "tr", "tc", "footnote", "bdo", "ruby", "rPr", "pPr", "customXml"),
)
SNIPPETS = (
    *("<w:tab/>", "<w:br/>", '<w:br w:type="page"/>', "<w:noBreakHyphen/>", "<w:softHyphen/>", "<w:cr/>"),
    *('<w:fldChar w:fldCharType="begin"/>', '<w:fldChar w:fldCharType="separate"/>'),
    *('<w:fldChar w:fldCharType="end"/>', "<w:instrText>ADDIN {{</w:instrText>", "<w:footnoteReference/>"),
    *('<w:bookmarkStart w:id="9" w:name="_shellcount_note_ab_1"/>', '<w:footnoteReference w:id="1"/>'),
    *('<w:bookmarkStart w:id="x" w:name="_shellcount_list_ab_1"/>', "<w:sym/>", "<w:rPr><w:vanish/></w:rPr>"),
    *("<w:rPr><w:strike/></w:rPr>", '<w:sym w:char="F041"/>', "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"),
    *('<w:sdtPr><w:tag w:val="shellcount:000"/></w:sdtPr>', "<w:sdtPr><w:text/></w:sdtPr>", "<!-- {{ -->"),
    *("<?x {{ ?>", run("{{ h }}"), run("{"), run("}}"), run("{{"), run("\u2009["), paragraph(run("{{ i }}"))),
    *("<mc:AlternateContent/>", "<mc:Choice/>", "<mc:Fallback/>", '<w:pStyle w:val="P"/>', "<w:drawing/>"),
    *('<wp:docPr hidden="1" descr="{{ x }}"/>', "<a:p><a:t>{{ x }}</a:t></a:p>", "<w:delText>{{</w:delText>"),
    *(
        '<w:dataBinding w:xpath="x"/>',
        '<w:footnote w:id="-1" w:type="separator"/>',
        "<w:sectPr/>",
        BOX,
        FIELD,
    ),
)
TEXTS = ("", " ", "{{ j }}", "{", "}", "{{", "}}", "{ k }}", "\u2011", "\u202e", "\U0001f680", "x" * 5_000)
NUMBER = "1.5 million"
# What a file may ask for is counted before it is unpacked, as other tests show; tracing triples the time.
BUDGET = OF_A_FILE if EXPLORING else Budget(HANGING)


@dataclass(frozen=True)
class Edit:
    """A change of one element of a part, which is named by a number."""

    part: str
    place: int
    kind: str
    tag: str
    snippet: str
    text: str
    other: int

    def apply(self, root: etree._Element) -> None:
        """Change an element in place; the root itself stays."""
        elements = [each for each in root.iter() if isinstance(each.tag, str)][1:]
        if elements:
            element, other = (elements[place % len(elements)] for place in (self.place, self.other))
            KINDS[self.kind](self, element, other)


def wrap(edit: Edit, element: etree._Element, _: etree._Element) -> None:
    outer = etree.Element(f"{{{W}}}{edit.tag}", nsmap=element.nsmap)
    element.addprevious(outer)
    outer.append(element)


def unwrap(_: Edit, element: etree._Element, __: etree._Element) -> None:
    for child in list(element):
        element.addprevious(child)
    remove(_, element, __)


def remove(_: Edit, element: etree._Element, __: etree._Element) -> None:
    above = element.getparent()
    assert above is not None
    above.remove(element)


def double(_: Edit, element: etree._Element, __: etree._Element) -> None:
    element.addnext(copy.deepcopy(element))


def move(_: Edit, element: etree._Element, other: etree._Element) -> None:
    if element not in [other, *other.iterancestors()]:
        other.append(element)


def split(edit: Edit, element: etree._Element, _: etree._Element) -> None:
    text, at = element.text or "", edit.other % 7
    element.text = text[:at]
    element.addnext(etree.fromstring(f"<w:r {NAMESPACES}><w:t>{escape(text[at:])}</w:t></w:r>"))


def retype(edit: Edit, element: etree._Element, _: etree._Element) -> None:
    element.text = edit.text


def describe(edit: Edit, element: etree._Element, _: etree._Element) -> None:
    element.set(f"{{{W}}}{edit.tag}", edit.text[:50])


def insert(edit: Edit, element: etree._Element, _: etree._Element) -> None:
    for child in list(etree.fromstring(f"<x {NAMESPACES}>{edit.snippet}</x>")):
        element.insert(edit.other % (len(element) + 1), child)


KINDS = {
    each.__name__: each for each in (wrap, unwrap, remove, double, move, split, retype, describe, insert)
}
EDITS = st.builds(
    Edit,
    st.sampled_from([*MARKED, *["word/document.xml"] * 6]),
    st.integers(0, 200),
    st.sampled_from([*KINDS, *["insert"] * 3]),
    st.sampled_from(TAGS),
    st.sampled_from(SNIPPETS),
    st.sampled_from(TEXTS),
    st.integers(0, 200),
)
type Edited = list[Edit]


def built(edits: Edited) -> bytes:
    """The document after some changes of its elements."""
    parts = dict(PARTS)
    for edit in edits:
        root = etree.fromstring(parts[edit.part])
        edit.apply(root)
        parts[edit.part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return zipped(parts)


def fill_and_read(data: bytes) -> None:
    """Fill a document, and insist that all of its numbers can be found in it."""
    read(data)
    found = scan(data)
    values = [Value(f"{place:03x}", NUMBER, 1 + place % 3) for place, _ in enumerate(found.placeholders)]
    kept: list[Place] = []

    def record_of(places: tuple[Place, ...]) -> Json:
        kept[:] = places
        return {"record": "fuzz"}

    done = fill(data, values, ["one note", "another", "third"], record_of)
    assert found.remarks or not [*braces_in(done)]
    assert scan(done).placeholders == ()
    reading = read(done)
    assert {"record": "fuzz"} in reading.records
    by_id = {each.id: each for each in reading.tagged}
    for value in values:
        assert by_id[value.id].text == NUMBER or by_id[value.id].concern
    lines = reading.text.split("\n")
    for place in kept:
        shown = lines[place.line - 1][place.column - 1 :]
        assert shown.startswith(NUMBER) or by_id[place.id].concern
    before, after = unzipped(data), unzipped(done)
    assert {name for name in before if before[name] != after[name]} <= CHANGED


def test_the_document_that_is_changed_is_filled() -> None:
    fill_and_read(WHOLE)


@inputs_of_a_kind
def test_any_changed_word_document_is_filled_or_refused(count: int, shard: int) -> None:
    def use(edits: Edited) -> None:
        fill_and_read(built(edits))

    edits = st.lists(EDITS, min_size=1, max_size=6)
    outcomes = fuzz(edits, use, count=round(count * 0.7), shard=shard, budget=BUDGET)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 20


def edit(
    part: str, place: int, kind: str, tag: str = "p", snippet: str = "", text: str = "", other: int = 0
) -> Edit:
    return Edit(part, place, kind, tag, snippet, text, other)


BODY, CODE = "word/document.xml", "<w:instrText>ADDIN {{</w:instrText>"
# What once failed.
FAILED: dict[str, Edited] = {
    "a paragraph in a paragraph": [edit(BODY, 60, "wrap")],
    "a list at the end, and a header": [edit(BODY, 1, "remove")],
    "a run in a text": [edit(BODY, 2, "move", other=117)],
    "a run in the properties of another": [edit(BODY, 2, "move", other=58)],
    "half of the braces deleted": [edit(BODY, 108, "remove"), edit(BODY, 158, "wrap", "del")],
    "half of the braces in properties": [edit(BODY, 108, "remove"), edit(BODY, 158, "wrap", "rPr")],
    "no body": [edit(BODY, 108, "wrap"), edit(BODY, 0, "unwrap"), edit(BODY, 0, "unwrap")],
    "runs right in a text box": [*[edit(BODY, 0, "wrap")] * 2, edit(BODY, 35, "wrap", "txbxContent")],
    "braces split over settings": [
        *[edit(BODY, 0, "wrap")] * 2,
        edit("word/settings.xml", 0, "retype", text="{{ j }}"),
        edit("word/settings.xml", 0, "split", other=1),
    ],
    "a tab in no run": [edit(BODY, 1, "insert", snippet="<w:tab/>", other=68)],
    "a tab between braces": [edit(BODY, 4, "insert", snippet="<w:tab/>", other=68)],
    "a code in properties": [
        edit(BODY, 1, "insert", snippet="<w:rPr><w:vanish/></w:rPr>"),
        edit(BODY, 57, "insert", snippet=CODE),
    ],
    "a brace in mark-up without text": [
        *[edit(BODY, 0, "wrap"), edit(BODY, 0, "unwrap"), edit(BODY, 4, "wrap")],
        edit(BODY, 58, "retype", text="{"),
    ],
}


@pytest.mark.parametrize("edits", FAILED.values(), ids=FAILED.keys())
def test_what_once_failed_is_filled_or_refused(edits: Edited) -> None:
    assert outcome(lambda edits: fill_and_read(built(edits)), edits) in {"used", "refused"}


HOSTILE_PARTS: Mapping[str, bytes] = {
    "word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    "word/header.xml": b"<a>" * 5_000,
    "word/styles.xml": b"\xff\xfe<\x00a\x00/\x00>\x00",
    "customXml/item1.xml": b'<record xmlns="urn:shellcount:record">[[[</record>',
    "customXml/item2.xml": b'<record xmlns="urn:shellcount:record">[]</record>',
    "word/embeddings/a.xlsx": b"PK\x03\x04",
    "word/embeddings/a.bin": b"{{",
    "word/settings.xml": b"",
    "docProps/core.xml": b"<a>{{ x }}</a>",
    "_rels/.rels": b"<a/>",
    "word/_rels/document.xml.rels": b"<a/>",
    "WORD/DOCUMENT.XML": b"<a/>",
    "word/": b"",
}


@dataclass(frozen=True)
class Damage:
    """Changes of the archive: bytes of it, bytes of a part, parts that are gone, and parts that are new."""

    whole: tuple[Splice, ...]
    part: str
    within: tuple[Splice, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    def apply(self) -> bytes:
        """The document after the changes."""
        parts = {name: content for name, content in PARTS.items() if name not in self.gone}
        if self.part in parts:
            parts[self.part] = spliced(parts[self.part], list(self.within))
        return spliced(
            zipped({**parts, **{name: HOSTILE_PARTS[name] for name in self.new}}), list(self.whole)
        )


PIECES = (
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"\0",
    b"\xff\xff\xff\xff",
    b"<",
    b">",
    b"{{ x }}",
    b"&#123;",
    b"w:",
    b'"',
)
NONE: st.SearchStrategy[tuple[()]] = st.just(())
ANY_PART = st.sampled_from(list(PARTS))
NEW = st.lists(st.sampled_from(list(HOSTILE_PARTS)), min_size=1, max_size=2, unique=True).map(tuple)
DAMAGES = (
    st.builds(Damage, splices_of(len(WHOLE), PIECES, most=2).map(tuple), ANY_PART, NONE, NONE, NONE)
    | st.builds(Damage, NONE, ANY_PART, splices_of(3_000, PIECES, most=2).map(tuple), NONE, NONE)
    | st.builds(Damage, NONE, ANY_PART, NONE, ANY_PART.map(lambda part: (part,)), NONE)
    | st.builds(Damage, NONE, ANY_PART, NONE, NONE, NEW)
)


@inputs_of_a_kind
def test_any_damaged_archive_is_filled_or_refused(count: int, shard: int) -> None:
    def use(damage: Damage) -> None:
        fill_and_read(damage.apply())

    outcomes = fuzz(DAMAGES, use, count=round(count * 0.3), shard=shard, budget=BUDGET)
    assert EXPLORING or min(outcomes["used"], outcomes["refused"]) > count / 50
