"""The brief says on two full pages what an adviser needs, with every caveat, whatever the case holds."""

from __future__ import annotations

import contextlib
import io
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import typst
from pypdf import PdfReader
from test_report_pdf import heights, squeezed, walked

from contradicting import contradicting
from quick import quick_results, recorded
from shellcount import plots
from shellcount.analysis import read_results
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import ConflictWarning, OutputError
from shellcount.report import pictures
from shellcount.report.blocks import Picture
from shellcount.report.brief import Brief, compose_brief
from shellcount.report.content import answer
from shellcount.report.pdf import render_brief
from shellcount.report.writing import write_report
from shellcount.results.claim_check import Checks
from shellcount.results.numbers_json import numbers_json, to_json
from shellcount.results.results import Results

FRAME = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 270"><path d="M0 0H480V270H0Z"/></svg>'
A4, FOOT = 842, 48  # points: the height of a page and its lower margin
LARGEST_GAP = 90  # points without text, other than where a figure is


def composed(results: Results) -> Brief:
    """A brief with frames in the place of its figures, which take long to draw and to read back."""

    with contextlib.ExitStack() as patches:
        for name in ("timeline", "drivers", "assumptions"):
            frame = Picture(
                name, f"About {name}.", "Its note.", "Its source.", f"It shows {name}.", FRAME, FRAME
            )
            patches.enter_context(mock.patch.object(pictures, name, return_value=frame))
        return compose_brief(results)


@pytest.fixture(scope="module")
def brief(results: Results) -> Brief:
    return composed(results)


def reader_of(brief: Brief) -> PdfReader:
    return PdfReader(io.BytesIO(render_brief(brief).content))


def pages_of(brief: Brief) -> list[str]:
    """What each page says, squeezed."""
    return [squeezed(page.extract_text()) for page in reader_of(brief).pages]


# --- two pages ---------------------------------------------------------------------------


def test_the_brief_of_the_shipped_case_has_two_full_pages(results: Results) -> None:
    assert_full(compose_brief(results))


def test_a_brief_of_few_words_has_two_full_pages(brief: Brief) -> None:
    assert_full(brief)


@pytest.mark.slow  # each fits a case
@pytest.mark.parametrize("name", ["black-sea-grain-2022", "channel-2023"])
def test_the_briefs_of_the_other_shipped_cases_have_two_full_pages(name: str) -> None:
    assert_full(composed(quick_results(load_case(name))))


def assert_full(brief: Brief) -> None:
    reader = reader_of(brief)
    assert len(reader.pages) == 2
    for page in reader.pages:
        *lines, _ = heights(page)  # the number of the page is the last
        assert lines[-1] > A4 - FOOT - 30
        gaps = sorted(second - first for first, second in itertools.pairwise(lines))
        assert gaps[-1] < 400  # where the figure is
        assert gaps[-2] < LARGEST_GAP


def with_many(brief: Brief, count: int) -> Brief:
    """A brief of many claims, with long titles and texts wherever there are any."""
    long = "a ministry whose name is as long as names of ministries can be, and of what it said of it "
    rows = tuple(
        ("high", f"about {n} rounds\n{long}", long[:80], "5%\n(that high)", "2 million\n1 to 3")
        for n in range(count)
    )
    few = tuple((f"{long[:70]}{n}", "40% to 92%\n(certainty U)", "1.2%", long) for n in range(12))
    claimants = tuple((f"{long[:70]}{n}", "B", "7", "2", long) for n in range(20))
    return replace(
        brief,
        title=long,
        question=long * 2,
        answer=long * 7,
        drives=long * 4,
        confidence=long * 7,
        conflicts=(long * 3,) * 4,
        marks=long * 3,
        banner=long * 2,
        stated=replace(brief.stated, rows=rows),
        assumptions=replace(brief.assumptions, rows=few),
        claimants=replace(brief.claimants, rows=claimants),
        remarks=(long * 3,) * 40,
        limits=(long * 3,) * 40,
        command=long * 8,
    )


