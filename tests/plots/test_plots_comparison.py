"""The figure of a comparison has a row for each side."""

from __future__ import annotations

from pathlib import Path

import pytest

from drawings import drawn, outside, overlaps
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.comparison.side_by_side import compare
from shellcount.engines.settings import Settings
from shellcount.errors import UsageError
from shellcount.plots import plot_comparison
from shellcount.results.comparison import Comparison

MINIMAL = load_case(Path(__file__).parents[1] / "cases" / "good_minimal.toml")
TRUCKS = "trucks.parcels@2025-03-07"


@pytest.fixture(scope="module")
def found() -> Comparison:
    things = {
        "as it is": MINIMAL,
        "half full, of each truck that crossed": with_changes(MINIMAL, {"load": 0.5}),
    }
    quick = Settings(points=64, runs=4, allow_unconverged=True)
    return compare(things, names=["parcels.mixed@2025-03-07", TRUCKS], settings=quick)


def test_each_side_is_a_row_from_top_to_bottom(found: Comparison) -> None:
    ax = plot_comparison(found)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list(found.labels)
    assert ax.get_yticks()[0] > ax.get_yticks()[1]
    dots = [line.get_xdata()[0] for line in ax.get_lines() if line.get_marker() == "o"]  # type: ignore[index]
    assert dots == [estimate.p50 for estimate in found.row()]


def test_another_estimate_is_drawn_by_name(found: Comparison) -> None:
    assert plot_comparison(found, name=TRUCKS).get_xlabel().startswith(f"{TRUCKS}, trucks")
    with pytest.raises(UsageError, match=r"load is not compared; parcels\.mixed"):
        plot_comparison(found, name="load")


def test_nothing_overlaps_or_is_cut(found: Comparison) -> None:
    boxes, whole = drawn(plot_comparison(found))
    assert overlaps(boxes) == []
    assert outside(boxes, whole) == []
