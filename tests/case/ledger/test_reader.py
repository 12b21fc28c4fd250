"""Cells of a row are read by key; a fault says the row, the column and what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ledgers import CLAIM, raw, sheet
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.layout import lay_out
from shellcount.case.ledger.reader import Reader, Settled
from shellcount.case.ledger.words import flag


def reader(change: Mapping[str, CellValue], *others: Mapping[str, CellValue]) -> Reader:
    whole = sheet(change, *others)
    return Reader(whole.rows[1], lay_out(whole, raw(), Settled())[0], frozenset())


def test_empty_cells_and_missing_columns_are_nothing() -> None:
    row = reader({"note": None})
    assert (row.cell("note"), row.cell("trip"), row.number("containers")) == (None, None, None)
    row.put("note", str)
    assert (row.raw, row.faults) == ({}, [])


def test_a_cell_that_cannot_be_read_is_a_fault_and_no_other_is_told_of_it() -> None:
    row = reader({"withdrawn": "perhaps"})
    assert row.read("withdrawn", flag) is None
    (fault,) = row.faults
    assert (fault.row, fault.header, fault.value) == (2, "withdrawn", "'perhaps'")
    assert row.told() == {"withdrawn"}


def test_a_cell_of_two_meanings_is_told_how_to_settle_all() -> None:
    row = reader({"resolution": "1.234", "since": "6/7/2025"})
    assert (row.number("resolution"), row.date("since")) == (None, None)
    assert [fault.hint for fault in row.faults] == [
        "write 1.234 or 1234, whichever is meant; for all: --decimal point or --decimal comma",
        "write 2025-07-06 or 2025-06-07, whichever is meant; for all: --dates day-first or month-first",
    ]


def test_other_cells_of_the_column_settle_it() -> None:
    row = reader({"resolution": "1.234", "since": "6/7/2025"}, {"resolution": "1,5", "since": "6/14/2025"})
    assert (row.number("resolution"), row.date("since")) == (1234.0, dt.date(2025, 6, 7))


def test_a_name_that_the_case_lacks_stands_for_itself_so_that_the_rest_is_checked() -> None:
    row = reader({"claimant": "the Nobody"})
    row.put_name("claimant")
    assert row.raw == {"claimant": "nobody"}
    assert [fault.message for fault in row.faults] == ["no claimant has this id or title"]


def test_columns_that_the_sheet_has_told_of_are_closed() -> None:
    whole = sheet({})
    place = list(CLAIM).index("value") + 1
    closed = Reader(whole.rows[1], lay_out(whole, raw(), Settled())[0], frozenset({place}))
    assert closed.told() == {"value"}
