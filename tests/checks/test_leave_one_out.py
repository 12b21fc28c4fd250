"""Each fitted claim is held against all the others, once for each way of reading it."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from building import edited, one_claim_case
from shellcount.case.schema import Case
from shellcount.checks import leave_one_out as module
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.checks.stated import check
from shellcount.engines.settings import Settings
from shellcount.errors import ConvergenceError, EvidenceError, UnknownNameError, UsageError
from shellcount.posterior.fitting import fit_with
from shellcount.results.claim_check import Checks
from shellcount.results.given import fitted_claims, parse_given, readings

QUICK = Settings(seed=3, runs=4, engine="smc", particles=64, allow_unconverged=True)


def with_more(*values: float) -> Case:
    """The case of one claim of 2,000 containers, with more claims of the same quantity."""

    def edit(document: dict[str, Any]) -> None:
        (only,) = document["claim"]
        for place, value in enumerate(values):
            reports = ({"source": "paper", "value": value, "hedge": "about"},)
            more = {**only, "id": f"more-{place}", "value": value, "reports": reports}
            document["claim"] = (*document["claim"], more)

    return edited(one_claim_case(), edit)


@pytest.fixture(scope="module")
def of_counts(case: Case) -> Checks:
    return leave_one_out(case, settings=QUICK)


@pytest.fixture(scope="module")
def of_all(case: Case) -> Checks:
    return leave_one_out(case, given="all", settings=QUICK)


# --- what is found -----------------------------------------------------------------------


@pytest.mark.parametrize("given", ["counts", "all"])
def test_each_fitted_claim_is_there_once_for_each_reading(
    case: Case, given: str, request: pytest.FixtureRequest
) -> None:
    found: Checks = request.getfixturevalue(f"of_{given}")
    fitted = fitted_claims(case, parse_given(case, given))
    claims = [result.claim for result in found]
    assert list(dict.fromkeys(claims)) == [read.claim.id for read in fitted]
    for read in fitted:
        expected = {(reading.nature, reading.day) for reading in readings(read.claim)}
        here = [(result.nature, result.day) for result in found if result.claim == read.claim.id]
        assert len(here) == len(expected)
        assert set(here) == expected


@pytest.mark.parametrize("given", ["counts", "all"])
def test_each_is_the_check_of_a_fit_without_it(
    case: Case, given: str, request: pytest.FixtureRequest
) -> None:
    found: Checks = request.getfixturevalue(f"of_{given}")
    for name in dict.fromkeys(result.claim for result in found):
        alone = check(fit_with(case, QUICK, given=f"{given}-but:{name}"), (name,))
        assert tuple(result for result in found if result.claim == name) == alone


def test_readings_of_a_claim_have_probabilities_that_sum_to_one(of_all: Checks) -> None:
    for leading in of_all.leading:
        weights = [result.reading_probability for result in of_all if result.claim == leading.claim]
        assert sum(weights) == pytest.approx(1)
        assert weights == sorted(weights, reverse=True)


def test_the_seed_decides_every_digit(case: Case, of_counts: Checks) -> None:
    assert leave_one_out(case, settings=QUICK) == of_counts
    assert leave_one_out(case, settings=replace(QUICK, seed=4)) != of_counts


def test_processes_find_the_same(case: Case, of_counts: Checks) -> None:
    shares: list[float] = []
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found = leave_one_out(case, executor=executor, progress=shares.append, settings=QUICK)
    assert found == of_counts
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_progress_is_told_after_each_claim() -> None:
    shares: list[float] = []
    leave_one_out(with_more(1900.0), progress=shares.append, settings=QUICK)
    assert shares == [0.5, 1.0]


def test_claims_of_the_shipped_case_do_not_contradict_each_other(case: Case) -> None:
    found = leave_one_out(case)
    assert not found.failed
    assert all(result.estimate.not_quotable is None for result in found)


# --- contradiction -----------------------------------------------------------------------


def test_claims_that_agree_are_consistent() -> None:
    found = leave_one_out(with_more(2050.0))
    assert [result.verdict for result in found] == ["consistent", "consistent"]


def test_two_claims_that_contradict_each_other_are_both_flagged_where_none_can_be_off() -> None:
    low, high = leave_one_out(with_more(200_000.0))
    assert (low.claim, high.claim) == ("more-0", "only")
    assert (low.verdict, high.verdict) == ("very high", "very low")
    assert low.predictive_cdf > 0.999
    assert high.predictive_cdf < 0.001


def test_a_claim_beyond_the_priors_is_flagged_and_does_not_discredit_the_other() -> None:
    robust = edited(with_more(200_000.0), lambda document: document.pop("robustness"))
    low, high = leave_one_out(robust)
    assert (low.verdict, high.verdict) == ("very high", "consistent")
    assert low.predictive_cdf > 0.999


def test_the_one_that_contradicts_several_is_flagged() -> None:
    found = leave_one_out(with_more(2100.0, 1900.0, 4000.0))
    verdicts = {result.claim: result.verdict for result in found}
    assert verdicts.pop("more-2") == "very high"
    tails = {result.claim: result.tail_probability for result in found}
    assert min(tails, key=tails.__getitem__) == "more-2"
    assert found.failed


# --- from any conditioning ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ("counts-but:more-1", {"more-0": "counts-but:more-0,more-1", "only": "counts-but:more-1,only"}),
        (
            "counts-but:more-0,more-1-and:told",
            {"only": "counts-but:more-0,more-1,only-and:told", "told": "counts-but:more-0,more-1"},
        ),
    ],
)
def test_claims_are_left_out_of_any_conditioning(given: str, fits: dict[str, str]) -> None:
    def tell(document: dict[str, Any]) -> None:
        *_, claim = document["claim"]
        reports = ({"source": "paper", "value": 2050, "hedge": "about"},)
        told = {**claim, "id": "told", "use": "check", "value": 2050, "reports": reports}
        document["claim"] = (*document["claim"], told)

    case = edited(with_more(1900.0, 2100.0), tell)
    found = leave_one_out(case, given=given, settings=QUICK)
    assert [result.claim for result in found] == list(fits)
    for name, without in fits.items():
        alone = check(fit_with(case, QUICK, given=without), (name,))
        assert tuple(result for result in found if result.claim == name) == alone


def test_claimants_are_held_out_of_every_fit_by_their_names(case: Case) -> None:
    named = leave_one_out(case, without=["South Korea"], settings=QUICK)
    assert named == leave_one_out(case, given="counts-but:rok-mnd-2024-02,rok-mnd-2024-06", settings=QUICK)


def test_a_conditioning_that_leaves_one_claim_has_none_to_spare() -> None:
    with pytest.raises(UsageError, match="given counts-but:more-0, only one claim is fit"):
        leave_one_out(with_more(1900.0), given="counts-but:more-0")


# --- misuse ------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "error"), [("some", UsageError), ("all-but:nobody", UnknownNameError)])
def test_an_unknown_conditioning_is_refused(case: Case, given: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        leave_one_out(case, given=given)


def test_a_single_claim_cannot_be_left_out() -> None:
    with pytest.raises(
        UsageError, match="given counts, only one claim is fit; leaving one out needs at least two"
    ):
        leave_one_out(one_claim_case())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed must be 0 or more"),
        ({"runs": 1}, "runs must be at least 4"),
        ({"draws": 500}, "draws is a size of engine nuts; engine is has"),
        ({"points": 10}, "points must be from 64"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(case: Case, options: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        leave_one_out(case, settings=Settings(**options))


def test_draws_that_must_not_be_quoted_are_not(case: Case) -> None:
    with pytest.raises(ConvergenceError, match="has not converged"):
        leave_one_out(case, given="all", settings=replace(QUICK, allow_unconverged=False))


def test_every_setting_reaches_every_fit(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Settings, str]] = []

    def watched(_: Case, settings: Settings, *, given: str) -> None:
        asked.append((settings, given))
        raise EvidenceError("enough")

    monkeypatch.setattr(module, "fit_with", watched)
    settings = Settings("nuts", seed=5, runs=6, draws=700, allow_unconverged=True)
    with pytest.raises(EvidenceError):
        leave_one_out(case, settings=settings)
    first = fitted_claims(case, parse_given(case, "counts"))[0].claim.id
    assert asked == [(settings, f"counts-but:{first}")]


def test_a_failure_in_another_process_is_the_same_error(case: Case) -> None:
    with (
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor,
        pytest.raises(ConvergenceError, match="has not converged"),
    ):
        leave_one_out(case, given="all", executor=executor, settings=replace(QUICK, allow_unconverged=False))


def test_a_check_names_the_run_that_left_the_claim_out(of_counts: Checks) -> None:
    runs = {result.estimate.run_digest for result in of_counts}
    assert len(runs) == len(of_counts.leading)
