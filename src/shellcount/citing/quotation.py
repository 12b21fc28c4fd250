"""Parse the names of quotations, and quote numbers as rounded text.

    rounds.mixed@2024-06-14                an estimate
    rounds.mixed@2024-06-14 >= 1.5 million the probability that it is at least, or at most (<=), so much
    claim.ID                               a stated figure with its hedge
    check.ID                               the check of that figure against the posterior

Each may be followed by a form: ``rounds.mixed@2024-06-14 | headline``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from shellcount.analysis import Parts
from shellcount.case.schema import Case, Claim
from shellcount.errors import UnknownNameError, UsageError, suggestion
from shellcount.frozen import frozen
from shellcount.results import mark, marks
from shellcount.results.claim_check import Check
from shellcount.results.described import timed
from shellcount.results.estimate import Estimate
from shellcount.results.names import name_of, parse_quantity, unit
from shellcount.results.probability import Probability
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.threshold import Threshold, is_compared, parse_threshold
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.scales import load_scale

# The first form of each kind is the default.
FORMS = {
    "estimate": ("median", "headline", "range", "exact"),
    "probability": ("percent", "word", "sentence"),
    "claim": ("stated",),
    "check": ("verdict", "percent", "word", "sentence"),
}


@frozen
class Quotation:
    """Quotation that a document asks for.

    Parameters
    ----------
    kind
        ``estimate``, ``probability``, ``claim`` or ``check``.
    subject
        Full name, such as ``rounds.mixed@2024-06-14>=1500000``.
    form
        Form, one of the :data:`FORMS` of its kind.
    quantity
        Quantity of an estimate or a probability.
    claim
        Id of the claim that is quoted or checked.
    threshold
        Statement whose probability is quoted.
    """

    kind: str
    subject: str
    form: str
    quantity: Quantity | None = None
    claim: str | None = None
    threshold: Threshold | None = None

    @property
    def name(self) -> str:
        """Subject and form, as in a placeholder."""
        return f"{self.subject}|{self.form}"


def parse_quotation(case: Case, text: str) -> Quotation:
    """Parse the name of a quotation.

    Raises
    ------
    UnknownNameError, UsageError
        When the case has no such name, or the name does not have the form.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parse_quotation(load_case(), "rounds.mixed@2024-06-14 >= 1.5 million | word").name
    'rounds.mixed@2024-06-14>=1500000|word'
    """
    name, bar, form = (part.strip() for part in " ".join(text.split()).partition("|"))
    quotation = _subject(case, name)
    forms = FORMS[quotation.kind]
    if not bar:
        return quotation
    if form not in forms:
        hint = suggestion(form, forms)
        if form == "word" and quotation.kind == "estimate":
            hint = f"a probability has words: ask for {quotation.subject} >= VALUE | word"
        raise UsageError(f"{one_line(name, 80)} has no form {one_line(form, 40)!r}; {hint}")
    return replace(quotation, form=form)


def _subject(case: Case, name: str) -> Quotation:
    if is_compared(name):
        threshold = parse_threshold(case, name)
        return Quotation(
            "probability",
            threshold.name_in(case),
            "percent",
            quantity=threshold.quantity,
            threshold=threshold,
        )
    kind, _, claim = name.partition(".")
    if kind in {"claim", "check"}:
        known = [entry.id for entry in case.claim]
        if claim not in known:
            raise UnknownNameError("claim", claim, known)
        return Quotation(kind, name, FORMS[kind][0], claim=claim)
    quantity = parse_quantity(case, name)
    return Quotation("estimate", name_of(case, quantity), "median", quantity=quantity)


@frozen
class Quoted:
    """Quoted text, with the number and the estimate that it is based on.

    Parameters
    ----------
    text
        Rounded text, with its marks.
    value
        Number behind the text: a median, a probability, or a stated figure.
    estimate
        Posterior range that it is based on; ``None`` for a stated figure.
    marks
        Caveats; their short forms are part of the text.
    """

    text: str
    value: float
    estimate: Estimate | None = None
    marks: tuple[mark.Mark, ...] = ()


def parts_of(quotations: Iterable[Quotation]) -> Parts:
    """Collect the parts that an analysis must compute for some quotations.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parts_of([parse_quotation(load_case(), "check.ua-gur-2024")]).checks
    ('ua-gur-2024',)
    """
    distinct = tuple(dict.fromkeys(quotations))
    return Parts(
        quantities=tuple(dict.fromkeys(each.quantity for each in distinct if each.quantity is not None)),
        thresholds=tuple(dict.fromkeys(each.threshold for each in distinct if each.threshold is not None)),
        checks=tuple(dict.fromkeys(str(each.claim) for each in distinct if each.kind == "check")),
        figures=False,
    )


def quote(results: Results, quotation: Quotation) -> Quoted:
    """Quote a number of the results as rounded text.

    Parameters
    ----------
    results
        Results to quote: an analysis of the parts that :func:`parts_of` gives.
    quotation
        Quotation, parsed for the case of the results.

    Raises
    ------
    UnknownNameError, UsageError
        When the results do not contain it.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> quotation = parse_quotation(posterior.case, "claim.ua-gur-2024")
    >>> quote(shellcount.analyse(posterior), quotation).text
    'about 1.5 million'
    """
    if quotation.kind == "claim":
        claim = _claim(results, quotation)
        return _marked(claim.words, claim.stated, None, marks.of_claim(claim.id, results.changes))
    if quotation.kind == "check":
        return _quote_check(results, quotation)
    quantity = quotation.quantity
    if quantity is None:
        raise UsageError(f"{quotation.name} names no quantity")
    estimate = results.estimate_of(quantity)
    caveats = (*results.marks_of(quantity), *marks.of_estimate(estimate))
    if quotation.threshold is None:
        return _marked(_worded_estimate(estimate, quotation.form), estimate.p50, estimate, caveats)
    probability = results.probability_of(quotation.threshold)
    text = _worded_probability(results, probability, quotation.threshold, quotation.form)
    return _marked(text, probability.value, estimate, caveats)


def _marked(text: str, value: float, estimate: Estimate | None, caveats: tuple[mark.Mark, ...]) -> Quoted:
    return Quoted(mark.marked(text, caveats), value, estimate, caveats)


def _claim(results: Results, quotation: Quotation) -> Claim:
    return next(claim for claim in results.case.claim if claim.id == quotation.claim)


def _worded_estimate(estimate: Estimate, form: str) -> str:
    middle, _, outer = estimate.words()
    return {
        "median": middle,
        "range": outer,
        "headline": estimate.headline,
        "exact": phrases.headline(estimate.range, estimate.measure, digits=3),
    }[form]


def _worded_probability(results: Results, probability: Probability, threshold: Threshold, form: str) -> str:
    if form == "percent":
        return probability.words
    scale = load_scale(results.scale)
    if form == "word":
        return f"{probability.word(scale)} ({probability.words})"
    measure = unit(results.case, threshold.quantity)
    amount = f"{phrases.exact(threshold.value)} {'' if measure == 'share' else measure}".rstrip()
    if threshold.quantity.since is not None:  # the sentence around it says up to which date a total is
        amount += f" {timed(results.case, threshold.quantity, per=False)}"
    return (
        f"the probability of {'at least' if threshold.at_least else 'at most'} {amount} is "
        f"{probability.words} ({probability.word(scale)}; {scale.title})"
    )


def _quote_check(results: Results, quotation: Quotation) -> Quoted:
    check: Check = results.check_of(str(quotation.claim))
    probability = check.tail_probability  # as in the sentence
    caveats = (*results.marks, *marks.of_estimate(check.estimate))
    if quotation.form == "sentence":  # which has its own caveat if it has not converged
        return Quoted(mark.marked(check.sentence, results.marks), probability, check.estimate, caveats)
    text = (
        check.verdict if quotation.form == "verdict" else _worded(probability, quotation.form, results.scale)
    )
    return _marked(text, probability, check.estimate, caveats)


def _worded(probability: float, form: str, scale: str) -> str:
    number = phrases.probability(probability)
    if form == "percent":
        return number
    return f"{phrases.probability_word(probability, load_scale(scale))} ({number})"
