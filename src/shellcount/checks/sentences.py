"""Describe a check in one sentence."""

from __future__ import annotations

from shellcount.case.schema import Case, Claim
from shellcount.results.claim_check import Check
from shellcount.text import one_line
from shellcount.wording.phrases import date, exact, headline, hedged, likelihood, probability, singular
from shellcount.wording.rounding import significant
from shellcount.wording.scales import Scale

_AGAINST = {
    "consistent": "consistent with",
    "strained": "strained against",
    "inconsistent": "inconsistent with",
}


def sentence(check: Check, case: Case, scale: Scale | None = None) -> str:
    """Describe a check in one sentence, with probability words of a named scale.

    Parameters
    ----------
    check
        The check; its own ``sentence`` is ignored.
    case
        Case that was fitted, for titles and nouns.
    scale
        Scale of probability words; by default that of ICD 203.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> check = shellcount.check(posterior, ("rok-mnd-2024-02-152mm",)).results[0]
    >>> sentence(check, posterior.case) == check.sentence
    True
    """
    claim = next(claim for claim in case.claim if claim.id == check.claim)
    who = one_line(next(entry.title for entry in case.claimant if entry.id == check.claimant))
    measure = one_line(check.unit)
    figure = f"{hedged(check.stated, check.hedge)} {measure}"
    figure = f"{figure[0].upper()}{figure[1:]} ({one_line(_subject(check, claim, case))})"
    model = headline(check.estimate.range, measure)
    reason = check.estimate.not_quotable
    caveat = "" if reason is None else f" (Not converged: {reason}.)"
    if check.verdict == "impossible":
        per = f"{measure} per {singular(one_line(case.about.carrier))}"
        return (
            f"{figure}, stated by {who}, is physically impossible: it needs "
            f"{significant(check.implied_per_container or 0.0)} {per}, "
            f"and no more than {significant(check.ceiling_per_container or 0.0)} can be packed.{caveat}"
        )
    if claim.quantity == "comparator":
        return (
            f"{figure}, a yardstick given by {who}, is exceeded by the model's {model} "
            f"with a probability of {likelihood(check.p_at_least, scale)}.{caveat}"
        )
    return (
        f"{figure}, stated by {who}, is {_AGAINST[check.verdict]} the model's {model}; "
        f"the probability of at least that many is {likelihood(check.p_at_least, scale)}.{caveat}"
    )


def _subject(check: Check, claim: Claim, case: Case) -> str:
    """Describe the quantity of the figure, and the reading of an ambiguous claim."""
    words = case.about
    titles = {nature.id: nature.title for nature in case.nature}
    cargo = f"any mix of {words.item}" if check.nature is None else titles[check.nature]
    day = date(check.day)
    if claim.scope is not None:
        subject = f"{claim.scope}, by {day}"
    elif claim.containers is not None:
        subject = f"{cargo} that {exact(claim.containers)} {words.carrier} could hold"
    else:
        subject = f"sent by {day}" if check.nature is None else f"{cargo} sent by {day}"
    if check.reading is None:
        return subject
    return f"{subject}; this reading is {probability(check.reading_probability)} likely, equal odds before"
