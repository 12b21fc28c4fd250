"""The report as PDF says what the page says, for everybody, with the same bytes every time."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import typst
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from test_report import of_a_single_nature, quickly, without_checks

from building import edited
from lettering import make_font, only_fonts_of
from processes import unmeasured
from quick import quick_results, recorded
from shellcount.case.schema import Case
from shellcount.errors import OutputError
from shellcount.report.blocks import (
    Block,
    Bullets,
    Code,
    Content,
    Definitions,
    Fold,
    Pairs,
    Paragraph,
    Picture,
    Section,
)
from shellcount.report.content import compose
from shellcount.report.pdf import render_pdf
from shellcount.report.writing import write_report
from shellcount.results.results import Results
from shellcount.wording.tables import Table


@pytest.fixture(scope="module")
def content(results_left_out: Results) -> Content:
    """The report of the shipped case, with everything that it can have."""
    return compose(results_left_out)


@pytest.fixture(scope="module")
def pdf(content: Content) -> bytes:
    return render_pdf(content).content


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeezed(text: str) -> str:
    """Text without spaces, and without hyphens, which stand where lines are broken."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def read(reader: PdfReader, title: str, most: int | None = None) -> str:
    """What the pages, or so many, say, squeezed, without the title above and the number beneath each."""
    pages = [squeezed(page.extract_text()) for page in reader.pages[:most]]
    header = squeezed(title)
    return "".join(
        text.removesuffix(f"{number}/{len(reader.pages)}").removeprefix(header)
        for number, text in enumerate(pages, 1)
    )


def read_of(content: Content, most: int | None = None) -> str:
    return read(PdfReader(io.BytesIO(render_pdf(content).content)), content.title, most)


def heights(page: Any) -> list[float]:
    """How far from the top of a page its lines stand in points, in order."""
    found: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        if text.strip():
            found.append(842 - (tm[4] * cm[1] + tm[5] * cm[3] + cm[5]))

    page.extract_text(visitor_text=visit)
    return sorted(found)


def texts(block: Block) -> list[str]:
    """Every text of a block that stands on paper."""
    match block:
        case Paragraph() | Code():
            return [block.text]
        case Bullets():
            return [*block.items]
        case Table():
            cells = [text for row in (block.head, *block.rows) for text in row]
            return [block.caption, *(line for text in cells for line in text.split("\n"))]
        case Picture():
            return [block.title, f"{block.note} {block.source}"]
        case Pairs() | Definitions():
            return [text for pair in block.items for text in pair]
        case Fold():
            return [text for inner in block.blocks for text in texts(inner)]


# --- what it says ------------------------------------------------------------------------


def test_everything_that_the_report_says_is_on_paper(content: Content, reader: PdfReader) -> None:
    said = read(reader, content.title)
    top = [content.question, content.figure, content.answer, content.confidence]
    top += [text for pair in content.intervals for text in pair]
    top += [text for stated in content.stated for text in (stated.figure, stated.verdict, stated.summary)]
    assert [text for text in top if squeezed(text) not in said] == []
    for section in content.sections:
        wanted = [section.title, *(text for block in section.unfolded for text in texts(block))]
        assert [text for text in wanted if squeezed(text) not in said] == []
    assert len(content.sections) == 12


def framed(content: Content, height: int) -> PdfReader:
    """The report with frames for its figures, which take long to read back, of a width of 480."""
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 {height}"><path d="M0 0H9V9Z"/></svg>'

    def blank(block: Block) -> Block:
        return replace(block, wide=frame) if isinstance(block, Picture) else block

    sections = tuple(
        replace(section, blocks=tuple(map(blank, section.unfolded))) for section in content.sections
    )
    return PdfReader(io.BytesIO(render_pdf(replace(content, sections=sections)).content))


def test_no_page_but_the_last_is_part_empty(content: Content) -> None:
    reader = framed(content, 300)
    assert 8 <= len(reader.pages) <= 13
    for page in reader.pages[:-1]:
        *lines, _ = heights(page)  # the number of the page is the last
        assert lines[-1] > 842 - 150  # points


def test_a_figure_that_is_taller_than_a_page_is_set_smaller(content: Content) -> None:
    (section, *_) = content.sections
    reader = framed(replace(content, sections=(section,)), 9000)
    assert len(reader.pages) <= 3
    assert max(heights(page)[-2] for page in reader.pages) < 842 - 40


