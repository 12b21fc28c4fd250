"""Move particles until they have forgotten where they started.

They walk by preconditioned Crank-Nicolson steps. Where many of those do not suffice, as in a thin and curved
posterior, they slide: along trajectories of Hamiltonian dynamics, which follow the gradient (Neal 2011,
*Handbook of Markov Chain Monte Carlo*, chapter 5).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shellcount.engines.settings import SNAPSHOTS
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.parallel.crew import Crew

BETWEEN_SNAPSHOTS = 2
_DEGREES = 3.0  # of freedom, of the Student t that proposals keep
_TARGET_ACCEPTANCE = 0.35
_MOST_MOVES = 400  # at one temperature
_ONCE_STUCK = 60  # moves at each further temperature, once particles were stuck: no number may be quoted
# Moves, and slides, in which the correlation must fall by a tenth.
_PATIENCE, _PATIENCE_OF_SLIDES, _PROGRESS = 50, 10, 0.9
_SMALLEST_STEP = 1e-3
BLOCK = 4096  # particles
_WALKED = 60  # moves at one temperature after which particles slide, there and later
_SLID = 2.5  # time of a trajectory, in which a normal of unit spread loses its start
_MOST_STEPS, _LONGEST_STEP = 60, 1.5
_TARGET_OF_SLIDES = 0.7
_SLIDING_BLOCK = 1024  # particles; their gradients take more room
_SHORT = 0.5  # of the length of a step, every other one
# Largest correlation with the start at which particles have forgotten it; on the way, and at the end.
_ON_THE_WAY, _AT_THE_END = 0.25, 0.1


def systematic(weights: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """Resample systematically within each run: one uniform, evenly spaced through the cumulated weights."""
    size = weights.shape[1]
    chosen = []
    for run, row in enumerate(weights):
        cumulated = np.cumsum(row)
        positions = (rng.random() + np.arange(size)) / size * cumulated[-1]
        chosen.append(run * size + np.minimum(np.searchsorted(cumulated, positions), size - 1))
    return np.concatenate(chosen)


@frozen
class Particles:
    """Coordinates of the particles of all runs, and the log likelihood at each."""

    z: Array
    log_l: Array

    def of(self, block: slice) -> Particles:
        """Give a block of the particles, as views."""
        return Particles(self.z[:, block], self.log_l[block])

    def weighted(self, shares: Array) -> tuple[Array, Array]:
        """Compute the weighted mean, and a Cholesky factor of the weighted covariance."""
        mean = self.z @ shares
        centred = self.z - mean[:, None]
        covariance = (centred * shares) @ centred.T
        # Few distinct particles may leave a direction without variance: widen the diagonal a little.
        covariance += np.diag(1e-3 * np.diag(covariance) + 1e-12)
        return mean, np.linalg.cholesky(covariance)


@dataclass(slots=True)
class Pace:
    """Length of the steps, adapted to the share of proposals accepted; and the sum of those shares."""

    s: float = 0.8
    slide: float = 0.3
    sliding: bool = False
    stuck: bool = False
    accepted: float = 0.0
    count: int = 0

    @property
    def acceptance(self) -> float:
        """Share of all proposals that were accepted."""
        return self.accepted / self.count

    def record_slide(self, share: float, *, adapt: bool) -> None:
        """Record the share accepted of one slide, and adapt its steps if they were of that length."""
        self.accepted, self.count = self.accepted + share, self.count + 1
        if adapt:
            longer = self.slide * math.exp(share - _TARGET_OF_SLIDES)
            self.slide = min(_LONGEST_STEP, max(_SMALLEST_STEP, longer))

    def record(self, share: float, *, adapt: bool) -> None:
        """Record the share accepted of one move, and adapt the length if it was of that length."""
        self.accepted, self.count = self.accepted + share, self.count + 1
        if adapt:
            self.s = min(1.0, max(_SMALLEST_STEP, self.s * math.exp(share - _TARGET_ACCEPTANCE)))


class Noise:
    """Random numbers of moves, drawn while the particles still make the move before.

    Parameters
    ----------
    rng
        Decides them, and nothing else.
    dimension, size
        Number of coordinates, and of particles.
    crew
        Threads that draw them.
    """

    def __init__(self, rng: np.random.Generator, dimension: int, size: int, crew: Crew) -> None:
        self._rng, self._crew = rng, crew
        # Arrays too large to make anew: one is in use while the other is filled.
        self._normals = [np.empty((dimension, size)) for _ in range(2)]
        self._next = crew.later(self._draw)

    def take(self) -> tuple[Array, Array, Array]:
        """Give the normals, gammas and exponentials of the next move, which last until the one after it."""
        drawn = self._next()
        self._next = self._crew.later(self._draw)
        return drawn

    def _draw(self) -> tuple[Array, Array, Array]:
        self._normals.reverse()
        dimension, size = self._normals[0].shape
        gamma = self._rng.standard_gamma((_DEGREES + dimension) / 2, size)
        self._rng.standard_normal(out=self._normals[0])
        return self._normals[0], gamma, self._rng.standard_exponential(size)


class Walk:
    """Walk of the particles at one temperature, by preconditioned Crank-Nicolson moves.

    Parameters
    ----------
    log_l_of
        From coordinates to log likelihoods; minus infinity where they are not defined.
    places
        Where the particles are at the temperature before.
    weights
        Weights that carry them to this one, shape (run, particle).
    chosen
        Places of the particles that are left when each run is resampled by its weights.
    beta
        Inverse temperature.
    pace
        Length of the steps, which is kept from temperature to temperature.
    noise
        Random numbers of the moves.
    crew
        Threads that move blocks of particles.
    gradient
        From coordinates to log likelihoods and their derivatives; ``None`` where particles only walk.
    about
        Mean, and factor of the covariance, that moves are made about; by default those of the particles.
    """

    def __init__(
        self,
        log_l_of: Callable[[Array], Array],
        places: Particles,
        weights: Array,
        chosen: NDArray[np.intp],
        beta: float,
        pace: Pace,
        noise: Noise,
        crew: Crew,
        gradient: Callable[[Array], tuple[Array, Array]] | None = None,
        about: tuple[Array, Array] | None = None,
    ) -> None:
        self._gradient = gradient
        self._log_l_of, self._beta, self._pace, self._noise, self._crew = log_l_of, beta, pace, noise, crew
        shares = (weights / weights.sum(axis=1, keepdims=True)).ravel() / weights.shape[0]
        self._mean, self._factor = places.weighted(shares) if about is None else about
        self.places = Particles(places.z[:, chosen], places.log_l[chosen])
        # In u = L^-1 (z - mean) the proposal keeps a standard Student t, which cancels in the ratio.
        self._u: Array = np.linalg.solve(self._factor, self.places.z - self._mean[:, None])
        centred = self._u - self._u.mean(axis=1, keepdims=True)
        self._start: Array = centred / self._u.std(axis=1, keepdims=True)
        self._enough = (_AT_THE_END if beta == 1.0 else _ON_THE_WAY) + 3 / math.sqrt(weights.size)
        self._short = True
        self.stuck: str | None = None
        self._log_target = self._log_target_of(self._u, self.places)

    def _log_target_of(self, u: Array, places: Particles) -> Array:
        """Compute the log of the tempered target over the Student t that the proposal keeps."""
        log_t: Array = -0.5 * (_DEGREES + u.shape[0]) * np.log1p(_squares(u) / _DEGREES)
        return self._beta * places.log_l - 0.5 * _squares(places.z) - log_t

    def forget(self) -> int:
        """Move until no coordinate correlates with its start, or that helps no more; count the moves.

        In the second case ``stuck`` says so.
        """
        before, correlation, count, proposals = math.inf, 1.0, 0, 0
        while count < (_ONCE_STUCK if self._pace.stuck else _MOST_MOVES):
            count, proposals = count + self._propose(), proposals + 1
            correlation = self.correlation()
            if correlation < self._enough:
                return count
            if proposals == (_PATIENCE_OF_SLIDES if self._pace.sliding else _PATIENCE):
                # Between modes far apart no particle moves: their weights stay as they were resampled.
                if correlation > _PROGRESS * before:
                    break
                before, proposals = correlation, 0
            if self._gradient is not None and not self._pace.sliding and count >= _WALKED:
                self._pace.sliding, proposals = True, 0
        self._pace.stuck = True
        at = "the last temperature" if self._beta == 1.0 else f"inverse temperature {self._beta:.2g}"
        self.stuck = (
            f"at {at} particles still correlate by {correlation:.2f} with where they started, "
            f"not below {self._enough:.2f}"
        )
        return count

    def _propose(self) -> int:
        """Propose a slide or a move for every particle, and count the evaluations that it takes."""
        if self._pace.sliding:
            return self._slide()
        self.move()
        return 1

    def move(self) -> None:
        """Propose a move for every particle, and adapt the step to the share accepted."""
        # Every other step is short: long ones carry the bulk far, but leave places far out where they are.
        self._short = not self._short
        s = self._pace.s * (_SHORT if self._short else 1.0)
        normals, gamma, exponential = self._noise.take()

        def move(block: slice) -> int:
            before, places = self._u[:, block], self.places.of(block)
            u = normals[:, block]
            u *= s * np.sqrt((_DEGREES + _squares(before)) / (2 * gamma[block]))
            u += math.sqrt(1 - s**2) * before
            z = self._factor @ u
            z += self._mean[:, None]
            proposed = Particles(z, self._log_l_of(z))
            log_target = self._log_target_of(u, proposed)
            taken = log_target - self._log_target[block] > -exponential[block]
            np.copyto(before, u, where=taken)
            np.copyto(places.z, z, where=taken)
            np.copyto(places.log_l, proposed.log_l, where=taken)
            np.copyto(self._log_target[block], log_target, where=taken)
            return int(np.count_nonzero(taken))

        size = self._log_target.size
        taken = self._crew.each(move, blocks(size))
        self._pace.record(sum(taken) / size, adapt=not self._short)

    def _slide(self) -> int:
        """Propose the end of a trajectory for every particle; count its steps as moves."""
        # Every other trajectory has shorter steps, without which particles in thin places stay there.
        self._short = not self._short
        length = self._pace.slide * (_SHORT if self._short else 1.0)
        steps = max(1, min(_MOST_STEPS, math.ceil(_SLID / self._pace.slide)))
        normals, _, exponential = self._noise.take()

        def slide(block: slice) -> int:
            before, places = self._u[:, block], self.places.of(block)
            u, momentum = before.copy(), normals[:, block]
            energy = 0.5 * _squares(momentum) - self._log_density(places)
            proposed, slope = self._sloped(u)
            momentum += 0.5 * length * slope
            for step in range(1, steps + 1):
                u += length * momentum
                proposed, slope = self._sloped(u)
                momentum += (length if step < steps else 0.5 * length) * slope
            gained = energy - (0.5 * _squares(momentum) - self._log_density(proposed))
            taken = gained > -exponential[block]  # not where a density, or the way to it, is no number
            np.copyto(before, u, where=taken)
            np.copyto(places.z, proposed.z, where=taken)
            np.copyto(places.log_l, proposed.log_l, where=taken)
            self._log_target[block] = self._log_target_of(before, places)
            return int(np.count_nonzero(taken))

        size = self._log_target.size
        with np.errstate(all="ignore"):  # a trajectory may leave where anything is defined
            taken = self._crew.each(slide, blocks(size, _SLIDING_BLOCK))
        self._pace.record_slide(sum(taken) / size, adapt=not self._short)
        return steps

    def _log_density(self, places: Particles) -> Array:
        return self._beta * places.log_l - 0.5 * _squares(places.z)

    def _sloped(self, u: Array) -> tuple[Particles, Array]:
        """Compute where particles are, and the slope of the log of the tempered target with respect to u."""
        z = self._factor @ u + self._mean[:, None]
        log_l, slope = self._gradient(z) if self._gradient is not None else (self._log_l_of(z), 0.0 * z)
        return Particles(z, log_l), self._factor.T @ (self._beta * slope - z)

    def snapshots(self) -> list[Array]:
        """List where the particles are, now and after every so many further moves."""
        places = [self.places.z.copy()]
        for _ in range(SNAPSHOTS - 1):
            for _ in range(BETWEEN_SNAPSHOTS):
                self.move()
            places.append(self.places.z.copy())
        return places

    def correlation(self) -> float:
        """Compute the largest correlation of any coordinate with where it was when the temperature began."""

        def sums(block: slice) -> Array:
            start, u = self._start[:, block], self._u[:, block]
            return np.stack([np.vecdot(start, u), np.vecdot(u, u), u.sum(axis=1)])

        size = self.places.log_l.size
        with_start, with_itself, mean = np.sum(self._crew.each(sums, blocks(size)), axis=0) / size
        # The start has mean zero and unit variance, so that only u's spread is left to divide by.
        return float((np.abs(with_start) / np.sqrt(with_itself - mean**2)).max(initial=0.0))


def blocks(size: int, of: int = BLOCK) -> list[slice]:
    """List the blocks in which particles are moved, so that their arrays stay in the cache of a processor."""
    return [slice(at, at + of) for at in range(0, size, of)]


def _squares(z: Array) -> Array:
    """Compute the squared length of each column."""
    squares: Array = np.einsum("ij,ij->j", z, z)
    return squares
