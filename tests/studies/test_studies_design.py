"""Combinations are complete, points of a design fill their space evenly, and both are in a fixed order."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.errors import UnknownNameError, UsageError
from shellcount.studies.design import Space, SpaceFilling, parse_design
from shellcount.studies.variation import Choices, Sampled

LOAD, STOWAGE = Sampled("load", 0.0, 1.0), Sampled("stowage", 0.0, 2.0)
GRADES = Choices("grade", ("A", "B"))


def shares(design: SpaceFilling, *, seed: int = 1) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    points = design.points([LOAD, STOWAGE], seed)
    return np.array([[float(str(point["load"])), float(str(point["stowage"])) / 2] for point in points])


def test_combinations_are_in_the_order_of_the_settings() -> None:
    space = Space((GRADES, Choices("load", (0.5, 0.7, 0.9))))
    assert len(space) == 6
    assert [tuple(point.values()) for point in space.points(1)] == [
        (grade, load) for grade in "AB" for load in (0.5, 0.7, 0.9)
    ]


def test_rows_of_a_list_are_combined_with_settings() -> None:
    space = Space((GRADES,), ({"load": 0.5}, {"stowage": 0.8, "load": 0.6}))
    assert space.names == ("grade", "load", "stowage")
    assert len(space) == 4
    assert space.points(1) == [
        {"grade": "A", "load": 0.5},
        {"grade": "B", "load": 0.5},
        {"grade": "A", "load": 0.6, "stowage": 0.8},
        {"grade": "B", "load": 0.6, "stowage": 0.8},
    ]


@pytest.mark.parametrize("kind", ["sobol", "lhs"])
def test_points_of_a_design_fill_every_stratum_of_each_setting_once(kind: str) -> None:
    found = shares(parse_design(f"{kind}:64"))
    for place in (0, 1):
        assert sorted(np.floor(64 * found[:, place])) == list(range(64))


def test_a_sobol_design_fills_every_elementary_interval_once() -> None:
    """A (0, 6, 2)-net: each of the boxes of area 1/64, of any shape, holds one point (Sobol 1967)."""
    found = shares(SpaceFilling("sobol", 64))
    for power in range(7):
        cells = np.floor(found * [2**power, 2 ** (6 - power)])
        assert len({tuple(cell) for cell in cells}) == 64


def test_a_design_depends_on_the_seed_alone() -> None:
    for kind in ("sobol:16", "lhs:16"):
        design = parse_design(kind)
        assert (shares(design) == shares(design)).all()
        assert not (shares(design) == shares(design, seed=2)).all()


def test_a_design_is_combined_with_values() -> None:
    space = Space((LOAD, GRADES), design=SpaceFilling("lhs", 3))
    points = space.points(1)
    assert len(space) == len(points) == 6
    assert [point["grade"] for point in points] == list("ABABAB")
    assert [point["load"] for point in points[::2]] == [point["load"] for point in points[1::2]]


def test_a_design_is_written_as_it_is_read() -> None:
    assert str(parse_design("sobol:8")) == "sobol:8"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sobol", "'sobol' is not a design: write sobol:COUNT, such as sobol:256"),
        ("lhs:many", "'lhs:many' is not a design"),
        ("sobol:100", "a Sobol design needs a power of two of points: write sobol:64 or sobol:128"),
        ("lhs:1", "number of points must be from 2 to"),
        ("lhs:99999999999", "number of points must be from 2 to"),
    ],
)
def test_a_design_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        parse_design(text)


def test_an_unknown_kind_of_design_is_refused_with_the_one_meant() -> None:
    with pytest.raises(UnknownNameError, match="no design is called 'sobel'; did you mean sobol"):
        parse_design("sobel:8")


def test_what_a_design_samples_needs_one_and_the_reverse() -> None:
    with pytest.raises(
        UsageError, match=r"load has no number of values: write load=LOW\.\.HIGH:COUNT, or add"
    ):
        Space((LOAD,))
    with pytest.raises(UsageError, match=r"sobol:8 has nothing to sample"):
        Space((GRADES,), design=SpaceFilling("sobol", 8))


def test_a_setting_varies_once() -> None:
    with pytest.raises(UsageError, match="grade varies twice: in the list, and on its own"):
        Space((GRADES,), ({"grade": "A"},))
