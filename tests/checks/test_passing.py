"""The figures that would have passed are quantiles of the predictive distribution."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm, skewnorm

from shellcount.checks.passing import condensed, passing, passing_each, quantile
from shellcount.maths.kernel import Kernel
from shellcount.maths.reporting import Reporting

RNG = np.random.default_rng(5)


def sound(sigma: float, margin: float = 0.0, *, logit: bool = False) -> Reporting:
    return Reporting(Kernel(sigma, margin), 1.0, logit, 0.0, 0.5)


@pytest.mark.parametrize("tail", [0.05, 0.1, 0.3])
def test_of_a_normal_predictive_they_are_its_quantiles(tail: float) -> None:
    # A location of N(14, 0.4) as its own quantiles, and an error of N(0, 0.3): N(14, 0.5) together.
    locations = 14 + 0.4 * norm.ppf((np.arange(40_000) + 0.5) / 40_000)
    found = passing(sound(0.3), locations, tail)
    assert found is not None
    assert [math.log(bound) for bound in found] == pytest.approx(
        [14 + 0.5 * norm.ppf(tail), 14 - 0.5 * norm.ppf(tail)], abs=1e-4
    )


def test_of_a_known_quantity_they_are_the_quantiles_of_the_skew_normal_error() -> None:
    found = passing(sound(0.05, 0.4), np.full((2, 3), math.log(2e6)), 0.1)
    assert found is not None
    error = skewnorm(-0.4 / 0.05, scale=math.hypot(0.05, 0.4))
    assert [math.log(bound / 2e6) for bound in found] == pytest.approx(error.ppf([0.1, 0.9]), abs=1e-5)


def test_of_a_share_they_are_quantiles_of_the_logit() -> None:
    found = passing(sound(0.5, logit=True), np.zeros(9), 0.1)
    assert found is not None
    odds = [share / (1 - share) for share in found]
    assert [math.log(value) for value in odds] == pytest.approx(
        [0.5 * norm.ppf(0.1), -0.5 * norm.ppf(0.1)], abs=1e-5
    )


def test_they_are_those_that_simulated_reports_would_give() -> None:
    reporting = Reporting(Kernel(0.08, -0.2), 1.0, False, 0.05, 0.5)
    locations = np.log(1e4) + 0.3 * RNG.standard_normal((16, 20_000)) ** 3
    found = passing(reporting, locations, 0.1)
    reports = np.log(reporting.draw(locations, RNG))
    assert found is not None
    for bound, level in zip(found, (0.1, 0.9), strict=True):
        share = float((reports <= math.log(bound)).mean())
        assert abs(share - level) <= 4 * math.sqrt(0.09 / reports.size)


def test_condensed_draws_have_their_mean_and_their_order() -> None:
    draws = RNG.standard_normal((8, 1_000))
    groups = condensed(draws, groups=100)
    assert groups.shape == (100,)
    assert groups.mean() == pytest.approx(draws.mean(), abs=1e-12)
    assert (np.diff(groups) > 0).all()
    assert condensed(np.array([2.0, 1.0])).tolist() == [1.0, 2.0]


def test_a_probability_that_is_never_reached_has_no_quantile() -> None:
    assert math.isnan(quantile(lambda _: 0.5, 0.9, start=0.0))


def test_side_by_side_they_have_the_digits_of_each_alone() -> None:
    reports = [sound(0.3), Reporting(Kernel(0.08, -0.2), 1.0, False, 0.05, 0.5), sound(0.05, 0.4)]
    locations = [condensed(place + 0.4 * RNG.standard_normal((4, 5_000))) for place in (3.0, 9.0, 14.0)]
    together = passing_each(reports, locations, 0.1)
    assert together == [passing(each, at, 0.1) for each, at in zip(reports, locations, strict=True)]
    assert passing_each([], [], 0.1) == []
