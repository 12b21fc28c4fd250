"""Describe a check in one sentence."""

from __future__ import annotations

import datetime as dt
import itertools

from shellcount.case.schema import Case, Claim
from shellcount.results.claim_check import Check
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.phrases import date, exact, headline, singular
from shellcount.wording.rounding import significant
from shellcount.wording.scales import Scale
from shellcount.wording.times import period

_UPPER = frozenset({"up_to", "less_than", "nearly"})
_LOWER = frozenset({"at_least", "more_than"})


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
    >>> check = shellcount.check(posterior, ("rok-mnd-2024-02-152mm",))[0]
    >>> sentence(check, posterior.case) == check.sentence
    True
    """
    claim = next(claim for claim in case.claim if claim.id == check.claim)
    measure = one_line(check.estimate.measure)
    figure = f"{check.figure[0].upper()}{check.figure[1:]} ({one_line(_subject(check, claim, case))})"
    reason = check.estimate.not_quotable
    caveat = "" if reason is None else f" (Not converged: {reason}.)"
    stated = f"{figure}, {_said(check, claim)}"
    if check.verdict == "impossible":
        per = f"{measure} per {singular(one_line(case.about.carrier))}"
        return (
            f"{stated}, is physically impossible: it needs "
            f"{significant(check.implied_per_container or 0.0)} {per}, "
            f"and no more than {significant(check.ceiling_per_container or 0.0)} can be packed.{caveat}"
        )
    against = "consistent with" if check.verdict == "consistent" else f"{check.verdict} against"
    model = headline(check.estimate.range, measure)
    chance = f"the model gives {phrases.chance(check.tail_probability)} that {_event(check, claim)}"
    if check.verdict != "consistent" or check.one_sided:  # words for a tail of what is usual would alarm
        chance += f" ({phrases.probability_word(check.tail_probability, scale)})"
    return f"{stated}, is {against} the model's {model}: {chance}{_passed(check)}.{caveat}"


def _said(check: Check, claim: Claim) -> str:
    """Tell who stated the figure, as which end or as a range, and how it was computed."""
    who = one_line(check.title)
    if claim.quantity == "comparator":
        return f"a yardstick given by {who}"
    also = "" if check.origin is None else f" ({one_line(check.origin)})"
    if claim.hedge in _UPPER:
        return f"stated as the upper end by {who}{also}"
    if claim.hedge in _LOWER:
        return f"stated as the lower end by {who}{also}"
    as_range = " as a range" if claim.interval is not None and not isinstance(claim.value, str) else ""
    return f"stated{as_range} by {who}{also}"


def _event(check: Check, claim: Claim) -> str:
    """Name the event whose chance decides the verdict."""
    if claim.quantity == "comparator":
        return "the total exceeds it"
    if check.stated == 0:
        return "none was seen"
    if claim.interval is None:
        return f"it was that {check.side}"
    return f"its middle, {exact(float(f'{check.stated:.3g}'))}, was that {check.side}"


def _passed(check: Check) -> str:
    """Tell which figures would have passed, and that a check which passes nearly all says little."""
    if not check.passing:
        return ""
    if check.powerless:
        return f"; the check says little, since anything from {check.passing} would have passed"
    word = "figures" if check.one_sided else "figures from"
    return f"; {word} {check.passing} would have passed"


def _subject(check: Check, claim: Claim, case: Case) -> str:
    """Describe the quantity of the figure, and the reading of an ambiguous claim."""
    subject = _quantity(check, claim, case)
    if check.reading is None:
        return subject
    before = (
        "equal odds before"
        if claim.reading_odds is None
        else f"{phrases.probability(check.reading_prior)} before"
    )
    return f"{subject}; this reading is {phrases.probability(check.reading_probability)} likely, {before}"


def _quantity(check: Check, claim: Claim, case: Case) -> str:
    """Describe the quantity of a figure."""
    words, time = case.about, _time(claim, check.day)
    scope = claim.scope or case.scope[-1].id
    title = next((nature.title for nature in case.nature if nature.id == check.nature), None)
    cargo = title or f"any mix of {words.item}"
    sent = words.done if title is None else f"{title} {words.sent}"
    number = phrases.number_of(claim.containers or 1.0, words.carrier)
    return {
        "containers": f"{scope}, {time}",
        "trips": f"{claim.trip} with {scope} {words.carrier}, {time}",
        "rate": f"{scope if claim.of == 'containers' else sent}, on average {time}",
        "mass": f"gross mass of the {scope} cargo {words.sent} {time}",
        "share": _share(check, claim, case),
        "capacity": f"{cargo} that {number} could hold",
        "carried": f"{cargo} that {number} carried",
    }.get(claim.quantity, f"{sent} {time}")


def _share(check: Check, claim: Claim, case: Case) -> str:
    words = case.about
    if check.nature is not None:
        title = next(nature.title for nature in case.nature if nature.id == check.nature)
        whole = f"all {words.item}" if claim.of == "items" else f"the {words.carrier}"
        return f"{title}, as a share of {whole}"
    scopes = [scope.id for scope in case.scope]
    wider = dict(itertools.pairwise(reversed(scopes))).get(str(claim.scope), scopes[0])
    return f"{claim.scope} {words.carrier}, as a share of the {wider} ones"


def _time(claim: Claim, day: dt.date) -> str:
    """Describe the date or the period of a claim."""
    if claim.since is not None:
        return period(claim.since, day)
    return f"up to {date(day)}" if claim.quantity == "rate" else f"by {date(day)}"
