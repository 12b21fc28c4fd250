"""Coordinates are found by name, and taken without a copy where they follow each other."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.model.coordinates import Coordinates, Layout

LAYOUT = Layout(["a", "b", "c", "d"])
VALUES = np.arange(8.0).reshape(4, 2)


def test_a_coordinate_is_its_row() -> None:
    coordinates = Coordinates(LAYOUT, VALUES)
    assert list(coordinates("c")) == [4.0, 5.0]
    with pytest.raises(KeyError, match="nobody"):
        coordinates("nobody")


@pytest.mark.parametrize("names", [("b", "c"), ("a",), ("d", "a", "d"), ("a", "b", "c", "d"), ()])
def test_coordinates_are_taken_in_the_order_asked_for(names: tuple[str, ...]) -> None:
    coordinates = Coordinates(LAYOUT, VALUES)
    for _ in range(2):
        assert coordinates.rows(names).tolist() == [VALUES["abcd".index(name)].tolist() for name in names]


def test_those_that_follow_each_other_share_memory() -> None:
    assert np.shares_memory(Coordinates(LAYOUT, VALUES).rows(("b", "c")), VALUES)
    assert not np.shares_memory(Coordinates(LAYOUT, VALUES).rows(("c", "b")), VALUES)
