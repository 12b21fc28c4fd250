"""Checks of fits that hold claims out are added to results."""

from __future__ import annotations

from building import one_claim_case
from quick import quick_results
from shellcount.checks.held_out import leave_one_out_results, one_step_ahead_results
from shellcount.results.numbers_file import parse_numbers
from shellcount.results.numbers_json import numbers_json, to_json


def test_predictions_of_each_claim_from_those_before_are_added_and_read_back() -> None:
    results = one_step_ahead_results(quick_results(one_claim_case()))
    assert results.one_step_ahead is not None
    assert [check.claim for check in results.one_step_ahead] == ["only"]
    assert results.one_step_ahead[0] in results.all_checks
    assert parse_numbers(to_json(numbers_json(results)).encode(), origin="again") == results


def test_where_nothing_can_be_held_out_results_stay_as_they_are() -> None:
    results = quick_results(one_claim_case())
    assert leave_one_out_results(results) is results
    none = quick_results(one_claim_case(), given="counts-but:only")
    assert one_step_ahead_results(none) is none
