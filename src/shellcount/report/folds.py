"""Fold the long parts of a report, and state in a sentence what each holds."""

from __future__ import annotations

from shellcount.case.schema import Case
from shellcount.report.blocks import Block, Bullets, Fold, Pairs, Paragraph
from shellcount.results.prediction import PredictiveCheck
from shellcount.wording import phrases
from shellcount.wording.tables import Table

_CELLS, _ROWS = 40, 8  # cells of a table, and rows or sentences, from which more fold
_INSIDE = (0.05, 0.95)  # percentiles between which a fitted claim is within the range that is predicted


def fold(name: str, what: str, *blocks: Block, keyed: bool = False) -> Fold:
    """Fold blocks under a title with the number of their rows, sentences or values.

    Parameters
    ----------
    name
        Anchor.
    what
        Content in a few words.
    blocks, keyed
        As in :class:`~shellcount.report.blocks.Fold`.

    Examples
    --------
    >>> fold("method", "Method", Bullets(("a.", "b."))).title
    'Method (2)'
    """
    return Fold(name, f"{what} ({sum(map(_size, blocks)):,})", blocks, keyed)


def fold_long(name: str, what: str, block: Table | Bullets) -> tuple[Block, ...]:
    """Fold a list of more than 8 rows or sentences, or a table of more than 40 cells; leave out an empty one.

    Examples
    --------
    >>> [block.title for block in fold_long("notes", "Notes", Bullets(("a.",) * 9))]
    ['Notes (9)']
    """
    if not _size(block):
        return ()
    cells = len(block.head) * len(block.rows) if isinstance(block, Table) else 0
    return (fold(name, what, block),) if _size(block) > _ROWS or cells > _CELLS else (block,)


def _size(block: Block) -> int:
    match block:
        case Table():
            return len(block.rows)
        case Bullets() | Pairs():
            return len(block.items)
        case _:
            return 0


def evidence(case: Case, fitted: frozenset[str]) -> Paragraph:
    """Count the claims of a case by their use, with their claimants and documents.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> evidence(load_case(), frozenset({"us-state-2024-02"})).text
    '11 claims of 5 claimants in 5 documents: 1 fitted, 9 checked, 1 for context.'
    """
    shown = sum(claim.use == "context" and claim.id not in fitted for claim in case.claim)
    uses = {
        "fitted": len(fitted),
        "checked": len(case.claim) - len(fitted) - shown,
        "for context": shown,
    }
    named = ", ".join(f"{count:,} {use}" for use, count in uses.items() if count)
    claims, claimants, documents = (
        phrases.counted(count, noun)
        for count, noun in (
            (len(case.claim), "claim"),
            (len({claim.claimant for claim in case.claim}), "claimant"),
            (len(case.source), "document"),
        )
    )
    return Paragraph(f"{claims} of {claimants} in {documents}: {named}.")


def predicted(checks: tuple[PredictiveCheck, ...]) -> str:
    """Count the fitted claims within the 90% range that the posterior predicts; empty without claims.

    Examples
    --------
    >>> predicted(())
    ''
    """
    if not checks:
        return ""
    low, high = _INSIDE
    inside = sum(low <= check.posterior.predictive_cdf <= high for check in checks)
    return (
        f" {inside:,} of {phrases.counted(len(checks), 'fitted claim')} "
        f"{'lies' if inside == 1 else 'lie'} within the 90% range that the posterior predicts."
    )
