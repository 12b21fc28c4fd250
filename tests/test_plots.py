"""Figures show every stated figure at its value, legibly, harmlessly, and the same every time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import shellcount
from shellcount.case import Case
from shellcount.casefile import parse_case
from shellcount.checks import check
from shellcount.errors import ConvergenceError, UsageError
from shellcount.physical import ceiling_per_container
from shellcount.plots import plot_capacity, plot_intervals, svg
from shellcount.posterior import Posterior

type Plot = Callable[..., Axes]

MINIMAL = Path(__file__).parent / "cases" / "good_minimal.toml"


def plot_containers(posterior: Posterior, *, ax: Axes | None = None) -> Axes:
    return plot_intervals(posterior, of="containers", ax=ax)


PLOTS: list[Plot] = [plot_intervals, plot_capacity, plot_containers]
every_plot = pytest.mark.parametrize("plot", PLOTS, ids=["intervals", "capacity", "containers"])


@pytest.fixture(scope="module")
def axes(posterior: Posterior) -> dict[Plot, Axes]:
    """Each plot of the shipped case, drawn once."""
    return {plot: plot(posterior) for plot in PLOTS}


def texts(ax: Axes) -> list[Text]:
    """The texts that a figure shows."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]


def marks(ax: Axes) -> list[tuple[float, bool]]:
    """Value of each diamond, and whether it is open."""
    return [
        (float(line.get_xdata()[0]), line.get_markerfacecolor() == "white")  # type: ignore[index, arg-type]
        for line in ax.get_lines()
        if line.get_marker() == "D"
    ]


