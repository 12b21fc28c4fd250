"""What a document can ask for by name, and the rounded text that it gets.

    rounds.mixed@2024-06-14                an estimate
    rounds.mixed@2024-06-14 >= 1.5 million the probability that it is at least, or at most (<=), so much
    claim.ID                               a stated figure with its hedge
    check.ID                               how that figure fares against the posterior

Each may be followed by a form: ``rounds.mixed@2024-06-14 | headline``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

from shellcount.case.schema import Case
from shellcount.checks.stated import check
from shellcount.errors import UnknownNameError, UsageError, suggestion
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import Quantity, parse_quantity
from shellcount.text import one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.scales import ICD203, load_scale

# The first of each is the form that is meant where none is named.
FORMS = {
    "estimate": ("median", "headline", "range", "exact"),
    "probability": ("percent", "word", "sentence"),
    "claim": ("stated",),
    "check": ("verdict", "percent", "word", "sentence"),
}
_COMPARED = re.compile(r"(?P<name>[^<>=≥≤]*?)\s*(?P<sign>>=|<=|≥|≤)\s*(?P<value>[^<>=≥≤]*)")
_VALUE = re.compile(
    r"(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9][0-9_]*)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?)\s*"
    r"(?P<word>thousand|million|billion)?"
)
_WORDS = {None: 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}


@dataclass(frozen=True, slots=True)
class Quotation:
    """Something that a document asks for.

    Parameters
    ----------
    kind
        ``estimate``, ``probability``, ``claim`` or ``check``.
    subject
        Its name in full, as ``rounds.mixed@2024-06-14>=1500000``.
    form
        One of :data:`FORMS` of its kind.
    quantity
        Of an estimate or a probability.
    claim
        Id of a claim that is quoted or checked.
    threshold, at_least
        What a probability is of: that the quantity is at least, or at most, so much.
    """

    kind: str
    subject: str
    form: str
    quantity: Quantity | None = None
    claim: str | None = None
    threshold: float | None = None
    at_least: bool = True

    @property
    def name(self) -> str:
        """Subject and form, as they are asked for."""
        return f"{self.subject}|{self.form}"


def parse_quotation(case: Case, text: str) -> Quotation:
    """Read what a document asks for.

    Raises
    ------
    UnknownNameError, UsageError
        When the case has no such name, or the name no such form.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parse_quotation(load_case(), "rounds.mixed@2024-06-14 >= 1.5 million | word").name
    'rounds.mixed@2024-06-14>=1500000|word'
    """
    asked, bar, form = (part.strip() for part in " ".join(text.split()).partition("|"))
    found = _subject(case, asked)
    forms = FORMS[found.kind]
    if not bar:
        return found
    if form not in forms:
        hint = suggestion(form, forms)
        if form == "word" and found.kind == "estimate":
            hint = f"a probability has words: ask for {found.subject} >= VALUE | word"
        raise UsageError(f"{one_line(asked, 80)} has no form {one_line(form, 40)!r}; {hint}")
    return replace(found, form=form)


def _subject(case: Case, asked: str) -> Quotation:
    compared = _COMPARED.fullmatch(asked)
    if compared is not None:
        quantity = parse_quantity(case, compared["name"].strip())
        threshold = _amount(compared["value"])
        at_least = compared["sign"] in {">=", "≥"}
        subject = f"{quantity.name}{'>=' if at_least else '<='}{threshold:.12g}"
        return Quotation(
            "probability", subject, "percent", quantity=quantity, threshold=threshold, at_least=at_least
        )
    kind, _, claim = asked.partition(".")
    if kind in {"claim", "check"}:
        known = [entry.id for entry in case.claim]
        if claim not in known:
            raise UnknownNameError("claim", claim, known)
        return Quotation(kind, asked, FORMS[kind][0], claim=claim)
    quantity = parse_quantity(case, asked)
    return Quotation("estimate", quantity.name, "median", quantity=quantity)


def _amount(text: str) -> float:
    """A number as people write it: 1500000, 1,500,000, 1.5e6 or 1.5 million."""
    found = _VALUE.fullmatch(text.strip())
    if found is not None:
        digits = found["digits"].replace(",", "").replace("_", "")
        # To the digits that its name has, so that the name says all.
        value = float(f"{float(digits) * _WORDS[found['word']]:.12g}")
        if math.isfinite(value):
            return value
    raise UsageError(f"{one_line(text, 40)!r} is no amount; write it as 1500000, 1.5e6 or 1.5 million")


def quote(posterior: Posterior, quotation: Quotation, *, scale: str = ICD203) -> str:
    """The rounded text for what a document asks for.

    Parameters
    ----------
    posterior
        What to quote from.
    quotation
        From :func:`parse_quotation`, for the posterior's case.
    scale
        Of probability words.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    UnknownNameError, UsageError
        When a claim cannot be checked in this run, or there is no such scale.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> quote(posterior, parse_quotation(posterior.case, "claim.ua-gur-2024"))
    'about 1.5 million'
    """
    if quotation.quantity is not None and quotation.threshold is not None:
        text, fault = _probability(posterior, quotation.quantity, quotation, scale)
    elif quotation.quantity is not None:
        text, fault = _estimate(posterior, quotation.quantity, quotation.form)
    elif quotation.kind == "claim":
        claim = next(claim for claim in posterior.case.claim if claim.id == quotation.claim)
        text, fault = phrases.hedged(claim.value, claim.hedge), None
    else:
        text, fault = _check(posterior, quotation, scale)
    return text if fault is None else f"{text} (not converged)"


def _estimate(posterior: Posterior, quantity: Quantity, form: str) -> tuple[str, str | None]:
    made = posterior.estimate_of(quantity)
    unit = rounding.rounding_unit(made.range)
    text = {
        "median": rounding.amount(made.p50, unit, largest=made.p95),
        "range": rounding.interval(made.p05, made.p95, unit),
        "headline": made.headline,
        "exact": phrases.headline(made.range, made.measure, digits=3),
    }[form]
    return text, made.not_quotable


def probability_of(posterior: Posterior, quotation: Quotation) -> float:
    """Posterior probability that a quantity is at least, or at most, a threshold.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    UsageError
        When the quotation is of no probability.
    """
    if quotation.quantity is None or quotation.threshold is None:
        raise UsageError(f"{quotation.subject} is no probability")
    posterior.estimate_of(quotation.quantity)  # the gate
    draws = posterior.draws_of(quotation.quantity)
    held = draws >= quotation.threshold if quotation.at_least else draws <= quotation.threshold
    return float(held.mean())


def _probability(
    posterior: Posterior, quantity: Quantity, quotation: Quotation, scale: str
) -> tuple[str, str | None]:
    made = posterior.estimate_of(quantity)
    probability = probability_of(posterior, quotation)
    if quotation.form != "sentence":
        return _worded(probability, quotation.form, scale), made.not_quotable
    words = load_scale(scale)
    amount = f"{phrases.exact(quotation.threshold or 0.0)} {made.measure}".rstrip()
    return (
        f"the probability of {'at least' if quotation.at_least else 'at most'} {amount} is "
        f"{phrases.probability(probability)} ({phrases.probability_word(probability, words)}; {words.title})"
    ), made.not_quotable


def _check(posterior: Posterior, quotation: Quotation, scale: str) -> tuple[str, str | None]:
    found = check(posterior, (str(quotation.claim),), scale=scale).results[0]
    fault = found.estimate.not_quotable
    if quotation.form == "verdict":
        return found.verdict, fault
    if quotation.form == "sentence":
        return found.sentence, None  # which says so itself
    claim = next(claim for claim in posterior.case.claim if claim.id == quotation.claim)
    # As the sentence has it: of a yardstick, the probability that it is passed.
    probability = found.tail_probability if claim.quantity == "comparator" else found.p_at_least
    return _worded(probability, quotation.form, scale), fault


def _worded(probability: float, form: str, scale: str) -> str:
    number = phrases.probability(probability)
    if form == "percent":
        return number
    return f"{phrases.probability_word(probability, load_scale(scale))} ({number})"
