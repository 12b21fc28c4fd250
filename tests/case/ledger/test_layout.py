"""The header of a ledger: what its columns are, what is wrong with it, and how its cells are written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ledgers import CLAIM, raw, sheet
from shellcount.case.ledger.grid import CellValue, Row
from shellcount.case.ledger.layout import lay_out
from shellcount.case.ledger.reader import Layout, Settled
from shellcount.case.ledger.sheets import Sheet

UNTOLD = Settled()


def faults_of(*rows: tuple[CellValue, ...]) -> list[str]:
    numbered = tuple(Row(number, cells) for number, cells in enumerate(rows, 3))
    return [str(fault) for fault in lay_out(Sheet("ledger.csv", None, numbered), raw(), Settled())[1]]


def layout_of(*changes: Mapping[str, CellValue], told: Settled = UNTOLD) -> Layout:
    return lay_out(sheet(*changes), raw(), told)[0]


def test_a_whole_header_has_no_fault() -> None:
    assert faults_of(tuple(CLAIM), tuple(CLAIM.values())) == []


def test_unknown_columns_are_told_with_a_suggestion() -> None:
    first, second = faults_of((*CLAIM, "hegde", "# mine", "zebra"))
    more = " (a header that begins with # is not read)"
    assert first == f"row 3, column I (hegde): unknown column; did you mean hedge?{more}"
    assert second.startswith("row 3, column K (zebra): unknown column; known are id, claimant, summary, ")
    assert second.endswith(more)


def test_missing_columns_are_told_once_and_not_where_a_header_was_meant_for_them() -> None:
    header = tuple(name for name in CLAIM if name not in {"use", "claimant"})
    assert faults_of((*header, "claimnt")) == [
        "row 3, column G (claimnt): unknown column; did you mean claimant? (a header that begins with # is "
        "not read)",
        "row 3, no column (use): missing; add a column use",
    ]


def test_a_column_that_is_there_twice_is_told() -> None:
    assert faults_of((*CLAIM, "Who")) == [
        "row 3, column I (Who): the same column as A (claimant); both mean claimant: leave one out, or begin "
        "its header with #"
    ]


def test_cells_without_a_header_are_told_at_the_first() -> None:
    cells = tuple(CLAIM.values())
    assert faults_of((*CLAIM, None), (*cells, None), (*cells, "stray"), (*cells, "more")) == [
        "row 5, column I: a cell of a column without header (found 'stray'); name the column, or begin its "
        "header with # if it is not to be read"
    ]


def test_mixed_marks_in_a_column_are_told_with_both_rows() -> None:
    _, faults = lay_out(sheet({"value": "4.8k"}, {"value": "1.234"}, {"value": "4,8k"}), raw(), Settled())
    assert [str(fault) for fault in faults] == [
        "column D (value): mixes decimal point in row 2 ('4.8k') and decimal comma in row 4 ('4,8k'); write "
        "all cells of a column in one way"
    ]


def test_a_column_is_settled_by_its_cells_or_else_by_the_others() -> None:
    layout = layout_of(
        {"value": "4,8k", "containers": "1.234", "since": "14/2/2025", "as of": "6/7/2025"},
    )
    settled = {layout.headers[column].key: each for column, each in layout.settled.items()}
    assert settled["value"].decimal == settled["containers"].decimal == ","
    assert settled["since"].order == settled["as_of"].order == "day"


def test_columns_that_contradict_each_other_settle_no_third() -> None:
    layout = layout_of({"value": "4,8k", "resolution": "0.5", "containers": "1.234"})
    settled = {layout.headers[column].key: each.decimal for column, each in layout.settled.items()}
    assert (settled["value"], settled["resolution"], settled["containers"]) == (",", ".", None)


@pytest.mark.parametrize("told", [Settled(".", "month"), Settled(",", "day")])
def test_what_the_user_tells_settles_every_column(told: Settled) -> None:
    layout = layout_of(
        {"value": "4,8k", "as of": "14/2/2025"}, {"value": "4.8k", "as of": "2/14/2025"}, told=told
    )
    assert {(each.decimal, each.order) for each in layout.settled.values()} == {(told.decimal, told.order)}


def test_nouns_of_the_case_are_known() -> None:
    assert layout_of({}).nouns["wagons"] == "containers"
    assert layout_of({}).nouns["blankets"] == "rounds"