def test_of_many_stated_figures_the_first_page_has_some(content: Content) -> None:
    (first, *_), (*_, last) = content.stated, content.sections
    many = tuple(replace(first, figure=f"figure {place}", claim=f"c-{place}") for place in range(30))
    found = read_of(replace(content, stated=many, sections=(last,)))
    assert squeezed("and 22 more below") in found
    assert len(re.findall(r"figure\d", found)) == 8


def test_every_section_is_a_heading_in_the_outline(content: Content, reader: PdfReader) -> None:
    def titles(entries: list[Any]) -> list[str]:
        return [
            title
            for entry in entries
            for title in (titles(entry) if isinstance(entry, list) else [str(entry.title)])
        ]

    assert titles(reader.outline) == [content.question, *(section.title for section in content.sections)]


@pytest.mark.parametrize(
    ("text", "said"),
    [(of_a_single_nature(), "food parcels"), (without_checks(), "No stated figure was checked against it.")],
    ids=["of a single nature", "without checked claims"],
)
def test_a_small_case_is_set_as_well(text: str, said: str) -> None:
    content = compose(quickly(text))
    found = read_of(content)
    assert squeezed(said) in found
    assert squeezed(content.answer) in found
    assert "AnalyticConfidence" not in found


@pytest.mark.slow  # to read so many pages back takes its time; other formats report as many claims
def test_sixty_claims_are_set(case: Case) -> None:
    def many(document: dict[str, Any]) -> None:
        (last,) = [claim for claim in document["claim"] if claim["id"] == "ua-gur-2024"]
        more = [
            {**last, "id": f"more-{place}", "value": last["value"] + 10_000 * place}
            for place in range(1, 61 - len(document["claim"]))
        ]
        document["claim"] = (*document["claim"], *more)

    results = quick_results(edited(case, many))
    found = read_of(compose(results))
    assert len(results.case.claim) == 60
    assert [claim.id for claim in results.case.claim if squeezed(claim.id) not in found] == []


def test_an_unconverged_report_says_so_first(case: Case) -> None:
    content = compose(quick_results(case, given="all"))
    assert content.banner is not None
    assert read_of(content, 1).startswith(squeezed(content.banner))


def test_a_what_if_is_said_on_the_first_page(case: Case) -> None:
    content = compose(recorded(quick_results(case), ("load=0.9:0.99",)))
    found = read_of(content, 1)
    place = found.index(squeezed("What-if, with load=0.9:0.99."))
    assert found.index(squeezed(content.figure)) < place < found.index(squeezed(content.answer))


# --- what it is --------------------------------------------------------------------------


def walked(value: Any, seen: set[int]) -> list[DictionaryObject]:
    """A tree of tags, flattened."""
    value = value.get_object()
    if isinstance(value, list):
        return [entry for inner in value for entry in walked(inner, seen)]
    if not isinstance(value, DictionaryObject) or id(value) in seen:
        return []
    seen.add(id(value))
    return [value, *(walked(value["/K"], seen) if "/K" in value else [])]


def test_it_is_tagged_for_those_who_do_not_see_it(content: Content, reader: PdfReader) -> None:
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    tags = walked(root["/StructTreeRoot"], set())
    kinds = [tag.get("/S") for tag in tags]
    tables = [block for section in content.sections for block in section.unfolded if isinstance(block, Table)]
    assert kinds.count("/Table") == len(tables) == 16
    assert kinds.count("/TH") >= sum(len(table.head) for table in tables)
    alts = [str(tag["/Alt"]) for tag in tags if tag.get("/S") == "/Figure"]
    assert alts == [picture.alternative for picture in content.pictures]


