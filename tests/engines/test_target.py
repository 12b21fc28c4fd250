"""Log likelihoods and their gradients are those of a known function, and each evaluation is counted."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines.target import Target
from shellcount.maths.arrays import Array

PLACES = np.random.default_rng(1).normal(size=(3, 50))


def log_l(z: Array) -> Array:
    values: Array = np.sin(z[0]) - 0.5 * z[1] ** 2 * z[2]
    return values


def slope(z: Array) -> Array:
    return np.stack([np.cos(z[0]), -z[1] * z[2], -0.5 * z[1] ** 2])


def test_central_differences_are_the_exact_gradient() -> None:
    values, slopes = Target(log_l).with_gradient(PLACES)
    assert (values == log_l(PLACES)).all()
    assert slopes == pytest.approx(slope(PLACES), abs=1e-7)


def test_a_given_gradient_is_taken_as_it_is() -> None:
    values, slopes = Target(log_l, lambda z: (log_l(z), slope(z))).with_gradient(PLACES)
    assert (values == log_l(PLACES)).all()
    assert (slopes == slope(PLACES)).all()


def test_evaluations_are_counted() -> None:
    exact, differences = Target(log_l, lambda z: (log_l(z), slope(z))), Target(log_l)
    exact.log_l(PLACES)
    exact.with_gradient(PLACES)
    differences.with_gradient(PLACES)
    assert exact.evaluations == 50 + 3 * 50
    assert differences.evaluations == 50 + 2 * 3 * 50


def test_where_the_likelihood_is_not_defined_it_is_0_and_flat() -> None:
    def undefined(z: Array) -> Array:
        with np.errstate(invalid="ignore"):
            values: Array = np.log(z[0])
        return values

    target = Target(undefined)
    places = np.array([[-1.0, 2.0]])
    assert target.log_l(places).tolist() == [-np.inf, np.log(2)]
    values, slopes = target.with_gradient(places)
    assert values.tolist() == [-np.inf, np.log(2)]
    assert slopes[0] == pytest.approx([0.0, 0.5], abs=1e-7)
