r"""Draw in many directions at once: from points along the paths through the modes, moved until they forget.

In many directions a normal approximation along a path (:mod:`shellcount.engines.straightening`) is near the
posterior, and yet too far from it for weights alone: what it lacks in each direction adds up. So points of
the mixture of such approximations, one for each mode that counts, are weighed and resampled,

.. math:: w(z) = L(z)\, \phi(z) / \textstyle\sum_k \pi_k q_k(z),

and then walk by the moves of engine smc, in the straight coordinates of the first path, until no coordinate
correlates with where it began.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from shellcount.engines.curved import Path
from shellcount.engines.modes import Mode, find_modes
from shellcount.engines.settings import SNAPSHOTS
from shellcount.engines.straightening import straightened
from shellcount.engines.target import Target
from shellcount.engines.walk import BETWEEN_SNAPSHOTS, Noise, Pace, Particles, Walk, blocks
from shellcount.engines.weights import chosen, effective
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import log_sum

_LIKELY, _STARTS = 512, 8  # points of the prior, and those of them that climbs start from
_MOST_MODES, _MOST_PATHS = 6, 3
_JUDGED = 1024  # points by which a path is judged
_STRAIGHT = 4.0  # nats, standard deviation at most of the log density over the normal approximation
_OUTWEIGHS, _COUNTS = 5.0, 0.03  # nats, and share of the evidence, from which a mode off a path counts
_LEAST_SHARE = 0.1  # of the points for each path
_PER_PARTICLE = 8  # points that are weighed
_LEAST_EFFECTIVE = 10.0  # points of a run


@dataclass(frozen=True, slots=True)
class Along:
    """Draws along paths, and how the sampling went.

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


@dataclass(frozen=True, slots=True)
class Paths:
    """Mixture of normal approximations, each about a path through a mode.

    Parameters
    ----------
    paths
        Straight coordinates about each.
    shares
        Share of the points of each.
    """

    paths: tuple[Path, ...]
    shares: Array

    def draw(self, dimension: int, count: int, rng: np.random.Generator) -> Array:
        """Draw points, shape (coordinate, point)."""
        ends = np.round(count * np.cumsum(self.shares)).astype(int)
        normals = rng.standard_normal((dimension, count))
        parts = np.split(normals, ends[:-1], axis=1)
        return np.concatenate([path.bent(u) for path, u in zip(self.paths, parts, strict=True)], axis=1)

    def log_ratio(self, z: Array) -> Array:
        """Compute the log of prior over proposal density, at coordinates of shape (coordinate, point)."""
        rest = [np.log(share) - path.log_rest(z, path.straight(z)) for path, share in self._each()]
        return -log_sum(np.stack(rest))

    def _each(self) -> list[tuple[Path, float]]:
        return list(zip(self.paths, self.shares.tolist(), strict=True))


def find_paths(target: Target, dimension: int, rng: np.random.Generator) -> Paths | None:
    """Find paths along which a posterior is nearly normal; ``None`` where it is not, or a mode is off them.

    Parameters
    ----------
    target
        Log likelihood.
    dimension
        Number of coordinates.
    rng
        Decides the points.
    """
    z = rng.standard_normal((dimension, _LIKELY))
    starts = z[:, np.argsort(-target.log_l(z), kind="stable")[:_STARTS]]
    modes = find_modes(target.with_gradient, starts, _MOST_MODES)
    paths: list[Path] = []
    evidence: list[float] = []
    ends = np.full(len(modes), -np.inf)  # density of the mixture of paths where the modes are
    for at, mode in enumerate(modes):
        if len(paths) < _MOST_PATHS and (not paths or _missed(modes, ends, evidence)[at]):
            path, log_evidence, straight = _path_through(target, mode, rng)
            if path is not None and (paths or straight):
                paths.append(path)
                evidence.append(log_evidence)
                places = np.stack([each.place for each in modes], axis=1)
                ends = np.logaddexp(ends, -path.log_rest(places, path.straight(places)))
    if not paths or _missed(modes, ends, evidence).any():
        return None
    # Each path sees what is about it, and most of what is about the others.
    shares = np.maximum(np.exp(np.array(evidence) - max(evidence)), _LEAST_SHARE)
    return Paths(tuple(paths), shares / shares.sum())


def _missed(modes: list[Mode], ends: Array, evidence: list[float]) -> Array:
    """Tell which modes count and are off the paths, by the density of the paths there over the prior's."""
    heights = np.array([mode.log_joint + 0.5 * float(mode.place @ mode.place) for mode in modes])
    weights = heights - ends
    counts = np.array([mode.log_evidence for mode in modes]) > max(evidence) + np.log(_COUNTS)
    missed: Array = counts & (weights > max(evidence) + _OUTWEIGHS)
    return missed


def _path_through(target: Target, mode: Mode, rng: np.random.Generator) -> tuple[Path | None, float, bool]:
    """Find the path through a mode, the evidence that points about it see, and whether it is straight there."""
    try:
        path = Path(straightened(target.with_gradient, mode, rng, prior_share=0.0))
    except np.linalg.LinAlgError:
        return None, -np.inf, False
    logs = path.target(target).log_l(rng.standard_normal((len(mode.place), _JUDGED)))
    straight = bool(np.isfinite(logs).all() and logs.std() < _STRAIGHT)
    return path, float(log_sum(logs) - np.log(_JUDGED)), straight


def sample_along(
    target: Target, paths: Paths, *, runs: int, particles: int, rng: np.random.Generator
) -> Along:
    """Draw from a posterior along paths.

    Parameters
    ----------
    target
        Log likelihood.
    paths
        Paths that :func:`find_paths` found.
    runs, particles
        Number of runs, and of particles in each.
    rng
        Decides every draw.
    """
    first = paths.paths[0]
    dimension, inner = len(first.proposal.basis), first.target(target)
    starts, log_evidence, fewest = [], [], np.inf
    for _ in range(runs):
        z = paths.draw(dimension, _PER_PARTICLE * particles, rng)
        logs = target.log_l(z) + _in_blocks(paths.log_ratio, z)
        weights = np.exp(logs - logs.max())
        log_evidence.append(float(logs.max() + np.log(weights.mean())))
        fewest = min(fewest, effective(weights))
        starts.append(first.straight(z[:, rng.permutation(chosen(weights, particles, rng))]))
    u = np.concatenate(starts, axis=1)
    count, pace = runs * particles, Pace()
    places = Particles(u, inner.log_l(u))
    noise = Noise(rng.spawn(1)[0], dimension, count, target.crew)
    about = np.zeros(dimension), np.eye(dimension)
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
        about,
    )
    moves = walk.forget()
    snapshots = [first.bent(z).reshape(dimension, runs, particles) for z in walk.snapshots()]
    few = f"only {fewest:.0f} points of a run are effective, fewer than {_LEAST_EFFECTIVE:.0f}"
    return Along(
        np.concatenate(snapshots, axis=2),
        np.array(log_evidence),
        moves + (SNAPSHOTS - 1) * BETWEEN_SNAPSHOTS,
        pace.acceptance,
        walk.correlation(),
        walk.stuck or (few if fewest < _LEAST_EFFECTIVE else None),
    )


def _in_blocks(compute: Callable[[Array], Array], z: Array) -> Array:
    return np.concatenate([compute(z[:, block]) for block in blocks(z.shape[1])])
