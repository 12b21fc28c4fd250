"""Diagnose draws: R-hat, effective sample size and Monte Carlo error."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_quantile
from shellcount.maths.ordering import in_order
from shellcount.maths.run_errors import between, errors_of_means, errors_of_quantiles

RHAT_LIMIT = 1.01
ESS_LIMIT = 400.0
PROBABILITIES = (0.05, 0.25, 0.5, 0.75, 0.95)
_RANKED = 1024  # draws of each run, about
_TOGETHER = 131_072  # draws of quantities that are summarised together, so that memory stays bounded


@frozen
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


def summarise_runs(draws: Array, *, cells: int | None = None) -> tuple[Summary, ...]:
    r"""Summarise draws of independent runs; within a run they may depend on each other in any way.

    Monte Carlo errors come from the spread of a statistic between runs, which needs no
    assumption on how draws within a run depend on each other:
    :math:`\mathrm{MCSE} = \mathrm{sd}_r(\hat\theta_r) / \sqrt{R}`; and from what all runs have in
    common, which that spread does not show (:mod:`shellcount.maths.run_errors`).

    Parameters
    ----------
    draws
        Shape (quantity, run, draw). Each quantity is summarised as if it were alone.
    cells
        Number of cells of the grid that draws of all runs stand on; ``None`` where they stand on none.

    Examples
    --------
    >>> (summary,) = summarise_runs(np.random.default_rng(1).standard_normal((1, 16, 1000)))
    >>> summary.not_quotable is None
    True
    """
    together = max(1, _TOGETHER // draws[0].size) if len(draws) else 1
    return tuple(
        summary
        for start in range(0, len(draws), together)
        for summary in _summaries(draws[start : start + together], cells)
    )


def _summaries(draws: Array, cells: int | None) -> Iterator[Summary]:
    """Summarise some quantities together."""
    draws = np.ascontiguousarray(draws)  # the last digit of a sum depends on how they lie in memory
    count, runs, size = draws.shape
    ordered = np.sort(draws, axis=2)
    spread = _sorted_quantiles(ordered).std(axis=1, ddof=1) / math.sqrt(runs)
    del ordered  # sorting the draws again is quicker than merging the runs
    pooled = np.sort(draws.reshape(count, -1), axis=1)
    quantiles = _sorted_quantiles(pooled)
    shares = np.stack([_shares_up_to(draws, bounds) for bounds in quantiles.T], axis=1)
    errors = errors_of_quantiles(pooled, np.array(PROBABILITIES), spread, shares, size, cells)
    means = draws.mean(axis=2)
    # Ranking is most of the work: R-hat and bulk ESS of some of the draws are only stricter.
    halves = _halves(draws[:, :, :: max(1, size // _RANKED)])
    scores, rhats = _scores_and_rhats(halves)
    bulk = _ess_of_runs(*_moments_of_runs(np.concatenate(np.split(scores, 2, axis=1), axis=2)))
    tails = [_ess_of_events(shares[:, place], size) for place in (0, -1)]
    yield from map(
        Summary,
        map(tuple, quantiles.tolist()),
        map(tuple, errors.tolist()),
        means.mean(axis=1).tolist(),
        draws.reshape(count, -1).std(axis=1).tolist(),
        errors_of_means(means, pooled[:, -1] - pooled[:, 0], cells).tolist(),
        rhats.tolist(),
        bulk.tolist(),
        np.minimum(*tails).tolist(),
    )


def quantiles_of(draws: Array) -> Array:
    """Compute the quantiles of summaries alone, shape (quantity, probability), for what is only drawn.

    Parameters
    ----------
    draws
        Shape (quantity, run, draw).

    Examples
    --------
    >>> quantiles_of(np.arange(101.0).reshape(1, 1, 101)).tolist()
    [[5.0, 25.0, 50.0, 75.0, 95.0]]
    """
    return _sorted_quantiles(np.sort(draws.reshape(len(draws), -1), axis=1))


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
    _, rhats = _scores_and_rhats(_halves(draws[None]))
    return Summary(
        quantiles=tuple(quantiles(draws).tolist()),
        mcse_quantiles=tuple(map(float, errors)),
        mean=float(draws.mean()),
        sd=float(draws.std()),
        mcse_mean=float(array_stats.mcse(draws, method="mean")),
        rhat=float(rhats[0]),
        ess_bulk=float(array_stats.ess(draws, method="bulk")),
        ess_tail=float(array_stats.ess(draws, method="tail", prob=tails)),
    )


def quantiles(draws: Array) -> Array:
    """Compute the quantiles of draws at :data:`PROBABILITIES`.

    Parameters
    ----------
    draws
        Any shape.

    Examples
    --------
    >>> quantiles(np.arange(101.0)).tolist()
    [5.0, 25.0, 50.0, 75.0, 95.0]
    """
    return _sorted_quantiles(np.sort(draws, axis=None))


def _sorted_quantiles(ordered: Array) -> Array:
    """Compute quantiles along the last, sorted axis (linear: Hyndman and Fan 1996, type 7)."""
    place = (ordered.shape[-1] - 1) * np.array(PROBABILITIES)
    return between(ordered, np.broadcast_to(place, (*ordered.shape[:-1], len(PROBABILITIES))))


def _halves(draws: Array) -> Array:
    """Split each run into halves, as runs of their own; of an odd number the middle draw is left out."""
    size = draws.shape[2]
    halves: Array = np.concatenate((draws[:, :, : size // 2], draws[:, :, size - size // 2 :]), axis=1)
    return halves


def _scores_and_rhats(halves: Array) -> tuple[Array, Array]:
    """Compute the normal scores of draws by quantity, and the larger R-hat of ranks and of folded ranks."""
    scores, folded = np.empty(halves.shape), np.empty(halves.shape)
    for values, score, fold in zip(
        *(each.reshape(len(halves), -1) for each in (halves, scores, folded)), strict=True
    ):
        order, ordered = in_order(values)  # in what order ties come does not matter
        score[order] = _normal_scores(ordered)
        middle = (ordered[(values.size - 1) // 2] + ordered[values.size // 2]) / 2
        # Distances from the median fall and then rise, so that sorting them is one merge.
        distances = np.abs(ordered - middle)
        turned = np.argsort(distances, kind="stable")
        fold[order[turned]] = _normal_scores(distances[turned])
    return scores, np.maximum(_rhat(scores), _rhat(folded))


def _normal_scores(ordered: Array) -> Array:
    r"""Rank-normalise sorted draws, :math:`\Phi^{-1}((r - 3/8) / (S + 1/4))` (Blom 1958).

    Ties share their mean rank, so that every rank is a multiple of one half.
    """
    grid = _scores_of_half_ranks(ordered.size)
    new = ordered[1:] != ordered[:-1]
    if new.all():
        return grid[2::2]
    starts = np.concatenate(([0], np.flatnonzero(new) + 1))
    counts = np.diff(starts, append=ordered.size)
    by_rank: Array = np.repeat(grid[2 * starts + counts + 1], counts)
    return by_rank


@functools.lru_cache(maxsize=4)
def _scores_of_half_ranks(size: int) -> Array:
    """Compute the normal scores of the ranks 0, 1/2, 1, ... among ``size`` draws (below 1: unused)."""
    half_ranks = np.arange(2 * size + 1) / 2
    return normal_quantile(np.maximum(half_ranks - 0.375, 0.0) / (size + 0.25))


def _rhat(chains: Array) -> Array:
    r"""Compute the R-hat of runs by quantity, :math:`\sqrt{(\frac{n-1}{n} W + \frac{B}{n}) / W}`."""
    size, means = chains.shape[2], chains.mean(axis=2, keepdims=True)
    within = chains.var(axis=2, ddof=1, mean=means).mean(axis=1)
    between_over_n = means[..., 0].var(axis=1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        rhats: Array = np.sqrt(((size - 1) / size * within + between_over_n) / within)
    still = within == 0
    rhats[still] = np.where(np.ptp(chains[still], axis=(1, 2)) == 0, 1.0, np.inf)
    return rhats


def _moments_of_runs(values: Array) -> tuple[Array, Array, int]:
    """Compute the mean of each run, the variance of all draws, and the number of draws in a run."""
    return values.mean(axis=2), values.reshape(len(values), -1).var(axis=1), values.shape[2]


def _shares_up_to(draws: Array, bounds: Array) -> Array:
    """Compute the share of draws up to a bound, shape (quantity, run)."""
    counts = (draws <= bounds[:, None, None]).view(np.uint8).sum(axis=2, dtype=np.uint32)
    shares: Array = counts / draws.shape[2]
    return shares


def _ess_of_events(share: Array, size: int) -> Array:
    """Compute the effective sample size of a share of draws, shape (quantity, run), of runs of one size."""
    whole = share.mean(axis=1)
    return _ess_of_runs(share, whole * (1 - whole), size)


def _ess_of_runs(means: Array, variance: Array, size: int) -> Array:
    """Compute the effective sample size of a mean: variance of a draw over the squared error between runs.

    Capped at n log10(n) as in Vehtari et al. (2021): stratified draws can be far more even than
    independent ones, and their errors too small to be measured.
    """
    runs = means.shape[1]
    cap = runs * size * math.log10(runs * size)
    squared_error = means.var(axis=1, ddof=1) / runs
    with np.errstate(divide="ignore", invalid="ignore"):
        ess = np.minimum(cap, variance / squared_error)
    sizes: Array = np.where(squared_error > 0, ess, cap)
    return sizes
