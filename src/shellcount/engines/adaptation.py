r"""Fit a proposal to a posterior whose prior is standard normal, in rounds of evenly spread points.

The first proposal stands about the modes that climbs from likely points of the prior reach. Each round
draws points from the latest proposal, weighs all points so far by the mixture of all proposals (Cornuet,
Marin, Mira and Robert 2012, *Scand. J. Statist.* 39:798), and fits the next one to them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shellcount.engines.mode_mixture import LOOSER, LOST, PRIOR_SHARE, Modes, directions_of, regression
from shellcount.engines.modes import Mode, find_modes
from shellcount.engines.proposal import Bend, Points, Proposal
from shellcount.engines.rounds import Rounds
from shellcount.engines.straightening import straightened
from shellcount.engines.target import Target
from shellcount.engines.weights import chosen, effective, normalised, tempered
from shellcount.errors import EvidenceError
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture, fit_mixture, log_sum, weighted_moments

_STARTS, _HIGHEST, _MOST_MODES = 24, 4, 6
_MOST_ALONG = 12  # modes beside a path
_LONG_CLIMBS, _FULL = 56, 2048  # coordinates with fewer climbs, where points take long and a round has fewer
_LEAST_ROUNDS, _MOST_ROUNDS = 3, 6
_GOOD = 0.1  # effective share, from which on there is only another round
_GROWS = 1.1  # where it grows by this factor
_FINE, _FEWER_ROUNDS, _GROWS_MUCH = 0.3, 2, 1.3  # the same, where so few rounds came so far
_EFFECTIVE = 200.0  # points at least that a proposal is fitted to; else weights are tempered
_GRADIENTS = 128  # points whose gradients find the directions
_FITTED = 2048  # points that a mixture is fitted to
_STEPS = 12  # of fitting it
_CLUSTERS = 6  # components that a fit starts from, besides one at each mode
_PER_CLUSTER = 8.0  # effective points of each, for every leading direction
_POOLED = 40.0  # effective points that the common scale matrix of the components counts for
_CURVED = 4.0  # effective points that the curvature at the modes counts for, for every direction
_BENDS_BELOW = 0.3  # effective share, below which it is tried whether the posterior is bent
_RIDGE = 0.01  # added to the squares of products, so that few points do not bend a regression
# Tails: claims that are off in some combination lie where no fit to a few thousand points looks.
_DEGREES = 20.0
_WIDE_SHARE, _WIDER = 0.08, 3.0  # a component with three times the variance of all points together
_MODES_SHARE, _MODES_WIDER = 0.04, 4.0  # components about the modes, which fits to points may have dropped
_MANY = 32  # directions, from which on a normal approximation is tried first
_SERVES = 0.05  # effective share of it at least
_TRIED = 3  # modes about which it is tried
_LONG, _OUTWEIGHED = 200, 2.0  # coordinates with which no other is tried if a point outweighs all others
_OUTWEIGHS = 5.0  # nats by which the weight where a climb ends may exceed that at the mode
_COUNTS = 0.01  # share of the evidence, above which a mode that is missed counts


@frozen
class Adapted:
    """Proposal that was adapted, and how that went.

    Parameters
    ----------
    proposal
        The last proposal.
    shares
        Effective share of the points of each round, by the proposal that they are from.
    modes
        Modes that climbs found, the highest first.
    normal
        True for a normal approximation along the path through a mode, false for a mixture fitted in rounds.
    """

    proposal: Proposal
    shares: tuple[float, ...]
    modes: tuple[Mode, ...] = ()
    normal: bool = False


def adapt(
    target: Target,
    dimension: int,
    rng: np.random.Generator,
    size: int,
    on_progress: Callable[[float], None] = lambda _: None,
    explain: Callable[[str, Array], str] = lambda reason, _: reason,
    places: Array | None = None,
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
    places
        Further places to climb from, shape (coordinate, place), where the ridge is known to be straight.

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
    starts = z[:, _starts(log_l, dimension, rng)]
    starts = starts if places is None else np.concatenate([starts, places], axis=1)
    most = _MOST_MODES if places is None else _MOST_ALONG
    modes = find_modes(target.with_gradient, starts, most)
    bent = places is None and Modes.of(modes).proposal().directions >= _MANY
    if bent and (one := _straight(target, modes, rng, size)) is not None:
        return one
    return adapt_in_rounds(target, tuple(modes), rng, size, on_progress, apart=places is not None)


def adapt_in_rounds(
    target: Target,
    found: tuple[Mode, ...],
    rng: np.random.Generator,
    size: int,
    on_progress: Callable[[float], None] = lambda _: None,
    *,
    apart: bool = False,
    times: int = 1,
) -> Adapted:
    """Fit a proposal to a posterior in rounds, of which the first is about its modes.

    Parameters
    ----------
    target, rng, size, on_progress
        As for :func:`adapt`.
    found
        Modes, the highest first.
    apart
        Whether the directions in which modes lie apart lead.
    times
        How many times as many points a round has, and each fit is made to.
    """
    modes, dimension = Modes.of([*found]), len(found[0].place)
    between = modes.apart if apart else np.zeros((dimension, dimension))
    rounds, fit = Rounds(modes.proposal(between)), _Fit(target, modes, between, rng, times)
    shares: list[float] = []
    size *= times
    while True:
        z, log_ratio = Points(rng, 1, dimension).place(0, rounds.latest, size)
        log_l = target.log_l(z)
        shares.append(effective(normalised(log_l + log_ratio)) / size)
        rounds.add(z, log_l, log_ratio)
        rounds.propose(fit.proposal(*rounds.weighed(), shares[-1]))
        on_progress(len(shares) / _MOST_ROUNDS)
        easy = shares[-1] >= _FINE and len(shares) <= _LEAST_ROUNDS
        least, grows = (_FEWER_ROUNDS, _GROWS_MUCH) if easy else (_LEAST_ROUNDS, _GROWS)
        settled = len(shares) >= least and _GOOD <= shares[-1] < grows * max(shares[:-1])
        if settled or len(shares) == _MOST_ROUNDS:
            return Adapted(rounds.latest, tuple(shares), found)


def _straight(target: Target, modes: list[Mode], rng: np.random.Generator, size: int) -> Adapted | None:
    """Fit a proposal about a high mode; ``None`` where none serves, or another mode counts too."""
    places = np.stack([mode.place for mode in modes], axis=1)
    evidence = np.array([mode.log_evidence for mode in modes])
    for at, mode in enumerate(modes[:_TRIED]):
        proposal = straightened(target.with_gradient, mode, rng, prior_share=PRIOR_SHARE)
        z, log_ratio = Points(rng, 1, len(places)).place(0, proposal, size)
        logs = target.log_l(z) + log_ratio
        ends = target.log_l(places) + proposal.log_ratio(places)
        missed = (ends >= ends[at] + _OUTWEIGHS) & (evidence > log_sum(logs) - np.log(size / _COUNTS))
        share = effective(normalised(logs)) / size
        if share >= _SERVES and not missed.any():
            return Adapted(proposal, (share,), tuple(modes), normal=True)
        if len(places) > _LONG and share * size < _OUTWEIGHED:
            break
    return None


def _prior(dimension: int) -> Proposal:
    nothing = Mixture(np.ones(1), np.zeros((1, 0)), np.zeros((1, 0, 0)), _DEGREES)
    return Proposal.leading(np.eye(dimension), nothing)


def _starts(log_l: Array, dimension: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Choose points to climb from: likely ones, but spread over the prior, and the highest."""
    fewer = max(1, _FULL // len(log_l)) if dimension >= _LONG_CLIMBS else 1
    spread = chosen(tempered(log_l, 2 * _STARTS), _STARTS // fewer, rng)
    highest = np.argsort(-log_l, kind="stable")[: _HIGHEST // fewer]
    return np.array(sorted({*spread.tolist(), *highest.tolist()}))  # np.unique alone brings masked arrays


class _Fit:
    """Fits of proposals to weighted points.

    Parameters
    ----------
    target
        Log likelihood, whose gradients find the directions.
    modes
        Modes, which the mixture starts from besides clusters of the points.
    apart
        Covariance of their places, or zeros.
    rng
        Decides what is chosen of the points.
    times
        How many times as many points each fit is made to.
    """

    def __init__(
        self, target: Target, modes: Modes, apart: Array, rng: np.random.Generator, times: int
    ) -> None:
        self._target, self._modes, self._apart, self._rng, self._times = target, modes, apart, rng, times
        self._bent = False  # whether a bent proposal has served better than a straight one

    def proposal(self, z: Array, log_l: Array, logs: Array, share: float) -> Proposal:
        """Fit a proposal to points of all rounds, by their log weights."""
        weights = tempered(logs, self._times * _EFFECTIVE)
        near = z.take(chosen(weights, self._times * _GRADIENTS, self._rng), axis=1)
        _, slope = self._target.with_gradient(near)
        basis, lead, further = directions_of(slope @ slope.T / slope.shape[1] + self._apart, LOST)
        if further == lead or (share > _BENDS_BELOW and not self._bent):
            return self._about(basis, lead, further, z, weights, bent=False)
        # Where the posterior is bent, the loosest directions lead, and the tight ones follow them.
        turned = basis.copy()
        turned[:, :further] = basis[:, :further][:, ::-1]
        bent = self._about(turned, lead, further, z, weights, bent=True)
        if self._bent:
            return bent
        straight = self._about(basis, lead, further, z, weights, bent=False)
        seen = np.flatnonzero(weights)

        def mean_weight(proposal: Proposal) -> float:
            """Compute the log of the posterior mean of the weight: minus that of the effective share."""
            return float(log_sum(log_l[seen] + proposal.log_ratio(z[:, seen]) + np.log(weights[seen])))

        # Once bent, always bent: the points in hand flatter straight ones, whose tails then lack points.
        self._bent = mean_weight(bent) < mean_weight(straight)
        return bent if self._bent else straight

    def _about(
        self, basis: Array, lead: int, further: int, z: Array, weights: Array, *, bent: bool
    ) -> Proposal:
        """Fit a proposal along given directions."""
        count = effective(weights)
        times = np.bincount(chosen(weights, self._times * _FITTED, self._rng))
        at = np.flatnonzero(times)
        weights = times[at] / times.sum()
        y = basis[:, :further].T @ z.take(at, axis=1)
        mean, covariance = weighted_moments(y, weights)
        trust = count / (count + _CURVED * further)
        covariance = trust * covariance + (1 - trust) * self._modes.moments(basis[:, :further])[1]
        first, variance = y[:lead], covariance[:lead, :lead] * (1 + 1e-3 * np.eye(lead))
        clusters = max(1, min(_CLUSTERS, int(count / (_PER_CLUSTER * lead))))
        start = _start(first, weights, variance, clusters, self._rng)
        if clusters > 1:
            start = self._modes.beside(start, basis[:, :lead])
        pooled = _POOLED / min(count, self._times * _FITTED)
        mixture = fit_mixture(first, weights, start, steps=_STEPS, pooled=pooled)
        wide = np.linalg.cholesky(_WIDER * variance)
        mixture = mixture.beside(Mixture(np.ones(1), mean[None, :lead], wide[None], _DEGREES), _WIDE_SHARE)
        about = self._modes.mixture(basis[:, :lead], _MODES_WIDER, _DEGREES)
        mixture = mixture.beside(about, _MODES_SHARE)
        follow = regression(mean, covariance, lead)
        if bent:
            follow = _bent(y, weights, lead, trust, follow[2])
        return Proposal(basis, mixture, *follow, prior_share=PRIOR_SHARE)


def _bent(
    y: Array, weights: Array, lead: int, trust: float, factor: Array
) -> tuple[Array, Array, Array, Bend]:
    """Fit further directions to leading ones and to their products in pairs."""
    first = y[:lead]
    mean, covariance = weighted_moments(first, weights)
    bend = Bend(mean, np.sqrt(np.diag(covariance)), np.zeros((len(y) - lead, 0)))
    columns = np.concatenate([first, np.ones((1, y.shape[1])), bend.products(first)])
    weighted = columns * weights
    steady = np.diag(np.where(np.arange(len(columns)) > lead, _RIDGE, 1e-12))
    factors = np.linalg.solve(weighted @ columns.T + steady, weighted @ y[lead:].T).T
    error = y[lead:] - factors @ columns
    spread = trust * LOOSER * (error * weights) @ error.T + (1 - trust) * factor @ factor.T
    bend = Bend(bend.centre, bend.spread, factors[:, lead + 1 :])
    return factors[:, :lead], factors[:, lead], np.linalg.cholesky(spread), bend


def _start(y: Array, weights: Array, covariance: Array, count: int, rng: np.random.Generator) -> Mixture:
    """Choose means far apart, as k-means++ does (Arthur and Vassilvitskii 2007), to start fitting from."""
    factor = np.linalg.cholesky(covariance)
    even = np.linalg.solve(factor, y)
    places: list[int] = []
    away = np.ones(len(weights))
    for _ in range(count):
        places.append(int(chosen(weights * away, 1, rng)[0]))
        distance = ((even - even[:, places[-1]][:, None]) ** 2).sum(axis=0)
        away = distance if len(places) == 1 else np.minimum(away, distance)
    factors = np.repeat(np.sqrt(0.5) * factor[None], count, axis=0)
    return Mixture(np.full(count, 1 / count), y[:, places].T, factors, _DEGREES)
