"""Read the cells of ledgers: numbers, amounts with their hedge, and hedges alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal

from shellcount.case.amounts import lexicon
from shellcount.case.fields import HEDGES, Hedge
from shellcount.case.hints import either, hedge_hint
from shellcount.case.ledger.grid import CellValue
from shellcount.case.typed.hedges import hedge_named, split_hedge
from shellcount.case.typed.numbers import MARKS, Mark
from shellcount.case.typed.plain import plain
from shellcount.case.typed.refusals import no_number
from shellcount.case.typed.stated import LONGEST, NONE_SEEN, Stated, stated
from shellcount.errors import ShellcountError, suggestion
from shellcount.frozen import frozen
from shellcount.text import shown

_MOST = 1e15  # no field of a case file takes more
# What people put into a cell that says nothing.
_NOTHING = frozenset(
    {"-", "--", "?", "n/a", "na", "n.a.", "nan", "null", "tbd", "unknown", "#n/a", "#value!"}
)
_NAMES: Mapping[Mark, str] = {".": "decimal point", ",": "decimal comma"}


class CellError(ShellcountError):
    """A cell that cannot be read.

    Parameters
    ----------
    message
        What is wrong, to stand after the name of the cell: ``is negative``.
    readings
        What the text may mean, as it would be written; several where it is ambiguous.
    hint
        What to write instead; by default, one of the readings.

    Examples
    --------
    >>> print(CellError("has two meanings", ["1234", "1.234"]))
    has two meanings; write 1234 or 1.234, whichever is meant
    """

    def __init__(self, message: str, readings: Iterable[str] = (), hint: str | None = None) -> None:
        self.message, self.readings = message, tuple(dict.fromkeys(readings))
        self.hint = either(self.readings) if hint is None and self.readings else hint
        super().__init__(message if self.hint is None else f"{message}; {self.hint}")

    def __reduce__(self) -> tuple[type[CellError], tuple[str, tuple[str, ...], str | None]]:
        """Pickle by the arguments of the constructor, so that the error can cross between processes."""
        return type(self), (self.message, self.readings, self.hint)


@frozen
class Amount:
    """Amount of a cell.

    Parameters
    ----------
    value
        Number, lower and upper end of a range, or a word of the lexicon.
    hedge
        Hedge that stands with it; ``None`` where there is none.
    resolution
        Place value of the last digit of a number that means something: 100 for 6,700 and for 6.7k.
    percent
        Whether it was written in per cent, which the value no longer is.
    """

    value: float | tuple[float, float] | str
    hedge: Hedge | None = None
    resolution: float | None = None
    percent: bool = False


def number(cell: CellValue, decimal: Mark | None = None) -> float:
    """Read a number, such as 6700, ``1,5 Mio``, ``1.234.567``, ``6.7k`` or ``70%``.

    Parameters
    ----------
    cell
        The cell.
    decimal
        Decimal mark of its column, from :func:`decimal_of`.

    Raises
    ------
    CellError
        When it is not one number, or may be two.

    Examples
    --------
    >>> number("1,5 Mio"), number("1.234", decimal=","), number("70%")
    (1500000.0, 1234.0, 0.7)
    >>> number("1.234")
    Traceback (most recent call last):
    ...
    shellcount.case.ledger.cells.CellError: has two meanings; write 1.234 or 1234, whichever is meant
    """
    found = amount(cell, decimal)
    if not isinstance(found.value, float):
        raise CellError("is a range or a word, where one number is needed")
    if found.hedge is not None:
        raise CellError("has a hedge, where a number stands alone", [f"{found.value:.15g}"])
    return found.value


def amount(cell: CellValue, decimal: Mark | None = None) -> Amount:
    """Read an amount: a number, a range, a word of the lexicon or none seen, with a hedge before or after it.

    Parameters
    ----------
    cell
        The cell.
    decimal
        Decimal mark of its column, from :func:`decimal_of`.

    Raises
    ------
    CellError
        When it is not an amount, or may be two.

    Examples
    --------
    >>> amount("at least 6,700", decimal=".")
    Amount(value=6700.0, hedge='at_least', resolution=100.0, percent=False)
    >>> amount("4.2-5.8 million").value, amount("Several thousand").value, amount("none seen").value
    ((4200000.0, 5800000.0), 'several thousand', 0.0)
    """
    if isinstance(cell, str):
        if len(cell) > LONGEST:
            raise CellError("is too long for an amount")
        return _in_words(cell) or _of_text(cell, decimal)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _of_number(cell)
    if isinstance(cell, dt.date):
        day, month = cell.day, cell.month
        hint = f"spreadsheets make one of a range such as {day}-{month}: format the cell as text"
        raise CellError(f"is a date, {cell}", hint=hint)
    raise CellError("is empty" if cell is None else f"is {cell}, where a number is needed")


def _of_number(cell: float) -> Amount:
    if not 0 <= cell <= _MOST:
        said = "is negative" if cell < 0 else f"is not a number up to {_MOST:g}"
        raise CellError(said, hint="write a number that is 0 or more")
    exact = Decimal(repr(cell)).normalize()
    step = float(Decimal(1).scaleb(int(exact.as_tuple().exponent))) if cell else None
    return Amount(float(cell), None, step)


def _in_words(cell: str) -> Amount | None:
    """Read none seen or a word of the lexicon, either of them with a hedge."""
    folded = plain(cell)
    hedges, rest = split_hedge(folded)
    for words, said in ((folded, ()), (rest, hedges)):
        if words in NONE_SEEN:
            return Amount(0.0, _one_hedge(said))
        if words in lexicon():
            if said:
                raise CellError("has a hedge with words for an amount", [words])
            return Amount(words)
    if folded in _NOTHING or not folded:
        raise CellError("says nothing", hint="leave the cell empty, or write 0 for none seen")
    return None


def _of_text(cell: str, decimal: Mark | None) -> Amount:
    every = stated(cell)
    meant = {each.meaning: each for each in every if decimal in {None, each.mark}}
    if not every:
        raise _no_amount(cell)
    if not meant:
        other = _NAMES["," if decimal == "." else "."]
        raise CellError(f"has a {other}, unlike other cells of its column", map(str, every))
    if len(meant) > 1:
        count = "two" if len(meant) == 2 else "several"
        raise CellError(f"has {count} meanings", map(str, meant.values()))
    (found,) = meant.values()
    if found.high is not None:
        return _of_range(found)
    value = float(found.low.value)
    if not value <= _MOST:
        raise CellError(f"is more than {_MOST:g}")
    return Amount(
        value, _one_hedge(found.hedges), float(found.low.resolution) if value else None, found.low.percent
    )


def _of_range(found: Stated) -> Amount:
    ends = (float(found.low.value), math.nan if found.high is None else float(found.high.value))
    if not ends[0] < ends[1] <= _MOST:
        raise CellError(
            "is a range whose low end is not below its high end", hint="write the lower end first"
        )
    if any(hedge != "between" for hedge in found.hedges):
        raise CellError("has a hedge with a range", [str(found)])
    return Amount(ends, None, None, found.low.percent)


def _one_hedge(hedges: tuple[Hedge, ...]) -> Hedge | None:
    if len(set(hedges)) > 1:
        raise CellError(f"has two hedges, {' and '.join(hedges)}", hint="write one of them")
    return hedges[0] if hedges else None


def _no_amount(cell: str) -> CellError:
    message, hint = no_number(cell)
    if hint is None and not any(each.isdigit() for each in cell):
        message, hint = "is not an amount", suggestion(plain(cell), lexicon())
    return CellError(message, hint=hint or "write it in digits, as 6700")


def hedge(cell: CellValue) -> Hedge:
    """Read a hedge, in the words of the case format or in others that say the same.

    Parameters
    ----------
    cell
        The cell.

    Raises
    ------
    CellError
        When it is not a hedge.

    Examples
    --------
    >>> hedge("At least"), hedge("no more than"), hedge("~"), hedge("approx.")
    ('at_least', 'up_to', 'about', 'about')
    """
    text = cell if isinstance(cell, str) and len(cell) <= LONGEST else ""
    found = hedge_named(text)
    if found is None:
        hint = hedge_hint(text, HEDGES)
        raise CellError("is not a hedge", hint=hint)
    return found


def decimal_of(column: Mapping[int, CellValue]) -> Mark | None:
    """Settle the decimal mark of a column by the cells that can be read in one way only.

    Parameters
    ----------
    column
        Cells by the number of their row.

    Returns
    -------
    mark
        The mark; ``None`` where no cell tells.

    Raises
    ------
    CellError
        When cells tell different marks; the message names the first row of each.

    Examples
    --------
    >>> decimal_of({2: "1.234", 3: "1,5 Mio", 4: 6700.0})
    ','
    >>> decimal_of({2: "1.234"}) is None
    True
    """
    return settled(
        (
            (row, cell, {each.mark for each in stated(cell)})
            for row, cell in column.items()
            if isinstance(cell, str)
        ),
        _NAMES,
        MARKS,
    )


def settled[T: str](
    read: Iterable[tuple[int, str, set[T]]], names: Mapping[T, str], known: tuple[T, T]
) -> T | None:
    """Settle which of two conventions the cells of a column follow.

    Parameters
    ----------
    read
        Row and text of each cell, and the conventions under which it can be read.
    names
        Name of each convention.
    known
        The two conventions.

    Raises
    ------
    CellError
        When cells follow different ones.

    Examples
    --------
    >>> settled([(2, "4.8", {"."}), (3, "67", {".", ","})], {".": "point", ",": "comma"}, (".", ","))
    '.'
    """
    first: dict[T, tuple[int, str]] = {}
    for row, cell, conventions in read:
        if len(conventions) == 1:
            first.setdefault(next(iter(conventions)), (row, cell))
    if len(first) == 2:
        told = " and ".join(
            f"{names[each]} in row {first[each][0]} ({shown(first[each][1])})" for each in known
        )
        raise CellError(f"mixes {told}", hint="write all cells of a column in one way")
    return next(iter(first), None)
