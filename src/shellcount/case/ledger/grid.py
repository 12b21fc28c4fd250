"""Hold the cells of a spreadsheet as its file has them, before its header is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from shellcount.errors import CaseError, Fault
from shellcount.frozen import frozen
from shellcount.limits import allowed, require_within

# A date with no time of day is a date, one with a time of day its text; empty or blank text is None.
type CellValue = str | float | int | bool | dt.date | None


@frozen
class Row:
    """Row of a spreadsheet.

    Parameters
    ----------
    number
        Number of the row as a spreadsheet shows it, from 1. Line breaks within a cell start no row.
    cells
        Its cells, from column 1 on.
    """

    number: int
    cells: tuple[CellValue, ...]


@frozen
class SheetFault:
    """Fault of a spreadsheet, such as merged cells.

    Parameters
    ----------
    row, column
        Where it is, as a spreadsheet counts, from 1; ``None`` for a whole column, row or sheet.
    message
        What is wrong, and what to write instead.
    """

    row: int | None
    column: int | None
    message: str


@frozen
class Merged:
    """Range of cells that are merged.

    Parameters
    ----------
    top, left
        Its first row and column, from 1.
    bottom
        Its last row.
    range
        The range as a spreadsheet writes it, such as ``A2:A4``.
    """

    top: int
    left: int
    bottom: int
    range: str


@frozen
class Grid:
    """Cells of a spreadsheet.

    Parameters
    ----------
    rows
        Rows with a cell that is not empty, each up to its last such cell.
    name
        Name of the tab; ``None`` where the file has none.
    merged
        Ranges of merged cells.
    faults
        Faults of cells, which are then ``None``.
    notes
        Choices of reading.
    separator
        Character between the cells of a text file; ``None`` for a workbook.
    tabs
        Names of all tabs of a workbook.
    """

    rows: tuple[Row, ...]
    name: str | None = None
    merged: tuple[Merged, ...] = ()
    faults: tuple[SheetFault, ...] = ()
    notes: tuple[str, ...] = ()
    separator: str | None = None
    tabs: tuple[str, ...] = ()


class DamageError(ValueError):
    """Damage of a file, in the words of a message."""


def unusable(origin: str, message: str, hint: str | None = None) -> CaseError:
    """Make the error for a file of which nothing can be read."""
    return CaseError(origin, [Fault("", message, None, hint)])


def gather(rows: Iterable[Sequence[CellValue]], at_most: int) -> tuple[Row, ...]:
    """Collect rows, numbered from 1, without empty rows and without the empty cells at the end of one.

    Parameters
    ----------
    rows
        Cells of each row.
    at_most
        Number of rows that the file cannot exceed, for the message that it has too many.

    Raises
    ------
    LimitError
        When there are more rows or cells than is allowed.

    Examples
    --------
    >>> gather([("id", "date"), (), ("a", None)], 3)
    (Row(number=1, cells=('id', 'date')), Row(number=3, cells=('a',)))
    """
    most = allowed("rows")
    found: list[Row] = []
    cells = 0
    for number, values in enumerate(rows, start=1):
        width = next((place for place in range(len(values), 0, -1) if values[place - 1] is not None), 0)
        if width == 0:
            continue
        found.append(Row(number, tuple(values[:width])))
        cells += width
        if len(found) > most:
            require_within("rows", max(at_most, len(found)), "the spreadsheet")
        require_within("cells", cells, "the spreadsheet")
    return tuple(found)


def blank_as_none(text: str) -> str | None:
    """Turn a text without a visible character into ``None``."""
    return text if text.strip("\ufeff\u200b \t\r\n\xa0") and not text.isspace() else None
