"""Sheets: what is read from text and workbooks, where the header is, and what is a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from shellcount.case.ledger.sheets import Sheet, read_sheet, write_sheet
from shellcount.errors import CaseError, LimitError, OutputError, UsageError
from shellcount.limits import raised
from workbooks import workbook, written

NAMES = frozenset({"id", "date", "amount", "low", "high"})


def read(tmp_path: Path, text: str | bytes, name: str = "ledger.csv", *, named: bool = False) -> Sheet:
    content = text.encode() if isinstance(text, str) else text
    return read_sheet(written(tmp_path, name, content), names=NAMES.__contains__ if named else None)


def cells(sheet: Sheet) -> list[tuple[object, ...]]:
    return [row.cells for row in sheet.rows]


def faults(sheet: Sheet) -> list[tuple[int | None, int | None, str]]:
    return [(fault.row, fault.column, fault.message) for fault in sheet.faults]


def refused(tmp_path: Path, content: str | bytes, name: str = "ledger.csv") -> str:
    with pytest.raises(CaseError) as caught:
        read(tmp_path, content, name)
    (fault,) = caught.value.faults
    return str(fault)


# --- text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_cells_are_cut_by_comma_semicolon_or_tab(separator: str, end: str, mark: str, tmp_path: Path) -> None:
    lines = ["id|date|amount", 'a|2024-06-14|"1,5|2;3"', "b||"]
    sheet = read(tmp_path, mark + end.join(lines).replace("|", separator))
    assert cells(sheet) == [
        ("id", "date", "amount"),
        ("a", "2024-06-14", f"1,5{separator}2;3"),
        ("b", None, None),
    ]
    assert (sheet.name, sheet.faults, sheet.notes) == (None, (), ())


def test_decimal_commas_and_sentences_do_not_separate(tmp_path: Path) -> None:
    text = "id;amount;note\na;1,5;so, or so, or so, or so, or so\nb;2,25;\n"
    assert cells(read(tmp_path, text))[1] == ("a", "1,5", "so, or so, or so, or so, or so")


def test_a_title_with_commas_does_not_separate(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "Claims, made up, of 2024, by us\nid;amount\na;1\n"))[0] == ("id", "amount")


def test_the_separator_that_the_first_line_states_is_taken(tmp_path: Path) -> None:
    sheet = read(tmp_path, "sep=;\r\nid;amount, or so\r\na;1\r\n")
    assert [(row.number, row.cells) for row in sheet.rows] == [(1, ("id", "amount, or so")), (2, ("a", "1"))]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    sheet = read(tmp_path, '\n\nid,note\n\na,"one\ntwo\r\nthree"\n,\nb,x\n')
    assert [(row.number, row.cells) for row in sheet.rows] == [
        (3, ("id", "note")),
        (5, ("a", "one\ntwo\r\nthree")),
        (7, ("b", "x")),
    ]


def test_blank_cells_are_empty(tmp_path: Path) -> None:
    assert cells(read(tmp_path, 'id,date,note\na," ","\u00a0\u200b"\n'))[1] == ("a", None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_told_by_its_mark_or_its_zeros(encoding: str, tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,note\na,Żółć €\nb,x\n".encode(encoding))
    assert cells(sheet)[1] == ("a", "Żółć €")
    assert sheet.notes == ()


def test_another_encoding_is_guessed_and_said(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,note\na,x\nb,größer als 5 €\n".encode("cp1252"))
    assert cells(sheet)[2] == ("b", "größer als 5 €")
    assert sheet.notes == (
        "is not UTF-8, and was read as Windows-1252 (line 3: größer); if letters are wrong, save it as UTF-8",
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "id,note\na,ü\nb,".encode() + b"\xfc\n",
            "line 3 has characters that are not UTF-8; save it as UTF-8",
        ),
        (b"id,note\na,\x81\n", "line 2 has characters in an unknown encoding; save it as UTF-8"),
        (b"\xff\xfei\x00d", None),
        (b"\xff\xfei\x00d\x00\x00", "line 1 has characters that are not UTF-16; save it as UTF-8"),
        (b"id,note\na,\x07\n", "is not a spreadsheet; save it as .csv or .xlsx"),
        (b"\x00\x01\x02" * 100, "is not a spreadsheet; save it as .csv or .xlsx"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, told: str | None, tmp_path: Path) -> None:
    said = refused(tmp_path, content)
    assert said == told or told is None


def test_a_quotation_mark_that_is_not_closed_is_refused_by_its_row(tmp_path: Path) -> None:
    told = refused(tmp_path, 'id,note\na,"x\ny"\nb,"x\nc,y\n')
    assert told.startswith("row 3 (line 5): its quotation marks do not match; put a cell that contains")
    assert refused(tmp_path, 'id,note\na,"x" y\n').startswith("row 2 (line 2)")


# --- the header ----------------------------------------------------------------------------


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


# --- files of other kinds ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (
            b"\xd0\xcf\x11\xe0" + b"\x00" * 600,
            "ledger.xlsx",
            "is a workbook under a password, or of the older kind .xls",
        ),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "ledger.xls", "is a workbook under a password"),
        (b"%PDF-1.7\n", "ledger.csv", "is a PDF"),
        (b"<!DOCTYPE html><table><tr><td>id</td></tr></table>", "ledger.xls", "is a page (HTML or XML)"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?><Workbook/>", "ledger.csv", "is a page (HTML or XML)"),
        (
            b"id,date\na,b\n",
            "ledger.xlsx",
            "is named .xlsx, but is not a workbook; if it is a text, name it .csv",
        ),
        (b"PK\x03\x04" + b"x" * 60, "ledger.xlsx", "is not a workbook, or damaged; open it"),
        (
            b"PK\x03\x04" + b"\x00" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
            "ledger.ods",
            "is an OpenDocument file; open it in a spreadsheet, and save it as .xlsx or .csv",
        ),
    ],
)
def test_a_file_of_another_kind_is_named(content: bytes, name: str, told: str, tmp_path: Path) -> None:
    assert refused(tmp_path, content, name).startswith(told)


def test_a_workbook_under_the_name_of_a_text_is_refused(tmp_path: Path) -> None:
    told = "is named .csv, but is not a text; if it is a workbook, name it .xlsx"
    assert refused(tmp_path, workbook([["id", "date"]]), "ledger.csv") == told


def test_a_name_that_says_nothing_is_no_hindrance(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "id,date\na,b\n", "ledger")) == [("id", "date"), ("a", "b")]
    assert cells(read(tmp_path, workbook([["id", "date"]]), "download")) == [("id", "date")]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="cannot be read: No such file"):
        read_sheet(tmp_path / "missing.csv")
    with pytest.raises(CaseError, match="cannot be read: Is a directory"):
        read_sheet(tmp_path)


def test_a_text_has_no_tabs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a text, which has no tabs"):
        read_sheet(written(tmp_path, "ledger.csv", b"id,date\n"), "Claims")


# --- limits --------------------------------------------------------------------------------


def test_rows_cells_and_bytes_are_limited(tmp_path: Path) -> None:
    path = written(tmp_path, "ledger.csv", b"id,date\n" + b"a,b\n" * 100)
    with raised({"rows": 101, "cells": 202, "sheet": 408}):
        assert len(read_sheet(path).rows) == 101
    with raised({"rows": 100}), pytest.raises(LimitError, match=r"needs 102 rows .* --limit rows=200$"):
        read_sheet(path)
    with raised({"cells": 201}), pytest.raises(LimitError, match=r"needs 202 cells .* --limit cells=300$"):
        read_sheet(path)
    with raised({"sheet": 407}), pytest.raises(LimitError, match="--limit sheet=500B"):
        read_sheet(path)


def test_a_hundred_thousand_rows_are_read_and_a_million_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "ledger.csv", b"id,date\n" + b"a,b\n" * 99_999)
    assert len(read_sheet(path).rows) == 100_000
    path = written(tmp_path, "ledger.csv", b"id,date\n" + b"a,b\n" * 999_999)
    with pytest.raises(LimitError, match=r"needs 1 million rows \(limit 100,000 rows\)"):
        read_sheet(path)


# --- writing -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.xlsx", "LEDGER.XLSX"])
def test_a_sheet_is_written_over_another_or_not_at_all(name: str, tmp_path: Path) -> None:
    path = write_sheet(tmp_path / name, ["id", "date"], [["a", "b"]])
    before = path.read_bytes()
    assert before.startswith(b"PK" if name.lower().endswith("xlsx") else b"\xef\xbb\xbf")
    assert cells(read_sheet(path)) == [("id", "date"), ("a", "b")]
    with pytest.raises(OutputError, match="already exists"):
        write_sheet(path, ["id", "date"], [["c", "d"]], replace=False)
    with pytest.raises(OutputError, match=r"row 2, column 1 has a control character"):
        write_sheet(path, ["id", "date"], [["\x07", "d"]])
    assert path.read_bytes() == before
    write_sheet(path, ["id", "date"], [["c", "d"]])
    assert cells(read_sheet(path))[1] == ("c", "d")
    assert [each.name for each in tmp_path.iterdir()] == [name]
