"""Workbooks: the values of cells by their types, and what of a workbook is a fault, a note or refused."""

from __future__ import annotations

import datetime as dt
import importlib.util
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from shellcount.case.ledger.sheets import CellValue, Sheet, read_sheet
from shellcount.case.ledger.stored import decode_text, encode_text
from shellcount.errors import CaseError, LimitError, UnknownNameError, UsageError
from shellcount.limits import raised
from worddocs import edited, unzipped, zipped
from workbooks import SHEET, by_hand, workbook, written

HEADER = ["id", "date"]
DAMAGED = "is not a workbook, or damaged; open it in a spreadsheet, and save it as .xlsx"


def read(tmp_path: Path, content: bytes, tab: str | None = None) -> Sheet:
    return read_sheet(written(tmp_path, "ledger.xlsx", content), tab)


def refused(tmp_path: Path, content: bytes) -> str:
    with pytest.raises(CaseError) as caught:
        read(tmp_path, content)
    (fault,) = caught.value.faults
    return str(fault)


def only(tmp_path: Path, value: Any, number_format: str = "General") -> CellValue:
    """The value that is read of one cell."""

    def change(sheet: Worksheet) -> None:
        sheet["B2"].number_format = number_format

    return read(tmp_path, workbook([HEADER, ["a", value]], change)).rows[1].cells[1]


# --- values --------------------------------------------------------------------------------


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


def test_cells_without_places_follow_each_other(tmp_path: Path) -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3.50</v></c><c><f>A1</f></c></row>"
    found = read(tmp_path, by_hand(f"<sheetData>{rows}</sheetData>"))
    assert [row.cells for row in found.rows] == [(1, 2), (3.5, None)]
    assert [(fault.row, fault.column) for fault in found.faults] == [(2, 2)]


# --- formulas, merged and hidden cells -----------------------------------------------------


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


# --- tabs ----------------------------------------------------------------------------------


def tabs(*names: str, change: Callable[[Workbook], object] = lambda _: None) -> bytes:
    book = Workbook()
    del book[book.sheetnames[0]]
    for name in names:
        book.create_sheet(name).append(["id", name])
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_first_tab_that_is_not_hidden_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    content = tabs(
        "Old", "Claims", "Notes", change=lambda book: setattr(book["Old"], "sheet_state", "hidden")
    )
    sheet = read(tmp_path, content)
    assert (sheet.name, sheet.rows[0].cells) == ("Claims", ("id", "Claims"))
    assert sheet.notes == ("tab 'Claims' was read; not read: Old (hidden), Notes",)


def test_a_tab_is_read_by_name_hidden_or_not(tmp_path: Path) -> None:
    content = tabs("Claims", "Old", change=lambda book: setattr(book["Old"], "sheet_state", "veryHidden"))
    assert read(tmp_path, content, "Old").rows[0].cells == ("id", "Old")
    with pytest.raises(UnknownNameError, match="no tab is called 'Claim'; did you mean Claims"):
        read(tmp_path, content, "Claim")


def test_an_empty_tab_names_the_others(tmp_path: Path) -> None:
    content = tabs("Claims", "Cover", change=lambda book: book["Claims"].delete_rows(1))
    assert refused(tmp_path, content) == (
        "tab 'Claims' has no header, which is a row with the names of two columns or more; "
        "its other tabs are 'Cover'"
    )
    assert refused(tmp_path, workbook([])).startswith("tab 'Sheet' has no header")


def test_a_chart_is_no_tab(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        chart = BarChart()
        chart.add_data(Reference(book["Claims"], min_col=1, min_row=1, max_col=2))
        book.create_chartsheet("Chart", 0).add_chart(chart)

    sheet = read(tmp_path, tabs("Claims", change=change))
    assert (sheet.name, sheet.notes) == ("Claims", ())


# --- hostile ones --------------------------------------------------------------------------


def test_without_openpyxl_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook([HEADER])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"this needs openpyxl: .* pip install 'shellcount\[xlsx\]'"):
        read(tmp_path, content)


def test_what_unpacks_to_too_much_is_refused_unopened(tmp_path: Path) -> None:
    content = zipped({**unzipped(workbook([HEADER])), "xl/media/zeros.xml": b" " * 10_000_000})
    with raised({"sheet": 1e7}), pytest.raises(LimitError, match=r"the workbook, unpacked, needs 10 MB"):
        read(tmp_path, content)


