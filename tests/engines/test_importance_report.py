"""Reports of importance sampling give the figures that their definitions say, in numbers and in words."""

from __future__ import annotations

import pytest

from shellcount.digest import Json
from shellcount.engines.importance_report import ImportanceReport


def told_by_is(refusal: str | None = None) -> ImportanceReport:
    return ImportanceReport(
        (-2.5, -2.6, -2.4), 0.423, 0.31, directions=7, rounds=5, evaluations=28_672, refusal=refusal
    )


@pytest.mark.parametrize("refusal", [None, "Pareto k-hat of the weights is 0.71, above 0.7"])
def test_what_its_own_diagnostics_refuse_is_a_fault_of_the_whole_run(refusal: str | None) -> None:
    assert told_by_is(refusal).not_quotable == refusal


def test_importance_sampling_in_words() -> None:
    _, error = told_by_is().log_evidence
    assert told_by_is().facts == (
        ("effective share of the points", "42%"),
        ("Pareto k-hat of the weights", "0.31; the gate is 0.7"),
        ("informed directions", "7"),
        ("rounds of fitting the proposal", "5"),
        ("evaluations of the likelihood", "28,672"),
        ("log evidence", f"-2.50 ± {error:.2f} nats"),
    )


def test_a_report_of_importance_sampling_is_read_back() -> None:
    told = told_by_is()
    assert ImportanceReport.from_document(told.document(), told.statistics, 3) == told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"khat": "low"}, "khat has a wrong type"),
        ({"effective_share": 1.2}, "effective_share has a wrong value"),
        ({"evaluations": 0}, "evaluations has a wrong value"),
        ({"run_log_evidence": [-2.5]}, "it does not have the log evidence of each run"),
    ],
)
def test_a_report_of_importance_sampling_that_is_none_is_refused(change: dict[str, Json], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ImportanceReport.from_document({**told_by_is().document(), **change}, {}, 3)
