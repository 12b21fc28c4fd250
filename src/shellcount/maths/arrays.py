"""Type arrays, and the functions that numpy and pytensor share, so that each formula is written once."""

from __future__ import annotations

import functools
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

    def reshape(self, shape: Any, /) -> Self:
        """Give it another shape."""
        ...

    def sum(self, axis: Any, /) -> Self:
        """Sum along an axis."""
        ...


class Namespace[T](Protocol):
    """Functions that a formula may use, on numpy arrays and on expressions."""

    @property
    def exp(self) -> Callable[[T], T]:
        """Exponential."""
        ...

    @property
    def log(self) -> Callable[[T], T]:
        """Natural logarithm."""
        ...

    @property
    def softplus(self) -> Callable[[T], T]:
        """Logarithm of one plus the exponential."""
        ...

    @property
    def softmax(self) -> Callable[[T, int], T]:
        """Exponentials over their sum along an axis."""
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


_SHORT = 128  # numbers of a row, up to which a call a row takes longer than numpy's way


def _cumsum(values: Array, axis: int) -> Array:
    """Sum rows cumulatively, several times as fast as numpy where rows are long, with the same digits."""
    if axis != 0:
        raise ValueError("sums are cumulated along the first axis")
    if values[:1].size <= _SHORT:
        return np.add.accumulate(values, axis=0)
    total = np.array(values)
    for row in range(1, len(total)):
        total[row] += total[row - 1]
    return total


def _softplus(x: Array) -> Array:
    """Compute the logarithm of one plus the exponential, without overflow."""
    rest: Array = np.log1p(np.exp(-np.abs(x)))
    return np.maximum(x, 0.0) + rest


def _softmax(x: Array, axis: int) -> Array:
    """Compute exponentials over their sum; those of differences cannot overflow."""
    parts: Array = np.exp(x - x.max(axis=axis, keepdims=True))
    parts /= parts.sum(axis=axis, keepdims=True)
    return parts


class _Numpy:
    """Functions of numpy, as a namespace of formulae."""

    exp, log = np.exp, np.log
    softplus, softmax = staticmethod(_softplus), staticmethod(_softmax)
    maximum, minimum = np.maximum, np.minimum
    broadcast_to = staticmethod(np.broadcast_to)
    concatenate, stack = staticmethod(np.concatenate), staticmethod(np.stack)
    cumsum = staticmethod(_cumsum)


NUMPY: Namespace[Any] = _Numpy()

_LARGEST_REUSED = 2**25 - 2**16  # bytes; GNU's limit is 2**25 with its own


@functools.cache
def reuse_memory() -> None:
    """Keep the memory of arrays that are freed for those that come next.

    Freed arrays of more than 128 kB go back to the system, and each page that is asked for again costs more
    than the numbers in it. GNU's allocator learns from the first large array that it frees that such sizes
    come and go (``mallopt``, *M_MMAP_THRESHOLD*, which is dynamic); this is one, of which no page is touched.
    The second lies in the memory that is kept from then on, for which numpy asks for large pages, as for
    every large array: a fit then asks for two fifths fewer. Elsewhere it does nothing.
    """
    for _ in range(2):
        np.empty(_LARGEST_REUSED, dtype=np.uint8)
