"""Headers: titles above them, second ones, and cells beyond them."""

from __future__ import annotations

from pathlib import Path

import pytest

from spreadsheets import cells, faults, read, refused


def test_titles_above_the_header_are_passed_over(tmp_path: Path) -> None:
    sheet = read(tmp_path, "Claims of our desk\n\nas of June\nid,date\na,b\n", named=True)
    assert sheet.rows[0].number == 4
    assert sheet.faults == ()


def test_a_row_above_the_header_that_is_no_title_is_a_fault(tmp_path: Path) -> None:
    sheet = read(tmp_path, "Our desk,June\nid,date\na,b\n", named=True)
    assert sheet.rows[0].cells == ("id", "date")
    assert faults(sheet) == [
        (1, None, "stands above the header, which is row 2: keep one header, and delete this")
    ]


def test_a_second_header_is_a_fault_and_no_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,date,amount\nid,date,low\na,b,c\nid,date,amount\n", named=True)
    assert cells(sheet) == [("id", "date", "amount"), ("a", "b", "c")]
    told = "is a second header; the first is row 1: delete one of them"
    assert faults(sheet) == [(2, None, told), (4, None, told)]


def test_of_two_headers_the_one_that_names_more_columns_is_taken(tmp_path: Path) -> None:
    groups = "id,amount,,,\nid,date,low,high,note\na,b,1,2,c\n"
    sheet = read(tmp_path, groups, named=True)
    assert cells(sheet) == [("id", "date", "low", "high", "note"), ("a", "b", "1", "2", "c")]
    assert [fault[:2] for fault in faults(sheet)] == [(1, None)]
    parts = "id,date,amount,amount\n,,low,high\na,b,1,2\n"
    sheet = read(tmp_path, parts, named=True)
    assert sheet.rows[0].cells == ("id", "date", "amount", "amount")
    assert [fault[:2] for fault in faults(sheet)] == [(2, None)]


def test_a_row_with_few_names_of_columns_is_a_row(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,date,amount,low,high\nlow,high,3,4,5\n", named=True)
    assert sheet.faults == ()
    assert len(sheet.rows) == 2


def test_without_a_row_of_names_the_first_of_two_cells_is_the_header(tmp_path: Path) -> None:
    assert read(tmp_path, "Title\nfoo,bar\na,b\n", named=True).rows[0].cells == ("foo", "bar")


@pytest.mark.parametrize("text", ["id\na\nb\n", "only this\n", "a|b\nc|d\n"])
def test_a_sheet_of_one_column_has_no_header(text: str, tmp_path: Path) -> None:
    assert refused(tmp_path, text) == ("has no header, which is a row with the names of two columns or more")


def test_a_ragged_row_is_filled_or_a_fault(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,date,amount,,\na\nb,c,1,5\nd,e,f,,\n")
    assert cells(sheet)[1:] == [("a", None, None), ("b", "c", "1"), ("d", "e", "f")]
    told = "a cell beyond the header, which has 3 columns: put a cell that contains ',' in quotation marks"
    assert faults(sheet) == [(3, 4, told)]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#NAME?", "#DIV/0!", "#BEZUG!", "#NV", "Err:502"])
def test_an_error_of_a_spreadsheet_is_a_fault(error: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, f"id,date\na,{error}\n")
    assert cells(sheet)[1] == ("a", None)
    assert faults(sheet) == [(2, 2, f"holds the error {error}: write a value, or leave it empty")]


@pytest.mark.parametrize("text", ["#1", "#tag", "# REF!", "Error: 5", "#REF! of it"])
def test_a_text_like_an_error_is_a_text(text: str, tmp_path: Path) -> None:
    assert cells(read(tmp_path, f"id,date\na,{text}\n"))[1] == ("a", text)
