"""Climbs find the modes of posteriors whose modes are known."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines.modes import climb, find_modes
from shellcount.engines.target import Target
from shellcount.maths.arrays import Array


def narrow(z: Array) -> Array:
    return -0.5 * (((z - 2) / 1e-3) ** 2).sum(axis=0)


def test_a_narrow_normal_likelihood_gives_its_mode_curvature_and_evidence() -> None:
    target = Target(narrow, lambda z: (narrow(z), -(z - 2) / 1e-6))
    (mode,) = find_modes(target.with_gradient, np.zeros((3, 4)), 5)
    assert mode.place == pytest.approx(2 / (1 + 1e-6) * np.ones(3), rel=1e-6)
    assert mode.curvature == pytest.approx(1e6 * np.eye(3), rel=1e-5, abs=1e-3)
    exact = 3 * (0.5 * np.log(1e-6 / (1 + 1e-6)) - 2 / (1 + 1e-6))
    assert mode.log_evidence == pytest.approx(exact, abs=1e-3)


def test_differences_stand_in_for_a_gradient() -> None:
    z = np.random.default_rng(1).normal(size=(3, 5))
    _, slope = Target(lambda z: np.sin(z).sum(axis=0)).with_gradient(z)
    assert slope == pytest.approx(np.cos(z), abs=1e-7)


def test_modes_far_apart_are_both_found_the_higher_one_first() -> None:
    def log_l(z: Array) -> Array:
        values: Array = np.logaddexp(-0.5 * ((z[0] - 2) / 0.1) ** 2, -1 - 0.5 * ((z[0] + 2) / 0.1) ** 2)
        return values

    modes = find_modes(Target(log_l).with_gradient, np.array([[-1.0, 0.3, 1.0]]), 5)
    assert [mode.place[0] for mode in modes] == pytest.approx([1.98, -1.98], abs=0.01)


def test_a_climb_stays_where_the_likelihood_is_finite() -> None:
    def log_l(z: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(z[0] > 1, np.log(z[0] - 1), -np.inf)

    places, heights = climb(Target(log_l).with_gradient, np.array([[1.5, -1.0]]))
    assert places[0, 0] == pytest.approx((1 + 5**0.5) / 2, abs=0.05)  # where 1 / (z - 1) = z
    assert heights[1] == -np.inf
