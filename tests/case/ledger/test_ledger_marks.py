"""Marks of a tab: formulas, merged and hidden cells, and places that no workbook has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from shellcount.errors import LimitError
from spreadsheets import SHEET, by_hand, read, refused, workbook
from worddocs import edited

HEADER = ["id", "date"]
DAMAGED = "is not a workbook, or damaged; open it in a spreadsheet, and save it as .xlsx"


def formulas(values: dict[str, str]) -> bytes:
    """A workbook whose formulas have values stored."""

    def change(text: str) -> str:
        for place, stored in values.items():
            start = text.index(f'<c r="{place}"')
            end = text.index("</c>", start)
            formula = text[text.index("<f>", start) : text.index("</f>", start)]
            text = text[:start] + stored.replace("<f/>", formula + "</f>") + text[end + 4 :]
        return text

    return edited(workbook([HEADER, ["a", "=1+1"], ["b", "=B2*2"], ["c", '=""']]), change, SHEET)


def test_formulas_are_read_by_their_stored_values(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        formulas(
            {
                "B2": '<c r="B2"><f/><v>2</v></c>',
                "B3": '<c r="B3" t="str"><f/><v>four</v></c>',
                "B4": '<c r="B4" t="str"><f/><v></v></c>',
            }
        ),
    )
    assert [row.cells for row in sheet.rows[1:]] == [("a", 2), ("b", "four"), ("c", None)]
    assert sheet.faults == ()
    assert sheet.notes == ("formulas were read by their stored values: 3, the first in B2",)


def test_formulas_without_a_stored_value_are_faults(tmp_path: Path) -> None:
    sheet = read(tmp_path, formulas({"B3": '<c r="B3"><f/><v>4</v></c>'}))
    assert [row.cells[1] for row in sheet.rows[1:]] == [None, 4, None]
    told = "a formula whose value is not stored: write the value itself"
    assert [(each.row, each.column, each.message) for each in sheet.faults] == [(2, 2, told), (4, 2, told)]


def test_a_formula_whose_value_is_an_error_is_a_fault(tmp_path: Path) -> None:
    sheet = read(tmp_path, formulas({"B3": '<c r="B3" t="e"><f/><v>#REF!</v></c>'}))
    assert (3, 2, "holds the error #REF!: write a value, or leave it empty") in [
        (each.row, each.column, each.message) for each in sheet.faults
    ]


def test_cells_without_places_follow_each_other(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3.50</v></c><c><f>A1</f></c></row>"
    found = read(tmp_path, by_hand(f"<sheetData>{rows}</sheetData>"))
    assert [row.cells for row in found.rows] == [(1, 2), (3.5, None)]
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, 2)]


def test_merged_cells_are_faults_from_the_header_on(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for merged in ("A1:C1", "A4:A5", "B3:C3"):
            sheet.merge_cells(merged)

    rows: list[list[Any]] = [
        ["Our claims"],
        [],
        ["id", "date", None, "low"],
        ["a", "x", None, 1],
        ["b", "y", None, 2],
    ]
    sheet = read(tmp_path, workbook(rows, change))
    assert sheet.rows[0].number == 3
    assert [(each.row, each.column, each.message) for each in sheet.faults] == [
        (3, 2, "merged cells (B3:C3): unmerge them, and fill in each"),
        (4, 1, "merged cells (A4:A5): unmerge them, and fill in each"),
    ]


def test_a_title_merged_into_the_header_is_a_fault(tmp_path: Path) -> None:
    content = workbook([["Our claims"], HEADER, ["a", "b"]], lambda sheet: sheet.merge_cells("C1:C2"))
    assert [each.row for each in read(tmp_path, content).faults] == [1]


def test_hidden_rows_and_columns_are_read_and_said(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for row in (3, 4, 6, 90):
            sheet.row_dimensions[row].hidden = True
        for column in "BZ":
            sheet.column_dimensions[column].hidden = True

    sheet = read(tmp_path, workbook([HEADER, *([f"c{place}", place] for place in range(6))], change))
    assert len(sheet.rows) == 7
    assert sheet.notes == ("hidden rows were read: 3 to 4, 6", "hidden columns were read: B")


def row_of(number: str, place: str) -> str:
    return f'<row r="{number}"><c r="{place}"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (row_of("1048577", "A1048577"), "row 1048577 after row 0"),
        (row_of("999999999999", "A1"), "row 999999999999 after row 0"),
        (row_of("2", "A2") + row_of("1", "A1"), "row 1 after row 2"),
        (row_of("0", "A0"), "row 0 after row 0"),
        (row_of("one", "A1"), DAMAGED),
        (row_of("1", "XFE1"), "it has a cell at 'XFE1'"),
        (row_of("1", "AAAAAAAAAA1"), "it has a cell at 'AAAAAAAAAA1'"),
        (row_of("1", "1"), "it has a cell at '1'"),
        ('<row r="1"><c r="A1"><v>many</v></c></row>', DAMAGED),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', DAMAGED),
        ('<row r="1"><c r="A1"><v>1</v></c>', DAMAGED),
    ],
)
def test_places_that_no_workbook_has_are_refused(rows: str, told: str, tmp_path: Path) -> None:
    assert told in refused(tmp_path, by_hand(f"<sheetData>{rows}</sheetData>"))


def test_a_million_rows_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 1001)) + '<row r="9999999"/>' * 200_000
    with pytest.raises(LimitError, match=r"needs 201,000 rows \(limit 100,000 rows\)"):
        read(tmp_path, by_hand(f"<sheetData>{rows}</sheetData>"))
