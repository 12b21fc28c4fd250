"""Search a tab of a workbook for merged cells, hidden rows and columns, and formulas.

openpyxl passes over these when it reads a tab row by row, as it does here for the sake of memory.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import field

from lxml import etree

from shellcount.case.ledger.grid import DamageError, Merged
from shellcount.frozen import frozen
from shellcount.limits import require_within

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _CELL, _COLUMN, _MERGED = (f"{_MAIN}{name}" for name in ("row", "c", "col", "mergeCell"))
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # of any workbook


@frozen
class Marks:
    """Marks of a tab.

    Parameters
    ----------
    merged
        Ranges of merged cells.
    hidden_rows, hidden_columns
        Numbers of rows and columns that are not shown.
    formulas
        Whether the value of a formula is stored, by its row and column.
    """

    merged: list[Merged] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)


def search(part: bytes) -> Marks:
    """Search the part that holds a tab.

    Parameters
    ----------
    part
        Its mark-up, already found harmless.

    Raises
    ------
    LimitError
        When it has more rows than is allowed.
    DamageError
        When it has rows or cells that no workbook can have.
    """
    require_within("rows", part.count(b"<row "), "the spreadsheet")
    marks = Marks()
    row = column = 0
    tags = (_ROW, _CELL, _COLUMN, _MERGED)
    for event, element in etree.iterparse(
        io.BytesIO(part), ("start", "end"), tag=tags, resolve_entities=False, no_network=True
    ):
        if event == "start":
            if element.tag == _ROW:
                row, column = _row(element, row, marks), 0
        elif element.tag == _CELL:
            column = _place(element.get("r"))[1] if "r" in element.attrib else column + 1
            if element.find(f"{_MAIN}f") is not None:
                marks.formulas[row, column] = _is_stored(element)
        elif element.tag == _ROW:
            element.clear()
        elif element.tag == _COLUMN and _is_hidden(element.attrib):
            last = min(int(element.get("max", 1)), _MOST_COLUMNS)
            marks.hidden_columns.update(range(int(element.get("min", 1)), last + 1))
        elif element.tag == _MERGED:
            marks.merged.append(_range(element.get("ref", "")))
    return marks


def _row(element: etree._Element, before: int, marks: Marks) -> int:
    """Count a row, which must lie below the row before it."""
    number = int(element.get("r", before + 1))
    if not before < number <= _MOST_ROWS:
        raise DamageError(f"it has row {number} after row {before}")
    if _is_hidden(element.attrib):
        marks.hidden_rows.add(number)
    return number


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    return attributes.get("hidden") in {"1", "true"}


def _is_stored(cell: etree._Element) -> bool:
    """Tell whether the value of a formula is stored; an empty text is."""
    value = cell.findtext(f"{_MAIN}v")
    return bool(value) or (value is not None and cell.get("t") == "str")


def _range(reference: str) -> Merged:
    first, _, last = reference.partition(":")
    return Merged(*_place(first), _place(last or first)[0], reference.replace("$", ""))


def _place(reference: str | None) -> tuple[int, int]:
    """Parse the place of a cell, such as ``B4``, into its row and column."""
    match = _PLACE.fullmatch(reference or "")
    if match is None:
        raise DamageError(f"it has a cell at {reference!r}")
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    if column > _MOST_COLUMNS:
        raise DamageError(f"it has a cell at {reference!r}")
    return int(match[2]), column
