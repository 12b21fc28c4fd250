"""Estimate the density of a positive quantity from its draws, for figures."""

from __future__ import annotations

import math

import numpy as np

from shellcount.maths.arrays import Array

_CELLS = 256
_OUTER = 0.0005  # share of the draws that lie below the grid, and above it, but for what the kernel adds
_REACH = 8.0  # bandwidths that the grid reaches beyond them
_NORMAL_IQR = 1.34  # interquartile range of a standard normal
_WIDEST = 5.0  # times the bandwidth, where draws are few
_EVEN = 1e-12  # relative spread below which all draws are the same value


def density(draws: Array) -> tuple[Array, Array]:
    r"""Estimate the density of positive draws by a normal kernel on the log scale, wider where draws are few.

    .. math:: \hat f(x) = \frac{1}{x\, n} \sum_i \frac{1}{h \lambda_i}
        \phi\left(\frac{\log x - \log x_i}{h \lambda_i}\right), \qquad
        \lambda_i = \sqrt{g / \tilde f(x_i)}, \quad
        h = 0.9 \min\left(s, \frac{\mathrm{IQR}}{1.34}\right) n^{-1/5}

    with the standard deviation :math:`s` of the logs, the estimate :math:`\tilde f` of their density with all
    :math:`\lambda_i = 1`, and its geometric mean :math:`g` over the draws (Abramson 1982, *Annals of
    Statistics* 10:1217; Silverman 1986, *Density Estimation for Statistics and Data Analysis*, section 5.3
    and equation 3.31); :math:`\lambda_i` is at least 1 and at most 5. The draws are binned first, each shared
    between its two neighbours on an even grid of the log scale (Wand 1994, *JCGS* 3:433).

    Parameters
    ----------
    draws
        Positive draws, of any shape.

    Returns
    -------
    tuple
        The points of the grid, in the unit of the draws, and the density at each, per unit; both empty where
        the draws have no spread or are not all positive.

    Examples
    --------
    >>> at, height = density(np.exp(np.random.default_rng(1).standard_normal(20_000)))
    >>> float(height[np.argmin(abs(at - 1.0))].round(1)), float(np.trapezoid(height, at).round(2))
    (0.4, 1.0)
    """
    if not draws.min() > 0:
        return np.zeros(0), np.zeros(0)
    logs = np.sort(np.log(draws), axis=None)
    size = logs.size
    low, first, third, high = logs[[int(p * (size - 1)) for p in (_OUTER, 0.25, 0.75, 1 - _OUTER)]].tolist()
    spread = min(float(logs.std()), (third - first) / _NORMAL_IQR) or float(logs.std())
    if spread <= _EVEN * max(1.0, abs(low)):
        return np.zeros(0), np.zeros(0)
    width = 0.9 * spread * size**-0.2
    start, cell = low - _REACH * width, (high - low + 2 * _REACH * width) / (_CELLS - 1)
    shares = _binned((logs - start) / cell) / size
    pilot = _smoothed(shares, np.full(_CELLS, width / cell))
    known = shares > 0
    mean = math.exp(float((shares[known] * np.log(pilot[known])).sum()))
    wider = np.clip(np.sqrt(mean / np.where(known, pilot, mean)), 1.0, _WIDEST)
    at = np.exp(start + cell * np.arange(_CELLS))
    return at, _smoothed(shares, wider * width / cell) / (cell * at)


def _binned(places: Array) -> Array:
    """Split each place between the two nearest whole numbers; those beyond the grid count at its ends."""
    places = np.clip(places, 0.0, _CELLS - 1.0)
    below = np.minimum(places.astype(np.intp), _CELLS - 2)
    above = places - below
    counts: Array = np.bincount(below, 1.0 - above, _CELLS) + np.bincount(below + 1, above, _CELLS)
    return counts


def _smoothed(shares: Array, widths: Array) -> Array:
    """Convert shares of cells to a density per cell, each by a normal density of its own width in cells."""
    cells = np.arange(_CELLS)
    distances = (cells[:, None] - cells) / widths
    bells = np.exp(-0.5 * distances * distances) * (shares / (widths * math.sqrt(2 * math.pi)))
    heights: Array = bells.sum(axis=1)
    return heights
