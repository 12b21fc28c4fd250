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

SNAPSHOTS = 8
_BETWEEN_SNAPSHOTS = 2
_TARGET_ACCEPTANCE = 0.35
_MOST_MOVES = 400
_SMALLEST_STEP = 1e-3


@dataclass(frozen=True, slots=True)
class Run:
    """One run's equally weighted draws and its own account of how it went.

    Parameters
    ----------
    draws
        Shape (coordinate, draw).
    log_evidence
        Log marginal likelihood, in nats.
    temperatures
        The inverse temperatures visited, the last of them 1.
    moves
        Moves made at each temperature.
    acceptance
        Share of the proposals accepted, over the whole run.
    correlation
        Largest correlation of any coordinate with where it was when the last temperature began.
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
    correlates with where it started by more than :math:`0.1 + 3/\sqrt{n}`. At the last
    temperature they move on, and their places every second move are draws as well (after Dau
    and Chopin 2022, *JRSS B* 84:114): :data:`SNAPSHOTS` times as many draws as particles.

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
    ...     lambda z: -0.5 * (2 - z[0]) ** 2, 1, particles=500, rng=np.random.default_rng(1)
    ... )
    >>> abs(float(run.draws.mean()) - 1) < 0.05
    True
    """
    walk = _Walk(log_likelihood, stratified_normals(rng, dimension, particles), rng)
    beta, log_evidence = 0.0, 0.0
    temperatures: list[float] = []
    moves: list[int] = []
    while beta < 1.0:
        step = _step(walk.log_l, 1.0 - beta)
        largest = float(walk.log_l.max())
        weights = np.exp(step * (walk.log_l - largest))
        log_evidence += step * largest + math.log(float(weights.mean()))
        beta = 1.0 if step == 1.0 - beta else beta + step
        walk.restart(weights / weights.sum(), beta)
        moves.append(walk.forget())
        temperatures.append(beta)
        on_temperature(beta)
    snapshots = [walk.z]
    for _ in range(SNAPSHOTS - 1):
        for _ in range(_BETWEEN_SNAPSHOTS):
            walk.move()
        snapshots.append(walk.z)
    moves[-1] += (SNAPSHOTS - 1) * _BETWEEN_SNAPSHOTS
    acceptance = walk.accepted / sum(moves)
    draws = np.concatenate(snapshots, axis=1)
    return Run(draws, log_evidence, tuple(temperatures), tuple(moves), acceptance, walk.correlation())


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


def _systematic(weights: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """Systematic resampling: one uniform, evenly spaced through the cumulated weights."""
    size = weights.size
    positions = (rng.random() + np.arange(size)) / size
    cumulated = np.cumsum(weights)
    chosen: NDArray[np.intp] = np.minimum(np.searchsorted(cumulated, positions * cumulated[-1]), size - 1)
    return chosen


class _Walk:
    """Particles that walk by preconditioned Crank-Nicolson moves at one temperature after another."""

    def __init__(self, log_likelihood: Callable[[Array], Array], z: Array, rng: np.random.Generator) -> None:
        self._log_likelihood = log_likelihood
        self._rng = rng
        self.z = z
        self.log_l = log_likelihood(z)
        self.accepted = 0.0
        self._s = 0.8

    def restart(self, weights: Array, beta: float) -> None:
        """Fit a normal to the weighted particles, resample them, and take up a temperature."""
        self._mean = self.z @ weights
        centred = self.z - self._mean[:, None]
        covariance = (centred * weights) @ centred.T
        # Few distinct particles may leave a direction without variance: widen the diagonal a little.
        covariance += np.diag(1e-3 * np.diag(covariance) + 1e-12)
        self._factor = np.linalg.cholesky(covariance)
        chosen = _systematic(weights, self._rng)
        self.z, self.log_l = self.z[:, chosen], self.log_l[chosen]
        # In u = L^-1 (z - mean) the proposal keeps a standard normal, which cancels in the ratio.
        self._u = np.linalg.solve(self._factor, self.z - self._mean[:, None])
        self._start = (self._u - self._u.mean(axis=1, keepdims=True)) / self._u.std(axis=1, keepdims=True)
        self._beta = beta
        self._log_target = self._log_target_of(self._u, self.z, self.log_l)

    def _log_target_of(self, u: Array, z: Array, log_l: Array) -> Array:
        """Log of the tempered target over the normal that the proposal keeps."""
        squares: Array = np.einsum("ij,ij->j", u, u) - np.einsum("ij,ij->j", z, z)
        return self._beta * log_l + 0.5 * squares

    def forget(self) -> int:
        """Move until no coordinate remembers where it started, and count the moves."""
        enough = 0.1 + 3 / math.sqrt(self.log_l.size)
        for count in range(1, _MOST_MOVES + 1):
            self.move()
            if self.correlation() < enough:
                return count
        return _MOST_MOVES

    def move(self) -> None:
        """Propose a move for every particle, and adapt the step to the share accepted."""
        noise = self._rng.standard_normal(self._u.shape)
        u = math.sqrt(1 - self._s**2) * self._u + self._s * noise
        z = self._mean[:, None] + self._factor @ u
        log_l = self._log_likelihood(z)
        log_target = self._log_target_of(u, z, log_l)
        taken = -self._rng.standard_exponential(log_l.size) < log_target - self._log_target
        self._u = np.where(taken, u, self._u)
        self.z = np.where(taken, z, self.z)
        self.log_l = np.where(taken, log_l, self.log_l)
        self._log_target = np.where(taken, log_target, self._log_target)
        share = float(taken.mean())
        self.accepted += share
        self._s = min(1.0, max(_SMALLEST_STEP, self._s * math.exp(share - _TARGET_ACCEPTANCE)))

    def correlation(self) -> float:
        """Largest correlation of any coordinate with where it was when the temperature began."""
        size = self.log_l.size
        # The start has mean zero and unit variance, so that only u's spread is left to divide by.
        variance = np.vecdot(self._u, self._u) / size - self._u.mean(axis=1) ** 2
        return float((np.abs(np.vecdot(self._start, self._u)) / np.sqrt(variance)).max()) / size
