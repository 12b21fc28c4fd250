r"""Fit a proposal to a posterior whose prior is standard normal, in rounds of evenly spread points.

The first proposal stands about the modes that climbs from likely points of the prior reach. Each round
draws points from the latest proposal, weighs all points so far by the mixture of all proposals (Cornuet,
Marin, Mira and Robert 2012, *Scand. J. Statist.* 39:798), and fits the next one to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shellcount.engines.modes import Mode, find_modes
from shellcount.engines.proposal import Points, Proposal
from shellcount.engines.target import Target
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture, fit_mixture, log_sum, weighted_moments

_STARTS, _HIGHEST, _MOST_MODES = 24, 4, 6
_MOST_ROUNDS = 6
_GROWS = 1.1  # factor by which the effective share of a round must grow for another one
_EFFECTIVE = 200.0  # points at least that a proposal is fitted to; else weights are tempered
_FITTED = 2048  # points that a mixture is fitted to
_STEPS = 12  # of fitting it
_CLUSTERS, _PER_CLUSTER = (
    4,
    8.0,
)  # components besides the modes; effective points of each, for every direction
_POOLED = 40.0  # effective points that the common scale matrix counts for
_WIDE_SHARE, _WIDER = 0.08, 3.0  # of a component as wide as all points together, and its variance over theirs
_FIRST_DEGREES, _DEGREES = 5.0, 20.0
_FIRST_WIDER = 1.5
_GRADIENTS = 128
_LOST = 0.1  # nats at most that directions left to the prior lose
_LEADING, _MOST_LEADING = (
    0.5,
    12,
)  # information of a leading direction, in units of the prior's; and their number
_LOOSER = 1.1
_TRUSTED = 4.0  # effective points, for every direction, that the curvature at the highest mode counts for


@dataclass(frozen=True, slots=True)
class Adapted:
    """Proposal that was adapted, and how that went.

    Parameters
    ----------
    proposal
        The last proposal.
    shares
        Effective share of the points of each round, by the proposal that they are from.
    """

    proposal: Proposal
    shares: tuple[float, ...]


def effective(weights: Array) -> float:
    """Compute the effective number of weighted points, :math:`(sum w)^2 / sum w^2`.

    Examples
    --------
    >>> effective(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    return float(weights.sum() ** 2 / (weights @ weights))


def adapt(
    target: Target,
    dimension: int,
    rng: np.random.Generator,
    size: int,
    on_progress: Callable[[float], None] = lambda _: None,
    explain: Callable[[str, Array], str] = lambda reason, _: reason,
) -> Adapted:
    """Fit a proposal to a posterior in rounds.

    Parameters
    ----------
    target
        Log likelihood.
    dimension
        Number of coordinates.
    rng
        Decides the points.
    size
        Number of points of a round.
    on_progress
        Called with the share of the most rounds that are done.
    explain
        Makes the message of an error from its reason, and from where the points are.

    Raises
    ------
    EvidenceError
        When the likelihood is finite at no point of the prior.
    """
    prior = _prior(dimension)
    if dimension == 0:
        return Adapted(prior, ())
    z, _ = Points(rng, 1, dimension).place(0, prior, size)
    log_l = target.log_l(z)
    if not np.isfinite(log_l).any():
        raise EvidenceError(explain("hardly a draw from the prior has a finite likelihood", z))
    modes = find_modes(target.with_gradient, z[:, _starts(log_l, rng)], _MOST_MODES)
    rounds = _Rounds([_about_modes(modes)])
    shares: list[float] = []
    while True:
        z, log_ratio = Points(rng, 1, dimension).place(0, rounds.proposals[-1], size)
        log_l = target.log_l(z)
        rounds.add(z, log_l)
        shares.append(effective(_weights(log_l + log_ratio)) / size)
        rounds.proposals.append(_refit(target, rounds, modes, rng))
        on_progress(len(shares) / _MOST_ROUNDS)
        if len(shares) == _MOST_ROUNDS or (len(shares) > 2 and shares[-1] < _GROWS * max(shares[:-1])):
            return Adapted(rounds.proposals[-1], tuple(shares))


class _Rounds:
    """Points of all rounds, and the proposals that they are from."""

    def __init__(self, proposals: list[Proposal]) -> None:
        self.proposals = proposals
        self._z: list[Array] = []
        self._log_l: list[Array] = []

    def add(self, z: Array, log_l: Array) -> None:
        """Add the points of a round from the latest proposal."""
        self._z.append(z)
        self._log_l.append(log_l)

    def weighed(self) -> tuple[Array, Array]:
        """Give all points, and their log weights by the mixture of all proposals."""
        z = np.concatenate(self._z, axis=1)
        inverse = log_sum(np.stack([-proposal.log_ratio(z) for proposal in self.proposals]))
        return z, np.concatenate(self._log_l) - inverse


def _prior(dimension: int) -> Proposal:
    nothing = Mixture(np.ones(1), np.zeros((1, 0)), np.zeros((1, 0, 0)), _DEGREES)
    return Proposal.leading(np.eye(dimension), nothing)


def _weights(logs: Array) -> Array:
    """Compute weights that sum to 1 from their logarithms."""
    weights = np.exp(logs - logs.max())
    total: Array = weights / weights.sum()
    return total


def _tempered(logs: Array, least: float) -> Array:
    """Compute weights, raised to the largest power up to 1 that leaves so many points effective."""
    weights = _weights(logs)
    if effective(weights) >= least:
        return weights
    low, high = 0.0, 1.0
    finite = np.where(np.isfinite(logs), logs, logs[np.isfinite(logs)].min() - 1e3)
    for _ in range(30):
        middle = (low + high) / 2
        enough = effective(_weights(middle * finite)) >= least
        low, high = (middle, high) if enough else (low, middle)
    return _weights(low * finite)


def _chosen(weights: Array, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Choose points systematically by their weights."""
    cumulated = np.cumsum(weights)
    positions = (rng.random() + np.arange(count)) / count * cumulated[-1]
    return np.minimum(np.searchsorted(cumulated, positions), len(weights) - 1)


def _starts(log_l: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    """Choose points to climb from: likely ones, but spread over the prior, and the highest."""
    spread = _chosen(_tempered(log_l, 2 * _STARTS), _STARTS, rng)
    return np.unique(np.concatenate([spread, np.argsort(-log_l, kind="stable")[:_HIGHEST]]))


def _directions(information: Array, lost: float) -> tuple[Array, int, int]:
    """Find directions by the mean outer product of gradients: a basis, how many lead, and how many count."""
    values, vectors = np.linalg.eigh(information)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    rest = 0.5 * (values.sum() - np.cumsum(values))
    count = int(np.argmax(rest <= lost)) + 1
    lead = min(count, max(1, int((values > _LEADING).sum())), _MOST_LEADING)
    return vectors, lead, count


def _regression(mean: Array, covariance: Array, lead: int, looser: float) -> tuple[Array, Array, Array]:
    """Fit further directions to leading ones: slopes, offset, and factor of the error's covariance."""
    first, cross = covariance[:lead, :lead], covariance[lead:, :lead]
    slopes = np.linalg.solve(first, cross.T).T
    error = covariance[lead:, lead:] - slopes @ cross.T
    return slopes, mean[lead:] - slopes @ mean[:lead], np.linalg.cholesky(looser * error)


def _about_modes(modes: list[Mode]) -> Proposal:
    """Make the first proposal, of Student t distributions about the modes."""
    evidence = np.array([mode.log_evidence for mode in modes])
    shares = np.maximum(_weights(evidence), 0.1 / len(modes))
    shares /= shares.sum()
    information = np.einsum("k,kij->ij", shares, np.stack([mode.curvature for mode in modes]))
    basis, lead, count = _directions(information, 0.2 * _LOST)
    along = basis[:, :count]
    means = np.stack([along.T @ mode.place for mode in modes])
    scales = [_scale(mode, along) for mode in modes]
    mean = shares @ means
    away = means - mean
    covariance = np.einsum("k,kij->ij", shares, np.stack(scales)) + (away.T * shares) @ away
    factors = np.stack([np.linalg.cholesky(_FIRST_WIDER * scale[:lead, :lead]) for scale in scales])
    mixture = Mixture(shares, means[:, :lead], factors, _FIRST_DEGREES)
    return Proposal(basis, mixture, *_regression(mean, covariance, lead, _FIRST_WIDER))


def _scale(mode: Mode, along: Array) -> Array:
    """Compute the covariance of the normal approximation about a mode, along directions."""
    inverse: Array = np.linalg.inv(np.eye(along.shape[1]) + along.T @ mode.curvature @ along)
    return (inverse + inverse.T) / 2


def _refit(target: Target, rounds: _Rounds, modes: list[Mode], rng: np.random.Generator) -> Proposal:
    """Fit a proposal to the points of all rounds."""
    z, logs = rounds.weighed()
    weights = _tempered(logs, _EFFECTIVE)
    count_effective = effective(weights)
    _, slope = target.with_gradient(z[:, _chosen(weights, _GRADIENTS, rng)])
    basis, lead, count = _directions(slope @ slope.T / slope.shape[1], _LOST)
    at, times = np.unique(_chosen(weights, _FITTED, rng), return_counts=True)
    weights = times / times.sum()
    y = basis[:, :count].T @ z[:, at]
    mean, covariance = weighted_moments(y, weights)
    # In many directions, points are too few for a covariance: that of the highest mode steadies it.
    steadied = _TRUSTED * count / (_TRUSTED * count + min(count_effective, _FITTED))
    covariance += steadied * (_scale(modes[0], basis[:, :count]) - covariance)
    first, first_covariance = y[:lead], covariance[:lead, :lead] * (1 + 1e-3 * np.eye(lead))
    clusters = max(1, min(_CLUSTERS, int(count_effective / (_PER_CLUSTER * lead))))
    start = _start(first, weights, first_covariance, clusters, rng)
    if clusters > 1:
        start = _with_modes(start, modes, basis[:, :lead])
    mixture = fit_mixture(first, weights, start, steps=_STEPS, pooled=_POOLED / min(count_effective, _FITTED))
    wide = np.linalg.cholesky(_WIDER * first_covariance)
    mixture = mixture.beside(Mixture(np.ones(1), mean[None, :lead], wide[None], _DEGREES), _WIDE_SHARE)
    return Proposal(basis, mixture, *_regression(mean, covariance, lead, _LOOSER))


def _start(y: Array, weights: Array, covariance: Array, count: int, rng: np.random.Generator) -> Mixture:
    """Choose means far apart, as k-means++ does (Arthur and Vassilvitskii 2007), to start fitting from."""
    factor = np.linalg.cholesky(covariance)
    even = np.linalg.solve(factor, y)
    places: list[int] = []
    away = np.ones(len(weights))
    for _ in range(count):
        places.append(int(_chosen(weights * away, 1, rng)[0]))
        distance = ((even - even[:, places[-1]][:, None]) ** 2).sum(axis=0)
        away = distance if len(places) == 1 else np.minimum(away, distance)
    factors = np.repeat(np.sqrt(0.5) * factor[None], count, axis=0)
    return Mixture(np.full(count, 1 / count), y[:, places].T, factors, _DEGREES)


def _with_modes(start: Mixture, modes: list[Mode], along: Array) -> Mixture:
    """Add a component about each mode."""
    means = np.stack([along.T @ mode.place for mode in modes])
    factors = np.stack([np.linalg.cholesky(_scale(mode, along)) for mode in modes])
    shares = np.full(len(modes), 1 / len(modes))
    total = len(modes) + len(start.shares)
    return start.beside(Mixture(shares, means, factors, _DEGREES), len(modes) / total)
