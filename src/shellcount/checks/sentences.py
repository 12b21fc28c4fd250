"""Word a check in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.text import one_line
from shellcount.wording.phrases import headline, hedged, likelihood, probability, singular
from shellcount.wording.rounding import Range, rounded
from shellcount.wording.scales import Scale

_AGAINST = {
    "consistent": "consistent with",
    "strained": "strained against",
    "inconsistent": "inconsistent with",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, as plain values, ready to be worded.

    Parameters
    ----------
    who
        Who stated the figure.
    stated, hedge, measure
        The figure, its hedge and its unit.
    subject
        What the figure speaks of, as a phrase.
    verdict
        The verdict.
    posterior
        Posterior range of what the figure speaks of.
    p_at_least
        Posterior probability that it reaches the figure.
    reading_probability
        Probability of this reading, or ``None`` where there is only one.
    p_passed
        For a yardstick: the probability that it is passed; otherwise ``None``.
    implied, ceiling, carrier
        Stated figure per container, the physical ceiling, and what the containers are called.
    not_quotable
        Why the posterior range must not be quoted, or ``None``.
    """

    who: str
    stated: float
    hedge: str
    measure: str
    subject: str
    verdict: str
    posterior: Range
    p_at_least: float
    reading_probability: float | None = None
    p_passed: float | None = None
    implied: float = 0.0
    ceiling: float = 0.0
    carrier: str = "containers"
    not_quotable: str | None = None


def finding(found: Finding, scale: Scale | None = None) -> str:
    """Word a check in one sentence, with probability words of a named scale.

    Examples
    --------
    >>> print(finding(Finding("the ministry", 3e6, "about", "rounds", "all that was sent",
    ...     "strained", Range(1.6e6, 2.1e6, 2.9e6), 0.04)))  # doctest: +NORMALIZE_WHITESPACE
    About 3 million rounds (all that was sent), stated by the ministry, is strained against the model's
    2.1 million rounds (90% interval 1.6 to 2.9 million); the probability of at least that many is 4%
    (almost no chance).
    """
    measure, carrier = one_line(found.measure), one_line(found.carrier)
    figure = f"{hedged(found.stated, found.hedge)} {measure}"
    figure = figure[0].upper() + figure[1:]
    subject, who = one_line(found.subject), one_line(found.who)
    model = headline(found.posterior, measure)
    if found.reading_probability is not None:
        subject += f"; a reading of probability {probability(found.reading_probability)}"
    caveat = "" if found.not_quotable is None else f" (Not converged: {found.not_quotable}.)"
    head = f"{figure} ({subject}), stated by {who}, is"
    if found.verdict == "impossible":
        per = f"{measure} per {singular(carrier)}"
        return (
            f"{head} physically impossible: it needs {rounded(found.implied, 1.0)} {per}, "
            f"and no more than {rounded(found.ceiling, 1.0)} can be packed.{caveat}"
        )
    if found.p_passed is not None:
        return (
            f"{figure} ({subject}), a yardstick given by {who}, is passed by the model's {model} "
            f"with a probability of {likelihood(found.p_passed, scale)}.{caveat}"
        )
    return (
        f"{head} {_AGAINST[found.verdict]} the model's {model}; "
        f"the probability of at least that many is {likelihood(found.p_at_least, scale)}.{caveat}"
    )
