"""Show the claims of a case as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from shellcount.case.amounts import worded
from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case, Claim, Claimant
from shellcount.text import one_line
from shellcount.wording import phrases, rounding
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
    claimants = {claimant.id: claimant for claimant in case.claimant}
    by_id = {claim.id: claim for claim in case.claim}
    successors = {claim.supersedes: claim.id for claim in case.claim if claim.supersedes is not None}
    rows = tuple(
        (
            claim.id,
            one_line(f"{claimants[claim.claimant].title} ({grade_of(claimants[claim.claimant])})"),
            claim.summary,
            figure(case, claim),
            when(claim),
            "; ".join((_use(claim, successors, fitted), *_relations(claim, by_id, successors))),
            "; ".join(
                f"{report.source}: {worded(report.value, report.hedge)}"
                + (f" (“{report.phrase}”)" if report.phrase else "")
                for report in claim.reports
            ),
        )
        for claim in sorted(case.claim, key=lambda claim: (claim.dates[0], claim.id))
    )
    return Table("Every claim, with its claimant and its use", _HEAD, rows)


def figure(case: Case, claim: Claim) -> str:
    """Write the stated value of a claim in words, with its unit and what it refers to.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> claims = {claim.id: claim for claim in case.claim}
    >>> figure(case, claims["rok-mnd-2024-06-capacity"])
    'up to 4.8 million rounds in 10,000 containers'
    """
    return phrases.measured(claim.words, _measure(case, claim))


def when(claim: Claim) -> str:
    """Write the date of a claim, both ends of its period, or the range of its possible dates.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claims = {claim.id: claim for claim in load_case().claim}
    >>> when(claims["rok-mnd-2024-06"])
    '2024-06-14'
    """
    first, last = claim.dates[0].isoformat(), claim.dates[-1].isoformat()
    end = last if len(claim.dates) == 1 else f"between {first} and {last}"
    return end if claim.since is None else f"{claim.since.isoformat()}..{end}"


def grade_of(claimant: Claimant) -> str:
    """Give the grade of a claimant, or the spread of its bias that stands in its place.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [grade_of(claimant) for claimant in load_case().claimant][:1]
    ['B']
    """
    return claimant.grade if claimant.grade is not None else f"bias sd {claimant.bias_sd or 0:g}"


def _measure(case: Case, claim: Claim) -> str:
    """Give the unit of the value of a claim, with the quantity it refers to."""
    item, carrier = case.about.item, case.about.carrier
    roles = {"rounds": item, "containers": carrier, "items": item, "carriers": carrier}
    measure = KINDS[claim.quantity].unit.format(
        item=item,
        carrier=carrier if claim.containers != 1 else phrases.singular(carrier),
        scope=claim.scope,
        containers="" if claim.containers is None else phrases.exact(claim.containers),
        of="" if claim.of is None else roles[claim.of],
        per=claim.per,
        trip=claim.trip,
    )
    if claim.quantity == "rate" and claim.scope is not None:
        return f"{measure} ({claim.scope})"
    if claim.quantity == "share" and claim.of is not None:
        part = claim.scope if claim.nature is None else " or ".join(claim.natures)
        return f"as share of {roles[claim.of]} ({part})"
    return measure


def _use(claim: Claim, successors: dict[str, str], fitted: Collection[str] | None) -> str:
    stale = claim.derived_from or claim.restates or claim.withdrawn or claim.id in successors
    fits = claim.use == "fit" and not stale if fitted is None else claim.id in fitted
    return "fit" if fits else "context" if claim.use == "context" else "checked"


def _relations(claim: Claim, by_id: dict[str, Claim], successors: dict[str, str]) -> Iterator[str]:
    """List the claims that a claim depends on, and what stands against fitting it."""
    base = None if claim.derived_from is None else by_id.get(claim.derived_from)
    if base is not None:
        yield f"derived: {rounding.significant(claim.stated / base.stated)} times {base.id}"
    if claim.restates is not None:
        yield f"restates {claim.restates}"
    if claim.supersedes is not None:
        yield f"supersedes {claim.supersedes}"
    if claim.id in successors:
        yield f"superseded by {successors[claim.id]}"
    if claim.withdrawn:
        yield "withdrawn"
