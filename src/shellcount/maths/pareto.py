r"""Smooth importance weights by a generalised Pareto distribution, and tell how far they can be trusted."""

from __future__ import annotations

import math

import numpy as np

from shellcount.maths.arrays import Array

KHAT_LIMIT = 0.7  # up to which smoothed weights are reliable
_FAR = 700.0  # exponent whose exponential is near the largest float, and equal to it less 1
_LEAST_TAIL = 5  # weights in the tail, to fit a distribution to
_TOGETHER = 2**16  # numbers of an array
_PRIOR_K, _PRIOR_SIZE = 0.5, 10  # what the shape is shrunk towards, and how many weights that counts for


def smoothed_weights(log_ratios: Array) -> tuple[Array, Array]:
    r"""Replace the largest importance ratios by smooth ones (Vehtari et al. 2024, *JMLR* 25:72).

    The largest :math:`\min(S / 5, 3 \sqrt{S})` of the :math:`S` ratios become the expected order
    statistics of the generalised Pareto distribution that fits them best.

    Parameters
    ----------
    log_ratios
        Log importance ratios, up to a constant; shape (..., draw), each row on its own.

    Returns
    -------
    tuple
        Weights that sum to 1 over the draws, and the shape :math:`\hat k` of the tail, shape (...): above
        0.7, estimates with these weights are unreliable. It is 0 where the largest ratios are all alike.

    Examples
    --------
    >>> weights, khat = smoothed_weights(np.zeros(100))
    >>> float(weights[0].round(6)), float(khat)
    (0.01, 0.0)
    """
    *rows, size = log_ratios.shape
    logs = (log_ratios - log_ratios.max(axis=-1, keepdims=True)).reshape(-1, size)
    count = math.ceil(min(0.2 * size, 3 * math.sqrt(size)))
    khat = _smooth(logs, count) if count >= _LEAST_TAIL else np.zeros(len(logs))
    weights = np.exp(logs, out=logs)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights.reshape(log_ratios.shape), khat.reshape(rows)


def _smooth(logs: Array, count: int) -> Array:
    """Put smooth logs in the place of the largest of each row, and give the shapes of their tails."""
    # The largest of those below the tail come first, then the tail itself in ascending order.
    places = np.argpartition(logs, (-count - 1, -count), axis=1)[:, -count - 1 :]
    tail = np.take_along_axis(logs, places[:, 1:], axis=1)
    order = np.argsort(tail, axis=1, kind="stable")
    places[:, 1:] = np.take_along_axis(places[:, 1:], order, axis=1)
    below = np.exp(np.take_along_axis(logs, places[:, :1], axis=1))
    excess = np.exp(np.take_along_axis(tail, order, axis=1)) - below
    differ = np.flatnonzero(excess[:, 0] < excess[:, -1])
    khat = np.zeros(len(logs))
    if differ.size:
        shape, scale = fitted_pareto(np.maximum(excess[differ], np.finfo(float).tiny))
        fits = np.isfinite(shape) & np.isfinite(scale)
        khat[differ] = np.where(fits, shape, np.inf)  # a tail that no distribution fits stays as it is
        shares = (np.arange(count) + 0.5) / count
        smooth = below[differ[fits]] + quantile_of_pareto(shares, shape[fits, None], scale[fits, None])
        logs[differ[fits, None], places[differ[fits], 1:]] = np.minimum(np.log(smooth), 0.0)
    return khat


def fitted_pareto(excess: Array) -> tuple[Array, Array]:
    r"""Fit a generalised Pareto distribution (Zhang and Stephens 2009, *Technometrics* 51:316).

    The density is :math:`\sigma^{-1} (1 + k x / \sigma)^{-1/k - 1}`. The shape is shrunk towards 0.5, with
    the weight of ten observations.

    Parameters
    ----------
    excess
        Positive observations in ascending order, shape (..., observation), each row on its own.

    Returns
    -------
    tuple
        Shape :math:`k` and scale :math:`\sigma`, both of shape (...).

    Examples
    --------
    >>> ordered = np.sort(np.random.default_rng(1).exponential(2.0, 5_000))
    >>> [float(value.round(1)) for value in fitted_pareto(ordered)]
    [0.0, 2.0]
    """
    size = excess.shape[-1]
    points = 30 + math.isqrt(size)
    quartile = excess[..., math.floor(size / 4 + 0.5) - 1, None]
    grid = (1 - np.sqrt(points / (np.arange(points) + 0.5))) / (3 * quartile) + 1 / excess[..., -1:]
    together = max(1, _TOGETHER // max(1, excess.size))
    blocks = [grid[..., first : first + together, None] for first in range(0, points, together)]
    shapes = np.concatenate(
        [np.log1p(-block * excess[..., None, :]).mean(axis=-1) for block in blocks], axis=-1
    )
    profile = size * (np.log(-grid / shapes) - shapes - 1)
    weights = np.exp(profile - profile.max(axis=-1, keepdims=True))
    rate = np.vecdot(grid, weights) / weights.sum(axis=-1)
    shape = np.log1p(-rate[..., None] * excess).mean(axis=-1)
    scale = -shape / rate
    return (size * shape + _PRIOR_SIZE * _PRIOR_K) / (size + _PRIOR_SIZE), scale


def quantile_of_pareto(shares: Array, shape: Array | float, scale: Array | float) -> Array:
    """Compute quantiles of a generalised Pareto distribution; those beyond all floats are the largest one.

    Parameters
    ----------
    shares
        Probabilities of smaller values, shape (share,).
    shape, scale
        Parameters of the distribution: numbers, or columns with one entry a distribution.

    Examples
    --------
    >>> quantile_of_pareto(np.array([0.5]), 1.0, 2.0).tolist()
    [2.0]
    """
    shape, scale = np.asarray(shape, dtype=float), np.asarray(scale, dtype=float)
    logs = -np.log1p(-shares)
    exponents = shape * logs
    flat = shape == 0
    powers = np.expm1(np.minimum(exponents, _FAR)) / np.where(flat, 1.0, shape)
    quantiles: Array = scale * np.where(flat, logs, powers)
    far = exponents > _FAR
    if far.any():  # in logs, since a tiny scale may bring the product back
        log_ratio = np.log(scale) - np.log(np.where(shape > 0, shape, 1.0))
        log_far = np.minimum(exponents + log_ratio, math.log(np.finfo(float).max))
        quantiles[far] = np.exp(log_far[far])
    return quantiles
