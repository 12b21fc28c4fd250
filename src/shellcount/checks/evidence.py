"""Compare the claims with each other before any model is fit: which repeat, and which contradict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from shellcount.case.amounts import worded
from shellcount.case.blank import unfinished
from shellcount.case.schema import Case
from shellcount.case.slips import slips
from shellcount.checks.lint import lint, lint_document, remarks_of
from shellcount.checks.series import series
from shellcount.checks.tensions import MOST_COMPARED, tensions
from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.wording import phrases

_SHOWN = 3  # paths of unfinished texts in one remark
_MOST_TENSIONS = 20  # remarks on contradictions, the worst ones


@frozen
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
            wordings.setdefault(worded(report.value, report.hedge), []).append(report.source)
        if len(wordings) > 1:
            distinct = tuple((words, tuple(dict.fromkeys(who))) for words, who in wordings.items())
            differing.append(Variant(claim.id, distinct))
    return tuple(differing)


def remarks(case: Case) -> Iterator[str]:
    """Describe the evidence in sentences: unfinished texts, slips, bases, tensions, derived figures.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(list(remarks(load_case())))
    6
    """
    missing = unfinished(case)
    if missing:
        more = [f"{len(missing) - _SHOWN} more"] if len(missing) > _SHOWN else []
        places = phrases.listing([*missing[:_SHOWN], *more])
        yield f"Not written yet in the case: {places}."
    yield from remarks_on_claims(case)
    yield from (found.sentence for found in series(case) if not found.unmarked)


def remarks_on_claims(case: Case) -> Iterator[str]:
    """Describe what may have to be mended in the evidence, in sentences, but for texts that are unfinished.

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
    if len(case.claim) > MOST_COMPARED:
        yield (
            f"{len(case.claim):,} claims are too many to look for pairs that contradict each other, and for "
            "figures that look derived."
        )
    yield from (alike.sentence for alike in series(case) if alike.unmarked)
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
        "series": [found.document() for found in series(case)],
        "variants": [
            {"claim": variant.claim, "wordings": {words: list(who) for words, who in variant.wordings}}
            for variant in variants(case)
        ],
    }
