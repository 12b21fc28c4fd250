"""Compute posterior probabilities of statements, with their Monte Carlo errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import batched

import numpy as np

from shellcount.posterior.draws import Draws
from shellcount.results.estimate import Estimate
from shellcount.results.probability import Probability
from shellcount.results.quantity import Quantity
from shellcount.results.threshold import Threshold, parse_threshold

_TOGETHER = 64  # statements whose truth in every draw is held at once


def probabilities_of(
    draws: Draws, statements: Sequence[str | Threshold], estimate_of: Callable[[Quantity], Estimate]
) -> tuple[Probability, ...]:
    r"""Compute the probabilities that quantities are at least, or at most, thresholds.

    .. math:: \Pr(Q \ge t \mid y) = \mathrm{E}[1\{Q \ge t\} \mid y]

    as the share of the draws. Its Monte Carlo error is that of a mean, from the spread between runs, or from
    autocorrelations for chains, and at least that of one effective draw: where all draws agree, no spread
    would be too little.

    Parameters
    ----------
    draws
        Draws of a fit.
    statements
        ``NAME >= AMOUNT`` or ``NAME <= AMOUNT``, with the amount as people type it, or parsed.
    estimate_of
        Estimates a quantity, whose test of convergence and marks count for the probability too.

    Raises
    ------
    UnknownNameError, UsageError
        When the case has no such quantity, or a statement cannot be read.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> found = probabilities_of(posterior, ["load >= 0.92", "load <= 0.4"], posterior.estimate_of)
    >>> [round(each.value, 3) for each in found]
    [0.05, 0.05]
    """
    thresholds = [parse_threshold(draws.case, each) if isinstance(each, str) else each for each in statements]
    return tuple(
        probability
        for block in batched(thresholds, _TOGETHER)
        for probability in _probabilities(draws, block, estimate_of)
    )


def _probabilities(
    draws: Draws, thresholds: Sequence[Threshold], estimate_of: Callable[[Quantity], Estimate]
) -> Iterator[Probability]:
    values = {each: draws.draws_of(each) for each in dict.fromkeys(each.quantity for each in thresholds)}
    true = np.stack(
        [
            values[each.quantity] >= each.value if each.at_least else values[each.quantity] <= each.value
            for each in thresholds
        ]
    )
    errors = draws.sampler_report.errors_of_shares(true)
    for threshold, holds, error in zip(thresholds, true, errors.tolist(), strict=True):
        estimate, share = estimate_of(threshold.quantity), float(holds.mean())
        effective = min(float(holds.size), max(estimate.ess_tail, 1.0))
        yield Probability(
            name=threshold.name_in(draws.case),
            value=share,
            mcse=max(error if 0 < share < 1 else 0.0, 1.0 / effective),
            not_quotable=estimate.not_quotable,
            marks=estimate.marks,
        )
