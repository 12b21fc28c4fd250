"""Ledgers in small: rows of text in a file, read as claims of a made-up case or of none."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from shellcount.case.ledger.grid import CellValue, Row
from shellcount.case.ledger.importing import Ledger, _read
from shellcount.case.ledger.reader import Settled
from shellcount.case.ledger.sheets import Sheet, write_sheet
from shellcount.case.raw import raw_case
from shellcount.case.shape import Raw

FOLDER = Path(__file__).parent / "case" / "ledger"
CASE = FOLDER / "blankets.toml"  # a case that lacks nothing but claims
GOOD, BAD = FOLDER / "blankets.csv", FOLDER / "blankets_with_ten_faults.csv"

# A claim that the case takes, by the columns of a ledger.
CLAIM: dict[str, CellValue] = {
    "claimant": "railway",
    "summary": "About 40 wagons came.",
    "quantity": "containers",
    "value": "about 40",
    "as of": "2025-03-31",
    "use": "fit",
    "scope": "relief",
    "source": "gazette",
}


def raw() -> Raw:
    """The made-up case, as parsed from TOML."""
    return raw_case(CASE.read_bytes(), "blankets.toml")


def table(*changes: Mapping[str, CellValue]) -> tuple[list[str], list[list[CellValue]]]:
    """A ledger with a row for each change of the claim."""
    rows = [CLAIM | dict(change) for change in changes]
    header = list(dict.fromkeys(name for row in rows for name in row))
    return header, [[row.get(name) for name in header] for row in rows]


def sheet(*changes: Mapping[str, CellValue]) -> Sheet:
    """The same as a sheet, without a file."""
    header, rows = table(*changes)
    first = Row(1, tuple(header))
    return Sheet("ledger.csv", None, (first, *(Row(place, tuple(row)) for place, row in enumerate(rows, 2))))


def read(
    folder: Path, *changes: Mapping[str, CellValue], case: bool = True, name: str = "ledger.csv"
) -> Ledger:
    """The same, written to a file and read as claims of the made-up case, or of none."""
    path = write_sheet(folder / name, *table(*changes))
    return _read(str(path), raw() if case else None, "blankets.toml", None, Settled())


def told(ledger: Ledger) -> list[str]:
    """Faults in words."""
    return [str(fault) for fault in ledger.faults]


def write_csv(path: Path, rows: Sequence[Sequence[str]], separator: str = ",") -> Path:
    """A file of cells as they are."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return path
