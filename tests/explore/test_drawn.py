"""Figures as plain values, which nothing changes once they are composed."""

import dataclasses
import inspect

import pytest

from shellcount.explore import drawn

PARTS = [each for _, each in inspect.getmembers(drawn, inspect.isclass) if each.__module__ == drawn.__name__]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_figure_is_frozen(part: type) -> None:
    assert dataclasses.is_dataclass(part)
    with pytest.raises(dataclasses.FrozenInstanceError):
        object.__new__(part).title = "another"  # type: ignore[attr-defined]
