r"""Sample by adaptive tempered sequential Monte Carlo, where the prior is standard normal.

Targets :math:`\pi_\beta(z) \propto \phi(z) L(z)^\beta` are visited from :math:`\beta = 0` to 1 (Del
Moral, Doucet and Jasra 2006, *JRSS B* 68:411), each step as long as leaves an effective sample
size of half the particles. Each run weighs and resamples its own particles; all runs share the
temperatures and the proposal, which are fitted to all of them, so that no particle weighs much in
the proposal that moves it. Moves are preconditioned Crank-Nicolson steps around a Student t,

.. math:: z' = \mu + \sqrt{1 - s^2}\,(z - \mu) + s \sqrt{w} L \xi,

whose tails are heavier than the prior's (Cotter et al. 2013, *Statist. Sci.* 28:424; Grumitt,
Karamanis and Seljak 2024, *Inverse Problems* 40:125024), made until no coordinate correlates with
where it started by more than :math:`0.1 + 3/\sqrt{n}`, over the :math:`n` particles of all runs. At
the last temperature the particles move on, and their places every second move are draws as well
(after Dau and Chopin 2022, *JRSS B* 84:114): :data:`SNAPSHOTS` times as many draws as particles.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from shellcount.engines.sampler_report import SmcReport
from shellcount.engines.settings import SNAPSHOTS
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator, stratified_normals
from shellcount.model.model import Model

read_report = SmcReport.from_document

_BETWEEN_SNAPSHOTS = 2
_DEGREES = 3.0  # of freedom, of the Student t that proposals keep
_TARGET_ACCEPTANCE = 0.35
_MOST_MOVES = 400
_MOST_TEMPERATURES = 500
_SMALLEST_STEP = 1e-3


def draw(
    model: Model, seed: int, sizes: Mapping[str, int], progress: Callable[[float], None]
) -> tuple[dict[str, Array], SmcReport]:
    """Draw the coordinates of a model that its likelihood informs, and report on the work."""
    with threadpool_limits(limits=1, user_api="blas"):  # sums must not depend on the cores
        result = sample(
            model.log_likelihood,
            len(model.informed),
            runs=sizes["runs"],
            particles=sizes["particles"],
            rng=named_generator(seed, "smc"),
            on_temperature=progress,
        )
    report = SmcReport(
        run_log_evidence=tuple(result.log_evidence.tolist()),
        temperatures=len(result.temperatures),
        moves=sum(result.moves),
        acceptance=result.acceptance,
        correlation=result.correlation,
    )
    return dict(zip(model.informed, result.draws, strict=True)), report


@dataclass(frozen=True, slots=True)
class Sample:
    """Equally weighted draws of several runs, and how the sampling went.

    Parameters
    ----------
    draws
        Shape (coordinate, run, draw).
    log_evidence
        Log marginal likelihood of each run, in nats; shape (run,).
    temperatures
        The inverse temperatures visited, the last of them 1.
    moves
        Moves made at each temperature.
    acceptance
        Share of the proposals accepted.
    correlation
        Largest correlation of any coordinate with where it was when the last temperature began.
    """

    draws: Array
    log_evidence: Array
    temperatures: tuple[float, ...]
    moves: tuple[int, ...]
    acceptance: float
    correlation: float


def sample(
    log_likelihood: Callable[[Array], Array],
    dimension: int,
    *,
    runs: int,
    particles: int,
    rng: np.random.Generator,
    on_temperature: Callable[[float], None] = lambda _: None,
) -> Sample:
    r"""Draw from a posterior whose prior is standard normal in every coordinate.

    The targets are :math:`\pi_\beta(z) \propto \phi(z) L(z)^\beta` with :math:`\beta` from 0 to 1.

    Parameters
    ----------
    log_likelihood
        From coordinates, shape (coordinate, particle), to log likelihoods, shape (particle,).
    dimension
        Number of coordinates.
    runs, particles
        Number of runs, and of particles in each.
    rng
        Decides every draw.
    on_temperature
        Called with each inverse temperature reached.

    Raises
    ------
    EvidenceError
        When the likelihood is finite nowhere, or hardly anywhere, or lies too far from the prior.

    Examples
    --------
    A unit normal prior and one observation of 2 with unit error have posterior mean 1:

    >>> sampled = sample(
    ...     lambda z: -0.5 * (2 - z[0]) ** 2, 1, runs=4, particles=500, rng=np.random.default_rng(1)
    ... )
    >>> abs(float(sampled.draws.mean()) - 1) < 0.05
    True
    """

    def log_l_of(z: Array) -> Array:
        log_l = log_likelihood(z)
        return np.where(np.isnan(log_l), -np.inf, log_l)

    start = stratified_normals(rng, dimension * runs, particles).reshape(dimension, runs * particles)
    places, pace = _Particles(start, log_l_of(start)), _Pace()
    beta, log_evidence = 0.0, np.zeros(runs)
    temperatures: list[float] = []
    moves: list[int] = []
    while True:
        log_l = places.log_l.reshape(runs, particles)
        largest = log_l.max(axis=1, keepdims=True)
        if not np.isfinite(largest).all():
            raise EvidenceError("hardly a draw from the prior has a finite likelihood")
        step = _step(log_l - largest, 1.0 - beta)
        weights = np.exp(step * (log_l - largest))
        log_evidence += step * largest[:, 0] + np.log(weights.mean(axis=1))
        beta = 1.0 if step == 1.0 - beta else beta + step
        walk = _Walk(log_l_of, places, weights, beta, pace, rng)
        moves.append(walk.forget())
        places = walk.places
        temperatures.append(beta)
        on_temperature(beta)
        if beta == 1.0:
            break
        if len(temperatures) == _MOST_TEMPERATURES:
            raise EvidenceError(
                f"{_MOST_TEMPERATURES} tempering steps do not lead from the prior to the evidence"
            )
    snapshots = walk.snapshots()
    moves[-1] += (SNAPSHOTS - 1) * _BETWEEN_SNAPSHOTS
    draws = np.concatenate([z.reshape(dimension, runs, particles) for z in snapshots], axis=2)
    acceptance = pace.accepted / sum(moves)
    return Sample(draws, log_evidence, tuple(temperatures), tuple(moves), acceptance, walk.correlation())


def _step(shifted: Array, longest: float) -> float:
    """Find the longest step in inverse temperature that keeps half of the runs' mean effective sample size.

    Parameters
    ----------
    shifted
        Log likelihoods less the largest of their run, shape (run, particle).
    longest
        Step to the last temperature.
    """

    def enough(step: float) -> bool:
        weights = np.exp(step * shifted)
        ess = weights.sum(axis=1) ** 2 / np.vecdot(weights, weights)
        return bool(ess.mean() >= 0.5 * shifted.shape[1])

    if enough(longest):
        return longest
    low, high = math.log(1e-12), math.log(longest)
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if enough(math.exp(middle)) else (low, middle)
    return math.exp(low)


def _systematic(weights: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """Resample systematically within each run: one uniform, evenly spaced through the cumulated weights."""
    size = weights.shape[1]
    chosen = []
    for run, row in enumerate(weights):
        cumulated = np.cumsum(row)
        positions = (rng.random() + np.arange(size)) / size * cumulated[-1]
        chosen.append(run * size + np.minimum(np.searchsorted(cumulated, positions), size - 1))
    return np.concatenate(chosen)


@dataclass(frozen=True, slots=True)
class _Particles:
    """Coordinates of the particles of all runs, and the log likelihood at each."""

    z: Array
    log_l: Array

    def weighted(self, shares: Array) -> tuple[Array, Array]:
        """Compute the weighted mean, and a Cholesky factor of the weighted covariance."""
        mean = self.z @ shares
        centred = self.z - mean[:, None]
        covariance = (centred * shares) @ centred.T
        # Few distinct particles may leave a direction without variance: widen the diagonal a little.
        covariance += np.diag(1e-3 * np.diag(covariance) + 1e-12)
        return mean, np.linalg.cholesky(covariance)

    def resampled(self, weights: Array, rng: np.random.Generator) -> _Particles:
        """Resample each run by its weights, which leaves the particles equally weighted."""
        chosen = _systematic(weights, rng)
        if np.unique(chosen).size <= self.z.shape[0]:  # too few to fit a proposal to
            raise EvidenceError("hardly a draw from the prior comes near the evidence")
        return _Particles(self.z[:, chosen], self.log_l[chosen])


@dataclass(slots=True)
class _Pace:
    """Length of the steps, adapted to the share of proposals accepted; and the sum of those shares."""

    s: float = 0.8
    accepted: float = 0.0

    def adapt(self, share: float) -> None:
        """Record the share accepted of one move, and adapt the length."""
        self.accepted += share
        self.s = min(1.0, max(_SMALLEST_STEP, self.s * math.exp(share - _TARGET_ACCEPTANCE)))


class _Walk:
    """Walk of the particles at one temperature, by preconditioned Crank-Nicolson moves.

    Parameters
    ----------
    log_l_of
        From coordinates to log likelihoods; minus infinity where they are not defined.
    places
        Where the particles are at the temperature before.
    weights
        Weights that carry them to this one, shape (run, particle).
    beta
        Inverse temperature.
    pace
        Length of the steps, which is kept from temperature to temperature.
    rng
        Decides every move.
    """

    def __init__(
        self,
        log_l_of: Callable[[Array], Array],
        places: _Particles,
        weights: Array,
        beta: float,
        pace: _Pace,
        rng: np.random.Generator,
    ) -> None:
        self._log_l_of, self._beta, self._pace, self._rng = log_l_of, beta, pace, rng
        shares = (weights / weights.sum(axis=1, keepdims=True)).ravel() / weights.shape[0]
        self._mean, self._factor = places.weighted(shares)
        self.places = places.resampled(weights, rng)
        # In u = L^-1 (z - mean) the proposal keeps a standard Student t, which cancels in the ratio.
        self._u: Array = np.linalg.solve(self._factor, self.places.z - self._mean[:, None])
        centred = self._u - self._u.mean(axis=1, keepdims=True)
        self._start: Array = centred / self._u.std(axis=1, keepdims=True)
        self._enough = 0.1 + 3 / math.sqrt(weights.size)
        self._log_target = self._log_target_of(self._u, self.places)

    def _log_target_of(self, u: Array, places: _Particles) -> Array:
        """Compute the log of the tempered target over the Student t that the proposal keeps."""
        log_t: Array = -0.5 * (_DEGREES + u.shape[0]) * np.log1p(_squares(u) / _DEGREES)
        return self._beta * places.log_l - 0.5 * _squares(places.z) - log_t

    def forget(self) -> int:
        """Move until no coordinate correlates with where it started, and count the moves."""
        for count in range(1, _MOST_MOVES + 1):
            self.move()
            if self.correlation() < self._enough:
                return count
        return _MOST_MOVES

    def move(self) -> None:
        """Propose a move for every particle, and adapt the step to the share accepted."""
        dimension, size = self._u.shape
        s = self._pace.s
        gamma = self._rng.standard_gamma((_DEGREES + dimension) / 2, size)
        spread = s * np.sqrt((_DEGREES + _squares(self._u)) / (2 * gamma))
        u = self._rng.standard_normal((dimension, size))
        u *= spread  # in place: these arrays are too large to make anew at each step
        u += math.sqrt(1 - s**2) * self._u
        z = self._factor @ u
        z += self._mean[:, None]
        proposed = _Particles(z, self._log_l_of(z))
        log_target = self._log_target_of(u, proposed)
        taken = -self._rng.standard_exponential(size) < log_target - self._log_target
        self._u = np.where(taken, u, self._u)
        self.places = _Particles(
            np.where(taken, z, self.places.z), np.where(taken, proposed.log_l, self.places.log_l)
        )
        self._log_target = np.where(taken, log_target, self._log_target)
        self._pace.adapt(float(taken.mean()))

    def snapshots(self) -> list[Array]:
        """List where the particles are, now and after every so many further moves."""
        places = [self.places.z]
        for _ in range(SNAPSHOTS - 1):
            for _ in range(_BETWEEN_SNAPSHOTS):
                self.move()
            places.append(self.places.z)
        return places

    def correlation(self) -> float:
        """Compute the largest correlation of any coordinate with where it was when the temperature began."""
        size = self.places.log_l.size
        # The start has mean zero and unit variance, so that only u's spread is left to divide by.
        variance = np.vecdot(self._u, self._u) / size - self._u.mean(axis=1) ** 2
        return float((np.abs(np.vecdot(self._start, self._u)) / np.sqrt(variance)).max(initial=0.0)) / size


def _squares(z: Array) -> Array:
    """Compute the squared length of each column."""
    squares: Array = np.einsum("ij,ij->j", z, z)
    return squares
