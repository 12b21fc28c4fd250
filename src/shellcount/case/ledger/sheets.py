"""Read and write the sheets of ledgers: text of separated cells (CSV), and workbooks (XLSX)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shellcount.case.ledger.grid import CellValue, Row, SheetFault

__all__ = ["CellValue", "Row", "Sheet", "SheetFault", "encode_sheet", "read_sheet", "write_sheet"]


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

    Parameters
    ----------
    path
        A file of cells that commas, semicolons or tabs separate, or an XLSX workbook. Its content decides.
    tab
        Name of the tab of a workbook; by default the first that is not hidden.
    names
        Tells whether a text names a column. The header is then the first row with two such cells, and
        another row like it is a fault; otherwise the header is the first row with two cells.

    Raises
    ------
    CaseError
        When nothing can be read from it.
    UsageError
        When it is a workbook, and openpyxl is not installed.
    LimitError
        When it is larger than is allowed.
    """
    raise NotImplementedError


def encode_sheet(
    header: Sequence[str], rows: Sequence[Sequence[CellValue]], kind: Literal["csv", "xlsx"] = "csv"
) -> bytes:
    """Encode a sheet as a file that :func:`read_sheet` reads without loss.

    Cells that a spreadsheet would take for a formula are escaped.
    """
    raise NotImplementedError


def write_sheet(path: str | Path, header: Sequence[str], rows: Sequence[Sequence[CellValue]]) -> Path:
    """Write a sheet: a workbook where the name ends in .xlsx, CSV otherwise; all of it or nothing."""
    raise NotImplementedError