def drawn(ax: Axes) -> tuple[dict[Text, Bbox], Bbox]:
    """Draw a figure; where each of its texts is, and its tight bounding box, in pixels."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    boxes = {text: text.get_window_extent(renderer) for text in texts(ax)}
    inches = figure.get_tightbbox(renderer)
    return boxes, Bbox(inches.get_points() * figure.dpi)


def overlaps(boxes: dict[Text, Bbox]) -> list[tuple[str, str]]:
    """Pairs of texts that overlap by more than a pixel both ways."""
    placed = list(boxes.items())
    return [
        (one.get_text(), other.get_text())
        for place, (one, here) in enumerate(placed)
        for other, there in placed[place + 1 :]
        if min(here.x1, there.x1) - max(here.x0, there.x0) > 1
        and min(here.y1, there.y1) - max(here.y0, there.y0) > 1
    ]


# --- where it is drawn -------------------------------------------------------------------


@every_plot
def test_a_plot_is_drawn_on_a_figure_of_its_own(plot: Plot, axes: dict[Plot, Axes]) -> None:
    assert isinstance(axes[plot], Axes)
    assert isinstance(axes[plot].get_figure(), Figure)
    assert len({ax.get_figure() for ax in axes.values()}) == 3


@every_plot
def test_a_plot_is_drawn_where_asked(plot: Plot, axes: dict[Plot, Axes], posterior: Posterior) -> None:
    ax = Figure().add_subplot()
    assert plot(posterior, ax=ax) is ax
    assert marks(ax) == marks(axes[plot])


# --- what is drawn -----------------------------------------------------------------------


def test_every_figure_for_containers_is_a_mark_at_its_value(axes: dict[Plot, Axes], case: Case) -> None:
    stated = sorted(claim.value for claim in case.claim if claim.scope is not None)
    assert sorted(marks(axes[plot_containers])) == [(value, True) for value in stated]


def test_every_figure_for_rounds_is_a_mark_at_its_value(
    axes: dict[Plot, Axes], posterior: Posterior, case: Case
) -> None:
    stated = {claim.value for claim in case.claim if claim.quantity in {"rounds", "capacity", "comparator"}}
    found = marks(axes[plot_intervals])
    assert set(found) == {(value, False) for value in stated}
    assert len(found) == len(check(posterior))


def test_every_figure_for_a_load_is_a_mark_at_its_value_per_container(
    axes: dict[Plot, Axes], case: Case
) -> None:
    stated = {claim.value / (claim.containers or 1.0) for claim in case.claim if claim.quantity == "capacity"}
    assert {value for value, _ in marks(axes[plot_capacity])} == stated


@pytest.mark.parametrize("plot", [plot_intervals, plot_capacity], ids=["intervals", "capacity"])
def test_a_figure_that_was_conditioned_on_is_drawn_open(
    plot: Plot, axes: dict[Plot, Axes], posterior_all: Posterior
) -> None:
    reads = [read.claim for read in posterior_all.model.fitted if read.claim.scope is None]
    fitted = {claim.value for claim in reads} | {claim.value / (claim.containers or 1.0) for claim in reads}
    open_or_full = {(value, value in fitted) for value, _ in marks(axes[plot])}
    assert set(marks(plot(posterior_all))) == open_or_full


def test_a_count_that_was_held_out_is_drawn_full(case: Case) -> None:
    given = "counts-but:rok-mnd-2024-06"
    posterior = shellcount.fit(case, given=given, seed=1, particles=64, runs=4, allow_unconverged=True)
    assert sorted(marks(plot_containers(posterior))) == [
        (1000.0, True),
        (6700.0, True),
        (10000.0, False),
        (10000.0, True),
    ]


@every_plot
def test_a_mark_stands_at_the_height_of_its_row(plot: Plot, axes: dict[Plot, Axes]) -> None:
    heights = {float(line.get_ydata()[0]) for line in axes[plot].get_lines() if line.get_marker() == "D"}  # type: ignore[index, arg-type]
    assert heights
    assert heights <= set(axes[plot].get_yticks())


def test_a_row_is_the_posterior_range(axes: dict[Plot, Axes], posterior: Posterior) -> None:
    estimate = posterior.estimate("capacity.152mm-howitzer")
    extents = [tuple(line.get_xdata()) for line in axes[plot_capacity].get_lines()]  # type: ignore[arg-type]
    assert (estimate.p05, estimate.p95) in extents
    assert (estimate.p25, estimate.p75) in extents
    assert (estimate.p50,) in extents


def test_the_ceiling_is_a_tick_on_each_row_of_the_loads(axes: dict[Plot, Axes], case: Case) -> None:
    ticks = [
        float(line.get_xdata()[0])  # type: ignore[index, arg-type]
        for line in axes[plot_capacity].get_lines()
        if line.get_marker() == "|"
    ]
    natures = ["152mm-howitzer", "122mm-howitzer", "122mm-rocket", None]
    assert sorted(ticks) == sorted(ceiling_per_container(case, nature) for nature in natures)


def test_checks_that_are_given_are_the_ones_drawn(posterior: Posterior) -> None:
    only = check(posterior, ("rok-mnd-2024-02-152mm",))
    assert marks(plot_intervals(posterior, only)) == [(3e6, False)]
    assert marks(plot_capacity(posterior, only)) == [(3e6 / 6700, False)]


@every_plot
def test_everything_lies_within_the_axes(plot: Plot, axes: dict[Plot, Axes]) -> None:
    ax = axes[plot]
    low, high = ax.get_xlim()
    found = [line for line in ax.get_lines() if line.get_transform() == ax.transData]
    assert found
    assert all(low < float(x) < high for line in found for x in line.get_xdata())  # type: ignore[union-attr, arg-type]


def test_rows_and_axes_are_labelled(axes: dict[Plot, Axes]) -> None:
    assert [axes[plot].get_xlabel() for plot in PLOTS] == ["rounds", "rounds per container", "containers"]
    assert [label.get_text() for label in axes[plot_containers].get_yticklabels()] == [
        "munitions cargo\nby 2024-06-14",
        "munitions cargo\nby 2024-02-26",
        "military cargo\nby 2024-02-23",
        "military cargo\nby 2023-10-13",
    ]


def test_unconverged_ranges_are_not_drawn_unasked(case: Case) -> None:
    posterior = shellcount.fit(case, given="all", seed=1, particles=64, runs=4)
    with pytest.raises(ConvergenceError):
        plot_containers(posterior)


# --- legibility --------------------------------------------------------------------------


@every_plot
def test_no_text_covers_another(plot: Plot, axes: dict[Plot, Axes]) -> None:
    boxes, _ = drawn(axes[plot])
    assert len(boxes) > 8
    assert overlaps(boxes) == []


def test_no_text_covers_another_given_all_claims(posterior_all: Posterior) -> None:
    assert overlaps(drawn(plot_intervals(posterior_all))[0]) == []


@every_plot
def test_no_text_leaves_the_figure(plot: Plot, axes: dict[Plot, Axes]) -> None:
    boxes, tight = drawn(axes[plot])
    figure = axes[plot].get_figure(root=True)
    assert figure is not None
    for box in boxes.values():
        for frame in (tight, figure.bbox):
            assert frame.x0 - 1 <= box.x0 < box.x1 <= frame.x1 + 1
            assert frame.y0 - 1 <= box.y0 < box.y1 <= frame.y1 + 1


@every_plot
def test_a_small_case_is_legible_too(plot: Plot, small: Posterior) -> None:
    assert overlaps(drawn(plot(small))[0]) == []


@pytest.fixture(scope="module")
def small() -> Posterior:
    return shellcount.fit(shellcount.load_case(MINIMAL), seed=1, particles=64, runs=4, allow_unconverged=True)


# --- SVG ---------------------------------------------------------------------------------


@every_plot
def test_the_drawing_is_the_same_every_time(plot: Plot, axes: dict[Plot, Axes]) -> None:
    assert svg(axes[plot]) == svg(axes[plot])


def test_another_process_draws_the_same_and_touches_no_global_figure(axes: dict[Plot, Axes]) -> None:
    code = """
