"""Long parts fold, short ones do not, and what a fold holds is in every other format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shellcount.case.schema import Case
from shellcount.report.blocks import Bullets, Content, Definitions, Fold, Paragraph, Verdict, unfolded
from shellcount.report.content import compose
from shellcount.report.folds import evidence, fold, fold_long, predicted
from shellcount.results.results import Results
from shellcount.results.verdicts import VERDICTS, definition
from shellcount.wording.tables import Table


@pytest.fixture(scope="module")
def content(results: Results) -> Content:
    return compose(results)


def stated(verdict: str, claimant: str, figure: str) -> Verdict:
    return Verdict(figure, figure, claimant, verdict, "", "", "")


def table(rows: int, columns: int = 5) -> Table:
    return Table("", ("a",) * columns, (("1",) * columns,) * rows)


@pytest.mark.parametrize(
    ("block", "folded"),
    [
        *((table(8), False), (table(9), True), (table(5, 8), False), (table(5, 9), True)),
        *((Bullets(("a",) * 8), False), (Bullets(("a",) * 9), True)),
    ],
)
def test_what_is_long_folds(block: Table | Bullets, folded: bool) -> None:  # noqa: FBT001
    (shown,) = fold_long("long", "Long", block)
    assert isinstance(shown, Fold) == folded
    assert list(unfolded([shown])) == [block]


def test_nothing_is_shown_of_what_is_empty() -> None:
    assert fold_long("none", "None", Bullets(())) == ()
    assert fold_long("none", "None", table(0)) == ()


def test_a_fold_counts_what_it_holds() -> None:
    inner = fold("inner", "Inner", Bullets(("b", "c")))
    outer = fold("outer", "Outer", Paragraph("a"), table(1200), Bullets(("b",)))
    assert (inner.title, outer.title) == ("Inner (2)", "Outer (1,201)")
    assert list(unfolded([replace(outer, blocks=(Paragraph("a"), inner))])) == [
        Paragraph("a"),
        Bullets(("b", "c")),
    ]


def test_a_section_says_something_before_its_folds(content: Content) -> None:
    for section in content.sections:
        if section.id not in {"method", "checklist"}:
            assert not isinstance(section.blocks[0], Fold), section.id


def test_the_anchors_of_a_page_differ(content: Content, case: Case) -> None:
    folds = [block for section in content.sections for block in section.blocks if isinstance(block, Fold)]
    definitions = [
        block.id
        for section in content.sections
        for block in section.unfolded
        if isinstance(block, Definitions)
    ]
    claims = [f"claims-{claim.id}" for claim in case.claim]
    names = [section.id for section in content.sections] + [each.id for each in folds] + definitions + claims
    assert len(names) == len({*names, "answer", "tally"}) - 2
    assert [each.id for each in folds if each.keyed] == ["claims"]


def test_the_evidence_is_counted(case: Case, results: Results) -> None:
    fitted = frozenset(read.claim.id for read in results.fitted)
    assert evidence(case, fitted).text == (
        "11 claims of 5 claimants in 5 documents: 4 fitted, 6 checked, 1 for context."
    )


def test_fitted_claims_that_are_as_predicted_are_counted(results: Results) -> None:
    checks = results.predictions
    everywhere = " 4 of 4 fitted claims lie within the 90% range that the posterior predicts."
    assert predicted(checks) == everywhere
    far = replace(checks[0], posterior=replace(checks[0].posterior, predictive_cdf=0.97))
    assert predicted((far, *checks[1:])) == everywhere.replace(" 4 of", " 3 of")
    assert predicted((far,)).startswith(" 0 of 1 fitted claim lie ")


def test_of_few_stated_figures_all_are_first(content: Content) -> None:
    assert content.first_stated == content.stated
    assert content.further_stated == ()
    assert content.tally == "5 stated figures: 2 high, 1 low, 2 consistent"


def test_of_many_stated_figures_each_verdict_on_each_claimant_is_first(content: Content) -> None:
    many = (
        *(stated("consistent", "A", f"{place}") for place in range(20)),
        *(stated("high", "A", f"{place} high") for place in range(20)),
        *(stated("very low", who, f"very low of {who}") for who in "BC"),
        stated("low", "A", "low"),
    )
    shown = replace(content, stated=many)
    assert [each.figure for each in shown.first_stated] == [
        *("very low of B", "very low of C", "0 high", "low", "0", "1 high", "1", "2 high"),
    ]
    assert {*shown.first_stated} | {*shown.further_stated} == {*many}
    assert len(shown.further_stated) == len(many) - 8


def test_each_verdict_has_a_meaning_with_its_direction() -> None:
    meanings = {verdict: definition(verdict, "truck") for verdict in VERDICTS}
    assert meanings["very high"] == "Higher than the model predicts: the chance is below 1%."
    assert meanings["low"] == "Lower than the model predicts: the chance is below 10%."
    assert meanings["impossible"] == "More than a truck can physically hold."
    assert len({*meanings.values()}) == len(VERDICTS)
