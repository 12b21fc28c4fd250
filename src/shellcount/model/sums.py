"""Lay out many times as sums over the steps of a flow, of which each takes few."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from shellcount.case.flow import Span, pauses, step_start, steps_until
from shellcount.case.schema import Case
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.model.reports import Places

type _Steps = NDArray[np.intp]


@frozen
class Sums:
    """Times as sums over the steps of a flow.

    What is sent before a moment is what all whole steps before it send, cumulated, and part of the step that
    it lies in. The difference of two such sums could lose all its digits. A time that begins later is
    therefore a sum of parts: at its ends days of a step, and between them whole steps, in pairs, in pairs of
    pairs and so on, at most two of each.

    Parameters
    ----------
    steps
        Number of steps.
    days
        Days of each step that lie in no pause, shape (step,).
    before, rest
        For each time from the first shipment on: the whole steps in it, and the days of the step after.
    levels
        How often steps are paired for the other times.
    terms, weights
        Parts of each of these: places among the rates of the steps, then what pairs of them send, then pairs
        of pairs; and what they are multiplied by, days or 1. Shape (part, time), filled up with weights of 0.
    order
        Place of each time among those of the first kind and then those of the other.
    """

    steps: int
    days: Array
    before: Places
    rest: Array
    levels: int
    terms: Places
    weights: Array
    order: Places


def sums_of(case: Case, times: Sequence[Span]) -> Sums:
    """Convert times to sums over steps.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> sums = sums_of(load_case(), [Span(0.0, 30.0), Span(10.0, 30.0)])
    >>> (sums.before.tolist(), sums.rest.tolist())
    ([2], [2.0])
    >>> (sums.terms[:, 0].tolist(), sums.weights[:, 0].tolist())
    ([0, 2, 1], [4.0, 2.0, 14.0])
    """
    end = np.array([max(0.0, time.end) for time in times])
    begin = np.minimum([max(0.0, time.begin) for time in times], end)
    steps = steps_until(case, float(end.max(initial=0.0)))
    edges = np.array([step_start(case, step) for step in range(steps + 1)], dtype=np.float64)
    edges[-1] = max(edges[-1], end.max(initial=0.0))
    days = np.diff(_counted(case, edges))
    first = np.clip(np.searchsorted(edges, begin, side="right") - 1, 0, steps - 1)
    last = np.clip(np.searchsorted(edges, end, side="left") - 1, first, steps - 1)
    rest = _counted(case, end) - _counted(case, np.maximum(begin, edges[last]))
    later = begin > 0
    between, factors, levels = _between(first[later] + 1, last[later], days)
    ahead = np.where(last > first, _counted(case, edges[first + 1]) - _counted(case, begin), 0.0)
    return Sums(
        steps=steps,
        days=days,
        before=last[~later],
        rest=rest[~later],
        levels=levels,
        terms=np.stack([first[later], last[later], *between]),
        weights=np.stack([ahead[later], rest[later], *factors]),
        order=np.argsort(np.argsort(later, kind="stable"), kind="stable"),
    )


def _counted(case: Case, moments: Array) -> Array:
    """Count the days before moments that lie in no pause."""
    days = moments.copy()
    for begin, end in pauses(case):
        days -= np.clip(moments, max(0.0, begin), max(0.0, end)) - max(0.0, begin)
    return days


def _between(first: _Steps, end: _Steps, days: Array) -> tuple[list[Places], list[Array], int]:
    """Divide runs of whole steps into sums of paired steps, from both ends."""
    left, right = first.copy(), np.maximum(first, end)
    terms: list[Places] = []
    weights: list[Array] = []
    offset, size, level, levels = 0, len(days), 0, 0
    while (left < right).any():
        for from_left in (True, False):
            edge = left if from_left else right
            odd = (left < right) & (edge % 2 == 1)
            if not from_left:
                right -= odd
            if odd.any():
                at = np.where(odd, left if from_left else right, 0)
                terms.append(offset + at)
                weights.append(np.where(odd, days[at] if level == 0 else 1.0, 0.0))
                levels = level
            if from_left:
                left += odd
        left, right, offset, size, level = left // 2, right // 2, offset + size, size // 2, level + 1
    return terms, weights, levels
