"""Find where a function of one number crosses zero."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Generator, Sequence

type Search = Generator[float, float, float]


def root(function: Callable[[float], float], low: float, high: float, precision: float) -> float:
    """Find a zero of a continuous function between two places.

    Each step halves the interval at least: an exponential factor makes the function straight, and the
    straight line is followed to zero (Ridders 1979, *IEEE Trans. Circuits Syst.* 26:979).

    Parameters
    ----------
    function
        Of one sign at ``low``, and of the other at ``high``; zero at either is a root.
    low, high
        Ends of the interval.
    precision
        How far the result may be from a zero.

    Raises
    ------
    ValueError
        When the function has the same sign at both ends.

    Examples
    --------
    >>> round(root(lambda x: x * x - 2, 0.0, 2.0, 1e-12), 9)
    1.414213562
    """
    return found(seek(low, high, precision), function)


def found(search: Search, function: Callable[[float], float]) -> float:
    """Answer a search by a function, until it has found its result.

    Examples
    --------
    >>> round(found(seek(0.0, 2.0, 1e-12), lambda x: x * x - 2), 9)
    1.414213562
    """
    return found_together([search], lambda asked: [function(place) for _, place in asked])[0]


def found_together(
    searches: Sequence[Search], evaluate: Callable[[list[tuple[int, float]]], Sequence[float]]
) -> list[float]:
    """Answer searches side by side, those that still ask together in each round.

    Parameters
    ----------
    searches
        The searches, each of which goes its own way.
    evaluate
        Computes values from the numbers of searches and the places that they ask about.

    Examples
    --------
    >>> def powers(asked: list[tuple[int, float]]) -> list[float]:
    ...     return [place ** (2 + number) - 2 for number, place in asked]
    >>> [round(each, 6) for each in found_together([seek(0.0, 2.0, 1e-9) for _ in range(2)], powers)]
    [1.414214, 1.259921]
    """
    results = [math.nan] * len(searches)
    asked = [(number, next(search)) for number, search in enumerate(searches)]
    while asked:
        following = []
        for (number, _), value in zip(asked, evaluate(asked), strict=True):
            try:
                following.append((number, searches[number].send(value)))
            except StopIteration as end:
                results[number] = end.value
        asked = following
    return results


def seek(low: float, high: float, precision: float) -> Search:
    """Search for a zero as :func:`root` does: yield places, take the values there, and return the zero.

    Parameters
    ----------
    low, high, precision
        As for :func:`root`.

    Raises
    ------
    ValueError
        When the function has the same sign at both ends.
    """
    below, above = (yield low), (yield high)
    if below * above > 0:
        raise ValueError(f"the function has the same sign at {low} and {high}")
    while below and above and high - low > precision:
        middle = (low + high) / 2
        between = yield middle
        straight = math.sqrt(between * between - below * above)
        place = middle + (middle - low) * math.copysign(1.0, below) * between / straight
        value = yield place
        # The narrowest pair of neighbours with a change of sign between them.
        known = sorted([(low, below), (middle, between), (place, value), (high, above)])
        pairs = [pair for pair in itertools.pairwise(known) if pair[0][1] * pair[1][1] <= 0]
        (low, below), (high, above) = min(pairs, key=lambda pair: pair[1][0] - pair[0][0])
    if not (below and above):
        return low if below == 0 else high
    return (low + high) / 2
