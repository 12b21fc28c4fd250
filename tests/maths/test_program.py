"""Formulas that are recorded give what the same formulas give on arrays, whatever the parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from shellcount.maths.arrays import NUMPY, Array, Namespace
from shellcount.maths.program import RECORDING, Program, Recorded, boxed, parameter, recorded

DRAWS = np.random.default_rng(1).standard_normal((3, 50))


def formula(xp: Namespace[Any], p: Sequence[Any], x: Sequence[Any]) -> Any:
    """Something of every kind that formulas of the model do."""
    column = np.array([0.5, 0.0, -1.0])[:, None]
    rows = xp.stack([x[0], p[0] * x[1] + 1.0, 2.0 - x[2] * p[1]])
    shares = xp.softmax(column + rows, 0)
    held = xp.minimum(xp.exp(x[0] + p[0]), 3.0 / xp.exp(-x[1]))
    low = xp.maximum(-xp.softplus(x[2] * p[1]), xp.broadcast_to(np.float64(-0.7), p[0].shape))
    walk = xp.cumsum(xp.concatenate([rows, xp.stack([held])]), 0).reshape((4, 1, -1))[:, 0]
    return xp.log(xp.exp(low) + held / 4.0) + (shares * walk[1:]).sum(0)


def program() -> tuple[Program, Array]:
    places = [boxed(parameter(place)) for place in range(2)]
    return recorded(formula(RECORDING, places, [boxed(Recorded(row)) for row in DRAWS])[0], 2)


@pytest.mark.parametrize("parameters", [(0.0, 0.0), (1.0, -2.0), (-0.3, 4.0)])
def test_a_program_gives_what_its_formula_gives(parameters: tuple[float, float]) -> None:
    made, columns = program()
    expected = formula(NUMPY, [np.full(50, each) for each in parameters], [*DRAWS])
    assert np.allclose(made.evaluate(parameters, columns), expected, rtol=1e-13, atol=1e-13)


def test_what_depends_on_no_parameter_is_a_column_and_products_of_columns_are_one() -> None:
    one, other, third = (Recorded(np.exp(row)) for row in DRAWS)
    moved = parameter(0)
    made, columns = recorded(one * (2.0 * (other * moved)) * third, 1)
    assert made == Program(1, 1, (), (("exp", (1,)), ("multiply", (0, 2))))
    assert np.allclose(columns, DRAWS.sum(axis=0) + np.log(2.0))


def test_neutral_operands_leave_no_trace() -> None:
    moved = parameter(0)
    assert moved + 0.0 is moved
    assert 1.0 * moved is moved
    assert (Recorded(np.zeros(2)) + 1.0).values.tolist() == [1.0, 1.0]  # type: ignore[union-attr]


def test_a_value_without_parameter_is_no_program() -> None:
    for value in (1.0, Recorded(np.zeros(2)), parameter(0)):
        with pytest.raises(ValueError, match="depends on a parameter"):
            recorded(value, 1)


def test_a_long_sum_is_written_without_recursion() -> None:
    total: Any = parameter(0)
    for _ in range(5_000):
        total = total + Recorded(np.zeros(2)) * parameter(0)
    assert len(recorded(total, 1)[0].steps) == 10_000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": 0}, "no parameters, no columns"),
        ({"steps": ()}, "no steps"),
        ({"constants": (float("inf"),)}, "not finite"),
        ({"steps": (("power", (0, 1)),)}, "unknown"),
        ({"steps": (("add", (0,)),)}, "operands"),
        ({"steps": (("add", (0, 99)),)}, "operands"),
        ({"steps": (("add", (0, -1)),)}, "operands"),
    ],
)
def test_programs_that_cannot_be_run_are_refused(changes: dict[str, Any], message: str) -> None:
    made, _ = program()
    made.verify()
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(made, **changes).verify()
