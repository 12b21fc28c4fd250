"""Labels find a place of their own, near their marks and on the axes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from drawings import drawn, outside, overlaps
from shellcount.plots.labels import BESIDE, Box, Label, frame, place, spread
from shellcount.plots.style import SMALL, WIDEST, extent, harmless


def blank() -> Axes:
    ax = Figure(figsize=(7, 4)).add_subplot()
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 10)
    return ax


def boxes_of(ax: Axes) -> dict[Text, Bbox]:
    return {text: box for text, box in drawn(ax)[0].items() if text in ax.texts}


# --- placing -----------------------------------------------------------------------------


@pytest.mark.parametrize("at", [(5.0, 5.0), (0.0, 5.0), (10.0, 5.0), (0.0, 10.0), (10.0, 10.0)])
def test_a_label_stays_near_its_mark_and_on_the_axes(at: tuple[float, float]) -> None:
    ax = blank()
    place(ax, [Label("about 6,700 (somebody)", at)])
    ((text, box),) = boxes_of(ax).items()
    assert outside({text: box}, ax.get_window_extent()) == []
    x, y = ax.transData.transform(at)
    near = max(abs(np.clip(x, box.x0, box.x1) - x), abs(np.clip(y, box.y0, box.y1) - y))
    assert 5 < near * 72 / 100 < 25


@pytest.mark.parametrize("count", [2, 5, 12])
def test_labels_of_one_point_do_not_cover_each_other_or_the_mark(count: int) -> None:
    ax = blank()
    place(ax, [Label(f"figure {number}", (5.0, 5.0), BESIDE) for number in range(count)])
    boxes = boxes_of(ax)
    assert len(boxes) == count
    assert overlaps(boxes) == []
    x, y = ax.transData.transform((5.0, 5.0))
    assert not any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for box in boxes.values())


def test_a_label_that_had_to_move_away_is_tied_to_its_mark() -> None:
    ax = blank()
    place(ax, [Label("alone", (2.0, 2.0))])
    assert [text.arrow_patch is None for text in ax.texts] == [True]  # type: ignore[attr-defined]
    place(ax, [Label(f"crowded {number}", (7.0, 7.0)) for number in range(9)])
    assert any(text.arrow_patch is not None for text in ax.texts)  # type: ignore[attr-defined]


def test_a_label_keeps_off_a_line_where_it_can() -> None:
    ax = blank()
    line = np.array([[0.0, 5.6], [10.0, 5.6]])
    place(ax, [Label("above", (5.0, 5.0))])
    place(ax, [Label("below", (5.0, 5.0))], lines=[line])
    above, below = boxes_of(ax).values()
    assert above.y0 > ax.transData.transform((5.0, 5.0))[1] > below.y1


def test_a_label_stays_inside_what_it_is_given_and_off_what_is_taken() -> None:
    ax = blank()
    whole = frame(ax)
    left = Box(whole.x0, whole.y0, (whole.x0 + whole.x1) / 2, whole.y1)
    top = Box(whole.x0, (whole.y0 + whole.y1) / 2, whole.x1, whole.y1)
    place(ax, [Label("a label of some length", (5.0, 5.0))], inside=left, taken=[top])
    ((_, box),) = boxes_of(ax).items()
    x, y = ax.transData.transform((5.0, 5.0))
    assert box.x1 <= x + 1
    assert box.y1 <= y


def test_places_do_not_depend_on_the_dots_an_inch() -> None:
    def offsets(dpi: float) -> list[tuple[float, float]]:
        ax = blank()
        ax.figure.set_dpi(dpi)
        place(ax, [Label(f"figure {number}", (number / 3, 5.0), BESIDE) for number in range(9)])
        return [text.xyann for text in ax.texts]  # type: ignore[attr-defined]

    np.testing.assert_allclose(offsets(72), offsets(300), atol=1e-6)


# --- moving apart ------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.5, 10)), min_size=1, max_size=10))
def test_spread_keeps_order_bounds_and_distance(intervals: list[tuple[float, float]]) -> None:
    middles, heights = [middle for middle, _ in intervals], [height for _, height in intervals]
    found = spread(middles, heights, 0.0, 100.0)
    order = sorted(range(len(found)), key=lambda place: (middles[place], place))
    for below, above in itertools.pairwise(order):
        assert found[above] - found[below] >= (heights[above] + heights[below]) / 2 - 1e-9
    lows = [found[place] - heights[place] / 2 for place in range(len(found))]
    highs = [found[place] + heights[place] / 2 for place in range(len(found))]
    assert min(lows) >= -1e-9
    assert max(highs) <= 100 + 1e-9


def test_spread_moves_nothing_that_has_room() -> None:
    assert spread([10.0, 50.0, 30.0], [5.0, 5.0, 5.0], 0.0, 100.0) == [10.0, 50.0, 30.0]


# --- measuring and cutting ---------------------------------------------------------------


@pytest.mark.parametrize("text", ["about 6,700", "WWWW", "iiii", "two\nlines", "a\nb\nc", "Ågjpq_|"])
def test_text_is_no_larger_than_measured(text: str) -> None:
    ax = blank()
    written = ax.annotate(text, (5.0, 5.0), fontsize=SMALL)
    box = written.get_window_extent(FigureCanvasAgg(ax.figure).get_renderer())  # type: ignore[arg-type, no-untyped-call]
    width, height = extent(text, SMALL)
    assert 0.8 * width - 2 <= box.width * 72 / 100 <= width + 1
    assert box.height * 72 / 100 <= height + 1


@pytest.mark.parametrize("text", ["W" * 10_000, "i" * 10_000, "곡" * 99, "a b " * 99, "", "$x$"], ids=len)
def test_a_harmless_label_fits(text: str) -> None:
    found = harmless(text)
    assert len(found) <= 48
    assert extent(found, SMALL)[0] <= WIDEST * SMALL + 1
    assert found.endswith("…") == (len(text) > 48)


def test_a_harmless_label_keeps_its_lines() -> None:
    assert harmless("one\ntwo  \u202ethree") == "one\ntwo \\u202ethree"
