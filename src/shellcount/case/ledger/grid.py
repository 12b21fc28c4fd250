"""Hold the cells of a spreadsheet, as its file has them, with the faults and notes of reading."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

# A date with no time of day is a date, one with a time of day its text; empty or blank text is None.
type CellValue = str | float | int | bool | dt.date | None


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of a spreadsheet before its header is found.

    Parameters
    ----------
    name
        Name of the tab; ``None`` where the file has none.
    rows
        Rows with at least one cell that is not empty.
    faults, notes
        Faults and choices of reading.
    separator
        Character between the cells of a text file; ``None`` for a workbook.
    """

    name: str | None
    rows: tuple[Row, ...]
    faults: tuple[SheetFault, ...] = ()
    notes: tuple[str, ...] = ()
    separator: str | None = None
