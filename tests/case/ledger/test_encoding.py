"""Encoding: no cell that is written starts a formula, and reading gives every cell back."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from shellcount.case.ledger.sheets import CellValue, encode_sheet
from shellcount.errors import OutputError
from spreadsheets import KINDS, Kind, back, raw, written


def test_texts_of_a_workbook_are_texts(tmp_path: Path) -> None:
    texts = ["=1+1", "#REF! ", "-5", "12", "TRUE", "2024-06-14", "'tis"]
    path = written(
        tmp_path, "ledger.xlsx", encode_sheet(["id", "cell"], [["a", text] for text in texts], "xlsx")
    )
    cells = [row[1] for row in load_workbook(path).worksheets[0].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in texts]
    assert [cell.quotePrefix for cell in cells] == [True, False, True, False, False, False, False]


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