def test_a_part_that_unpacks_to_more_than_it_declares_is_damage(tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    content = zipped({**parts, "xl/bomb.xml": b" " * 1_000_000})
    declared = (1_000_000).to_bytes(4, "little")
    assert content.count(declared) == 2
    assert "is not a workbook, or damaged" in refused(
        tmp_path, content.replace(declared, (1000).to_bytes(4, "little"))
    )


def test_many_parts_are_refused(tmp_path: Path) -> None:
    content = zipped({**unzipped(workbook([HEADER])), **{f"xl/{place}.xml": b"" for place in range(90)}})
    with raised({"parts": 90}), pytest.raises(LimitError, match=r"the workbook needs 1?[0-9]{2} parts"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "start",
    [
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;">]>',
        b"\xef\xbb\xbf<!DOCTYPE worksheet>",
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_a_part_that_declares_entities_is_refused(part: str, start: bytes, tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    told = refused(tmp_path, zipped({**parts, part: start + parts[part]}))
    assert f"its part {part} declares a type or entities" in told


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-7"])
def test_a_part_in_another_encoding_is_refused(encoding: str, tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    declared = f'<?xml version="1.0" encoding="{encoding}"?>' + parts[SHEET].decode()
    told = refused(tmp_path, zipped({**parts, SHEET: declared.encode(encoding)}))
    assert f"its part {SHEET} is not UTF-8" in told


def test_a_picture_may_declare_its_type(tmp_path: Path) -> None:
    content = zipped({**unzipped(workbook([HEADER])), "xl/media/image1.svg": b"<!DOCTYPE svg><svg/>"})
    assert len(read(tmp_path, content).rows) == 1


def test_declared_dimensions_are_not_believed(tmp_path: Path) -> None:
    content = edited(
        workbook([HEADER, ["a", "b"]]), lambda text: text.replace("A1:B2", "A1:XFD1048576"), SHEET
    )
    assert [len(row.cells) for row in read(tmp_path, content).rows] == [2, 2]


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


def test_the_last_row_of_all_is_read_quickly(tmp_path: Path) -> None:
    cells = '<c r="A1048576"><v>1</v></c><c r="B1048576"><v>1</v></c>'
    sheet = read(tmp_path, by_hand(f'<sheetData><row r="1048576">{cells}</row></sheetData>'))
    assert [row.number for row in sheet.rows] == [1_048_576]


def test_a_million_rows_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{number}"/>' for number in range(1, 1001)) + '<row r="9999999"/>' * 200_000
    with pytest.raises(LimitError, match=r"needs 201,000 rows \(limit 100,000 rows\)"):
        read(tmp_path, by_hand(f"<sheetData>{rows}</sheetData>"))


def test_wide_rows_count_by_their_last_cell(tmp_path: Path) -> None:
    rows = "".join(row_of(str(number), f"XFD{number}") for number in range(1, 4))
    with raised({"cells": 3e4}), pytest.raises(LimitError, match=r"needs 32,768 cells"):
        read(tmp_path, by_hand(f"<sheetData>{rows}</sheetData>"))


def test_mark_up_that_makes_no_cells_is_limited(tmp_path: Path) -> None:
    content = by_hand("<sheetData/>" + "<a/>" * 30_000)
    with raised({"cells": 1000}), pytest.raises(LimitError, match=rf"its part {SHEET} needs 2,5\d\d cells"):
        read(tmp_path, content)


@pytest.mark.parametrize("missing", ["[Content_Types].xml", "xl/workbook.xml", SHEET])
def test_a_workbook_without_one_of_its_parts_is_refused(missing: str, tmp_path: Path) -> None:
    parts = unzipped(workbook([HEADER]))
    del parts[missing]
    assert refused(tmp_path, zipped(parts)).startswith("is not a workbook, or damaged")


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    stream = io.BytesIO(workbook([HEADER]))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET.upper(), "<worksheet/>")
    assert "two of its parts have the same name" in refused(tmp_path, stream.getvalue())


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, zipped({"word/document.xml": b"<a/>"})).startswith(
        "is not a workbook, or damaged"
    )


def test_a_strict_workbook_is_told_from_an_empty_one(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content = edited(
        workbook([HEADER]),
        lambda text: text.replace(main, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        SHEET,
    )
    assert "Strict Open XML" in refused(tmp_path, content)


def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(workbook([HEADER])))
    book.worksheets[0]["A2"].hyperlink = "file:///etc/hostname"
    stream = io.BytesIO()
    book.save(stream)
    assert len(read(tmp_path, stream.getvalue()).rows) == 2
