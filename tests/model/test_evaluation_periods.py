"""Amounts within periods are differences of totals, and rates are amounts divided by the length."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from building import edited
from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.results.names import parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.when import Period, months

BASIS = {"basis": "made up", "certainty": "U"}
DAY = dt.timedelta(days=1)


def with_trips(document: dict[str, Any]) -> None:
    document["trip"] = ({"id": "voyage", "carriers": {"low": 150.0, "high": 350.0, **BASIS}},)


CASE = edited(load_case(), with_trips)
FIRST = CASE.containers.first_shipment
STEMS = ("rounds.mixed", "containers.munitions", "gross_mass.mixed", "trip_count.military.voyage")


def evaluation() -> Evaluation[Array]:
    """The model at 50 points, each coordinate with numbers of its own."""

    def coordinate(name: str) -> Array:
        return np.random.default_rng([len(name), *name.encode()]).standard_normal(50)

    return Evaluation(build_model(CASE), coordinate, (50,))


EVALUATION = evaluation()


def value(name: str) -> Array:
    return EVALUATION.quantity(parse_quantity(CASE, name))


days = st.dates(min_value=FIRST, max_value=dt.date(2024, 12, 31))


@pytest.mark.parametrize("stem", STEMS)
@settings(max_examples=25, deadline=None)
@given(cuts=st.lists(days, min_size=1, max_size=5, unique=True))
def test_a_total_is_the_sum_of_adjoining_periods(stem: str, cuts: list[dt.date]) -> None:
    ends = sorted(cuts)
    periods = [
        Period(since, end) for since, end in zip([FIRST, *(end + DAY for end in ends)], ends, strict=False)
    ]
    parts = [value(f"{stem}@{period.since}..{period.as_of}") for period in periods]
    assert np.allclose(sum(parts), value(f"{stem}@{ends[-1] + DAY}"), rtol=1e-12)


@pytest.mark.parametrize("stem", STEMS)
def test_months_add_up_to_the_total(stem: str) -> None:
    total = value(f"{stem}@{months(CASE)[-1].as_of + DAY}")
    assert np.allclose(sum(value(f"{stem}@{month}") for month in months(CASE)), total, rtol=1e-12)


@pytest.mark.parametrize("stem", STEMS)
@pytest.mark.parametrize(("per", "length"), [("day", 92.0), ("week", 92 / 7), ("month", 92 / 30.4375)])
def test_a_rate_is_the_amount_divided_by_the_length(stem: str, per: str, length: float) -> None:
    period = f"{stem}@2023-10..2023-12"
    assert np.allclose(value(f"{period}/{per}") * length, value(period), rtol=1e-12)


def test_a_rate_up_to_a_date_is_the_mean_since_the_first_shipment() -> None:
    day = dt.date(2024, 6, 14)
    claimed = EVALUATION.quantity(Quantity("rounds", "mixed", day, per="day"))
    assert np.allclose(claimed, value("rounds.mixed@2023-09-01..2024-06-13/day"), rtol=1e-12)
    assert np.allclose(claimed * (day - FIRST).days, value("rounds.mixed@2024-06-14"), rtol=1e-12)


def test_a_period_that_begins_before_the_first_shipment_counts_what_was_sent() -> None:
    early, total = "rounds.mixed@2023-08-01..2023-10-31", value("rounds.mixed@2023-11-01")
    assert np.allclose(value(early), total, rtol=1e-12)
    assert np.allclose(value(f"{early}/day") * 92, total, rtol=1e-12)


def test_shares_of_items_add_up_and_follow_from_rounds_of_each_nature() -> None:
    natures = [nature.id for nature in CASE.nature]
    shares = [value(f"item_share.{nature}") for nature in natures]
    assert np.allclose(sum(shares), 1.0, rtol=1e-12)
    items = [value(f"mix.{nature}") * value(f"rounds.{nature}@2024-06-14") for nature in natures]
    for share, item in zip(shares, items, strict=True):
        assert np.allclose(share, item / sum(items), rtol=1e-12)


def test_tonnes_and_trips_follow_from_containers() -> None:
    shells = value("gross_mass.all-122mm-howitzer@2023-12")
    mass = value("122mm-howitzer.complete.mass_kg")
    assert np.allclose(shells, value("rounds.122mm-howitzer@2023-12") * mass / 1000, rtol=1e-12)
    voyages = value("trip_count.munitions.voyage@2023-12")
    assert np.allclose(voyages * value("voyage.carriers_per_trip"), value("containers.munitions@2023-12"))


def test_later_totals_are_no_smaller_however_the_time_is_written() -> None:
    ends = [FIRST + dt.timedelta(days=count) for count in (1, 13, 14, 15, 200, 500)]
    totals = [value(f"containers.military@{end}") for end in ends]
    assert all((late > early).all() for early, late in itertools.pairwise(totals))
