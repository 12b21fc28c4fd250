"""Days are counted in steps and pauses as a calendar would count them, one by one."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import edited, one_claim_case
from shellcount.case.changes import with_changes
from shellcount.case.flow import (
    OUTLIER_SCALE,
    OUTLIER_SHARE,
    STEP_DAYS,
    Span,
    days_in_steps,
    length,
    outlier_scale,
    outlier_share,
    span,
    step_sd,
    step_start,
    steps_until,
)
from shellcount.case.schema import Case

DAY = dt.timedelta(days=1)
BASE = one_claim_case()
HUNDRED = settings(max_examples=100)
type Pauses = Sequence[tuple[int, int]]  # first and last day of each, from the first shipment


def flowing(flow: dict[str, Any] | None, start: dt.date = dt.date(2024, 1, 1), pauses: Pauses = ()) -> Case:
    """The case of a single claim, with other steps, another first shipment, and pauses."""

    def edit(document: dict[str, Any]) -> None:
        document["flow"] = flow
        document["containers"]["first_shipment"] = start
        document["claim"][0]["as_of"] = start + dt.timedelta(days=5000)
        document["pause"] = tuple(
            {
                "since": start + dt.timedelta(days=first),
                "as_of": start + dt.timedelta(days=last),
                "basis": f"made up, {place}",
            }
            for place, (first, last) in enumerate(pauses)
        )

    return edited(BASE, edit)


flows = st.one_of(
    st.none(),
    st.just({"step": "month"}),
    st.integers(1, 366).map(lambda days: {"step_days": days}),
)
starts = st.dates(dt.date(2023, 1, 1), dt.date(2025, 12, 31))
# Fractions that floats hold, so that no rounding is in the way.
moments = st.integers(0, 8 * 900).map(lambda eighths: eighths / 8)
pauses_of_days = st.lists(
    st.tuples(st.integers(0, 1200), st.integers(0, 200)).map(lambda pair: (pair[0], sum(pair))), max_size=4
)


def day_by_day(case: Case, time: Span, pauses: Pauses) -> list[float]:
    """The days of a time in each step, every day asked whether it is paused, and which step it is in."""
    flow, start = case.flow, case.containers.first_shipment
    found: list[float] = []
    for number in range(max(1, math.ceil(time.end))):
        day = start + number * DAY
        if flow is not None and flow.step == "month":
            step = 12 * (day.year - start.year) + day.month - start.month
        else:
            step = number // (14 if flow is None else flow.step_days or 14)
        found += [0.0] * (step + 1 - len(found))
        if not any(first <= number <= last for first, last in pauses):
            found[step] += max(0.0, min(number + 1, time.end) - max(number, time.begin))
    return found


# --- steps -------------------------------------------------------------------------------


@HUNDRED
@given(flows, starts, st.tuples(moments, moments), pauses_of_days)
def test_days_in_steps_are_those_of_a_calendar(
    flow: dict[str, Any] | None, start: dt.date, ends: tuple[float, float], pauses: Pauses
) -> None:
    case = flowing(flow, start, pauses)
    time = Span(min(ends), max(ends))
    assert days_in_steps(case, time).tolist() == day_by_day(case, time, pauses)


@HUNDRED
@given(flows, starts, st.tuples(moments, moments), pauses_of_days)
def test_the_days_of_all_steps_are_the_time_without_its_pauses(
    flow: dict[str, Any] | None, start: dt.date, ends: tuple[float, float], pauses: Pauses
) -> None:
    time = Span(min(ends), max(ends))
    paused = {day for first, last in pauses for day in range(first, last + 1)}
    lost = sum(max(0.0, min(day + 1, time.end) - max(day, time.begin)) for day in paused)
    days = days_in_steps(flowing(flow, start, pauses), time)
    assert days.sum() == time.end - time.begin - lost
    assert (days >= 0).all()


@HUNDRED
@given(flows, starts, st.lists(moments, min_size=3, max_size=3, unique=True).map(sorted), pauses_of_days)
def test_days_of_adjoining_times_add_up_step_by_step(
    flow: dict[str, Any] | None, start: dt.date, ends: list[float], pauses: Pauses
) -> None:
    case = flowing(flow, start, pauses)
    whole = days_in_steps(case, Span(ends[0], ends[2]))
    first = days_in_steps(case, Span(ends[0], ends[1]))
    second = days_in_steps(case, Span(ends[1], ends[2]))
    first = np.concatenate([first, np.zeros(len(second) - len(first))])
    assert (first + second).tolist() == whole.tolist()


@HUNDRED
@given(flows, starts, moments)
def test_steps_until_a_moment_are_those_that_begin_before_it(
    flow: dict[str, Any] | None, start: dt.date, moment: float
) -> None:
    case = flowing(flow, start)
    count = steps_until(case, moment)
    assert step_start(case, count) >= moment
    assert count == 1 or step_start(case, count - 1) < moment


@given(flows, starts, st.integers(1, 60))
def test_the_beginning_of_a_step_and_the_steps_until_a_moment_are_inverse(
    flow: dict[str, Any] | None, start: dt.date, step: int
) -> None:
    case = flowing(flow, start)
    assert steps_until(case, step_start(case, step)) == step
    assert steps_until(case, step_start(case, step) + 0.125) == step + 1
    assert step_start(case, step) > step_start(case, step - 1)


def test_the_first_step_begins_with_the_first_shipment_and_is_always_there() -> None:
    for flow in (None, {"step": "month"}, {"step_days": 3}):
        case = flowing(flow, dt.date(2024, 1, 31))
        assert step_start(case, 0) == 0
        assert steps_until(case, 0.0) == steps_until(case, -40.0) == 1
        assert days_in_steps(case, Span(0.0, -40.0)).tolist() == [0.0]


def test_a_first_month_of_one_day_leaves_the_others_whole() -> None:
    days = days_in_steps(flowing({"step": "month"}, dt.date(2024, 1, 31)), Span(0.0, 62.0))
    assert days.tolist() == [1.0, 29.0, 31.0, 1.0]


def test_steps_reach_the_last_day_that_there_is() -> None:
    case = one_claim_case()
    late = case.model_copy(
        update={
            "containers": case.containers.model_copy(update={"first_shipment": dt.date(9990, 1, 31)}),
        }
    )
    days = days_in_steps(late, span(late, None, dt.date.max))
    assert (len(days), days[-1]) == (120, 30.0)


# --- pauses ------------------------------------------------------------------------------


def test_pauses_that_overlap_adjoin_or_nest_are_counted_once() -> None:
    apart = flowing({"step_days": 100}, pauses=[(10, 19), (30, 39)])
    joined = flowing({"step_days": 100}, pauses=[(15, 19), (10, 17), (12, 13), (30, 34), (35, 39)])
    for time in (Span(0.0, 50.0), Span(12.5, 36.25), Span(16.0, 31.0)):
        assert days_in_steps(joined, time).tolist() == days_in_steps(apart, time).tolist()
    assert days_in_steps(apart, Span(0.0, 50.0)).tolist() == [30.0]


def test_a_pause_that_has_not_come_takes_nothing() -> None:
    plain, paused = flowing(None), flowing(None, pauses=[(30, 500)])
    assert days_in_steps(paused, Span(0.0, 30.0)).tolist() == days_in_steps(plain, Span(0.0, 30.0)).tolist()


def test_a_time_within_a_pause_has_no_days() -> None:
    paused = flowing(None, pauses=[(10, 40)])
    assert days_in_steps(paused, Span(12.0, 30.5)).tolist() == [0.0, 0.0, 0.0]


# --- times -------------------------------------------------------------------------------


@given(st.dates(dt.date(2023, 6, 1), dt.date(2025, 6, 1)), st.integers(0, 500))
def test_a_period_covers_both_its_days_but_none_before_the_first_shipment(since: dt.date, more: int) -> None:
    as_of, start = since + dt.timedelta(days=more), BASE.containers.first_shipment
    time = span(BASE, since, as_of)
    assert time.begin == max(0, (since - start).days)
    assert time.end == (as_of - start).days + 1
    assert length(BASE, since, as_of) == more + 1


def test_a_date_alone_ends_before_itself() -> None:
    assert span(BASE, None, dt.date(2024, 1, 31)) == Span(0.0, 30.0)
    assert length(BASE, None, dt.date(2024, 1, 31)) == 30.0


# --- the walk, and what the case leaves out ----------------------------------------------


@pytest.mark.parametrize("days", [1, 14, 30, 366])
def test_a_month_of_steps_walks_as_far_as_a_month(days: int) -> None:
    case = flowing({"step_days": days})
    assert step_sd(case) ** 2 * (30.4375 / days) == pytest.approx(case.priors.rate_walk_sd.value**2)


def test_a_step_of_a_month_walks_as_far_as_stated() -> None:
    assert step_sd(flowing({"step": "month"})) == 0.35


@pytest.mark.parametrize("flow", [None, {}])
def test_steps_are_of_a_fortnight_by_default(flow: dict[str, Any] | None) -> None:
    case = flowing(flow)
    assert STEP_DAYS == 14
    assert [step_start(case, step) for step in (1, 2, 10)] == [14, 28, 140]
    assert step_sd(case) == step_sd(flowing({"step_days": 14}))


@pytest.mark.parametrize("robustness", [None, {}])
def test_a_claim_is_off_as_often_and_as_far_as_the_defaults_say(robustness: dict[str, Any] | None) -> None:
    case = edited(BASE, lambda document: document.update(robustness=robustness))
    assert (outlier_share(case), outlier_scale(case)) == (OUTLIER_SHARE, OUTLIER_SCALE) == (0.05, 0.5)


def test_a_case_may_say_how_often_and_how_far_a_claim_is_off() -> None:
    case = with_changes(BASE, {"robustness.outlier_share": 0.0, "robustness.outlier_scale": 2.0})
    assert (outlier_share(case), outlier_scale(case)) == (0.0, 2.0)
