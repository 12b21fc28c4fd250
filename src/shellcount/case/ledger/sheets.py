"""Read and write the sheets of ledgers: text of separated cells (CSV), and workbooks (XLSX)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from shellcount.case.ledger.encoding import encode_csv, encode_workbook
from shellcount.case.ledger.grid import CellValue, Grid, Row, SheetFault, unusable
from shellcount.case.ledger.separated import read_separated
from shellcount.case.ledger.trimming import Names, below_header
from shellcount.case.ledger.workbooks import read_workbook
from shellcount.errors import CaseError, UsageError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.files.writing import write_files, write_new_file
from shellcount.frozen import frozen
from shellcount.limits import allowed, require_within
from shellcount.text import shown

__all__ = [
    "CellValue",
    "Row",
    "Sheet",
    "SheetFault",
    "encode_sheet",
    "parse_sheet",
    "read_sheet",
    "write_sheet",
]

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
_TABS_SHOWN = 10
_SAVE = "open it in a spreadsheet, and save it as .xlsx or .csv"


@frozen
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


def read_sheet(path: str | Path, tab: str | None = None, names: Names | None = None) -> Sheet:
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
        Tells whether a text names a column. The header is then the row with the most such cells, two at
        least, and another row like it is a fault; otherwise the header is the first row with two cells.

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
    return parse_sheet(data, origin, tab, names)


def parse_sheet(data: bytes, origin: str, tab: str | None = None, names: Names | None = None) -> Sheet:
    r"""Parse the bytes of a ledger.

    Parameters
    ----------
    data, origin
        Content of the file, and its name, whose ending must say its kind.
    tab, names
        As for :func:`read_sheet`.

    Raises
    ------
    CaseError, UsageError, UnknownNameError, LimitError
        As for :func:`read_sheet`.

    Examples
    --------
    >>> [row.cells for row in parse_sheet(b"id,amount\na,6700\n", "ledger.csv").rows]
    [('id', 'amount'), ('a', '6700')]
    """
    require_within("sheet", len(data), origin)
    grid = _grid(data, origin, tab)
    rows, faults = below_header(grid, names)
    if not rows:
        raise _without_header(origin, grid)
    return Sheet(origin, grid.name, rows, faults, grid.notes)


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
    >>> encode_sheet(["id", "amount"], [["-a", 6700]]).decode("utf-8-sig").splitlines()
    ['"id","amount"', '"\'-a",6700']
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
        When its name is that of another kind of file, or it needs openpyxl, which is not installed.
    OutputError
        When it cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in {".csv", ".txt", ".xlsx", ""}:
        raise UsageError(f"{shown(str(path))} is not the name of a ledger: end it in .csv or .xlsx")
    data = encode_sheet(header, rows, "xlsx" if suffix == ".xlsx" else "csv", more)
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


def _without_header(origin: str, grid: Grid) -> CaseError:
    where = "" if grid.name is None else f"tab {shown(grid.name)} "
    others = [shown(name) for name in grid.tabs if name != grid.name]
    return unusable(
        origin,
        f"{where}has no header, which is a row with the names of two columns or more",
        f"its other tabs are {', '.join(others[:_TABS_SHOWN])}" if others else None,
    )
