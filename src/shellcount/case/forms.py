"""Tell how dates, numbers and hedges are written, where they are written in another form."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType

from shellcount.errors import suggestion
from shellcount.text import one_line

# Fields of a case file that take a month in quotes for its first or last day.
MONTH_FIELDS = frozenset({"since", "as_of", "earliest", "latest"})
_LONGEST = 60  # characters: nothing longer is a date or a number
_MONTHS = {
    name.lower(): place
    for names in (calendar.month_name, calendar.month_abbr)
    for place, name in enumerate(names)
    if name
} | {"sept": 9}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMERIC = re.compile(
    r"(\d{1,4})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{1,4})\.?(?:[t ]\d\d:\d\d.*)?", re.ASCII
)
_RUN_TOGETHER = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s.-]*(?:of\s+)?({_NAMES})[\s.,-]*(\d{{4}})", re.ASCII)
_MONTH_FIRST = re.compile(rf"({_NAMES})[\s.-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(\d{{4}})", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[\s,-]+({_NAMES})[\s.-]+(\d{{1,2}})", re.ASCII)
_MONTH_ALONE = re.compile(rf"({_NAMES})[\s.,-]*(\d{{4}})|(\d{{4}})[\s-]+({_NAMES})", re.ASCII)
_MONTH_IN_DIGITS = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(rf"\d{{1,2}}[-/.\s]+(?:\d{{1,2}}|{_NAMES})[-/.\s]+\d{{1,2}}", re.ASCII)
_YEAR_ALONE = re.compile(r"(?:in\s+)?(\d{4})", re.ASCII)

_SCALES = {
    **dict.fromkeys(("%", "percent", "per cent"), Decimal("0.01")),
    **dict.fromkeys(("k", "thousand", "tsd", "tausend"), Decimal(10**3)),
    **dict.fromkeys(("m", "mn", "mln", "mio", "million", "millions"), Decimal(10**6)),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "billions"), Decimal(10**9)),
}
_GROUPS = r"[.,'\u2019 _\u00a0\u2009\u202f]"
_NUMBER = re.compile(
    rf"(?P<sign>[+-]?)(?P<digits>\d+(?:{_GROUPS}\d+)*)\s*(?P<scale>[a-z%]*(?: cent)?)\.?", re.ASCII
)

# Words and signs for a hedge, and the hedge that says the same.
_SAME: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("at_most", "no_more_than", "not_more_than", "maximum", "max", "<=", "≤"), "up_to"),
        **dict.fromkeys(
            ("at_minimum", "no_fewer_than", "no_less_than", "minimum", "min", ">=", "≥"), "at_least"
        ),
        **dict.fromkeys(("over", "above", "in_excess_of", "exceeding", "upwards_of", ">"), "more_than"),
        **dict.fromkeys(("fewer_than", "below", "under", "<"), "less_than"),
        **dict.fromkeys(("around", "approximately", "approx", "circa", "roughly", "some", "~", "≈"), "about"),
        **dict.fromkeys(("almost", "close_to"), "nearly"),
        **dict.fromkeys(("exactly", "precisely", "equals", "="), "exact"),
        **dict.fromkeys(("range", "from_to"), "between"),
    }
)


def date_hint(text: str, *, months: bool = False) -> str | None:
    """Tell which date a text may mean, and how it is written; ``None`` where it means none.

    Parameters
    ----------
    text
        Text that stands where a date should.
    months
        Whether a month may stand there too, in quotes.

    Examples
    --------
    >>> date_hint("14 June 2024")
    'write 2024-06-14'
    >>> date_hint("06/07/2024")
    'write 2024-07-06 or 2024-06-07, whichever is meant'
    >>> date_hint("June 2024")
    'a month is not a date: write one of its days, such as its last, 2024-06-30'
    >>> date_hint("June 2024", months=True)
    'write "2024-06"'
    """
    plain = " ".join(text.split()).lower() if len(text) <= _LONGEST else ""
    days = list(dict.fromkeys(day for day in map(_day, _readings(plain)) if day is not None))
    if days:
        return _either([day.isoformat() for day in days])
    year, month = _month(plain)
    if month is not None and months:
        return f'write "{year:04d}-{month:02d}"'
    if month is not None:
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        return f"a month is not a date: write one of its days, such as its last, {last}"
    if year and _YEAR_ALONE.fullmatch(plain):
        return f"a year is not a date: write one of its days, such as its last, {year:04d}-12-31"
    if _SHORT_YEAR.fullmatch(plain):
        return "write the year in four digits, and then month and day"
    return None


def _readings(plain: str) -> Iterator[tuple[int, int, int]]:
    """List what a text may mean: years, months and days, whether or not there is such a day."""
    for pattern, order in (
        (_RUN_TOGETHER, (1, 2, 3)),
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_FIRST, (1, 2, 3)),
    ):
        match = pattern.fullmatch(plain)
        if match is not None:
            year, month, day = (match[place] for place in order)
            yield int(year), _MONTHS[month] if month in _MONTHS else int(month), int(day)
    match = _NUMERIC.fullmatch(plain)
    if match is not None:
        first, second, third = (int(part) for part in match.groups())
        if len(match[1]) == 4:
            yield first, second, third
            if second > 12:
                yield first, third, second
        elif len(match[3]) == 4:
            yield third, second, first
            yield third, first, second


def _day(reading: tuple[int, int, int]) -> dt.date | None:
    try:
        return dt.date(*reading)
    except ValueError:
        return None


def _month(plain: str) -> tuple[int, int | None]:
    """Read a month or a year: the year, or 0, and the month, or ``None``."""
    match = _MONTH_ALONE.fullmatch(plain)
    if match is not None:
        year = int(match[2] or match[3])
        return (year, _MONTHS[match[1] or match[4]]) if year else (0, None)
    match = _MONTH_IN_DIGITS.fullmatch(plain)
    if match is not None:
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        return (year, month) if 1 <= month <= 12 and year else (0, None)
    match = _YEAR_ALONE.fullmatch(plain)
    return (int(match[1]) if match is not None else 0), None


def number_hint(text: str) -> str | None:
    """Tell which number a text may mean, and how it is written; ``None`` where it means none.

    Examples
    --------
    >>> number_hint("1.234.567"), number_hint("6.7k"), number_hint("4,8")
    ('write 1234567', 'write 6700', 'write 4.8')
    >>> number_hint("1,234")
    'write 1234 or 1.234, whichever is meant'
    """
    match = _NUMBER.fullmatch(text.strip().lower()) if len(text) <= _LONGEST else None
    if match is None or (match["scale"] and match["scale"] not in _SCALES):
        return None
    scale = _SCALES.get(match["scale"], Decimal(1))
    values = [scale * Decimal(reading) for reading in _decimals(match["digits"])]
    sign = "-" if match["sign"] == "-" else ""
    return _either([f"{sign}{_written(value)}" for value in values]) if values else None


def _decimals(digits: str) -> Iterator[str]:
    """List the decimal numbers that digits with separators may mean."""
    signs = re.findall(_GROUPS, digits)
    parts = re.split(_GROUPS, digits)
    if not signs:
        yield digits
        return
    grouped = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3 and parts[0] != "0"
    if len(set(signs)) == 1 and grouped and (signs[0] != "." or len(signs) > 1):
        yield "".join(parts)
    if len(signs) == 1 and signs[0] in ".,":
        yield ".".join(parts)
    if len(signs) > 1 and signs[-1] in ".," and len(set(signs[:-1])) == 1 and signs[-1] != signs[0]:
        yield f"{''.join(parts[:-1])}.{parts[-1]}"


def _written(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _either(readings: list[str]) -> str:
    return (
        f"write {readings[0]}" if len(readings) == 1 else f"write {' or '.join(readings)}, whichever is meant"
    )


def is_number(text: str) -> bool:
    """Tell whether a text is a number as TOML writes it, which needs no hint.

    Examples
    --------
    >>> is_number("1_234.5"), is_number("1,234")
    (True, False)
    """
    return re.fullmatch(r"[+-]?\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?", text, re.ASCII) is not None


def hedge_hint(text: str, known: tuple[str, ...]) -> str:
    """Tell which hedge to write, and never one that says the opposite.

    Parameters
    ----------
    text
        Hedge as written.
    known
        Hedges that there are.

    Examples
    --------
    >>> hedge_hint("at most", ("exact", "at_least", "up_to"))
    'write up_to'
    """
    name = re.sub(r"[\s-]+", "_", text.strip().lower())
    if name in _SAME and _SAME[name] in known:
        return f"write {_SAME[name]}"
    close = suggestion(name, [*known, *_SAME])
    meant = re.findall(r"[^\s?]+", close.removeprefix("did you mean "))[:1] if close.startswith("did") else []
    if not meant or meant[0] in known:
        return suggestion(one_line(name), known)
    return hedge_hint(meant[0], known)
