"""Encoding: no cell that is written starts a formula, and reading gives every cell back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from shellcount.case.ledger.formulas import escape_formula, starts_formula, unescape_formula
from shellcount.case.ledger.sheets import CellValue, encode_sheet, read_sheet
from shellcount.errors import OutputError
from workbooks import written

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫")
BEFORE = ("", " ", "  ", "\u00a0", "\u3000", "\u200b", "\ufeff", "'", "''", "' ", " \t")
HARMLESS = ("a=b", "'tis", "''", "'", "1-2", "a@b", "(=1)", "–5", "−5", "~ 5", "1,5 Mio", "ʼ=1")
Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx")


def back(folder: Path, rows: Sequence[Sequence[CellValue]], kind: Kind) -> list[tuple[CellValue, ...]]:
    """Rows that are read of rows that were written."""
    path = written(folder, f"ledger.{kind}", encode_sheet(["id", "cell"], rows, kind))
    sheet = read_sheet(path)
    assert (sheet.faults, sheet.notes) == ((), ())
    return [row.cells for row in sheet.rows[1:]]


def raw(rows: Sequence[Sequence[CellValue]]) -> list[list[str]]:
    """Cells of a CSV file as any other program reads them."""
    return list(csv.reader(io.StringIO(encode_sheet(["id"], rows).decode("utf-8-sig"), newline="")))[1:]


# --- formulas ------------------------------------------------------------------------------


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("start", STARTS)
def test_what_starts_a_formula_is_escaped_and_read_back(start: str, before: str, tmp_path: Path) -> None:
    text = f"{before}{start}HYPERLINK(1)"
    assert starts_formula(text)
    assert escape_formula(text).startswith("'")
    for kind in KINDS:
        assert back(tmp_path, [["a", text]], kind) == [("a", text)]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_starts_none_is_left(text: str, tmp_path: Path) -> None:
    assert escape_formula(text) == unescape_formula(text) == text
    for kind in KINDS:
        assert back(tmp_path, [["a", text]], kind) == [("a", text)]


@given(st.text("'=+-@ \t\r\n＝a1", max_size=6))
def test_the_escape_is_taken_away_from_what_has_it_alone(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text


@given(st.text("'=+-@ \t\r\n＝﹣\u200b\u00a0a1;", max_size=6))
def test_no_text_of_a_csv_file_starts_a_formula(text: str) -> None:
    ((cell,),) = raw([[text]]) if text else [[""]]
    first = unicodedata.normalize("NFKC", cell).lstrip()[:1]
    assert first not in set("=+-@") or cell[:1] == "'"
    assert cell[:1] not in set("\t\r\n")


@given(st.text("'=+- \t\r\n;\u200ba\"", max_size=8), st.sampled_from(";\t"))
@example(";\t=", "\t")
@example("a;=1;", ";")
def test_no_cell_starts_a_formula_where_other_characters_separate(text: str, separator: str) -> None:
    data = encode_sheet(["id", "cell"], [["a", f"b{text}"]]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(data, newline=""), delimiter=separator):
        assert not any(cell.strip(" \u200b").startswith(("=", "+", "-")) for cell in row)


@given(st.text("'=- \t\n;\u200ba", max_size=8))
def test_escapes_within_a_text_are_taken_away(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
    stored = text if unescape_formula(text) == text else escape_formula(text)  # in a workbook
    assert unescape_formula(stored) == text


def test_texts_of_a_workbook_are_texts(tmp_path: Path) -> None:
    texts = ["=1+1", "#REF! ", "-5", "12", "TRUE", "2024-06-14", "'tis"]
    path = written(
        tmp_path, "ledger.xlsx", encode_sheet(["id", "cell"], [["a", text] for text in texts], "xlsx")
    )
    cells = [row[1] for row in load_workbook(path).worksheets[0].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in texts]
    assert [cell.quotePrefix for cell in cells] == [True, False, True, False, False, False, False]


# --- values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "as_csv"),
    [
        (6700, "6700"),
        (-5, "-5"),
        (4.8e6, "4800000"),
        (0.5, "0.5"),
        (0.125, "0.1250"),
        (-12345678.125, "-12345678.1250"),
        (1234.5, "1234.5"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (0.1 + 0.2, "0.30000000000000004"),
        (100000000000000.75, "100000000000000.75"),
        (2**60, "1152921504606846976"),
        (dt.date(2024, 6, 14), "2024-06-14"),
        (dt.date(1890, 1, 2), "1890-01-02"),
        (True, "true"),
        (None, ""),
        ('"', '"'),
        ("two\r\nlines", "two\r\nlines"),
        ("Żółć €", "Żółć €"),
    ],
)
def test_a_value_is_written_so_that_no_locale_reads_another(
    value: CellValue, as_csv: str, tmp_path: Path
) -> None:
    assert raw([["a", value]]) == [["a", as_csv]]
    expected = as_csv if isinstance(value, bool) or value == dt.date(1890, 1, 2) else value
    assert back(tmp_path, [["a", value]], "xlsx") == [("a", expected)]


def test_texts_have_quotation_marks_and_numbers_none() -> None:
    data = encode_sheet(["id", "date"], [["a", dt.date(2024, 6, 14)], [6700, 0.5], [None, "a,b;c"]])
    assert data.decode("utf-8-sig") == '"id","date"\r\n"a","2024-06-14"\r\n6700,0.5\r\n,"a,b;c"\r\n'


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=12)
NUMBERS = st.integers(-(10**15), 10**15) | st.floats(-1e15, 1e15).filter(lambda value: value % 1 != 0)
DATES = st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31))


@settings(max_examples=40)
@given(st.lists(st.tuples(TEXTS, NUMBERS | DATES | TEXTS), min_size=1, max_size=4))
@example([("_x000D_", "_x005F_x000D_"), ("'=1", "''+1"), ("\ufeffa", "a\u2028b")])
@pytest.mark.parametrize("kind", KINDS)
def test_every_cell_is_read_back(
    kind: Kind, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[CellValue, CellValue]]
) -> None:
    folder = tmp_path_factory.mktemp("sheets")
    rows = [("first", "row"), *rows, ("last", "row")]
    expected = [tuple(map(seen if kind == "xlsx" else told, row)) for row in rows]
    assert back(folder, rows, kind) == [row for row in expected if any(cell is not None for cell in row)]


def seen(cell: CellValue) -> CellValue:
    return None if isinstance(cell, str) and not cell.strip("\ufeff\u200b \u00a0").strip() else cell


def told(cell: CellValue) -> CellValue:
    """A cell of a text file: all are texts."""
    if isinstance(cell, int | float):
        return raw([[cell]])[0][0]
    return cell.isoformat() if isinstance(cell, dt.date) else seen(cell)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_rows_give_the_same_bytes(kind: Kind) -> None:
    rows: list[list[CellValue]] = [["a", 0.5], ["b", dt.date(2024, 6, 14)]]
    assert encode_sheet(["id", "cell"], rows, kind) == encode_sheet(["id", "cell"], rows, kind)
    if kind == "xlsx":
        assert b"2000-01-01" in b"".join(_parts(encode_sheet(["id"], [], kind)))


def _parts(data: bytes) -> list[bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        return [archive.read(name) for name in archive.namelist()]


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        ("a\x00b", "csv", "row 3, column 2 has a control character"),
        ("\ud800", "csv", "row 3, column 2 has a control character"),
        ("\x1b[31m", "xlsx", "row 3, column 2 has a control character"),
        (float("nan"), "csv", "row 3, column 2 is not a finite number"),
        (float("inf"), "xlsx", "row 3, column 2 is not a finite number"),
        (
            "x" * 32_768,
            "xlsx",
            "row 3, column 2 has 32,768 characters, and a workbook holds 32,767: write CSV",
        ),
    ],
)
def test_what_no_spreadsheet_can_hold_is_refused(value: CellValue, kind: Kind, told: str) -> None:
    with pytest.raises(OutputError, match=told):
        encode_sheet(["id", "cell"], [["a", "b"], ["c", value]], kind)
