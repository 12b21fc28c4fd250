r"""Power-scale parts of a posterior: weigh a prior or a claim a little more or less, without a fit.

The density of a part, :math:`p_k(z)`, is raised to a power :math:`\alpha` near 1, so that the posterior
becomes :math:`p_\alpha(z \mid y) \propto p(z \mid y)\, p_k(z)^{\alpha - 1}`, and draws have the weights
:math:`p_k^{\alpha - 1}` (Kallioinen et al. 2024, *Statistics and Computing* 34:57). Priors are scaled where
they are standard normal, so that one of power :math:`\alpha` is normal with the standard deviation
:math:`\alpha^{-1/2}` and the same median.
"""

from __future__ import annotations

import math

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.pareto import smoothed_weights

ALPHAS = (0.99, 1.01)


@frozen
class Scaled:
    r"""Changes of an estimate as the power of each part grows.

    Parameters
    ----------
    distance
        Cumulative Jensen-Shannon distance of the scaled from the unscaled posterior, per doubling of the
        power, at powers of 0.99 and 1.01; shape (part,).
    shift
        Change of the mean per doubling, :math:`\ln 2\, \mathrm{Cov}(x, \log p_k)`.
    spread
        Relative change of the standard deviation per doubling,
        :math:`\ln 2\, \mathrm{Cov}((x - \bar x)^2, \log p_k) / (2 \mathrm{Var}\, x)`.
    khat
        Largest Pareto shape of the weights.
    """

    distance: Array
    shift: Array
    spread: Array
    khat: Array


def power_scale(values: Array, log_densities: Array) -> Scaled:
    r"""Measure how an estimate moves with the power of each part.

    Parameters
    ----------
    values
        Draws of the estimate, shape (draw,).
    log_densities
        Log density of each part at the draws, up to a constant; shape (part, draw), in nats.

    Examples
    --------
    A standard normal prior that no claim informs has the standard deviation :math:`\alpha^{-1/2}`: per
    doubling its log falls by half of that of 2, and its mean stays.

    >>> z = np.random.default_rng(1).standard_normal(100_000)
    >>> scaled = power_scale(z, -0.5 * z[None] ** 2)
    >>> float(scaled.spread[0].round(2)), float(abs(scaled.shift[0].round(2)))
    (-0.35, 0.0)
    """
    centred = values - values.mean()
    squares = centred * centred
    variance = squares.mean()
    logs = log_densities - log_densities.mean(axis=1, keepdims=True)
    count = len(values)
    spread = logs @ (squares - variance) / (2 * variance * count) if variance > 0 else np.zeros(len(logs))
    distance, khat = np.zeros(len(logs)), np.zeros(len(logs))
    for alpha in ALPHAS:
        weights, shapes = smoothed_weights((alpha - 1) * logs)
        distance += distances(values, weights) / (abs(math.log2(alpha)) * len(ALPHAS))
        khat = np.maximum(khat, shapes)
    return Scaled(distance, math.log(2) * (logs @ centred) / count, math.log(2) * spread, khat)


def distances(values: Array, weights: Array) -> Array:
    r"""Compute the cumulative Jensen-Shannon distance of weighted from unweighted draws.

    With the distribution functions :math:`P` and :math:`Q` of both (Nguyen and Vreeken 2015),

    .. math:: \mathrm{CJS}(P, Q) = \int P \log_2 \frac{2 P}{P + Q}\, dx
        + \frac{1}{2 \ln 2} \int (Q - P)\, dx

    the distance is the root of :math:`\mathrm{CJS}(P, Q) + \mathrm{CJS}(Q, P)` over :math:`\int (P + Q)\,
    dx`, from 0 to 1. It is computed from either end of the values, and the larger counts.

    Parameters
    ----------
    values
        Draws, shape (draw,).
    weights
        Weights that sum to 1, shape (part, draw).

    Examples
    --------
    >>> distances(np.array([1.0, 2.0, 3.0]), np.full((1, 3), 1 / 3)).round(6).tolist()
    [0.0]
    """
    order = np.argsort(values, kind="stable")
    widths, sorted_weights = np.diff(values[order]), weights[:, order]
    if not widths.any():
        return np.zeros(len(weights))
    even = np.arange(1, len(values)) / len(values)
    rising = np.cumsum(sorted_weights, axis=1)[:, :-1]
    falling = np.cumsum(sorted_weights[:, ::-1], axis=1)[:, :-1]
    return np.maximum(_distance(widths, even, rising), _distance(widths[::-1], even, falling))


def _distance(widths: Array, one: Array, other: Array) -> Array:
    """Compute the distance of two distribution functions, given between the values that are as far apart."""
    other = np.clip(other, np.finfo(float).tiny, 1.0)  # smoothing may round a whole to less or more
    middle = np.log2((one + other) / 2)
    # The terms of (Q - P) cancel in the sum of both directions.
    divergence = (one * (np.log2(one) - middle) + other * (np.log2(other) - middle)) @ widths
    whole: Array = np.maximum(divergence, 0.0) / ((one + other) @ widths)
    return np.sqrt(whole)
