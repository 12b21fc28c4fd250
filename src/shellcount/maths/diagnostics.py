"""Diagnose draws: R-hat, effective sample size and Monte Carlo error."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_quantile

RHAT_LIMIT = 1.01
ESS_LIMIT = 400.0
PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
_RANKED = 1024  # draws of each run, about


@dataclass(frozen=True, slots=True)
class Summary:
    """Quantiles, mean, their Monte Carlo standard errors, and the diagnostics of one quantity.

    Parameters
    ----------
    quantiles, mcse_quantiles
        At :data:`PROBABILITIES`.
    mean, sd, mcse_mean
        Of all draws together.
    rhat
        Rank-normalised split R-hat.
    ess_bulk, ess_tail
        Effective sample sizes from the spread between runs.
    """

    quantiles: tuple[float, ...]
    mcse_quantiles: tuple[float, ...]
    mean: float
    sd: float
    mcse_mean: float
    rhat: float
    ess_bulk: float
    ess_tail: float

    @property
    def not_quotable(self) -> str | None:
        """Reason why the draws must not be quoted; ``None`` if they may be."""
        if not (math.isfinite(self.mean) and math.isfinite(self.sd)):
            return "not every draw is finite"
        if not self.rhat < RHAT_LIMIT:
            return f"R-hat is {self.rhat:.3f}, not below {RHAT_LIMIT}"
        for part, ess in (("bulk", self.ess_bulk), ("tail", self.ess_tail)):
            if not ess > ESS_LIMIT:
                return f"{part} ESS is {ess:.0f}, not above {ESS_LIMIT:.0f}"
        return None


def summarise_runs(draws: Array) -> Summary:
    r"""Summarise draws of independent runs; within a run they may depend on each other in any way.

    Monte Carlo errors come from the spread of a statistic between runs, which needs no
    assumption on how draws within a run depend on each other:
    :math:`\mathrm{MCSE} = \mathrm{sd}_r(\hat\theta_r) / \sqrt{R}`.

    Parameters
    ----------
    draws
        Shape (run, draw).

    Examples
    --------
    >>> summary = summarise_runs(np.random.default_rng(1).standard_normal((16, 1000)))
    >>> summary.not_quotable is None
    True
    """
    runs = draws.shape[0]
    quantiles = _sorted_quantiles(np.sort(draws, axis=None)[None, :])[0]
    per_run = _sorted_quantiles(np.sort(draws, axis=1))
    means = draws.mean(axis=1)
    # Ranking is most of the work: R-hat and bulk ESS of some of the draws are only stricter.
    halves = _halves(draws[:, :: max(1, draws.shape[1] // _RANKED)])
    scores = _normal_scores(halves)
    return Summary(
        quantiles=tuple(quantiles.tolist()),
        mcse_quantiles=tuple((per_run.std(axis=0, ddof=1) / math.sqrt(runs)).tolist()),
        mean=float(means.mean()),
        sd=float(draws.std()),
        mcse_mean=float(means.std(ddof=1) / math.sqrt(runs)),
        rhat=_rank_rhat(halves, scores),
        ess_bulk=_ess_of_runs(np.concatenate(np.split(scores, 2), axis=1)),
        ess_tail=min(_ess_of_runs(draws <= quantiles[0]), _ess_of_runs(draws <= quantiles[-1])),
    )


def summarise_chains(draws: Array) -> Summary:
    """Summarise draws of Markov chains, whose dependence is estimated from autocorrelations.

    Effective sample sizes and Monte Carlo errors are those of ArviZ (Vehtari et al. 2021, *Bayesian
    Analysis* 16:667, sections 3 and 4.3).

    Parameters
    ----------
    draws
        Shape (chain, draw).

    Examples
    --------
    >>> summary = summarise_chains(np.random.default_rng(1).standard_normal((4, 1000)))
    >>> summary.not_quotable is None
    True
    """
    from arviz_stats.base import array_stats  # brings scipy.stats, which no other summary needs

    tails = (PROBABILITIES[0], PROBABILITIES[-1])
    errors = [array_stats.mcse(draws, method="quantile", prob=p) for p in PROBABILITIES]
    halves = _halves(draws)
    return Summary(
        quantiles=tuple(_sorted_quantiles(np.sort(draws, axis=None)[None, :])[0].tolist()),
        mcse_quantiles=tuple(map(float, errors)),
        mean=float(draws.mean()),
        sd=float(draws.std()),
        mcse_mean=float(array_stats.mcse(draws, method="mean")),
        rhat=_rank_rhat(halves, _normal_scores(halves)),
        ess_bulk=float(array_stats.ess(draws, method="bulk")),
        ess_tail=float(array_stats.ess(draws, method="tail", prob=tails)),
    )


def _sorted_quantiles(ordered: Array) -> Array:
    """Compute quantiles of sorted rows by linear interpolation (Hyndman and Fan 1996, type 7)."""
    place = (ordered.shape[1] - 1) * np.array(PROBABILITIES)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, ordered.shape[1] - 1)
    quantiles: Array = ordered[:, low] + (place - low) * (ordered[:, high] - ordered[:, low])
    return quantiles


def _normal_scores(draws: Array) -> Array:
    r"""Rank-normalise over all draws together, :math:`\Phi^{-1}((r - 3/8) / (S + 1/4))` (Blom 1958).

    Ties share their mean rank, so that every rank is a multiple of one half.
    """
    flat = draws.ravel()
    order = np.argsort(flat)  # in what order ties come does not matter
    ordered = flat[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    grid = _scores_of_half_ranks(ordered.size)
    if starts.size == ordered.size:
        by_rank = grid[2::2]
    else:
        counts = np.diff(starts, append=ordered.size)
        by_rank = np.repeat(grid[2 * starts + counts + 1], counts)
    scores = np.empty(ordered.size)
    scores[order] = by_rank
    return scores.reshape(draws.shape)


@functools.lru_cache(maxsize=4)
def _scores_of_half_ranks(size: int) -> Array:
    """Compute the normal scores of the ranks 0, 1/2, 1, ... among ``size`` draws (below 1: unused)."""
    half_ranks = np.arange(2 * size + 1) / 2
    scores: Array = normal_quantile(np.maximum(half_ranks - 0.375, 0.0) / (size + 0.25))
    return scores


def _halves(draws: Array | NDArray[np.bool_]) -> Array:
    """Split each run into halves, as runs of their own; of an odd number the middle draw is left out."""
    half = draws.shape[1] // 2
    halves: Array = np.concatenate((draws[:, :half], draws[:, draws.shape[1] - half :]), dtype=float)
    return halves


def _rank_rhat(halves: Array, scores: Array) -> float:
    """Compute the larger R-hat of the ranks and of the ranks of distances from the median."""
    folded = _normal_scores(np.abs(halves - np.median(halves)))
    return max(_rhat(scores), _rhat(folded))


def _rhat(chains: Array) -> float:
    r"""Compute the R-hat of runs, :math:`\sqrt{(\frac{n-1}{n} W + \frac{B}{n}) / W}`."""
    size = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean()
    if within == 0:
        return 1.0 if np.ptp(chains) == 0 else math.inf
    between_over_n = chains.mean(axis=1).var(ddof=1)
    return float(np.sqrt(((size - 1) / size * within + between_over_n) / within))


def _ess_of_runs(values: Array | NDArray[np.bool_]) -> float:
    """Compute the effective sample size of a mean: variance of a draw over the squared error between runs.

    Capped at n log10(n) as in Vehtari et al. (2021): stratified draws can be far more even than
    independent ones, and their errors too small to be measured.
    """
    cap = values.size * math.log10(values.size)
    squared_error = float(values.mean(axis=1).var(ddof=1)) / values.shape[0]
    return min(cap, float(values.var()) / squared_error) if squared_error > 0 else cap
