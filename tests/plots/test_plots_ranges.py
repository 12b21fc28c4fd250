"""Ranges in rows show every stated figure at its value, and the posterior as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from building import edited
from drawings import diamonds, drawn, overlaps, points, said, words
from quick import quick_results
from shellcount.analysis import Parts, analyse
from shellcount.case.ceiling import ceiling_per_container
from shellcount.case.schema import Case
from shellcount.plots import plot_capacity, plot_intervals, plot_timeline
from shellcount.plots.drawing import note_of
from shellcount.plots.style import QUIET, STATED
from shellcount.posterior.posterior import Posterior
from shellcount.results.results import Results

type Plot = Callable[..., Axes]


def plot_containers(results: Results, *, ax: Axes | None = None) -> Axes:
    return plot_intervals(results, of="containers", ax=ax)


PLOTS: list[Plot] = [plot_intervals, plot_capacity, plot_containers]
every_plot = pytest.mark.parametrize("plot", PLOTS, ids=["intervals", "capacity", "containers"])


@pytest.fixture(scope="module")
def axes(results: Results) -> dict[Plot, Axes]:
    """Each plot of the shipped case, drawn once."""
    return {plot: plot(results) for plot in PLOTS}


def marks(ax: Axes) -> list[tuple[float, bool]]:
    """Value of each diamond, and whether it is open."""
    return [(value, is_open) for value, _, is_open in diamonds(ax)]


# --- what is drawn -----------------------------------------------------------------------


def test_every_figure_for_containers_is_a_mark_at_its_value(axes: dict[Plot, Axes], case: Case) -> None:
    stated = sorted(claim.stated for claim in case.claim if claim.scope is not None)
    assert sorted(marks(axes[plot_containers])) == [(value, True) for value in stated]


def test_every_figure_for_rounds_is_a_mark_at_its_value(
    axes: dict[Plot, Axes], results: Results, case: Case
) -> None:
    kinds = {"rounds", "capacity", "comparator"}
    stated = {claim.stated: claim.derived_from for claim in case.claim if claim.quantity in kinds}
    found = marks(axes[plot_intervals])
    assert set(found) == {(value, derived is not None) for value, derived in stated.items()}
    assert len(found) == len(results.checks)


def test_every_figure_for_a_load_is_a_mark_at_its_value_per_container(
    axes: dict[Plot, Axes], case: Case
) -> None:
    stated = {
        claim.stated / (claim.containers or 1.0) for claim in case.claim if claim.quantity == "capacity"
    }
    assert {value for value, _ in marks(axes[plot_capacity])} == stated


@pytest.mark.parametrize("plot", [plot_intervals, plot_capacity], ids=["intervals", "capacity"])
def test_a_figure_that_was_conditioned_on_is_drawn_open(
    plot: Plot, axes: dict[Plot, Axes], results_all: Results
) -> None:
    reads = [read.claim for read in results_all.fitted if read.claim.scope is None]
    fitted = {claim.stated for claim in reads} | {claim.stated / (claim.containers or 1.0) for claim in reads}
    open_or_full = {(value, is_open or value in fitted) for value, is_open in marks(axes[plot])}
    assert set(marks(plot(results_all))) == open_or_full


def test_a_count_that_was_held_out_is_drawn_full(case: Case) -> None:
    results = quick_results(case, given="counts-but:rok-mnd-2024-06")
    assert sorted(marks(plot_containers(results))) == [
        (1000.0, True),
        (6700.0, True),
        (10000.0, False),
        (10000.0, True),
    ]


@every_plot
def test_a_mark_stands_at_the_height_of_its_row(plot: Plot, axes: dict[Plot, Axes]) -> None:
    heights = {height for _, height, _ in diamonds(axes[plot])}
    assert heights
    ticks = axes[plot].get_yticks()
    assert all(
        np.isclose(ticks - height, 0.0).any() or np.isclose(ticks - height, 0.16).any() for height in heights
    )


def test_a_row_is_the_posterior_range(axes: dict[Plot, Axes], results: Results) -> None:
    estimate = results.estimate("capacity.152mm-howitzer")
    extents = [tuple(x for x, _ in points(line)) for line in axes[plot_capacity].get_lines()]
    assert (estimate.p05, estimate.p95) in extents
    assert (estimate.p25, estimate.p75) in extents
    assert (estimate.p50,) in extents


def test_the_ceiling_is_a_tick_on_each_row_of_the_loads(axes: dict[Plot, Axes], case: Case) -> None:
    ticks = [value for value, _, _ in diamonds(axes[plot_capacity], "|")]
    natures = ["152mm-howitzer", "122mm-howitzer", "122mm-rocket", None]
    assert sorted(ticks) == sorted(ceiling_per_container(case, nature) or 0.0 for nature in natures)


def test_only_the_checks_asked_for_are_drawn(posterior: Posterior) -> None:
    only = analyse(posterior, Parts(checks=("rok-mnd-2024-02-152mm",)))
    assert marks(plot_intervals(only)) == [(3e6, True)]
    assert marks(plot_capacity(only)) == [(3e6 / 6700, True)]


def test_no_figure_is_said_to_be_none(posterior: Posterior) -> None:
    ax = plot_intervals(analyse(posterior, Parts(checks=())))
    assert words(ax) == ["no stated figure"]


def test_rows_and_axes_are_labelled(axes: dict[Plot, Axes]) -> None:
    assert [axes[plot].get_xlabel() for plot in PLOTS] == [
        f"{unit} (log scale)" for unit in ("rounds", "rounds per container", "containers")
    ]
    assert [label.get_text() for label in axes[plot_containers].get_yticklabels()] == [
        "military cargo\nby 13 October 2023",
        "military cargo\nby 23 February 2024",
        "munitions cargo\nby 26 February 2024",
        "munitions cargo\nby 14 June 2024",
    ]
    seoul = "South Korean Ministry of National Defense"
    assert f"about 6,700 ({seoul})" in said(axes[plot_containers])
    assert f"448: about 3 million ({seoul}, derived)" in said(axes[plot_capacity])


@every_plot
def test_a_figure_of_its_own_says_how_to_read_it(plot: Plot, axes: dict[Plot, Axes]) -> None:
    note = note_of(axes[plot])
    assert note.startswith("Dot: median. Bars: 50% and 90% intervals. ")
    faces = {
        (line.get_markerfacecolor() == "white", line.get_markeredgecolor())
        for line in axes[plot].get_lines()
        if line.get_marker() == "D"
    }
    assert ("Filled diamond:" in note) == ((False, "white") in faces)
    assert ("Open diamond:" in note) == ((True, STATED) in faces)
    assert ("Grey diamond:" in note) == ((True, QUIET) in faces)


# --- many figures ------------------------------------------------------------------------


def crowded(document: dict[str, Any]) -> None:
    """Ten more claims of the rounds sent by one day, close to each other."""
    (sent,) = (claim for claim in document["claim"] if claim["id"] == "rok-mnd-2024-02-sent")
    more = [
        {
            **sent,
            "id": f"more-{place}",
            "value": 2_000_000.0 + 50_000.0 * (place + 1),
            "resolution": 50_000.0,
            "hedge": "about",
            "derived_from": None,
        }
        for place in range(10)
    ]
    document["claim"] = (*document["claim"], *more)


@pytest.mark.parametrize("plot", [plot_intervals, plot_timeline], ids=["rows", "timeline"])
def test_labels_of_many_figures_keep_apart(plot: Plot, case: Case) -> None:
    boxes, _ = drawn(plot(quick_results(edited(case, crowded))))
    assert sum(text.get_text().endswith("National Defense)") for text in boxes) >= 10
    assert overlaps(boxes) == []


def test_ticks_of_narrow_axes_keep_apart(results: Results) -> None:
    ax = plot_intervals(results, ax=Figure(figsize=(4.5, 6), layout="constrained").add_subplot())
    boxes, _ = drawn(ax)
    ticks = {text: box for text, box in boxes.items() if text in ax.get_xticklabels()}
    assert len(ticks) >= 2
    assert overlaps(ticks) == []
