"""Find where a function of one number crosses zero."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable


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
    below, above = function(low), function(high)
    if below * above > 0:
        raise ValueError(f"the function has the same sign at {low} and {high}")
    while below and above and high - low > precision:
        middle = (low + high) / 2
        between = function(middle)
        straight = math.sqrt(between * between - below * above)
        place = middle + (middle - low) * math.copysign(1.0, below) * between / straight
        value = function(place)
        # The narrowest pair of neighbours with a change of sign between them.
        known = sorted([(low, below), (middle, between), (place, value), (high, above)])
        pairs = [pair for pair in itertools.pairwise(known) if pair[0][1] * pair[1][1] <= 0]
        (low, below), (high, above) = min(pairs, key=lambda pair: pair[1][0] - pair[0][0])
    if not (below and above):
        return low if below == 0 else high
    return (low + high) / 2
