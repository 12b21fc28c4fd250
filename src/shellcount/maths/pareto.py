r"""Smooth importance weights by a generalised Pareto distribution, and tell how far they can be trusted."""

from __future__ import annotations

import math

import numpy as np

from shellcount.maths.arrays import Array

KHAT_LIMIT = 0.7  # up to which smoothed weights are reliable
_FAR = 700.0  # exponent whose exponential is near the largest float, and equal to it less 1
_LEAST_TAIL = 5  # weights in the tail, to fit a distribution to
_PRIOR_K, _PRIOR_SIZE = 0.5, 10  # what the shape is shrunk towards, and how many weights that counts for


def smoothed_weights(log_ratios: Array) -> tuple[Array, float]:
    r"""Replace the largest importance ratios by smooth ones (Vehtari et al. 2024, *JMLR* 25:72).

    The largest :math:`\min(S / 5, 3 \sqrt{S})` of the :math:`S` ratios become the expected order
    statistics of the generalised Pareto distribution that fits them best.

    Parameters
    ----------
    log_ratios
        Log importance ratios, up to a constant; shape (draw,).

    Returns
    -------
    tuple
        Weights that sum to 1, and the shape :math:`\hat k` of the tail: above 0.7, estimates with these
        weights are unreliable. It is 0 where the largest ratios are all alike.

    Examples
    --------
    >>> weights, khat = smoothed_weights(np.zeros(100))
    >>> float(weights[0].round(6)), khat
    (0.01, 0.0)
    """
    logs = log_ratios - log_ratios.max()
    count = math.ceil(min(0.2 * len(logs), 3 * math.sqrt(len(logs))))
    order = np.argsort(logs, kind="stable")
    tail = order[-count:]
    below = float(np.exp(logs[order[-count - 1]])) if count < len(logs) else 0.0
    excess = np.exp(logs[tail]) - below
    khat = 0.0
    if count >= _LEAST_TAIL and excess[0] < excess[-1]:
        khat, scale = fitted_pareto(np.maximum(excess, np.finfo(float).tiny))
        if not (math.isfinite(khat) and math.isfinite(scale)):
            khat = math.inf  # a tail that no distribution fits; its weights stay as they are
        else:
            shares = (np.arange(count) + 0.5) / count
            logs[tail] = np.minimum(np.log(below + quantile_of_pareto(shares, khat, scale)), 0.0)
    weights = np.exp(logs)
    total: Array = weights / weights.sum()
    return total, khat


def fitted_pareto(excess: Array) -> tuple[float, float]:
    r"""Fit a generalised Pareto distribution (Zhang and Stephens 2009, *Technometrics* 51:316).

    The density is :math:`\sigma^{-1} (1 + k x / \sigma)^{-1/k - 1}`. The shape is shrunk towards 0.5, with
    the weight of ten observations.

    Parameters
    ----------
    excess
        Positive observations in ascending order.

    Returns
    -------
    tuple
        Shape :math:`k` and scale :math:`\sigma`.

    Examples
    --------
    >>> ordered = np.sort(np.random.default_rng(1).exponential(2.0, 5_000))
    >>> [round(value, 1) for value in fitted_pareto(ordered)]
    [0.0, 2.0]
    """
    size = len(excess)
    points = 30 + math.isqrt(size)
    quartile = excess[math.floor(size / 4 + 0.5) - 1]
    grid = (1 - np.sqrt(points / (np.arange(points) + 0.5))) / (3 * quartile) + 1 / excess[-1]
    shapes = np.log1p(-np.outer(grid, excess)).mean(axis=1)
    profile = size * (np.log(-grid / shapes) - shapes - 1)
    weights = np.exp(profile - profile.max())
    rate = float(grid @ weights / weights.sum())
    shape = float(np.log1p(-rate * excess).mean())
    scale = -shape / rate
    return (size * shape + _PRIOR_SIZE * _PRIOR_K) / (size + _PRIOR_SIZE), scale


def quantile_of_pareto(shares: Array, shape: float, scale: float) -> Array:
    """Compute quantiles of a generalised Pareto distribution; those beyond all floats are the largest one.

    Examples
    --------
    >>> quantile_of_pareto(np.array([0.5]), 1.0, 2.0).tolist()
    [2.0]
    """
    logs = np.log1p(-shares)
    if shape == 0:
        return -scale * logs
    exponents = -shape * logs
    quantiles: Array = scale * np.expm1(np.minimum(exponents, _FAR)) / shape
    far = exponents > _FAR
    if far.any():  # in logs, since a tiny scale may bring the product back
        log_far = exponents[far] + math.log(scale) - math.log(shape)
        quantiles[far] = np.exp(np.minimum(log_far, math.log(np.finfo(float).max)))
    return quantiles
