"""Compute posterior probabilities of statements, with their Monte Carlo errors."""

from __future__ import annotations

from shellcount.posterior.draws import Draws
from shellcount.results.estimate import Estimate
from shellcount.results.probability import Probability
from shellcount.results.threshold import Threshold


def probability_of(draws: Draws, threshold: Threshold, estimate: Estimate) -> Probability:
    r"""Compute the probability that a quantity is at least, or at most, a threshold.

    .. math:: \Pr(Q \ge t \mid y) = \mathrm{E}[1\{Q \ge t\} \mid y]

    as the share of the draws. Its Monte Carlo error is that of a mean, from the spread between runs, or from
    autocorrelations for chains, and at least that of one effective draw: where all draws agree, no spread
    would be too little.

    Parameters
    ----------
    draws
        Draws of a fit.
    threshold
        The statement.
    estimate
        Estimate of its quantity, whose test of convergence and marks count for the probability too.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.results.threshold import parse_threshold
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> threshold = parse_threshold(posterior.case, "load >= 0.9")
    >>> found = probability_of(posterior, threshold, posterior.estimate("load"))
    >>> abs(found.value - 0.0725) < 3 * found.mcse
    True
    """
    values = draws.draws_of(threshold.quantity)
    true = values >= threshold.value if threshold.at_least else values <= threshold.value
    (summary,) = draws.sampler_report.summarise(true.astype(float)[None])
    effective = min(float(true.size), max(estimate.ess_tail, 1.0))
    return Probability(
        name=threshold.name_in(draws.case),
        value=float(true.mean()),
        mcse=max(summary.mcse_mean if summary.sd > 0 else 0.0, 1.0 / effective),
        not_quotable=estimate.not_quotable,
        marks=estimate.marks,
    )
