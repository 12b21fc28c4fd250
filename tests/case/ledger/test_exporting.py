"""Claims are written as a ledger that is read again without loss, whatever their form."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from ledgers import write_csv
from libreoffice import HAS_CALC, saved
from shellcount.case.ledger.exporting import encode_ledger, ledger_of, write_ledger
from shellcount.case.ledger.grid import CellValue, Row
from shellcount.case.ledger.importing import import_ledger
from shellcount.case.ledger.layout import lay_out
from shellcount.case.ledger.reader import Settled
from shellcount.case.ledger.rows import read_row
from shellcount.case.ledger.sheets import Sheet
from shellcount.case.ledger.template import example_claims
from shellcount.case.reading import load_case, read_shipped, shipped_names
from shellcount.case.schema import Claim, Reading, Report
from shellcount.errors import UsageError

KINDS: list[Literal["csv", "xlsx"]] = ["csv", "xlsx"]


def without_claims(name: str, folder: Path) -> Path:
    """A copy of a shipped case that lacks its claims alone."""
    document = tomlkit.parse(read_shipped(name).decode())
    del document["claim"]
    path = folder / f"{name}-without.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path


def assert_same(ledger: Path, name: str, folder: Path) -> None:
    """Imported into a copy without claims, a ledger makes the case of the same digest again."""
    copy = without_claims(name, folder)
    found = import_ledger(ledger, copy)
    assert load_case(copy).digest == load_case(name).digest
    assert [note for note in found.notes if "was made" in note or "was taken" in note] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_claims_make_the_same_digest(name: str, kind: str, tmp_path: Path) -> None:
    assert_same(write_ledger(load_case(name), tmp_path / f"{name}.{kind}"), name, tmp_path)


def _as_in_germany(cell: CellValue) -> str:
    if isinstance(cell, dt.date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, float):
        return f"{cell:.10g}".replace(".", ",")
    return "" if cell is None else str(cell)


@pytest.mark.parametrize("name", shipped_names())
def test_they_do_so_as_another_country_writes_them(name: str, tmp_path: Path) -> None:
    header, rows = ledger_of(load_case(name).claim)
    cells = [header, *([_as_in_germany(cell) for cell in row] for row in rows)]
    assert_same(write_csv(tmp_path / "ledger.csv", cells, ";"), name, tmp_path)


WAYS = [
    ("csv", "csv", "de-DE"),
    ("xlsx", "xlsx", "de-DE"),
    ("csv", "csv", "en-US"),
    ("csv", "xlsx", "de-DE"),
    ("xlsx", "csv", "en-US"),
    ("xlsx", "csv", "de-DE"),
]
QUICK = WAYS[:2]


@pytest.mark.skipif(not HAS_CALC, reason="LibreOffice Calc is not installed")
@pytest.mark.parametrize("name", shipped_names())
@pytest.mark.parametrize(
    ("kind", "again", "locale"),
    [pytest.param(*way, marks=() if way in QUICK else pytest.mark.slow) for way in WAYS],
)
def test_they_do_so_after_libreoffice_has_saved_them(
    name: str, kind: str, again: str, locale: str, tmp_path: Path
) -> None:
    written = write_ledger(load_case(name), tmp_path / f"{name}.{kind}")
    assert_same(saved(written, tmp_path, again, locale), name, tmp_path)


# --- single claims -----------------------------------------------------------------------


def reread(*claims: Claim) -> tuple[Claim, ...]:
    """Claims that were cells between, without a file."""
    header, rows = ledger_of(claims)
    sheet = Sheet(
        "x.csv", None, tuple(Row(place, tuple(row)) for place, row in enumerate([header, *rows], 1))
    )
    layout, faults = lay_out(sheet, None, Settled())
    entries = [read_row(row, layout) for row in sheet.rows[1:]]
    assert (faults, [entry.faults for entry in entries]) == ([], [()] * len(entries))
    return tuple(Claim.model_validate(entry.raw) for entry in entries)


def test_claims_of_every_form_are_read_again() -> None:
    assert reread(*example_claims()) == example_claims()


EXAMPLE = {claim.id.removeprefix("example-"): claim for claim in example_claims()}
AMOUNTS: list[Any] = [
    0.0,
    40.0,
    0.125,
    {"low": 2.0, "high": 9.0},
    {"low": 2.0, "high": 9.0, "level": 0.5},
    "dozens",
]
HEDGES = [None, "about", "between", "exact"]


@pytest.mark.parametrize("value", AMOUNTS, ids=str)
@pytest.mark.parametrize("hedge", HEDGES)
def test_what_a_source_states_is_kept_beside_what_its_claim_states(value: Any, hedge: str | None) -> None:
    raw = EXAMPLE["count"].model_dump(exclude_none=True) | {"value": value, "hedge": hedge}
    wordings = [{"source": "s", "value": each, "hedge": other} for each in AMOUNTS for other in HEDGES]
    # A number without a hedge is a fault of every case, and takes that of its claim here.
    valid = [
        each
        for each in wordings
        if not (isinstance(each["value"], float) and each["value"] > 0 and each["hedge"] is None)
    ]
    claim = Claim.model_validate(raw | {"reports": tuple(valid)})
    assert reread(claim) == (claim,)


@pytest.mark.parametrize(
    "change",
    [
        {"nature": ("item",)},
        {"nature": "item"},
        {"withdrawn": False},
        {"outcome": False},
        {"under_all": Reading()},
        {"under_all": Reading(as_of=dt.date(2024, 3, 1))},
        {"reading_odds": {"item": 1e-7, "other": 1.234}},
        {"summary": '=1+1; -2, "so"\nsaid they'},
        {"note": "'tis 2024-02-01"},
    ],
)
def test_what_few_claims_have_is_kept(change: dict[str, Any]) -> None:
    claim = EXAMPLE["capacity"].model_copy(update=change)
    assert reread(claim) == (claim,)


@given(st.floats(min_value=1e-9, max_value=1e15))
def test_any_number_is_kept(value: float) -> None:
    claim = EXAMPLE["count"].model_copy(update={"value": value, "resolution": value})
    assert reread(claim)[0].value == value


def test_columns_that_no_claim_needs_are_left_out() -> None:
    header, (row,) = ledger_of([EXAMPLE["words"]])
    assert header == (
        *("id", "claimant", "summary", "quantity", "value", "as of", "use", "scope", "note", "source"),
    )
    assert dict(zip(header, row, strict=True))["value"] == "dozens"


def test_a_source_states_its_own_value_only_where_it_differs() -> None:
    claim = EXAMPLE["count"]
    header, rows = ledger_of([claim])
    row = dict(zip(header, rows[0], strict=True))
    assert [name for name in header if name.startswith("source")] == [
        *("source", "source phrase", "source 2", "source 2 value", "source 2 hedge", "source 2 phrase")
    ]
    assert (row["source 2 value"], row["source 2 hedge"]) == (130.0, "nearly")
    assert claim.reports[0] == Report(source="source-1", value=120.0, hedge="about", phrase="some")


def test_csv_has_a_byte_order_mark_and_a_workbook_its_kind() -> None:
    assert encode_ledger(load_case()).startswith(b"\xef\xbb\xbf")
    assert encode_ledger(load_case(), "xlsx").startswith(b"PK")


def test_names_of_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"end it in \.csv or \.xlsx"):
        write_ledger(load_case(), tmp_path / "ledger.ods")
