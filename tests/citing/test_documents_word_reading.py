"""What readers see of a number is what is read; and numbers are found where programs removed their tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import pytest

from shellcount.citing.documents.locating import find
from shellcount.citing.documents.pieces import Tagged, Value
from shellcount.citing.documents.records import Place
from shellcount.citing.documents.word.docx import fill, read
from shellcount.digest import Json
from shellcount.errors import DocumentError
from worddocs import (
    edited,
    paragraph,
    run,
    saved_by_libreoffice,
    saved_by_pandoc,
    unzipped,
    word_document,
    zipped,
)

RECORD: Json = {"record": "x"}
NUMBER = "2.0 million"
RUN = f'<w:r><w:t xml:space="preserve">{NUMBER}</w:t></w:r>'


def filled(*body: str, **related: str) -> bytes:
    template = word_document(*(body or (paragraph(run("a {{ x }} b")),)), **related)
    return fill(template, [Value("abc", NUMBER, None)], [], lambda _: RECORD)


def looking(properties: str, text: str = NUMBER) -> str:
    return run(text, properties)


def the_number(data: bytes) -> Tagged:
    (tagged,) = read(data).tagged
    return tagged


def changed(new: str, data: bytes | None = None) -> bytes:
    """The document with something else in the control of its number."""
    data = data or filled()
    return edited(data, lambda part: part.replace(RUN, new))


STYLES = (
    '<w:style w:type="character" w:styleId="H"><w:name w:val="h"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="I"><w:basedOn w:val="H"/></w:style>'
    '<w:style w:type="character" w:styleId="L1"><w:basedOn w:val="L2"/></w:style>'
    '<w:style w:type="character" w:styleId="L2"><w:basedOn w:val="L1"/><w:rPr><w:strike/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="P"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>'
)

# What stands in the control, what readers see of it, and why that is a concern.
CONCERNS: dict[str, tuple[str, str, str]] = {
    "vanish": (looking("<w:vanish/>"), "", "hidden text"),
    "web": (looking("<w:webHidden/>"), "", "hidden text"),
    "special": (looking("<w:specVanish/>"), "", "hidden text"),
    "by style": (looking('<w:rStyle w:val="H"/>'), "", "hidden text"),
    "by the base of a style": (looking('<w:rStyle w:val="I"/>'), "", "hidden text"),
    "white": (looking('<w:color w:val="FFFFFF"/>'), "", "white text"),
    "tiny": (looking('<w:sz w:val="2"/>'), "", "text too small to read"),
    "partly hidden": (run("2.0") + looking("<w:vanish/>", "5") + run(" million"), NUMBER, "hidden text"),
    "struck out": (looking("<w:strike/>"), NUMBER, "struck out"),
    "struck out by style": (looking('<w:rStyle w:val="L1"/>'), NUMBER, "struck out"),
    "partly raised": (
        run("2") + looking('<w:vertAlign w:val="superscript"/>', ".0") + run(" million"),
        NUMBER,
        "part of it is raised or lowered",
    ),
    "deleted": (
        f'<w:del w:id="1" w:author="a"><w:r><w:delText>{NUMBER}</w:delText></w:r></w:del>',
        "",
        "deleted text is inside it",
    ),
    "moved away": (
        f'<w:moveFrom w:id="1" w:author="a">{RUN}</w:moveFrom>',
        "",
        "text that was moved away is inside it",
    ),
    "changed": (
        f'<w:del w:id="1" w:author="a"><w:r><w:delText>{NUMBER}</w:delText></w:r></w:del>'
        f'<w:ins w:id="2" w:author="a">{run("3.0 million")}</w:ins>',
        "3.0 million",
        "deleted text is inside it",
    ),
    "a symbol": (
        '<w:r><w:sym w:font="Symbol" w:char="F033"/></w:r>' + run(".0 million"),
        "3.0 million",
        "a symbol is inside it",
    ),
    "an equation": (
        "<m:oMath><m:r><m:t>9</m:t></m:r></m:oMath>" + RUN,
        f"9{NUMBER}",
        "an equation is inside it",
    ),
    "a picture": (RUN + "<w:r><w:drawing/></w:r>", NUMBER, "a picture or shape is inside it"),
    "another copy": (
        "<w:r><mc:AlternateContent><mc:Choice Requires='x'/><mc:Fallback><w:t>9</w:t></mc:Fallback>"
        f"</mc:AlternateContent></w:r>{RUN}",
        NUMBER,
        "a copy for other programs is inside it",
    ),
    "another direction": (
        f'<w:bdo w:val="rtl">{RUN}</w:bdo>',
        NUMBER,
        "text in another direction",
    ),
    "the code of a field": (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>QUOTE 9</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{RUN}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        NUMBER,
        "a field is inside it",
    ),
    "another number": (
        f'<w:sdt><w:sdtPr><w:tag w:val="other"/></w:sdtPr><w:sdtContent>{RUN}</w:sdtContent></w:sdt>',
        NUMBER,
        "",
    ),
    "a hyphen and a tab": (
        "<w:r><w:t>2</w:t><w:noBreakHyphen/><w:t>3</w:t><w:softHyphen/><w:tab/><w:t>million</w:t></w:r>",
        "2\u20113 million",
        "",
    ),
    "bold": (run("2.0") + looking("<w:b/>", " million"), NUMBER, ""),
    "white on a colour": (looking('<w:color w:val="FFFFFF"/><w:shd w:fill="000000"/>'), NUMBER, ""),
    "white on white": (looking('<w:color w:val="FFFFFF"/><w:shd w:fill="FFFFFF"/>'), "", "white text"),
    "not hidden": (looking('<w:rStyle w:val="H"/><w:vanish w:val="0"/>'), NUMBER, ""),
}


@pytest.mark.parametrize(("content", "seen", "concern"), CONCERNS.values(), ids=CONCERNS.keys())
def test_what_readers_see_is_read_with_what_disturbs_it(content: str, seen: str, concern: str) -> None:
    tagged = the_number(changed(content, filled(styles=STYLES)))
    assert tagged.text == seen
    assert (concern in tagged.concern.split("; ")) if concern else (tagged.concern == "")


@pytest.mark.parametrize(
    ("body", "concern"),
    [
        (paragraph('<w:pPr><w:pStyle w:val="P"/></w:pPr>', run("{{ x }}")), "white text"),
        (
            "<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr>"
            f"<w:tc>{paragraph(run('{{ x }}'))}</w:tc></w:tr></w:tbl>",
            "hidden table row",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill='000000'/></w:tcPr>"
            f"{paragraph('<w:pPr><w:pStyle w:val="P"/></w:pPr>', run('{{ x }}'))}</w:tc></w:tr></w:tbl>",
            "",
        ),
        (
            paragraph(
                '<w:r><w:drawing><wp:anchor><wp:docPr id="1" name="n" hidden="1"/><w:txbxContent>'
                f"{paragraph(run('{{ x }}'))}</w:txbxContent></wp:anchor></w:drawing></w:r>"
            ),
            "hidden shape",
        ),
    ],
)
def test_what_surrounds_a_number_may_hide_it(body: str, concern: str) -> None:
    data = filled(body, styles=STYLES)
    assert the_number(data).concern == concern
    assert (the_number(data).text == NUMBER) == (not concern)
    assert (NUMBER in read(data).text) == (not concern)


def test_a_number_that_was_moved_into_a_comment_is_said_to_be() -> None:
    data = filled(comments='<w:comment w:id="1"><w:p/></w:comment>')
    control = re.search(r"<w:sdt>.*</w:sdt>", unzipped(data)["word/document.xml"].decode())
    assert control is not None
    data = edited(data, lambda part: part.replace(control[0], ""))
    data = edited(data, lambda part: part.replace("<w:p/>", f"<w:p>{control[0]}</w:p>"), "word/comments.xml")
    assert (the_number(data).text, the_number(data).concern) == (NUMBER, "in a comment")
    assert NUMBER not in read(data).text


def test_a_number_in_another_is_said_to_be() -> None:
    twin = re.search(r"<w:sdt>.*</w:sdt>", unzipped(filled())["word/document.xml"].decode())
    assert twin is not None
    outer, inner = read(changed(twin[0])).tagged
    assert (outer.text, outer.concern) == ("", "another number is inside it")
    assert (inner.text, inner.concern) == (NUMBER, "")


def test_a_control_that_is_bound_to_data_is_said_to_be() -> None:
    data = edited(filled(), lambda part: part.replace("<w:tag ", '<w:dataBinding w:xpath="/x"/><w:tag '))
    assert the_number(data).concern == "bound to data, which Word shows instead"


def test_a_copy_that_a_person_changed_is_read_too() -> None:
    content = f"<w:txbxContent>{paragraph(run('{{ x }}'))}</w:txbxContent>"
    pair = f"<mc:Choice Requires='x'>{content}</mc:Choice><mc:Fallback>{content}</mc:Fallback>"
    data = filled(paragraph(f"<w:r><mc:AlternateContent>{pair}</mc:AlternateContent></w:r>"))
    assert [each.text for each in read(data).tagged] == [NUMBER]

    def edit(part: str) -> str:
        before, after = part.split("<mc:Fallback>")
        return f"{before}<mc:Fallback>{after.replace(NUMBER, '9 million')}"

    first, second = read(edited(data, edit)).tagged
    assert (first.text, second.text) == (NUMBER, "9 million")
    assert second.where.endswith("in the copy for other programs")


# --- places, and numbers whose tags are gone ---------------------------------------------


def placed(
    *body: str, notes: Sequence[str] = (), texts: Sequence[str], **related: str
) -> tuple[bytes, list[Place]]:
    """A filled document, and the places of its numbers."""
    places: list[Place] = []

    def record_of(found: tuple[Place, ...]) -> Json:
        places[:] = found
        return {"record": "x", "notes": list(notes)}

    template = word_document(*body, **related)
    values = [Value(f"{n:03x}", text, 1 + n % len(notes) if notes else None) for n, text in enumerate(texts)]
    return fill(template, values, notes, record_of), places


EVERYWHERE = (
    paragraph(run("Total {{ a }} and {{ b }}, "), run("also {{ ", "<w:b/>"), run("c }}.")),
    f"<w:tbl><w:tr><w:tc>{paragraph()}</w:tc><w:tc>{paragraph(run('{{ d }}'))}</w:tc></w:tr></w:tbl>",
    paragraph(run("again {{ a }}, "), "<w:r><w:br/></w:r>", run("line two {{ e }}")),
)
TEXTS = ("2.0 million rounds (0.9 to 3.7 million)", "0.73", "12,000", "220", "0.73", "9", "10")


def everywhere() -> tuple[bytes, list[Place]]:
    return placed(
        *EVERYWHERE, header=paragraph(run("head {{ f }}")), texts=TEXTS, notes=("first note", "second note")
    )


def test_places_are_those_of_the_visible_text() -> None:
    data, places = everywhere()
    reading = read(data)
    assert [place.text for place in places] == list(TEXTS)
    lines = reading.text.split("\n")
    for place in places:
        line = lines[place.line - 1]
        start = place.column - 1
        assert line[start : start + len(place.text)] == place.text
        assert line[:start].endswith(place.before)
        assert line[start + len(place.text) :].startswith(place.after)
    assert not [line for line in lines if "note" in line or "[" in line]


@pytest.mark.parametrize("save", [saved_by_libreoffice, saved_by_pandoc])
def test_numbers_are_found_after_another_program_removed_their_tags(save: Callable[[bytes], bytes]) -> None:
    data, places = everywhere()
    reading = read(save(data))
    assert reading.tagged == ()
    assert [reading.text[slice(*span)] if span else None for span in find(reading.text, places)] == list(
        TEXTS
    )


def test_record_and_references_survive_libreoffice() -> None:
    data, _ = everywhere()
    assert read(saved_by_libreoffice(data)).records == read(data).records
    assert read(saved_by_libreoffice(data)).notes == read(data).notes
    assert [each.text for each in read(data).notes] == ["first note", "second note"]


def test_what_pandoc_removes_is_gone() -> None:
    reading = read(saved_by_pandoc(everywhere()[0]))
    assert (reading.records, reading.notes) == ((), ())


def test_the_record_is_read_whatever_its_size() -> None:
    long: Json = {"record": "x", "padding": ["é" * 100] * 40_000}
    template = word_document(paragraph(run("{{ a }}")))
    assert read(fill(template, [Value("abc", "12")], [], lambda _: long)).records == (long,)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_record_with_what_is_no_number_is_damaged(constant: str) -> None:
    parts = unzipped(filled())
    record = f'<record xmlns="urn:shellcount:record">{{"n": {constant}}}</record>'
    with pytest.raises(DocumentError, match="record of what was filled in is damaged"):
        read(zipped({**parts, "customXml/shellcount1.xml": record.encode()}))
