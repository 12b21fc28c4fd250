"""Compute what the page of benchmarks shows from measured seconds and quantiles."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

PROBABILITIES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """Smallest, median and largest of several measurements."""

    least: float
    median: float
    most: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Summarise measurements."""
        return cls(min(values), statistics.median(values), max(values), len(values))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Divide the times of another by ours, turn by turn: both of a turn met the same machine."""
    return Spread.of([other / own for own, other in zip(ours, theirs, strict=False)])


def errors(quantiles: Sequence[Sequence[float]], reference: Sequence[float]) -> list[float]:
    """Compute the root mean square of the relative errors of each quantile, over several fits.

    Relative errors are differences of logarithms.
    """
    return [
        math.sqrt(statistics.fmean(math.log(value / true) ** 2 for value in values))
        for values, true in zip(zip(*quantiles, strict=True), reference, strict=True)
    ]


def effective_draws(relative: Sequence[float], log_density: Sequence[float]) -> float:
    r"""Compute the size of an independent sample whose quantiles would err by as much.

    The error of quantile :math:`q_p` of :math:`n` independent draws has the variance
    :math:`p (1 - p) / (n f(q_p)^2)`, with the density :math:`f`. It needs no theory of the tool: whatever
    the draws are, they are worth as many independent ones as err by as much, bias included.

    Parameters
    ----------
    relative
        Root mean square relative error of each quantile.
    log_density
        Density of the logarithm of the quantity at each quantile.
    """
    terms = [
        (error * density) ** 2 / (p * (1 - p))
        for p, error, density in zip(PROBABILITIES, relative, log_density, strict=True)
    ]
    return 1 / statistics.fmean(terms)


def draws_needed(relative: float, log_density: Sequence[float]) -> float:
    """Compute the number of independent draws whose quantiles have at most a given relative error."""
    return max(
        p * (1 - p) / (density * relative) ** 2 for p, density in zip(PROBABILITIES, log_density, strict=True)
    )


def interpolated(points: Sequence[float], seconds: Sequence[float], wanted: float) -> float:
    """Interpolate seconds between the two nearest numbers of points, and beyond them in proportion."""
    pairs = sorted(zip(points, seconds, strict=True))
    below = [pair for pair in pairs if pair[0] <= wanted] or pairs[:1]
    above = [pair for pair in pairs if pair[0] > wanted] or pairs[-1:]
    (low, at_low), (high, at_high) = below[-1], above[0]
    if low == high or not low <= wanted <= high:
        return at_low * wanted / low
    return at_low + (at_high - at_low) * (wanted - low) / (high - low)
