"""Values of coordinates and parameters have one shape, and are computed once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from building import case_of
from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.maths.priors import composition
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model
from shellcount.model.tables import NOWHERE
from shellcount.model.values import Values
from shellcount.results.quantity import Quantity

BASIS = {"basis": "made up", "certainty": "U"}
CASE = load_case()
MODEL = build_model(CASE)


class Watched:
    """Coordinates with numbers of their own, and a list of those that were asked for."""

    def __init__(self, shape: tuple[int, ...] = (5,)) -> None:
        self.asked: list[str] = []
        self._shape = shape

    def __call__(self, name: str) -> Array:
        self.asked.append(name)
        return np.random.default_rng([len(name), *name.encode()]).standard_normal(self._shape)


# --- coordinates -------------------------------------------------------------------------


def test_a_coordinate_is_asked_for_once() -> None:
    watched = Watched()
    values = Values(MODEL, watched, (5,))
    assert values.coordinate("load") is values.coordinate("load")
    values.vector(["load", "stowage", "load"])
    values.parameter("load")
    assert watched.asked == ["load", "stowage"]
    assert Watched()("load").tolist() == values.coordinate("load").tolist()


def test_coordinates_are_joined_along_a_new_first_axis() -> None:
    values = Values(MODEL, Watched((2, 3)), (2, 3))
    found = values.vector(["load", "stowage"])
    assert found.shape == (2, 2, 3)
    assert (found[1] == values.coordinate("stowage")).all()


# --- shapes ------------------------------------------------------------------------------


def test_numbers_become_values_of_the_shape_of_all() -> None:
    values = Values(MODEL, Watched((2, 3)), (2, 3))
    assert values.full(2.5).tolist() == [[2.5] * 3] * 2
    other = np.arange(6.0).reshape(2, 3)
    assert values.stacked([1.0, other]).tolist() == [[[1.0] * 3] * 2, other.tolist()]


def test_rows_are_taken_by_place_and_are_zero_where_there_is_none() -> None:
    values = Values(MODEL, Watched(), (5,))
    rows = np.arange(10.0).reshape(2, 5)
    assert values._taken(rows, np.array([1, 0, 1])).tolist() == rows[[1, 0, 1]].tolist()
    found = values._taken(rows, np.array([NOWHERE, 1]))
    assert found.tolist() == [[0.0] * 5, rows[1].tolist()]


# --- parameters ------------------------------------------------------------------------


def test_a_known_value_is_no_coordinate() -> None:
    def known(document: dict[str, Any]) -> None:
        document["flow"] = {"step_days": 14}
        document["priors"]["load"] = {"value": 1.0, **BASIS}
        document["priors"]["first_rate_per_day"] = {"value": 50.0, **BASIS}

    model = build_model(case_of({"as_of": dt.date(2024, 1, 11)}, edit=known))
    assert model.informed == ("bias.office.containers",)
    ours = Evaluation(model, lambda _: np.zeros(3), (3,))
    assert ours.parameter("load") == pytest.approx(np.ones(3))
    assert ours.quantity(Quantity("containers", "everything", dt.date(2024, 1, 11))) == pytest.approx(500)


@pytest.mark.parametrize("name", sorted(MODEL.priors))
def test_a_parameter_is_that_of_its_prior(name: str) -> None:
    values = Values(MODEL, Watched(), (5,))
    expected = MODEL.priors[name].from_normal(Watched()(name))
    assert_allclose(values.parameter(name), expected, rtol=1e-14)
    assert values.parameter(name) is values.parameter(name)


def test_the_shares_of_a_mix_are_a_composition_of_their_scores() -> None:
    values = Values(MODEL, Watched(), (5,))
    names = [f"mix.{nature.id}" for nature in CASE.nature]
    assert CASE.priors.mix_spread is not None
    scores = CASE.priors.mix_spread.value * np.array([Watched()(name) for name in names])
    expected = composition(scores, np.log([[nature.base_share] for nature in CASE.nature]))
    for name, share in zip(names, expected, strict=True):
        assert_allclose(values.parameter(name), share, rtol=1e-14)


# --- what is kept ------------------------------------------------------------------------


def test_all_is_kept_where_no_number_is_named() -> None:
    values = Values(MODEL, Watched(), (5,))
    computed: list[int] = []

    def compute() -> Array:
        computed.append(1)
        return np.zeros(5)

    for place in range(100):
        values._lately(("value", place), compute)
    assert (len(computed), values.held) == (100, 100)
    values._lately(("value", 0), compute)
    assert len(computed) == 100


@pytest.mark.parametrize("kept", [0, 1, 3])
def test_the_latest_are_kept(kept: int) -> None:
    values = Values(MODEL, Watched(), (5,), kept=kept)
    computed: list[int] = []

    def ask(place: int) -> Array:
        def compute() -> Array:
            computed.append(place)
            return np.full(5, float(place))

        return values._lately(("value", place), compute)

    for place in range(10):
        assert ask(place).tolist() == [place] * 5
        assert values.held == min(max(kept, 1), place + 1)
    for place in range(10 - kept, 10):
        ask(place)
    assert computed == list(range(10))
    assert ask(0).tolist() == [0.0] * 5
    assert computed[-1] == 0
