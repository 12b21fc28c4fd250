"""Findings on whether claims hold together, as a table, a data frame, a document and words."""

from __future__ import annotations

import dataclasses

import pytest

from shellcount.results.conflict import Conflict
from shellcount.results.consistency import ClaimPair, Consistency, JointCheck, Removal
from shellcount.results.numbers_json import to_json

FIGURES = {"one": "100 boxes (A)", "two": "about 900 boxes (B)", "three": "no boxes (C)"}


def pair(first: str, second: str, *, conflicting: bool = False, **more: float | None) -> ClaimPair:
    values: dict[str, float | None] = {"ratio": 9.0, "low": 0.75, "high": 1.33, "chance": 0.0001, **more}
    return ClaimPair(
        first=first,
        second=second,
        mcse=0.0,
        percentile=0.99,
        off_first=0.5,
        off_second=0.5,
        conflicting=conflicting,
        **values,  # type: ignore[arg-type]
    )


def findings(*pairs: ClaimPair, removal: Removal | None = None, chance: float = 0.4) -> Consistency:
    return Consistency(
        run_digest="sha256:0",
        given="counts",
        figures=FIGURES,
        off=dict.fromkeys(FIGURES, 0.05),
        joint=JointCheck(chance, 0.001, 0.857, 0.7, 0.002),
        pairs=pairs,
        compared=tuple(FIGURES),
        conflicts=(),
        removal=removal,
        series=(),
    )


def test_pairs_that_conflict_are_worded() -> None:
    found = findings(pair("two", "one", conflicting=True), removal=Removal((("one",), ("two",)), 3, 1, True))
    assert not found.hold_together
    assert found.sentences == (
        "The 3 fitted claims do not hold together.",
        "About 900 boxes (B) and 100 boxes (A) contradict each other: their ratio is 9.00; if both were "
        "sound, it would be 0.750 to 1.33 (90% interval), with less than a 1% chance of one so far out.",
        "If all are sound, the chance of figures so far from each other and from the assumptions is 40%.",
        "The chance that all are sound is 70%; before they were compared it was 86%.",
        "The others hold together without 100 boxes (A); or without about 900 boxes (B). No smaller set "
        "would do.",
    )


def test_none_seen_is_worded() -> None:
    found = findings(pair("three", "one", conflicting=True, ratio=None, low=None, high=None, chance=0.02))
    assert found.sentences[1] == (
        "No boxes (C) contradicts 100 boxes (A): if both were sound, there would be a 2% chance that nothing "
        "was seen."
    )


def test_figures_too_far_apart_as_a_whole_do_not_hold_together() -> None:
    assert (
        findings(pair("two", "one"), chance=0.009).sentences[0] == "The 3 fitted claims do not hold together."
    )


def test_a_claim_in_conflict_with_no_single_other_is_named() -> None:
    found = dataclasses.replace(findings(), conflicts=(Conflict("one", "One contradicts the others.", 0.4),))
    assert "One contradicts the others." in found.sentences


def test_a_table_has_those_that_conflict_and_ten_others() -> None:
    others = [pair("one", "three", chance=0.1 + place / 100) for place in range(12)]
    table = findings(*others, pair("two", "one", conflicting=True)).table()
    assert len(table.rows) == 11
    assert table.rows[0] == ("two\none", "9.00", "0.750 to 1.33", "less than 1%", "50%\n50%", "yes")
    assert table.caption.endswith("; 2 more pairs not shown")


def test_data_frame_and_document_hold_all_pairs() -> None:
    found = findings(pair("two", "one"), pair("three", "one"), removal=Removal((("one",),), 1, 1, True))
    frame = found.to_dataframe()
    assert list(frame["first"]) == ["two", "three"]
    assert list(frame.columns) == [field.name for field in dataclasses.fields(ClaimPair)]
    document = found.document()
    assert document["schema"] == "shellcount/consistency/1"
    assert document["removal"] == {"sets": [["one"]], "tried": 1, "largest": 1, "complete": True}
    assert to_json(document)


def test_a_notebook_shows_sentences_and_table() -> None:
    shown = findings(pair("two", "one"))._repr_html_()
    assert shown.startswith("<p>The 3 fitted claims hold together")
    assert "<table>" in shown
    assert repr(findings()) == findings().sentence


@pytest.mark.parametrize("complete", [True, False])
def test_a_search_that_found_nothing_says_how_far_it_went(*, complete: bool) -> None:
    found = findings(pair("two", "one", conflicting=True), removal=Removal((), 7, 2, complete))
    rest = "" if complete else ", though not all such sets were tried"
    assert found.sentences[-1] == (
        f"No set of up to 2 claims was found without which the others hold together (7 fits{rest})."
    )
