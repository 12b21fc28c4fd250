"""A sheet that LibreOffice opened and saved still has the same cells.

The files beside this one are what LibreOffice 7.4 saved. Where Calc is installed, it is tried as well.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from libreoffice import HAS_CALC, saved
from shellcount.case.ledger.sheets import CellValue, read_sheet, write_sheet
from spreadsheets import workbook, written

RECORDED = Path(__file__).with_name("libreoffice")
HEADER = ["id", "as of", "amount", "ratio", "range", "month", "withdrawn", "wording"]
DAY = dt.date(2024, 6, 14)
ROWS: list[list[CellValue]] = [
    ["a-1", DAY, 6700, 0.125, "4.2-5.8 million", "2024-06", True, "=HYPERLINK(1)"],
    ["a-2", dt.date(2024, 2, 1), 1_234_567, 12345678.125, "about 6.7k", "June 2024", None, "two\nlines; “x”"],
    ["a-3", dt.date(2023, 12, 31), -5, 1.25, "10 000", "none seen", False, "-5 or so, he said"],
    ["a-4", None, None, 1e-7, "up to 4.8M", "Q2 2024", None, "'tis Żółć €"],
    ["a-5", dt.date(2024, 2, 29), 0, 1234.5, "~ 1,5 Mio", "14 June 2024", None, "+1;=1"],
]
# What is opened, how it is saved, and where.
WAYS = [
    ("csv", "csv", "en-US"),
    ("csv", "csv", "de-DE"),
    ("csv", "xlsx", "de-DE"),
    ("xlsx", "csv", "de-DE"),
    ("xlsx", "xlsx", "en-US"),
]


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("profiles")


def recorded(opened: str, kind: str, locale: str) -> Path:
    return RECORDED / f"{opened}-{locale}.{kind}"


def same(cell: CellValue, written: CellValue) -> bool:
    """Tell whether a cell still says what was written, as a text or by its type."""
    if isinstance(written, bool):
        return cell == str(written).lower()
    if isinstance(written, int | float) and isinstance(cell, str):
        return Decimal(cell.replace(",", ".")) == Decimal(repr(written))
    if isinstance(written, dt.date):
        return cell in {written, written.isoformat()}
    return cell == written


def check(path: Path) -> None:
    sheet = read_sheet(path)
    assert (sheet.faults, sheet.notes) == ((), ())
    table: list[list[CellValue]] = [[*HEADER], *ROWS]
    other = [
        (cell, before)
        for cells, row in zip([row.cells for row in sheet.rows], table, strict=True)
        for cell, before in zip(cells, row, strict=True)
        if not same(cell, before)
    ]
    assert other == []


@pytest.mark.parametrize(("opened", "kind", "locale"), WAYS)
def test_what_libreoffice_saved_has_the_same_cells(opened: str, kind: str, locale: str) -> None:
    check(recorded(opened, kind, locale))


@pytest.mark.skipif(not HAS_CALC, reason="LibreOffice Calc is not installed")
@pytest.mark.parametrize(("opened", "kind", "locale"), [way for way in WAYS if way[2] == "de-DE"])
def test_what_libreoffice_saves_has_the_same_cells(
    opened: str, kind: str, locale: str, profiles: Path, tmp_path: Path
) -> None:
    check(saved(write_sheet(tmp_path / f"ledger.{opened}", HEADER, ROWS), profiles, kind, locale))


def test_dates_and_percentages_are_texts_as_a_country_writes_them(tmp_path: Path) -> None:
    sheet = read_sheet(RECORDED / "shown-de-DE.csv")
    assert [row.cells for row in sheet.rows] == [
        SHOWN[0],
        ("14.06.2024", "14 Juni 2024", "70\u00a0%", "6,7", "WAHR"),
    ]
    typed = read_sheet(written(tmp_path, "shown.xlsx", shown()))
    assert [row.cells for row in typed.rows] == [SHOWN[0], (DAY, DAY, "70%", 6.7, True)]


@pytest.mark.skipif(not HAS_CALC, reason="LibreOffice Calc is not installed")
def test_that_is_how_libreoffice_writes_them(profiles: Path, tmp_path: Path) -> None:
    path = saved(written(tmp_path, "shown.xlsx", shown()), profiles, "csv", "de-DE")
    assert path.read_bytes() == (RECORDED / "shown-de-DE.csv").read_bytes()


SHOWN = (("short", "long", "share", "number", "truth"), (DAY, DAY, 0.7, 6.7, True))


def shown() -> bytes:
    """A workbook whose dates are shown as the country of its reader writes them."""

    def change(sheet: Any) -> None:
        for place, number_format in {"A2": "mm-dd-yy", "B2": "d mmmm yyyy", "C2": "0%"}.items():
            sheet[place].number_format = number_format

    return workbook(SHOWN, change)


if __name__ == "__main__":  # records the files again
    import tempfile

    RECORDED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for opened, kind, locale in WAYS:
            source = write_sheet(folder / f"ledger.{opened}", HEADER, ROWS)
            saved(source, folder, kind, locale).replace(recorded(opened, kind, locale))
        source = written(folder, "shown.xlsx", shown())
        saved(source, folder, "csv", "de-DE").replace(RECORDED / "shown-de-DE.csv")
