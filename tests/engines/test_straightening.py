"""Posteriors in many directions, whose moments and evidence are known, are served."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines.importance import ImportanceSample, sample
from shellcount.engines.modes import Mode
from shellcount.engines.proposal import Bend
from shellcount.engines.straightening import normal_approximation, straightened
from shellcount.engines.target import LogLikelihood, WithGradient
from shellcount.maths.arrays import Array

GRID = np.linspace(-9, 9, 20_001)
PRIOR = np.exp(-0.5 * GRID**2) / np.sqrt(2 * np.pi)


def served(log_likelihood: LogLikelihood, gradient: WithGradient, dimension: int) -> ImportanceSample:
    rng = np.random.default_rng(5)
    return sample(log_likelihood, dimension, runs=8, points=1024, draws=512, rng=rng, gradient=gradient)


def moments(density: Array) -> tuple[float, float, float]:
    """Log of the integral over the grid, mean and standard deviation."""
    total = np.trapezoid(density, GRID)
    mean = np.trapezoid(GRID * density, GRID) / total
    return (
        float(np.log(total)),
        float(mean),
        float(np.sqrt(np.trapezoid(GRID**2 * density, GRID) / total - mean**2)),
    )


def test_a_normal_density_is_its_own_approximation() -> None:
    rng = np.random.default_rng(1)
    turned = rng.normal(size=(20, 20))
    precision, mean = turned @ turned.T + 0.1 * np.eye(20), rng.normal(size=20)
    start = 1.5 * np.linalg.cholesky(np.linalg.inv(precision))
    asked: list[Array] = []

    def gradient(x: Array) -> Array:
        asked.append(x)
        slope: Array = -precision @ (x - mean[:, None])
        return slope

    found, factor = normal_approximation(gradient, mean + start[:, 3], start, rng)
    assert found == pytest.approx(mean, abs=1e-9)
    assert factor.T @ precision @ factor == pytest.approx(np.eye(20), abs=1e-9)
    assert len(asked) == 2  # one step, and one that changes nothing


def test_the_approximation_has_the_mean_slope_and_curvature_of_the_density() -> None:
    # Of exp(-x^4 / 4): E[x^3] = 0 and E[3 x^2] = 1 / S, so that S^2 = 1/3.
    mean, factor = normal_approximation(
        lambda x: -(x**3), np.array([0.5]), np.eye(1), np.random.default_rng(1)
    )
    assert mean[0] == pytest.approx(0, abs=0.01)
    assert factor[0, 0] ** 4 == pytest.approx(1 / 3, rel=0.02)


def test_slopes_of_a_bend_are_those_of_its_values() -> None:
    bend = Bend(np.array([0.3]), np.array([2.0]), np.random.default_rng(1).normal(size=(3, 4)))
    first, step = np.array([[-20.0, -3.0, 0.3, 1.0, 5.0, 20.0]]), 1e-6
    differences = (bend.at(first + step) - bend.at(first - step)) / (2 * step)
    assert bend.slopes(first) == pytest.approx(differences, abs=1e-6)


def test_a_hundred_correlated_directions_have_their_moments_and_evidence() -> None:
    rng = np.random.default_rng(2)
    turned = rng.normal(size=(130, 100)) * np.where(np.arange(130) < 3, 20.0, 0.5)[:, None]
    y = rng.normal(size=130) + turned @ rng.normal(size=100)

    def log_l(z: Array) -> Array:
        away = y[:, None] - turned @ z
        squares: Array = np.einsum("ij,ij->j", away, away)
        return -0.5 * squares

    covariance = np.linalg.inv(np.eye(100) + turned.T @ turned)
    mean = covariance @ turned.T @ y
    sampled = served(log_l, lambda z: (log_l(z), turned.T @ (y[:, None] - turned @ z)), 100)
    assert (sampled.refusal, sampled.rounds, sampled.directions) == (None, 1, 100)
    exact = float(-0.5 * (y @ y - y @ turned @ mean) + 0.5 * np.linalg.slogdet(covariance)[1])
    assert np.log(np.exp(sampled.log_evidence - exact).mean()) == pytest.approx(0, abs=0.05)
    draws, sd = sampled.draws.reshape(100, -1), np.sqrt(np.diag(covariance))
    assert (draws.mean(axis=1) - mean) / sd == pytest.approx(np.zeros(100), abs=0.12)
    assert draws.std(axis=1) / sd == pytest.approx(np.ones(100), abs=0.1)


def test_likelihoods_with_tails_have_the_moments_of_quadrature() -> None:
    y = np.linspace(-1, 2, 60)[:, None]

    def log_l(z: Array) -> Array:
        total: Array = (-4 * np.log1p((y - z) ** 2 / 0.7)).sum(axis=0)
        return total

    sampled = served(log_l, lambda z: (log_l(z), 8 * (y - z) / (0.7 + (y - z) ** 2)), 60)
    exact = [moments(PRIOR * np.exp(-4 * np.log1p((each - GRID) ** 2 / 0.7))) for each in y[:, 0]]
    assert (sampled.refusal, sampled.rounds) == (None, 1)
    assert sampled.log_evidence.mean() == pytest.approx(sum(each[0] for each in exact), abs=0.05)
    draws = sampled.draws.reshape(60, -1)
    assert draws.mean(axis=1) == pytest.approx(np.array([each[1] for each in exact]), abs=0.06)
    assert draws.std(axis=1) == pytest.approx(np.array([each[2] for each in exact]), rel=0.12)


def product(z: Array, y: float, sd: float) -> tuple[Array, Array]:
    """Many claims of the product of a rate and a share, and one of each further coordinate."""
    share = 1 / (1 + np.exp(-z[1]))
    away = y - z[0] - np.log(share)
    rest = 1 - z[2:]
    slope = np.concatenate([away[None] / sd**2, (1 - share)[None] * away / sd**2, rest])
    return -0.5 * (away / sd) ** 2 - 0.5 * (rest**2).sum(axis=0), slope


def test_a_product_that_is_known_far_better_than_its_factors_is_followed() -> None:
    sd = 0.01
    sampled = served(lambda z: product(z, 0.2, sd)[0], lambda z: product(z, 0.2, sd), 42)
    away = 0.2 - np.log(1 / (1 + np.exp(-GRID)))
    scale = np.sqrt(1 + sd**2)
    log_evidence, mean, spread = moments(PRIOR * np.exp(-0.5 * (away / scale) ** 2) * sd / scale)
    assert (sampled.refusal, sampled.rounds) == (None, 1)
    exact = log_evidence + 40 * (-0.25 - 0.5 * np.log(2))
    assert sampled.log_evidence.mean() == pytest.approx(exact, abs=0.03)
    assert sampled.draws[1].mean() == pytest.approx(mean, abs=0.03)
    assert sampled.draws[1].std() == pytest.approx(spread, rel=0.05)


def test_a_second_mode_is_not_left_out() -> None:
    def with_gradient(z: Array) -> tuple[Array, Array]:
        near, far = -0.5 * ((z[0] - 2) / 0.3) ** 2, -0.5 * ((z[0] + 2) / 0.3) ** 2
        log_l = np.logaddexp(near, far)
        share = np.exp(near - log_l)
        first = -(z[0] - 4 * share + 2) / 0.09
        return log_l - 0.5 * ((1 - z[1:]) ** 2).sum(axis=0), np.concatenate([first[None], 1 - z[1:]])

    sampled = served(lambda z: with_gradient(z)[0], with_gradient, 40)
    assert sampled.refusal is not None or (sampled.draws[0] > 0).mean() == pytest.approx(0.5, abs=0.05)


def test_a_place_beside_the_mode_is_as_good_a_start_as_the_mode() -> None:
    def gradient(z: Array) -> tuple[Array, Array]:
        return product(z, 0.2, 0.05)

    at = np.concatenate([[0.9, 0.0], np.full(3, 0.5)])
    precise = np.array([1.0, 0.5, 0, 0, 0]) / 0.05
    mode = Mode(at, 0.0, np.outer(precise, precise) + np.diag([0, 0, 1, 1, 1.0]))
    near, there = (
        straightened(
            gradient, Mode(at + shift, 0.0, mode.curvature), np.random.default_rng(1), prior_share=0.1
        )
        for shift in (0.0, 0.05)
    )
    z = np.random.default_rng(1).normal(size=(5, 20))
    assert near.log_ratio(z) == pytest.approx(there.log_ratio(z), abs=0.3)


def test_a_few_slopes_of_a_cliff_far_out_do_not_throw_the_approximation_off() -> None:
    def gradient(x: Array) -> Array:
        slope: Array = -x - np.where(np.abs(x[:1]) > 3, 1e5, 0.0) * (np.abs(x) + 1)
        return slope

    found, factor = normal_approximation(gradient, np.zeros(40), np.eye(40), np.random.default_rng(1))
    assert found == pytest.approx(np.zeros(40), abs=1e-9)
    assert factor == pytest.approx(np.eye(40), abs=1e-9)
