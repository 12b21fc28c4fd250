"""A claim is split into ways to read it, whose probabilities are those of its odds and dates."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import case_of
from claims import EVERY_FORM, with_every_form
from shellcount.case.flow import Span, days_in_steps, length, span
from shellcount.case.kinds import KINDS
from shellcount.case.reading import load_case
from shellcount.case.schema import Case, Claim
from shellcount.model.components import Component, components
from shellcount.results.given import Fitted, as_fitted

CASE = with_every_form(load_case())
CLAIMS = {claim.id: claim for claim in CASE.claim}
START = dt.date(2024, 1, 1)


def split(claim: Claim, sigma: float = math.inf, case: Case = CASE) -> tuple[Component, ...]:
    return components(case, as_fitted(claim), sigma)


def probabilities(parts: tuple[Component, ...]) -> list[float]:
    return [math.exp(part.log_prior) for part in parts]


def dated(days: int, earliest: int = 40, **fields: Any) -> tuple[Case, Claim]:
    """A claim of a date left open over some days, and its case."""
    first = START + dt.timedelta(days=earliest)
    case = case_of({"as_of": {"earliest": first, "latest": first + dt.timedelta(days=days)}, **fields})
    return case, case.claim[0]


# --- probabilities -----------------------------------------------------------------------


@pytest.mark.parametrize("name", [*EVERY_FORM, *(claim.id for claim in load_case().claim)])
@pytest.mark.parametrize("sigma", [math.inf, 0.3, 0.02, 1e-6])
def test_the_probabilities_of_the_components_of_a_claim_sum_to_one(name: str, sigma: float) -> None:
    parts = split(CLAIMS[name], sigma)
    assert math.fsum(probabilities(parts)) == pytest.approx(1, rel=1e-12)
    assert all(part.claim is CLAIMS[name] for part in parts)


def test_a_claim_that_leaves_nothing_open_is_one_component() -> None:
    (part,) = split(CLAIMS["month"])
    assert part == Component(CLAIMS["month"], None, Span(91.0, 122.0), 1.0, 0.0)


def test_natures_are_as_probable_as_their_odds() -> None:
    parts = split(CLAIMS["holds"])
    assert [part.nature for part in parts] == ["152mm-howitzer", "122mm-rocket"]
    assert probabilities(parts) == pytest.approx([0.75, 0.25])


def test_natures_without_odds_are_equally_probable() -> None:
    claim = CLAIMS["holds"].model_copy(update={"reading_odds": None})
    assert probabilities(split(claim)) == pytest.approx([0.5, 0.5])


def test_the_odds_of_a_nature_that_is_taken_as_known_play_no_part() -> None:
    claim = CLAIMS["holds"]
    (part,) = components(CASE, Fitted(claim, ("122mm-rocket",), claim.dates[0]))
    assert (part.nature, part.log_prior) == ("122mm-rocket", 0.0)


def test_natures_and_dates_left_open_are_independent() -> None:
    claim = CLAIMS["range"].model_copy(
        update={
            "nature": ("152mm-howitzer", "122mm-rocket"),
            "reading_odds": {"152mm-howitzer": 1, "122mm-rocket": 4},
        }
    )
    parts = split(claim, 0.2)
    alone = probabilities(split(CLAIMS["range"], 0.2))
    howitzer = [math.exp(part.log_prior) for part in parts if part.nature == "152mm-howitzer"]
    rocket = [math.exp(part.log_prior) for part in parts if part.nature == "122mm-rocket"]
    assert howitzer == pytest.approx([0.2 * share for share in alone])
    assert rocket == pytest.approx([0.8 * share for share in alone])


# --- dates -------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.integers(1, 600), st.integers(1, 400), st.sampled_from([1.0, 0.1, 0.01]))
def test_dates_are_equally_probable_over_their_range(days: int, earliest: int, sigma: float) -> None:
    case, claim = dated(days, earliest)
    parts = components(case, as_fitted(claim), sigma)
    ends = np.array([part.time.end for part in parts if part.time is not None])
    weights = np.array(probabilities(parts))
    assert ((ends > earliest) & (ends < earliest + days)).all()
    assert (np.diff(ends) > 0).all()
    # Moments of the uniform distribution, which quadrature has exactly.
    assert weights @ ends == pytest.approx(earliest + days / 2, rel=1e-10)
    assert weights @ (ends - earliest) ** 2 == pytest.approx(days**2 / 3, rel=1e-10)


def test_nodes_become_more_as_the_claim_is_sharper_and_the_range_wider() -> None:
    sharper = [len(split_of(200, sigma)) for sigma in (math.inf, 1.0, 0.1, 0.05, 0.03, 0.01, 1e-9)]
    wider = [len(split_of(days, 0.02)) for days in (1, 10, 50, 100, 200, 400, 5000)]
    for counts in (sharper, wider):
        assert counts == sorted(counts)
        assert (counts[0], counts[-1]) == (9, 99)
        assert len(set(counts)) > 3


def test_nodes_are_more_where_the_total_grows_more_over_the_range() -> None:
    counts = []
    for earliest in (1, 10, 50, 200, 2000):
        case, claim = dated(100, earliest)
        counts.append(len(components(case, as_fitted(claim), 0.05)))
    assert counts == sorted(set(counts), reverse=True)
    # So many that the location moves by about two thirds of the error from one to the next.
    assert counts[1:4] == [math.ceil(1.5 * math.log(1 + 100 / begun) / 0.05) for begun in (10, 50, 200)]


def split_of(days: int, sigma: float) -> tuple[Component, ...]:
    case, claim = dated(days)
    return components(case, as_fitted(claim), sigma)


@pytest.mark.parametrize("sigma", [0.5, 0.05, 0.02])
def test_the_sum_over_nodes_is_the_integral_over_dates(sigma: float) -> None:
    # At a steady rate the location is the log of the days; the mean over dates is then a known integral.
    case, claim = dated(120, 60)
    parts = components(case, as_fitted(claim), sigma)
    for middle in (70.0, 100.0, 170.0):
        found = math.fsum(
            math.exp(part.log_prior - 0.5 * (math.log(part.time.end / middle) / sigma) ** 2)
            for part in parts
            if part.time is not None
        )
        days = np.linspace(60, 180, 100_001)
        exact = np.trapezoid(np.exp(-0.5 * (np.log(days / middle) / sigma) ** 2), days) / 120
        assert found == pytest.approx(exact, rel=0.02)


def test_an_open_date_of_a_period_leaves_its_beginning() -> None:
    case, claim = dated(50, 60, since=START + dt.timedelta(days=10))
    parts = components(case, as_fitted(claim), 0.05)
    assert {part.time.begin for part in parts if part.time is not None} == {10.0}
    assert all(61 < part.time.end < 111 for part in parts if part.time is not None)
    assert {part.length for part in parts} == {1.0}


@pytest.mark.parametrize(("per", "unit"), [("day", 1.0), ("week", 7.0), ("month", 30.4375)])
def test_the_length_of_a_rate_ends_with_its_time(per: str, unit: float) -> None:
    since = START + dt.timedelta(days=10)
    case, claim = dated(50, 60, since=since, quantity="rate", of="containers", per=per)
    for part in components(case, as_fitted(claim), 0.05):
        assert part.time is not None
        assert part.length == pytest.approx((part.time.end - part.time.begin) / unit)


def test_the_length_of_a_rate_counts_days_before_the_first_shipment() -> None:
    since = START - dt.timedelta(days=15)
    case = case_of({"quantity": "rate", "of": "containers", "per": "week", "since": since})
    (part,) = components(case, as_fitted(case.claim[0]))
    assert part.time == span(case, since, case.claim[0].dates[0])
    assert part.length == length(case, since, case.claim[0].dates[0]) / 7 == 46 / 7


def test_a_range_of_one_day_is_that_day() -> None:
    case, claim = dated(0)
    day = case_of({"as_of": claim.dates[0]})
    (one,), (other,) = components(case, as_fitted(claim)), components(day, as_fitted(day.claim[0]))
    assert (one.time, one.length, one.log_prior) == (other.time, other.length, other.log_prior)


@pytest.mark.parametrize("name", [name for name, claim in CLAIMS.items() if not KINDS[claim.quantity].dated])
def test_time_plays_no_part_in_what_is_not_dated(name: str) -> None:
    claim = CLAIMS[name].model_copy(update={"as_of": CLAIMS["mass"].as_of})
    parts = split(claim, 1e-3)
    assert {part.time for part in parts} == {None}
    assert len(parts) == max(1, len(claim.natures))


@pytest.mark.parametrize("sigma", [0.5, 0.05])
@pytest.mark.parametrize(("since", "first", "last"), [(0, 5, 153), (31, 62, 200), (-400, 3, 90)])
def test_the_sum_over_nodes_is_the_integral_where_few_days_become_many(
    sigma: float, since: int, first: int, last: int
) -> None:
    pause = {"since": START + dt.timedelta(32), "as_of": START + dt.timedelta(60), "basis": "made up"}
    begin = START + dt.timedelta(days=since)
    as_of = {"earliest": START + dt.timedelta(days=first), "latest": START + dt.timedelta(days=last)}
    case = case_of({"as_of": as_of, "since": begin}, edit=lambda document: document.update(pause=(pause,)))
    ends = np.linspace(first + 1, last + 1, 100_001)
    days = ends - max(since, 0) - (np.clip(ends, 32, 61) - 32)
    parts = components(case, as_fitted(case.claim[0]), sigma)
    assert math.fsum(probabilities(parts)) == pytest.approx(1, rel=1e-12)
    for middle in (2.0, 8.0, 30.0, 100.0):
        found = math.fsum(
            math.exp(
                part.log_prior - 0.5 * (math.log(sum(days_in_steps(case, part.time)) / middle) / sigma) ** 2
            )
            for part in parts
            if part.time is not None
        )
        exact = np.trapezoid(np.exp(-0.5 * (np.log(days / middle) / sigma) ** 2), ends) / (last - first)
        assert found == pytest.approx(exact, rel=0.02, abs=1e-6)


def test_a_rate_falls_through_a_pause_in_which_it_may_end() -> None:
    pause = {"since": START + dt.timedelta(10), "as_of": START + dt.timedelta(99), "basis": "made up"}
    as_of = {"earliest": START + dt.timedelta(days=20), "latest": START + dt.timedelta(days=80)}
    case = case_of(
        {"quantity": "rate", "of": "containers", "per": "day", "as_of": as_of},
        edit=lambda document: document.update(pause=(pause,)),
    )
    parts = components(case, as_fitted(case.claim[0]), 0.1)
    assert [part.length for part in parts] == pytest.approx([part.time.end for part in parts if part.time])
    assert sum(share / part.length for share, part in zip(probabilities(parts), parts, strict=True)) == (
        pytest.approx(math.log(80 / 20) / 60, rel=1e-4)
    )


def test_a_count_that_may_end_in_a_pause_is_the_same_wherever_it_does() -> None:
    pause = {"since": START + dt.timedelta(10), "as_of": START + dt.timedelta(99), "basis": "made up"}
    as_of = {"earliest": START + dt.timedelta(days=20), "latest": START + dt.timedelta(days=80)}
    case = case_of({"as_of": as_of}, edit=lambda document: document.update(pause=(pause,)))
    (part,) = components(case, as_fitted(case.claim[0]), 0.01)
    assert part.log_prior == 0.0
