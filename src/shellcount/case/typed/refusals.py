"""Tell why a text is not a number or a date, where it resembles one."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from shellcount.case.fields import HEDGES
from shellcount.case.typed.days import MONTHS, ORDERS, days, stretch
from shellcount.case.typed.hedges import split_hedge
from shellcount.case.typed.numbers import UNITS
from shellcount.case.typed.plain import plain

type Refusal = tuple[str, str | None]

_EPOCH = dt.date(1899, 12, 30)  # day 0 of the serial numbers of spreadsheets, from March 1900 on
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_SERIALS = range(20_000, 80_000)  # the years 1954 to 2119
_NAME = r"[^\W\d_]+"
_SHORT_YEAR = re.compile(
    rf"\d{{1,2}}[-/.\s]+(?:\d{{1,2}}|{_NAME})[-/.,\s]+'?\d{{1,2}}|{_NAME}\.?[-/.\s]*'?\d\d"
)
_YEAR, _WORD = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII), re.compile(_NAME)
_TIMED = re.compile(r"(?P<day>.*?\d)(?:t| )\d?\d:\d\d.*", re.ASCII)
_WEEKDAY = re.compile(rf"({_NAME})\.?,? (?P<day>.+)")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?[\s.-]*(?:of )?({_NAME})\.?[\s,-]*(\d{{4}})", re.ASCII)
_MONTH_FIRST = re.compile(rf"({_NAME})\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,-]+(\d{{4}})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})", re.ASCII)
_SIDED = re.compile(r"(?P<word>before|after|by|until|till|since|from) (?P<day>.+)")
_NEAR = re.compile(r"(?:about|around|circa|c\.|ca\.|approximately|roughly|~) ?(?P<day>.+)")
_REVERSED = re.compile(r"(?:between |from )?(?P<first>.+?)(?: to | and | - |\.\.)(?P<last>.+)")
_HEDGES = ", ".join(hedge.replace("_", " ") for hedge in HEDGES if hedge != "between")
_UNITS = "thousand (k), million (M, Mio), billion (bn, Mrd), lakh, crore, dozen, hundred and %"
_NOT_DIGITS = re.compile(r"[^\d\s.,'_+-]+")
_KNOWN = frozenset({*UNITS, "to", "and", "between", "from"})
_NEGATIVE = re.compile(r"-\s*[\d.,].*|\([\d.,' ]+\)")
_GROUPED = re.compile(r"\d+(?:[.,' _]\d+){2,}|\d+(?:['_ ]\d+)+")


def no_number(text: str) -> Refusal:
    """Tell why a text is not a number, and what to write.

    Examples
    --------
    >>> no_number("6,700 boxes")[0], no_number("-5")[0], no_number("12,34,567")[0]
    ("has a word that is not a unit, 'boxes'", 'is negative', 'has groups that are not of three digits')
    """
    _, folded = split_hedge(plain(text))
    return _first(_OF_NUMBERS, folded) or ("is not a number", None)


def no_days(text: str) -> Refusal:
    """Tell why a text is not a date, and what to write.

    Examples
    --------
    >>> no_days("14 Juni 2024")
    ('has no English name of a month', 'write the month as a number, as 2024-06-14')
    >>> no_days("45457")
    ('is the serial number of a day in a spreadsheet', 'write 2024-06-14, which it would be')
    """
    return _first(_OF_DATES, plain(text)) or ("is not a date", None)


def _first(reasons: tuple[Callable[[str], Refusal | None], ...], text: str) -> Refusal | None:
    return next((found for reason in reasons if (found := reason(text)) is not None), None)


def _negative(text: str) -> Refusal | None:
    return ("is negative", "write a number that is 0 or more") if _NEGATIVE.fullmatch(text) else None


def _margin(text: str) -> Refusal | None:
    if "\N{PLUS-MINUS SIGN}" not in text and "+/-" not in text:
        return None
    return "is a number with a margin", "write the range, as LOW to HIGH"


def _grouped(text: str) -> Refusal | None:
    if not _GROUPED.fullmatch(text):
        return None
    return "has groups that are not of three digits", "write the digits without separators"


def _strange(text: str) -> Refusal | None:
    """Tell of a word that is neither a unit nor a hedge, in a text with digits."""
    words = [word.strip(" .") for word in _NOT_DIGITS.findall(text)]
    word = next((word for word in words if word and word not in _KNOWN), None)
    if word is None or not any(each.isdigit() for each in text):
        return None
    name = repr(word[:40])
    if text.startswith(word):
        return f"has a word that is not a hedge, {name}", f"leave out {name}, or write a hedge: {_HEDGES}"
    return f"has a word that is not a unit, {name}", f"leave out {name}; units are {_UNITS}"


def _mixed(text: str) -> Refusal | None:
    if not (re.search(r"\d,\d", text) and re.search(r"\d\.\d", text)):
        return None
    return "mixes commas and points", "write all numbers of a cell with one decimal mark"


def serial_day(text: str) -> dt.date | None:
    """Give the day of a serial number as spreadsheets count from 1900; ``None`` for other texts.

    Examples
    --------
    >>> serial_day("45457")
    datetime.date(2024, 6, 14)
    """
    match = _SERIAL.fullmatch(text)
    number = 0 if match is None else int(match[1])
    return _EPOCH + dt.timedelta(days=number) if number in _SERIALS else None


def _serial(text: str) -> Refusal | None:
    day = serial_day(text)
    if day is None:
        return None
    return "is the serial number of a day in a spreadsheet", f"write {day}, which it would be"


def _short(text: str) -> Refusal | None:
    if not _SHORT_YEAR.fullmatch(text):
        return None
    return "has a year of two digits", "write the year in four digits, and then month and day"


def _timed(text: str) -> Refusal | None:
    match = _TIMED.fullmatch(text)
    found = None if match is None else days(match["day"], "day")
    return None if found is None or found.kind != "day" else ("has a time of day", f"write {found.first}")


def _foreign(text: str) -> Refusal | None:
    """Tell of a year that stands with words, none of which is the name of a month."""
    words = [word for word in _WORD.findall(text) if len(word) > 1 or not word.isascii()]
    if not _YEAR.search(text) or not words or any(word in MONTHS for word in words):
        return None
    return "has no English name of a month", "write the month as a number, as 2024-06-14"


def _impossible(text: str) -> Refusal | None:
    """Tell of a day or month that the calendar lacks."""
    for pattern, (year, month, day) in (
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_FIRST, (1, 2, 3)),
        (_YEAR_LAST, (3, 2, 1)),
        (_YEAR_LAST, (3, 1, 2)),
    ):
        match = pattern.fullmatch(text)
        if pattern is _YEAR_LAST and match is not None and int(match[month]) > 12:
            continue
        if match is not None and (match[month].isdigit() or match[month] in MONTHS):
            number = int(match[month]) if match[month].isdigit() else MONTHS[match[month]]
            return _not_in_calendar(int(match[year]), number, int(match[day]))
    return None


def _thirteenth(text: str) -> Refusal | None:
    match = re.fullmatch(r"\d{4}[-/.](\d\d)", text, re.ASCII)
    if match is None or 1 <= int(match[1]) <= 12:
        return None
    return f"has no month, as there are 12 and not {int(match[1])}", "write a month from 01 to 12"


def _not_in_calendar(year: int, month: int, day: int) -> Refusal | None:
    if not year:
        return None
    if 1 <= month <= 12:
        length = calendar.monthrange(year, month)[1]
        said = f"{calendar.month_name[month]} {year} has {length} days"
        return ("does not exist", said) if day > length else None
    swapped = 1 <= day <= 12 and 1 <= month <= calendar.monthrange(year, day)[1]
    hint = f"write {dt.date(year, day, month)}" if swapped else "write year, month and day, as 2024-06-14"
    return f"has no month, as there are 12 and not {month}", hint


def _weekday(text: str) -> Refusal | None:
    match = _WEEKDAY.fullmatch(text)
    found = None if match is None else days(match["day"], "day")
    if match is None or found is None or found.kind != "day" or not match[1].endswith("day"):
        return None
    return (
        f"has another weekday: {found.first} is a {calendar.day_name[found.first.weekday()]}",
        "correct one of them",
    )


def _sided(text: str) -> Refusal | None:
    match = _SIDED.fullmatch(text)
    found = None if match is None else stretch(match["day"], "day")
    if match is None or found is None:
        return None
    hint = "write the last day that is counted" if match["word"] == "before" else "write the day alone"
    return f"has the word {match['word']!r}", hint


def _near(text: str) -> Refusal | None:
    match = _NEAR.fullmatch(text)
    found = None if match is None else days(match["day"], "day")
    if found is None or found.kind not in {"day", "month"}:
        return None
    days_before = dt.timedelta(days=3)
    ends = f"{found.first - days_before}..{found.last + days_before}"
    return "is not exact", f"write the first and last day that it may be, such as {ends}"


def _reversed(text: str) -> Refusal | None:
    match = _REVERSED.fullmatch(text)
    if match is None:
        return None
    if all(stretch(f"{match['last']}..{match['first']}", order) is None for order in ORDERS):
        return None
    return "ends before it begins", f"write {match['last']}..{match['first']}"


_OF_DATES = (
    _serial,
    _short,
    _timed,
    _impossible,
    _thirteenth,
    _weekday,
    _sided,
    _near,
    _reversed,
    _foreign,
)
_OF_NUMBERS = (_negative, _margin, _grouped, _strange, _mixed)
