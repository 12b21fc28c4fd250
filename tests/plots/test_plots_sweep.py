"""The figure of a sweep shows each fit at the values of its settings."""

from __future__ import annotations

from typing import Any

import pytest
from matplotlib.axes import Axes

from drawings import drawn, outside, overlaps, points, words
from shellcount.errors import UsageError
from shellcount.plots import plot_sweep, svg
from shellcount.results.sweep import Outcome, Summarised, Sweep

NAME = "rounds.mixed@2024-01-31"


def made(settings: list[dict[str, Any]], medians: list[float | None]) -> Sweep:
    outcomes = tuple(
        Outcome(error="no")
        if each is None
        else Outcome((Summarised("rounds", p05=each / 2, p50=each, p95=2 * each),), "smc")
        for each in medians
    )
    names = tuple(dict.fromkeys(name for point in settings for name in point))
    return Sweep({}, names, (NAME,), tuple(settings), outcomes)


def marks(ax: Axes) -> list[list[tuple[float, float]]]:
    return [points(line) for line in ax.get_lines()]


def bars(ax: Axes) -> list[tuple[float, float, float]]:
    """Place, lower and upper end of each bar."""
    return [
        (float(ends[0][0]), float(ends[0][1]), float(ends[1][1]))
        for collection in ax.collections
        for ends in collection.get_segments()  # type: ignore[attr-defined]
    ]


def test_each_fit_is_a_mark_and_a_bar_at_its_value() -> None:
    ax = plot_sweep(made([{"load": 0.9}, {"load": 0.5}], [2e6, 1e6]))
    assert marks(ax) == [[(0.5, 1e6), (0.9, 2e6)]]
    assert sorted(bars(ax)) == [(0.5, 5e5, 2e6), (0.9, 1e6, 4e6)]
    assert ax.get_xlabel() == "load"
    assert ax.get_ylabel() == f"{NAME}\nrounds"


def test_a_second_setting_is_told_apart() -> None:
    grid = [{"load": load, "grade": grade} for load in (0.5, 0.9) for grade in "AB"]
    ax = plot_sweep(made(grid, [1e6, 1.1e6, 2e6, 2.2e6]))
    assert [[round(y) for _, y in line] for line in marks(ax)] == [[1000000, 2000000], [1100000, 2200000]]
    assert {"grade", "A", "B"} <= {*words(ax)}
    assert len({(line.get_color(), line.get_marker()) for line in ax.get_lines()}) == 2
    other = plot_sweep(made(grid, [1e6, 1.1e6, 2e6, 2.2e6]), over="grade", by="load")
    assert [tick.get_text() for tick in other.get_xticklabels()] == ["A", "B"]


def test_values_that_are_no_numbers_are_at_even_distances() -> None:
    ax = plot_sweep(made([{"given": "counts"}, {"given": "all"}, {}], [1e6, 2e6, 3e6]))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["counts", "all", "as in the case"]
    assert marks(ax) == [[(0, 1e6), (1, 2e6), (2, 3e6)]]


def test_fits_that_failed_are_left_out() -> None:
    ax = plot_sweep(made([{"load": 0.5}, {"load": 0.7}, {"load": 0.9}], [1e6, None, 2e6]))
    assert marks(ax) == [[(0.5, 1e6), (0.9, 2e6)]]


def test_texts_do_not_overlap_and_the_drawing_repeats() -> None:
    grid = [{"load": load, "grade": grade} for load in (0.5, 0.7, 0.9) for grade in "ABCDE"]
    sweep = made(grid, [1e6 + 1e5 * place for place in range(15)])
    boxes, whole = drawn(plot_sweep(sweep))
    assert overlaps(boxes) == []
    assert outside(boxes, whole) == []
    assert svg(plot_sweep(sweep)) == svg(plot_sweep(sweep))


def test_a_hostile_name_is_harmless() -> None:
    ax = plot_sweep(made([{"$x_1$\x1b": "$a$"}, {"$x_1$\x1b": "b\nc"}], [1e6, 2e6]))
    assert "\x1b" not in "".join(words(ax))
    svg(ax)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"over": "laod"}, "laod does not vary in this sweep; did you mean load"),
        ({"by": "gread"}, "gread does not vary in this sweep"),
        ({"by": "seed"}, "seed has 6 values, and a figure tells at most 5 apart"),
    ],
)
def test_settings_that_cannot_be_drawn_are_refused(options: dict[str, str], message: str) -> None:
    points = [{"load": 0.5, "grade": "A", "seed": seed} for seed in range(6)]
    with pytest.raises(UsageError, match=message):
        plot_sweep(made(points, [1e6] * 6), **options)  # type: ignore[arg-type]


def test_a_sweep_without_an_estimate_is_refused() -> None:
    with pytest.raises(UsageError, match=f"no fit of this sweep has an estimate of {NAME}"):
        plot_sweep(made([{"load": 0.5}], [None]))
