"""A carrier holds what its mass and its room allow, and shares weigh what each nature and stow holds."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from building import case_of, edited
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import build_model

BASIS = {"basis": "made up", "certainty": "U"}
SHELLS = load_case()
LEDGER = load_case(Path(__file__).parents[1] / "cases" / "good_ledger.toml")
CASES = [SHELLS, load_case("black-sea-grain-2022"), LEDGER]
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.about.id))
POINTS = 30


def evaluation(case: Case) -> Evaluation[Array]:
    """The model at points, each coordinate with numbers of its own."""

    def coordinate(name: str) -> Array:
        return np.random.default_rng([len(name), *name.encode()]).standard_normal(POINTS)

    return Evaluation(build_model(case), coordinate, (POINTS,))


def held(case: Case, nature: str, stow: str) -> Array:
    """Items of a nature in a carrier packed one way, written out."""
    ours, box = evaluation(case), case.containers
    assert box.rated_payload_kg is not None
    assert box.cube_m3 is not None
    by_mass = box.rated_payload_kg.value * ours.parameter("payload_share")
    by_room = box.cube_m3.value * ours.parameter("stowage")
    limits = (
        by_mass / ours.parameter(f"{nature}.{stow}.mass_kg"),
        by_room / ours.parameter(f"{nature}.{stow}.volume_m3"),
    )
    return np.minimum(*limits)


# --- items -------------------------------------------------------------------------------


def test_a_nature_holds_the_mean_of_its_stows_by_their_shares() -> None:
    ours = evaluation(SHELLS)
    for nature in SHELLS.nature:
        shares = ours.stow_mix(nature.id)
        expected = sum(shares[stow.id] * held(SHELLS, nature.id, stow.id) for stow in nature.stow)
        assert_allclose(ours.capacity(nature.id), expected, rtol=1e-12)


def test_a_scenario_holds_the_mean_of_its_natures_by_their_shares() -> None:
    ours = evaluation(SHELLS)
    mix = ours.mix()
    expected = sum(mix[nature.id] * ours.capacity(nature.id) for nature in SHELLS.nature)
    assert_allclose(ours.capacity("mixed"), expected, rtol=1e-12)
    for nature in SHELLS.nature:
        assert_allclose(ours.capacity(f"all-{nature.id}"), ours.capacity(nature.id), rtol=1e-12)


@every_case
def test_shares_of_natures_of_stows_and_of_items_each_sum_to_one(case: Case) -> None:
    ours = evaluation(case)
    assert_allclose(sum(ours.mix().values()), 1, rtol=1e-12)
    for nature in case.nature:
        if nature.stow:
            assert_allclose(sum(ours.stow_mix(nature.id).values()), 1, rtol=1e-12)
    assert_allclose(sum(ours.item_share(nature.id) for nature in case.nature), 1, rtol=1e-12)


def test_items_a_carrier_may_be_stated_instead_of_stows() -> None:
    def stated(document: dict[str, Any]) -> None:
        nature = document["nature"][0]
        document["nature"] = (
            {**nature, "stow": (), "bare": None, "per_carrier": {"low": 25.0, "high": 55.0, **BASIS}},
        )
        for name in ("payload_share", "stowage"):
            document["priors"][name] = None
        for name in ("rated_payload_kg", "cube_m3"):
            document["containers"][name] = None

    model = build_model(case_of({}, edit=stated))
    middle = Evaluation(model, lambda _: np.zeros(1), (1,)).capacity("shell")
    assert middle == pytest.approx(math.sqrt(25 * 55))


# --- tonnes ------------------------------------------------------------------------------


def test_gross_tonnes_are_those_of_what_each_stow_holds() -> None:
    ours = evaluation(SHELLS)
    tonnes: Array = np.zeros(POINTS)
    for nature in SHELLS.nature:
        for stow in nature.stow:
            mass = ours.parameter(f"{nature.id}.{stow.id}.mass_kg")
            share = ours.mix()[nature.id] * ours.stow_mix(nature.id)[stow.id]
            tonnes = tonnes + share * held(SHELLS, nature.id, stow.id) * mass / 1000
    assert_allclose(ours.gross_mass("mixed"), tonnes, rtol=1e-12)


def test_no_carrier_holds_more_tonnes_than_it_may() -> None:
    ours = evaluation(SHELLS)
    box = SHELLS.containers.rated_payload_kg
    assert box is not None
    limit = box.value * ours.parameter("payload_share") / 1000
    for scenario in SHELLS.scenario:
        assert (ours.gross_mass(scenario.id) <= limit * (1 + 1e-12)).all()


# --- what a scenario leaves out ----------------------------------------------------------


def test_a_nature_that_no_carrier_of_a_scenario_carries_is_not_asked_for() -> None:
    def without(document: dict[str, Any]) -> None:
        document["scenario"] = tuple(
            {**scenario, "mix": {"152mm-howitzer": 1.0, "122mm-rocket": 0.0}}
            if scenario["id"] == "all-152mm-howitzer"
            else scenario
            for scenario in document["scenario"]
        )

    asked: list[str] = []

    def watch(name: str) -> Array:
        asked.append(name)
        return np.zeros(1)

    ours = Evaluation(build_model(edited(SHELLS, without)), watch, (1,))
    ours.capacity("all-152mm-howitzer")
    ours.gross_mass("all-152mm-howitzer")
    assert not [name for name in asked if name.startswith(("122mm", "mix."))]
