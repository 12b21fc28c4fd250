"""Importance weights are smoothed as ArviZ does it, and the shape of a known tail is found."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from arviz_stats.base import array_stats

from shellcount.maths.pareto import KHAT_LIMIT, fitted_pareto, quantile_of_pareto, smoothed_weights


@pytest.mark.parametrize("shape", [-0.3, 0.2, 0.6, 1.1])
def test_the_shape_of_a_pareto_tail_is_found(shape: float) -> None:
    shares = (np.arange(20_000) + 0.5) / 20_000
    excess = quantile_of_pareto(shares, shape, 3.0)
    found, scale = fitted_pareto(excess)
    assert found == pytest.approx(shape, abs=0.02)
    assert scale == pytest.approx(3.0, rel=0.02)


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0, 2.0])
def test_weights_and_shape_are_those_of_another_implementation(spread: float) -> None:
    # It takes another number of ratios for the tail, by one or so.
    logs = spread * np.random.default_rng(1).standard_normal(4_000)
    weights, khat = smoothed_weights(logs)
    theirs, shape = array_stats.psislw(-logs)
    assert khat == pytest.approx(float(shape), abs=0.02)
    assert weights == pytest.approx(np.exp(theirs), rel=0.02)


def test_weights_that_are_alike_stay_alike() -> None:
    weights, khat = smoothed_weights(np.full(1_000, 3.0))
    assert weights == pytest.approx(0.001)
    assert khat == 0.0


def test_a_few_draws_keep_their_weights() -> None:
    weights, khat = smoothed_weights(np.log(np.array([1.0, 2.0, 5.0])))
    assert weights == pytest.approx([0.125, 0.25, 0.625])
    assert khat == 0.0


def test_a_tail_beyond_floats_is_that_of_its_logs() -> None:
    # The quantile is scale / shape * ((1 - share) ** -shape - 1), whose power alone is no float here.
    shares, shape, scale = np.array([0.5, 0.8, 0.9, 0.99]), 345, 1e-300
    powers = [(1 - Fraction(share)) ** -shape for share in shares[:3].tolist()]
    expected = [float(Fraction(scale) / shape * (power - 1)) for power in powers]
    found = quantile_of_pareto(shares, shape, scale)
    assert found[:3] == pytest.approx(expected, rel=1e-9)
    assert found[3] == pytest.approx(np.finfo(float).max)


def test_weights_of_draws_that_hardly_move_are_numbers_of_no_trust() -> None:
    # Of most, the ratio is 0; the others lie ever further apart.
    logs = np.concatenate([np.full(1_000, -800.0), -(np.arange(400.0) ** 2) / 300])
    weights, khat = smoothed_weights(logs)
    assert np.isfinite(weights).all()
    assert weights.sum() == pytest.approx(1)
    assert khat > KHAT_LIMIT


def test_reweighted_normal_draws_have_the_mean_of_their_target() -> None:
    draws = np.random.default_rng(2).standard_normal(200_000)
    weights, khat = smoothed_weights(0.5 * draws)  # towards a normal whose mean is 0.5
    assert khat < 0.5
    assert float(weights @ draws) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("heavy", [30, 60])
def test_a_tail_beyond_measure_has_weights_that_sum_to_one(heavy: int) -> None:
    logs = np.full(1_000, -800.0)
    logs[:heavy] = np.linspace(0.0, -5.0, heavy)
    weights, khat = smoothed_weights(logs)
    assert weights.sum() == pytest.approx(1)
    assert khat > 0.7


def test_rows_are_smoothed_each_on_its_own() -> None:
    rng = np.random.default_rng(3)
    logs = np.stack([spread * rng.standard_normal(500) for spread in (0.0, 0.1, 1.0, 5.0)])
    weights, khat = smoothed_weights(logs)
    alone = [smoothed_weights(row) for row in logs]
    assert (weights == np.stack([row for row, _ in alone])).all()
    assert khat.tolist() == [float(shape) for _, shape in alone]
