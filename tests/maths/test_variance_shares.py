"""Shapley effects of jointly normal inputs have closed forms, and jackknife errors those of a mean."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from shellcount.maths.arrays import Array
from shellcount.maths.variance_shares import MOST_PLAYERS, jackknifed, shapley_effects, weights_of


def effects_of(covariance: Array, weights: Array, players: list[list[int]] | None = None) -> Array:
    return shapley_effects(covariance, covariance @ weights, players or [[n] for n in range(len(weights))])


# --- Shapley effects ---------------------------------------------------------------------


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.4, 1.0])
def test_two_correlated_inputs_share_as_owen_and_prieur_have_it(correlation: float) -> None:
    """Owen and Prieur (2017), section 4: the variance of the mean of the other's part goes half to each."""
    sds, weights = np.array([1.5, 0.5]), np.array([1.0, -2.0])
    covariance = np.outer(sds, sds) * np.array([[1.0, correlation], [correlation, 1.0]])
    own = (weights * sds) ** 2
    both, half = correlation * math.prod(weights * sds), correlation**2 / 2
    expected = [own[0] * (1 - half) + own[1] * half + both, own[1] * (1 - half) + own[0] * half + both]
    assert effects_of(covariance, weights) == pytest.approx(expected, abs=1e-12)


def test_an_independent_input_has_its_own_variance_beside_correlated_ones() -> None:
    """Iooss and Prieur (2019): one input that is independent, and a pair that is not."""
    rho, weights = 0.7, np.array([2.0, 1.0, 3.0])
    covariance = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, rho], [0.0, rho, 1.0]])
    second = weights[1] ** 2 * (1 - rho**2 / 2) + rho * weights[1] * weights[2] + weights[2] ** 2 * rho**2 / 2
    third = weights[2] ** 2 * (1 - rho**2 / 2) + rho * weights[1] * weights[2] + weights[1] ** 2 * rho**2 / 2
    assert effects_of(covariance, weights) == pytest.approx([4.0, second, third])


def test_effects_are_mean_gains_over_all_orders() -> None:
    rng = np.random.default_rng(1)
    roots = rng.standard_normal((6, 6))
    covariance, weights = roots @ roots.T, rng.standard_normal(6)
    players = [[0, 3], [1], [2, 4, 5]]
    with_output = covariance @ weights

    def explained(chosen: tuple[int, ...]) -> float:
        at = [place for player in chosen for place in players[player]]
        if not at:
            return 0.0
        among = covariance[np.ix_(at, at)]
        return float(with_output[at] @ np.linalg.inv(among) @ with_output[at])

    gains = np.zeros(3)
    for order in itertools.permutations(range(3)):
        for place, player in enumerate(order):
            gains[player] += (explained(order[: place + 1]) - explained(order[:place])) / 6
    found = effects_of(covariance, weights, players)
    assert found == pytest.approx(gains)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(weights @ covariance @ weights)


def test_an_input_that_does_not_vary_has_no_effect() -> None:
    assert effects_of(np.diag([2.0, 0.0]), np.array([1.0, 5.0])) == pytest.approx([2.0, 0.0])
    assert weights_of(np.zeros((2, 2)), np.zeros(2)) == pytest.approx([0.0, 0.0])


def test_too_many_players_are_refused() -> None:
    count = MOST_PLAYERS + 1
    with pytest.raises(ValueError, match="at most, not 11"):
        effects_of(np.eye(count), np.ones(count))


# --- errors ------------------------------------------------------------------------------


def test_the_jackknife_of_a_mean_is_its_standard_error() -> None:
    values = np.random.default_rng(1).standard_normal((12, 2))
    found, errors = jackknifed(lambda mean: mean, values)
    assert found == pytest.approx(values.mean(axis=0))
    assert errors == pytest.approx(values.std(axis=0, ddof=1) / math.sqrt(12))


def test_the_jackknife_of_a_ratio_is_nearly_that_of_the_delta_method() -> None:
    values = np.array([3.0, 1.0]) + 0.05 * np.random.default_rng(1).standard_normal((40, 2))
    (ratio,), (error,) = jackknifed(lambda mean: mean[:1] / mean[1:], values)
    above, below = values.mean(axis=0)
    residuals = (values[:, 0] - ratio * values[:, 1]) / below
    assert ratio == pytest.approx(above / below)
    assert error == pytest.approx(residuals.std(ddof=1) / math.sqrt(40), rel=0.01)
