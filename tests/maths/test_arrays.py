"""numpy and pytensor have the functions that a formula may use, and they mean what formulae take them for."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import special

from shellcount.maths.arrays import NUMPY, Array, Namespace
from shellcount.model.to_pymc import _functions

ELEMENTWISE = ["exp", "log", "maximum", "minimum"]
OF_SHAPES = ["broadcast_to", "concatenate", "cumsum", "stack"]
OWN = ["softmax", "softplus"]
FUNCTIONS = sorted([*ELEMENTWISE, *OF_SHAPES, *OWN])


def test_a_formula_may_use_ten_functions() -> None:
    assert sorted(name for name in vars(Namespace) if not name.startswith("_")) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpy_and_pytensor_have_each_function(name: str) -> None:
    import pytensor.tensor as pt

    assert callable(getattr(NUMPY, name))
    assert callable(getattr(_functions(pt), name))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_elementwise_function_is_that_of_numpy(name: str) -> None:
    assert getattr(NUMPY, name) is getattr(np, name)


def test_the_functions_work_elementwise() -> None:
    xp: Namespace[Array] = NUMPY
    x: Array = np.array([0.5, 2.0])
    y: Array = np.array([1.0, 1.0])
    assert xp.exp(x) == pytest.approx([math.exp(0.5), math.exp(2)], rel=1e-15)
    assert xp.log(x) == pytest.approx([math.log(0.5), math.log(2)], rel=1e-15)
    assert xp.softplus(x) == pytest.approx([math.log1p(math.exp(0.5)), math.log1p(math.exp(2))], rel=1e-15)
    assert xp.minimum(x, y).tolist() == [0.5, 1.0]
    assert xp.maximum(x, y).tolist() == [1.0, 2.0]


def test_soft_functions_are_scipys_and_do_not_overflow() -> None:
    x = np.array([[-1e300, -800.0, -1.5], [0.0, 37.0, 800.0]])
    assert_allclose(NUMPY.softplus(x), np.logaddexp(0.0, x), rtol=1e-15)
    for axis in (0, 1):
        assert_allclose(NUMPY.softmax(x, axis), special.softmax(x, axis=axis), rtol=1e-14)


def test_a_value_is_repeated_to_a_shape() -> None:
    assert NUMPY.broadcast_to(np.float64(2.5), (2, 3)).tolist() == [[2.5] * 3] * 2


def test_rows_are_joined_along_the_first_axis_or_a_new_one() -> None:
    one, other = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    assert NUMPY.concatenate([one, other]).tolist() == [1.0, 2.0, 3.0, 4.0]
    assert NUMPY.stack([one, other]).tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize("shape", [(1,), (7,), (5, 3), (40, 2, 3)])
def test_sums_are_cumulated_with_the_digits_of_numpy_and_leave_what_they_sum(shape: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).standard_normal(shape)
    before = values.copy()
    assert (NUMPY.cumsum(values, 0) == np.cumsum(values, 0)).all()
    assert (values == before).all()


def test_sums_along_another_axis_are_refused() -> None:
    with pytest.raises(ValueError, match="along the first axis"):
        NUMPY.cumsum(np.zeros((2, 2)), 1)


def test_pytensor_computes_what_numpy_does() -> None:
    import pytensor
    import pytensor.tensor
    from pytensor.compile.mode import Mode

    pt = pytensor.tensor
    xp: Any = _functions(pt)
    x, y = np.array([[0.5, 2.0], [1.5, 0.1]]), np.array([[1.0, 1.0], [0.3, 3.0]])
    found = {
        **{name: getattr(xp, name)(pt.constant(x)) for name in ("exp", "log", "softplus")},
        **{name: getattr(xp, name)(pt.constant(x), y) for name in ("maximum", "minimum")},
        **{name: getattr(xp, name)([pt.constant(x), y]) for name in ("concatenate", "stack")},
        **{name: getattr(xp, name)(pt.constant(x), 0) for name in ("cumsum", "softmax")},
        "broadcast_to": xp.broadcast_to(pt.constant(x), (3, 2, 2)),
    }
    expected = {
        **{name: getattr(NUMPY, name)(x) for name in ("exp", "log", "softplus")},
        **{name: getattr(NUMPY, name)(x, y) for name in ("maximum", "minimum")},
        **{name: getattr(NUMPY, name)([x, y]) for name in ("concatenate", "stack")},
        **{name: getattr(NUMPY, name)(x, 0) for name in ("cumsum", "softmax")},
        "broadcast_to": NUMPY.broadcast_to(x, (3, 2, 2)),
    }
    assert sorted(found) == FUNCTIONS
    compute = pytensor.function([], list(found.values()), mode=Mode(linker="py", optimizer=None))
    for name, values in zip(found, compute(), strict=True):
        assert_allclose(values, expected[name], rtol=1e-14, err_msg=name)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell what is held")
def test_memory_that_is_kept_for_arrays_is_held_when_they_need_it() -> None:
    code = """
import pathlib, resource
from shellcount.maths.arrays import reuse_memory
def held():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
before = held()
reuse_memory()
print(held() - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4e6
