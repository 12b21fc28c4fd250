"""Weigh points: how many are effective, how weights are made less uneven, and which points they choose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shellcount.maths.arrays import Array


def effective(weights: Array) -> float:
    """Compute the effective number of weighted points, :math:`(sum w)^2 / sum w^2`.

    Examples
    --------
    >>> effective(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights @ weights))


def normalised(logs: Array) -> Array:
    """Compute weights that sum to 1 from their logarithms.

    Examples
    --------
    >>> normalised(np.log([1.0, 3.0])).round(2).tolist()
    [0.25, 0.75]
    """
    weights = np.exp(logs - logs.max())
    total: Array = weights / weights.sum()
    return total


def tempered(logs: Array, least: float) -> Array:
    """Compute weights, raised to the largest power up to 1 that leaves so many points effective."""
    weights = normalised(logs)
    if effective(weights) >= least:
        return weights
    low, high = 0.0, 1.0
    finite = np.where(np.isfinite(logs), logs, logs[np.isfinite(logs)].min() - 1e3)
    for _ in range(30):
        middle = (low + high) / 2
        enough = effective(normalised(middle * finite)) >= least
        low, high = (middle, high) if enough else (low, middle)
    return normalised(low * finite)


def chosen(weights: Array, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Choose points systematically by their weights."""
    cumulated = np.cumsum(weights)
    positions = (rng.random() + np.arange(count)) / count * cumulated[-1]
    places: NDArray[np.intp] = np.minimum(np.searchsorted(cumulated, positions), len(weights) - 1)
    return places
