"""Read and write the sheets of ledgers: text of separated cells (CSV), and workbooks (XLSX)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shellcount.case.ledger.encoding import encode_csv, encode_workbook
from shellcount.case.ledger.grid import CellValue, Grid, Merged, Row, SheetFault, unusable
from shellcount.case.ledger.separated import read_separated
from shellcount.case.ledger.workbooks import read_workbook
from shellcount.errors import UsageError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.files.writing import write_files, write_new_file
from shellcount.limits import allowed, require_within
from shellcount.text import shown

__all__ = ["CellValue", "Row", "Sheet", "SheetFault", "encode_sheet", "read_sheet", "write_sheet"]

TAB = "Claims"  # of the workbooks that are written
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
_TEXTS = frozenset({".csv", ".tsv", ".txt", ".tab"})
_ARCHIVE = (b"PK\x03\x04", b"PK\x05\x06")
# Starts of files that are taken for spreadsheets, with their kinds.
_OTHERS = (
    (b"\xd0\xcf\x11\xe0", "a workbook under a password, or of the older kind .xls"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"<", "a page (HTML or XML)"),
)
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_SAVE = "open it in a spreadsheet, and save it as .xlsx or .csv"
_HEADER_WITHIN = 50  # rows, empty ones not counted


@dataclass(frozen=True, slots=True)
class Sheet:
    """Sheet of a ledger: a header, and rows of as many cells.

    Parameters
    ----------
    path
        The file, as it was named.
    name
        Name of the tab; ``None`` where the file has none.
    rows
        The header, then the rows below it. Empty rows are left out; all have as many cells as the header.
    faults
        Faults that must be mended before the claims are used. A cell with a fault is ``None``.
    notes
        Choices of reading that the author should know, such as which tab was read.
    """

    path: str
    name: str | None
    rows: tuple[Row, ...]
    faults: tuple[SheetFault, ...] = ()
    notes: tuple[str, ...] = ()


def read_sheet(path: str | Path, tab: str | None = None, names: Callable[[str], bool] | None = None) -> Sheet:
    """Read the sheet of a ledger.

    Rows above the header are passed over if each is a title, which is a single cell. Cells below it that are
    merged, hold an error or a formula without a stored value, or lie beyond its last column, are faults.

    Parameters
    ----------
    path
        A file of cells that commas, semicolons or tabs separate, or a workbook (XLSX).
    tab
        Name of the tab of a workbook; by default the first that is not hidden.
    names
        Tells whether a text names a column. The header is then the first row with two such cells, and
        another row like it is a fault; otherwise the header is the first row with two cells.

    Returns
    -------
    Sheet
        Cells as their file has them. Those of a text are all texts; numbers and dates of a workbook have
        their own types.

    Raises
    ------
    CaseError
        When nothing can be read from it.
    UsageError
        When it is a workbook and openpyxl is not installed, or a text and a tab is named.
    UnknownNameError
        When the workbook has no such tab.
    LimitError
        When it is larger than is allowed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = write_sheet(Path(folder, "ledger.csv"), ["id", "amount"], [["a", 6700]])
    ...     [row.cells for row in read_sheet(path).rows]
    [('id', 'amount'), ('a', '6700')]
    """
    origin = str(path)
    with io_errors_as(lambda reason: unusable(origin, f"cannot be read: {reason}")):
        data = read_regular(path, allowed("sheet"), lambda size: require_within("sheet", size, origin))
    return _sheet(origin, _grid(data, origin, tab), names)


def encode_sheet(
    header: Sequence[str],
    rows: Sequence[Sequence[CellValue]],
    kind: Literal["csv", "xlsx"] = "csv",
    more: Mapping[str, Sequence[Sequence[CellValue]]] | None = None,
) -> bytes:
    r"""Encode a sheet as a file that :func:`read_sheet` reads without loss.

    Cells that a spreadsheet would take for a formula are escaped.

    Parameters
    ----------
    header, rows
        The header, and the rows below it.
    kind
        CSV, in UTF-8 with a byte order mark, or a workbook.
    more
        Rows of further tabs of a workbook, by name.

    Raises
    ------
    UsageError
        When it is to be a workbook, and openpyxl is not installed.
    OutputError
        When a cell cannot be written.

    Examples
    --------
    >>> encode_sheet(["id"], [["=1+1"]])
    b'\\xef\\xbb\\xbf"id"\\r\\n"\\'=1+1"\\r\\n'
    """
    table = [header, *rows]
    return encode_csv(table) if kind == "csv" else encode_workbook({TAB: table, **(more or {})})


def write_sheet(
    path: str | Path,
    header: Sequence[str],
    rows: Sequence[Sequence[CellValue]],
    *,
    more: Mapping[str, Sequence[Sequence[CellValue]]] | None = None,
    replace: bool = True,
) -> Path:
    """Write a sheet: a workbook where the name ends in .xlsx, CSV otherwise; all of it or nothing.

    Parameters
    ----------
    path
        The file.
    header, rows
        The header, and the rows below it.
    more
        Rows of further tabs of a workbook, by name.
    replace
        Whether a file of this name is replaced.

    Raises
    ------
    UsageError
        When it is to be a workbook, and openpyxl is not installed.
    OutputError
        When it cannot be written.
    """
    path = Path(path)
    data = encode_sheet(header, rows, "xlsx" if path.suffix.lower() == ".xlsx" else "csv", more)
    return write_files(path.parent, {path.name: data})[0] if replace else write_new_file(path, data)


def _grid(data: bytes, origin: str, tab: str | None) -> Grid:
    """Read the cells of a file by its kind, which must be the kind that its name says."""
    suffix = Path(origin).suffix.lower()
    if not data.strip():
        raise unusable(origin, "is empty")
    if data.startswith(_ARCHIVE):
        if _OPEN_DOCUMENT in data[:200]:
            raise unusable(origin, "is an OpenDocument file", _SAVE)
        if suffix in _TEXTS:
            raise unusable(
                origin, f"is named {suffix}, but is not a text", "if it is a workbook, name it .xlsx"
            )
        return read_workbook(data, origin, tab)
    for start, kind in _OTHERS:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(start):
            raise unusable(origin, f"is {kind}", _SAVE)
    if suffix in _WORKBOOKS:
        raise unusable(origin, f"is named {suffix}, but is not a workbook", "if it is a text, name it .csv")
    if tab is not None:
        raise UsageError(f"{origin} is a text, which has no tabs; tab {shown(tab)} cannot be read")
    return read_separated(data, origin)


def _sheet(origin: str, grid: Grid, names: Callable[[str], bool] | None) -> Sheet:
    """Find the header, and collect the faults that depend on it."""
    place = _header(grid.rows, names)
    if place is None:
        where = "" if grid.name is None else f"tab {shown(grid.name)} "
        others = [shown(name) for name in grid.tabs if name != grid.name]
        raise unusable(
            origin,
            f"{where}has no header, which is a row with the names of two columns or more",
            f"its other tabs are {', '.join(others[:10])}" if others else None,
        )
    header, below = grid.rows[place], grid.rows[place + 1 :]
    width = len(header.cells)
    again = {row.number for row in below if names is not None and _is_header(row, names)}
    found = [
        *(fault for fault in grid.faults if fault.row is None or fault.row >= header.number),
        *(_merged(each) for each in grid.merged if each.bottom >= header.number),
        *_above(grid.rows[:place], header),
        *(_second(number, header) for number in sorted(again)),
        *_beyond(below, width, grid.separator),
    ]
    rows = [header, *(row for row in below if row.number not in again)]
    return Sheet(
        origin,
        grid.name,
        tuple(Row(row.number, (*row.cells[:width], *(None,) * (width - len(row.cells)))) for row in rows),
        tuple(sorted(found, key=lambda fault: (fault.row or 0, fault.column or 0))),
        grid.notes,
    )


def _header(rows: Sequence[Row], names: Callable[[str], bool] | None) -> int | None:
    """Find the header: the first row with the names of two columns, or else the first with two cells."""
    first = rows[:_HEADER_WITHIN]
    named = (place for place, row in enumerate(first) if names is not None and _is_header(row, names))
    filled = (place for place, row in enumerate(first) if _filled(row) > 1)
    return next(named, next(filled, None))


def _is_header(row: Row, names: Callable[[str], bool]) -> bool:
    """Tell whether two cells of a row, and half of those that are not empty, name a column."""
    known = sum(isinstance(cell, str) and names(cell) for cell in row.cells)
    return known > 1 and 2 * known >= _filled(row)


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row.cells)


def _merged(each: Merged) -> SheetFault:
    where = f"rows {each.top} to {each.bottom}, columns {each.left} to {each.right}"
    return SheetFault(each.top, each.left, f"merged cells ({where}): unmerge them, and fill in each")


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
