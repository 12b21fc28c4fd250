"""Find the stated figures that a check would have passed, by inverting the predictive distribution."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.reporting import Reporting, cdf_of_each
from shellcount.maths.roots import Search, found, found_together, seek

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
    return found(seek_quantile(probability, start), cdf)


def seek_quantile(probability: float, start: float) -> Search:
    """Search for a quantile as :func:`quantile` does: yield places, and take the probabilities below them.

    Parameters
    ----------
    probability, start
        As for :func:`quantile`.
    """
    step = 1.0
    low = high = start
    while (yield low) > probability and step < _WIDEST:
        low, step = start - step, 2 * step
    step = 1.0
    while (yield high) < probability and step < _WIDEST:
        high, step = start + step, 2 * step
    if not (yield low) <= probability <= (yield high):
        return math.nan
    if low == high:
        return low
    search = seek(low, high, _PRECISION)
    place = next(search)
    while True:
        value = (yield place) - probability
        try:
            place = search.send(value)
        except StopIteration as end:
            root: float = end.value
            return root


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
    return passing_each([reporting], [condensed(locations)], tail)[0]


def passing_each(
    reports: Sequence[Reporting], condensed_locations: Sequence[Array], tail: float
) -> list[tuple[float, float] | None]:
    """Find the figures of several claims as :func:`passing` does, side by side: each to the same digits.

    Parameters
    ----------
    reports
        Distributions of the reports of claims of a positive figure.
    condensed_locations
        Draws of the location of each, condensed, and equally many.
    tail
        As for :func:`passing`.
    """
    if not reports:
        return []
    rows = np.stack(condensed_locations)
    starts = [float(np.median(row)) for row in rows]
    known: dict[tuple[int, float], float] = {}  # a search returns to some places, and two share their start

    def below(asked: list[tuple[int, float]]) -> list[float]:
        pairs = [(number // 2, place) for number, place in asked]
        new = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        if new:
            chosen = [reports[claim] for claim, _ in new]
            figures = [
                float(each.unlink(np.array(place))) for each, (_, place) in zip(chosen, new, strict=True)
            ]
            means = cdf_of_each(chosen, figures, rows[[claim for claim, _ in new]]).mean(axis=1)
            known.update(zip(new, means.tolist(), strict=True))
        return [known[pair] for pair in pairs]

    searches = [seek_quantile(level, start) for start in starts for level in (tail, 1 - tail)]
    places = found_together(searches, below)
    return [
        None
        if math.isnan(low) or math.isnan(high)
        else (float(each.unlink(np.array(low))), float(each.unlink(np.array(high))))
        for each, low, high in zip(reports, places[::2], places[1::2], strict=True)
    ]
