"""Spreadsheets for tests: by openpyxl, and by hand where they hold what openpyxl would not write."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from shellcount.case.ledger.sheets import CellValue, Sheet, encode_sheet, read_sheet
from shellcount.errors import CaseError
from worddocs import edited

Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx")
SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: Sequence[Sequence[Any]], change: Callable[[Worksheet], object] | None = None) -> bytes:
    """A workbook of one tab, after a change of it."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(list(row))
    if change is not None:
        change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_hand(within: str, part: str = SHEET) -> bytes:
    """A workbook whose tab holds given mark-up instead of its cells."""
    empty = workbook([["id", "date"]])
    return edited(empty, lambda text: text[: text.index("<sheetData>")] + within + "</worksheet>", part)


def written(folder: Path, name: str, content: bytes) -> Path:
    """A file with a content."""
    path = folder / name
    path.write_bytes(content)
    return path


NAMES = frozenset({"id", "date", "amount", "low", "high"})


def read(
    folder: Path,
    content: str | bytes,
    name: str | None = None,
    *,
    tab: str | None = None,
    named: bool = False,
) -> Sheet:
    """The sheet that is read of a content, whose header may be told by the names of columns."""
    data = content.encode() if isinstance(content, str) else content
    kind = "xlsx" if data.startswith(b"PK") else "csv"
    path = written(folder, name or f"ledger.{kind}", data)
    return read_sheet(path, tab, NAMES.__contains__ if named else None)


def refused(folder: Path, content: str | bytes, name: str | None = None) -> str:
    """The one reason for which nothing is read of a content."""
    with pytest.raises(CaseError) as caught:
        read(folder, content, name)
    (fault,) = caught.value.faults
    return str(fault)


def cells(sheet: Sheet) -> list[tuple[CellValue, ...]]:
    """Cells of each row."""
    return [row.cells for row in sheet.rows]


def faults(sheet: Sheet) -> list[tuple[int | None, int | None, str]]:
    """Row, column and message of each fault."""
    return [(fault.row, fault.column, fault.message) for fault in sheet.faults]


def back(folder: Path, rows: Sequence[Sequence[CellValue]], kind: Kind) -> list[tuple[CellValue, ...]]:
    """Rows that are read of rows that were written."""
    sheet = read(folder, encode_sheet(["id", "cell"], rows, kind))
    assert (sheet.faults, sheet.notes) == ((), ())
    return cells(sheet)[1:]


def raw(rows: Sequence[Sequence[CellValue]]) -> list[list[str]]:
    """Cells of a CSV file as any other program reads them."""
    return list(csv.reader(io.StringIO(encode_sheet(["id"], rows).decode("utf-8-sig"), newline="")))[1:]
