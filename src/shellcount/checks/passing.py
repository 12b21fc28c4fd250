"""Find the stated figures that a check would have passed, by inverting the predictive distribution."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.reporting import Reporting
from shellcount.maths.roots import root

_GROUPS = 1_024
_PRECISION = 1e-6  # of the logarithm, or logit, of a figure
_WIDEST = 32.0


def condensed(draws: Array, groups: int = _GROUPS) -> Array:
    """Replace draws by the means of equally many neighbours, which a smooth average hardly tells apart.

    Examples
    --------
    >>> condensed(np.array([4.0, 1.0, 3.0, 2.0]), groups=2).tolist()
    [1.5, 3.5]
    """
    flat = np.sort(np.asarray(draws, dtype=float), axis=None)
    if flat.size <= groups:
        return flat
    edges = np.linspace(0, flat.size, groups + 1).astype(int)  # so that groups of one more are spread evenly
    means: Array = np.add.reduceat(flat, edges[:-1]) / np.diff(edges)
    return means


def quantile(cdf: Callable[[float], float], probability: float, start: float) -> float:
    """Find where a distribution function on the whole line takes a value, from a place within its bulk.

    Examples
    --------
    >>> round(quantile(lambda x: 1 / (1 + math.exp(-x)), 0.75, start=10.0), 4)
    1.0986
    """
    step = 1.0
    low = high = start
    while cdf(low) > probability and step < _WIDEST:
        low, step = start - step, 2 * step
    step = 1.0
    while cdf(high) < probability and step < _WIDEST:
        high, step = start + step, 2 * step
    if not cdf(low) <= probability <= cdf(high):
        return math.nan
    if low == high:
        return low
    return root(lambda place: cdf(place) - probability, low, high, _PRECISION)


def passing(reporting: Reporting, locations: Array, tail: float) -> tuple[float, float] | None:
    r"""Find the lowest and the highest figure whose predictive tail is at least so large.

    With :math:`F(y) = \mathrm{E}[F(y \mid \ell)]` over the draws of the location :math:`\ell`, they are
    :math:`F^{-1}(\alpha)` and :math:`F^{-1}(1 - \alpha)`. The draws are condensed first.

    Parameters
    ----------
    reporting
        Distribution of the report of a claim of a positive figure.
    locations
        Draws of its location.
    tail
        Smallest tail :math:`\alpha` that passes.

    Examples
    --------
    >>> from shellcount.maths.kernel import Kernel
    >>> low, high = passing(Reporting(Kernel(0.3, 0.0), 1.0, False, 0.0, 0.5), np.zeros(4), 0.1)
    >>> round(math.log(high) / 0.3, 4), round(low * high, 4)
    (1.2816, 1.0)
    """
    at = condensed(locations)
    start = float(np.median(at))

    def figure(place: float) -> float:
        return float(reporting.unlink(np.array(place)))

    @functools.cache  # the search returns to some places
    def below(place: float) -> float:
        return float(reporting.cdf(figure(place), at).mean())

    places = [quantile(below, level, start) for level in (tail, 1 - tail)]
    if any(map(math.isnan, places)):
        return None
    return figure(places[0]), figure(places[1])
