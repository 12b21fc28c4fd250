"""Quantities that a case has estimates of by default, and the one that answers its question."""

from __future__ import annotations

import datetime as dt

import pytest

from shellcount.case.schema import Case
from shellcount.results.names import name_of
from shellcount.results.standard import answering, standard, standard_and, supporting_quantities


@pytest.mark.parametrize(
    ("times", "name"),
    [
        ((), "rounds.mixed@2024-06-14"),
        (("2023-12-01", "2024-03-31"), "rounds.mixed@2024-03-31"),
        (("2024-03-31", "2023-12-01"), "rounds.mixed@2024-03-31"),
        (("2025-01-01",), "rounds.mixed@2025-01-01"),
        (("2023-12",), "rounds.mixed@2023-12"),
        (("2023-12", "2023-12-15"), "rounds.mixed@2023-12"),
    ],
)
def test_the_answer_is_at_the_latest_time_asked_for(times: tuple[str, ...], name: str, case: Case) -> None:
    assert name_of(case, answering(case, times)) == name


def test_further_times_come_with_the_standard_ones(case: Case) -> None:
    later = dt.date(2025, 1, 1)
    found = standard_and(case, (later,))
    assert set(standard(case)) < set(found)
    assert {quantity.day for quantity in found} - {quantity.day for quantity in standard(case)} == {later}


def test_figures_reach_as_far_as_the_answer(case: Case) -> None:
    later = answering(case, ["2025-01-01"])
    names = {name_of(case, quantity) for quantity in supporting_quantities(case, [case.last_date], later)}
    assert {"rounds.mixed@2025-01-01", "containers.munitions@2025-01-01", "rounds.mixed@2024-06-14"} <= names
