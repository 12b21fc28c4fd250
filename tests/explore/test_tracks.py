"""Tracks step evenly on their scale, and write what stands there."""

from __future__ import annotations

import math

import pytest

from shellcount.explore.tracks import Track, decimals, of_bounded, of_positive, of_prior, of_share, written


def test_steps_are_even_on_their_scale() -> None:
    assert [Track(0.1, 0.5, 0.1, digits=1).at(place) for place in range(5)] == [
        "0.1",
        "0.2",
        "0.3",
        "0.4",
        "0.5",
    ]
    texts = [Track(1.0, 100.0, 0.5, "log", 3).at(place) for place in range(5)]
    assert texts == ["1", "3.16", "10", "31.6", "100"]
    assert (Track(0.1, 0.5, 0.1, digits=1).steps, Track(1.0, 100.0, 0.5, "log", 3).steps) == (4, 4)


@pytest.mark.parametrize(("low", "high"), [(10, 100), (75, 95), (0.03, 0.05), (1e-3, 1e3), (61, 71)])
def test_a_positive_number_has_room_for_two_and_a_half_times_its_width(low: float, high: float) -> None:
    track = of_prior("lognormal", low, high)
    middle, half = math.sqrt(low * high), math.sqrt(high / low)
    assert math.isclose(track.low, middle / half**2.5, rel_tol=0.06)
    assert math.isclose(track.high, middle * half**2.5, rel_tol=0.06)
    assert (track.scale, 40 <= track.steps / 2.5 <= 120) == ("log", True)


def test_the_lower_quantile_is_a_step() -> None:
    track = of_prior("lognormal", 75, 95)
    assert "75" in [track.at(place) for place in range(track.steps)]


@pytest.mark.parametrize("ends", [(0.4, 0.92), (0.6206, 0.8369), (0.99, 0.999), (0.001, 0.01), (0.05, 0.95)])
def test_a_share_stays_within_0_and_1(ends: tuple[float, float]) -> None:
    track = of_prior("logitnormal", *ends)
    assert 0 < track.low < ends[0] < ends[1] < track.high < 1
    assert track.step <= (ends[1] - ends[0]) / 40
    assert float(track.at(0)) > 0
    assert float(track.at(track.steps)) < 1


def test_a_known_share_may_be_all() -> None:
    assert of_share(1.0).high == 1.0


def test_whole_numbers_move_by_one() -> None:
    assert [of_positive(24.0).at(place) for place in range(3)] == ["1", "2", "3"]
    assert all(
        float(of_positive(6700.0).at(place)).is_integer() for place in range(of_positive(6700.0).steps)
    )


@pytest.mark.parametrize("value", [-0.25, 0.0, 0.35, 1.2, 9.9])
def test_a_bounded_number_stays_within_its_bounds(value: float) -> None:
    track = of_bounded(value, -10.0, 10.0)
    assert -10 <= track.low <= value <= track.high <= 10
    assert track.high - track.low >= 1


def test_numbers_are_written_as_changes_have_them() -> None:
    assert [written(value) for value in (1.0, 0.25, 1e6, 3e-7)] == ["1", "0.25", "1000000", "3e-07"]
    assert [decimals(value) for value in (1.0, 0.25, 0.6206)] == [0, 2, 4]
