"""Convert the cells of a workbook into values, and texts into the form in which workbooks store them."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from shellcount.case.ledger.formulas import unescape_formula
from shellcount.case.ledger.grid import CellValue, blank_as_none

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.cell.read_only import ReadOnlyCell

# A character that a workbook encodes: some cannot stand in XML.
_ENCODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_AS_ENCODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # where a text itself looks like one
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # of a number format
_SCALE = re.compile(
    r'"\s*(k|m|mn|mio\.?|mill\.?|million|thousand|tsd\.?|bn|billion|mrd\.?)\s*"', re.IGNORECASE
)
_DIVIDED = re.compile(r"[0#?],+(?![0#?])")
_EXACT = 2.0**53


def stored_value(cell: ReadOnlyCell | Cell) -> CellValue:
    """Convert the value of a cell of openpyxl.

    A number that is shown as a percentage, or with a word such as "million" that its value does not have,
    becomes the text that the spreadsheet shows, such as ``70%``. A date with a time of day, and a time alone,
    become a text too.
    """
    value = cell.value
    match value:
        case bool():
            return value
        case int() | float():
            if shown := _shown(value, cell.number_format):
                return shown
            return int(value) if value == int(value) and abs(value) <= _EXACT else value
        case dt.datetime():
            return value.date() if value.time() == dt.time() else value.isoformat(" ", "seconds")
        case dt.date():
            return value
        case _:  # a text, or a time without a date
            text = blank_as_none(decode_text(str(value)))
            return None if text is None else unescape_formula(text)


def _shown(value: float, number_format: str) -> str | None:
    """Write a number as its format shows it, if that says another number than its value."""
    if "%" in _LITERAL.sub("", number_format):
        return f"{value * 100:.15g}%"
    scale = _SCALE.search(number_format)
    # A comma after the digits divides what is shown by a thousand, as the word says.
    return f"{value:.15g} {scale[1]}" if scale and not _DIVIDED.search(number_format) else None


def decode_text(text: str) -> str:
    r"""Decode characters that a workbook encodes, as far as text may contain them.

    Examples
    --------
    >>> decode_text("two_x000D_ lines"), decode_text("_x005F_x000D_")
    ('two\r lines', '_x000D_')
    """
    return _ENCODED.sub(_decoded, text) if "_x" in text else text


def _decoded(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character.isprintable() or character in "\t\r\n" else match[0]


def encode_text(text: str) -> str:
    """Encode a text so that :func:`decode_text`, and a spreadsheet, give it back.

    Examples
    --------
    >>> encode_text("_x000D_")
    '_x005F_x000D_'
    """
    return _AS_ENCODED.sub("_x005F_", text).replace("\r", "_x000D_")
