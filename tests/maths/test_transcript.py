"""Formulas with one digest are one formula: whatever they are computed from tells them apart."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shellcount.maths.arrays import NUMPY
from shellcount.maths.packing import mean_capacity, rounds_per_container
from shellcount.maths.priors import Prior, composition
from shellcount.maths.transcript import WRITING, Written, digest_of

X, Y = Written("coordinate", "x"), Written("coordinate", "y")
COLUMN = np.array([[2.0], [3.0]])

DIFFERENT: dict[str, Callable[[], Any]] = {
    "x": lambda: X,
    "y": lambda: Y,
    "sum": lambda: X + Y,
    "sum with a constant": lambda: X + 1.0,
    "sum with the next number": lambda: X + np.nextafter(1.0, 2.0),
    "sum with a column": lambda: X + COLUMN,
    "sum with a row": lambda: X + COLUMN.T,
    "difference": lambda: X - Y,
    "difference the other way": lambda: Y - X,
    "difference from a constant": lambda: 1.0 - X,
    "difference of a constant": lambda: X - 1.0,
    "product": lambda: X * Y,
    "quotient": lambda: X / Y,
    "quotient the other way": lambda: Y / X,
    "quotient of a constant": lambda: 2.0 / X,
    "negative": lambda: -X,
    "row": lambda: X[0],
    "rows": lambda: X[0:2],
    "rows by place": lambda: X[np.array([0, 1])],
    "other rows by place": lambda: X[np.array([1, 0])],
    "shape": lambda: X.reshape((2, -1)),
    "other shape": lambda: X.reshape((-1, 2)),
    "total": lambda: X.sum(0),
    "other total": lambda: X.sum(1),
    "exponential": lambda: WRITING.exp(X),
    "logarithm": lambda: WRITING.log(X),
    "softplus": lambda: WRITING.softplus(X),
    "softmax": lambda: WRITING.softmax(X, 0),
    "maximum": lambda: WRITING.maximum(X, Y),
    "minimum": lambda: WRITING.minimum(X, Y),
    "repeated": lambda: WRITING.broadcast_to(X, (3,)),
    "joined": lambda: WRITING.concatenate([X, Y]),
    "stacked": lambda: WRITING.stack([X, Y]),
    "stacked the other way": lambda: WRITING.stack([Y, X]),
    "cumulated": lambda: WRITING.cumsum(X, 0),
    "packed": lambda: rounds_per_container(payload_kg=X, mass_kg=Y, usable_m3=X, volume_m3=Y, xp=WRITING),
    "averaged": lambda: mean_capacity(X, Y),
    "composed": lambda: composition(1.2 * X, np.log([3.0, 1.0]), WRITING),
    "of a prior": lambda: Prior("logitnormal", 0.4, 0.92).from_normal(X, WRITING),
    "of another prior": lambda: Prior("logitnormal", 0.4, 0.93).from_normal(X, WRITING),
}


def test_whatever_differs_in_a_formula_differs_in_its_digest() -> None:
    digests = {name: formula().digest for name, formula in DIFFERENT.items()}
    for (one, first), (other, second) in itertools.combinations(digests.items(), 2):
        assert first != second, (one, other)


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_formula_that_is_written_again_has_the_same_digest(name: str) -> None:
    assert DIFFERENT[name]().digest == DIFFERENT[name]().digest


def test_numbers_of_numpy_leave_operations_to_what_is_written_down() -> None:
    for number in (np.float64(2.0), np.array([2.0]), 2.0):
        for formula in (number + X, number - X, number * X, number / X):
            assert isinstance(formula, Written)
    assert (np.float64(2.0) * X).digest == (X * np.float64(2.0)).digest


def test_parts_are_not_taken_for_the_ends_of_others() -> None:
    assert digest_of(["ab", "c"]) != digest_of(["a", "bc"])
    assert digest_of([("a",), "b"]) != digest_of(["a", ("b",)])
    assert digest_of([np.arange(2)]) != digest_of([np.arange(2).astype(np.float64)])
    assert digest_of([0.0]) != digest_of([-0.0])


def test_every_function_that_formulas_may_use_can_be_written_down() -> None:
    functions = {name for name in dir(NUMPY) if not name.startswith("_")}
    assert functions == {name for name in dir(WRITING) if not name.startswith("_")}
