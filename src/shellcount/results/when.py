"""Parse and write the times of estimates: dates, months and periods."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from shellcount.case.dates import month_of, month_start, parse_date
from shellcount.case.forms import WHEN
from shellcount.case.schema import MAX_YEARS, Case
from shellcount.errors import UsageError
from shellcount.text import one_line
from shellcount.wording.times import is_month

_YEAR = re.compile(r"(?!0000)\d{4}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Period of whole days.

    Parameters
    ----------
    since, as_of
        First and last day, both part of it.
    """

    since: dt.date
    as_of: dt.date

    def __str__(self) -> str:
        """Write a calendar month as ``2023-12``, and every other period as ``A..B``."""
        if is_month(self.since, self.as_of):
            return self.since.isoformat()[: len("2023-12")]
        return f"{self.since.isoformat()}..{self.as_of.isoformat()}"


type When = dt.date | Period


def parse_when(text: str) -> When:
    """Parse a date, a month, or a period whose ends are dates or months.

    Raises
    ------
    UsageError
        When the text is none of them, or the period ends before it begins.

    Examples
    --------
    >>> parse_when("2024-06-14")
    datetime.date(2024, 6, 14)
    >>> str(parse_when("2023-10..2023-12")), str(parse_when("2023-12-01..2023-12-31"))
    ('2023-10-01..2023-12-31', '2023-12')
    """
    first, dots, last = text.partition("..")
    if not dots:
        month = _month(text)
        return _date(text) if month is None else month
    start, end = (_month(side) or _date(side) for side in (first, last))
    period = Period(
        start if isinstance(start, dt.date) else start.since, end if isinstance(end, dt.date) else end.as_of
    )
    if period.as_of < period.since:
        reversed_ends = f"{one_line(last, 40)}..{one_line(first, 40)}"
        raise UsageError(f"{text} ends before it begins; write {reversed_ends}")
    return period


def _month(text: str) -> Period | None:
    match = _MONTH.fullmatch(text)
    if match is None or not (1 <= int(match[2]) <= 12 and int(match[1])):
        return None
    year, month = int(match[1]), int(match[2])
    return Period(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))


def _date(text: str) -> dt.date:
    try:
        return parse_date(text)
    except UsageError:
        shown = one_line(text, 40)
        from shellcount.case.hints import date_hint

        hint = date_hint(text, WHEN)
        if _YEAR.fullmatch(text):
            hint = f"write {text}-01..{text}-12"
        if hint is not None:
            raise UsageError(f"{shown!r} is not a date such as 2024-06-14; {hint}") from None
        raise UsageError(
            f"{shown!r} is not a date such as 2024-06-14, a month such as 2023-12, "
            "or a period such as 2023-10-01..2023-12-31"
        ) from None


def standard_dates(case: Case) -> tuple[dt.date, ...]:
    """List the dates of the claims, and the last day of all, in order; claims of a period have no date."""
    dates = {day for claim in case.claim if claim.since is None for day in claim.dates}
    return tuple(sorted({*dates, case.last_date}))


def months(case: Case) -> tuple[Period, ...]:
    """List the calendar months from the first shipment to the last date of a claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [str(month) for month in months(load_case())][:2]
    ['2023-09', '2023-10']
    """
    start, last = case.containers.first_shipment, case.last_date
    firsts = (month_start(start.replace(day=1), count) for count in range(month_of(start, last) + 1))
    return tuple(Period(first, month_start(first, 1) - dt.timedelta(days=1)) for first in firsts)


def check_when(case: Case, when: When) -> When:
    """Check that the flow is defined on a date or in a period, and return it.

    Raises
    ------
    UsageError
        When nothing had moved by that date or in that period, or it lies beyond the period of the model.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> check_when(load_case(), parse_when("2023-08"))
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: 2023-08 lies before the first shipment (2023-09-01)
    """
    if isinstance(when, dt.date):
        return check_date(case, when)
    start = case.containers.first_shipment
    if when.as_of < start:
        raise UsageError(f"{when} lies before the first shipment ({start.isoformat()})")
    _check_year(case, when.as_of)
    return when


def check_date(case: Case, day: dt.date) -> dt.date:
    """Check that the flow is defined on a date, and return it.

    Raises
    ------
    UsageError
        When nothing had moved by that date, or it lies beyond the period of the model.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> check_date(load_case(), dt.date(2023, 1, 1))
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: 2023-01-01 is not after the first shipment (2023-09-01)
    """
    start = case.containers.first_shipment
    if day <= start:
        raise UsageError(f"{day.isoformat()} is not after the first shipment ({start.isoformat()})")
    _check_year(case, day)
    return day


def _check_year(case: Case, day: dt.date) -> None:
    start = case.containers.first_shipment
    if day.year - start.year > MAX_YEARS:
        raise UsageError(
            f"{day.isoformat()} is more than {MAX_YEARS} years after the first shipment ({start.isoformat()})"
        )
