"""Adaptive tempered sequential Monte Carlo in a space where the prior is standard normal."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shellcount.arrays import Array
from shellcount.draws import stratified_normals
from shellcount.errors import EvidenceError

_TARGET_ACCEPTANCE = 0.35
_MAX_MOVES = 400
_SMALLEST_STEP = 1e-3


@dataclass(frozen=True, slots=True)
class Run:
    """One run's equally weighted draws and its own account of how it went.

    Parameters
    ----------
    draws
        Shape (coordinate, particle).
    log_evidence
        Log marginal likelihood, in nats.
    temperatures
        The inverse temperatures visited, the last of them 1.
    moves
        Moves made at each temperature.
    acceptance
        Share of the proposals accepted, over the whole run.
    correlation
        Largest start-to-end correlation of any coordinate at the last temperature.
    """

    draws: Array
    log_evidence: float
    temperatures: tuple[float, ...]
    moves: tuple[int, ...]
    acceptance: float
    correlation: float


def sample(
    log_likelihood: Callable[[Array], Array],
    dimension: int,
    *,
    particles: int,
    rng: np.random.Generator,
    on_temperature: Callable[[float], None] = lambda _: None,
) -> Run:
    r"""Draw from a posterior whose prior is standard normal in every coordinate.

    Targets :math:`\pi_\beta(z) \propto \phi(z) L(z)^\beta` are visited from
    :math:`\beta = 0` to 1 (Del Moral, Doucet and Jasra 2006, *JRSS B* 68:411), each step as
    long as leaves an effective sample size of half the particles. After systematic resampling
    the particles move by preconditioned Crank-Nicolson proposals around the normal fitted to
    them, :math:`z' = \mu + \sqrt{1 - s^2}\,(z - \mu) + s L \xi` (Cotter et al. 2013, *Statist.
    Sci.* 28:424; as used by Karamanis et al. 2022, *MNRAS* 516:1644), until no coordinate
    correlates with where it started by more than :math:`0.1 + 3/\sqrt{n}`.

    Parameters
    ----------
    log_likelihood
        From coordinates, shape (coordinate, particle), to log likelihoods, shape (particle,).
    dimension
        Number of coordinates.
    particles
        Number of particles :math:`n`.
    rng
        Decides every draw.
    on_temperature
        Called with each inverse temperature reached.

    Raises
    ------
    EvidenceError
        When the likelihood is nowhere finite.

    Examples
    --------
    A unit normal prior and one observation of 2 with unit error have posterior mean 1:

    >>> run = sample(
    ...     lambda z: -0.5 * (2 - z[0]) ** 2, 1, particles=2000, rng=np.random.default_rng(1)
    ... )
    >>> abs(float(run.draws.mean()) - 1) < 0.05
    True
    """
    z = stratified_normals(rng, dimension, particles)
    log_l = log_likelihood(z)
    beta, log_evidence, s = 0.0, 0.0, 0.8
    temperatures, moves, accepted, correlation = [], [], 0.0, 0.0
    while beta < 1.0:
        step = _step(log_l, 1.0 - beta)
        weights = np.exp(step * (log_l - log_l.max()))
        log_evidence += step * float(log_l.max()) + math.log(float(weights.mean()))
        weights /= weights.sum()
        beta = 1.0 if step == 1.0 - beta else beta + step
        mean, factor = _fitted_normal(z, weights)
        chosen = _systematic(weights, rng)
        moved = _move(log_likelihood, z[:, chosen], log_l[chosen], beta, mean, factor, s, rng)
        z, log_l, s, correlation = moved.z, moved.log_l, moved.s, moved.correlation
        temperatures.append(beta)
        moves.append(moved.moves)
        accepted += moved.accepted
        on_temperature(beta)
    return Run(z, log_evidence, tuple(temperatures), tuple(moves), accepted / sum(moves), correlation)


def _step(log_l: Array, longest: float) -> float:
    """Longest step in inverse temperature that keeps half of the effective sample size."""
    finite = log_l[np.isfinite(log_l)]
    if finite.size == 0:
        raise EvidenceError("the likelihood is nowhere finite")
    shifted = log_l - finite.max()

    def enough(step: float) -> bool:
        weights = np.exp(step * shifted)
        return bool(weights.sum() ** 2 >= 0.5 * log_l.size * (weights @ weights))

    if enough(longest):
        return longest
    low, high = math.log(1e-12), math.log(longest)
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if enough(math.exp(middle)) else (low, middle)
    return math.exp(low)


def _fitted_normal(z: Array, weights: Array) -> tuple[Array, Array]:
    """Weighted mean and Cholesky factor of the covariance of the particles."""
    mean = z @ weights
    centred = z - mean[:, None]
    covariance = (centred * weights) @ centred.T
    # Few distinct particles may leave a direction without variance: shrink towards the diagonal.
    covariance += np.diag(1e-3 * np.diag(covariance) + 1e-12)
    return mean, np.linalg.cholesky(covariance)


def _systematic(weights: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """Systematic resampling: one uniform, evenly spaced through the cumulated weights."""
    size = weights.size
    positions = (rng.random() + np.arange(size)) / size
    cumulated = np.cumsum(weights)
    chosen: NDArray[np.intp] = np.minimum(np.searchsorted(cumulated, positions * cumulated[-1]), size - 1)
    return chosen


@dataclass(frozen=True, slots=True)
class _Moved:
    z: Array
    log_l: Array
    s: float
    moves: int
    accepted: float
    correlation: float


def _move(
    log_likelihood: Callable[[Array], Array],
    z: Array,
    log_l: Array,
    beta: float,
    mean: Array,
    factor: Array,
    s: float,
    rng: np.random.Generator,
) -> _Moved:
    """Move particles by preconditioned Crank-Nicolson steps until they forget where they were."""
    dimension, size = z.shape
    enough = 0.1 + 3 / math.sqrt(size)
    # In u = L^-1 (z - mean) the proposal keeps a standard normal, which cancels in the ratio.
    u = np.linalg.solve(factor, z - mean[:, None])
    start = (u - u.mean(axis=1, keepdims=True)) / u.std(axis=1, keepdims=True)
    log_target = beta * log_l + 0.5 * (_squares(u) - _squares(z))
    accepted, correlation = 0.0, 1.0
    count = 0
    while count < _MAX_MOVES and correlation >= enough:
        count += 1
        u_new = math.sqrt(1 - s * s) * u + s * rng.standard_normal((dimension, size))
        z_new = mean[:, None] + factor @ u_new
        log_l_new = log_likelihood(z_new)
        log_target_new = beta * log_l_new + 0.5 * (_squares(u_new) - _squares(z_new))
        taken = -rng.standard_exponential(size) < log_target_new - log_target
        u = np.where(taken, u_new, u)
        z = np.where(taken, z_new, z)
        log_l = np.where(taken, log_l_new, log_l)
        log_target = np.where(taken, log_target_new, log_target)
        rate = float(taken.mean())
        accepted += rate
        s = min(1.0, max(_SMALLEST_STEP, s * math.exp(rate - _TARGET_ACCEPTANCE)))
        # `start` has mean zero and unit variance, so that only u's spread is left to divide by.
        variance = np.vecdot(u, u) / size - u.mean(axis=1) ** 2
        correlation = float((np.abs(np.vecdot(start, u)) / np.sqrt(variance)).max()) / size
    return _Moved(z, log_l, s, count, accepted, correlation)


def _squares(z: Array) -> Array:
    """Squared length of each column."""
    squares: Array = np.einsum("ij,ij->j", z, z)
    return squares
