r"""Sample by adaptive tempered sequential Monte Carlo, where the prior is standard normal.

Targets :math:`\pi_\beta(z) \propto \phi(z) L(z)^\beta` are visited from :math:`\beta = 0` to 1 (Del
Moral, Doucet and Jasra 2006, *JRSS B* 68:411), each step as long as leaves an effective sample
size of four fifths of the particles. Each run weighs and resamples its own particles; all runs share the
temperatures and the proposal, which are fitted to all of them, so that no particle weighs much in
the proposal that moves it. Moves are preconditioned Crank-Nicolson steps around a Student t,

.. math:: z' = \mu + \sqrt{1 - s^2}\,(z - \mu) + s \sqrt{w} L \xi,

whose tails are heavier than the prior's (Cotter et al. 2013, *Statist. Sci.* 28:424; Grumitt,
Karamanis and Seljak 2024, *Inverse Problems* 40:125024), made until no coordinate correlates with
where it started by more than :math:`0.1 + 3/\sqrt{n}`, over the :math:`n` particles of all runs (0.25
instead of 0.1 before the last temperature); every other move is half as long. At the last temperature
the particles move on, and their places every second move are draws as well (after Dau and Chopin 2022,
*JRSS B* 84:114): :data:`SNAPSHOTS` times as many draws as particles.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping

import numpy as np

from shellcount.engines.contradictions import explanation, unfinished
from shellcount.engines.forecast import many, most_moves, require_from_prior
from shellcount.engines.paths import Along, find_path, sample_along
from shellcount.engines.settings import SNAPSHOTS
from shellcount.engines.smc_report import SmcReport
from shellcount.engines.target import Target
from shellcount.engines.walk import BETWEEN_SNAPSHOTS, Noise, Pace, Particles, Walk, systematic
from shellcount.errors import EvidenceError, LimitError
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.streams import named_generator, stratified_normals
from shellcount.model.model import Model
from shellcount.parallel.crew import ALONE, Crew, start_crew
from shellcount.parallel.process import one_blas_thread

read_report = SmcReport.from_document

_MOST_TEMPERATURES = 500
# Share of the particles that the effective sample size of a step is to be. Longer steps lose what is to
# become a mode while few particles are in it. The last may leave less, rather than a short one and all its
# moves besides.
_KEPT, _LAST_KEPT = 0.8, 0.35


def draw(
    model: Model, seed: int, sizes: Mapping[str, int], progress: Callable[[float], None]
) -> tuple[dict[str, Array], SmcReport]:
    """Draw the coordinates of a model that its likelihood informs, and report on the work."""
    rng = named_generator(seed, "smc")
    with one_blas_thread(), start_crew() as threads:
        target = Target(model.log_likelihood, model.log_likelihood_and_gradient, threads)
        path = find_path(target, len(model.informed), rng) if many(model) else None
        if path is not None:
            along = sample_along(path, target, runs=sizes["runs"], particles=sizes["particles"], rng=rng)
            return dict(zip(model.informed, along.draws, strict=True)), _reported_along(along)
        require_from_prior(model, sizes)
        result = sample(
            model.log_likelihood,
            len(model.informed),
            runs=sizes["runs"],
            particles=sizes["particles"],
            rng=rng,
            on_temperature=progress,
            most_moves=most_moves(model, sizes),
            explain=functools.partial(explanation, model),
            unfinished=functools.partial(unfinished, model),
            gradient=model.log_likelihood_and_gradient,
            crew=threads,
        )
    report = SmcReport(
        run_log_evidence=tuple(result.log_evidence.tolist()),
        temperatures=len(result.temperatures),
        moves=sum(result.moves),
        acceptance=result.acceptance,
        correlation=result.correlation,
        stuck=result.stuck,
    )
    return dict(zip(model.informed, result.draws, strict=True)), report


def _reported_along(along: Along) -> SmcReport:
    evidence = tuple(along.log_evidence.tolist())
    return SmcReport(evidence, 1, along.moves, along.acceptance, along.correlation, along.stuck)


@frozen
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
    stuck
        Last temperature at which particles did not forget where they started, in words, if there is any.
    """

    draws: Array
    log_evidence: Array
    temperatures: tuple[float, ...]
    moves: tuple[int, ...]
    acceptance: float
    correlation: float
    stuck: str | None


