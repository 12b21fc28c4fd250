"""Type arrays, and the functions that numpy and pytensor share, so that each formula is written once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


class Tensor(Protocol):
    """Operand of a formula: a numpy array, a float, or a pytensor expression."""

    def __add__(self, other: Any, /) -> Self: ...
    def __radd__(self, other: Any, /) -> Self: ...
    def __sub__(self, other: Any, /) -> Self: ...
    def __mul__(self, other: Any, /) -> Self: ...
    def __rmul__(self, other: Any, /) -> Self: ...
    def __truediv__(self, other: Any, /) -> Self: ...
    def __neg__(self, /) -> Self: ...


class Vector(Tensor, Protocol):
    """Operand with a first axis: a numpy array, or a pytensor expression."""

    def __getitem__(self, place: Any, /) -> Self: ...


class Namespace[T](Protocol):
    """Functions that a formula may use; ``numpy`` and ``pytensor.tensor`` both have them."""

    @property
    def exp(self) -> Callable[[T], T]:
        """Exponential."""
        ...

    @property
    def log(self) -> Callable[[T], T]:
        """Natural logarithm."""
        ...

    @property
    def logaddexp(self) -> Callable[[T | float, T], T]:
        """Logarithm of the sum of two exponentials."""
        ...

    @property
    def maximum(self) -> Callable[[T, T], T]:
        """Elementwise maximum."""
        ...

    @property
    def broadcast_to(self) -> Callable[[Any, tuple[int, ...]], T]:
        """Repeat a value so that it has a shape."""
        ...

    @property
    def concatenate(self) -> Callable[[Sequence[T]], T]:
        """Join along the first axis."""
        ...

    @property
    def stack(self) -> Callable[[Sequence[T]], T]:
        """Join along a new first axis."""
        ...

    @property
    def cumsum(self) -> Callable[[T, int], T]:
        """Cumulated sum along an axis."""
        ...

    @property
    def minimum(self) -> Callable[[T, T], T]:
        """Elementwise minimum."""
        ...


def _cumsum(values: Array, axis: int) -> Array:
    """Sum rows cumulatively, several times as fast as numpy where rows are long, with the same digits."""
    if axis != 0:
        raise ValueError("sums are cumulated along the first axis")
    total = np.array(values)
    for row in range(1, len(total)):
        total[row] += total[row - 1]
    return total


class _Numpy:
    """Functions of numpy, as a namespace of formulae."""

    exp, log, logaddexp = np.exp, np.log, np.logaddexp
    maximum, minimum = np.maximum, np.minimum
    broadcast_to = staticmethod(np.broadcast_to)
    concatenate, stack = staticmethod(np.concatenate), staticmethod(np.stack)
    cumsum = staticmethod(_cumsum)


NUMPY: Namespace[Any] = _Numpy()
