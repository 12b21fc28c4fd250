"""Weights of points: how many are effective, how they are made less uneven, and which points they choose."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from shellcount.engines.weights import chosen, effective, normalised, tempered
from shellcount.maths.arrays import Array


@pytest.mark.parametrize("count", [1, 7, 100])
def test_equal_weights_are_all_effective(count: int) -> None:
    assert effective(np.full(count, 0.3)) == pytest.approx(count)


@pytest.mark.parametrize("count", [2, 9, 50])
def test_weights_in_proportion_to_whole_numbers_have_a_known_effective_number(count: int) -> None:
    expected = 1.5 * count * (count + 1) / (2 * count + 1)  # of the sums of numbers and of their squares
    assert effective(np.arange(1.0, count + 1)) == pytest.approx(expected)


def test_weights_are_those_of_any_other_scale_and_sum_to_one() -> None:
    logs = np.array([0.0, -1.5, 2.0, -np.inf])
    for shift in (0.0, 1e4, -1e4):
        weights = normalised(logs + shift)
        np.testing.assert_allclose(weights, special.softmax(logs), rtol=1e-10)
        assert weights.sum() == pytest.approx(1)


def test_weights_that_are_even_enough_are_left_as_they_are() -> None:
    logs = np.log([1.0, 2.0, 3.0])
    assert (tempered(logs, 2.0) == normalised(logs)).all()


@pytest.mark.parametrize("gap", [3.0, 30.0, 3_000.0])
def test_uneven_weights_are_raised_to_the_power_that_leaves_enough_effective(gap: float) -> None:
    others, least = 20, 8.0
    logs = np.array([gap, *np.zeros(others)])

    def beyond(power: float) -> float:
        low = np.exp(-power * gap)  # one weight of 1, and all others of this
        return float((1 + others * low) ** 2 / (1 + others * low**2) - least)

    weights = tempered(logs, least)
    expected = normalised(optimize.brentq(beyond, 0.0, 1.0, xtol=1e-14) * logs)
    np.testing.assert_allclose(weights, expected, rtol=1e-3)
    assert effective(weights) >= least


def test_points_without_likelihood_keep_next_to_no_weight() -> None:
    weights = tempered(np.array([100.0, 0.0, 1.0, 2.0, -np.inf]), 3.0)
    assert effective(weights) == pytest.approx(3.0, rel=1e-3)
    assert weights[-1] < 1e-5 * weights.max()


@pytest.mark.parametrize("seed", range(5))
def test_points_are_chosen_as_often_as_their_weights_say_but_for_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights: Array = rng.gamma(0.3, size=40)
    times = np.bincount(chosen(weights, 1000, rng), minlength=40)
    assert times.sum() == 1000
    assert (np.abs(times - 1000 * weights / weights.sum()) < 1).all()


def test_a_point_without_weight_is_never_chosen() -> None:
    for seed in range(20):
        assert set(chosen(np.array([0.0, 1.0, 0.0]), 16, np.random.default_rng(seed))) == {1}
