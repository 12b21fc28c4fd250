"""Claims of every form are drawn: ranges, open dates, none seen, periods, rates, and figures set apart."""

from __future__ import annotations

import datetime as dt

import pytest
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from drawings import diamonds, drawn, lines_of, overlaps, points, said
from quick import quick_results
from richer import rich_case
from shellcount.plots import plot_capacity, plot_intervals, plot_timeline
from shellcount.plots.drawing import note_of
from shellcount.plots.style import QUIET, STATED
from shellcount.results.results import Results

SEOUL = "South Korean Ministry of National Defense"


@pytest.fixture(scope="module")
def results() -> Results:
    return quick_results(rich_case())


@pytest.fixture(scope="module")
def flow(results: Results) -> Axes:
    return plot_timeline(results, of="containers")


@pytest.fixture(scope="module")
def containers(results: Results) -> Axes:
    return plot_intervals(results, of="containers")


@pytest.fixture(scope="module")
def rounds(results: Results) -> Axes:
    return plot_intervals(results)


def number(day: str) -> float:
    return float(date2num(dt.date.fromisoformat(day)))  # type: ignore[no-untyped-call]


def segments(ax: Axes, marker: str) -> list[list[tuple[float, float]]]:
    """Ends of the lines that have a marker at each end."""
    return [points(line) for line in lines_of(ax) if line.get_marker() == marker and len(points(line)) == 2]


def row(ax: Axes, label: str) -> float:
    """Height of the row with a label."""
    texts = [text.get_text() for text in ax.get_yticklabels()]
    return float(ax.get_yticks()[texts.index(label)])


# --- over time -----------------------------------------------------------------------------


def test_a_range_is_a_bar_between_its_ends(flow: Axes) -> None:
    day = number("2024-05-01")
    assert [(day, 9000.0), (day, 14000.0)] in segments(flow, "_")
    assert f"9,000 to 14,000 ({SEOUL})" in said(flow)


def test_words_for_an_amount_at_an_open_date_are_a_cross(flow: Axes, results: Results) -> None:
    (claim,) = (claim for claim in results.case.claim if claim.id == "words")
    assert claim.interval is not None
    first, last = number("2023-11-01"), number("2023-12-15")
    middle = (first + last) / 2
    assert [(middle, claim.interval.low), (middle, claim.interval.high)] in segments(flow, "_")
    assert [(first, claim.stated), (last, claim.stated)] in segments(flow, "|")
    assert f"several thousand ({SEOUL})" in said(flow)


def test_none_seen_is_a_mark_on_the_axis(flow: Axes) -> None:
    assert (number("2023-09-10"), 0.0, True) in diamonds(flow)
    assert f"none ({SEOUL})" in said(flow)


def test_a_repeated_figure_is_left_out_of_the_totals_with_a_note(flow: Axes) -> None:
    assert number("2024-05-20") not in {day for day, _, _ in diamonds(flow)}
    assert "1 repeated" in note_of(flow)


def test_a_repeated_figure_is_open_and_grey_in_its_row(containers: Axes) -> None:
    edges = {
        points(line)[0]: line.get_markeredgecolor()
        for line in containers.get_lines()
        if line.get_marker() == "D"
    }
    assert edges[10000.0, row(containers, "munitions cargo\nby 20 May 2024")] == QUIET
    assert edges[10000.0, row(containers, "munitions cargo\nby 14 June 2024")] == STATED
    assert f"about 10,000 ({SEOUL}, repeated)" in said(containers)
    assert "Grey diamond: figure that is repeated, and never fitted." in note_of(containers)


def test_periods_and_rates_are_left_out_of_the_totals_with_a_note(flow: Axes, results: Results) -> None:
    assert "Claims not shown: 1 repeated and 2 of a period or a rate." in note_of(flow)
    note = note_of(plot_timeline(results))
    assert "Claims not shown: 1 derived and 3 of a period or a rate." in note
    assert 1500.0 not in {value for _, value, _ in diamonds(flow)}


def test_labels_of_all_forms_keep_apart(flow: Axes, containers: Axes, rounds: Axes) -> None:
    for ax in (flow, containers, rounds):
        boxes, _ = drawn(ax)
        assert overlaps(boxes) == []


# --- in rows -------------------------------------------------------------------------------


def test_a_period_has_a_row_with_its_time_in_words(containers: Axes, results: Results) -> None:
    height = row(containers, "munitions cargo\nin December 2023")
    assert (1500.0, height, True) in diamonds(containers)
    estimate = results.estimate("containers.munitions@2023-12")
    assert [(estimate.p05, height), (estimate.p95, height)] in [
        points(line) for line in containers.get_lines()
    ]


def test_a_rate_is_drawn_as_the_total_in_its_period(containers: Axes, results: Results) -> None:
    height = row(containers, "munitions cargo\nfrom 1 January to 31 March 2024")
    assert (40.0 * 91, height, True) in diamonds(containers)
    rate = results.estimate("containers.munitions@2024-01-01..2024-03-31/day")
    drawn_range = next(
        points(line)
        for line in containers.get_lines()
        if len(points(line)) == 2
        and points(line)[0][1] == height
        and points(line)[0][0] == pytest.approx(91 * rate.p05)
    )
    assert drawn_range[1][0] == pytest.approx(91 * rate.p95)
    assert f"about 40 a day ({SEOUL})" in said(containers)


def test_a_rate_shares_the_row_of_the_total_in_its_period(rounds: Axes) -> None:
    height = row(rounds, "any mix of rounds\nsent in December 2023")
    values = sorted(value for value, y, _ in diamonds(rounds) if y == height)
    assert values == pytest.approx([200000 * 31 / 30.4375, 250000])
    last = row(rounds, "any mix of rounds\nsent by 14 June 2024")
    assert 7000.0 * 287 in [pytest.approx(value) for value, y, _ in diamonds(rounds) if y == last]


def test_a_range_lies_below_its_row(rounds: Axes) -> None:
    height = row(rounds, "any mix of rounds\nsent by 1 April 2024")
    ((low, high),) = (ends for ends in segments(rounds, "|") if 0 < height - ends[0][1] < 0.5)
    assert (low[0], high[0]) == (1.0e6, 2.2e6)
    assert low[1] == high[1]


def test_none_seen_is_a_triangle_at_the_left_end(containers: Axes) -> None:
    height = row(containers, "munitions cargo\nby 10 September 2023")
    assert diamonds(containers, "<") == [(containers.get_xlim()[0], height, True)]


def test_what_has_another_unit_is_left_out_with_a_note(containers: Axes, rounds: Axes) -> None:
    assert "Not shown: 1 figure in other units." in note_of(containers)  # voyages
    assert "Not shown: 2 figures in other units." in note_of(rounds)  # tonnes, and a share


def test_what_containers_carried_has_a_row_of_its_own(results: Results) -> None:
    ax = plot_capacity(results)
    height = row(ax, "uncertain mix of all natures, as loaded")
    assert [value for value, y, _ in diamonds(ax) if y == height] == [300.0]
