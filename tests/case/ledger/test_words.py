"""Cells of words: texts, units, yes and no, odds."""

from __future__ import annotations

import datetime as dt

import pytest

from shellcount.case.ledger.cells import CellError
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.words import flag, odds, per, text_of, thing, word

NOUNS = {"wagons": "containers", "blankets": "rounds", "carriers": "containers", "items": "rounds"}


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" two words ", "two words"),
        (122.0, "122"),
        (1.5, "1.5"),
        (7, "7"),
        (True, "yes"),
        (False, "no"),
        (dt.date(2025, 3, 1), "2025-03-01"),
    ],
)
def test_any_cell_is_a_text(cell: CellValue, text: str) -> None:
    assert text_of(cell) == text


def test_nouns_of_the_case_stand_for_its_quantities() -> None:
    assert word("  Wagons", NOUNS) == "containers"
    assert word("Rounds", NOUNS) == "rounds"
    assert word("rate", {"rate": "rounds"}) == "rate"  # a quantity is never another
    assert word("zebras", NOUNS) == "zebras"


@pytest.mark.parametrize(
    ("cell", "quantity", "found"),
    [
        ("wagons", "rate", "containers"),
        ("blankets", "rate", "rounds"),
        ("wagons", "share", "carriers"),
        ("items", "share", "items"),
        ("blankets", "share", "items"),
        ("carriers", None, "containers"),
    ],
)
def test_a_rate_or_share_is_of_things_by_any_of_their_names(
    cell: str, quantity: str | None, found: str
) -> None:
    assert thing(cell, NOUNS, quantity) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [("week", "week"), ("Per Week", "week"), ("a day", "day"), ("monthly", "month"), ("year", "year")],
)
def test_units_of_time_are_read(cell: str, found: str) -> None:
    assert per(cell) == found


def test_yes_and_no_are_read_and_nothing_else() -> None:
    assert [flag(cell) for cell in ("YES", "x", True, 1, "true")] == [True] * 5
    assert [flag(cell) for cell in ("no", "N", False, 0.0)] == [False] * 4
    with pytest.raises(CellError, match="is neither yes nor no"):
        flag("maybe")


def test_odds_are_read_for_each_nature_once() -> None:
    assert odds("wool = 3;fleece: 1e-2") == {"wool": 3.0, "fleece": 0.01}
    for cell in ("wool", "wool = 3; wool = 1", "wool = 3,5", "3 = ", 3.0):
        with pytest.raises(CellError, match="does not give each nature its odds once"):
            odds(cell)
