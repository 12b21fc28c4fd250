"""Results from a file are refused where a part contradicts another, or names what the case does not have."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import Any

import pytest

from quick import quick_results
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import UnknownNameError, UsageError
from shellcount.results.claim_check import Check, Checks
from shellcount.results.conflict import Conflict
from shellcount.results.prior_comparison import PriorComparison
from shellcount.results.probability import Probability
from shellcount.results.results import Results
from shellcount.results.verifying import verify


@pytest.fixture(scope="module")
def sound(case: Case) -> Results:
    """Quick results of the shipped case given all but one claim, each fitted claim left out in turn."""
    results = quick_results(case, given="all-but:ua-gur-2024")
    return dataclasses.replace(results, left_out=results.checks)


def with_part(results: Results, part: str, value: Any) -> Results:
    changes: Any = {part: value}
    return dataclasses.replace(results, **changes)


def with_check(results: Results, **changes: Any) -> Results:
    first, *others = results.checks
    return dataclasses.replace(results, checks=Checks((dataclasses.replace(first, **changes), *others)))


def with_run(results: Results, **changes: Any) -> Results:
    return dataclasses.replace(results, run=dataclasses.replace(results.run, **changes))


def with_prediction(results: Results, **changes: Any) -> Results:
    first, *others = results.predictions
    return dataclasses.replace(results, predictions=(dataclasses.replace(first, **changes), *others))


def refused(results: Results, message: str) -> None:
    with pytest.raises((ValueError, UnknownNameError, UsageError), match=re.escape(message)) as caught:
        verify(results)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("name", ["dprk-russia-2024", "black-sea-grain-2022"])
@pytest.mark.parametrize("given", ["counts", "all"])
def test_what_an_analysis_gives_holds_together(name: str, given: str) -> None:
    verify(quick_results(load_case(name), given=given))


def test_the_run_must_be_of_the_case(sound: Results) -> None:
    verify(sound)
    refused(with_run(sound, case="another"), "its case is not the one that was fitted")
    refused(with_run(sound, case_digest="sha256:0"), "its case is not the one that was fitted")
    refused(with_run(sound, given="everything"), "given must be counts, all")
    refused(with_run(sound, given="all-but:nobody"), "no claim is called 'nobody'")
    refused(with_run(sound, settings={"runs": 4}), "engine smc has the settings draws, particles, runs")
    refused(with_run(sound, model_version=99), "it is of version 99 of the model, not 2")
    for name in ("shellcount", "python"):
        fewer = {library: version for library, version in sound.run.versions.items() if library != name}
        refused(with_run(sound, versions=fewer), f"its run does not say which version of {name} was used")


def test_conflicts_must_be_of_fitted_claims_and_follow_from_their_numbers(sound: Results) -> None:
    claim = sound.fitted[0].claim.id
    verify(dataclasses.replace(sound, conflicts=(Conflict(claim, "x", off=0.4, left_out=0.2, bias=1.0),)))
    for conflict, message in (
        (Conflict("ua-gur-2024", "x", off=0.4), "it has a conflict of 'ua-gur-2024', which it does not fit"),
        (Conflict(claim, "x", off=0.2, left_out=0.2), f"{claim} does not conflict by the numbers of its"),
        (Conflict(claim, "x"), f"{claim} does not conflict by the numbers of its conflict"),
        (Conflict(claim, "x", off=1.4), f"a probability of {claim} is not between 0 and 1"),
        (Conflict(claim, "x", off=0.4, left_out=-0.1), f"a probability of {claim} is not between 0 and 1"),
        (Conflict(claim, "x", bias=-1e300), f"the bias of {claim} is too large"),
    ):
        refused(dataclasses.replace(sound, conflicts=(conflict,)), message)


def test_the_answer_must_be_a_total_of_a_scenario(sound: Results) -> None:
    for name in ("rounds.mixed@2024-01", "rounds.all-122mm-rocket@2024-06-14"):
        verify(dataclasses.replace(sound, answer_name=name, drivers=None, what_if=None))
    for name in ("load", "containers.munitions@2024-06-14", "rounds.122mm-rocket@2024-06-14"):
        answered = dataclasses.replace(sound, answer_name=name)
        refused(answered, "its answer is not a total of a scenario")


def test_names_must_be_of_the_case(sound: Results) -> None:
    (estimate, *_) = sound.estimates.values()
    for part in ("estimates", "supporting"):
        more = {**getattr(sound, part), "rounds.x@2024-06-14": estimate}
        refused(with_part(sound, part, more), "no estimate is called 'rounds.x@2024-06-14'")
    compared = PriorComparison("hope", (0, 0, 0, 0, 0), informed=True)
    refused(dataclasses.replace(sound, prior_comparisons=(compared,)), "its case has no parameter 'hope'")
    refused(dataclasses.replace(sound, scale="kent"), "no scale is called 'kent'")
    refused(
        dataclasses.replace(sound, days=(dt.date(2020, 1, 1),)), "2020-01-01 is not after the first shipment"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"p50": 1e12}, "the quantiles of {} are not in order"),
        ({"p05": -1.0}, "the quantiles of {} are not in order"),
        ({"sd": -1.0}, "an error of {} is negative"),
        ({"mcse_p95": -1.0}, "an error of {} is negative"),
        ({"p95": 1e300}, "a number of {} is not between 1e-30 and 1e+30, and not 0"),
        ({"p05": 5e-324}, "a number of {} is not between 1e-30 and 1e+30, and not 0"),
        ({"mean": -1e300}, "a number of {} is too large"),
        ({"mcse_p50": 1e300}, "a number of {} is too large"),
        ({"rhat": -1.0}, "a diagnostic of {} is negative or too large"),
        ({"ess_tail": 1e300}, "a diagnostic of {} is negative or too large"),
        ({"rhat": 1.2, "not_quotable": None}, "{} has not converged, and it does not say so"),
        ({"ess_bulk": 10.0, "not_quotable": None}, "{} has not converged, and it does not say so"),
    ],
)
def test_every_range_must_be_one(changes: dict[str, Any], message: str, sound: Results) -> None:
    for part in ("estimates", "supporting", "claimed"):
        (key, estimate), *_ = getattr(sound, part).items()
        damaged = {**getattr(sound, part), key: dataclasses.replace(estimate, **changes)}
        refused(with_part(sound, part, damaged), message.format(estimate.name))
    (check, *_) = sound.checks
    damaged_check = dataclasses.replace(check.estimate, **changes)
    refused(with_check(sound, estimate=damaged_check), message.format(check.quantity))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"claim": "nobody"}, "its case has no claim 'nobody'"),
        ({"claimant": "eu"}, "the check of rok-mnd-2024-02-152mm does not match the claim in its case"),
        ({"stated": 1e6}, "the check of rok-mnd-2024-02-152mm does not match the claim in its case"),
        ({"hedge": "exact"}, "the check of rok-mnd-2024-02-152mm does not match the claim in its case"),
        ({"use": "fit"}, "the check of rok-mnd-2024-02-152mm does not match the claim in its case"),
        (
            {"day": dt.date(2024, 3, 1)},
            "the check of rok-mnd-2024-02-152mm has a reading that the claim does not have",
        ),
        (
            {"nature": "122mm-rocket"},
            "the check of rok-mnd-2024-02-152mm has a reading that the claim does not have",
        ),
        ({"p_at_least": 1.5}, "a probability of rok-mnd-2024-02-152mm is not between 0 and 1"),
        ({"predictive_cdf": -0.5}, "a probability of rok-mnd-2024-02-152mm is not between 0 and 1"),
        ({"tail_probability": 2.0}, "a probability of rok-mnd-2024-02-152mm is not between 0 and 1"),
        ({"tail_probability": 0.0}, "the tail probability of rok-mnd-2024-02-152mm is not that of its perc"),
        ({"verdict": "very low"}, "the verdict on rok-mnd-2024-02-152mm is not that of its numbers"),
        ({"possible": False}, "the verdict on rok-mnd-2024-02-152mm is not that of its numbers"),
        (
            {"possible": False, "verdict": "impossible"},
            "whether the figure of rok-mnd-2024-02-152mm is possible does not follow",
        ),
        ({"possible": None}, "whether the figure of rok-mnd-2024-02-152mm is possible does not follow"),
        ({"quantity": "load"}, "the check of rok-mnd-2024-02-152mm is not of the quantity that the claim"),
        ({"kind": "rounds"}, "the check of rok-mnd-2024-02-152mm is not of the quantity that the claim"),
        ({"unit": "tonnes"}, "the check of rok-mnd-2024-02-152mm is not of the quantity that the claim"),
        ({"containers": 1.0}, "the containers of the check of rok-mnd-2024-02-152mm are not those of"),
        ({"containers": None}, "the containers of the check of rok-mnd-2024-02-152mm are not those of"),
        (
            {"implied_per_container": 1.0},
            "the figures per container of the check of rok-mnd-2024-02-152mm are not those of",
        ),
        (
            {"ceiling_per_container": None},
            "the figures per container of the check of rok-mnd-2024-02-152mm are not those of",
        ),
        (
            {"title": "somebody else"},
            "the check of rok-mnd-2024-02-152mm does not match the claim in its case",
        ),
        ({"words": "about one"}, "the check of rok-mnd-2024-02-152mm does not match the claim in its case"),
        ({"origin": None}, "the check of rok-mnd-2024-02-152mm does not match the claim in its case"),
        ({"side": "low"}, "the tail probability of rok-mnd-2024-02-152mm is not that of its percentile"),
        (
            {"passing_low": 1e7},
            "the figures that would pass the check of rok-mnd-2024-02-152mm are not in order",
        ),
        ({"passing_high": None}, "the figures that would pass the check of rok-mnd-2024-02-152mm are not in"),
        (
            {"passing_high": 1e300},
            "a number of rok-mnd-2024-02-152mm is not between 1e-30 and 1e+30, and not 0",
        ),
        ({"passing_high": 9e6}, "the verdict on rok-mnd-2024-02-152mm is not that of the figures that would"),
        ({"reading_prior": -0.1}, "a probability of rok-mnd-2024-02-152mm is not between 0 and 1"),
        ({"reading_probability": 1.01}, "a probability of rok-mnd-2024-02-152mm is not between 0 and 1"),
    ],
    ids=str,
)
def test_a_check_must_be_of_a_claim(changes: dict[str, Any], message: str, sound: Results) -> None:
    damaged = with_check(sound, **changes)
    refused(damaged, message)
    refused(dataclasses.replace(sound, left_out=damaged.checks), message)


def test_a_check_must_be_of_the_run_unless_its_claim_was_left_out(sound: Results) -> None:
    (check, *_) = sound.checks
    elsewhere = with_check(sound, estimate=dataclasses.replace(check.estimate, run_digest="sha256:0"))
    refused(elsewhere, "a check belongs to another run")
    verify(dataclasses.replace(sound, left_out=elsewhere.checks))


def test_fitted_claims_must_have_their_ranges_and_predictions(sound: Results) -> None:
    some = dict(list(sound.claimed.items())[1:])
    refused(dataclasses.replace(sound, claimed=some), "the ranges of fitted claims are not those of")
    refused(dataclasses.replace(sound, claimed={}), "the ranges of fitted claims are not those of")
    (first, second, *_) = sound.claimed
    swapped = {**sound.claimed, first: sound.claimed[second]}
    refused(
        dataclasses.replace(sound, claimed=swapped),
        f"the range of {first} is not of the quantity that the claim states",
    )
    refused(
        with_prediction(sound, claim="ua-gur-2024"),
        "it has a prediction of 'ua-gur-2024', which it does not fit",
    )
    predicted = sound.predictions[0].prior
    claim = sound.predictions[0].claim
    refused(
        with_prediction(sound, prior=dataclasses.replace(predicted, p05=predicted.p95 + 1)),
        f"the predicted quantiles of {claim} are not in order",
    )
    refused(
        with_prediction(sound, posterior=dataclasses.replace(predicted, predictive_cdf=7.0)),
        f"a probability of {claim} is not between 0 and 1",
    )
    refused(
        with_prediction(sound, prior=dataclasses.replace(predicted, p95=1e300)),
        f"a number of {claim} is not between 1e-30 and 1e+30, and not 0",
    )
    changes: tuple[dict[str, Any], ...] = ({"stated": 1.0}, {"words": "nearly one"}, {"unit": "tonnes"})
    for change in changes:
        refused(
            with_prediction(sound, **change),
            f"the prediction of {claim} does not match the claim in its case",
        )


def test_what_figures_are_drawn_from_must_be_complete(sound: Results) -> None:
    message = "it does not compare each parameter with its prior once"
    first, *others = sound.prior_comparisons
    for comparisons in ((), tuple(others), (*sound.prior_comparisons, first)):
        refused(dataclasses.replace(sound, prior_comparisons=comparisons), message)
    far = dataclasses.replace(first, scores=(*first.scores[:4], 1e300))
    refused(
        dataclasses.replace(sound, prior_comparisons=(far, *others)), f"a score of {first.name} is too large"
    )
    verify(dataclasses.replace(sound, figures=False, prior_comparisons=(), claimed={}, predictions=()))


def test_a_check_of_containers_has_no_figures_per_container(case: Case) -> None:
    results = quick_results(case, given="counts-but:rok-mnd-2024-02")
    (check,) = (check for check in results.checks if check.kind == "containers")
    verify(dataclasses.replace(results, checks=Checks((check,))))
    for name in ("containers", "implied_per_container", "ceiling_per_container"):
        changes: Any = {name: 1.0}
        damaged = Checks((dataclasses.replace(check, **changes),))
        refused(dataclasses.replace(results, checks=damaged), "has figures per container of a claim of")


def test_the_range_of_a_check_is_of_its_quantity(sound: Results) -> None:
    (check, *_) = sound.checks
    other = dataclasses.replace(check.estimate, name="load")
    refused(with_check(sound, estimate=other), f"the range in the check of {check.claim} is of another")


def test_containers_that_a_claim_leaves_open_are_those_of_the_run(case: Case) -> None:
    results = quick_results(case)
    check = next(check for check in results.checks if check.kind == "rounds")
    verify(dataclasses.replace(results, checks=Checks((check,))))
    damaged = Checks((dataclasses.replace(check, containers=1e6, implied_per_container=check.stated / 1e6),))
    message = f"the containers of the check of {check.claim} are not those of its claim"
    refused(dataclasses.replace(results, checks=damaged), message)


def test_every_estimate_has_the_unit_of_its_quantity(sound: Results) -> None:
    for part in ("estimates", "supporting"):
        (name, estimate), *_ = getattr(sound, part).items()
        damaged = {**getattr(sound, part), name: dataclasses.replace(estimate, unit="elephants")}
        refused(with_part(sound, part, damaged), f"the unit of {name} is not {estimate.unit}")


@pytest.mark.parametrize("evidence", [(1e300, 0.1), (-40.0, -0.1), (-40.0, 1e300)])
def test_log_evidence_and_its_error_are_of_some_size(evidence: tuple[float, float], sound: Results) -> None:
    refused(dataclasses.replace(sound, log_evidence=evidence), "its log evidence or the error of it")


def test_a_probability_must_be_one(sound: Results) -> None:
    for value, mcse, fault in ((1.1, 0.1, "a probability of"), (0.5, -0.1, "the error of")):
        found = Probability("load>=0.5", value, mcse)
        refused(
            dataclasses.replace(sound, probabilities={found.name: found}),
            f"{fault} load>=0.5 is not between 0 and 1",
        )


def test_the_fields_of_a_check_that_decide_what_is_told_are_all_verified(sound: Results) -> None:
    """A field that is added must be thought of here: is it verified, or free text, or only shown?"""
    verified = {
        *("claim", "claimant", "title", "use", "nature", "day", "stated", "words", "hedge", "origin"),
        *("estimate", "reading_prior", "side", "passing_low", "passing_high"),
        *("reading_probability", "p_at_least", "predictive_cdf", "tail_probability"),
        *("quantity", "kind", "unit", "containers", "implied_per_container"),
        *("ceiling_per_container", "possible", "verdict"),
    }
    shown = {"reading", "sentence"}
    assert {field.name for field in dataclasses.fields(Check)} == verified | shown
    assert sound.checks