import sys, shellcount
from shellcount.plots import svg
posterior = shellcount.fit(shellcount.load_case(), seed=1)
sys.stdout.buffer.write(svg(shellcount.plots.plot_intervals(posterior)))
shellcount.plots.plot_capacity(posterior)
sys.exit("matplotlib.pyplot" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == svg(axes[plot_intervals])
    assert not done.stderr


def test_axes_without_a_figure_cannot_be_rendered(posterior: Posterior) -> None:
    ax = plot_containers(posterior)
    ax.remove()
    with pytest.raises(UsageError, match="taken off their figure"):
        svg(ax)


# --- hostile text ------------------------------------------------------------------------

HOSTILE = {
    "mathematics": r"$x$ $\\frac{$",
    "mark-up": "<script>alert(1)</script> &amp;]]>",
    "endless": "x" * 10_000,
    "control characters": r"a\u202eb\u2067c\u001b[31m\u009b1m",
    "lines": r"a\n\n\n" * 50 + "b",
    "another script": "곡사포탄 🚀",
}


@pytest.fixture(scope="module", params=[*HOSTILE.values()], ids=[*HOSTILE])
def hostile(request: pytest.FixtureRequest) -> Posterior:
    """A posterior of the small case with some hostile text for everything that figures write."""
    content = MINIMAL.read_text("utf-8")
    for old in (
        'item = "parcels"',
        'carrier = "trucks"',
        'title = "food parcels"',
        'title = "both, in unknown shares"',
    ):
        assert content.count(old) == 1
        content = content.replace(old, f'{old.partition(" = ")[0]} = "{request.param}"')
    case = parse_case(content.encode(), origin="hostile")
    return shellcount.fit(case, seed=1, particles=64, runs=4, allow_unconverged=True)


@every_plot
def test_hostile_text_is_drawn_harmlessly(plot: Plot, hostile: Posterior) -> None:
    ax = plot(hostile)
    drawing = svg(ax)
    root = ET.fromstring(drawing)  # noqa: S314  # our own
    assert {element.tag.rpartition("}")[2] for element in root.iter()}.isdisjoint({"script", "text"})
    assert b"<script" not in drawing
    assert len(drawing) < 200_000
    lines = [label.get_text().split("\n") for label in texts(ax)]
    assert max(len(label) for label in lines) <= 2
    assert all(line.isprintable() and len(line) <= 80 for label in lines for line in label)


def test_hostile_text_is_drawn_harmlessly_on_axes_of_ones_own(hostile: Posterior) -> None:
    ax = plot_capacity(hostile, ax=Figure(figsize=(8, 5)).add_subplot())
    assert len(svg(ax)) < 200_000
