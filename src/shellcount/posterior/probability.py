"""Compute posterior probabilities of statements, with their Monte Carlo errors."""

from __future__ import annotations

from collections.abc import Callable

from shellcount.posterior.draws import Draws
from shellcount.results.estimate import Estimate
from shellcount.results.probability import Probability
from shellcount.results.quantity import Quantity
from shellcount.results.threshold import Threshold, parse_threshold


def probability_of(
    draws: Draws, statement: str | Threshold, estimate_of: Callable[[Quantity], Estimate]
) -> Probability:
    r"""Compute the probability that a quantity is at least, or at most, a threshold.

    .. math:: \Pr(Q \ge t \mid y) = \mathrm{E}[1\{Q \ge t\} \mid y]

    as the share of the draws. Its Monte Carlo error is that of a mean, from the spread between runs, or from
    autocorrelations for chains, and at least that of one effective draw: where all draws agree, no spread
    would be too little.

    Parameters
    ----------
    draws
        Draws of a fit.
    statement
        ``NAME >= AMOUNT`` or ``NAME <= AMOUNT``, with the amount as people type it, or parsed.
    estimate_of
        Estimates its quantity, whose test of convergence and marks count for the probability too.

    Raises
    ------
    UnknownNameError, UsageError
        When the case has no such quantity, or the statement cannot be read.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> round(probability_of(posterior, "load >= 0.92", posterior.estimate_of).value, 3)
    0.05
    """
    threshold = parse_threshold(draws.case, statement) if isinstance(statement, str) else statement
    estimate = estimate_of(threshold.quantity)
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
