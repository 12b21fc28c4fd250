"""Numbers stand in Word documents where they were asked for, and are found again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.shared import Pt, RGBColor
from lxml import etree

from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.word.docx import fill, read, scan
from shellcount.digest import Json
from shellcount.errors import DocumentError
from shellcount.text import one_line

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RECORD: Json = {"record": "x", "text": "<&> ]]> \u202e \ufffe  two", "n": 1}


def value(text: str = "2.0 million", name: str = "abc123", note: int | None = None) -> Value:
    return Value(name, text, note)


def saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def of_paragraphs(*texts: str) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


def of_xml(*paragraphs: str) -> bytes:
    """A document of paragraphs, each given as what stands in its w:p."""
    document = docx.Document()
    for content in paragraphs:
        place = document.add_paragraph()._p
        for element in parse_xml(f'<w:p xmlns:w="{W}">{content}</w:p>'):
            place.append(element)
    return saved(document)


def filled(data: bytes, *values: Value, notes: tuple[str, ...] = ()) -> bytes:
    return fill(data, values or [value()] * len(scan(data).placeholders), notes, lambda _: RECORD)


def lines(data: bytes) -> list[str]:
    """What a reader sees, paragraph by paragraph, content controls among it."""
    body = docx.Document(io.BytesIO(data)).element.body
    return [letters(paragraph) for paragraph in body.iter(f"{{{W}}}p")]


def letters(element: Any) -> str:
    """The text of an element's runs."""
    return "".join(piece.text or "" for piece in element.iter(f"{{{W}}}t"))


def marks(data: bytes) -> list[tuple[str, str | None]]:
    return [(mark.id, mark.text) for mark in read(data).tagged]


# --- placeholders and filling ------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ a }}",
        "{{ a }} at the start",
        "the end is {{ a }}",
        "between {{ a }} words",
        "{{ a }}{{ a }}",
        "{{ a }}, {{ a }} and {{ a }}.",
        "{{ a }}\u00a0{{a}}",
    ],
)
def test_placeholders_of_a_paragraph_are_filled(text: str) -> None:
    template = of_paragraphs("before", text, "after")
    found = scan(template).placeholders
    assert {place.text.strip() for place in found} == {"a"}
    done = filled(template)
    said = text.replace("{{ a }}", "2.0 million").replace("{{a}}", "2.0 million")
    assert lines(done) == ["before", said, "after"]
    assert marks(done) == [("abc123", "2.0 million")] * len(found)
    assert read(done).records == (RECORD,)
    assert scan(done).placeholders == ()


@pytest.mark.parametrize(
    "runs",
    [
        ("{{ ", "load", " }}"),
        ("{", "{", " load ", "}", "}"),
        ("a {", "{ load }", "} b"),
        ("a {{ lo", "ad }} b"),
        ("a {{ load }} b {{ st", "owage }} c"),
        ("", "{{ load", "", " }}", ""),
    ],
)
def test_placeholders_split_over_runs_are_filled(runs: tuple[str, ...]) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for text in runs:
        paragraph.add_run(text)
    template = saved(document)
    values = [value(f"number {place.text.strip()}") for place in scan(template).placeholders]
    expected = "".join(runs).replace("{{ load }}", "number load").replace("{{ stowage }}", "number stowage")
    assert lines(filled(template, *values)) == [expected]


RUN = "<w:r><w:t>{}</w:t></w:r>"
LINK = "<w:hyperlink w:anchor='x'>{}</w:hyperlink>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        # What Word leaves behind in the middle of a run, and of a placeholder.
        ("<w:r><w:t>a {{ lo</w:t><w:lastRenderedPageBreak/><w:t>ad }} b</w:t></w:r>", "a 2.0 million b"),
        ("<w:r><w:t>a </w:t><w:tab/><w:t>{{ load }} b</w:t><w:br/><w:t> c</w:t></w:r>", "a 2.0 million b c"),
        (RUN.format("{{ load }}") + "<w:proofErr w:type='spellStart'/>" + RUN.format("b"), "2.0 millionb"),
        (RUN.format("{{") + "<w:bookmarkStart w:id='1' w:name='x'/>" + RUN.format("a}} c"), "2.0 million c"),
        (LINK.format(RUN.format("see {{ load }} there")), "see 2.0 million there"),
        (RUN.format("{{ ") + LINK.format(RUN.format("load")) + RUN.format(" }}."), "2.0 million."),
        ("<w:ins w:id='1' w:author='a'>" + RUN.format("{{ load }}") + "</w:ins>", "2.0 million"),
        (
            "<w:del w:id='1' w:author='a'><w:r><w:delText>old</w:delText></w:r></w:del>"
            + RUN.format("{{ load }}"),
            "2.0 million",
        ),
        ("<w:sdt><w:sdtContent>" + RUN.format("{{ load }}") + "</w:sdtContent></w:sdt>", "2.0 million"),
        ("<w:fldSimple w:instr='x'>" + RUN.format("{{ load }}") + "</w:fldSimple>", "2.0 million"),
    ],
)
def test_placeholders_are_filled_in_place_whatever_word_put_around_them(content: str, said: str) -> None:
    done = filled(of_xml(content))
    assert lines(done) == [said]
    assert marks(done) == [("abc123", "2.0 million")]


