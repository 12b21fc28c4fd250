"""Faults of a ledger say their row, the letter of their column, and its header."""

from __future__ import annotations

import pickle

import pytest
from openpyxl.utils import get_column_letter

from shellcount.case.ledger.faults import ledger_fault, letter
from shellcount.errors import CaseError


def test_letters_are_those_of_a_spreadsheet() -> None:
    places = [*range(1, 800), 16_384]
    assert [letter(place) for place in places] == [get_column_letter(place) for place in places]


@pytest.mark.parametrize(
    ("row", "column", "header", "path"),
    [
        (14, 6, "as of", "row 14, column F (as of)"),
        (14, 6, None, "row 14, column F"),
        (14, None, "scope", "row 14, no column (scope)"),
        (14, None, None, "row 14"),
        (None, 6, "as of", "column F (as of)"),
        (None, None, None, ""),
        (2, 1, "x" * 60, f"row 2, column A ({'x' * 39}…)"),
        (2, 1, "red\x1b[31m", r"row 2, column A (red\x1b[31m)"),
    ],
)
def test_a_place_is_told_in_words(row: int | None, column: int | None, header: str | None, path: str) -> None:
    fault = ledger_fault("is wrong", row, column, header, "'x'", "write y")
    assert fault.path == path
    assert str(fault) == f"{path}{': ' if path else ''}is wrong (found 'x'); write y"


def test_faults_survive_a_pickle_within_their_error() -> None:
    error = CaseError("ledger.csv", [ledger_fault("is wrong", 14, 6, "as of")])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  # its own
    assert (again.faults, str(again)) == (error.faults, str(error))
