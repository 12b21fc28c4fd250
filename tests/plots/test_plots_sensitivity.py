"""The tornado has a bar for each setting, and its kinds can be told apart in grey."""

from __future__ import annotations

import dataclasses

import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from choices import FOUND, TRIED, tried
from shellcount.errors import UsageError
from shellcount.plots import plot_sensitivity
from shellcount.plots.drawing import note_of
from shellcount.plots.sensitivity import _LOOKS


def test_bars_go_from_the_median_to_that_of_each_setting() -> None:
    axes = plot_sensitivity(FOUND)
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    ends = sorted(round(bar.get_x() + bar.get_width(), 6) for bar in bars)
    assert ends == sorted(round(each.p50, 6) for each in TRIED)
    assert {bar.get_x() for bar in bars} == {1000.0}
    assert [text.get_text() for text in axes.get_yticklabels()] == [each.title for each in FOUND.choices]
    assert axes.get_xlabel() == "median of shells.mixed@2024-06-14, shells"


def test_kinds_of_bars_are_told_apart_in_grey() -> None:
    looks = {(round(sum(to_rgb(fill)) / 3, 1) > 0.5, hatch) for fill, hatch, _ in _LOOKS.values()}
    assert len(looks) == 3
    legend = plot_sensitivity(FOUND).get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [words for _, _, words in _LOOKS.values()]


def test_widths_are_thin_beside_other_values() -> None:
    bars = [patch for patch in plot_sensitivity(FOUND).patches if isinstance(patch, Rectangle)]
    heights = {round(bar.get_height(), 3) for bar in bars}
    assert heights == {0.16, 0.52}


def test_of_many_choices_the_first_are_drawn() -> None:
    many = tuple(tried(f"choice-{place}", "known", 1 + place / 100) for place in range(20))
    axes = plot_sensitivity(dataclasses.replace(FOUND, tried=many))
    assert len(axes.patches) == 14
    assert "6 other choices move it less." in note_of(axes)
    one = plot_sensitivity(dataclasses.replace(FOUND, tried=many[:15]))
    assert "1 other choice moves it less." in note_of(one)


def test_where_nothing_was_tried_there_is_nothing_to_draw() -> None:
    with pytest.raises(UsageError, match="no choice was tried"):
        plot_sensitivity(dataclasses.replace(FOUND, tried=()))
