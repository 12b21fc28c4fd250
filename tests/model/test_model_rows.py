"""Rows hold the factors of each component once, and are those of each reading alone."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from building import case_of
from claims import with_every_form
from shellcount.case.flow import Span, days_in_steps
from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.model.components import components
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.model.reports import Places
from shellcount.model.rows import Rows, days_matrix, one_row, rows_of
from shellcount.model.tables import NOWHERE
from shellcount.results.given import as_fitted
from shellcount.results.quantity import Quantity

CASE = with_every_form(load_case())
MODEL = build_model(CASE, "all")
DESIGN, ROWS = MODEL.design, MODEL.design.rows
CLAIMS = {claim.id: claim for claim in CASE.claim}


def factors(rows: Rows, row: int) -> dict[str, Any]:
    """The factors of a row, looked up by their places."""

    def looked_up(listed: Sequence[Any], at: Places) -> Any:
        return None if at[row] == NOWHERE else listed[at[row]]

    return {
        "constant": rows.constants[row],
        "time": looked_up(rows.times, rows.time_at),
        "scope": looked_up(rows.scopes, rows.scope_at),
        "loaded": rows.loaded[row],
        "content": looked_up(rows.contents, rows.content_at),
        "trip": looked_up(rows.trips, rows.trip_at),
        "bias": looked_up(rows.biases, rows.bias_at),
    }


def of(name: str) -> dict[str, Any]:
    """The factors of the first component of a claim."""
    return factors(rows_of(CASE, components(CASE, as_fitted(CLAIMS[name]))), 0)


DECEMBER, JUNE = Span(91.0, 122.0), Span(0.0, 287.0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("month", {"time": DECEMBER, "scope": "munitions", "bias": ("rok-mnd", "containers")}),
        ("none", {"time": DECEMBER, "scope": "munitions", "bias": ("rok-mnd", "containers")}),
        (
            "rate",
            {
                "constant": -math.log(31),
                "time": DECEMBER,
                "scope": "munitions",
                "bias": ("rok-mnd", "containers"),
            },
        ),
        (
            "rounds-rate",
            {
                "constant": -math.log(287 / 30.4375),
                "time": JUNE,
                "scope": "artillery",
                "loaded": 1.0,
                "content": Quantity("capacity", "mixed"),
                "bias": ("rok-mnd", "rounds"),
            },
        ),
        (
            "carried",
            {
                "constant": math.log(10_000),
                "loaded": 1.0,
                "content": Quantity("capacity", "mixed"),
                "bias": ("rok-mnd", "capacity"),
            },
        ),
        (
            "holds",
            {
                "constant": math.log(10_000),
                "content": Quantity("capacity", "152mm-howitzer"),
                "bias": ("rok-mnd", "capacity"),
            },
        ),
        ("share", {"content": Quantity("item_share", "122mm-rocket"), "bias": ("rok-mnd", "share")}),
        (
            "mix-share",
            {"content": Quantity("parameter", "mix.152mm-howitzer"), "bias": ("rok-mnd", "share")},
        ),
        ("scope-share", {"content": Quantity("parameter", "munitions_share"), "bias": ("rok-mnd", "share")}),
        (
            "voyages",
            {
                "time": JUNE,
                "scope": "munitions",
                "trip": "voyage.carriers_per_trip",
                "bias": ("rok-mnd", "trips"),
            },
        ),
    ],
)
def test_a_claim_has_the_factors_of_its_quantity(name: str, expected: dict[str, Any]) -> None:
    nothing = dict.fromkeys(("time", "scope", "content", "trip"))
    found = of(name)
    assert found.pop("constant") == pytest.approx(expected.pop("constant", 0.0))
    assert found == {**nothing, "loaded": 0.0, **expected}


def test_mass_is_that_of_the_first_scenario_as_loaded() -> None:
    found = of("mass")
    assert (found["scope"], found["loaded"]) == ("artillery", 1.0)
    assert found["content"] == Quantity("gross_mass", "mixed")
    # Three dates before the pause, three after it, and one for all of the pause.
    assert len(components(CASE, as_fitted(CLAIMS["mass"]))) == 7


# --- shared factors ----------------------------------------------------------------------


def test_what_rows_share_is_listed_once_in_the_order_of_the_rows() -> None:
    for listed, at in (
        (ROWS.times, ROWS.time_at),
        (ROWS.scopes, ROWS.scope_at),
        (ROWS.contents, ROWS.content_at),
        (ROWS.trips, ROWS.trip_at),
        (ROWS.biases, ROWS.bias_at),
    ):
        assert len(set(listed)) == len(listed)
        assert at.shape == (len(ROWS.components),)
        there = at[at != NOWHERE]
        assert list(dict.fromkeys(there.tolist())) == list(range(len(listed)))


def test_claims_of_one_time_count_its_days_once() -> None:
    case = case_of(
        {"id": "one"}, {"id": "two", "value": 3000.0}, {"id": "later", "as_of": dt.date(2024, 3, 1)}
    )
    rows = build_model(case).design.rows
    assert rows.times == (Span(0.0, 60.0), Span(0.0, 30.0))
    assert rows.time_at.tolist() == [0, 1, 1]
    assert rows.carriers.times == rows.times
    assert (len(rows.carriers.sums.before), len(rows.carriers.time_at)) == (2, 2)


def test_rows_without_a_factor_are_nowhere() -> None:
    shares = rows_of(CASE, components(CASE, as_fitted(CLAIMS["mix-share"])))
    for at in (shares.time_at, shares.scope_at, shares.trip_at):
        assert at.tolist() == [NOWHERE]
    assert (shares.times, shares.scopes, shares.trips) == ((), (), ())
    assert shares.carrier_at.tolist() == [NOWHERE]
    assert len(shares.carriers.sums.order) == 0
    counts = build_model(CASE).design.rows
    assert counts.contents == ()
    assert not counts.loaded.any()


def test_days_of_times_are_rows_filled_up_with_zeros() -> None:
    times = (Span(0.0, 10.0), Span(30.5, 100.0), Span(0.0, 500.0))
    matrix = days_matrix(CASE, times)
    assert matrix.shape == (3, 36)
    for row, time in zip(matrix, times, strict=True):
        days = days_in_steps(CASE, time)
        assert row[: len(days)].tolist() == days.tolist()
        assert not row[len(days) :].any()
    assert days_matrix(CASE, ()).shape == (0, 1)


# --- rows of single readings -------------------------------------------------------------


def evaluation() -> Evaluation[Array]:
    draws: dict[str, Array] = {}
    rng = np.random.default_rng(4)
    return Evaluation(MODEL, lambda name: draws.setdefault(name, rng.standard_normal(8)), (8,))


def test_a_reading_by_itself_is_the_row_that_it_has_among_all_claims() -> None:
    ours = evaluation()
    together, compared = ours.locations(ROWS), 0
    for fitted, first in zip(DESIGN.fitted, DESIGN.first, strict=True):
        if len(fitted.readings) != len(fitted.natures):  # its date is open, and its rows are nodes between
            continue
        for place, read in enumerate(fitted.readings):
            alone, row = one_row(CASE, read), first + place
            assert factors(alone, 0) == factors(ROWS, row)
            assert_allclose(ours.location(read), together[row], rtol=1e-13)
            compared += 1
    assert compared > len(DESIGN.fitted) - 4


def test_the_readings_of_an_open_date_lie_about_its_rows() -> None:
    ours = evaluation()
    together = ours.locations(ROWS)
    for name in ("mass", "range"):
        place = MODEL.places[name]
        rows = together[DESIGN.claim_at == place]
        early, late = (ours.location(read) for read in DESIGN.fitted[place].readings)
        assert (early < rows).all()
        assert (rows < late).all()
