"""Stored values: cells of a workbook by their types, and by what the spreadsheet shows of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from shellcount.case.ledger.sheets import CellValue
from shellcount.case.ledger.stored import decode_text, encode_text
from spreadsheets import by_hand, read, workbook
from worddocs import edited

HEADER = ["id", "date"]


def only(tmp_path: Path, value: Any, number_format: str = "General") -> CellValue:
    """The value that is read of one cell."""

    def change(sheet: Worksheet) -> None:
        sheet["B2"].number_format = number_format

    return read(tmp_path, workbook([HEADER, ["a", value]], change)).rows[1].cells[1]


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (6700, "General", 6700),
        (6700.0, "#,##0", 6700),
        (-0.25, "0.0", -0.25),
        (4.8e6, '0.0,,"M"', 4_800_000),
        (4.8, '0.0 "million"', "4.8 million"),
        (6.7, '0.0"k"', "6.7 k"),
        (6700, '0 "boxes"', 6700),
        (5, "[$$-409]#,##0", 5),
        (0.7, "0%", "70%"),
        (0.07, "0.0%", "7%"),
        (0.705, "0.0%;[Red]-0.0%", "70.5%"),
        (70, '0"%"', 70),
        (True, "General", True),
        (False, "General", False),
        ("6,700", "General", "6,700"),
        ("6700", "@", "6700"),
        ("  ", "General", None),
        ("two\nlines", "General", "two\nlines"),
        (dt.date(2024, 6, 14), "dd.mm.yyyy", dt.date(2024, 6, 14)),
        (45457, "mm-dd-yy", dt.date(2024, 6, 14)),
        (45457.5625, "d/m/yyyy h:mm", "2024-06-14 13:30:00"),
        (dt.time(13, 30), "h:mm", "13:30:00"),
        (45457, "yyyy-mm-dd", dt.date(2024, 6, 14)),
        (45457, "General", 45457),
    ],
)
def test_a_cell_is_read_by_its_type_and_what_it_shows(
    value: Any, number_format: str, expected: CellValue, tmp_path: Path
) -> None:
    found = only(tmp_path, value, number_format)
    assert (found, type(found)) == (expected, type(expected))


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    content = edited(
        workbook([HEADER, ["a", dt.date(2024, 6, 14)]]),
        lambda text: text.replace("<workbookPr/>", '<workbookPr date1904="1"/>'),
        "xl/workbook.xml",
    )
    assert read(tmp_path, content).rows[1].cells[1] == dt.date(2028, 6, 15)


def test_a_date_out_of_range_is_an_error(tmp_path: Path) -> None:
    content = workbook([HEADER, ["a", 1e9]], lambda sheet: setattr(sheet["B2"], "number_format", "d/m/yy"))
    (fault,) = read(tmp_path, content).faults
    assert (fault.row, fault.column) == (2, 2)
    assert "holds the error #VALUE!" in fault.message


@pytest.mark.parametrize(
    "text", ["_x000D_", "_x005F_", "a\rb", "a\r\nb", "_x0041_x0042_", "_x005F_x0041_", "x_"]
)
def test_encoded_characters_are_decoded(text: str) -> None:
    assert decode_text(encode_text(text)) == text
    assert "\r" not in encode_text(text)


def test_shared_strings_and_rich_text_are_read(tmp_path: Path) -> None:
    rich = '<is><r><t>about </t></r><r><rPr><b/></rPr><t xml:space="preserve">6,700 </t></r></is>'
    cells = f'<c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr">{rich}</c>'
    assert read(tmp_path, by_hand(f'<sheetData><row r="1">{cells}</row></sheetData>')).rows[0].cells == (
        "id",
        "about 6,700 ",
    )


def test_a_date_in_the_form_of_iso_8601_is_read(tmp_path: Path) -> None:
    cells = '<c r="A1" t="d"><v>2024-06-14</v></c><c r="B1" t="d"><v>2024-06-14T00:00:00</v></c>'
    sheet = read(tmp_path, by_hand(f'<sheetData><row r="1">{cells}</row></sheetData>'))
    assert sheet.rows[0].cells == (dt.date(2024, 6, 14), dt.date(2024, 6, 14))
