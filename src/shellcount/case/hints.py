"""Tell how dates, numbers and hedges are written, where they are written in another form."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from shellcount.case.forms import DAY, IN_QUOTES, AmountForm, DateForm
from shellcount.case.typed.days import ORDERS, Days, stretch
from shellcount.case.typed.hedges import AFTER, BEFORE, hedge_named
from shellcount.case.typed.numbers import written
from shellcount.case.typed.plain import plain
from shellcount.case.typed.refusals import no_days
from shellcount.case.typed.stated import LONGEST, NONE_SEEN, Stated, numbers, stated
from shellcount.errors import suggestion
from shellcount.text import one_line

# Beginnings of hedges that deny another, and the likeness from which a hedge is taken for one of them.
_DENIED, _ALIKE = ("no_", "not_"), 0.85


def date_hint(text: str, form: DateForm = DAY) -> str | None:
    """Tell which date a text may mean, and how it is written; ``None`` where it means none.

    Parameters
    ----------
    text
        Text that stands where a date should.
    form
        What may stand there besides a day.

    Examples
    --------
    >>> date_hint("14 June 2024")
    'write 2024-06-14'
    >>> date_hint("06/07/2024")
    'write 2024-07-06 or 2024-06-07, whichever is meant'
    >>> date_hint("June 2024")
    'a month is not a date: write one of its days, such as its last, 2024-06-30'
    >>> date_hint("June 2024", DateForm.of_field("as_of"))
    'write "2024-06"'
    """
    if len(text) > LONGEST:
        return None
    folded = plain(text)
    found = dict.fromkeys(meant for order in ORDERS if (meant := stretch(folded, order)) is not None)
    if found and all(meant.kind == "day" for meant in found):
        return either(meant.first.isoformat() for meant in found)
    if found:
        return days_hint(next(iter(found)), form)
    return no_days(text)[1]


def days_hint(found: Days, form: DateForm) -> str:
    """Tell how a stretch of the calendar is written where a date should stand.

    Examples
    --------
    >>> import datetime as dt
    >>> days_hint(Days("quarter", dt.date(2024, 1, 1), dt.date(2024, 3, 31)), DAY)
    'a quarter is not a date: its first day is 2024-01-01, its last 2024-03-31'
    """
    kind, ends = found.kind, {"first": found.first, "last": found.last}
    if kind == "day":
        return f"write {found.first}"
    if kind == "month" and form.month is not None:
        return f"write {form.month.format(month=found.first.isoformat()[:7])}"
    if kind != "month" and form.period is not None:
        such = "its first and last day, such as " if kind == "part" else ""
        return f"write {such}{form.period.format(**ends)}"
    if kind in {"range", "part"} and form.span is not None:
        such = "the first and last day that it may be, such as " if kind == "part" else ""
        return f"write {such}{form.span.format(**ends)}"
    return _one_day(found)


def _one_day(found: Days) -> str:
    """Tell how a stretch of the calendar is written where one day must stand."""
    if found.kind in {"month", "year"}:
        return f"a {found.kind} is not a date: write one of its days, such as its last, {found.last}"
    if found.kind in {"quarter", "half", "week"}:
        kind = "half year" if found.kind == "half" else found.kind
        return f"a {kind} is not a date: its first day is {found.first}, its last {found.last}"
    return f"write one day, such as the last that it may be, {found.last}"


def number_hint(text: str) -> str | None:
    """Tell which number a text may mean, and how it is written; ``None`` where it means none.

    Examples
    --------
    >>> number_hint("1.234.567"), number_hint("6.7k"), number_hint("4,8")
    ('write 1234567', 'write 6700', 'write 4.8')
    >>> number_hint("1,234")
    'write 1234 or 1.234, whichever is meant'
    """
    folded = plain(text)
    negative = folded.startswith("-")
    sign = "-" if negative else ""
    meant = [f"{sign}{written(number.value)}" for _, number in numbers(folded[1:] if negative else folded)]
    return either(meant) if meant else None


def amount_hint(text: str, form: AmountForm = IN_QUOTES) -> str | None:
    """Tell how a stated amount is written; ``None`` where a text means none.

    Parameters
    ----------
    text
        Text that stands where an amount should.
    form
        Form of amounts there; by default that of a case file, where the text stands in quotes.

    Examples
    --------
    >>> amount_hint("at least 6700"), amount_hint("4.2-5.8 million")
    ('write value = 6700 and hedge = "at_least"', 'write { low = 4200000, high = 5800000 }')
    >>> amount_hint("6.7k"), amount_hint("none seen")
    ('write 6700, without quotes', 'write 0, without quotes')
    """
    if plain(text) in NONE_SEEN:
        return f"write {form.number.format(value=0)}{form.note}"
    meant = [each for each in stated(text) if each.high is None or each.low.value < each.high.value]
    if not meant:
        return None
    alone = meant[0].high is None and len(meant[0].hedges) != 1
    return f"{either(_in_form(each, form) for each in meant)}{form.note if alone else ''}"


def _in_form(meant: Stated, form: AmountForm) -> str:
    """Write an amount in a form."""
    low = written(meant.low.value)
    if meant.high is not None:
        return form.span.format(low=low, high=written(meant.high.value))
    hedge = meant.hedges[0] if len(meant.hedges) == 1 else None
    return form.number.format(value=low) if hedge is None else form.hedged.format(value=low, hedge=hedge)


def either(readings: Iterable[str]) -> str:
    """Tell to write one of the readings of a text.

    Examples
    --------
    >>> either(["1234", "1.234"])
    'write 1234 or 1.234, whichever is meant'
    """
    found = list(dict.fromkeys(readings))
    return f"write {found[0]}" if len(found) == 1 else f"write {' or '.join(found)}, whichever is meant"


def one_meaning(text: str) -> str | None:
    """Write a number of one meaning as it is read; ``None`` for others.

    Examples
    --------
    >>> one_meaning("1.234.567"), one_meaning("1,234")
    ('1234567', None)
    """
    hint = text.strip() if is_number(text.strip()) else number_hint(text)
    return None if hint is None or " or " in hint else hint.removeprefix("write ")


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
    named = hedge_named(text)
    if named in known:
        return f"write {named}"
    name = re.sub(r"[\s-]+", "_", text.strip().lower())
    every = (*AFTER.items(), *BEFORE.items())
    phrases = {phrase.replace(" ", "_"): hedge for phrase, hedge in every if len(phrase) > 2}
    if name.startswith(_DENIED):  # what differs by a letter may be denied where the other is not
        denied = [phrase for phrase in phrases if phrase.startswith(_DENIED)]
        alike = difflib.get_close_matches(name, denied, n=1, cutoff=_ALIKE)
        return f"write {phrases[alike[0]]}" if alike and phrases[alike[0]] in known else suggestion("", known)
    close = suggestion(name, [*known, *phrases])
    meant = re.findall(r"[^\s?]+", close.removeprefix("did you mean "))[:1] if close.startswith("did") else []
    if not meant or meant[0] in known:
        return suggestion(one_line(name), known)
    return f"write {phrases[meant[0]]}" if phrases[meant[0]] in known else suggestion(one_line(name), known)
