"""The timeline shows the posterior over time, and every claim of it at its date and value."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.dates import num2date

from building import edited, one_claim_case
from drawings import diamonds, drawn, figure_of, lines_of, outside, overlaps, points, said
from quick import quick_results
from shellcount.case.schema import Case
from shellcount.plots import plot_timeline
from shellcount.results.results import Results


@pytest.fixture(scope="module")
def rounds(results: Results) -> Axes:
    return plot_timeline(results)


@pytest.fixture(scope="module")
def flow(results: Results) -> Axes:
    return plot_timeline(results, of="containers")


def day_of(x: float) -> dt.date:
    day: dt.datetime = num2date(x)  # type: ignore[no-untyped-call]
    return day.date()


def marks(ax: Axes, marker: str = "D") -> set[tuple[dt.date, float, bool]]:
    return {(day_of(x), y, is_open) for x, y, is_open in diamonds(ax, marker)}


def curves(ax: Axes) -> list[list[tuple[float, float]]]:
    """The lines over time."""
    return [points(line) for line in lines_of(ax) if len(points(line)) > 2]


# --- the posterior -----------------------------------------------------------------------


def test_the_line_is_the_median_of_the_first_scenario_from_nothing(rounds: Axes, results: Results) -> None:
    (line,) = curves(rounds)
    assert (day_of(line[0][0]), line[0][1]) == (dt.date(2023, 9, 1), 0.0)
    assert day_of(line[-1][0]) == results.case.last_date
    for x, value in line[1:]:
        assert value == results.estimate(f"rounds.mixed@{day_of(x).isoformat()}").p50
    assert all(before[1] <= after[1] for before, after in itertools.pairwise(line))


def test_days_are_few_and_hold_those_of_the_claims(rounds: Axes) -> None:
    days = [day_of(x) for x, _ in curves(rounds)[0]]
    assert {dt.date(2024, 2, 26), dt.date(2024, 3, 1), dt.date(2024, 3, 15)} <= set(days)
    assert days == sorted(set(days))
    assert len(days) <= 30


def test_tints_are_the_two_intervals(rounds: Axes, results: Results) -> None:
    last = results.estimate("rounds.mixed@2024-06-14")
    found = [c for c in rounds.collections if isinstance(c, PolyCollection)]
    ends = []
    for tint in found:
        vertices = np.asarray(tint.get_paths()[0].vertices)
        at_end = vertices[vertices[:, 0] == vertices[:, 0].max(), 1]
        ends.append((float(at_end.min()), float(at_end.max())))
    assert ends == [(last.p05, last.p95), (last.p25, last.p75)]


def test_each_scope_has_a_panel_of_its_own_on_the_same_axes(flow: Axes, results: Results) -> None:
    scopes = ("military", "munitions", "artillery")
    for scope, panel in zip(scopes, flow.child_axes, strict=True):
        assert isinstance(panel, Axes)
        estimate = results.estimate(f"containers.{scope}@2024-06-14")
        (line,) = curves(panel)
        assert line[-1][1] == estimate.p50
        middle, _, outer = estimate.words()
        assert f"{scope}: {middle}\n90%: {outer}" in [text.get_text() for text in panel.texts]
    assert len({panel.get_ylim() for panel in flow.child_axes}) == 1
    assert len({panel.get_xlim() for panel in flow.child_axes}) == 1
    shown = [panel.yaxis.get_tick_params()["labelleft"] for panel in flow.child_axes]
    assert shown == [True, False, False]


def test_the_value_axis_is_linear_from_zero_in_words(rounds: Axes, flow: Axes) -> None:
    assert rounds.get_yscale() == "linear"
    assert [ax.get_ylim()[0] for ax in (rounds, *flow.child_axes)] == [0.0] * 4
    assert [label.get_text() for label in rounds.get_yticklabels()][:3] == ["0", "1 million", "2 million"]
    assert [label.get_text() for label in flow.child_axes[0].get_yticklabels()][:3] == [
        "0",
        "5,000",
        "10,000",
    ]
    assert (rounds.get_ylabel(), flow.get_ylabel()) == (
        "cumulative rounds sent",
        "cumulative containers sent",
    )


# --- the claims --------------------------------------------------------------------------


def test_claims_of_containers_are_open_where_they_were_conditioned_on(flow: Axes, case: Case) -> None:
    stated = {(claim.dates[0], claim.value, True) for claim in case.claim if claim.scope is not None}
    assert len(stated) == 4
    assert marks(flow) == stated


def test_a_claim_that_was_held_out_is_full(case: Case) -> None:
    ax = plot_timeline(quick_results(case, given="counts-but:rok-mnd-2024-06"), of="containers")
    assert (dt.date(2024, 6, 14), 10_000.0, False) in marks(ax)
    assert sum(is_open for _, _, is_open in marks(ax)) == 3


def test_a_claim_between_two_dates_is_a_line_with_its_mark(rounds: Axes, results_all: Results) -> None:
    both = dt.date(2024, 2, 26), dt.date(2024, 6, 14)
    given_all = plot_timeline(results_all)
    for ax in (rounds, given_all):
        (span,) = (points(line) for line in ax.get_lines() if line.get_marker() == "|")
        assert [(day_of(x), value) for x, value in span] == [(day, 1.5e6) for day in both]
    for ax, fitted in ((rounds, False), (given_all, True)):
        ((at, value, is_open),) = marks(ax)
        assert both[0] < at < both[1]
        assert (value, is_open) == (1.5e6, fitted)


def test_a_yardstick_is_a_square(rounds: Axes) -> None:
    assert marks(rounds, "s") == {(dt.date(2024, 6, 14), 1e6, False)}
    assert "yardstick: about 1 million (European Union, as reported)" in said(rounds)


def test_each_claim_is_labelled_with_its_hedge_and_claimant(rounds: Axes, flow: Axes) -> None:
    assert "about 1.5 million (Ukrainian defence intelligence (GUR))" in said(rounds)
    assert {
        "more than 1,000 (White House)",
        "more than 10,000 (US Department of State)",
        "about 6,700 (South Korean Ministry of National Defense)",
        "at least 10,000 (South Korean Ministry of National Defense)",
    } <= set(said(flow))


@pytest.mark.parametrize("lexicon", [{}, {"hedges": "ferson-2015"}], ids=["own", "measured"])
@pytest.mark.parametrize(("hedge", "lean"), [("about", []), ("at_least", [1]), ("up_to", [-1])])
def test_an_arrow_points_to_where_the_hedge_has_the_quantity(
    hedge: str, lean: list[int], lexicon: dict[str, str]
) -> None:
    results = quick_results(one_claim_case({"claim.only.hedge": hedge, **lexicon}))
    ax = plot_timeline(results, of="containers")
    tips = [text.xyann[1] for text in (ax.child_axes or [ax])[0].texts if text.get_text() == ""]  # type: ignore[attr-defined]
    assert [int(np.sign(tip)) for tip in tips] == lean


def test_a_claim_of_one_nature_is_not_shown(case: Case) -> None:
    def edit(document: dict[str, Any]) -> None:
        (sent,) = (claim for claim in document["claim"] if claim["id"] == "rok-mnd-2024-02-sent")
        sent.update(nature="122mm-rocket", derived_from=None)

    ax = plot_timeline(quick_results(edited(case, edit)))
    assert {value for _, value, _ in marks(ax)} == {1.5e6}


def test_a_claim_that_is_only_shown_is_grey(case: Case) -> None:
    def edit(document: dict[str, Any]) -> None:
        (sent,) = (claim for claim in document["claim"] if claim["id"] == "rok-mnd-2024-02-sent")
        sent.update(use="context", derived_from=None)

    ax = plot_timeline(quick_results(edited(case, edit)))
    faces = {
        points(line)[0][1]: line.get_markerfacecolor() for line in lines_of(ax) if line.get_marker() == "D"
    }
    (sent,) = (claim for claim in case.claim if claim.id == "rok-mnd-2024-02-sent")
    assert faces == {sent.stated: "#6B6B6B", 1.5e6: "#D55E00"}


# --- other cases -------------------------------------------------------------------------


def test_a_case_of_a_month_has_its_first_and_last_day_on_the_axis() -> None:
    ax = plot_timeline(quick_results(one_claim_case()), of="containers")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["1 January 2024", "31 January 2024"]
    boxes, tight = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, tight) == []


@pytest.mark.parametrize("last", ["2025-05-20", "2027-03-02", "2033-11-30", "2043-09-01"])
def test_a_long_case_is_legible_and_soon_drawn(case: Case, last: str) -> None:
    def edit(document: dict[str, Any]) -> None:
        (yardstick,) = (claim for claim in document["claim"] if claim["quantity"] == "comparator")
        yardstick["as_of"] = dt.date.fromisoformat(last)
        document["containers"]["first_shipment"] = dt.date(2023, 9, 13)

    results = quick_results(edited(case, edit))
    for ax in (plot_timeline(results), plot_timeline(results, of="containers")):
        assert len(curves(ax)[0]) <= 45
        labels = [label.get_text() for label in (ax.child_axes or [ax])[0].get_xticklabels()]
        assert (2 if ax.child_axes else 4) <= len(labels) <= 14
        assert labels[0] == "13 Sep\n2023"
        boxes, tight = drawn(ax)
        assert overlaps(boxes) == []
        assert outside(boxes, tight) == []
        assert outside(boxes, figure_of(ax).bbox) == []