def test_it_has_a_title_and_no_date(content: Content, reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert reader.metadata.title == content.title
    assert reader.metadata.creation_date is None
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part>1<" in reader.xmp_metadata.stream.get_data()


def forms(resources: Any, seen: set[int]) -> list[Any]:
    """Everything that is drawn as an object of its own, and what those draw."""
    found = []
    for entry in resources.get_object().get("/XObject", {}).values():
        drawn = entry.get_object()
        if id(drawn) not in seen:
            seen.add(id(drawn))
            found += [drawn, *(forms(drawn["/Resources"], seen) if "/Resources" in drawn else [])]
    return found


def test_figures_are_drawn_and_not_painted(content: Content, reader: PdfReader) -> None:
    drawn = [entry for page in reader.pages for entry in forms(page["/Resources"], set())]
    assert {entry["/Subtype"] for entry in drawn} <= {"/Form"}
    strokes = [page.get_contents().get_data() for page in reader.pages]  # type: ignore[union-attr]
    strokes += [entry.get_data() for entry in drawn]
    assert sum(len(re.findall(rb"\b(?:l|c)\s", data)) for data in strokes) > 1000
    assert len(content.pictures) == 7


def test_it_is_small_enough_to_send(pdf: bytes) -> None:
    assert 100_000 < len(pdf) < 1_000_000


def test_one_content_gives_the_same_bytes_twice(content: Content, pdf: bytes) -> None:
    assert render_pdf(content).content == pdf


@pytest.mark.usefixtures("drawn_anew")
def test_another_process_gives_the_same_bytes(results: Results) -> None:
    code = """
import hashlib
import shellcount
from shellcount.report.content import compose
from shellcount.report.pdf import render_pdf
results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
print(hashlib.sha256(render_pdf(compose(results)).content).hexdigest())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=unmeasured()
    )
    assert done.stdout.strip() == hashlib.sha256(render_pdf(compose(results)).content).hexdigest()


# --- what a case file may try ------------------------------------------------------------


HOSTILE = (  # code and mark-up of what sets the page, mark-up of pages, and TeX
    '#panic("x") #eval("1 + 1") #import "/etc/hosts": *',
    "$x$ *b* _c_ <label> @ref [x](y) = h // c /* d */ `e` ~ \\u{41} <b>f</b>",
    r"\input{secret} \textbf{a} %b & c ^ d",
)


@pytest.mark.slow
def test_mark_up_is_text_on_paper(case: Case) -> None:
    text = " ".join(HOSTILE)
    content = compose(quick_results(edited(case, lambda document: poison(document, text))))
    found = read_of(content)
    assert len(content.pictures) == 6
    assert all(text in picture.title + picture.alternative for picture in content.pictures[1:2])
    # Title, question, limitation, basis of confidence, name of a claimant, what was said, a basis.
    assert found.count(squeezed(text)) >= 7


def poison(document: dict[str, Any], text: str) -> None:
    words = document["case"]
    words.update(title=text, question=text, item=text, limitations=(text,))
    words["confidence"]["basis"] = text
    document["claimant"][0]["title"] = text
    document["source"][0]["title"] = text
    document["claim"][0]["summary"] = text
    document["priors"]["load"]["basis"] = text


@pytest.mark.slow
def test_what_would_turn_text_around_or_steer_a_terminal_is_shown(case: Case) -> None:
    text = "a \u202eb \u2067c \u200bd \x1b[31m e"
    found = read_of(compose(quick_results(edited(case, lambda document: poison(document, text)))))
    assert squeezed(r"a \u202eb \u2067c \u200bd \x1b[31m e") in found
    assert not [character for character in "\u202e\u2067\u200b\x1b" if character in found]


@pytest.mark.slow
def test_an_endless_text_is_cut_and_set(case: Case) -> None:
    content = compose(quick_results(edited(case, lambda document: poison(document, "x" * 10_000))))
    reader = PdfReader(io.BytesIO(render_pdf(content).content))
    found = ""
    for page in reader.pages:  # pypdf takes seconds for each, so no more are read than need be
        found += squeezed(page.extract_text())
        if "x" * 1000 in found and "…" in found:
            break
    assert "x" * 1000 in found
    assert "…" in found
    assert len(reader.pages) < 60


# --- any script --------------------------------------------------------------------------

KOREAN = "국방부: 컨테이너"


def in_korean(content: Content) -> Content:
    """The report with a title in Korean, in text, in a table and in code."""
    table = Table(KOREAN, ("a", "b"), ((KOREAN, "x"),))
    section = Section("korean", KOREAN, (Paragraph(KOREAN), table, Code(KOREAN)))
    return replace(content, title=KOREAN, sections=(*content.sections, section))


def test_what_typst_cannot_set_is_set_in_an_installed_font(content: Content, tmp_path: Path) -> None:
    make_font(tmp_path / "a.ttf", "Korea", KOREAN)
    make_font(tmp_path / "b.ttf", "Korea", KOREAN, weight=700)
    with only_fonts_of(tmp_path):
        pdf = render_pdf(in_korean(content))
        assert pdf.boxes == frozenset()
        assert render_pdf(in_korean(content)) == pdf
    reader = PdfReader(io.BytesIO(pdf.content))
    found = read(reader, "")
    assert found.count(squeezed(KOREAN)) > 5
    assert "Boxes" not in found
    assert str(tmp_path).encode() not in pdf.content
    assert_for_everybody(reader)


def test_a_damaged_font_costs_no_more_than_its_characters(content: Content, tmp_path: Path) -> None:
    font = make_font(tmp_path / "a.ttf", "Korea", KOREAN)
    (*_, last) = content.sections
    short = replace(content, title=KOREAN, sections=(last,))
    with TTFont(font) as tables:
        place, length = tables.reader.tables["hhea"].offset, tables.reader.tables["hhea"].length
    whole = font.read_bytes()
    font.write_bytes(whole[:place] + bytes(length) + whole[place + length :])
    with only_fonts_of(tmp_path):
        pdf = render_pdf(short)
    assert pdf.boxes == set(KOREAN) - set(": ")
    assert_for_everybody(PdfReader(io.BytesIO(pdf.content)))


def test_without_a_font_boxes_stand_and_are_told_of(content: Content, tmp_path: Path) -> None:
    with only_fonts_of(tmp_path):
        pdf = render_pdf(in_korean(content))
    assert pdf.boxes == set(KOREAN) - set(": ")
    reader = PdfReader(io.BytesIO(pdf.content))
    found = read(reader, "")
    assert found.count("□□□:□□□□") > 5
    assert found.endswith(
        squeezed("Boxes (□) stand for 7 characters that no font had where this file was made.")
    )
    assert reader.metadata is not None
    assert reader.metadata.title == KOREAN
    assert_for_everybody(reader)


def assert_for_everybody(reader: PdfReader) -> None:
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part>1<" in reader.xmp_metadata.stream.get_data()


@pytest.mark.parametrize(
    "text",
    [
        "\u0301",
        "👨\u200d👩\u200d👧",
        "\U0003ffff\ufdd0",
        "ก็",
        "שלום",
        "مرحبا \u202e",
        "\x00\x1b[31m",
        "x\u0301" * 99,
    ],
    ids=ascii,
)
def test_whatever_text_gives_a_pdf(content: Content, tmp_path: Path, text: str) -> None:
    (*_, last) = content.sections
    with only_fonts_of(tmp_path):
        pdf = render_pdf(replace(content, title=text, question=text, sections=(last,)))
    assert pdf.content.startswith(b"%PDF")


def test_latin_text_looks_for_no_font(content: Content) -> None:
    with mock.patch.object(typst, "Fonts", side_effect=AssertionError):
        assert render_pdf(content).boxes == frozenset()


def test_a_report_that_cannot_be_tagged_is_set_without(content: Content) -> None:
    """A question of spaces alone is no heading."""
    (*_, last) = content.sections
    pdf = render_pdf(replace(content, question=" ", sections=(last,)))
    assert pdf.content.startswith(b"%PDF")
    assert b"pdfuaid" not in pdf.content


def broken() -> typst.TypstError:
    """An error of typst that names no character."""
    error = typst.TypstError("it is broken", "")
    error.message, error.diagnostic = "it is broken", "error: it is broken"
    return error


def test_what_cannot_be_set_at_all_is_our_error(content: Content) -> None:
    with (
        mock.patch.object(typst, "compile", mock.Mock(side_effect=broken())),
        pytest.raises(OutputError, match=r"^report\.pdf cannot be set: it is broken$"),
    ):
        render_pdf(content)


def test_a_pdf_that_fails_costs_no_other_format(results: Results, tmp_path: Path) -> None:
    write_report(results, tmp_path / "whole", formats=["html", "md", "json"])
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.pdf").write_bytes(b"%PDF of another day")
    with (
        mock.patch.object(typst, "compile", mock.Mock(side_effect=broken())),
        pytest.raises(OutputError) as caught,
    ):
        write_report(results, tmp_path / "report")
    written = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()}
    assert {name: (tmp_path / "report" / name).read_bytes() for name in written} == written
    assert str(caught.value).startswith(
        "report.pdf cannot be set: it is broken; written without it: report.html, "
    )
    assert "numbers.json" in str(caught.value)
    assert str(caught.value).endswith("; the report.pdf there is an older one")


@pytest.mark.usefixtures("drawn_anew")
def test_a_report_warns_of_boxes(case: Case, tmp_path: Path) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["case"]["item"] = "탄약"

    results = quick_results(edited(case, rename))
    (tmp_path / "fonts").mkdir()
    with (
        only_fonts_of(tmp_path / "fonts"),
        pytest.warns(UserWarning, match="boxes stand for 2 char") as caught,
    ):
        write_report(results, tmp_path / "report", formats=["html", "pdf"])
    assert [" in the figures " in str(warning.message) for warning in caught] == [True, False]
    make_font(tmp_path / "fonts" / "a.ttf", "Korea of reports", "탄약")
    with only_fonts_of(tmp_path / "fonts"):
        write_report(results, tmp_path / "report", formats=["html", "pdf"])  # and warns of nothing
