"""numpy and pytensor have the functions that a formula may use, and they mean what formulae take them for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from shellcount.maths.arrays import NUMPY, Array, Namespace

ELEMENTWISE = ["exp", "log", "logaddexp", "maximum", "minimum"]
OF_SHAPES = ["broadcast_to", "concatenate", "cumsum", "stack"]
FUNCTIONS = sorted([*ELEMENTWISE, *OF_SHAPES])


def test_a_formula_may_use_nine_functions() -> None:
    assert sorted(name for name in vars(Namespace) if not name.startswith("_")) == FUNCTIONS


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpy_and_pytensor_have_each_function(name: str) -> None:
    import pytensor.tensor as pt

    assert callable(getattr(NUMPY, name))
    assert callable(getattr(pt, name))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_an_elementwise_function_is_that_of_numpy(name: str) -> None:
    assert getattr(NUMPY, name) is getattr(np, name)


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
    import pytensor.tensor as pt
    from pytensor.compile.mode import Mode

    x, y = np.array([[0.5, 2.0], [1.5, 0.1]]), np.array([[1.0, 1.0], [0.3, 3.0]])
    found = {
        **{name: getattr(pt, name)(x) for name in ("exp", "log")},
        **{name: getattr(pt, name)(pt.constant(x), y) for name in ("logaddexp", "maximum", "minimum")},
        **{name: getattr(pt, name)([pt.constant(x), y]) for name in ("concatenate", "stack")},
        "cumsum": pt.cumsum(pt.constant(x), 0),
        "broadcast_to": pt.broadcast_to(pt.constant(x), (3, 2, 2)),
    }
    expected = {
        **{name: getattr(NUMPY, name)(x) for name in ("exp", "log")},
        **{name: getattr(NUMPY, name)(x, y) for name in ("logaddexp", "maximum", "minimum")},
        **{name: getattr(NUMPY, name)([x, y]) for name in ("concatenate", "stack")},
        "cumsum": NUMPY.cumsum(x, 0),
        "broadcast_to": NUMPY.broadcast_to(x, (3, 2, 2)),
    }
    assert sorted(found) == FUNCTIONS
    compute = pytensor.function([], list(found.values()), mode=Mode(linker="py", optimizer=None))
    for name, values in zip(found, compute(), strict=True):
        assert_allclose(values, expected[name], rtol=1e-14, err_msg=name)