def test_the_order_of_what_is_no_text_is_kept() -> None:
    done = filled(of_xml("<w:r><w:t>a</w:t><w:tab/><w:t>{{ load }}</w:t><w:br/><w:t>b</w:t></w:r>"))
    body = docx.Document(io.BytesIO(done)).element.body
    kinds = [etree.QName(e).localname for e in body.iter() if etree.QName(e).localname in {"t", "tab", "br"}]
    texts = [e.text for e in body.iter(f"{{{W}}}t") if e.text]
    assert (kinds, texts) == (["t", "tab", "t", "br", "t"], ["a", "2.0 million", "b"])


def test_tables_headers_and_footers_are_filled() -> None:
    document = docx.Document()
    document.add_table(1, 2).cell(0, 1).text = "cell {{ a }}"
    document.sections[0].header.paragraphs[0].text = "head {{ b }}"
    document.sections[0].footer.paragraphs[0].text = "{{ c }} foot"
    document.add_paragraph("body {{ d }}")
    template = saved(document)
    found = scan(template).placeholders
    assert sorted(place.text.strip() for place in found) == ["a", "b", "c", "d"]
    assert {place.where for place in found} == {
        *("the paragraph “cell {{ a }}”", "the paragraph “head {{ b }}”"),
        *("the paragraph “{{ c }} foot”", "the paragraph “body {{ d }}”"),
    }
    done = filled(template, *(value(place.text.strip().upper(), place.text.strip()) for place in found))
    again = docx.Document(io.BytesIO(done))
    header, footer = again.sections[0].header._element, again.sections[0].footer._element
    assert letters(header) == "head B"
    assert letters(footer) == "C foot"
    assert [line for line in lines(done) if line] == ["cell A", "body D"]
    assert sorted(marks(done)) == [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]


BOX = (
    "<w:r><w:t>out {{ a }}</w:t><w:pict xmlns:v='urn:schemas-microsoft-com:vml'><v:shape><v:textbox>"
    "<w:txbxContent><w:p><w:r><w:t>in {{ b }} box</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape>"
    "</w:pict><w:t> after</w:t></w:r>"
)


def test_text_boxes_are_filled_apart_from_the_paragraph_they_hang_on() -> None:
    template = of_xml(BOX)
    assert [place.text.strip() for place in scan(template).placeholders] == ["a", "b"]
    done = filled(template, value("A", "a"), value("B", "b"))
    assert lines(done) == ["out Ain B box after", "in B box"]
    assert [(mark.text, mark.where) for mark in read(done).tagged] == [
        ("A", "the paragraph “out A after”"),
        ("B", "the paragraph “in B box”"),
    ]


NOTE_KINDS = ("footnotes", "endnotes")


