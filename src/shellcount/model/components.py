"""Split fitted claims into components: one way each to read a claim, with its prior probability."""

from __future__ import annotations

import datetime as dt
import functools
import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from shellcount.case.flow import Span, days_in_steps, length, pauses, span
from shellcount.case.kinds import DAYS, KINDS
from shellcount.case.schema import Case, Claim, DateRange
from shellcount.frozen import frozen
from shellcount.results.given import Fitted

_FEWEST_NODES, _MOST_NODES = 9, 99
_NODES_PER_SIGMA = 1.5  # so near that, below the most, the sum over nodes is the integral to a per cent
_IN_A_PANEL = 3  # nodes, where days grow by so much that they are to lie evenly in their logarithm
_EVEN = math.log(2)


@frozen
class Component:
    """One way to read a claim.

    Parameters
    ----------
    claim
        The claim.
    nature
        Nature that it refers to, or ``None`` for the whole mix.
    time
        Time that it covers, or ``None`` where time plays no part.
    length
        Length of that time for a rate, in units of the rate; 1 for everything else.
    log_prior
        Log prior probability among the components of the claim.
    """

    claim: Claim
    nature: str | None
    time: Span | None
    length: float
    log_prior: float


def components(case: Case, fitted: Fitted, sigma: float = math.inf) -> tuple[Component, ...]:
    """List the components of a claim: natures left open by their odds, and dates left open by quadrature.

    A date is equally probable within its range, over which Gauss-Legendre nodes integrate (Golub and Welsch
    1969, *Math. Comp.* 23:221).

    Parameters
    ----------
    case
        The case.
    fitted
        The claim, with the readings that it leaves open.
    sigma
        Scale of its error, which nodes must resolve, in log units.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.given import as_fitted
    >>> case = load_case()
    >>> len(components(case, as_fitted(case.claim[0])))
    1
    """
    claim = fitted.claim
    odds = claim.reading_odds or {}
    weights = [odds.get(nature, 1.0) if nature is not None else 1.0 for nature in fitted.natures]
    total = math.fsum(weights)
    return tuple(
        Component(claim, nature, time, duration, math.log(weight / total * share))
        for nature, weight in zip(fitted.natures, weights, strict=True)
        for time, duration, share in _times(case, claim, fitted.as_of, sigma)
    )


def _times(
    case: Case, claim: Claim, as_of: dt.date | DateRange, sigma: float
) -> Iterator[tuple[Span | None, float, float]]:
    """List the times that a claim may cover, with their length and probability."""
    if not KINDS[claim.quantity].dated:
        yield None, 1.0, 1.0
        return
    unit = DAYS[claim.per] if claim.per is not None else None
    if isinstance(as_of, dt.date) or as_of.earliest == as_of.latest:
        day = as_of if isinstance(as_of, dt.date) else as_of.earliest
        yield (
            span(case, claim.since, day),
            1.0 if unit is None else length(case, claim.since, day) / unit,
            1.0,
        )
        return
    first, last = (span(case, claim.since, day) for day in (as_of.earliest, as_of.latest))
    shortest = length(case, claim.since, as_of.earliest)
    for end, share in _ends(case, first, last, None if unit is None else shortest, sigma):
        after = end - first.end
        duration = 1.0 if unit is None else (shortest + after) / unit
        yield Span(first.begin, end), duration, share


def _ends(
    case: Case, first: Span, last: Span, shortest: float | None, sigma: float
) -> Iterator[tuple[float, float]]:
    """List the moments at which a time may end, with their probabilities, in order.

    Between pauses, what was sent grows with the days, and nodes lie the closer the fewer these are. Within
    a pause it stands still, and only the length of a rate grows.

    Parameters
    ----------
    case
        The case.
    first, last
        The shortest and the longest time.
    shortest
        Days in the shortest time, for a rate; ``None`` for everything else.
    sigma
        Scale of the error, in log units.
    """
    whole = last.end - first.end
    inner = {edge for pause in pauses(case) for edge in pause if first.end < edge < last.end}
    pieces = list(pairwise((first.end, *sorted(inner), last.end)))
    for begin, end in pieces:
        sent, more = (float(days_in_steps(case, Span(first.begin, at)).sum()) for at in (begin, end))
        if more > sent:
            days = sent
        elif shortest is not None:
            days = shortest + begin - first.end
        else:
            yield (begin + end) / 2, (end - begin) / whole
            continue
        fewest = _FEWEST_NODES if len(pieces) == 1 else _IN_A_PANEL
        for after, share in _nodes(max(1.0, days), end - begin, fewest, sigma):
            yield begin + after, share * (end - begin) / whole


def _nodes(days: float, more: float, fewest: int, sigma: float) -> Iterator[tuple[float, float]]:
    """List the nodes of the mean over an interval by which days grow, as days of it, with their weights."""
    growth = math.log(1 + more / days)
    count = min(_MOST_NODES, max(fewest, math.ceil(_NODES_PER_SIGMA * growth / sigma)))
    panels = 1 if growth <= _EVEN else count // _IN_A_PANEL
    # Each panel multiplies the days by the same factor.
    edges = [days * math.expm1(growth * place / panels) for place in range(panels)] + [more]
    for place, (begin, end) in enumerate(pairwise(edges)):
        inside = count * (place + 1) // panels - count * place // panels
        for node, share in _gauss(inside):
            yield begin + (end - begin) * (node + 1) / 2, share / 2 * ((end - begin) / more)


@functools.cache
def _gauss(count: int) -> tuple[tuple[float, float], ...]:
    """Give the nodes and weights of Gauss and Legendre on the interval from -1 to 1."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return tuple(zip(nodes.tolist(), weights.tolist(), strict=True))
