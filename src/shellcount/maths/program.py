r"""Record formulas as programs: lists of operations that a page can repeat with other parameters.

A :class:`Recorded` stands for a number of each draw. What depends on no parameter is computed at once, as a
column of numbers; what does is written down as an operation. Formulas are those that numpy and pytensor
compute too, with :data:`RECORDING` as their namespace, and arrays of such objects whose last axis is single.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import NUMPY, Array, Namespace

type Operand = Recorded | float
type Step = tuple[str, tuple[int, ...]]

_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "maximum": np.maximum,
    "minimum": np.minimum,
}
_UNARY: Mapping[str, Callable[[Any], Any]] = {"exp": np.exp, "log": np.log, "softplus": NUMPY.softplus}
_serials = itertools.count()
_NEUTRAL = {"add": 0.0, "multiply": 1.0}  # operations that may be done in any order, too


class Recorded:
    """Numbers of all draws: known ones, a parameter, or the result of an operation.

    Parameters
    ----------
    values
        Numbers, one a draw; ``None`` for what depends on a parameter.
    operation, operands
        Name of the operation, and what it is applied to; ``None`` and empty for numbers and parameters.
    place
        Place of a parameter among them.
    """

    __slots__ = ("operands", "operation", "place", "serial", "values")

    def __init__(
        self,
        values: Array | None = None,
        operation: str | None = None,
        operands: tuple[Operand, ...] = (),
        place: int | None = None,
    ) -> None:
        self.values = values
        self.operation = operation
        self.operands = operands
        self.place = place
        self.serial = next(_serials)

    def __add__(self, other: Operand) -> Operand:
        return _made("add", self, other)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> Operand:
        return _made("subtract", self, other)

    def __rsub__(self, other: float) -> Operand:
        return _made("subtract", other, self)

    def __mul__(self, other: Operand) -> Operand:
        return _made("multiply", self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Operand:
        return _made("divide", self, other)

    def __rtruediv__(self, other: float) -> Operand:
        return _made("divide", other, self)

    def __neg__(self) -> Operand:
        return _made("multiply", self, -1.0)


def parameter(place: int) -> Recorded:
    """Make a parameter: a number that is the same for all draws, and is not known yet."""
    return Recorded(place=place)


def boxed(value: Operand) -> Any:
    """Put a recorded value into an array of shape (1,), as formulas take it."""
    box = np.empty(1, dtype=object)
    box[0] = value
    return box


def _known(operand: Operand) -> Any:  # an array or a number
    """Give the numbers of an operand that depends on no parameter; ``None`` for any other."""
    return operand.values if isinstance(operand, Recorded) else operand


def _computed(operation: str, *values: Array | float) -> Operand:
    result = (_BINARY.get(operation) or _UNARY[operation])(*values)
    return Recorded(result) if np.ndim(result) else float(result)


def _made(operation: str, *operands: Operand) -> Operand:
    """Compute an operation on known numbers, and record any other."""
    operands = tuple(operand if isinstance(operand, Recorded) else float(operand) for operand in operands)
    known = [_known(operand) for operand in operands]
    if all(values is not None for values in known):
        return _computed(operation, *known)
    if operation in _NEUTRAL:
        return _in_any_order(operation, *operands)
    return Recorded(None, operation, operands)


def _in_any_order(operation: str, one: Operand, other: Operand) -> Operand:
    """Record a sum or a product, in which known numbers come last and are joined into one column."""
    if _known(one) is not None:
        one, other = other, one
    if not isinstance(other, Recorded) and other == _NEUTRAL[operation]:
        return one
    known = _known(other)
    if known is not None and isinstance(one, Recorded) and one.operation == operation:
        inner, last = one.operands
        if (before := _known(last)) is not None:
            return Recorded(None, operation, (inner, _computed(operation, before, known)))
    return Recorded(None, operation, (one, other))


# --- functions ---------------------------------------------------------------------------


def _each(operation: str) -> Callable[..., Any]:
    """Apply an operation to the elements of arrays of objects."""
    made: Callable[..., Any] = np.frompyfunc(functools.partial(_made, operation), _arity(operation), 1)
    return made


def _arity(operation: str) -> int:
    return 2 if operation in _BINARY else 1


_exp, _maximum = _each("exp"), _each("maximum")


def _softmax(x: Any, axis: int) -> Any:
    if axis != 0:
        raise ValueError("shares are taken along the first axis")
    parts = _exp(x - functools.reduce(_maximum, x))
    return parts / parts.sum(axis=0)


def _cumsum(x: Any, axis: int) -> Any:
    return np.add.accumulate(x, axis=axis)


class _Recording:
    """Functions of recorded values, as a namespace of formulas."""

    exp, log, softplus = staticmethod(_exp), staticmethod(_each("log")), staticmethod(_each("softplus"))
    maximum, minimum = staticmethod(_maximum), staticmethod(_each("minimum"))
    softmax, cumsum = staticmethod(_softmax), staticmethod(_cumsum)
    broadcast_to = staticmethod(np.broadcast_to)
    concatenate, stack = staticmethod(np.concatenate), staticmethod(np.stack)


RECORDING: Namespace[Any] = _Recording()


# --- programs ----------------------------------------------------------------------------


@frozen
class Program:
    """Operations in order, the last of which gives the result.

    Operands are places in one list: parameters, columns, constants, and then the result of each step.

    Parameters
    ----------
    parameters, columns
        Number of parameters, one number each, and of columns, one number a draw.
    constants
        Numbers that are the same for all draws.
    steps
        Name and operands of each operation.
    """

    parameters: int
    columns: int
    constants: tuple[float, ...]
    steps: tuple[Step, ...]

    def evaluate(self, parameters: Sequence[float], columns: Array) -> Array:
        """Run the program.

        Parameters
        ----------
        parameters
            Values of the parameters.
        columns
            Shape (column, draw).

        Returns
        -------
        numpy.ndarray
            Shape (draw,).
        """
        values: list[Any] = [*parameters, *columns, *self.constants]
        for operation, operands in self.steps:
            values.append((_BINARY.get(operation) or _UNARY[operation])(*(values[at] for at in operands)))
        result: Array = np.broadcast_to(values[-1], columns.shape[1:])
        return result

    def verify(self) -> None:
        """Verify that the program can be run.

        Raises
        ------
        ValueError
            When it names an operation or a place that it does not have, or has no steps.
        """
        if min(self.parameters, self.columns, len(self.steps)) < 1:
            raise ValueError("a program has no parameters, no columns or no steps")
        if not all(map(math.isfinite, self.constants)):
            raise ValueError("a constant of a program is not finite")
        places = self.parameters + self.columns + len(self.constants)
        for number, (operation, operands) in enumerate(self.steps, places):
            if operation not in _BINARY and operation not in _UNARY:
                raise ValueError("a program has an operation that is unknown")
            if len(operands) != _arity(operation) or not all(0 <= at < number for at in operands):
                raise ValueError("an operation of a program has operands that it cannot have")


def recorded(result: Operand, parameters: int) -> tuple[Program, Array]:
    """Write a recorded value as a program, with the columns of numbers that it takes.

    Columns of positive numbers are those of their logarithms, which are spread more evenly.

    Parameters
    ----------
    result
        The value, which depends on a parameter.
    parameters
        Number of parameters.

    Returns
    -------
    tuple
        The program, and its columns, shape (column, draw).

    Examples
    --------
    >>> draws = boxed(Recorded(np.array([-1.0, 0.0, 2.0])))
    >>> program, columns = recorded((RECORDING.exp(boxed(parameter(0)) * draws) + 1.0)[0], 1)
    >>> program.evaluate([0.0], columns).tolist(), [name for name, _ in program.steps]
    ([2.0, 2.0, 2.0], ['multiply', 'exp', 'add'])
    """
    if not isinstance(result, Recorded) or result.operation is None:
        raise ValueError("the result of a program depends on a parameter")
    nodes = sorted(_behind(result), key=lambda node: node.serial)  # operands were made before
    operations = [node for node in nodes if node.operation is not None]
    known = {node: node.values for node in nodes if node.values is not None}
    logs = [node for node, values in known.items() if values.min() > 0]
    numbers = [operand for node in operations for operand in node.operands if isinstance(operand, float)]
    constants = tuple(dict.fromkeys(numbers))
    first = parameters + len(known)
    after = first + len(constants)
    places: dict[Operand, int] = {node: node.place for node in nodes if node.place is not None}
    places |= {node: place for place, node in enumerate(known, parameters)}
    places |= {number: place for place, number in enumerate(constants, first)}
    exponentials: list[Step] = [("exp", (places[node],)) for node in logs]
    places |= {node: place for place, node in enumerate((*logs, *operations), after)}
    steps = [
        (str(node.operation), tuple(places[operand] for operand in node.operands)) for node in operations
    ]
    rows = [np.log(values) if node in logs else values for node, values in known.items()]
    return Program(parameters, len(known), constants, (*exponentials, *steps)), np.stack(rows)


def _behind(result: Recorded) -> set[Recorded]:
    """Collect what a recorded value is made of, itself included."""
    found, open_ = {result}, [result]
    while open_:
        for operand in open_.pop().operands:
            if isinstance(operand, Recorded) and operand not in found:
                found.add(operand)
                open_.append(operand)
    return found
