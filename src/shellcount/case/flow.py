"""Lay the flow of a case out in time: its steps, its pauses, and the days of a period in each."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np

from shellcount.case.dates import month_of, month_start
from shellcount.case.kinds import DAYS
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array

STEP_DAYS = 14
OUTLIER_SHARE, OUTLIER_SCALE = 0.05, 0.5


@frozen
class Span:
    """Time from one moment to another, in days from the first shipment; moments may be within a day."""

    begin: float
    end: float


def span(case: Case, since: dt.date | None, day: dt.date) -> Span:
    """Find the time that a date or period covers.

    A date alone is cumulative, and ends before it; a period includes its first and last day.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> span(load_case(), None, dt.date(2023, 9, 3))
    Span(begin=0.0, end=2.0)
    >>> span(load_case(), dt.date(2023, 9, 3), dt.date(2023, 9, 3))
    Span(begin=2.0, end=3.0)
    """
    start = case.containers.first_shipment
    end = float((day - start).days)
    if since is None:
        return Span(0.0, end)
    return Span(float(max(0, (since - start).days)), end + 1)


def length(case: Case, since: dt.date | None, day: dt.date) -> float:
    """Count the days of a period, those of pauses and before the first shipment included.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> length(load_case(), dt.date(2023, 12, 1), dt.date(2023, 12, 31))
    31.0
    """
    if since is None:
        return float((day - case.containers.first_shipment).days)
    return float((day - since).days + 1)


def step_start(case: Case, step: int) -> int:
    """Count the days from the first shipment to the beginning of a step.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> step_start(load_case(), 2)
    28
    """
    flow = case.flow
    if flow is not None and flow.step == "month":
        start = case.containers.first_shipment
        return (month_start(start, step) - start).days
    return step * (STEP_DAYS if flow is None or flow.step_days is None else flow.step_days)


def steps_until(case: Case, end: float) -> int:
    """Count the steps that begin before a moment, in days from the first shipment.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> steps_until(load_case(), 28.0), steps_until(load_case(), 28.5)
    (2, 3)
    """
    whole = math.ceil(end)
    if whole <= 0:
        return 1
    flow = case.flow
    if flow is not None and flow.step == "month":
        start = case.containers.first_shipment
        return month_of(start, start + dt.timedelta(days=whole - 1)) + 1
    return -(-whole // step_start(case, 1))


def step_sd(case: Case) -> float:
    r"""Compute the standard deviation of the change of the log daily rate from one step to the next.

    A random walk that changes by :math:`\tau` in a month changes by :math:`\tau \sqrt{d / 30.4375}` in a step
    of :math:`d` days.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> round(step_sd(load_case()), 3)
    0.237
    """
    walk = case.priors.rate_walk_sd.value
    if case.flow is not None and case.flow.step == "month":
        return walk
    return walk * math.sqrt(step_start(case, 1) / DAYS["month"])


def days_in_steps(case: Case, time: Span) -> Array:
    """Count the days of a time that lie in each step and in no pause; shape (step,).

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> days_in_steps(load_case(), Span(10.0, 30.0)).tolist()
    [4.0, 14.0, 2.0]
    """
    begins = [step_start(case, step) for step in range(steps_until(case, time.end))]
    edges = np.array([*begins, max(0.0, time.end)])  # the last step ends no earlier
    days = _within(edges, time.begin, time.end)
    for begin, end in pauses(case):
        days -= _within(edges, max(begin, time.begin), min(end, time.end))
    return days


def _within(edges: Array, begin: float, end: float) -> Array:
    """Measure the part of each interval between edges that lies between two moments."""
    clipped = np.clip(edges, begin, max(begin, end))
    return np.diff(clipped)


def pauses(case: Case) -> tuple[tuple[float, float], ...]:
    """List the pauses as disjoint intervals, in days from the first shipment."""
    start = case.containers.first_shipment
    intervals = sorted(
        (float((pause.since - start).days), float((pause.as_of - start).days + 1))
        for pause in case.pause or ()
    )
    joined: list[tuple[float, float]] = []
    for begin, end in intervals:
        if joined and begin <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((begin, end))
    return tuple(joined)


def outlier_share(case: Case) -> float:
    """Give the prior chance that a claim is off."""
    share = None if case.robustness is None else case.robustness.outlier_share
    return OUTLIER_SHARE if share is None else share


def outlier_scale(case: Case) -> float:
    """Give the scale of the log error of a claim that is off."""
    scale = None if case.robustness is None else case.robustness.outlier_scale
    return OUTLIER_SCALE if scale is None else scale
