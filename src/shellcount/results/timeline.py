"""Choose the claims, dates and quantities of a timeline."""

from __future__ import annotations

import datetime as dt

from shellcount.case.dates import month_of, month_start
from shellcount.case.schema import Case, Claim
from shellcount.results.quantity import DatedKind, Quantity

_MONTHS = 12  # largest number of months with a date each


def timeline_claims(case: Case, kind: DatedKind) -> tuple[Claim, ...]:
    """List the claims of a timeline: totals sent by a date.

    Claims of one nature are left out, since they refer to another total, and so are those of a period.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(timeline_claims(load_case(), "containers"))
    4
    """
    kinds = {"containers"} if kind == "containers" else {"rounds", "comparator"}
    return tuple(
        claim for claim in case.claim if claim.quantity in kinds and claim.since is None and not claim.natures
    )


def timeline_days(case: Case, kind: DatedKind, until: dt.date | None = None) -> tuple[dt.date, ...]:
    """List the dates of a timeline: starts and middles of months, dates of claims, and the last date.

    Between these dates the cumulative flow is nearly linear.

    Parameters
    ----------
    case, kind
        Case, and quantity of the timeline.
    until
        Date to which the timeline goes, if it lies beyond the last date of a claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> timeline_days(load_case(), "rounds")[0].isoformat()
    '2023-09-15'
    """
    start, last = case.containers.first_shipment, max(case.last_date, until or case.last_date)
    months = month_of(start, last)
    step = max(1, -(-months // _MONTHS))
    starts = [month_start(start, month) for month in range(0, months + 1, step)]
    middles = [day.replace(day=15) for day in starts] if step == 1 else []
    claimed = [day for claim in timeline_claims(case, kind) for day in claim.dates]
    return tuple(
        sorted({day for day in (*starts, *middles, *claimed, case.last_date, last) if start < day <= last})
    )


def timeline_quantities(
    case: Case, until: dt.date | None = None, scenario: str | None = None
) -> tuple[Quantity, ...]:
    """List the quantities of timelines: rounds in one scenario, and containers of every scope.

    Parameters
    ----------
    case, until
        As for :func:`timeline_days`.
    scenario
        Scenario of the rounds, or a nature; by default the first scenario.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> timeline_quantities(load_case())[0].day
    datetime.date(2023, 9, 15)
    """
    mix = case.scenario[0].id if scenario is None else scenario
    rounds = (Quantity("rounds", mix, day) for day in timeline_days(case, "rounds", until))
    containers = (
        Quantity("containers", scope.id, day)
        for scope in case.scope
        for day in timeline_days(case, "containers", until)
    )
    return (*rounds, *containers)
