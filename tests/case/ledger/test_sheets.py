"""Sheets: kinds of files by content and name, limits, and writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from shellcount.case.ledger.sheets import read_sheet, write_sheet
from shellcount.errors import CaseError, LimitError, OutputError, UsageError
from shellcount.limits import raised
from spreadsheets import cells, read, refused, workbook, written


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
