"""Ids are made of claimant and date where a row leaves them out, and claims that the case has are skipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledgers import raw, sheet
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.ids import with_ids
from shellcount.case.ledger.layout import lay_out
from shellcount.case.ledger.reader import Settled
from shellcount.case.ledger.rows import Entry, read_row


def entries(*changes: Mapping[str, CellValue]) -> list[Entry]:
    whole = sheet(*changes)
    layout = lay_out(whole, raw(), Settled())[0]
    return [read_row(row, layout) for row in whole.rows[1:]]


def ids(*changes: Mapping[str, CellValue], case: dict[str, Any] | None = None) -> list[str]:
    return [entry.raw["id"] for entry in with_ids(entries(*changes), case)[0]]


def test_an_id_is_made_of_claimant_and_date_and_then_of_the_quantity() -> None:
    day = {"as of": "2025-03-31"}
    assert ids(day, day, {**day, "quantity": "rounds"}, day) == [
        "railway-2025-03-31",
        "railway-2025-03-31-containers",
        "railway-2025-03-31-rounds",
        "railway-2025-03-31-containers-2",
    ]


def test_months_and_open_dates_make_ids_too() -> None:
    assert ids(
        {"as of": "March 2025"},
        {"as of": None, "earliest": "2025-05-01", "latest": "2025-05-09"},
        {"as of": "no date"},
        {"claimant": None, "as of": "2025-04-01"},
        {"claimant": "x" * 90, "as of": "2025-04-02"},
    ) == ["railway-2025-03", "railway-2025-05-09", "railway", "claim-2025-04-01", f"{'x' * 40}-2025-04-02"]


def test_rows_that_are_added_below_change_no_id() -> None:
    rows: list[dict[str, CellValue]] = [{"as of": "2025-03-31"}, {"as of": "2025-03-31", "value": "about 50"}]
    assert ids(*rows, {"as of": "2025-03-31"}, {"as of": "2025-02-28"})[:2] == ids(*rows)


def test_an_id_that_another_row_states_is_not_made() -> None:
    assert ids({"id": None}, {"id": "railway-2025-03-31"}) == [
        "railway-2025-03-31-containers",
        "railway-2025-03-31",
    ]


def test_claims_that_the_case_has_are_taken_out() -> None:
    (known,) = with_ids(entries({}), None)[0]
    case = {"claim": (known.raw, "not a table", {"id": "other"})}
    kept, present = with_ids(
        entries({}, {"value": "about 50"}, {"id": "railway-2025-03-31", "value": "about 60"}), case
    )
    # The second row may not have the id of the first, which the case has; the third states it all the same.
    assert present == ()
    assert [entry.raw["id"] for entry in kept] == [
        "railway-2025-03-31-containers",
        "railway-2025-03-31-containers-2",
        "railway-2025-03-31",
    ]
    kept, present = with_ids(entries({}, {"value": "about 50"}), case)
    assert present == ("railway-2025-03-31",)
    assert [entry.raw["id"] for entry in kept] == ["railway-2025-03-31-containers"]


def test_a_claim_with_a_fault_is_never_taken_for_one_that_the_case_has() -> None:
    (known,) = with_ids(entries({}), None)[0]
    kept, present = with_ids(entries({"withdrawn": "perhaps"}), {"claim": (known.raw,)})
    assert (len(kept), present) == (1, ())


def test_a_claim_of_the_case_that_is_not_valid_is_the_same_as_none() -> None:
    (known,) = with_ids(entries({"id": "one"}), None)[0]
    kept, present = with_ids(entries({"id": "one"}), {"claim": ({**known.raw, "value": -1},)})
    assert (len(kept), present) == (1, ())
