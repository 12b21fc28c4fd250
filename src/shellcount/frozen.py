"""Make frozen dataclasses with slots, of which only the constructor is compiled.

A dataclass compiles its methods one by one when its module is loaded, which for those on the way to an
estimate takes half as long as loading numpy. What does not depend on the fields is written once, here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from operator import attrgetter
from typing import Any, dataclass_transform

type Method = Callable[..., Any]

_set: Method = object.__setattr__


class _Made:
    """Default of an argument that each instance gets a new value of."""

    def __repr__(self) -> str:
        return "<factory>"  # as in the signature of a dataclass


_MADE = _Made()


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen[T](kind: type[T]) -> type[T]:
    """Make a class a frozen dataclass with slots; a method that the class defines itself is kept.

    As in ``dataclass(frozen=True, slots=True)``: instances are compared, hashed, shown, pickled, replaced and
    matched by their fields.

    Examples
    --------
    >>> @frozen
    ... class Point:
    ...     x: float
    ...     y: float = 0.0
    >>> Point(1.0), Point(1.0) == Point(1.0, 0.0)
    (Point(x=1.0, y=0.0), True)
    >>> Point(1.0).x = 2.0
    Traceback (most recent call last):
    ...
    dataclasses.FrozenInstanceError: cannot assign to field 'x'
    """
    own = frozenset(vars(kind))
    made = dataclass(init=False, repr=False, eq=False, slots=True)(kind)
    every = fields(made)  # type: ignore[arg-type]  # it is a dataclass now
    methods = {
        "__init__": _constructor(made, every),
        "__repr__": _shown(tuple(each.name for each in every if each.repr)),
        "__setattr__": _refuse_to_set,
        "__delattr__": _refuse_to_delete,
        **_compared(_reader(tuple(each.name for each in every if each.compare))),
        **_kept(tuple(each.name for each in every)),
    }
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made


def _constructor(kind: type, every: tuple[Field[Any], ...]) -> Method:
    """Build ``__init__``, which is compiled: its arguments are the fields."""
    arguments = sorted((each for each in every if each.init), key=lambda each: bool(each.kw_only))
    words = [_argument(each) for each in arguments]
    if arguments and arguments[-1].kw_only:
        words.insert(sum(not each.kw_only for each in arguments), "*")
    lines = [line for each in every for line in _assignment(each)]
    if "__post_init__" in dir(kind):
        lines.append("self.__post_init__()")
    names: dict[str, Any] = {"_set": _set, "_made": _MADE}
    for each in every:
        names[f"_of_{each.name}"] = each.default if each.default_factory is MISSING else each.default_factory
    inner = "\n  ".join((f"def __init__({', '.join(('self', *words))}):", *lines, "pass"))
    source = f"def make({', '.join(names)}):\n {inner}\n return __init__"
    made: dict[str, Any] = {}
    # In the module of the class, where its annotations have a meaning.
    exec(source, vars(sys.modules[kind.__module__]), made)  # noqa: S102  # names of fields, as dataclasses do
    constructor: Method = made["make"](**names)
    constructor.__qualname__ = f"{kind.__qualname__}.__init__"
    constructor.__annotations__ = {each.name: each.type for each in arguments} | {"return": None}
    return constructor


def _argument(each: Field[Any]) -> str:
    if each.default_factory is not MISSING:
        return f"{each.name}=_made"
    return each.name if each.default is MISSING else f"{each.name}=_of_{each.name}"


def _assignment(each: Field[Any]) -> tuple[str, ...]:
    """Write the lines that set a field; there are none without argument and default."""
    name = each.name
    if each.default_factory is not MISSING:
        made = f"_of_{name}() if {name} is _made else {name}" if each.init else f"_of_{name}()"
        return (f"_set(self, {name!r}, {made})",)
    if each.init:
        return (f"_set(self, {name!r}, {name})",)
    return () if each.default is MISSING else (f"_set(self, {name!r}, _of_{name})",)


def _reader(names: tuple[str, ...]) -> Callable[[object], tuple[Any, ...]]:
    """Make a function that reads fields as a tuple."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _compared(values: Callable[[object], tuple[Any, ...]]) -> dict[str, Method]:
    def equal(self: object, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return {"__eq__": equal, "__hash__": lambda self: hash(values(self))}


def _shown(names: tuple[str, ...]) -> Method:
    def show(self: object) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    return show


def _kept(names: tuple[str, ...]) -> dict[str, Method]:
    """Make the methods that pickle and copy, which must not set attributes."""
    values = _reader(names)

    def state(self: object) -> tuple[Any, ...]:
        return values(self)

    def restore(self: object, kept: tuple[Any, ...]) -> None:
        for name, value in zip(names, kept, strict=True):
            _set(self, name, value)

    return {"__getstate__": state, "__setstate__": restore}


def _refuse_to_set(_self: object, name: str, _value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")
