"""Mixtures of Student t distributions: densities against scipy, fits against what the points are from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_t

from shellcount.maths.student_mixture import Mixture, fit_mixture

SCALES = np.array([[[1.0, 0.3], [0.3, 0.5]], [[0.2, 0.0], [0.0, 2.0]]])
MIXTURE = Mixture(np.array([0.3, 0.7]), np.array([[0.0, 1.0], [4.0, -2.0]]), np.linalg.cholesky(SCALES), 7.0)


def test_the_density_is_that_of_scipy() -> None:
    y = np.random.default_rng(1).normal(0, 3, (2, 50))
    parts = [
        share * multivariate_t(mean, scale, df=7).pdf(y.T)
        for share, mean, scale in zip(MIXTURE.shares, MIXTURE.means, SCALES, strict=True)
    ]
    assert MIXTURE.log_density(y) == pytest.approx(np.log(sum(parts)))


def test_a_fit_finds_the_mixture_that_points_are_from() -> None:
    rng = np.random.default_rng(2)
    y = np.concatenate(
        [
            multivariate_t(mean, scale, df=7).rvs(int(10_000 * share), random_state=rng)
            for share, mean, scale in zip(MIXTURE.shares, MIXTURE.means, SCALES, strict=True)
        ]
    ).T
    start = Mixture(np.full(2, 0.5), np.array([[1.0, 0.0], [3.0, 0.0]]), np.stack([np.eye(2)] * 2), 7.0)
    fitted = fit_mixture(y, np.full(10_000, 1e-4), start, steps=20)
    assert fitted.shares == pytest.approx(MIXTURE.shares, abs=0.02)
    assert fitted.means == pytest.approx(MIXTURE.means, abs=0.08)
    assert fitted.factors @ fitted.factors.mT == pytest.approx(SCALES, abs=0.1)


def test_a_component_without_points_is_left_out() -> None:
    y = np.random.default_rng(3).normal(size=(1, 500))
    start = Mixture(np.full(2, 0.5), np.array([[0.0], [1e6]]), np.ones((2, 1, 1)), 7.0)
    assert len(fit_mixture(y, np.full(500, 1 / 500), start, steps=3).shares) == 1


def test_weights_count_as_repeated_points_do() -> None:
    y = np.random.default_rng(4).normal(size=(2, 60))
    times = np.arange(60) % 3 + 1
    start = Mixture(np.ones(1), np.zeros((1, 2)), np.eye(2)[None], 20.0)
    weighted = fit_mixture(y, times / times.sum(), start, steps=4)
    repeated = fit_mixture(np.repeat(y, times, axis=1), np.full(times.sum(), 1 / times.sum()), start, steps=4)
    assert weighted.means == pytest.approx(repeated.means)
    assert weighted.factors == pytest.approx(repeated.factors)
