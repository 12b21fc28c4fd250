"""Power-scaled draws have the moments and distances of closed forms, and of ArviZ."""

from __future__ import annotations

import math

import numpy as np
import pytest
from arviz_stats.base import array_stats
from scipy import integrate, stats

from shellcount.insight.power_scaling import ALPHAS, distances, power_scale
from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_quantile
from shellcount.maths.pareto import smoothed_weights

SIZE = 40_000
EVENLY: Array = normal_quantile((np.arange(SIZE) + 0.5) / SIZE)  # a standard normal without noise


@pytest.mark.parametrize("alpha", [0.7, 0.9, 1.1, 2.0])
def test_a_normal_prior_has_the_standard_deviation_of_its_power(alpha: float) -> None:
    weights, khat = smoothed_weights((alpha - 1) * -0.5 * EVENLY[None] ** 2)
    assert weights @ EVENLY == pytest.approx(0.0, abs=1e-3)
    assert np.sqrt(weights @ EVENLY**2) == pytest.approx(alpha**-0.5, rel=0.01)
    assert khat[0] < 0.7


def test_per_doubling_a_normal_prior_narrows_by_the_square_root() -> None:
    scaled = power_scale(3.0 + 2.0 * EVENLY, -0.5 * EVENLY[None] ** 2)
    assert scaled.spread[0] == pytest.approx(-0.5 * math.log(2), rel=0.01)
    assert scaled.shift[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("error", [0.3, 1.0, 4.0])
def test_a_normal_likelihood_moves_mean_and_spread_as_in_closed_form(error: float) -> None:
    y, weight = 1.5, error**-2  # of a standard normal prior, the power a gives the precision 1 + a / s^2
    precision = 1 + weight
    z = y * weight / precision + EVENLY / math.sqrt(precision)
    scaled = power_scale(z, -0.5 * weight * (y - z[None]) ** 2)
    assert scaled.shift[0] == pytest.approx(math.log(2) * y * weight / precision**2, rel=0.01)
    assert scaled.spread[0] == pytest.approx(-0.5 * math.log(2) * weight / precision, rel=0.01)


def test_a_part_that_plays_no_part_moves_nothing() -> None:
    rng = np.random.default_rng(1)
    values, other = rng.standard_normal((2, SIZE))
    scaled = power_scale(values, -0.5 * other[None] ** 2)
    assert abs(scaled.shift[0]) < 4 * math.log(2) * math.sqrt(0.5 / SIZE)
    assert abs(scaled.spread[0]) < 4 * math.log(2) * math.sqrt(0.5 * 2 / SIZE) / 2
    assert scaled.distance[0] < 0.01
    constant = power_scale(values, np.zeros((1, SIZE)))
    assert (constant.shift[0], constant.spread[0], constant.distance[0]) == (0.0, 0.0, 0.0)


def test_what_does_not_vary_does_not_move() -> None:
    scaled = power_scale(np.ones(100), -0.5 * np.linspace(-1, 1, 100)[None] ** 2)
    assert (scaled.shift[0], scaled.spread[0], scaled.distance[0]) == (0.0, 0.0, 0.0)


def cjs(one: Array, other: Array, x: Array) -> float:
    """The distance of two distribution functions by the formula, integrated by the trapezoidal rule."""
    middle = (one + other) / 2
    p = integrate.trapezoid(one * np.log2(one / middle), x)
    q = integrate.trapezoid(other * np.log2(other / middle), x)
    return math.sqrt((p + q) / integrate.trapezoid(one + other, x))


def test_the_distance_is_that_of_the_distribution_functions() -> None:
    alpha = 1.25
    weights, _ = smoothed_weights((alpha - 1) * -0.5 * EVENLY[None] ** 2)
    x = np.linspace(EVENLY[0], EVENLY[-1], 20_001)[1:]
    expected = cjs(stats.norm.cdf(x), stats.norm.cdf(x, scale=alpha**-0.5), x)
    assert distances(EVENLY, weights)[0] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("shape", [0.3, 1.0])
def test_sensitivities_are_those_of_arviz(shape: float) -> None:
    rng = np.random.default_rng(2)
    z = rng.standard_normal((2, 4000))
    values = np.exp(shape * z[0]) + 0.3 * z[1]
    logs = np.stack([-0.5 * z[0] ** 2, z[1] - 0.2 * z[0]])
    weights = [smoothed_weights((alpha - 1) * logs)[0] for alpha in ALPHAS]
    expected = [
        array_stats.power_scale_sense(
            values[None], lower[None], upper[None], lower_alpha=ALPHAS[0], upper_alpha=ALPHAS[1]
        )
        for lower, upper in zip(*weights, strict=True)
    ]
    assert power_scale(values, logs).distance == pytest.approx(np.array(expected), rel=1e-6)
