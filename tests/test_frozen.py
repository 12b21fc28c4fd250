"""Frozen classes behave as frozen dataclasses with slots, method by method."""

from __future__ import annotations

import ast
import copy
import dataclasses
import inspect
import math
import pickle
import typing
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

import shellcount
from shellcount.frozen import frozen

MODULES = sorted(Path(shellcount.__file__).parent.rglob("*.py"))


@frozen
class Ours:
    size: int
    title: str = "none"
    parts: list[int] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)
    made: dict[str, int] = field(default_factory=dict, init=False)
    level: float = field(default=0.5, init=False)
    scale: float = field(default=1.0, kw_only=True)
    kind: ClassVar[str] = "of the class"


@dataclass(frozen=True, slots=True)
class Theirs:
    size: int
    title: str = "none"
    parts: list[int] = field(default_factory=list)
    note: str = field(default="", compare=False, repr=False)
    made: dict[str, int] = field(default_factory=dict, init=False)
    level: float = field(default=0.5, init=False)
    scale: float = field(default=1.0, kw_only=True)
    kind: ClassVar[str] = "of the class"


@frozen
class Point:
    x: float
    y: float = 0.0


@frozen
class Alone:
    value: float


@frozen
class Labelled(Point):
    label: str = ""


@frozen
class Nothing:
    """It has no fields."""


def pickled(made: object) -> object:
    return pickle.loads(pickle.dumps(made))  # noqa: S301  # its own


BOTH = pytest.mark.parametrize("kind", [Ours, Theirs])


@BOTH
@pytest.mark.parametrize(
    "make",
    [
        lambda kind: kind(3),
        lambda kind: kind(3, "a", [1], "of no account", scale=2.0),
        lambda kind: kind(size=3, parts=[2]),
    ],
)
def test_instances_hold_and_show_the_same(kind: type[Any], make: Callable[[type[Any]], Any]) -> None:
    made, other = make(kind), make(Theirs)
    assert dataclasses.asdict(made) == dataclasses.asdict(other)
    assert repr(made).partition("(")[2] == repr(other).partition("(")[2]
    assert repr(made).startswith(f"{kind.__name__}(size=3, ")


def test_signature_fields_and_arguments_of_a_match_are_those_of_a_dataclass() -> None:
    assert str(inspect.signature(Ours)) == str(inspect.signature(Theirs))
    assert [each.name for each in dataclasses.fields(Ours)] == [
        each.name for each in dataclasses.fields(Theirs)
    ]
    assert Ours.__match_args__ == Theirs.__match_args__
    match Point(1.0, 2.0):
        case Point(x, y):
            assert (x, y) == (1.0, 2.0)


@BOTH
@pytest.mark.parametrize("words", [(), (1, "a", [], "", 2.0)])
def test_a_wrong_number_of_arguments_is_refused(kind: type[Any], words: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match=r"__init__\(\)"):
        kind(*words)


@BOTH
def test_each_instance_has_parts_of_its_own(kind: type[Any]) -> None:
    one, other = kind(1), kind(1)
    one.parts.append(1)
    one.made["a"] = 1
    assert (other.parts, other.made) == ([], {})


@BOTH
def test_equality_and_hash_are_those_of_the_fields_that_count(kind: type[Any]) -> None:
    assert kind(3, note="a") == kind(3, note="b")
    assert kind(3) != kind(4)
    assert kind(3).__eq__("3") is NotImplemented
    with pytest.raises(TypeError, match="unhashable"):
        hash(kind(3))


def test_a_hash_is_that_of_the_tuple_of_fields() -> None:
    assert hash(Point(1.0, 2.0)) == hash((1.0, 2.0))
    assert hash(Alone(1.0)) == hash((1.0,))
    assert hash(Nothing()) == hash(())
    assert len({Point(1.0), Point(1.0, 0.0), Point(2.0)}) == 2


def test_a_field_that_is_no_number_equals_itself() -> None:
    assert Alone(math.nan) == Alone(math.nan)  # the same object, as in a tuple
    assert Point(math.nan) == Point(math.nan)


def test_instances_of_two_classes_differ() -> None:
    assert Point(1.0) != Labelled(1.0)
    assert Labelled(1.0, label="a") == Labelled(1.0, 0.0, "a")


@BOTH
def test_nothing_can_be_set_or_deleted(kind: type[Any]) -> None:
    made = kind(3)
    with pytest.raises(FrozenInstanceError, match=r"^cannot assign to field 'size'$"):
        made.size = 4
    with pytest.raises(FrozenInstanceError, match=r"^cannot delete field 'size'$"):
        del made.size
    with pytest.raises((FrozenInstanceError, TypeError)):
        made.other = 4
    assert not hasattr(made, "__dict__")


@BOTH
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, pickled])
def test_copies_and_pickles_hold_the_same(kind: type[Any], again: Callable[[Any], Any]) -> None:
    made = kind(3, "a", [1], "noted", scale=2.0)
    made.made["b"] = 2
    copied = again(made)
    assert copied == made
    assert (copied.note, copied.made) == ("noted", {"b": 2})


@pytest.mark.parametrize("made", [Nothing(), Alone(1.0), Labelled(1.0, 2.0, "c")])
def test_few_fields_are_copied_and_pickled_too(made: object) -> None:
    assert copy.copy(made) == pickled(made) == made


@BOTH
def test_an_instance_is_replaced_by_one_with_other_values(kind: type[Any]) -> None:
    assert dataclasses.replace(kind(3, "a"), size=4) == kind(4, "a")
    with pytest.raises(TypeError):
        dataclasses.replace(kind(3), sized=4)


def test_methods_of_the_class_itself_are_kept() -> None:
    @frozen
    class Own:
        value: int

        def __repr__(self) -> str:
            return "my own"

        def __post_init__(self) -> None:
            if self.value < 0:
                raise ValueError("below zero")

    assert repr(Own(1)) == "my own"
    with pytest.raises(ValueError, match="below zero"):
        Own(-1)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_frozen_class_with_slots_is_made_in_this_way(path: Path) -> None:
    made = [
        ast.unparse(decorator)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
    ]
    assert "dataclass(frozen=True, slots=True)" not in made


def test_annotations_of_a_constructor_have_a_meaning_where_the_class_does() -> None:
    hints = typing.get_type_hints(shellcount.Estimate.__init__)
    assert hints["p50"] is float
    assert hints["return"] is type(None)
