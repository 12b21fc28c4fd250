"""The figure of drivers has a bar for each of them, as long as its share and in the colour of its kind."""

from __future__ import annotations

import dataclasses

import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from drawings import drawn, outside, overlaps, said
from shellcount.plots import plot_drivers, svg
from shellcount.plots.style import POSTERIOR
from shellcount.results.drivers import TOGETHER, Driver, Drivers
from shellcount.results.mark import make_mark
from shellcount.results.results import Results

GREY = "#9a9a9a"


@pytest.fixture(scope="module")
def found(results: Results) -> Drivers:
    assert results.drivers is not None
    return results.drivers


def bars(ax: Axes) -> list[tuple[float, str]]:
    """Length and colour of each bar, from top to bottom."""
    patches = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    return [(patch.get_width(), to_hex(patch.get_facecolor())) for patch in patches]


def lines(ax: Axes) -> list[tuple[float, float]]:
    """Ends of each error line, from top to bottom."""
    return [
        (float(ends[0][0]), float(ends[1][0]))
        for collection in ax.collections
        for ends in collection.get_segments()  # type: ignore[attr-defined]
    ]


def test_each_driver_has_a_bar_with_its_error(found: Drivers) -> None:
    ax = plot_drivers(found)
    colours = {"prior": GREY, "claims": POSTERIOR.lower()}
    assert bars(ax)[:-1] == [(each.share, colours[each.kind]) for each in found.drivers]
    assert bars(ax)[-1][0] == found.together
    assert lines(ax)[0] == pytest.approx(
        (
            found.drivers[0].share - 2 * found.drivers[0].mcse,
            found.drivers[0].share + 2 * found.drivers[0].mcse,
        )
    )
    names = [" ".join(tick.get_text().split()) for tick in ax.get_yticklabels()]
    assert names == [*(each.title for each in found.drivers), TOGETHER]


def test_both_kinds_are_named_with_their_shares(found: Drivers) -> None:
    texts = said(plot_drivers(found))
    assert f"judgement: {100 * found.prior:.1f}% in all" in texts
    assert f"claims: {100 * found.claims:.1f}% in all" in texts
    assert "share of the variance of the logarithm of rounds sent by 14 June 2024" in texts


def test_a_kind_that_there_is_none_of_is_not_named(found: Drivers) -> None:
    own = tuple(each for each in found.drivers if each.kind == "prior")
    texts = said(plot_drivers(dataclasses.replace(found, drivers=own)))
    assert not any(text.startswith("claims: ") for text in texts)


def test_many_drivers_are_drawn_as_the_largest_and_the_rest(found: Drivers) -> None:
    many = tuple(
        Driver(f"d{n}", f"driver {n}", (), "prior" if n % 2 else "claims", 0.06 - n / 1000, 0.001)
        for n in range(20)
    )
    ax = plot_drivers(dataclasses.replace(found, drivers=many))
    assert len(bars(ax)) == 14
    assert bars(ax)[12][0] == pytest.approx(sum(each.share for each in many[12:]))
    assert "8 smaller ones in all" in said(ax)
    thirteen = plot_drivers(dataclasses.replace(found, drivers=many[:13]))
    assert len(bars(thirteen)) == 14
    assert "driver 12" in said(thirteen)
    one_kind = tuple(dataclasses.replace(each, kind="prior") for each in many)
    assert bars(plot_drivers(dataclasses.replace(found, drivers=one_kind)))[12][1] == GREY


def test_negative_shares_lie_left_of_the_axis(found: Drivers) -> None:
    offset = dataclasses.replace(found.drivers[-1], share=-0.2)
    ax = plot_drivers(dataclasses.replace(found, drivers=(*found.drivers[:-1], offset)))
    assert ax.get_xlim()[0] < -0.2
    assert "-20.0%" in said(ax)


def test_caveats_stand_below_the_axes(found: Drivers) -> None:
    mark = make_mark("what-if", "what-if", "what-if, with load=0.5:0.9")
    ax = plot_drivers(dataclasses.replace(found, marks=(mark,), not_quotable="R-hat is 2"))
    assert ax.get_xlabel().endswith("what-if; not converged: these ranges must not be quoted")


def test_nothing_overlaps_or_is_cut_off(found: Drivers) -> None:
    for shown in (found, dataclasses.replace(found, drivers=found.drivers[:2])):
        boxes, whole = drawn(plot_drivers(shown))
        assert overlaps(boxes) == []
        assert outside(boxes, whole) == []


def test_hostile_titles_are_drawn_harmlessly(found: Drivers) -> None:
    hostile = dataclasses.replace(found.drivers[0], title="$\\frac{x}{y}$ <script>\x07" * 20)
    drawing = svg(plot_drivers(dataclasses.replace(found, drivers=(hostile, *found.drivers[1:]))))
    assert b"<script" not in drawing


def test_axes_of_the_caller_are_used(found: Drivers) -> None:
    from matplotlib.figure import Figure

    ax = Figure().add_subplot()
    assert plot_drivers(found, ax=ax) is ax
    assert ax.get_title(loc="right") == ""
