"""Slopes of every operation that is recorded are those of calculus."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from shellcount.maths import tape
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Prior, composition
from shellcount.maths.tape import TRACING, Traced

X = np.array([0.3, 1.7, 2.5])
COLUMN = np.array([[2.0], [3.0]])


def slopes(formula: Callable[[Traced], Traced], x: Array = X) -> Array:
    """The slope of the sum of a formula's elements with respect to each number."""
    traced = tape.start(x)
    result = formula(traced)
    tape.pull_back(result, np.ones_like(result.value))
    assert traced.slope is not None
    return traced.slope


CLOSED: dict[str, tuple[Callable[[Traced], Traced], Callable[[Array], Array]]] = {
    "sum": (lambda x: x + x + 1.0 + X, lambda x: np.full_like(x, 2.0)),
    "sum with a number first": (lambda x: 1.0 + x, np.ones_like),
    "sum with an array first": (lambda x: X + x, np.ones_like),
    "difference": (lambda x: x * 3.0 - x, lambda x: np.full_like(x, 2.0)),
    "difference from a constant": (lambda x: 1.0 - x, lambda x: np.full_like(x, -1.0)),
    "difference from an array": (lambda x: X - x, lambda x: np.full_like(x, -1.0)),
    "product": (lambda x: x * x, lambda x: 2 * x),
    "product with a column": (lambda x: COLUMN * x, lambda x: np.full_like(x, 5.0)),
    "ratio": (lambda x: (x + 1.0) / (x * x), lambda x: -1 / x**2 - 2 / x**3),
    "ratio to a number": (lambda x: x / 4.0, lambda x: np.full_like(x, 0.25)),
    "ratio of a number": (lambda x: 2.0 / x, lambda x: -2 / x**2),
    "negative": (lambda x: -x, lambda x: np.full_like(x, -1.0)),
    "exponential": (TRACING.exp, np.exp),
    "logarithm": (TRACING.log, lambda x: 1 / x),
    "logarithm of a sum": (lambda x: TRACING.softplus(-x), lambda x: -1 / (1 + np.exp(x))),
    "largest": (lambda x: TRACING.maximum(x * x, x), lambda x: np.where(x > 1, 2 * x, 1.0)),
    "smallest": (lambda x: TRACING.minimum(x * x, x), lambda x: np.where(x > 1, 1.0, 2 * x)),
    "repeated": (lambda x: TRACING.broadcast_to(x, (4, 3)), lambda x: np.full_like(x, 4.0)),
    "stacked": (lambda x: TRACING.stack([x, x * x, TRACING.broadcast_to(1.0, (3,))]), lambda x: 1 + 2 * x),
    "row of a stack": (lambda x: TRACING.stack([x, x * x])[1], lambda x: 2 * x),
    "slice of a stack": (lambda x: TRACING.stack([x, x * x, x])[1:], lambda x: 1 + 2 * x),
    "rows by place": (
        lambda x: TRACING.stack([x, x * x, x])[np.array([1, 0, 1, 1])],
        lambda x: 1 + 6 * x,
    ),
    "joined": (
        lambda x: TRACING.concatenate([TRACING.stack([x, x]), TRACING.stack([x * x])]),
        lambda x: 2 + 2 * x,
    ),
    "cumulated": (
        lambda x: TRACING.cumsum(TRACING.stack([x, x * x, x]), 0),
        lambda x: 3 + 4 * x + 1,
    ),
    "summed": (lambda x: TRACING.stack([x, x * x]).sum(0), lambda x: 1 + 2 * x),
    "of another shape": (
        lambda x: TRACING.stack([x, x * x]).reshape((3, 2)) * np.array([[1.0], [2.0], [3.0]]),
        lambda x: np.array([1.0, 1.0, 2.0]) + 2 * x * np.array([2.0, 3.0, 3.0]),
    ),
    "many rows by place": (
        lambda x: TRACING.stack([x, x * x, x])[np.arange(300) % 3 % 2],
        lambda x: 200 + 200 * x,
    ),
}


@pytest.mark.parametrize("name", CLOSED)
def test_the_slope_of_each_operation_has_a_closed_form(name: str) -> None:
    formula, closed = CLOSED[name]
    assert_allclose(slopes(formula), closed(X), rtol=1e-14)


def test_of_equals_the_first_is_chosen() -> None:
    one = np.ones(2)
    assert slopes(lambda x: TRACING.maximum(x * 2.0, x + 1.0), one).tolist() == [2.0, 2.0]
    assert slopes(lambda x: TRACING.minimum(x + 1.0, x * 2.0), one).tolist() == [1.0, 1.0]


numbers = st.floats(-3, 3)


@given(st.lists(numbers, min_size=3, max_size=3), st.floats(0.1, 3))
def test_slopes_of_shares_are_those_of_a_composition(z: list[float], spread: float) -> None:
    scores = tape.start(np.array(z))
    shares = composition(spread * scores, np.log([3.0, 2.0, 1.0]), TRACING)
    tape.pull_back(shares[0], np.ones(()))
    own = shares.value
    expected = spread * own[0] * (np.array([1.0, 0.0, 0.0]) - own)
    assert scores.slope is not None
    assert_allclose(scores.slope, expected, atol=1e-14)


@given(numbers, st.sampled_from(["lognormal", "logitnormal", "normal"]))
def test_slopes_of_priors_are_those_of_their_transforms(z: float, kind: Any) -> None:
    prior = Prior(kind, 0.2, 0.7)
    traced = tape.start(np.array([z]))
    x = prior.from_normal(traced, TRACING)
    tape.pull_back(x, np.ones(1))
    value = x.value[0]
    steep = {"lognormal": value, "logitnormal": value * (1 - value), "normal": 1.0}[kind]
    assert traced.slope is not None
    assert_allclose(traced.slope, prior.sigma * steep, rtol=1e-12)


def test_what_no_coordinate_leads_to_is_a_constant() -> None:
    constant = TRACING.broadcast_to(2.0, (3,))
    assert (constant + constant * 2.0).steps is None
    tape.pull_back(constant, np.ones(3))  # which leads nowhere


def test_a_recording_ends_with_its_slopes() -> None:
    x = tape.start(X)
    result = TRACING.exp(x) * 2.0
    tape.pull_back(result, np.ones(3))
    assert result.slope is None
    assert x.steps == []
