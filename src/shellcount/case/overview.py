"""Show the claims of a case as a table."""

from __future__ import annotations

from collections.abc import Collection

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim
from shellcount.wording import phrases
from shellcount.wording.tables import Table

WORDINGS = "sources and their wording"
_HEAD = ("claim", "claimant (grade)", "statement", "figure", "as of", "use", WORDINGS)


def claims_table(case: Case, fitted: Collection[str] | None = None) -> Table:
    """Show every claim with its claimant and use, in the order of dates.

    Parameters
    ----------
    case
        Case.
    fitted
        Ids of the claims that were fit; by default those that the case marks ``fit``.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(claims_table(load_case()).rows)
    11
    """
    grades = {claimant.id: claimant.grade for claimant in case.claimant}
    fits = {claim.id for claim in case.claim if claim.use == "fit"} if fitted is None else fitted
    rows = tuple(
        (
            claim.id,
            f"{claim.claimant} ({grades[claim.claimant]})",
            claim.summary,
            f"{phrases.hedged(claim.value, claim.hedge)} {_measure(case, claim)}",
            " to ".join(day.isoformat() for day in claim.dates),
            "fit" if claim.id in fits else "context" if claim.use == "context" else "checked",
            "; ".join(
                f"{report.source}: {phrases.hedged(report.value, report.hedge)}"
                + (f" (“{report.phrase}”)" if report.phrase else "")
                for report in claim.reports
            ),
        )
        for claim in sorted(case.claim, key=lambda claim: (claim.dates[0], claim.id))
    )
    return Table("Every claim, with its claimant and its use", _HEAD, rows)


def _measure(case: Case, claim: Claim) -> str:
    """Give the unit of the value of a claim, with the quantity it refers to."""
    containers = "" if claim.containers is None else phrases.exact(claim.containers)
    return KINDS[claim.quantity].unit.format(
        item=case.about.item, carrier=case.about.carrier, scope=claim.scope, containers=containers
    )