def test_a_case_of_121_claims_with_long_titles_has_two_pages(brief: Brief) -> None:
    first, second = pages_of(with_many(brief, 121))
    left = re.search(r"and(\d+)moreinthefullreport", first)
    assert left is not None
    shown = len(re.findall(r"about\d+rounds", first))
    assert shown + int(left[1]) == 121
    assert shown >= 3
    assert len(re.findall(r"and\d+moreinthefullreport", second)) == 4


def test_of_121_claims_with_short_titles_many_are_shown(brief: Brief) -> None:
    rows = tuple(("high", f"about {n} rounds", "an office", "5%", "2 million") for n in range(121))
    first, _ = pages_of(replace(brief, stated=replace(brief.stated, rows=rows)))
    left = re.search(r"and(\d+)moreinthefullreport", first)
    assert left is not None
    assert 15 <= 121 - int(left[1]) <= 40


def test_a_case_with_next_to_nothing_has_two_full_pages(brief: Brief) -> None:
    bare = replace(
        brief, drives="", confidence="", shares="", remarks=(), limits=(), command=None, meanings=()
    )
    reader = reader_of(replace(bare, stated=replace(brief.stated, rows=()), expectation=""))
    first, second = (squeezed(page.extract_text()) for page in reader.pages)
    assert squeezed("No stated figure was checked.") in first
    assert squeezed("Not stated in the case file.") in second
    assert squeezed("no command repeats this analysis") in second


def test_endless_words_have_two_pages(brief: Brief) -> None:
    endless = replace(brief, title="x" * 999, question="x" * 999, answer="x" * 999, limits=("x" * 999,))
    assert len(reader_of(endless).pages) == 2


# --- what it says ------------------------------------------------------------------------


def test_the_first_page_answers(results: Results, brief: Brief) -> None:
    first, _ = pages_of(brief)
    case, checks = results.case, results.checks.leading
    assert case.about.confidence is not None
    wanted = [
        *(case.about.title, case.about.question, answer(results), case.about.confidence.basis),
        *("2.0 million rounds", "0.9 to 3.6 million 90% interval", "1.5 to 2.6 million even odds"),
        *(text for check in checks for text in (check.figure, check.title, check.verdict)),
        *(check.chance.replace("\n", " ") for check in checks),
        results.checks.expectation,
    ]
    assert results.drivers is not None
    wanted.append(results.drivers.worded("this range"))
    assert [text for text in wanted if squeezed(text) not in first] == []


def test_the_worst_verdicts_stand_first(brief: Brief) -> None:
    verdicts = [row[0] for row in brief.stated.rows]
    assert verdicts == ["high", "low", "high", "consistent", "consistent", "consistent"]


def test_only_words_that_are_used_are_defined(results: Results, brief: Brief) -> None:
    assert [name for name, _ in brief.meanings] == ["consistent", "high, low", "chance"]
    assert composed(replace(results, checks=Checks(()))).meanings == ()


def test_the_second_page_says_what_it_rests_on(results: Results, brief: Brief) -> None:
    _, second = pages_of(brief)
    wanted = [
        *("load of a container", "40% to 92%", "37.2%", "152mm-howitzer", "12% to 78%"),
        "11 claims of 5 claimants in 5 documents: 4 fitted, 6 checked, 1 for context.",
        *("the White House", results.case.about.limitations[0], results.run.digest, "shellcount 0"),
        *(str(results.command), "shellcount require"),
    ]
    assert [text for text in wanted if squeezed(text) not in second] == []


def test_ranges_are_in_the_units_of_the_case_file(results: Results) -> None:
    assumptions = composed(replace(results, drivers=None)).assumptions
    ranges = {row[0]: row[1].partition("\n")[0] for row in assumptions.rows}
    assert ranges["first daily rate of containers"] == "10 to 100 containers per day"
    assert "75 to 95 kg" in ranges.values()
    assert "share" not in " ".join(ranges.values())


def test_without_drivers_the_assumptions_are_drawn(results: Results) -> None:
    brief = composed(replace(results, drivers=None))
    assert [picture.name for picture in brief.pictures] == ["timeline", "assumptions"]
    assert (brief.drives, brief.shares) == ("", "")


# --- caveats -----------------------------------------------------------------------------