def with_note(data: bytes, kind: str, text: str) -> bytes:
    """Give a document a part of notes, as Word writes it, with a link in it."""
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    item = kind.removesuffix("s")
    parts = {
        f"word/{kind}.xml": f'<w:{kind} xmlns:w="{W}"><w:{item} w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r>'
        f"</w:p></w:{item}></w:{kind}>",
        f"word/_rels/{kind}.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{office}/hyperlink" Target="http://a.example" '
        'TargetMode="External"/></Relationships>',
    }

    def edit(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            part = f'<Override PartName="/word/{kind}.xml" ContentType="{main}.{kind}+xml"/></Types>'
            return content.replace(b"</Types>", part.encode())
        if name == "word/_rels/document.xml.rels":
            link = f'<Relationship Id="rId99" Type="{office}/{kind}" Target="{kind}.xml"/></Relationships>'
            return content.replace(b"</Relationships>", link.encode())
        return content

    return rezipped(data, edit, {name: text.encode() for name, text in parts.items()})


def rezipped(
    data: bytes,
    edit: Callable[[str, bytes], bytes | None],
    more: dict[str, bytes] | None = None,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = edit(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (more or {}).items():
            new.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", NOTE_KINDS)
def test_footnotes_and_endnotes_are_filled(kind: str) -> None:
    template = with_note(of_paragraphs("body {{ a }}"), kind, "note {{ b }}")
    assert [place.text.strip() for place in scan(template).placeholders] == ["a", "b"]
    done = filled(template, value("A", "a"), value("B", "b"))
    with zipfile.ZipFile(io.BytesIO(done)) as parts:
        assert b"{{" not in parts.read(f"word/{kind}.xml")
        assert b"http://a.example" in parts.read(f"word/_rels/{kind}.xml.rels")
    assert sorted(marks(done)) == [("a", "A"), ("b", "B")]


def test_the_formatting_of_the_run_is_kept() -> None:
    document = docx.Document()
    run = document.add_paragraph("plain ").add_run("bold {{ a }} too")
    run.bold, run.font.size, run.font.color.rgb = True, Pt(20), RGBColor(255, 0, 0)
    run.font.name = "Courier New"
    done = docx.Document(io.BytesIO(filled(saved(document), value(note=1), notes=("note",))))
    runs = [r for r in done.element.body.iter(f"{{{W}}}r") if letters(r)]
    properties = {letters(r): r.find(f"{{{W}}}rPr") for r in runs}
    assert list(properties) == ["plain ", "bold ", "2.0 million", "\u2009[", "]", " too"]
    expected = etree.tostring(properties["bold "])
    assert properties["plain "] is None
    assert etree.tostring(properties["2.0 million"]) == etree.tostring(properties[" too"]) == expected
    (reference,) = done.element.body.iter(f"{{{W}}}footnoteReference")
    for raised in (properties["\u2009["], reference.getparent().find(f"{{{W}}}rPr"), properties["]"]):
        assert raised.find(f"{{{W}}}vertAlign").get(f"{{{W}}}val") == "superscript"
        assert raised.find(f"{{{W}}}b") is not None


def test_the_parts_of_run_properties_stand_in_the_order_of_the_schema() -> None:
    content = "<w:r><w:rPr><w:b/><w:lang w:val='en-GB'/></w:rPr><w:t>{{ a }}</w:t></w:r>"
    done = docx.Document(io.BytesIO(filled(of_xml(content), value(note=1), notes=("x",))))
    raised = next(done.element.body.iter(f"{{{W}}}vertAlign")).getparent()
    assert [etree.QName(child).localname for child in raised] == ["b", "vertAlign", "lang"]


def test_the_control_is_invisible_and_named() -> None:
    done = docx.Document(io.BytesIO(filled(of_paragraphs("{{ a }}"))))
    (control,) = done.element.body.iter(f"{{{W}}}sdt")
    assert control.find(f"{{{W}}}sdtPr/{{{W}}}tag").get(f"{{{W}}}val") == "shellcount:abc123"
    (appearance,) = control.iter("{http://schemas.microsoft.com/office/word/2012/wordml}appearance")
    assert list(appearance.attrib.values()) == ["hidden"]


def test_everything_else_is_as_it_was() -> None:
    document = docx.Document()
    document.add_heading("A title", 1)
    document.add_paragraph("untouched", style="List Bullet")
    document.core_properties.author = "someone"
    document.add_paragraph("{{ a }}")
    template = saved(document)
    done = filled(template)
    with zipfile.ZipFile(io.BytesIO(template)) as before, zipfile.ZipFile(io.BytesIO(done)) as after:
        added = set(after.namelist()) - set(before.namelist())
        assert added == {"customXml/shellcount1.xml"}
        assert set(before.namelist()) <= set(after.namelist())
        changed = {name for name in before.namelist() if before.read(name) != after.read(name)}
    assert changed <= {"word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"}
    old, new = (docx.Document(io.BytesIO(data)).element.body for data in (template, done))
    assert [etree.tostring(child) for child in old[:2]] == [etree.tostring(child) for child in new[:2]]


def test_a_document_may_be_filled_twice() -> None:
    once = filled(of_paragraphs(r"{{ a }} \{{ b }}"), value("A", "a"))
    twice = fill(once, [value("B", "b")], [], lambda _: {"second": True})
    assert lines(twice) == ["A B"]
    reading = read(twice)
    records, found = reading.records, reading.tagged
    assert len(records) == 2
    assert all(record in records for record in (RECORD, {"second": True}))
    assert [mark.text for mark in found] == ["A", "B"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"\{{ a }}", "{{ a }}"),
        (r"\{{ a }} {{ b }} \{{", "{{ a }} 2.0 million {{"),
        (r"{{ b }}\{{", "2.0 million{{"),
        (r"a \ b", r"a \ b"),
    ],
)
def test_escaped_braces_stay_as_braces(text: str, said: str) -> None:
    template = of_paragraphs(text)
    assert len(scan(template).placeholders) == text.count("{{ b")
    assert lines(filled(template)) == [said]


@pytest.mark.parametrize("text", ["{{ load", "{{ load }", "a {{ load }} {{ b", "{{ a { b }}", "{{{ load }}}"])
def test_braces_that_do_not_close_are_refused_with_their_paragraph(text: str) -> None:
    with pytest.raises(
        DocumentError, match=r"the paragraph “.*”: braces open and do not close in the same para"
    ):
        scan(of_paragraphs("x", text, "}}"))


HOSTILE = {
    "mark-up": "</w:t></w:r><w:r><w:t>& <b> ]]> &lt;",
    "control": "\x00\x1b[31m \u202e a \u200b\x0b\x7f",
    "not XML": "a\ufffeb\uffff",
    "braces": "{{ load }} {{",
    "lines": "a\r\nb\tc",
    "endless": "x" * 10_000,
    "elsewhere": "한국 \U0001f680",
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_read_as_text(hostile: str) -> None:
    done = filled(of_paragraphs("a {{ x }} b"), value(hostile, note=1), notes=(hostile,))
    shown = one_line(hostile).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
    assert lines(done) == [f"a {shown}\u2009[] b"]
    assert [note.text for note in read(done).notes] == [shown]
    assert marks(done) == [("abc123", shown)]
    assert read(done).records == (RECORD,)


# --- reading after a person's edits ------------------------------------------------------


def edited(data: bytes, edit: Callable[[Document], None]) -> bytes:
    document = docx.Document(io.BytesIO(data))
    edit(document)
    return saved(document)


def test_numbers_are_found_when_moved_copied_and_edited() -> None:
    done = filled(of_paragraphs("one {{ a }}", "two {{ b }}"), value("A", "a"), value("B", "b"))

    def edit(document: Document) -> None:
        first, second = document.paragraphs[:2]
        first._p.addprevious(second._p)
        document.element.body.insert(0, parse_xml(etree.tostring(first._p)))
        text = next(t for t in second._p.iter(f"{{{W}}}t") if t.text == "B")
        text.text = "\u00a0C "

    assert marks(edited(done, edit)) == [("a", "A"), ("b", "C"), ("a", "A")]


def test_a_number_is_found_when_word_splits_its_run() -> None:
    def edit(document: Document) -> None:
        (run,) = (r for r in document.element.body.iter(f"{{{W}}}r") if letters(r) == "2.0 million")
        second = parse_xml(f'<w:r xmlns:w="{W}"><w:rPr><w:b/></w:rPr><w:t>\u00a0million</w:t></w:r>')
        run.addnext(second)
        next(run.iter(f"{{{W}}}t")).text = "2.0"

    assert marks(edited(filled(of_paragraphs("{{ a }}")), edit)) == [("abc123", "2.0 million")]


def test_the_record_is_found_under_the_name_that_word_gives_it() -> None:
    done = filled(of_paragraphs("{{ a }}"))

    def edit(name: str, content: bytes) -> bytes | None:
        return (
            None if name == "customXml/shellcount1.xml" else content.replace(b"shellcount1.xml", b"item7.xml")
        )

    with zipfile.ZipFile(io.BytesIO(done)) as parts:
        record = parts.read("customXml/shellcount1.xml")
    assert read(rezipped(done, edit, {"customXml/item7.xml": record})).records == (RECORD,)


def replaced_record(content: bytes) -> bytes:
    return rezipped(
        filled(of_paragraphs("{{ a }}")),
        lambda name, old: content if name == "customXml/shellcount1.xml" else old,
    )


RECORD_OF = b'<record xmlns="urn:shellcount:record">%s</record>'


@pytest.mark.parametrize(
    "content",
    [
        RECORD_OF % b"",
        RECORD_OF % b"{",
        RECORD_OF % (b"[" * 100_000),
        RECORD_OF % (b"9" * 10_000),
        RECORD_OF[:-4] % b"{}",
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + RECORD_OF % b'"&a;"',
    ],
    ids=["empty", "open", "deep", "digits", "cut off", "entity"],
)
def test_a_damaged_record_is_said_to_be(content: bytes) -> None:
    with pytest.raises(DocumentError, match="record of what was filled in is damaged"):
        read(replaced_record(content))


@pytest.mark.parametrize("content", [b"", b"<a/>", b"no XML", b"\xff\xfe"])
def test_parts_of_other_programs_are_left_alone(content: bytes) -> None:
    reading = read(replaced_record(content))
    records, found = reading.records, reading.tagged
    assert (records, len(found)) == ((), 1)
