"""Words at the right end of rows have room beside what is drawn."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from drawings import drawn, overlaps
from shellcount.plots.margin import write_margin


def test_words_stand_beside_the_rows_and_what_is_drawn_keeps_its_scale() -> None:
    ax = Figure((5.0, 2.0)).subplots()
    ax.plot([0, 10], [1, 2])
    ax.set_xlim(0, 10)
    ax.set_xticks([0, 5, 10])
    ax.set_ylim(0, 3.2)
    before = ax.transData.transform((5, 1))[0] - ax.transData.transform((0, 1))[0]
    write_margin(ax, "head", ["first row", "second"], [2, 1], [None, "red"])
    boxes, _ = drawn(ax)
    assert overlaps(boxes) == []
    placed = {text.get_text(): box for text, box in boxes.items()}
    end = ax.transData.transform((10, 1))[0]
    assert all(placed[words].x0 > end for words in ("head", "first row", "second"))
    assert ax.transData.transform((5, 1))[0] - ax.transData.transform((0, 1))[0] < before
    assert list(ax.get_xticks()) == pytest.approx([0, 5, 10])
