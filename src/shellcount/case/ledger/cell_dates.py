"""Read the cells of ledgers that hold dates, months and open dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from shellcount.case.forms import CELL
from shellcount.case.hints import days_hint
from shellcount.case.ledger.cells import CellError, settled
from shellcount.case.ledger.grid import CellValue
from shellcount.case.schema import DateRange
from shellcount.case.typed.days import ORDERS, Days, Order, stretch
from shellcount.case.typed.plain import plain
from shellcount.case.typed.refusals import no_days, serial_day
from shellcount.case.typed.stated import LONGEST

# Years of other calendars lie outside: 1403 and 1445 are years of today.
_YEARS = range(1500, 2200)
_NAMES: Mapping[Order, str] = {"day": "the day first", "month": "the month first"}
_LARGEST = 99_999_999  # as a number, a date has eight digits: 20240614


def date(cell: CellValue, order: Order | None = None) -> dt.date | str | DateRange:
    """Read the date of a claim: a day, a month, or the first and last day that it may be.

    Parameters
    ----------
    cell
        The cell.
    order
        What comes first in the dates of its column, from :func:`order_of`.

    Raises
    ------
    CellError
        When it is none of them, or may be two.

    Examples
    --------
    >>> date("14 June 2024"), date("2024-06")
    (datetime.date(2024, 6, 14), '2024-06')
    >>> date("between 1 and 12 February 2024").latest
    datetime.date(2024, 2, 12)
    """
    found = _days(cell, order)
    if found.kind == "range":
        return DateRange(earliest=found.first, latest=found.last)
    if found.kind not in {"day", "month"}:
        raise CellError("is not a day, a month or a range of days", hint=days_hint(found, CELL))
    return found.first if found.kind == "day" else _month(found)


def _month(found: Days) -> str:
    return found.first.isoformat()[:7]


def _days(cell: CellValue, order: Order | None) -> Days:
    """Read what a cell means in the order of its column, or in the only order that it can be read in."""
    if isinstance(cell, dt.date):
        return Days("day", cell, cell)
    if cell is None or isinstance(cell, bool):
        raise CellError("is empty" if cell is None else f"is {cell}, where a date is needed")
    if isinstance(cell, int | float) and not 0 <= cell <= _LARGEST:
        raise CellError("is not a date")
    fraction = isinstance(cell, float) and not cell.is_integer()
    text = f"{cell:.0f}" if isinstance(cell, float) and not fraction else str(cell)
    if len(text) > LONGEST:
        raise CellError("is too long for a date")
    every = {} if fraction else _readings(text)
    if not every:
        message, hint = no_days(text)
        serial = serial_day(text)
        readings = () if serial is None else [serial.isoformat()]
        raise CellError(message, readings, hint or "write a day as 2024-06-14, and a month as 2024-06")
    meant = dict.fromkeys(found for each, found in every.items() if order in {None, each})
    if not meant:
        raise CellError("has day and month in another order than its column", map(_text, every.values()))
    if len(meant) > 1:
        raise CellError("has two meanings", map(_text, meant))
    (found,) = meant
    if found.first.year not in _YEARS or found.last.year not in _YEARS:
        raise CellError(f"is in the year {found.first.year}", hint="write the year of the Gregorian calendar")
    return found


def _readings(text: str) -> dict[Order, Days]:
    folded = plain(text)
    return {order: found for order in ORDERS if (found := stretch(folded, order)) is not None}


def _text(found: Days) -> str:
    return found.first.isoformat() if found.kind == "day" else f"{found.first}..{found.last}"


def order_of(column: Mapping[int, CellValue]) -> Order | None:
    """Settle whether the dates of a column have the day or the month first, by those that tell.

    Parameters
    ----------
    column
        Cells by the number of their row.

    Returns
    -------
    order
        The order; ``None`` where no cell tells.

    Raises
    ------
    CellError
        When cells tell different orders; the message names the first row of each.

    Examples
    --------
    >>> order_of({2: "6/7/2024", 3: "14/6/2024"})
    'day'
    """
    texts = ((row, cell) for row, cell in column.items() if isinstance(cell, str) and len(cell) <= LONGEST)
    return settled(((row, cell, set(_readings(cell))) for row, cell in texts), _NAMES, ORDERS)
