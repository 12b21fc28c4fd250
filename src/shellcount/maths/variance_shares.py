"""Divide the variance of a number among the inputs that it is computed from."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from shellcount.maths.arrays import Array

MOST_PLAYERS = 10  # inputs among which Shapley effects are divided: all their subsets are looked at


def jackknifed(statistic: Callable[[Array], Array], per_run: Array) -> tuple[Array, Array]:
    r"""Compute statistics of means over runs, and their standard errors from the spread between runs.

    The jackknife (Quenouille 1956; Tukey 1958): with :math:`\theta_{-r}` computed without run :math:`r` of
    :math:`R`,

    .. math:: \mathrm{se}^2 = \frac{R - 1}{R} \sum_r (\theta_{-r} - \bar\theta_{-})^2

    Parameters
    ----------
    statistic
        Function of the means over runs, shape (moment,), that returns shape (statistic,).
    per_run
        Means of each run, shape (run, moment).

    Returns
    -------
    tuple
        The statistics and their standard errors, each of shape (statistic,).

    Examples
    --------
    >>> value, error = jackknifed(lambda mean: mean, np.array([[1.0], [2.0], [3.0]]))
    >>> value.item(), round(error.item(), 4), round(math.sqrt(1 / 3), 4)
    (2.0, 0.5774, 0.5774)
    """
    runs, whole = len(per_run), per_run.sum(axis=0)
    without = np.stack([statistic((whole - own) / (runs - 1)) for own in per_run])
    errors = np.sqrt((runs - 1) * without.var(axis=0))
    return statistic(whole / runs), errors


def shapley_effects(covariance: Array, with_output: Array, players: Sequence[Sequence[int]]) -> Array:
    r"""Divide the variance that inputs explain of an output among them, by Shapley effects.

    The effect of player :math:`j` is its mean gain over all orders in which the :math:`d` players can be
    learned (Owen 2014; Song, Nelson and Staum 2016; Owen and Prieur 2017),

    .. math::
        \phi_j = \frac{1}{d} \sum_{u \not\ni j} \binom{d - 1}{|u|}^{-1} \left(c(u \cup j) - c(u)\right),
        \qquad c(u) = \mathrm{Cov}(Y, X_u)\, \Sigma_{uu}^{-1}\, \mathrm{Cov}(X_u, Y)

    where :math:`c(u)`, the variance of the best linear prediction of the output from the inputs in
    :math:`u`, is :math:`\mathrm{Var}(E[Y | X_u])` if inputs and output are jointly normal. Effects are not
    negative, and add up to the variance that all inputs explain together, however they depend on each other.

    Parameters
    ----------
    covariance
        Covariance of the inputs, shape (input, input).
    with_output
        Covariance of each input with the output, shape (input,).
    players
        Inputs of each player, at most :data:`MOST_PLAYERS` players.

    Returns
    -------
    numpy.ndarray
        Shape (player,), in the unit of the variance of the output.

    Raises
    ------
    ValueError
        When there are more players.

    Examples
    --------
    Two inputs with correlation r share equally what they add up to, 2 + 2 r:

    >>> shapley_effects(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.5, 1.5]), [[0], [1]])
    array([1.5, 1.5])
    """
    count = len(players)
    if count > MOST_PLAYERS:
        raise ValueError(f"Shapley effects are divided among {MOST_PLAYERS} players at most, not {count}")
    explained = np.zeros(1 << count)
    for subset in range(1, 1 << count):
        places = [place for player in range(count) if subset >> player & 1 for place in players[player]]
        explained[subset] = explained_by(covariance, with_output, places)
    effects = np.zeros(count)
    for subset in range(1 << count):
        size = subset.bit_count()
        for player in range(count):
            if not subset >> player & 1:
                gain = explained[subset | 1 << player] - explained[subset]
                effects[player] += gain / (count * math.comb(count - 1, size))
    return effects


def explained_by(covariance: Array, with_output: Array, places: Sequence[int]) -> float:
    """Compute the variance of the best linear prediction of an output from some of its inputs.

    Examples
    --------
    >>> explained_by(np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([1.5, 1.5]), [0])
    2.25
    """
    at = np.array(places, dtype=np.intp)
    return float(with_output[at] @ weights_of(covariance[np.ix_(at, at)], with_output[at]))


def weights_of(covariance: Array, with_output: Array) -> Array:
    """Compute the weights of inputs in the best linear prediction of an output.

    Inputs that do not vary, or of which others tell all, do no harm: the weights are those of least norm.

    Examples
    --------
    >>> weights_of(np.diag([2.0, 0.0]), np.array([3.0, 0.0]))
    array([1.5, 0. ])
    """
    weights: Array = np.linalg.lstsq(covariance, with_output, rcond=1e-10)[0]
    return weights
