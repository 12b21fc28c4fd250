"""References in Word: real footnotes, whose numbers do not fuse with the digits before them."""

from __future__ import annotations

import io
import re

import docx
import pytest
from lxml import etree

from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.word.docx import fill, read, scan
from shellcount.digest import Json
from worddocs import W, edited, paragraph, run, unzipped, word_document

RECORD: Json = {"record": "x"}
LABEL = r"shellcount-[0-9a-f]{6}-"


def filled(template: bytes, cited: str, notes: str) -> bytes:
    """Fill in one number for each digit: the reference that it cites."""
    values = [Value("abc", "220", int(note) or None) for note in cited]
    return fill(template, values, [f"{note} note" for note in notes], lambda _: RECORD)


def body(*texts: str) -> bytes:
    return word_document(*(paragraph(run(text)) for text in texts))


def root_of(data: bytes, part: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(unzipped(data)[part])


def shown(root: etree._Element, footnotes: dict[str, str] | None = None) -> list[str]:
    """What a program that converts to plain text writes: each mark of a footnote as its number."""
    numbers = {id_: str(place) for place, id_ in enumerate(footnotes or {}, start=1)}
    lines = []
    for element in root.iter(f"{{{W}}}p"):
        pieces = (
            numbers[each.get(f"{{{W}}}id", "")] if each.tag.endswith("Reference") else each.text or ""
            for each in element.iter(f"{{{W}}}t", f"{{{W}}}footnoteReference")
        )
        lines.append("".join(pieces))
    return lines


def footnotes_of(data: bytes) -> dict[str, str]:
    """Texts of the footnotes, by the ids of the references in the body, in their order."""
    texts = {
        note.get(f"{{{W}}}id", ""): "".join(note.itertext()).strip()
        for note in root_of(data, "word/footnotes.xml").iter(f"{{{W}}}footnote")
    }
    references = root_of(data).iter(f"{{{W}}}footnoteReference")
    return {id_: texts[id_] for id_ in (each.get(f"{{{W}}}id", "") for each in references)}


def test_references_are_footnotes_apart_from_the_digits_before_them() -> None:
    done = filled(body("a {{ x }}, b {{ y }}."), "12", "AB")
    assert footnotes_of(done) == {"1": "A note", "2": "B note"}
    assert shown(root_of(done), footnotes_of(done)) == ["a 220\u2009[1], b 220\u2009[2]."]
    assert [(each.text, each.where) for each in read(done).notes] == [
        ("A note", "a footnote"),
        ("B note", "a footnote"),
    ]
    assert [re.fullmatch(f"{LABEL}{n}", each.label) is not None for n, each in enumerate(read(done).notes, 1)]


def test_a_reference_that_is_cited_again_is_the_same_footnote() -> None:
    done = filled(body("{{ x }} {{ y }} {{ x }}", "{{ x }}"), "1211", "AB")
    assert footnotes_of(done) == {"1": "A note", "2": "B note"}
    assert shown(root_of(done), footnotes_of(done)) == [
        "220\u2009[1] 220\u2009[2] 220\u2009[1]",
        "220\u2009[1]",
    ]
    codes = [each.text or "" for each in root_of(done).iter(f"{{{W}}}instrText")]
    (name,) = {code.split()[1] for code in codes}
    starts = [each.get(f"{{{W}}}name") for each in root_of(done).iter(f"{{{W}}}bookmarkStart")]
    assert codes == [f" NOTEREF {name} \\h "] * 2
    assert starts.count(name) == 1


def test_footnotes_that_are_there_stay_and_are_counted() -> None:
    own = (
        '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        f'<w:footnote w:id="7">{paragraph(run("own"))}</w:footnote>'
    )
    template = word_document(
        paragraph('<w:bookmarkStart w:id="40" w:name="z"/><w:bookmarkEnd w:id="40"/>'),
        paragraph(run("{{ x }}"), '<w:r><w:footnoteReference w:id="7"/></w:r>', run("{{ y }} {{ x }}")),
        footnotes=own,
    )
    done = filled(template, "121", "AB")
    assert footnotes_of(done) == {"8": "A note", "7": "own", "9": "B note"}
    assert shown(root_of(done), footnotes_of(done)) == ["", "220\u2009[1]2220\u2009[3] 220\u2009[1]"]
    ids = [each.get(f"{{{W}}}id") for each in root_of(done).iter(f"{{{W}}}bookmarkStart")]
    assert len(set(ids)) == len(ids) == 3
    assert [each.text for each in read(done).notes] == ["A note", "B note"]
    assert read(done).text == "\n220220 220\nown"


@pytest.mark.parametrize("kind", ["header", "footer", "endnotes"])
def test_where_word_allows_no_footnotes_the_number_of_one_is_repeated(kind: str) -> None:
    within = paragraph(run("{{ y }}"))
    within = f'<w:endnote w:id="1">{within}</w:endnote>' if kind == "endnotes" else within
    done = filled(word_document(paragraph(run("{{ x }}")), **{kind: within}), "11", "A")
    part = root_of(done, f"word/{kind}.xml")
    assert shown(part) == ["220\u2009[1]"]
    assert not list(part.iter(f"{{{W}}}footnoteReference"))
    assert footnotes_of(done) == {"1": "A note"}


def test_references_that_cannot_be_footnotes_are_in_a_list_at_the_end() -> None:
    done = filled(
        word_document(paragraph(run("{{ x }}")), header=paragraph(run("{{ y }} {{ z }}"))), "123", "ABC"
    )
    assert shown(root_of(done, "word/header.xml")) == ["220\u2009[A] 220\u2009[B]"]
    assert shown(root_of(done), footnotes_of(done)) == [
        *("220\u2009[1]", "References", "[A] B note", "[B] C note"),
    ]
    assert etree.QName(root_of(done)[0][-1]).localname == "sectPr"
    reading = read(done)
    assert [(each.label[-2:], each.text) for each in reading.notes] == [
        ("-2", "B note"),
        ("-3", "C note"),
        ("-1", "A note"),
    ]
    assert reading.text == "220\n220 220"


def test_the_letters_of_the_list_go_on_after_z() -> None:
    header = paragraph(*(run("{{ x }} ") for _ in range(28)))
    template = word_document(paragraph(), header=header)
    values = [Value("abc", "220", number) for number in range(1, 29)]
    done = fill(template, values, ["note"] * 28, lambda _: RECORD)
    (text,) = shown(root_of(done, "word/header.xml"))
    assert re.findall(r"\[(\w+)\]", text)[-3:] == ["Z", "AA", "AB"]
    assert len(read(done).notes) == 28
    assert read(done).text.endswith("220 " * 27 + "220 ")


def test_the_result_of_a_field_has_no_mark() -> None:
    link = f'<w:fldSimple w:instr=" AUTHOR ">{run("{{ y }}")}</w:fldSimple>'
    done = filled(word_document(paragraph(run("{{ x }} "), link)), "11", "A")
    assert shown(root_of(done), footnotes_of(done)) == ["220\u2009[1] 220"]


def test_without_references_there_are_no_marks_and_no_footnotes() -> None:
    done = filled(body("{{ x }}"), "0", "")
    assert shown(root_of(done)) == ["220"]
    assert not [name for name in unzipped(done) if "footnotes" in name]


def test_new_footnotes_have_separators_and_are_declared() -> None:
    settings = '<w:zoom w:percent="100"/><w:compat/><w:rsids/>'
    done = filled(word_document(paragraph(run("{{ x }}")), settings=settings), "1", "A")
    kinds = [each.get(f"{{{W}}}type") for each in root_of(done, "word/footnotes.xml")]
    assert kinds == ["separator", "continuationSeparator", None]
    order = [etree.QName(each).localname for each in root_of(done, "word/settings.xml")]
    assert order == ["zoom", "footnotePr", "compat", "rsids"]
    relations = unzipped(done)["word/_rels/document.xml.rels"].decode()
    assert re.search(r'relationships/footnotes" Target="/word/footnotes\.xml"', relations)
    assert b'PartName="/word/footnotes.xml"' in unzipped(done)["[Content_Types].xml"]


def test_the_style_that_a_document_has_for_footnotes_is_used() -> None:
    style = '<w:style w:type="paragraph" w:styleId="Fn1"><w:name w:val="footnote text"/></w:style>'
    done = filled(word_document(paragraph(run("{{ x }}")), styles=style), "1", "A")
    (named,) = root_of(done, "word/footnotes.xml").iter(f"{{{W}}}pStyle")
    assert named.get(f"{{{W}}}val") == "Fn1"
    assert not list(root_of(done, "word/footnotes.xml").iter(f"{{{W}}}sz"))


def test_a_library_that_knows_word_opens_the_result() -> None:
    document = docx.Document()
    document.add_paragraph("{{ a }}")
    document.sections[0].header.paragraphs[0].text = "head {{ b }}"
    buffer = io.BytesIO()
    document.save(buffer)
    done = filled(buffer.getvalue(), "12", "AB")
    again = docx.Document(io.BytesIO(done))
    assert again.sections[0].header.paragraphs[0].text.startswith("head ")
    assert [each.text for each in again.paragraphs][-2:] == ["References", "[A] B note"]


def test_the_same_input_gives_the_same_file() -> None:
    template = body("{{ x }} {{ y }}")
    assert filled(template, "12", "AB") == filled(template, "12", "AB")


# --- references that a person changed ----------------------------------------------------


def test_a_reference_is_read_as_it_stands_now() -> None:
    done = edited(
        filled(body("{{ x }}"), "1", "A"),
        lambda part: part.replace("A note", "B   note"),
        "word/footnotes.xml",
    )
    assert [each.text for each in read(done).notes] == ["B note"]


def test_a_reference_whose_mark_was_deleted_is_none() -> None:
    done = edited(
        filled(body("{{ x }} {{ y }}"), "12", "AB"),
        lambda part: part.replace('<w:footnoteReference w:id="1"/>', ""),
    )
    assert [each.text for each in read(done).notes] == ["B note"]


def test_hidden_text_of_a_reference_is_not_part_of_it() -> None:
    hidden = "<w:rPr><w:vanish/></w:rPr><w:t"
    done = edited(
        filled(body("{{ x }}"), "1", "A"),
        lambda part: re.sub(r"<w:rPr>(?:(?!</w:rPr>).)*</w:rPr><w:t", hidden, part),
        "word/footnotes.xml",
    )
    assert [each.text for each in read(done).notes] == [""]


def test_a_document_that_is_filled_again_keeps_its_references() -> None:
    once = filled(body(r"{{ x }} \{{ y }}"), "1", "A")
    twice = fill(once, [Value("def", "330", 1)], ["C note"], lambda _: {"second": True})
    assert [each.text for each in read(twice).notes] == ["A note", "C note"]
    assert len({each.label for each in read(twice).notes}) == 2
    assert scan(twice).placeholders == ()
