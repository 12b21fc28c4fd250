"""Trace formulas as they are computed, and go back over them for their gradient.

A :class:`Traced` is an array that remembers what it was computed from: reverse-mode differentiation (Griewank
and Walther 2008, *Evaluating Derivatives*, chapter 3). Each operation knows how slopes of its result become
slopes of its operands, so that one pass back gives the slopes of all coordinates, at a few times the cost of
the formulas.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import NUMPY, Array, Namespace

_FEW, _LONG = 64, 256  # rows so few or so long that they are added faster one by one

type Pull = Callable[[Array], Array] | _At
type _Step = tuple["Traced", tuple[tuple["Traced", Pull], ...]]
type _Operand = "Traced | Array | float"


@frozen
class _At:
    """Place in an array that a result was taken from, to which its slope is added."""

    place: Any


class Traced:
    """Array that remembers what it was computed from.

    Parameters
    ----------
    value
        The numbers.
    steps
        Operations so far, which later ones are added to; ``None`` for a constant.
    """

    __slots__ = ("_own", "slope", "steps", "value")
    __array_ufunc__ = None  # numpy leaves operations on it to it

    def __init__(self, value: Array, steps: list[_Step] | None = None) -> None:
        self.value = value
        self.steps = steps
        self.slope: Array | None = None
        self._own = False  # whether no other array shares the memory of the slope

    def receive(self, slope: Array) -> None:
        """Add to the slope of the result with respect to this array, summed over what was repeated."""
        shape = self.value.shape
        if slope.shape != shape:
            slope = slope.sum(axis=tuple(range(slope.ndim - len(shape))))
            repeated = tuple(axis for axis, size in enumerate(shape) if size == 1 < slope.shape[axis])
            slope = np.broadcast_to(slope.sum(axis=repeated, keepdims=True), shape)
        if self.slope is None:
            self.slope = slope
        elif self._own:
            self.slope += slope
        else:
            self.slope, self._own = self.slope + slope, True

    def receive_at(self, place: Any, slope: Array) -> None:
        """Add to some rows of the slope."""
        if self.slope is None:
            self.slope = np.zeros(self.value.shape)
        elif not self._own:
            self.slope = self.slope.copy()
        self._own = True
        if isinstance(place, np.ndarray):
            _add_rows(self.slope, place, slope)
        else:
            self.slope[place] += slope

    def __add__(self, other: _Operand) -> Traced:
        return _made(self.value + _value(other), (self, _same), (other, _same))

    __radd__ = __add__

    def __sub__(self, other: _Operand) -> Traced:
        return _made(self.value - _value(other), (self, _same), (other, np.negative))

    def __rsub__(self, other: Array | float) -> Traced:
        return _made(other - self.value, (self, np.negative))

    def __mul__(self, other: _Operand) -> Traced:
        one, another = self.value, _value(other)
        return _made(one * another, (self, lambda slope: slope * another), (other, lambda slope: slope * one))

    __rmul__ = __mul__

    def __truediv__(self, other: _Operand) -> Traced:
        below = _value(other)
        ratio = self.value / below
        return _made(
            ratio, (self, lambda slope: slope / below), (other, lambda slope: -slope * ratio / below)
        )

    def __rtruediv__(self, other: Array | float) -> Traced:
        ratio = other / self.value
        return _made(ratio, (self, lambda slope: -slope * ratio / self.value))

    def __neg__(self) -> Traced:
        return _made(-self.value, (self, np.negative))

    def __getitem__(self, place: Any) -> Traced:
        """Take rows by place, slice or array of places."""
        return _made(self.value[place], (self, _At(place)))

    def reshape(self, shape: Any) -> Traced:
        """Give it another shape."""
        own = self.value.shape
        return _made(self.value.reshape(shape), (self, lambda slope: slope.reshape(own)))

    def sum(self, axis: int) -> Traced:
        """Sum along an axis."""
        own = self.value.shape
        return _made(
            self.value.sum(axis), (self, lambda slope: np.broadcast_to(np.expand_dims(slope, axis), own))
        )


def start(values: Array) -> Traced:
    """Start to trace formulas of an array."""
    return Traced(values, [])


def pull_back(result: Traced, slope: Array) -> None:
    """Compute slopes by going back over what a result was computed from; operands keep them.

    Parameters
    ----------
    result
        An array that was computed.
    slope
        Slope of a sum of interest with respect to each of its elements. The recording ends with it.
    """
    result.receive(slope)
    unwind(result)


def unwind(traced: Traced) -> None:
    """Compute slopes by going back over all operations, the results of which have received theirs.

    Parameters
    ----------
    traced
        Any array of the recording, which ends with it.
    """
    for made, operands in reversed(traced.steps or []):
        if made.slope is not None:
            for operand, pull in operands:
                if isinstance(pull, _At):
                    operand.receive_at(pull.place, made.slope)
                else:
                    operand.receive(pull(made.slope))
            made.slope = None  # no longer needed, and large
    if traced.steps is not None:
        traced.steps.clear()


def _value(operand: _Operand) -> Any:  # an array or a number
    return operand.value if isinstance(operand, Traced) else operand


def _made(value: Array, *operands: tuple[_Operand, Pull]) -> Traced:
    """Trace an operation, with how its slope becomes that of each operand."""
    traced = tuple(
        (each, pull) for each, pull in operands if isinstance(each, Traced) and each.steps is not None
    )
    if not traced:
        return Traced(value)
    steps = traced[0][0].steps
    made = Traced(value, steps)
    if steps is not None:
        steps.append((made, traced))
    return made


def _same(slope: Array) -> Array:
    return slope


def _add_rows(whole: Array, at: Any, rows: Array) -> None:
    """Add rows at their places, those of one place in their order."""
    if len(at) <= _FEW or rows[0].size >= _LONG:
        for place, row in zip(at.tolist(), rows, strict=True):
            whole[place] += row
        return
    order = np.argsort(at, kind="stable")
    places, first = np.unique(at[order], return_index=True)
    whole[places] += np.add.reduceat(rows[order], first, axis=0)


# --- functions ---------------------------------------------------------------------------


def _exp(x: Traced) -> Traced:
    y = np.exp(x.value)
    return _made(y, (x, lambda slope: slope * y))


def _log(x: Traced) -> Traced:
    return _made(np.log(x.value), (x, lambda slope: slope / x.value))


def _softplus(x: Traced) -> Traced:
    total = NUMPY.softplus(x.value)
    return _made(total, (x, lambda slope: slope * np.exp(x.value - total)))


def _softmax(x: Traced, axis: int) -> Traced:
    parts = NUMPY.softmax(x.value, axis)

    def pull(slope: Array) -> Array:
        weighed: Array = slope * parts
        weighed -= parts * weighed.sum(axis=axis, keepdims=True)
        return weighed

    return _made(parts, (x, pull))


def _chosen(one: _Operand, other: _Operand, first: Array, value: Array) -> Traced:
    """Trace a choice between two operands; where they are equal, of the first."""
    return _made(
        value,
        (one, lambda slope: np.where(first, slope, 0.0)),
        (other, lambda slope: np.where(first, 0.0, slope)),
    )


def _maximum(one: _Operand, other: _Operand) -> Traced:
    a, b = _value(one), _value(other)
    return _chosen(one, other, np.greater_equal(a, b), np.maximum(a, b))


def _minimum(one: _Operand, other: _Operand) -> Traced:
    a, b = _value(one), _value(other)
    return _chosen(one, other, np.less_equal(a, b), np.minimum(a, b))


def _broadcast_to(value: Any, shape: tuple[int, ...]) -> Traced:
    repeated = np.broadcast_to(_value(value), shape)
    return _made(repeated, (value, _same))


def _joined(values: Sequence[_Operand], whole: Array, places: Sequence[Any]) -> Traced:
    """Trace the joining of arrays, each with its place in the whole."""

    def pull_of(place: Any) -> Pull:
        return lambda slope: slope[place]

    return _made(whole, *((each, pull_of(place)) for each, place in zip(values, places, strict=True)))


def _concatenate(values: Sequence[_Operand]) -> Traced:
    parts = [_value(each) for each in values]
    ends = itertools.accumulate(map(len, parts))
    places = [slice(end - len(part), end) for end, part in zip(ends, parts, strict=True)]
    return _joined(values, np.concatenate(parts), places)


def _stack(values: Sequence[_Operand]) -> Traced:
    return _joined(values, np.stack([_value(each) for each in values]), range(len(values)))


def _cumsum(x: Traced, axis: int) -> Traced:
    return _made(NUMPY.cumsum(x.value, axis), (x, lambda slope: NUMPY.cumsum(slope[::-1], axis)[::-1]))


class _Tracing:
    """Functions of traced arrays, as a namespace of formulas."""

    exp, log = staticmethod(_exp), staticmethod(_log)
    softplus, softmax = staticmethod(_softplus), staticmethod(_softmax)
    maximum, minimum = staticmethod(_maximum), staticmethod(_minimum)
    broadcast_to, cumsum = staticmethod(_broadcast_to), staticmethod(_cumsum)
    concatenate, stack = staticmethod(_concatenate), staticmethod(_stack)


TRACING: Namespace[Any] = _Tracing()
