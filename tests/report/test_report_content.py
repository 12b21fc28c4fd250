"""What a report has depends on its case, and on what was asked; likelihood and confidence are kept apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from test_report import Page, answered, readable

from building import edited
from quick import quick_results
from shellcount.analysis import analyse
from shellcount.case.schema import Case
from shellcount.checks.held_out import one_step_ahead_results
from shellcount.errors import UsageError
from shellcount.plots import plot_leave_one_out, svg
from shellcount.plots.sheet import sheet
from shellcount.posterior.posterior import Posterior
from shellcount.report.blocks import Bullets, Content, Paragraph, Picture
from shellcount.report.content import answer, compose
from shellcount.report.markdown import render_markdown
from shellcount.report.page import render_html
from shellcount.report.writing import parse_formats
from shellcount.results.coverage import coverage_of
from shellcount.results.results import Results
from shellcount.wording.tables import Table

SECTIONS = {
    "drivers": "What drives this range",
    "ranges": "Posterior ranges",
    "checks": "Stated figures against the posterior",
    "evidence": "Evidence",
    "independence": "Reliability and independence of the sources",
    "assumptions": "Assumptions",
    "limitations": "What the numbers leave out",
    "predictive": "Do the reports look as the model predicts?",
    "method": "Method",
    "diagnostics": "Diagnostics",
    "checklist": "Reporting checklist",
    "reproduce": "How to reproduce",
}


@pytest.fixture(scope="module")
def content(results: Results) -> Content:
    return compose(results)


def said(content: Content) -> Iterator[str]:
    """Every text of a report, one by one."""
    yield from (content.title, content.question, content.answer, content.verdicts, content.confidence)
    for block in (block for section in content.sections for block in section.unfolded):
        match block:
            case Paragraph():
                yield block.text
            case Bullets():
                yield from block.items
            case Table():
                yield from (text for row in block.rows for text in row)
            case Picture():
                yield from (block.title, block.note, block.source, block.alternative)


def forms(content: Content) -> tuple[str, str]:
    """A report as its readers see it: the page and the Markdown."""
    return Page(render_html(content)).text, readable(render_markdown(content))


# --- sections ----------------------------------------------------------------------------


def test_every_section_is_in_every_form(content: Content) -> None:
    assert {section.id: section.title for section in content.sections} == SECTIONS
    assert all(section.blocks for section in content.sections)
    page = Page(render_html(content))
    assert [text for tag, text in page.texts if tag == "h2"] == [*SECTIONS.values()]
    assert re.findall(r"^## (.*)$", render_markdown(content), re.MULTILINE) == [*SECTIONS.values()]


def test_the_words_beside_an_image_state_what_it_finds(content: Content, results: Results) -> None:
    alts = {picture.name: picture.alternative for picture in content.pictures}
    sent = results.estimate("rounds.mixed@2024-06-14").headline
    assert alts["timeline"] == f"Rounds sent rise to {sent} by 14 June 2024."
    for scope in ("military", "munitions", "artillery"):
        carried = results.estimate(f"containers.{scope}@2024-06-14").headline
        assert f"{scope}: {carried}" in alts["containers"]
    assert f"152mm-howitzer: {results.estimate('capacity.152mm-howitzer').headline}" in alts["capacity"]
    assert alts["assumptions"] == (
        "The claims inform first_rate_per_day and munitions_share; all others keep their prior."
    )


def test_a_misspelt_format_is_guessed() -> None:
    with pytest.raises(UsageError, match=r"^no format is called 'pdff'; did you mean pdf"):
        parse_formats("html,pdff")


# --- leaving one out ---------------------------------------------------------------------


def test_each_fitted_claim_is_shown_against_those_before_it_where_that_was_asked(case: Case) -> None:
    results = one_step_ahead_results(quick_results(case))
    ahead = results.one_step_ahead
    assert ahead is not None
    _, markdown = forms(compose(results))
    assert "Each fitted claim, predicted from those stated before it" in markdown
    assert coverage_of(ahead).sentence in markdown
    assert "Each fitted claim, predicted from all the others" not in markdown


def test_each_fitted_claim_is_shown_against_the_others_where_that_was_asked(
    results_left_out: Results,
) -> None:
    content, left_out = compose(results_left_out), results_left_out.left_out
    assert left_out is not None
    shown = content.pictures[-1]
    assert shown.name == "left-out-containers"
    with sheet("wide"):
        assert shown.wide == svg(plot_leave_one_out(left_out, of="containers")).decode()
    assert len(left_out) == 4
    for result in left_out:
        assert result.sentence in shown.alternative
        cells = (result.claim, result.verdict, *result.estimate.measured_cell.split("\n"))
        stated = re.escape(f"{result.figure} ({result.title})")
        row = " ".join((result.claim, stated, *map(re.escape, cells[2:])))
        page, markdown = forms(content)
        assert re.search(row, page[page.index("Each fitted claim, predicted") :])
        found = markdown[markdown.index("Each fitted claim, predicted") :]
        assert all(cell in found for cell in cells)


def test_nothing_is_said_of_leaving_one_out_unasked(content: Content) -> None:
    assert "left-out-containers" not in {picture.name for picture in content.pictures}
    assert all("predicted from all the others" not in text for text in forms(content))


# --- words of probability ----------------------------------------------------------------


def test_words_of_likelihood_and_of_confidence_share_no_sentence(content: Content) -> None:
    sentences = [part for text in said(content) for part in text.split(". ")]
    likely = [text for text in sentences if re.search(r"\b((un)?likely|chance|certain)\b", text)]
    confident = [text for text in sentences if re.search(r"\bconfidence\b", text)]
    assert len(likely) > 5
    assert confident == ["Analytic confidence is low"]
    assert not {*likely} & {*confident}


def test_the_scale_of_the_words_is_named(posterior: Posterior) -> None:
    for scale, name in (("icd203", "ICD 203"), ("phia", "PHIA")):
        texts = [*said(compose(analyse(posterior, scale=scale)))]
        (text,) = [text for text in texts if text.startswith("Words for probabilities follow ")]
        assert name in text


# --- more and less than usual ------------------------------------------------------------


def test_a_case_without_confidence_and_limitations_says_so(case: Case) -> None:
    def bare(document: dict[str, Any]) -> None:
        document["case"].update(confidence=None, limitations=())

    results = quick_results(edited(case, bare))
    content = compose(results)
    for text, said_there in zip(forms(content), (answered(content), answer(results)), strict=True):
        assert "nalytic confidence" not in text
        assert said_there in text
        assert "What the numbers leave out" in text
        assert "Not stated in the case file." in text
    assert {"class": "confidence"} not in Page(render_html(content)).attributes("p")
