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
from shellcount.results.prior_comparison import PriorComparison
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
        ({"claimant": "eu"}, "the check of rok-mnd-2024-02-sent does not match the claim in its case"),
        ({"stated": 1e6}, "the check of rok-mnd-2024-02-sent does not match the claim in its case"),
        ({"hedge": "exact"}, "the check of rok-mnd-2024-02-sent does not match the claim in its case"),
        ({"use": "fit"}, "the check of rok-mnd-2024-02-sent does not match the claim in its case"),
        (
            {"day": dt.date(2024, 3, 1)},
            "the check of rok-mnd-2024-02-sent has a reading that the claim does not have",
        ),
        (
            {"nature": "122mm-rocket"},
            "the check of rok-mnd-2024-02-sent has a reading that the claim does not have",
        ),
        ({"p_at_least": 1.5}, "a probability of rok-mnd-2024-02-sent is not between 0 and 1"),
        ({"predictive_cdf": -0.5}, "a probability of rok-mnd-2024-02-sent is not between 0 and 1"),
        ({"tail_probability": 2.0}, "a probability of rok-mnd-2024-02-sent is not between 0 and 1"),
        ({"reading_probability": 1.01}, "a probability of rok-mnd-2024-02-sent is not between 0 and 1"),
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
    verify(dataclasses.replace(sound, claimed={}))
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


def test_a_probability_must_be_one(sound: Results) -> None:
    refused(
        dataclasses.replace(sound, probabilities={"load>=0.5": 1.1}),
        "a probability of load>=0.5 is not between 0 and 1",
    )


def test_the_fields_of_a_check_that_decide_what_is_told_are_all_verified(sound: Results) -> None:
    """A field that is added must be thought of here: is it verified, or free text, or only shown?"""
    verified = {
        *("claim", "claimant", "use", "nature", "day", "stated", "hedge", "estimate"),
        *("reading_probability", "p_at_least", "predictive_cdf", "tail_probability"),
    }
    shown = {
        *("reading", "quantity", "kind", "unit", "containers", "implied_per_container"),
        *("ceiling_per_container", "possible", "verdict", "sentence"),
    }
    assert {field.name for field in dataclasses.fields(Check)} == verified | shown
    assert sound.checks
