"""Each place of a Word document where a placeholder can stand: it is filled, or refused with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.word.docx import fill, read, scan
from shellcount.digest import Json
from shellcount.errors import DocumentError
from worddocs import braces_in, paragraph, parts_of, run, unzipped, word_document, zipped

RECORD: Json = {"record": "x"}
WHOLE = "{{ a }}"

type Written = Callable[..., str]  # writes the runs of a placeholder, `t` by the name of another element


def whole(tag: str = "w:t") -> str:
    return f"<w:r><{tag}>x {WHOLE} y</{tag}></w:r>".replace("<w:r><m:t>", "<m:r><m:t>").replace(
        "</m:t></w:r>", "</m:t></m:r>"
    )


def split(tag: str = "w:t") -> str:
    outer = tag[0]
    return "".join(
        f"<{outer}:r><{tag}>{text}</{tag}></{outer}:r>" for text in ("x {", "{", " a", " }", "} y")
    )


def fields(code: str, result: str) -> str:
    """A field of a code and a result, each given as runs."""
    kinds = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    return kinds["begin"] + code + kinds["separate"] + result + kinds["end"]


def box(runs: str) -> str:
    """A text box, in both copies."""
    content = f"<w:txbxContent>{paragraph(runs)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>'
        '<wp:docPr id="1" name="b"/>'
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"{content}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def picture(attribute: str) -> str:
    return f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" {attribute}/></wp:inline></w:drawing></w:r>'


def control(properties: str, runs: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{runs}</w:sdtContent></w:sdt>"


def note(kind: str, runs: str) -> str:
    return f'<w:{kind} w:id="1">{paragraph(runs)}</w:{kind}>'


def cell(runs: str) -> str:
    return f"<w:tbl><w:tr><w:tc>{paragraph(runs)}</w:tc></w:tr></w:tbl>"


SMART = '<w:smartTag w:uri="u" w:element="e">{}</w:smartTag>'

# Where a placeholder is filled.
FILLED: dict[str, Callable[[Written], bytes]] = {
    "body": lambda t: word_document(paragraph(t())),
    "table cell": lambda t: word_document(cell(t())),
    "header": lambda t: word_document(paragraph(), header=paragraph(t())),
    "footer": lambda t: word_document(paragraph(), footer=paragraph(t())),
    "footnote": lambda t: word_document(paragraph(), footnotes=note("footnote", t())),
    "endnote": lambda t: word_document(paragraph(), endnotes=note("endnote", t())),
    "text box": lambda t: word_document(paragraph(run("before"), box(t()))),
    "link": lambda t: word_document(paragraph(f'<w:hyperlink w:anchor="x">{t()}</w:hyperlink>')),
    "result of a field": lambda t: word_document(
        paragraph(fields("<w:r><w:instrText> REF x </w:instrText></w:r>", t()))
    ),
    "result of a simple field": lambda t: word_document(
        paragraph(f'<w:fldSimple w:instr=" AUTHOR ">{t()}</w:fldSimple>')
    ),
    "table of contents": lambda t: word_document(
        paragraph(fields('<w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>', t()))
    ),
    "tracked insertion": lambda t: word_document(paragraph(f'<w:ins w:id="1" w:author="a">{t()}</w:ins>')),
    "text that was moved here": lambda t: word_document(
        paragraph(f'<w:moveTo w:id="1" w:author="a">{t()}</w:moveTo>')
    ),
    "rich content control": lambda t: word_document(paragraph(control('<w:alias w:val="n"/>', t()))),
    "content control around paragraphs": lambda t: word_document(control("", paragraph(t()))),
    "smart tag": lambda t: word_document(paragraph(SMART.format(t()))),
    "bookmark": lambda t: word_document(
        paragraph('<w:bookmarkStart w:id="1" w:name="b"/>', t(), '<w:bookmarkEnd w:id="1"/>')
    ),
    "hidden text": lambda t: word_document(
        paragraph(t().replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>"))
    ),
}


def refused_part(name: str, content: str) -> Callable[[Written], bytes]:
    def make(t: Written) -> bytes:
        written = content.format(t("w:t"))
        return zipped({**parts_of(paragraph()), name: written.encode()})

    return make


def embedded(t: Written) -> bytes:
    strings = "<sst><si><t>{{ a }}</t></si></sst>"
    book = zipped({"xl/sharedStrings.xml": strings.encode()})
    return zipped({**parts_of(paragraph(t("w:t").replace("{", "("))), "word/embeddings/Book1.xlsx": book})


NS = 'xmlns:w="urn:w" xmlns:a="urn:a" xmlns:c="urn:c" xmlns:vt="urn:v"'
DELETED = "deleted text"

# Where a placeholder is refused, and the words of the refusal.
REFUSED: dict[str, tuple[Callable[[Written], bytes], str]] = {
    "equation": (lambda t: word_document(paragraph(f"<m:oMath>{t('m:t')}</m:oMath>")), "an equation"),
    "ruby text": (
        lambda t: word_document(paragraph(f"<w:r><w:ruby><w:rubyBase>{t()}</w:rubyBase></w:ruby></w:r>")),
        "ruby text",
    ),
    "deleted text": (
        lambda t: word_document(paragraph(f'<w:del w:id="1" w:author="a">{t("w:delText")}</w:del>')),
        DELETED,
    ),
    "text that was moved away": (
        lambda t: word_document(paragraph(f'<w:moveFrom w:id="1" w:author="a">{t()}</w:moveFrom>')),
        "text that was moved away",
    ),
    "code of a field": (
        lambda t: word_document(paragraph(fields(t("w:instrText"), run("7")))),
        "the code of a field",
    ),
    "drop-down list": (
        lambda t: word_document(paragraph(control("<w:dropDownList/>", t()))),
        "a drop-down list",
    ),
    "bound control": (
        lambda t: word_document(paragraph(control('<w:dataBinding w:xpath="/x"/>', t()))),
        "bound to data",
    ),
    "plain-text control": (
        lambda t: word_document(paragraph(control("<w:text/>", t()))),
        "a content control for plain text",
    ),
    "date control": (lambda t: word_document(paragraph(control("<w:date/>", t()))), "a date control"),
    "shape of DrawingML": (
        lambda t: word_document(
            paragraph(f"<w:r><w:drawing><a:p>{t('a:t')}</a:p></w:drawing></w:r>"),
        ),
        "a picture or shape",
    ),
    "comment": (
        lambda t: word_document(paragraph(), comments=f'<w:comment w:id="1">{paragraph(t())}</w:comment>'),
        "a comment",
    ),
    "properties": (
        refused_part("docProps/core.xml", f"<c:p {NS}><c:title>{{{{{{{{ a }}}}}}}}</c:title>{{}}</c:p>"),
        "the properties of the document",
    ),
    "custom properties": (
        refused_part(
            "docProps/custom.xml", f"<c:p {NS}><vt:lpwstr>{{{{{{{{ a }}}}}}}}</vt:lpwstr>{{}}</c:p>"
        ),
        "the properties of the document",
    ),
    "building blocks": (
        refused_part("word/glossary/document.xml", f"<w:d {NS}><w:p>{{}}</w:p></w:d>"),
        "the building blocks",
    ),
    "chart": (refused_part("word/charts/chart1.xml", f"<c:c {NS}><a:p>{{}}</a:p></c:c>"), "a chart"),
    "diagram": (refused_part("word/diagrams/data1.xml", f"<c:c {NS}><a:p>{{}}</a:p></c:c>"), "a diagram"),
    "data of another program": (
        refused_part("customXml/item1.xml", f"<w:d {NS}><w:p>{{}}</w:p></w:d>"),
        "the data of another program",
    ),
    "embedded workbook": (embedded, "an embedded file"),
}
ATTRIBUTES = {
    "alternative text": (picture(f'descr="x {WHOLE}"'), "the alternative text of a picture"),
    "title of a picture": (picture(f'title="{WHOLE}"'), "the title of a picture"),
    "shape of words": (f'<w:r><w:pict><v:textpath string="{WHOLE}"/></w:pict></w:r>', "a shape of words"),
    "code of a simple field": (f'<w:fldSimple w:instr=" DOCPROPERTY {WHOLE} "/>', "the code of a field"),
    "item of a drop-down list": (
        control(
            f'<w:dropDownList><w:listItem w:displayText="{WHOLE}" w:value="1"/></w:dropDownList>', run("a")
        ),
        "a drop-down list",
    ),
    "tip of a link": (f'<w:hyperlink w:tooltip="{WHOLE}">{run("a")}</w:hyperlink>', "a link"),
}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "documents.md"
WRITTEN = pytest.mark.parametrize("written", [whole, split])


@WRITTEN
@pytest.mark.parametrize("place", FILLED)
def test_a_placeholder_is_filled(place: str, written: Written) -> None:
    template = FILLED[place](written)
    found = scan(template)
    assert [each.text.strip() for each in found.placeholders] == ["a"]
    assert found.remarks == ()
    done = fill(template, [Value("abc", "2.0 million", 1)], ["a note"], lambda _: RECORD)
    assert list(braces_in(done)) == []
    reading = read(done)
    assert [(each.id, each.text) for each in reading.tagged if "hidden" not in each.concern] == (
        [] if place == "hidden text" else [("abc", "2.0 million")]
    )
    assert reading.records == (RECORD,)
    assert [each.text for each in reading.notes] == ["a note"]
    assert scan(done).placeholders == ()


@WRITTEN
@pytest.mark.parametrize("place", REFUSED)
def test_a_placeholder_that_cannot_be_filled_is_refused_with_its_place(place: str, written: Written) -> None:
    make, words = REFUSED[place]
    with pytest.raises(DocumentError, match=f"{words}.* cannot be filled; move it into the text"):
        scan(make(written))


@pytest.mark.parametrize("place", ATTRIBUTES)
def test_a_placeholder_in_an_attribute_is_refused_with_its_place(place: str) -> None:
    content, words = ATTRIBUTES[place]
    with pytest.raises(DocumentError, match=f"the paragraph “in it.*”: a placeholder in ({words})"):
        scan(word_document(paragraph(run("in it"), content)))


@pytest.mark.parametrize("place", [*REFUSED, *ATTRIBUTES])
def test_the_same_places_are_no_hindrance_without_a_placeholder(place: str) -> None:
    if place in REFUSED:
        data = REFUSED[place][0](lambda tag="w:t": run("7") if tag == "w:t" else "")
        data = zipped({n: c.replace(b"{{ a }}", b"").replace(b"{{", b"") for n, c in unzipped(data).items()})
        if place == "embedded workbook":
            return
    else:
        data = word_document(paragraph(ATTRIBUTES[place][0].replace(WHOLE, "a")))
    assert scan(data).placeholders == ()


# --- what stands within a placeholder ----------------------------------------------------


@pytest.mark.parametrize(
    ("between", "name"),
    [
        ("<w:r><w:noBreakHyphen/></w:r>", "claim.kp-gur"),
        ("<w:r><w:softHyphen/></w:r>", "claim.kpgur"),
        ("<w:r><w:t>\u2011</w:t></w:r>", "claim.kp-gur"),
        ("<w:r><w:t>\u00ad</w:t></w:r>", "claim.kpgur"),
        ("<w:r><w:t>\u200b</w:t></w:r>", "claim.kpgur"),
        ("<w:r><w:tab/></w:r>", "claim.kp gur"),
        ("<w:r><w:br/></w:r>", "claim.kp gur"),
        ('<w:proofErr w:type="spellStart"/>', "claim.kpgur"),
        ('<w:bookmarkStart w:id="3" w:name="z"/><w:bookmarkEnd w:id="3"/>', "claim.kpgur"),
        ('<w:commentRangeStart w:id="3"/>', "claim.kpgur"),
        ("<w:r><w:lastRenderedPageBreak/></w:r>", "claim.kpgur"),
        ('<w:del w:id="1" w:author="a"><w:r><w:delText>old</w:delText></w:r></w:del>', "claim.kpgur"),
    ],
)
def test_what_word_puts_into_a_name_is_part_of_it_or_left_out(between: str, name: str) -> None:
    template = word_document(paragraph(run("a {{ claim.kp"), between, run("gur }} b")))
    (found,) = scan(template).placeholders
    assert " ".join(found.text.split()) == name
    done = fill(template, [Value("abc", "12", None)], [], lambda _: RECORD)
    assert read(done).text == "a 12 b"
    assert list(braces_in(done)) == []


@pytest.mark.parametrize(
    ("between", "words"),
    [
        (picture('descr="x"'), "a picture or shape"),
        ('<w:r><w:footnoteReference w:id="2"/></w:r>', "a note"),
        ('<w:r><w:sym w:font="Symbol" w:char="F02D"/></w:r>', "a symbol"),
        ('<w:r><w:br w:type="page"/></w:r>', "a page break"),
        (fields("<w:r><w:instrText>PAGE</w:instrText></w:r>", run("7")), "a field"),
        ("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>", "an equation"),
    ],
)
def test_what_cannot_be_part_of_a_name_is_refused(between: str, words: str) -> None:
    with pytest.raises(DocumentError, match=f"the paragraph “a .*a placeholder in {words} cannot be filled"):
        scan(word_document(paragraph(run("a {{ load"), between, run(" }} b"))))


def test_what_another_program_keeps_in_a_field_is_left_alone_with_a_remark() -> None:
    code = "<w:r><w:instrText> ADDIN CSL_CITATION {{DNA}} </w:instrText></w:r>"
    found = scan(word_document(paragraph(fields(code, run("(Smith)")), run(" {{ a }}"))))
    assert len(found.placeholders) == 1
    (remark,) = found.remarks
    assert re.fullmatch(
        r"the body: “ADDIN CSL_CITATION .*” is the data of another program, left alone", remark
    )


def test_an_embedded_file_that_cannot_be_searched_is_named() -> None:
    parts = {**parts_of(paragraph(run("{{ a }}"))), "word/embeddings/oleObject1.bin": b"\xd0\xcf{{ a }}"}
    (remark,) = scan(zipped(parts)).remarks
    assert remark == "an embedded file (word/embeddings/oleObject1.bin) was not searched for placeholders"


def test_comments_of_the_mark_up_do_not_hide_braces() -> None:
    template = word_document(paragraph("<w:r><w:t>{<!-- {{ b }} -->{ a }<?x {{?>}</w:t></w:r>"))
    assert [each.text for each in scan(template).placeholders] == [" a "]
    done = fill(template, [Value("abc", "12", None)], [], lambda _: RECORD)
    assert read(done).text == "12"
    assert list(braces_in(done)) == []


# --- text boxes, which Word keeps twice --------------------------------------------------


def test_both_copies_of_a_text_box_are_filled_with_the_same_number() -> None:
    template = word_document(
        paragraph(run("{{ a }} "), box(run("{{ b }} {{ c }}"))), paragraph(run("{{ d }}"))
    )
    assert [each.text.strip() for each in scan(template).placeholders] == ["a", "b", "c", "d"]
    done = fill(template, [Value(name, name.upper()) for name in "abcd"], [], lambda _: RECORD)
    document = unzipped(done)["word/document.xml"].decode()
    assert [document.count(f">{letter}</w:t>") for letter in "ABCD"] == [1, 2, 2, 1]
    assert [(each.id, each.text) for each in read(done).tagged] == [
        ("a", "A"),
        ("b", "B"),
        ("c", "C"),
        ("d", "D"),
    ]
    assert read(done).text == "A \nB C\nD"


def test_copies_that_differ_are_filled_each() -> None:
    template = word_document(paragraph(box(run("{{ b }}"))))
    parts = unzipped(template)
    before, after = parts["word/document.xml"].decode().split("<mc:Fallback>")
    parts["word/document.xml"] = f"{before}<mc:Fallback>{after.replace('{{ b }}', '{{ c }}')}".encode()
    template = zipped(parts)
    assert [each.text.strip() for each in scan(template).placeholders] == ["b", "c"]
    done = fill(template, [Value("b", "B"), Value("c", "C")], [], lambda _: RECORD)
    assert list(braces_in(done)) == []
    assert [(each.id, "other programs" in each.where) for each in read(done).tagged] == [
        ("b", False),
        ("c", True),
    ]


# --- the page ----------------------------------------------------------------------------


def test_the_table_of_the_page_is_what_is_tested() -> None:
    section = PAGE.read_text("utf-8").split("\n## Word\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"(?m)^\| (.*) \| .* \| (.*) \|$", section)[2:])
    left = rows.pop("code of a field that another program added")
    assert left == "left alone"
    assert set(rows) == {*FILLED, *REFUSED, *ATTRIBUTES}
    for place, outcome in rows.items():
        if place in FILLED:
            assert outcome.startswith("filled")
            assert ("without a reference" in outcome) == ("field" in place or "contents" in place)
        else:
            words = REFUSED[place][1] if place in REFUSED else ATTRIBUTES[place][1]
            assert re.match(f"refused: .*{words}", outcome)
