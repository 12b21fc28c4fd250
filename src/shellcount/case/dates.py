"""Parse dates, and count calendar months."""

from __future__ import annotations

import datetime as dt

from shellcount.case.forms import DAY, DateForm
from shellcount.errors import UsageError
from shellcount.text import one_line


def parse_date(text: str, form: DateForm = DAY) -> dt.date:
    """Parse an ISO 8601 calendar date.

    Parameters
    ----------
    text
        The date.
    form
        What else may stand there, for the hint.

    Raises
    ------
    UsageError
        When the text is not a date.

    Examples
    --------
    >>> parse_date("2024-06-14")
    datetime.date(2024, 6, 14)
    """
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        from shellcount.case.hints import date_hint

        hint = date_hint(text, form)
        more = "" if hint is None else f"; {hint}"
        raise UsageError(f"{one_line(text, 40)!r} is not a date such as 2024-06-14{more}")
    return day


def month_of(start: dt.date, day: dt.date) -> int:
    """Count calendar months from the month of ``start`` to that of ``day``.

    Examples
    --------
    >>> month_of(dt.date(2023, 9, 1), dt.date(2024, 6, 14))
    9
    """
    return 12 * (day.year - start.year) + day.month - start.month


def month_start(start: dt.date, month: int) -> dt.date:
    """Give the first day of the month ``month`` months after that of ``start``; ``start`` itself for 0.

    Examples
    --------
    >>> month_start(dt.date(2023, 9, 13), 4)
    datetime.date(2024, 1, 1)
    """
    if month == 0:
        return start
    years, index = divmod(start.month - 1 + month, 12)
    return dt.date(start.year + years, index + 1, 1)