def test_caveats_stand_on_both_pages(brief: Brief) -> None:
    marks, banner = "What-if, with load=0.9:0.99.", "NOT CONVERGED: 1 of 2 numbers fail."
    first, second = pages_of(replace(brief, marks=marks, banner=banner, conflicts=("Two claims differ.",)))
    for text in (marks, banner, "Claims conflict", "Two claims differ."):
        assert squeezed(text) in first
    for text in (marks, "not converged: do not quote", "claims conflict"):
        assert squeezed(text) in second
    for text in pages_of(brief):
        assert squeezed("not converged") not in text
        assert squeezed("What-if") not in text


def test_caveats_are_those_of_the_results(case: Case) -> None:
    results = quick_results(case, given="all")
    brief = composed(recorded(results, ("load=0.9:0.99",)))
    assert brief.marks == "What-if, with load=0.9:0.99. Given all, not counts, which is the default."
    assert brief.figure.endswith(" rounds (what-if, given all)")
    assert brief.banner is not None
    assert brief.banner.startswith("NOT CONVERGED: ")


def test_conflicts_are_told(results: Results) -> None:
    with pytest.warns(ConflictWarning):
        found = quick_results(contradicting())
    assert [text.partition(" (")[0] for text in composed(found).conflicts] == [
        *("The claim of 200 crates", "The claim of 2,000 crates")
    ]
    assert composed(results).conflicts == ()


# --- what it is --------------------------------------------------------------------------


def test_it_is_tagged_for_those_who_do_not_see_it(results: Results, brief: Brief) -> None:
    reader = reader_of(brief)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == results.case.about.title
    assert reader.metadata.creation_date is None
    assert reader.xmp_metadata is not None
    assert b"pdfuaid:part>1<" in reader.xmp_metadata.stream.get_data()
    tags = walked(root["/StructTreeRoot"], set())
    kinds = [tag.get("/S") for tag in tags]
    assert kinds.count("/Table") == 3
    assert [str(tag["/Alt"]) for tag in tags if tag.get("/S") == "/Figure"] == [
        picture.alternative for picture in brief.pictures
    ]
    assert [str(entry.title) for entry in reader.outline if not isinstance(entry, list)] == [brief.question]


@pytest.mark.usefixtures("drawn_anew")
def test_one_content_gives_the_same_bytes_twice(results: Results, brief: Brief) -> None:
    assert render_brief(brief) == render_brief(composed(results))


@pytest.mark.usefixtures("drawn_anew")
def test_a_brief_is_written_again_from_numbers(results: Results, tmp_path: Path) -> None:
    path = tmp_path / "numbers.json"
    path.write_text(to_json(numbers_json(results)), encoding="utf-8")
    assert composed(read_results(path)) == composed(results)


@pytest.mark.usefixtures("drawn_anew")
def test_a_brief_alone_draws_no_other_figure(results: Results, tmp_path: Path) -> None:
    with mock.patch.object(plots, "svg", wraps=plots.svg) as drawn:
        paths = write_report(results, tmp_path / "report", formats=["brief"])
    assert [path.name for path in paths] == ["brief.pdf"]
    assert drawn.call_count == 2


def test_hostile_text_stays_text(brief: Brief) -> None:
    text = '#panic("x") $x$ *b* _c_ <label> @ref [x](y) // c `e` \\u{41} <b>f</b>'
    first, second = pages_of(replace(brief, question=text, answer=text, limits=(text,), command=text))
    assert first.count(squeezed(text)) == 2
    assert second.count(squeezed(text)) == 2


def test_a_brief_that_cannot_be_set_costs_no_other_format(results: Results, tmp_path: Path) -> None:
    error = typst.TypstError("it is broken", "")
    error.message, error.diagnostic = "it is broken", "error: it is broken"
    with (
        mock.patch.object(typst, "compile", mock.Mock(side_effect=error)),
        pytest.raises(OutputError, match=r"^brief\.pdf cannot be set: it is broken; written without it: "),
    ):
        write_report(results, tmp_path, formats=["json", "brief"])
    assert (tmp_path / "numbers.json").exists()
