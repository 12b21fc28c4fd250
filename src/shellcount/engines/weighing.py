r"""Draw from the points of a proposal by their weights, and judge by the weights whether that may be done.

The weight of a point :math:`z` is :math:`L(z)\, \phi(z) / q(z)`, of likelihood, prior and proposal.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shellcount.engines.curved import Curved, proposal_of
from shellcount.engines.proposal import Points, Proposal
from shellcount.engines.target import Target
from shellcount.engines.weights import effective
from shellcount.errors import EvidenceError
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.pareto import KHAT_LIMIT, fitted_pareto

# Ratios of sums have a bias of the order of one over the effective points of a run, in standard deviations.
_LEAST_EFFECTIVE = 25.0
_LEAST_SHARE = 0.05  # a proposal that misses more than that has tails of which few points tell
_MOST_APART = 0.5  # standard deviation of the runs' log evidence


@frozen
class Drawn:
    """Draws chosen of a proposal's points by their weights, and what the weights tell."""

    proposal: Proposal | Curved
    draws: Array
    chosen: NDArray[np.intp]
    heaviest: Array
    log_evidence: Array
    share: float
    khat: float
    refusal: str | None


class Drawing:
    """Evenly spread points of all runs, which any proposal carries to places of its own.

    Parameters
    ----------
    target
        Log likelihood.
    rng
        Decides the points, and which of them are drawn.
    runs, draws, dimension
        Number of runs, of draws from each, and of coordinates.
    explain
        Makes the message of an error.
    row, places
        Direction along which points are put in a row, and places of the draws in it, shape (run, draw); or
        ``None``, as for :func:`shellcount.engines.importance.sample`.
    """

    def __init__(
        self,
        target: Target,
        rng: np.random.Generator,
        runs: int,
        draws: int,
        dimension: int,
        explain: Callable[[str, Array], str],
        row: Array | None,
        places: NDArray[np.intp] | None,
    ) -> None:
        self._target, self._runs, self._draws, self._explain = target, runs, draws, explain
        self._evenly = Points(rng, runs, dimension)
        self._shifts = rng.random(runs)
        if places is None:
            places = rng.permuted(np.tile(np.arange(draws), (runs, 1)), axis=1)
        self._row, self._places = row, places

    def of(self, proposal: Proposal | Curved, points: int) -> Drawn:
        """Draw from so many points of a proposal in each run."""
        # As it is read back: matrices in another order than that of a file have products of other digits.
        proposal = proposal_of(proposal.arrays())
        along = self._row if self._row is not None or not len(proposal.basis) else proposal.basis[:, 0]

        def work(run: int) -> tuple[Array, Array, NDArray[np.intp], Array]:
            z, log_ratio = self._evenly.place(run, proposal, points)
            log_weights = self._target.log_l_of(z) + log_ratio
            order = np.arange(points) if along is None else np.argsort(along @ z, kind="stable")
            chosen = order[_resampled(log_weights[order], self._draws, self._shifts[run])][self._places[run]]
            return z.take(chosen, axis=1), log_weights, chosen, z[:, np.argmax(log_weights)]

        parts = self._target.crew.each(work, range(self._runs))
        self._target.evaluations += self._runs * points
        log_weights = np.stack([part[1] for part in parts])
        if not np.isfinite(log_weights.max()):
            reason = "no point near the modes has a finite likelihood"
            raise EvidenceError(self._explain(reason, parts[0][0]))
        log_evidence, share, khat = _diagnosed(log_weights)
        draws, chosen = np.stack([part[0] for part in parts], axis=1), np.stack([part[2] for part in parts])
        heaviest = np.stack([part[3] for part in parts], axis=1)
        refusal = _refusal(share, points, khat, log_evidence)
        return Drawn(proposal, draws, chosen, heaviest, log_evidence, share, khat, refusal)


def _resampled(log_weights: Array, draws: int, shift: float) -> NDArray[np.intp]:
    """Choose points systematically by their weights."""
    largest = log_weights.max()
    cumulated = np.cumsum(
        np.exp(log_weights - largest) if np.isfinite(largest) else np.ones(len(log_weights))
    )
    positions = (shift + np.arange(draws)) / draws * cumulated[-1]
    places: NDArray[np.intp] = np.minimum(np.searchsorted(cumulated, positions), len(log_weights) - 1)
    return places


def _diagnosed(log_weights: Array) -> tuple[Array, float, float]:
    """Compute the log evidence of each run, the effective share of all points, and their Pareto k-hat."""
    largest = float(log_weights.max())
    weights = np.exp(log_weights - largest)
    with np.errstate(divide="ignore"):
        log_evidence: Array = largest + np.log(weights.mean(axis=1))
    return log_evidence, effective(weights.ravel()) / weights.size, _khat(weights.ravel())


def _khat(weights: Array) -> float:
    """Fit a generalised Pareto distribution to the largest weights, and return its shape."""
    count = math.ceil(min(0.2 * len(weights), 3 * math.sqrt(len(weights))))
    largest = np.sort(np.partition(weights, -count - 1)[-count - 1 :])
    excess = largest[1:] - largest[0]
    if not excess[-1] > 1e-9 * largest[-1]:
        return 0.0
    khat, _ = fitted_pareto(np.maximum(excess, np.finfo(float).tiny))
    return float(khat) if math.isfinite(khat) else math.inf


def _refusal(share: float, points: int, khat: float, log_evidence: Array) -> str | None:
    """State why a sample must not be used, if so."""
    if not khat <= KHAT_LIMIT:
        return f"the largest weights have Pareto k-hat {khat:.3f}, above {KHAT_LIMIT}"
    if not share * points >= _LEAST_EFFECTIVE:
        return (
            f"only {share * points:.0f} points of each run are effective, fewer than {_LEAST_EFFECTIVE:.0f}"
        )
    if not share >= _LEAST_SHARE:
        return f"the effective share of the points is {share:.3f}, below {_LEAST_SHARE}"
    apart = float(log_evidence.std(ddof=1)) if len(log_evidence) > 1 else 0.0
    if not apart <= _MOST_APART:
        return f"the log evidences of the runs scatter by {apart:.2f} nats, more than {_MOST_APART}"
    return None