def sample(
    log_likelihood: Callable[[Array], Array],
    dimension: int,
    *,
    runs: int,
    particles: int,
    rng: np.random.Generator,
    on_temperature: Callable[[float], None] = lambda _: None,
    most_moves: int | None = None,
    explain: Callable[[str, Array], str] = lambda reason, _: reason,
    unfinished: Callable[[str, Array], str] = lambda reason, _: reason,
    gradient: Callable[[Array], tuple[Array, Array]] | None = None,
    crew: Crew = ALONE,
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
    most_moves
        Number of moves after which sampling is given up; by default any number.
    explain
        Makes the message of an error from its reason, and from where the particles are.
    unfinished
        The same, where it is the work that ended and not the claims that contradict each other.
    gradient
        From coordinates to log likelihoods and their derivatives, shape (coordinate, particle): for particles
        that forget where they started only after many moves.
    crew
        Threads that move blocks of particles side by side; digits do not depend on their number.

    Raises
    ------
    EvidenceError
        When the likelihood is finite nowhere, or hardly anywhere, or lies too far from the prior.
    LimitError
        After the most moves.

    Examples
    --------
    A unit normal prior and one observation of 2 with unit error have posterior mean 1:

    >>> sampled = sample(
    ...     lambda z: -0.5 * (2 - z[0]) ** 2, 1, runs=4, particles=500, rng=np.random.default_rng(1)
    ... )
    >>> abs(float(sampled.draws.mean()) - 1) < 0.05
    True
    """
    target = Target(log_likelihood, gradient, crew)
    start = stratified_normals(rng, dimension * runs, particles).reshape(dimension, runs * particles)
    places, pace = Particles(start, target.log_l(start)), Pace()
    noise = Noise(rng.spawn(1)[0], dimension, runs * particles, crew)
    beta, log_evidence = 0.0, np.zeros(runs)
    temperatures: list[float] = []
    moves: list[int] = []
    stuck: str | None = None
    while True:
        by_run = places.log_l.reshape(runs, particles)
        largest = by_run.max(axis=1, keepdims=True)
        if not np.isfinite(largest).all():
            raise EvidenceError(explain("hardly a draw from the prior has a finite likelihood", places.z))
        step = _step(by_run - largest, 1.0 - beta)
        weights = np.exp(step * (by_run - largest))
        log_evidence += step * largest[:, 0] + np.log(weights.mean(axis=1))
        beta = 1.0 if step == 1.0 - beta else beta + step
        chosen = systematic(weights, rng)
        if np.unique(chosen).size <= dimension:  # too few to fit a proposal to
            raise EvidenceError(explain("hardly a draw from the prior comes near the evidence", places.z))
        walk = Walk(target.log_l_of, places, weights, chosen, beta, pace, noise, crew, gradient)
        moves.append(walk.forget())
        stuck = walk.stuck or stuck
        places = walk.places
        temperatures.append(beta)
        on_temperature(beta)
        if beta == 1.0:
            break
        _require_within_reach(moves, most_moves, explain, unfinished, places)
    snapshots = walk.snapshots()
    moves[-1] += (SNAPSHOTS - 1) * BETWEEN_SNAPSHOTS
    draws = np.concatenate([z.reshape(dimension, runs, particles) for z in snapshots], axis=2)
    return Sample(
        draws, log_evidence, tuple(temperatures), tuple(moves), pace.acceptance, walk.correlation(), stuck
    )


def _require_within_reach(
    moves: list[int],
    most_moves: int | None,
    explain: Callable[[str, Array], str],
    unfinished: Callable[[str, Array], str],
    places: Particles,
) -> None:
    """Refuse to go on after so many temperatures or moves."""
    if most_moves is not None and sum(moves) >= most_moves:
        reason = f"{sum(moves):,} moves, all that are allowed, do not lead from the prior to the evidence"
        raise LimitError(unfinished(reason, places.z))
    if len(moves) == _MOST_TEMPERATURES:
        reason = f"{_MOST_TEMPERATURES} tempering steps do not lead from the prior to the evidence"
        raise EvidenceError(explain(reason, places.z))


def _step(shifted: Array, longest: float) -> float:
    """Find the longest step in inverse temperature that keeps enough of the runs' mean effective sample size.

    The last step may keep less.

    Parameters
    ----------
    shifted
        Log likelihoods less the largest of their run, shape (run, particle).
    longest
        Step to the last temperature.
    """

    def enough(step: float, kept: float = _KEPT) -> bool:
        weights = np.exp(step * shifted)
        ess = weights.sum(axis=1) ** 2 / np.vecdot(weights, weights)
        return bool(ess.mean() >= kept * shifted.shape[1])

    if enough(longest, _LAST_KEPT):
        return longest
    low, high = math.log(1e-12), math.log(longest)
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if enough(math.exp(middle)) else (low, middle)
    return math.exp(low)
