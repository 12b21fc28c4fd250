"""List the quantities that a case has estimates of by default."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from shellcount.case.kinds import KINDS
from shellcount.case.schema import Case
from shellcount.limits import require_within
from shellcount.results.claimed import quantity_of
from shellcount.results.given import readings
from shellcount.results.names import parameter_names, subjects
from shellcount.results.quantity import DatedKind, Quantity, QuantityKind
from shellcount.results.timeline import timeline_quantities
from shellcount.results.when import When, check_when, parse_when, standard_dates

_ROLES: tuple[DatedKind, ...] = ("rounds", "containers")
_CLAIMED = frozenset(
    {"gross_mass", "trip_count", "item_share"}
)  # kinds of which only what claims state is listed


def standard(case: Case, times: Iterable[When | str] | None = None) -> tuple[Quantity, ...]:
    """List the quantities that a case has estimates of by default.

    These are the rounds and containers sent by the date of each claim, what a container holds, the
    parameters, and all else that a claim states: amounts within a period, rates, tonnes, trips and shares.

    Parameters
    ----------
    case
        The case.
    times
        Dates, months and periods for those that have one, instead of the dates and periods of the claims.

    Raises
    ------
    LimitError
        When there are more than are allowed.
    UsageError
        For a date or a period in which the flow is not defined.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.results.names import name_of
    >>> name_of(load_case(), standard(load_case())[0])
    'rounds.mixed@2023-10-13'
    >>> name_of(load_case(), standard(load_case(), ["2023-12"])[0])
    'rounds.mixed@2023-12'
    """
    chosen = _distinct(case, standard_dates(case) if times is None else times)
    kinds: tuple[QuantityKind, ...] = (*_ROLES, "capacity", "shipped")
    by_kind = {kind: subjects(case, kind) for kind in kinds}
    parameters = [Quantity("parameter", name) for name in parameter_names(case)]
    claimed = _claimed(case) if times is None else ()
    dates = {kind: len(chosen) if kind in _ROLES else 1 for kind in by_kind}
    count = len(parameters) + len(claimed) + sum(len(by_kind[kind]) * dates[kind] for kind in by_kind)
    whose = f"{len(case.scenario):,} scenarios, {len(case.scope):,} scopes and {len(chosen):,} dates"
    require_within("estimates", count, f"a case of {whose}")
    dated = [
        Quantity(kind, subject, when)
        if isinstance(when, dt.date)
        else Quantity(kind, subject, when.as_of, when.since)
        for kind in _ROLES
        for subject in by_kind[kind]
        for when in chosen
    ]
    undated = [Quantity(kind, subject) for kind in ("capacity", "shipped") for subject in by_kind[kind]]
    return tuple(dict.fromkeys((*dated, *claimed, *undated, *parameters)))


def standard_and(case: Case, times: Iterable[When]) -> tuple[Quantity, ...]:
    """List the standard quantities of a case, and those of further times.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> standard_and(case, [case.last_date])[0].day == case.last_date
    True
    """
    return tuple(dict.fromkeys((*standard(case, times), *standard(case))))


def supporting_quantities(case: Case, days: Iterable[dt.date], asked: Quantity) -> tuple[Quantity, ...]:
    """List the quantities that the figures, tables and sentences of a report need.

    Parameters
    ----------
    case
        The case.
    days
        Dates of the tables.
    asked
        Quantity that answers the question.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> supporting_quantities(case, [case.last_date], answering(case))[0].subject
    'mixed'
    """
    undated = [Quantity("capacity", name) for name in subjects(case, "capacity")]
    parameters = [Quantity("parameter", name) for name in parameter_names(case)]
    timeline = timeline_quantities(case, asked.day, asked.subject)
    return (asked, *standard(case, days), *undated, *parameters, *timeline)


def _distinct(case: Case, times: Iterable[When | str]) -> list[When]:
    """Parse and check times, and order them by their last day: dates first."""
    parsed = (parse_when(time) if isinstance(time, str) else time for time in times)

    def order(when: When) -> tuple[dt.date, bool, dt.date]:
        return (when, False, when) if isinstance(when, dt.date) else (when.as_of, True, when.since)

    return sorted({check_when(case, when) for when in parsed}, key=order)


def _claimed(case: Case) -> tuple[Quantity, ...]:
    """List the quantities of claims other than totals by a date, each once."""
    quantities = [
        quantity_of(case, read)
        for claim in case.claim
        if KINDS[claim.quantity].known
        for read in readings(claim)
    ]
    return tuple(
        dict.fromkeys(
            each
            for each in quantities
            if each.since is not None or each.per is not None or each.kind in _CLAIMED
        )
    )


def answering(case: Case, times: Iterable[When | str] = ()) -> Quantity:
    """Select the quantity that answers the case's question: all that was sent, in its first scenario.

    Parameters
    ----------
    case
        The case.
    times
        Dates, months and periods that were asked for, of which the latest is taken instead of the last date
        of a claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> answering(load_case()).subject
    'mixed'
    >>> answering(load_case(), ["2023-12", "2023-10-13"]).since
    datetime.date(2023, 12, 1)
    """
    when = _distinct(case, times or (case.last_date,))[-1]
    if isinstance(when, dt.date):
        return Quantity("rounds", case.scenario[0].id, when)
    return Quantity("rounds", case.scenario[0].id, when.as_of, when.since)
