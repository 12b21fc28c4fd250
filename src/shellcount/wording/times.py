"""Put dates and periods into words, and the mean rates within them."""

from __future__ import annotations

import calendar
import datetime as dt

from shellcount.wording import phrases


def when(day: dt.date, since: dt.date | None = None, per: str | None = None) -> str:
    """Write the time in which something was sent, and the unit of time of a mean rate.

    Parameters
    ----------
    day
        Date that a total ends before, or last day of a period.
    since
        First day of the period; ``None`` for all that was sent before the date.
    per
        Unit of time of a mean rate; ``None`` for a total.

    Examples
    --------
    >>> when(dt.date(2024, 6, 14))
    'by 14 June 2024'
    >>> when(dt.date(2023, 12, 31), dt.date(2023, 12, 1), "day")
    'a day on average in December 2023'
    >>> when(dt.date(2023, 12, 31), dt.date(2023, 10, 1))
    'from 1 October to 31 December 2023'
    """
    if per is not None:
        return f"a {per} on average {f'up to {phrases.date(day)}' if since is None else period(since, day)}"
    return f"by {phrases.date(day)}" if since is None else period(since, day)


def period(since: dt.date, day: dt.date) -> str:
    """Write a period by its first and last day, or as one day, a month or a year.

    Examples
    --------
    >>> period(dt.date(2023, 10, 3), dt.date(2023, 10, 3)), period(dt.date(2023, 1, 1), dt.date(2023, 12, 31))
    ('on 3 October 2023', 'in 2023')
    """
    if since == day:
        return f"on {phrases.date(day)}"
    words = phrases.date(since)
    if is_month(since, day):
        return f"in {words.partition(' ')[2]}"
    if since.year == day.year:
        if (since.month, since.day, day.month, day.day) == (1, 1, 12, 31):
            return f"in {day.year}"
        words = str(since.day) if since.month == day.month else words.rpartition(" ")[0]
    return f"from {words} to {phrases.date(day)}"


def is_month(since: dt.date, day: dt.date) -> bool:
    """Tell whether a period is one calendar month.

    Examples
    --------
    >>> [is_month(dt.date(2024, 2, 1), dt.date(2024, 2, day)) for day in (28, 29)]
    [False, True]
    """
    month = (since.year, since.month)
    return since.day == 1 and month == (day.year, day.month) and day.day == calendar.monthrange(*month)[1]


def duration(seconds: float) -> str:
    """Write how long something is forecast to take: to one digit, in the unit that leaves a small number.

    Examples
    --------
    >>> duration(42.0), duration(250.0), duration(10_000.0), duration(300_000.0)
    ('about 40 seconds', 'about 4 minutes', 'about 3 hours', 'about 3 days')
    """
    for size, unit in ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * size:
            return f"about {float(f'{seconds / size:.1g}'):.0f} {unit}"
    return f"about {float(f'{seconds:.1g}'):.0f} seconds"


def so_far(seconds: float) -> str:
    """Write how long something has taken so far, to the second.

    Examples
    --------
    >>> so_far(12.9), so_far(119.0), so_far(200.0), so_far(7_250.0)
    ('12 s', '1 min 59 s', '3 min 20 s', '2 h 0 min')
    """
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
