"""Workbooks: which tab is read, by what, and how far."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference

from shellcount.errors import UnknownNameError, UsageError
from spreadsheets import SHEET, by_hand, read, refused, workbook
from worddocs import edited

HEADER = ["id", "date"]


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
    assert read(tmp_path, content, tab="Old").rows[0].cells == ("id", "Old")
    with pytest.raises(UnknownNameError, match="no tab is called 'Claim'; did you mean Claims"):
        read(tmp_path, content, tab="Claim")


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


def test_without_openpyxl_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = workbook([HEADER])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"this needs openpyxl: .* pip install 'shellcount\[xlsx\]'"):
        read(tmp_path, content)


def test_declared_dimensions_are_not_believed(tmp_path: Path) -> None:
    content = edited(
        workbook([HEADER, ["a", "b"]]), lambda text: text.replace("A1:B2", "A1:XFD1048576"), SHEET
    )
    assert [len(row.cells) for row in read(tmp_path, content).rows] == [2, 2]


def test_the_last_row_of_all_is_read_quickly(tmp_path: Path) -> None:
    cells = '<c r="A1048576"><v>1</v></c><c r="B1048576"><v>1</v></c>'
    sheet = read(tmp_path, by_hand(f'<sheetData><row r="1048576">{cells}</row></sheetData>'))
    assert [row.number for row in sheet.rows] == [1_048_576]


def test_links_to_other_files_are_not_followed(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(workbook([HEADER])))
    book.worksheets[0]["A2"].hyperlink = "file:///etc/hostname"
    stream = io.BytesIO()
    book.save(stream)
    assert len(read(tmp_path, stream.getvalue()).rows) == 2
