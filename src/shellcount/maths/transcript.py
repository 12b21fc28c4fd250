"""Write formulas down as they are computed: two with the same digest compute the same numbers.

A :class:`Written` stands for an array. It holds no numbers, only the digest of how they would be computed: of
the operation, of every constant to the last bit, and of the operands. Whatever a formula depends on is
therefore in its digest, so that nothing needs to be listed.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import numpy as np

from shellcount.maths.arrays import Namespace


class Written:
    """Array that is not computed, but written down.

    Parameters
    ----------
    operation
        Name of the operation that it is the result of.
    operands
        What the operation is applied to: arrays that are written down, numbers, arrays of these, and places.

    Examples
    --------
    >>> load = Written("coordinate", "load")
    >>> (0.5 * load + 1.0).digest == (load * 0.5 + 1.0).digest, (load + 1.0).digest == (load + 1.5).digest
    (True, False)
    """

    __slots__ = ("digest",)
    __array_ufunc__ = None  # numpy leaves operations on it to it

    def __init__(self, operation: str, *operands: Any) -> None:
        self.digest = _digest(operation.encode(), *map(_of, operands))

    def __add__(self, other: Any) -> Written:
        return Written("add", self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Written:
        return Written("subtract", self, other)

    def __rsub__(self, other: Any) -> Written:
        return Written("subtract", other, self)

    def __mul__(self, other: Any) -> Written:
        return Written("multiply", self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Written:
        return Written("divide", self, other)

    def __rtruediv__(self, other: Any) -> Written:
        return Written("divide", other, self)

    def __neg__(self) -> Written:
        return Written("negative", self)

    def __getitem__(self, place: Any) -> Written:
        """Take rows by place, slice or array of places."""
        return Written("take", self, place)

    def reshape(self, shape: Any) -> Written:
        """Give it another shape."""
        return Written("reshape", self, shape)

    def sum(self, axis: int) -> Written:
        """Sum along an axis."""
        return Written("sum", self, axis)


def digest_of(values: Iterable[Any]) -> bytes:
    """Hash arrays that are written down, arrays of numbers, numbers, texts and places.

    Examples
    --------
    >>> digest_of([np.zeros(2), "load"]) == digest_of([np.zeros(2), "load"])
    True
    >>> digest_of([np.zeros(2)]) == digest_of([np.zeros((2, 1))])
    False
    """
    return _digest(*map(_of, values))


def _digest(*parts: bytes) -> bytes:
    """Hash parts, each by itself first, so that none can be taken for an end of another."""
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).digest()


def _of(operand: Any) -> bytes:
    if isinstance(operand, Written):
        return b"written" + operand.digest
    if isinstance(operand, np.ndarray | np.generic):
        values = np.asarray(operand)
        return f"array {values.dtype.str} {values.shape} ".encode() + values.tobytes()
    if isinstance(operand, tuple | list):
        return b"several" + digest_of(operand)
    return repr(operand).encode()


_FUNCTIONS = (
    *("exp", "log", "softplus", "softmax", "maximum", "minimum"),
    *("broadcast_to", "concatenate", "stack", "cumsum"),
)
WRITING: Namespace[Any] = SimpleNamespace(**{name: functools.partial(Written, name) for name in _FUNCTIONS})
