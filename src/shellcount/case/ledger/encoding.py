"""Encode rows as CSV or as a workbook, so that no cell starts a formula and reading gives them back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from shellcount.case.ledger.formulas import escape_formula, starts_formula, unescape_formula
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.stored import encode_text
from shellcount.errors import OutputError, require_library

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 32_767  # characters of a cell of a workbook
_FIRST_DAY = dt.date(1900, 3, 1)  # spreadsheets disagree on the serial numbers of days before it
_THREE_DECIMALS = re.compile(r"-?\d+\.\d{3}")
# Of every workbook, so that the same rows give the same bytes.
_MOMENT = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - openpyxl takes no time zone
_WIDTH, _WIDEST = 10, 60  # of columns, in characters


def encode_csv(rows: Iterable[Sequence[CellValue]]) -> bytes:
    r"""Encode rows as CSV: UTF-8 with a byte order mark, commas between cells, texts in quotation marks.

    A text that would start a formula gets an apostrophe before it. A number with three decimals gets a
    fourth, since ``1.250`` is more than a thousand where points separate thousands. None has an exponent,
    which is a number everywhere, unlike the point of the others. Truth values are texts.

    Raises
    ------
    OutputError
        When a cell cannot be written.

    Examples
    --------
    >>> data = encode_csv([("a", 1.25, dt.date(2024, 6, 14)), ("=b", 0.125, None)])
    >>> data.decode("utf-8-sig").splitlines()
    ['"a",1.25,"2024-06-14"', '"\'=b",0.1250,']
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, quoting=csv.QUOTE_STRINGS)
    for cells in _prepared(rows):
        writer.writerow([_separated(cell) for cell in cells])
    return stream.getvalue().encode("utf-8-sig")


def _prepared(rows: Iterable[Sequence[CellValue]]) -> Iterator[list[CellValue]]:
    """Refuse cells that no spreadsheet can hold, and turn into texts those that some would change."""
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells, start=1):
            if isinstance(cell, str) and _UNWRITABLE.search(cell):
                reason = "has a control character, which no spreadsheet can hold"
            elif isinstance(cell, float) and not math.isfinite(cell):
                reason = "is not a finite number"
            else:
                continue
            raise OutputError(f"the cell of row {number}, column {place} {reason}")
        yield [_as_text(cell) for cell in cells]


def _as_text(cell: CellValue) -> CellValue:
    """Write a truth value, which spreadsheets translate, and a day of long ago as a text."""
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell.isoformat() if isinstance(cell, dt.date) and cell < _FIRST_DAY else cell


def _separated(cell: CellValue) -> str | int | Decimal | None:
    """Convert a cell for the writer of CSV, which puts quotation marks around texts alone."""
    match cell:
        case str():
            return escape_formula(cell)
        case float():
            text = repr(cell)
            number = Decimal(text + "0" if _THREE_DECIMALS.fullmatch(text) else text.removesuffix(".0"))
            return number if str(number) == f"{number:f}" else f"{number:f}"
        case dt.date():
            return cell.isoformat()
        case _:
            return cell


def encode_workbook(tabs: Mapping[str, Iterable[Sequence[CellValue]]]) -> bytes:
    """Encode rows as the tabs of a workbook, whose first rows are marked as headers.

    Texts are stored as texts, and those that would start a formula say so to the spreadsheet (`quotePrefix`).

    Parameters
    ----------
    tabs
        Cells of each row, by the name of their tab.

    Raises
    ------
    UsageError
        When openpyxl is not installed.
    OutputError
        When a cell cannot be written.
    """
    require_library("openpyxl", "xlsx")
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in tabs.items():
        _fill(workbook.create_sheet(name), rows)
    return _saved(workbook)


def _fill(sheet: Worksheet, rows: Iterable[Sequence[CellValue]]) -> None:
    """Write rows into a tab, the first of them as its header."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    widths: list[int] = []
    for number, cells in enumerate(_prepared(rows), start=1):
        stored = [_stored(sheet, value, number, place) for place, value in enumerate(cells, start=1)]
        for cell in stored if number == 1 else ():
            cell.font = Font(bold=True)
        sheet.append(stored)
        pairs = itertools.zip_longest(widths, (len(str(value)) for value in cells), fillvalue=0)
        widths = [max(pair) for pair in pairs]
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(width + 2, _WIDTH), _WIDEST)


def _stored(sheet: Worksheet, value: CellValue, row: int, column: int) -> Cell:
    """Make a cell of a workbook."""
    from openpyxl.cell import Cell

    cell = Cell(sheet, row=row, column=column)
    if isinstance(value, str):
        # Apostrophes that reading would take away need another one; `quotePrefix` does for the rest.
        text = encode_text(value if unescape_formula(value) == value else escape_formula(value))
        if len(text) > _LONGEST:
            raise OutputError(
                f"the cell of row {row}, column {column} has {len(text):,} characters, and a workbook holds "
                f"{_LONGEST:,}: write CSV"
            )
        cell.value = text
        cell.data_type = "s"  # also where openpyxl sees a formula or an error
        cell.quotePrefix = starts_formula(text)
    elif isinstance(value, float):
        cell.value = repr(value)  # openpyxl would cut it to 16 digits
        cell.data_type = "n"
    else:
        cell.value = value
        cell.number_format = "yyyy-mm-dd" if isinstance(value, dt.date) else "General"
    return cell


def _saved(workbook: Workbook) -> bytes:
    """Save a workbook without the time of day."""
    from openpyxl.writer.excel import ExcelWriter

    workbook.properties.created = workbook.properties.modified = _MOMENT
    dated, undated = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(dated, "w") as archive:
        ExcelWriter(workbook, archive).save()
    with zipfile.ZipFile(dated) as archive, zipfile.ZipFile(undated, "w") as copy:
        for name in archive.namelist():
            copy.writestr(zipfile.ZipInfo(name), archive.read(name), zipfile.ZIP_DEFLATED)
    return undated.getvalue()
