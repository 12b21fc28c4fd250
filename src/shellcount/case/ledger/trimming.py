"""Find the header of a sheet, and the faults that depend on where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from shellcount.case.ledger.grid import CellValue, Grid, Merged, Row, SheetFault

type Names = Callable[[str], bool]

# Errors of formulas, translated ones among them.
_ERROR = re.compile(r"#[A-Z\u00c0-\u04ff][A-Z\u00c0-\u04ff0-9_/]*[!?]|#N/A|#NV|#GETTING_DATA|Err:\d+")
_HEADER_WITHIN = 50  # rows, empty ones not counted


def below_header(grid: Grid, names: Names | None) -> tuple[tuple[Row, ...], tuple[SheetFault, ...]]:
    """Find the header, and collect the rows from it on with their faults.

    Parameters
    ----------
    grid
        Cells of the sheet.
    names
        Tells whether a text names a column. The header is then the row with the most such cells, two at
        least, and another row like it is a fault; otherwise the header is the first row with two cells.

    Returns
    -------
    tuple
        The rows, each of as many cells as the header, and the faults in the order of their places. Without a
        header there are no rows.

    Examples
    --------
    >>> grid = Grid((Row(1, ("Our claims",)), Row(3, ("id", "date")), Row(4, ("a", "#REF!", "b"))))
    >>> rows, faults = below_header(grid, None)
    >>> [row.cells for row in rows]
    [('id', 'date'), ('a', None)]
    >>> [(fault.row, fault.column) for fault in faults]
    [(4, 2), (4, 3)]
    """
    place = _header(grid.rows, names)
    if place is None:
        return (), ()
    header, below = grid.rows[place], grid.rows[place + 1 :]
    width = len(header.cells)
    again = {row.number for row in below if names is not None and _is_header(row, names)}
    faults = [
        *(fault for fault in grid.faults if fault.row is None or fault.row >= header.number),
        *(_merged(each) for each in grid.merged if each.bottom >= header.number),
        *_above(grid.rows[:place], header),
        *(_second(number, header) for number in sorted(again)),
        *_beyond(below, width, grid.separator),
        *_errors(grid.rows[place:], width),
    ]
    rows = [header, *(row for row in below if row.number not in again)]
    in_order = sorted(faults, key=lambda fault: (fault.row or 0, fault.column or 0))
    return tuple(_fitted(row, width) for row in rows), tuple(in_order)


def _header(rows: Sequence[Row], names: Names | None) -> int | None:
    """Find the header: the first row that names the most columns, or else the first with two cells."""
    first = rows[:_HEADER_WITHIN]
    if names is not None:
        named = [_named(row, names) if _is_header(row, names) else 0 for row in first]
        if any(named):
            return named.index(max(named))
    return next((place for place, row in enumerate(first) if _filled(row) > 1), None)


def _is_header(row: Row, names: Names) -> bool:
    """Tell whether two cells of a row, and half of those that are not empty, name a column."""
    named = _named(row, names)
    return named > 1 and 2 * named >= _filled(row)


def _named(row: Row, names: Names) -> int:
    return sum(isinstance(cell, str) and names(cell) for cell in row.cells)


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row.cells)


def _merged(each: Merged) -> SheetFault:
    return SheetFault(each.top, each.left, f"merged cells ({each.range}): unmerge them, and fill in each")


def _above(rows: Sequence[Row], header: Row) -> Iterator[SheetFault]:
    """Yield a fault for each row above the header that is not a title."""
    for row in rows:
        if _filled(row) > 1:
            message = (
                f"stands above the header, which is row {header.number}: keep one header, and delete this"
            )
            yield SheetFault(row.number, None, message)


def _second(number: int, header: Row) -> SheetFault:
    return SheetFault(
        number, None, f"is a second header; the first is row {header.number}: delete one of them"
    )


def _beyond(rows: Sequence[Row], width: int, separator: str | None) -> Iterator[SheetFault]:
    """Yield a fault for each row that has cells beyond the last column of the header."""
    hint = (
        "name its column in the header, or delete it"
        if separator is None
        else f"put a cell that contains {separator!r} in quotation marks"
    )
    for row in rows:
        if len(row.cells) > width:
            column = next(
                place for place, cell in enumerate(row.cells, 1) if place > width and cell is not None
            )
            yield SheetFault(
                row.number, column, f"a cell beyond the header, which has {width} columns: {hint}"
            )


def _errors(rows: Sequence[Row], width: int) -> Iterator[SheetFault]:
    """Yield a fault for each cell that holds an error of the spreadsheet."""
    for row in rows:
        for column, cell in enumerate(row.cells[:width], start=1):
            if _is_error(cell):
                yield SheetFault(
                    row.number, column, f"holds the error {cell}: write a value, or leave it empty"
                )


def _is_error(cell: CellValue) -> bool:
    return isinstance(cell, str) and cell.startswith(("#", "Err")) and _ERROR.fullmatch(cell) is not None


def _fitted(row: Row, width: int) -> Row:
    """Give a row as many cells as the header, and leave out errors."""
    cells = (None if _is_error(cell) else cell for cell in row.cells[:width])
    return Row(row.number, (*cells, *(None,) * (width - len(row.cells))))
