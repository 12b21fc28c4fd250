"""The drawing of a prior marks the quantiles that were stated, and tints what lies between others."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.testing import assert_allclose

from drawings import drawn, outside, overlaps, points, said
from shellcount.maths.priors import Prior
from shellcount.plots import plot_prior, svg
from shellcount.results.elicited import Elicited, ImpliedRange

NET = ImpliedRange("net tonnes a container", 8.1445, 15.086, 20.006, (9.0, 14.0))
LOAD = Elicited("load", "share", Prior("logitnormal", 0.4, 0.92), (0.4, 0.92), (0.05, 0.95), (NET,))
RATE = Elicited(
    "first_rate_per_day", "containers per day", Prior("lognormal", 10, 100), (10, 100), (0.05, 0.95), ()
)
QUARTILES = (0.25, 0.75)
MASS = Elicited("a.mass_kg", "kg", Prior.through("lognormal", 80, 90, QUARTILES), (80, 90), QUARTILES, ())
EVERY = pytest.mark.parametrize("elicited", [LOAD, RATE, MASS], ids=lambda each: each.name)


def tints(ax: Axes) -> list[tuple[float, float]]:
    boxes = [path.get_extents() for tint in ax.collections[:2] for path in tint.get_paths()]
    return [(box.x0, box.x1) for box in boxes]


@EVERY
def test_tints_are_the_intervals_of_the_prior(elicited: Elicited) -> None:
    ends = [elicited.prior.low, elicited.prior.high, elicited.quantile(-0.6745), elicited.quantile(0.6745)]
    assert_allclose(np.ravel(tints(plot_prior(elicited))), ends, rtol=0.02)


@EVERY
def test_the_stated_quantiles_are_marked_and_named(elicited: Elicited) -> None:
    ax = plot_prior(elicited)
    lines = ax.collections[2].get_segments()  # type: ignore[attr-defined]
    assert [float(line[0][0]) for line in lines] == list(elicited.stated)
    labels = dict(zip(ax.get_xticks(), (label.get_text() for label in ax.get_xticklabels()), strict=True))
    for value, level in zip(elicited.stated, elicited.levels, strict=True):
        assert labels[value] == f"{elicited.written(value)}\n{100 * level:.0f}%"


@EVERY
def test_the_curve_is_the_density_of_the_prior(elicited: Elicited) -> None:
    curve = np.array(points(plot_prior(elicited).get_lines()[0]))
    x, y = curve.T
    under = np.trapezoid(y, np.log(x) if elicited is RATE else x)
    assert under == pytest.approx(1.0, abs=5e-3)


def test_a_wide_prior_has_a_logarithmic_axis_that_says_so() -> None:
    assert plot_prior(RATE).get_xscale() == "log"
    assert plot_prior(RATE).get_xlabel().endswith("on a logarithmic axis")
    assert plot_prior(LOAD).get_xscale() == "linear"


def test_what_it_implies_is_told_below() -> None:
    shown = said(plot_prior(LOAD, title="A load", source="Planners"))
    assert "It implies 15.1 (8.1 to 20.0) net tonnes a container (cited: 9 to 14)." in " ".join(shown)


@EVERY
def test_nothing_covers_anything(elicited: Elicited) -> None:
    boxes, frame = drawn(plot_prior(elicited, title="A prior", source="an expert"))
    assert overlaps(boxes) == []
    assert outside(boxes, frame) == []


def test_the_median_has_no_label_where_there_is_no_room() -> None:
    skewed = Elicited("a", "share", Prior("logitnormal", 0.001, 0.3), (0.001, 0.3), (0.05, 0.95), ())
    assert len(plot_prior(skewed).get_xticks()) == 2


def test_it_is_drawn_on_axes_of_the_caller() -> None:
    ax = Figure().subplots()
    assert plot_prior(LOAD, ax=ax) is ax
    assert svg(plot_prior(LOAD)) == svg(plot_prior(LOAD))
