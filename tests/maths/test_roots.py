"""A zero is found as closely as asked, in few steps."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from shellcount.maths.roots import root

FUNCTIONS: list[tuple[Callable[[float], float], float, float, float]] = [
    (lambda x: x * x - 2, 0.0, 2.0, math.sqrt(2)),
    (lambda x: math.exp(x) - 1e-3, -20.0, 20.0, math.log(1e-3)),
    (lambda x: 0.3 - x, 0.0, 1.0, 0.3),
    (lambda x: math.atan(x - 4), -50.0, 70.0, 4.0),
    (lambda x: x, -1.0, 1.0, 0.0),
    (lambda x: x, 0.0, 1.0, 0.0),
    (lambda x: x - 1, 0.0, 1.0, 1.0),
    (lambda x: -1.0 if x < 0.25 else 1.0, 0.0, 1.0, 0.25),
]


@pytest.mark.parametrize(("function", "low", "high", "zero"), FUNCTIONS)
@pytest.mark.parametrize("precision", [1e-3, 1e-12])
def test_a_zero_is_found_as_closely_as_asked(
    function: Callable[[float], float], low: float, high: float, zero: float, precision: float
) -> None:
    calls = []

    def counted(place: float) -> float:
        calls.append(place)
        return function(place)

    assert root(counted, low, high, precision) == pytest.approx(zero, abs=precision)
    # Two calls for each halving at most, besides the ends.
    assert len(calls) <= 2 + 2 * math.ceil(math.log2((high - low) / precision))
    assert all(low <= place <= high for place in calls)


def test_the_same_sign_at_both_ends_is_refused() -> None:
    with pytest.raises(ValueError, match=r"same sign at 1\.0 and 2\.0"):
        root(lambda x: x, 1.0, 2.0, 1e-6)
