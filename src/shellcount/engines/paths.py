"""Draw in many directions at once: from points along a path, which walk until they forget their start.

In many directions a normal approximation along a path (:mod:`shellcount.engines.straightening`) is near the
posterior, and yet too far from it for weights alone: what it lacks in each direction adds up. So its points
are weighed and resampled, as those of engine ``is`` are, and then walk by the moves of engine ``smc``, in
coordinates that are straight along the path, until none correlates with where it began.
"""

from __future__ import annotations

import math

import numpy as np

from shellcount.engines.curved import Path
from shellcount.engines.modes import Mode, find_modes
from shellcount.engines.settings import SNAPSHOTS
from shellcount.engines.straightening import straightened
from shellcount.engines.target import Target
from shellcount.engines.walk import BETWEEN_SNAPSHOTS, Noise, Pace, Particles, Walk
from shellcount.engines.weights import chosen, normalised
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import log_sum

_LIKELY, _STARTS, _MOST_MODES = 512, 8, 6  # points of the prior, those that climbs start from, and their ends
_JUDGED, _STRAIGHT = 1024, 4.0  # points by which a path is judged, and nats by which their weights scatter
_LONG, _HOPELESS = (
    500,
    100.0,
)  # coordinates with which no path is sought after one of which weights scatter so
_OUTWEIGHS, _COUNTS = 5.0, 0.03  # nats, and share of the evidence, from which a mode off the path counts
_PER_PARTICLE = 8  # points that are weighed
_MOST_APART = 0.5  # nats, standard deviation of the runs' log evidences


@frozen
class Along:
    """Draws along a path, and how the sampling went.

    Parameters
    ----------
    draws
        Shape (coordinate, run, draw).
    log_evidence
        Log marginal likelihood by each run, in nats; shape (run,).
    moves
        Number of moves made.
    acceptance
        Share of the proposals accepted.
    correlation
        Largest correlation of any coordinate with where it began.
    stuck
        Reason why the draws must not be used; ``None`` if they may be.
    """

    draws: Array
    log_evidence: Array
    moves: int
    acceptance: float
    correlation: float
    stuck: str | None


def find_path(target: Target, dimension: int, rng: np.random.Generator) -> Path | None:
    """Find a path along which a posterior is nearly normal; ``None`` if there is none.

    Nor is there one where a mode that counts lies off it.

    Parameters
    ----------
    target
        Log likelihood.
    dimension
        Number of coordinates.
    rng
        Decides the points.

    Examples
    --------
    >>> def about_two(z):
    ...     return -0.5 * ((2 - z) ** 2).sum(axis=0), 2 - z
    >>> target = Target(lambda z: about_two(z)[0], about_two)
    >>> path = find_path(target, 3, np.random.default_rng(1))
    >>> path.bent(np.zeros((3, 1))).round(3).tolist()
    [[1.0], [1.0], [1.0]]
    """
    z = rng.standard_normal((dimension, _LIKELY))
    starts = z[:, np.argsort(-target.log_l(z), kind="stable")[:_STARTS]]
    modes = find_modes(target.with_gradient, starts, _MOST_MODES)
    for at in range(len(modes)):
        path, scatter = _path_through(target, modes, at, rng)
        if path is not None:
            return path
        if dimension > _LONG and scatter > _HOPELESS:
            break
    return None


def _path_through(
    target: Target, modes: list[Mode], at: int, rng: np.random.Generator
) -> tuple[Path | None, float]:
    """Find the path through one of the modes, and by how many nats weights about it scatter.

    It is ``None`` where it is not straight, or misses another mode.
    """
    try:
        with np.errstate(all="ignore"):  # a path may lead where nothing is defined
            path = Path(straightened(target.with_gradient, modes[at], rng, prior_share=0.0))
            inner = path.target(target)
            logs = inner.log_l(rng.standard_normal((len(modes[at].place), _JUDGED)))
            places = path.straight(np.stack([mode.place for mode in modes], axis=1))
            ends = inner.log_l(places)
            evidence = float(log_sum(logs)) - np.log(_JUDGED)
    except np.linalg.LinAlgError:
        return None, math.inf
    counts = np.array([mode.log_evidence for mode in modes]) > evidence + np.log(_COUNTS)
    scatter = float(logs.std()) if np.isfinite(logs).all() else math.inf
    missed = (counts & (ends > ends[at] + _OUTWEIGHS)).any()
    return (path if scatter < _STRAIGHT and not missed else None), scatter


def sample_along(path: Path, target: Target, *, runs: int, particles: int, rng: np.random.Generator) -> Along:
    """Draw from a posterior along a path.

    Parameters
    ----------
    path
        Path that :func:`find_path` found.
    target
        Log likelihood.
    runs, particles
        Number of runs, and of particles in each.
    rng
        Decides every draw.

    Examples
    --------
    >>> def about_two(z):
    ...     return -0.5 * ((2 - z) ** 2).sum(axis=0), 2 - z
    >>> target, rng = Target(lambda z: about_two(z)[0], about_two), np.random.default_rng(1)
    >>> along = sample_along(find_path(target, 3, rng), target, runs=4, particles=256, rng=rng)
    >>> bool(np.abs(along.draws.mean(axis=(1, 2)) - 1).max() < 0.05), along.stuck
    (True, None)
    """
    inner, dimension, count = path.target(target), len(path.proposal.basis), runs * particles
    places, log_evidence = _started(inner, dimension, runs, particles, rng)
    pace, noise = Pace(), Noise(rng.spawn(1)[0], dimension, count, target.crew)
    walk = Walk(
        inner.log_l_of,
        places,
        np.ones((runs, particles)),
        np.arange(count),
        1.0,
        pace,
        noise,
        target.crew,
        inner.gradient,
        about=(np.zeros(dimension), np.eye(dimension)),
    )
    moves = walk.forget() + (SNAPSHOTS - 1) * BETWEEN_SNAPSHOTS
    draws = [path.bent(u).reshape(dimension, runs, particles) for u in walk.snapshots()]
    apart = float(log_evidence.std(ddof=1))
    scatter = f"the log evidences of the runs scatter by {apart:.2f} nats, more than {_MOST_APART}"
    stuck = walk.stuck or (scatter if apart > _MOST_APART else None)
    return Along(
        np.concatenate(draws, axis=2), log_evidence, moves, pace.acceptance, walk.correlation(), stuck
    )


def _started(
    inner: Target, dimension: int, runs: int, particles: int, rng: np.random.Generator
) -> tuple[Particles, Array]:
    """Choose particles from points about the path: them, and the log evidence by each run."""
    size = _PER_PARTICLE * particles
    starts, log_l, log_evidence = [], [], np.empty(runs)
    for run in range(runs):
        u = rng.standard_normal((dimension, size))
        logs = inner.log_l(u)
        taken = rng.permutation(chosen(normalised(logs), particles, rng))
        starts.append(u[:, taken])
        log_l.append(logs[taken])
        log_evidence[run] = log_sum(logs) - np.log(size)
    return Particles(np.concatenate(starts, axis=1), np.concatenate(log_l)), log_evidence
