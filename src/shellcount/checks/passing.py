"""Find the stated figures that a check would have passed, by inverting the predictive distribution."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from shellcount.maths.arrays import Array

_GROUPS = 1_024
_PRECISION = 1e-6  # of the logarithm, or logit, of a figure
_WIDEST = 32.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Scale on which errors act: the logarithm, or for shares the logit."""

    logit: bool = False

    def figure(self, place: float) -> float:
        """Convert a place on the scale to a figure.

        Examples
        --------
        >>> Scale().figure(0.0), Scale(logit=True).figure(0.0)
        (1.0, 0.5)
        """
        if not self.logit:
            return math.exp(place)
        return 1 / (1 + math.exp(-place)) if place > 0 else math.exp(place) / (1 + math.exp(place))


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
    return np.array([part.mean() for part in np.array_split(flat, groups)])


def quantile(cdf: Callable[[float], float], probability: float, start: float) -> float:
    """Find where a distribution function on the whole line takes a value, from a place within its bulk.

    Examples
    --------
    >>> round(quantile(lambda x: 1 / (1 + math.exp(-x)), 0.75, start=10.0), 6)
    1.098612
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
    return float(brentq(lambda place: cdf(place) - probability, low, high, xtol=_PRECISION))


def passing(
    cdf: Callable[[float, Array], Array], locations: Array, tail: float, scale: Scale
) -> tuple[float, float]:
    r"""Find the lowest and the highest figure whose predictive tail is at least so large.

    With :math:`F(y) = \mathrm{E}[F(y \mid \ell)]` over the draws of the location :math:`\ell`, they are
    :math:`F^{-1}(\alpha)` and :math:`F^{-1}(1 - \alpha)`. The draws are condensed first.

    Parameters
    ----------
    cdf
        Probability of a lower figure at each location.
    locations
        Draws of the location, on the scale.
    tail
        Smallest tail :math:`\alpha` that passes.
    scale
        Scale of the locations.

    Examples
    --------
    >>> from scipy.special import ndtr
    >>> normal = lambda y, at: ndtr((math.log(y) - at) / 0.3)
    >>> low, high = passing(normal, np.zeros(4), 0.1, Scale())
    >>> round(math.log(high) / 0.3, 4), round(low * high, 4)
    (1.2816, 1.0)
    """
    at = condensed(locations)
    start = float(np.median(at))

    def below(place: float) -> float:
        return float(np.mean(cdf(scale.figure(place), at)))

    low, high = (scale.figure(quantile(below, level, start)) for level in (tail, 1 - tail))
    return low, high
