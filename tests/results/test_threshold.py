"""A threshold is named in the nouns of its case, with every digit that it has."""

from __future__ import annotations

import datetime as dt

import pytest

from shellcount.case.reading import load_case
from shellcount.results.quantity import Quantity
from shellcount.results.threshold import Threshold

ROUNDS = Quantity("rounds", "mixed", dt.date(2024, 6, 14))


@pytest.mark.parametrize(
    ("threshold", "name"),
    [
        (Threshold(ROUNDS, 1.5e6), "rounds.mixed@2024-06-14>=1500000"),
        (Threshold(ROUNDS, 1.5e6, at_least=False), "rounds.mixed@2024-06-14<=1500000"),
        (Threshold(Quantity("parameter", "load"), 0.7), "load>=0.7"),
        (Threshold(Quantity("capacity", "mixed"), 123456.789012), "capacity.mixed>=123456.789012"),
        (Threshold(Quantity("parameter", "load"), 1e-9), "load>=1e-09"),
    ],
)
def test_a_threshold_has_one_name(threshold: Threshold, name: str) -> None:
    assert threshold.name_in(load_case()) == name


def test_the_name_has_the_nouns_of_the_case() -> None:
    case = load_case("black-sea-grain-2022")
    threshold = Threshold(Quantity("rounds", "mixed", dt.date(2023, 7, 15)), 3e7)
    assert threshold.name_in(case) == "tonnes.mixed@2023-07-15>=30000000"
