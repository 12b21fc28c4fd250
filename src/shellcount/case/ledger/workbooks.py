"""Read a tab of a workbook (XLSX) by openpyxl, row by row."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from shellcount.case.ledger.archive import damage_named, require_harmless
from shellcount.case.ledger.grid import CellValue, DamageError, Grid, Row, SheetFault, gather
from shellcount.case.ledger.marks import Marks, search
from shellcount.case.ledger.stored import stored_value
from shellcount.errors import UnknownNameError, require_library
from shellcount.text import one_line, shown

if TYPE_CHECKING:
    from openpyxl.reader.excel import ExcelReader

_NAMES_SHOWN, _RANGES_SHOWN = 12, 6


def read_workbook(data: bytes, origin: str, tab: str | None) -> Grid:
    """Read a tab of a workbook.

    Formulas are read by their stored value; where none is stored, that is a fault. Hidden rows and columns
    are read, and a note says so.

    Parameters
    ----------
    data, origin
        Content of the file, and its name for messages.
    tab
        Name of the tab; by default the first that is not hidden.

    Raises
    ------
    UsageError
        When openpyxl is not installed.
    UnknownNameError
        When it has no such tab.
    CaseError
        When it is damaged, encrypted or harmful.
    LimitError
        When it is larger than is allowed.
    """
    require_library("openpyxl", "xlsx")
    require_harmless(data, origin)
    from openpyxl.reader.excel import ExcelReader

    with damage_named(origin), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl leaves out, such as rules of validation
        reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        reader.read()
        tabs = {sheet.title: sheet.sheet_state == "visible" for sheet in reader.wb.worksheets}
        name = _chosen(tabs, tab)
        part = _part(reader, name)
        marks = search(part)
        faults = tuple(
            SheetFault(*place, "a formula whose value is not stored: write the value itself")
            for place, is_stored in marks.formulas.items()
            if not is_stored
        )
        rows = gather(_cells(reader, name), part.count(b"<row"))
    notes = (*_note_of_tabs(tabs, name), *_notes(rows, marks))
    return Grid(rows, name, tuple(marks.merged), faults, notes, tabs=tuple(tabs))


def _chosen(tabs: Mapping[str, bool], tab: str | None) -> str:
    """Choose the tab that is named, or else the first that is visible."""
    if not tabs:
        raise DamageError("it has no tab of cells")
    if tab is None:
        return next((name for name, is_visible in tabs.items() if is_visible), next(iter(tabs)))
    if tab not in tabs:
        raise UnknownNameError("tab", tab, tabs)
    return tab


def _part(reader: ExcelReader, name: str) -> bytes:
    """Read the mark-up of a tab."""
    return next(
        reader.archive.read(relation.target)
        for sheet, relation in reader.parser.find_sheets()
        if sheet.name == name
    )


def _cells(reader: ExcelReader, name: str) -> Iterator[list[CellValue]]:
    """Yield the cells of each row."""
    sheet = reader.wb[name]
    sheet.reset_dimensions()  # the declared ones may be any
    for cells in sheet.iter_rows():
        yield [None if cell.value is None else stored_value(cell) for cell in cells]


def _note_of_tabs(tabs: Mapping[str, bool], name: str) -> Iterator[str]:
    if len(tabs) > 1:
        others = [
            one_line(other, 40) + ("" if tabs[other] else " (hidden)") for other in tabs if other != name
        ]
        more = f" and {len(others) - _NAMES_SHOWN} more" if len(others) > _NAMES_SHOWN else ""
        yield f"tab {shown(name)} was read; not read: {', '.join(others[:_NAMES_SHOWN])}{more}"


def _notes(rows: tuple[Row, ...], marks: Marks) -> Iterator[str]:
    """Tell which cells were read that are not shown, or were computed by the spreadsheet."""
    from openpyxl.utils import get_column_letter

    hidden = [row.number for row in rows if row.number in marks.hidden_rows]
    if hidden:
        yield f"hidden rows were read: {_ranges(hidden, str)}"
    width = max((len(row.cells) for row in rows), default=0)
    columns = [place for place in range(1, width + 1) if place in marks.hidden_columns]
    if columns:
        yield f"hidden columns were read: {_ranges(columns, get_column_letter)}"
    formulas = [place for place, is_stored in marks.formulas.items() if is_stored]
    if formulas:
        row, column = formulas[0]
        first = f"{get_column_letter(column)}{row}"
        yield f"formulas were read by their stored values: {len(formulas)}, the first in {first}"


def _ranges(numbers: list[int], write: Callable[[int], str]) -> str:
    """Write ascending numbers as ranges, as in ``2, 5 to 9``."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    texts = [
        write(first) if first == last else f"{write(first)} to {write(last)}"
        for first, last in ranges[:_RANGES_SHOWN]
    ]
    return ", ".join(texts) + (" and others" if len(ranges) > _RANGES_SHOWN else "")
