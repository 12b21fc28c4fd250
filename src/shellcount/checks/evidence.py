"""Compare the claims with each other before any model is fit: which repeat, and which contradict."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from shellcount.case.blank import unfinished
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim
from shellcount.case.slips import slips
from shellcount.checks.lint import lint, lint_document, remarks_of
from shellcount.digest import Json
from shellcount.model.model import Model, build_model
from shellcount.results.given import ReadClaim, readings
from shellcount.wording import phrases

# Two claims are in tension when their order has at most this probability.
TENSION = 0.10
_SHOWN = 3  # paths of unfinished texts in one remark
_MOST_COMPARED = 500  # claims: beyond, each would be compared with hundreds of others
_MOST_TENSIONS = 20  # remarks on contradictions, the worst ones


@dataclass(frozen=True, slots=True)
class Tension:
    """Two claims that are hard to reconcile.

    Parameters
    ----------
    lower, upper
        Ids of the claims: the quantity of the first cannot exceed that of the second.
    probability
        Probability of that order, from the two claims alone.
    sentence
        The tension in words.
    """

    lower: str
    upper: str
    probability: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Variant:
    """Claim whose sources differ in value or hedge.

    Parameters
    ----------
    claim
        Id of the claim.
    wordings
        Each different wording with the sources that use it.
    """

    claim: str
    wordings: tuple[tuple[str, tuple[str, ...]], ...]


def variants(case: Case) -> tuple[Variant, ...]:
    """Find claims whose sources give different values or hedges.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [variant.claim for variant in variants(load_case())][0]
    'rok-mnd-2024-02'
    """
    differing = []
    for claim in case.claim:
        wordings: dict[str, list[str]] = {}
        for report in claim.reports:
            wordings.setdefault(phrases.hedged(report.value, report.hedge), []).append(report.source)
        if len(wordings) > 1:
            distinct = tuple((words, tuple(dict.fromkeys(who))) for words, who in wordings.items())
            differing.append(Variant(claim.id, distinct))
    return tuple(differing)


def tensions(case: Case) -> tuple[Tension, ...]:
    r"""Find pairs of claims that cannot both be near the truth, the worst first.

    Containers of a narrower scope by an earlier day cannot exceed those of a wider scope by a
    later day, and rounds sent by a day cannot exceed those sent by a later one. With the mean
    :math:`m` and variance :math:`s^2` of the log quantity that each claim implies on its own
    (hedge, rounding and the claimant's reliability included), the order holds with probability
    :math:`\Phi((m_2 - m_1) / \sqrt{s_1^2 + s_2^2})`. In a case of more than 500 claims none is looked for.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [(tension.lower, tension.upper) for tension in tensions(load_case())]
    [('rok-mnd-2024-02-sent', 'ua-gur-2024')]
    """
    if len(case.claim) > _MOST_COMPARED:
        return ()
    model = build_model(case)
    read = {claim.id: readings(claim) for claim in case.claim}
    pairs = []
    for first in case.claim:
        for second in case.claim:
            if first.id == second.id or not _comparable(first, second):
                continue
            if not all(_ordered(case, one, two) for one in read[first.id] for two in read[second.id]):
                continue  # in some reading, neither bounds the other
            probability = _probability_of_order(model, first, second)
            if probability <= TENSION:
                pairs.append(_tension(first, second, probability))
    return tuple(sorted(pairs, key=lambda tension: tension.probability))


def _comparable(first: Claim, second: Claim) -> bool:
    return first.quantity == second.quantity and KINDS[first.quantity].nested


def _ordered(case: Case, first: ReadClaim, second: ReadClaim) -> bool:
    """Tell whether the quantity of the first claim is part of that of the second."""
    if first.day > second.day:
        return False
    if first.claim.scope is None or second.claim.scope is None:
        return second.nature in {None, first.nature}
    order = [scope.id for scope in case.scope]
    return order.index(first.claim.scope) >= order.index(second.claim.scope)


def _probability_of_order(model: Model, first: Claim, second: Claim) -> float:
    mean, variance = 0.0, 0.0
    for claim, sign in ((first, -1.0), (second, 1.0)):
        kernel = model.kernels[claim.id]
        mean += sign * (math.log(claim.value) - kernel.mean)
        bias = model.bias_sd[claim.claimant]
        variance += kernel.variance + (bias**2 if first.claimant != second.claimant else 0.0)
    return 0.5 * math.erfc(-mean / math.sqrt(2 * variance))


def _tension(first: Claim, second: Claim, probability: float) -> Tension:
    sentence = (
        f"{phrases.hedged(first.value, first.hedge)} ({first.id}) cannot exceed "
        f"{phrases.hedged(second.value, second.hedge)} ({second.id}), which covers at least as much; "
        f"taken alone, the two are compatible with {phrases.probability(probability)} probability."
    )
    return Tension(first.id, second.id, probability, sentence[0].upper() + sentence[1:])


def remarks(case: Case) -> Iterator[str]:
    """Describe the evidence in sentences: unfinished texts, slips, bases, tensions, sources that differ.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(list(remarks(load_case())))
    5
    """
    missing = unfinished(case)
    if missing:
        more = [f"{len(missing) - _SHOWN} more"] if len(missing) > _SHOWN else []
        places = phrases.listing([*missing[:_SHOWN], *more])
        yield f"Not written yet in the case: {places}."
    yield from remarks_on_claims(case)


def remarks_on_claims(case: Case) -> Iterator[str]:
    """Describe the evidence in sentences, as :func:`remarks` does, without texts that are unfinished.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(list(remarks_on_claims(load_case())))
    5
    """
    yield from slips(case)
    yield from remarks_of(lint(case))
    for variant in variants(case):
        words = phrases.listing([f"{words} ({', '.join(who)})" for words, who in variant.wordings])
        yield f"Sources word {variant.claim} differently: {words}."
    found = tensions(case)
    yield from (tension.sentence for tension in found[:_MOST_TENSIONS])
    if len(found) > _MOST_TENSIONS:
        yield f"{len(found) - _MOST_TENSIONS:,} more pairs of claims contradict each other."
    if len(case.claim) > _MOST_COMPARED:
        yield f"{len(case.claim):,} claims are too many to look for pairs that contradict each other."
    repeated = [claim for claim in case.claim if len({report.source for report in claim.reports}) > 1]
    if repeated:
        yield (
            f"{len(repeated)} of {len(case.claim)} claims appear in several sources; "
            "each counts once, since repetition is not confirmation."
        )


def document(case: Case) -> dict[str, Json]:
    """Write the evidence as plain values, for programs."""
    whole = case.document()
    return {
        "case": case.about.id,
        "case_digest": case.digest,
        "unfinished": list(unfinished(case)),
        "slips": list(slips(case)),
        "implied": lint_document(case)["implied"],
        "claims": whole["claim"],
        "claimants": whole["claimant"],
        "sources": whole["source"],
        "tensions": [asdict(tension) for tension in tensions(case)],
        "variants": [
            {"claim": variant.claim, "wordings": {words: list(who) for words, who in variant.wordings}}
            for variant in variants(case)
        ],
    }
