"""Read days, months and other stretches of the calendar, in either order of day and month."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal

from shellcount.frozen import frozen

type Order = Literal["day", "month"]
ORDERS: tuple[Order, Order] = ("day", "month")
type Kind = Literal["day", "month", "quarter", "half", "year", "week", "part", "range"]


@frozen
class Days:
    """Stretch of the calendar.

    Parameters
    ----------
    kind
        Kind of stretch: ``part`` is an early, middle or late part of a month or year.
    first, last
        First and last day, both part of it.
    """

    kind: Kind
    first: dt.date
    last: dt.date


MONTHS: Mapping[str, int] = MappingProxyType(
    {
        name.lower(): place
        for names in (calendar.month_name, calendar.month_abbr)
        for place, name in enumerate(names)
        if name
    }
    | {"sept": 9}
)
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAME = rf"(?P<name>{_NAMES})\.?"
_DAY, _MONTH, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?", r"(?P<month>\d{1,2})", r"(?P<year>\d{4})"
_GAP = r"[\s,/-]*"
_WEEKDAYS = {name[:3].lower(): place for place, name in enumerate(calendar.day_name)}
_WEEKDAY = re.compile(rf"({'|'.join(_WEEKDAYS)})[a-z]*\.?,? (?P<rest>.+)", re.ASCII)
_LEADING = re.compile(r"(?:on|in|as of|as at|the) (?P<rest>.+)", re.ASCII)
_PART = re.compile(
    r"(?P<part>early|beginning of|start of|mid|middle of|late|end of)[ -]?(?:in |the )?(?P<rest>.+)", re.ASCII
)
_PARTS = {
    **dict.fromkeys(("early", "beginning of", "start of"), "early"),
    **dict.fromkeys(("mid", "middle of"), "mid"),
    **dict.fromkeys(("late", "end of"), "late"),
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_PORTION = (
    r"(?:q(?P<quarter>[1-4])|(?P<quarter_>[1-4])q|h(?P<half>[12])|(?P<half_>[12])h|"
    rf"(?P<ordinal>{'|'.join(_ORDINALS)}) (?P<of>quarter|half)(?: of)?)"
)


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.ASCII) for pattern in patterns)


_NAMED_DAYS = _compiled(
    rf"{_DAY}{_GAP}(?:of )?{_NAME}{_GAP}{_YEAR}",
    rf"{_NAME}{_GAP}{_DAY}[\s,-]+{_YEAR}",
    rf"{_YEAR}[\s,-]+{_NAME}[\s-]*{_DAY}",
)
_YEAR_FIRST = _compiled(
    r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
    rf"{_YEAR}\s*[-/.]\s*{_MONTH}\s*[-/.]\s*(?P<day>\d{{1,2}})\.?(?:[t ]00:00(?::00(?:\.0+)?)?z?)?",
)
_YEAR_LAST = _compiled(
    rf"(?P<one>\d{{1,2}})\s*[-/. ]\s*(?P<two>\d{{1,2}})\s*[-/. ]\s*{_YEAR}\.?(?: 00:00(?::00)?)?"
)
_MONTH_ALONE = _compiled(
    rf"{_NAME}(?: of)?{_GAP}{_YEAR}",
    rf"{_YEAR}{_GAP}{_NAME}",
    rf"{_YEAR}[-/.]{_MONTH}",
    rf"{_MONTH}[-/.]{_YEAR}",
)
_PORTIONS = _compiled(rf"{_PORTION}{_GAP}{_YEAR}", rf"{_YEAR}{_GAP}{_PORTION}")
_WEEK = _compiled(rf"{_YEAR}-?w(?P<week>\d\d)")
_YEAR_ALONE = _compiled(_YEAR)


def days(text: str, order: Order) -> Days | None:
    """Read one stretch of the calendar; ``None`` where a text is none.

    Parameters
    ----------
    text
        Text that :func:`~shellcount.case.typed.plain.plain` has folded.
    order
        What comes first in a date of digits whose year comes last.

    Examples
    --------
    >>> days("6/7/2024", "day").first.isoformat(), days("6/7/2024", "month").first.isoformat()
    ('2024-07-06', '2024-06-07')
    >>> days("q1 2024", "day").last.isoformat(), days("14 juni 2024", "day")
    ('2024-03-31', None)
    """
    leading = _LEADING.fullmatch(text)
    text = text if leading is None else leading["rest"]
    for pattern, make in _READERS:
        match = pattern.fullmatch(text)
        if match is not None:
            try:
                return make(match.groupdict(), order)
            except ValueError:  # a day or month that the calendar does not have
                return None
    return _on_weekday(text, order) or _part(text, order)


def _named_day(found: Mapping[str, str], _: Order) -> Days:
    return _one(dt.date(int(found["year"]), MONTHS[found["name"]], int(found["day"])))


def _year_first(found: Mapping[str, str], _: Order) -> Days:
    return _one(dt.date(int(found["year"]), int(found["month"]), int(found["day"])))


def _year_last(found: Mapping[str, str], order: Order) -> Days:
    day, month = (found["one"], found["two"]) if order == "day" else (found["two"], found["one"])
    return _one(dt.date(int(found["year"]), int(month), int(day)))


def _one(day: dt.date) -> Days:
    return Days("day", day, day)


def _month(found: Mapping[str, str], _: Order) -> Days:
    name = found.get("name")
    month = int(found["month"]) if name is None else MONTHS[name]
    return _months("month", int(found["year"]), month, 1)


def _months(kind: Kind, year: int, month: int, count: int) -> Days:
    end = month + count - 1
    return Days(kind, dt.date(year, month, 1), dt.date(year, end, calendar.monthrange(year, end)[1]))


def _portion(found: Mapping[str, str | None], _: Order) -> Days:
    ordinal = _ORDINALS.get(found["ordinal"] or "", 0)
    quarter = int(found["quarter"] or found["quarter_"] or (ordinal if found["of"] == "quarter" else 0))
    half = int(found["half"] or found["half_"] or (ordinal if found["of"] == "half" else 0))
    year = int(found["year"] or 0)
    return _months("quarter", year, 3 * quarter - 2, 3) if quarter else _months("half", year, 6 * half - 5, 6)


def _week(found: Mapping[str, str], _: Order) -> Days:
    monday = dt.date.fromisocalendar(int(found["year"]), int(found["week"]), 1)
    return Days("week", monday, monday + dt.timedelta(days=6))


def _year(found: Mapping[str, str], _: Order) -> Days:
    return _months("year", int(found["year"]), 1, 12)


_READERS: tuple[tuple[re.Pattern[str], Callable[[dict[str, str], Order], Days]], ...] = tuple(
    (pattern, make)
    for patterns, make in (
        (_NAMED_DAYS, _named_day),
        (_YEAR_FIRST, _year_first),
        (_YEAR_LAST, _year_last),
        (_MONTH_ALONE, _month),
        (_PORTIONS, _portion),
        (_WEEK, _week),
        (_YEAR_ALONE, _year),
    )
    for pattern in patterns
)


def _on_weekday(text: str, order: Order) -> Days | None:
    """Read a day after the name of its weekday; another day has no such name."""
    match = _WEEKDAY.fullmatch(text)
    found = None if match is None else days(match["rest"], order)
    if match is None or found is None or found.kind != "day":
        return None
    return found if found.first.weekday() == _WEEKDAYS[match[1]] else None


def _part(text: str, order: Order) -> Days | None:
    """Read the early, middle or late third of a month or year."""
    match = _PART.fullmatch(text)
    whole = None if match is None else days(match["rest"], order)
    if match is None or whole is None or whole.kind not in {"month", "year"}:
        return None
    part, year, month = _PARTS[match["part"]], whole.first.year, whole.first.month
    if whole.kind == "year":
        return _months("part", year, {"early": 1, "mid": 5, "late": 9}[part], 4)
    first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, whole.last.day)}[part]
    return Days("part", dt.date(year, month, first), dt.date(year, month, last))


# --- ranges ------------------------------------------------------------------------------

_BETWEEN = re.compile(r"between (.+?) and (.+)|from (.+?) (?:to|until|through) (.+)")
_JOINTS = re.compile(r" (?:to|until|through|and) |\.\.+|\s*[-/]\s*")
_TAIL = re.compile(rf"\d{{1,2}}(?:st|nd|rd|th)?\.? (?P<month>(?:{_NAMES})\.?) (?P<year>\d{{4}})", re.ASCII)
_HEAD = re.compile(rf"(?P<month>(?:{_NAMES})\.?) \d{{1,2}}(?:st|nd|rd|th)?,?", re.ASCII)


def stretch(text: str, order: Order) -> Days | None:
    """Read one stretch of the calendar, or a range of days or months whose ends may share month and year.

    Examples
    --------
    >>> found = stretch("between 28 january and 12 february 2024", "day")
    >>> found.kind, found.first.isoformat(), found.last.isoformat()
    ('range', '2024-01-28', '2024-02-12')
    """
    alone = days(text, order)
    if alone is not None:
        return alone
    found = {_joined(*sides, order) for sides in _sides(text)} - {None}
    return found.pop() if len(found) == 1 else None


def _sides(text: str) -> Iterator[tuple[str, str]]:
    """Split a text in two wherever its ends may be joined."""
    match = _BETWEEN.fullmatch(text)
    if match is not None:
        first, last = (part for part in match.groups() if part is not None)
        yield first, last
        return
    for joint in _JOINTS.finditer(text):
        yield text[: joint.start()], text[joint.end() :]


def _joined(first: str, last: str, order: Order) -> Days | None:
    """Join two ends; what the first one lacks of month and year is taken from the last, and the other way."""
    start, end = days(first, order), days(last, order)
    tail, head = _TAIL.fullmatch(last), _HEAD.fullmatch(first)
    if start is None and end is not None:
        shared = (f"{first} {end.last.year}", f"{first} {tail['month']} {tail['year']}" if tail else "")
        start = next(filter(None, (days(whole, order) for whole in shared)), None)
    if end is None and head is not None:
        end = days(f"{head['month']} {last}", order)
        start = None if end is None else days(f"{first} {end.last.year}", order)
    if start is None or end is None or end.last < start.first or start.kind != end.kind:
        return None
    return Days("range", start.first, end.last) if start.kind in {"day", "month"} else None
