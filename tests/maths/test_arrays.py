"""numpy has the functions that a formula may use, and they mean what the formulae take them to mean."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shellcount.maths.arrays import NUMPY, Array, Namespace

FUNCTIONS = ["exp", "log", "logaddexp", "maximum", "minimum"]


def test_a_formula_may_use_five_functions() -> None:
    assert [name for name in vars(Namespace) if not name.startswith("_")] == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpy_has_each_function(name: str) -> None:
    assert callable(getattr(np, name))


def test_the_functions_work_elementwise() -> None:
    xp: Namespace[Array] = NUMPY
    x: Array = np.array([0.5, 2.0])
    y: Array = np.array([1.0, 1.0])
    assert xp.exp(x) == pytest.approx([math.exp(0.5), math.exp(2)], rel=1e-15)
    assert xp.log(x) == pytest.approx([math.log(0.5), math.log(2)], rel=1e-15)
    assert xp.logaddexp(x, y) == pytest.approx(
        [math.log(math.exp(0.5) + math.e), math.log(math.exp(2) + math.e)], rel=1e-15
    )
    assert xp.minimum(x, y).tolist() == [0.5, 1.0]
    assert xp.maximum(x, y).tolist() == [1.0, 2.0]
