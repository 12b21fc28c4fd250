"""A quantity is a value: equal, hashed and kept by what it says."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
from typing import get_args

import numpy as np
import pytest

from claims import with_every_form
from shellcount.case.kinds import DAYS
from shellcount.case.reading import load_case
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.results.quantity import DatedKind, Per, Quantity, QuantityKind
from shellcount.results.standard import standard

CASE = with_every_form(load_case())
FIRST, LAST = dt.date(2023, 12, 1), dt.date(2023, 12, 31)
DECEMBER = Quantity("rounds", "mixed", LAST, FIRST, "day")
KINDS = {
    *get_args(DatedKind.__value__),
    *(kind for part in get_args(QuantityKind.__value__) for kind in get_args(part)),
}


def test_quantities_that_say_the_same_are_equal_and_keys() -> None:
    again = Quantity("rounds", "mixed", dt.date(2023, 12, 31), dt.date(2023, 12, 1), "day")
    assert again == DECEMBER
    assert {DECEMBER: 1}[again] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "containers"),
        ("subject", "all-122mm-rocket"),
        ("day", FIRST),
        ("day", None),
        ("since", None),
        ("per", None),
        ("per", "week"),
    ],
)
def test_quantities_that_differ_in_anything_differ(field: str, value: object) -> None:
    other = Quantity(**{**dataclasses.asdict(DECEMBER), field: value})
    assert other != DECEMBER
    assert len({other, DECEMBER}) == 2


def test_what_is_not_said_is_a_total_to_which_time_plays_no_part() -> None:
    quantity = Quantity("parameter", "load")
    assert (quantity.day, quantity.since, quantity.per) == (None, None, None)


def test_a_quantity_cannot_be_changed_but_copied() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DECEMBER.day = FIRST  # type: ignore[misc]  # that is the point
    assert copy.deepcopy(DECEMBER) == DECEMBER
    assert dataclasses.replace(DECEMBER, per=None) == Quantity("rounds", "mixed", LAST, FIRST)


def test_units_of_time_are_those_of_rates() -> None:
    assert set(get_args(Per.__value__)) == set(DAYS)


def test_the_standard_estimates_have_every_kind_and_the_model_computes_each() -> None:
    quantities = standard(CASE)
    assert {quantity.kind for quantity in quantities} == KINDS
    median = Evaluation(build_model(CASE), lambda _: np.zeros(1), (1,))
    for quantity in quantities:
        (value,) = median.quantity(quantity)
        assert np.isfinite(value)
        assert value > 0
