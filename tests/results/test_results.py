"""Results are looked up by name, quote what is quotable, and are refused where they hold too little."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from quick import quick_results
from shellcount.analysis import Parts, analyse
from shellcount.case.schema import Case
from shellcount.errors import ConvergenceError, UnknownNameError, UsageError
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.names import parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.threshold import Threshold

TOTAL = "rounds.mixed@2024-06-14"


def failing(estimate: Estimate) -> Estimate:
    return dataclasses.replace(estimate, not_quotable="R-hat \x1b is 1.5")


# --- looking up --------------------------------------------------------------------------


def test_an_estimate_is_found_by_name_and_by_quantity(results: Results, posterior: Posterior) -> None:
    assert results.estimate(TOTAL) == posterior.estimate(TOTAL)
    assert results.estimate_of(Quantity("rounds", "mixed", dt.date(2024, 6, 14))) == results.estimate(TOTAL)


def test_supporting_estimates_are_found_as_well(results: Results, posterior: Posterior) -> None:
    name = next(iter(results.supporting))
    assert name not in results.estimates
    assert results.estimate(name) == posterior.estimate(name)


def test_the_answer_is_the_first_scenario_on_the_last_day(results: Results) -> None:
    assert results.answer.name == TOTAL


def test_the_fitted_claims_are_those_of_the_model(results_all: Results, posterior_all: Posterior) -> None:
    assert results_all.fitted == posterior_all.model.fitted
    assert len(results_all.fitted) == 5


def test_quoted_are_the_estimates_asked_for_and_those_of_checks(results: Results) -> None:
    quoted = results.quoted
    assert len(quoted) == len(results.estimates) + len(results.checks)
    assert not {estimate.name for estimate in quoted} & set(results.supporting)


@pytest.mark.parametrize(
    ("look_up", "message"),
    [
        (lambda results: results.estimate("rounds.mxied@2024-06-14"), rf"no estimate of these .*{TOTAL}"),
        (
            lambda results: results.probability_of(Threshold(parse_quantity(results.case, TOTAL), 1e6)),
            r"no probability of these results is called 'rounds\.mixed@2024-06-14>=1000000'",
        ),
        (lambda results: results.check_of("ua-gur-2023"), "no checked claim of these .*ua-gur-2024"),
    ],
    ids=["estimate", "probability", "check"],
)
def test_what_is_not_there_is_refused_with_what_is(
    look_up: Callable[[Results], object], message: str, results: Results
) -> None:
    with pytest.raises(UnknownNameError, match=message):
        look_up(results)


def test_of_a_claim_with_several_readings_the_most_probable_is_given(results: Results) -> None:
    claim = "rok-mnd-2024-02-122mm"
    readings = [check for check in results.checks if check.claim == claim]
    assert len(readings) == 2
    most = max(check.reading_probability for check in readings)
    assert results.check_of(claim).reading_probability == most > 0.5


# --- what is refused ---------------------------------------------------------------------


def test_converged_numbers_are_not_refused(results: Results, results_left_out: Results) -> None:
    results.require_converged("numbers.json")
    results_left_out.require_converged("numbers.json")


@pytest.mark.parametrize("part", ["estimates", "supporting", "claimed"])
def test_any_range_that_must_not_be_quoted_refuses_them(part: str, results: Results) -> None:
    key, estimate = list(getattr(results, part).items())[-1]
    changes: Any = {part: {**getattr(results, part), key: failing(estimate)}}
    damaged = dataclasses.replace(results, **changes)
    with pytest.raises(ConvergenceError) as caught:
        damaged.require_converged("a\x1b/numbers.json")
    assert str(caught.value) == (
        f"{estimate.name} has not converged in a\\x1b/numbers.json: R-hat \\x1b is 1.5; "
        "recompute it with more draws, or allow unconverged numbers"
    )


def test_a_check_that_must_not_be_quoted_refuses_them(case: Case) -> None:
    results = quick_results(case, Parts(quantities=(), figures=False), given="all")
    assert not results.estimates
    with pytest.raises(ConvergenceError, match="has not converged in x"):
        results.require_converged("x")


def test_figures_need_what_supports_them(posterior: Posterior, results: Results) -> None:
    results.require_figures()
    with pytest.raises(UsageError) as caught:
        analyse(posterior, Parts(figures=False)).require_figures()
    assert str(caught.value) == (
        "the results of dprk-russia-2024 contain no estimates for figures; "
        "analyse the case without leaving figures out"
    )


def test_results_cannot_be_changed(results: Results) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        results.scale = "phia"  # type: ignore[misc]


def test_an_estimate_is_found_by_any_form_of_its_name(posterior: Posterior) -> None:
    found = analyse(posterior, Parts(names=("rounds.mixed@2023-12/day",), checks=(), figures=False))
    estimate = found.estimate("rounds.mixed@2023-12-01..2023-12-31/day")
    assert estimate.name == "rounds.mixed@2023-12/day"
    with pytest.raises(UnknownNameError):
        found.estimate("rounds.mixed@2023-11/day")
