r"""Compute Monte Carlo errors from the spread between runs, and from what all runs have in common.

Runs are independent, so that :math:`\mathrm{sd}_r(\hat\theta_r) / \sqrt{R}` is the error of a statistic
of all their draws, but for two things that no spread between them shows. Both matter only to what keeps its
prior, whose errors are some ten-thousandths of its standard deviation.

- Strata. Where each run has one draw in each of the same strata, a quantile of all draws stands within one
  stratum, and those of runs are interpolated between two.
- A grid. Draws of all runs may stand at the same place :math:`u`, uniformly random, in each of :math:`N`
  cells of equal probability.
"""

from __future__ import annotations

import math

import numpy as np

from shellcount.maths.arrays import Array

# Two errors of the same quantile hardly differ by so much: more than by chance where strata are in common.
_IN_COMMON = 1.5
# Strata on either side from which the slope of the quantiles is read: between few draws it is mostly noise.
_NEIGHBOURS = 4


def error_of_grid(cells: int | None) -> float:
    r"""Compute the error of a share of draws that a grid of all runs makes, :math:`1 / (\sqrt 6\, N)`.

    All cells below a threshold count whole. The cell of the threshold itself, of which only a part lies
    below, counts whole or not at all. The variance of that, the part times the rest, is 1/6 on average.

    Parameters
    ----------
    cells
        Number of cells of the grid, :math:`N`; ``None`` where there is none.

    Examples
    --------
    >>> round(error_of_grid(100), 4)
    0.0041
    """
    return 0.0 if cells is None else 1 / (math.sqrt(6) * cells)


def errors_of_means(means: Array, ranges: Array | float = 0.0, cells: int | None = None) -> Array:
    r"""Compute the Monte Carlo errors of means over all runs, :math:`\mathrm{sd}_r(\bar x_r) / \sqrt{R}`.

    A grid that all runs have in common moves a mean by :math:`(u - \frac12)(\max - \min) / N`, whose standard
    deviation :math:`(\max - \min) / (\sqrt{12}\, N)` is added in squares. Parts of a sum that are moved
    against each other cancel, and then it is too large.

    Parameters
    ----------
    means
        Mean of each run, shape (quantity, run).
    ranges
        Distances of the largest values from the smallest ones, shape (quantity,).
    cells
        Number of cells of the grid; ``None`` where there is none.

    Examples
    --------
    >>> errors_of_means(np.array([[1.0, 2.0, 3.0, 4.0]])).round(4).tolist()
    [0.6455]
    >>> errors_of_means(np.array([[0.5, 0.5, 0.5, 0.5]]), 1.0, cells=100).round(4).tolist()
    [0.0029]
    """
    errors: Array = means.std(axis=1, ddof=1) / math.sqrt(means.shape[1])
    return errors if cells is None else np.hypot(errors, ranges / (math.sqrt(12) * cells))


def errors_of_quantiles(
    pooled: Array, at: Array, spread: Array, shares: Array, size: int, cells: int | None
) -> Array:
    r"""Compute the Monte Carlo errors of quantiles of all runs.

    It is the spread between runs, or :math:`e\, Q'(p)` where that is much larger, with the error :math:`e` of
    the share of draws up to the quantile (Vehtari et al. 2021, *Bayesian Analysis* 16:667, section 4.3). The
    slope :math:`Q'` is read from :math:`p \pm e`, or from four strata of a run on either side if that is
    more. The least error is that of :math:`p` by one of all :math:`n` draws either way,
    :math:`1 / (\sqrt 3\, n)`, and by the grid, added in squares.

    Parameters
    ----------
    pooled
        Sorted draws of all runs, shape (quantity, draw).
    at
        Probabilities of the quantiles, shape (probability,).
    spread
        Errors by the spread of the quantiles of runs, shape (quantity, probability).
    shares
        Share of the draws of each run up to each quantile of all, shape (quantity, probability, run).
    size
        Number of draws of a run.
    cells
        Number of cells of the grid; ``None`` where there is none.

    Returns
    -------
    numpy.ndarray
        Shape (quantity, probability).

    Examples
    --------
    The median of two runs, which have one draw in each hundredth of the unit interval:

    >>> strata = np.random.default_rng(1).uniform(np.arange(100), np.arange(100) + 1, (2, 100)) / 100
    >>> pooled = np.sort(strata.ravel())[None]
    >>> found = errors_of_quantiles(
    ...     pooled, np.array([0.5]), np.zeros((1, 1)), np.full((1, 1, 2), 0.5), 100, None
    ... )
    >>> found.round(3).tolist()
    [[0.003]]
    """
    last, least = pooled.shape[1] - 1, math.hypot(1 / (math.sqrt(3) * pooled.shape[1]), error_of_grid(cells))
    errors = np.hypot(shares.std(axis=2, ddof=1) / math.sqrt(shares.shape[2]), least)
    reach = np.maximum(errors, np.minimum(_NEIGHBOURS / size, np.minimum(at, 1 - at) / 2))
    low, high = (np.clip(last * (at + sign * reach), 0, last) for sign in (-1, 1))
    slopes = (between(pooled, high) - between(pooled, low)) / (2 * reach)
    by_share = slopes * errors
    found: Array = np.maximum(np.where(by_share > _IN_COMMON * spread, by_share, spread), slopes * least)
    return found


def between(ordered: Array, place: Array) -> Array:
    """Compute values at places along the last, sorted axis, between two neighbours where need be.

    Parameters
    ----------
    ordered
        Sorted along its last axis.
    place
        Places from 0 on, of the same shape but for the last axis.

    Examples
    --------
    >>> between(np.array([1.0, 2.0, 4.0]), np.array([0.5, 1.0, 1.5])).tolist()
    [1.5, 2.0, 3.0]
    """
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, ordered.shape[-1] - 1)
    below = np.take_along_axis(ordered, low, axis=-1)
    values: Array = below + (place - low) * (np.take_along_axis(ordered, high, axis=-1) - below)
    return values
