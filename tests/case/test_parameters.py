"""The list of free parameters holds every prior that a case states, once, under one name."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from building import edited, one_claim_case
from shellcount.case.assumptions import Assumption
from shellcount.case.biases import biases
from shellcount.case.changes import with_changes
from shellcount.case.inputs import changeable
from shellcount.case.parameters import (
    Fixed,
    Parameter,
    entries,
    entries_of_parts,
    known_values,
    parameters,
    rate_steps,
)
from shellcount.case.parts import WellFormed
from shellcount.case.reading import load_case, shipped_names
from shellcount.case.schema import Case
from shellcount.maths.priors import Z95, Prior

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
LEDGER = GOOD.with_name("good_ledger.toml")
SHIPPED = Path(__file__).parents[2] / "seeds" / "dprk-russia-2024.toml"
every_file = pytest.mark.parametrize("path", [SHIPPED, GOOD, LEDGER], ids=lambda path: path.stem)
CASES = [*map(load_case, shipped_names()), load_case(GOOD), load_case(LEDGER), one_claim_case()]
every_case = pytest.mark.parametrize("any_case", CASES, ids=lambda case: str(case.about.id))


def at(case: Case, place: tuple[str | int, ...]) -> Any:
    here: Any = case.model_dump(by_alias=True)
    for step in place:
        here = here[step]
    return here


@every_file
def test_every_pair_of_quantiles_is_an_assumption_of_the_right_kind(path: Path) -> None:
    def pairs(value: Any, at: str) -> Iterator[str]:
        items = (
            [(f".{name}", item) for name, item in value.items()]
            if isinstance(value, dict)
            else [(f"[{place}]", item) for place, item in enumerate(value)]
            if isinstance(value, list)
            else []
        )
        for step, item in items:
            if isinstance(item, dict) and {"low", "basis"} <= set(item):  # and no figure that a basis cites
                yield (at + step).removeprefix(".")
            yield from pairs(item, at + step)

    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    stated = [entry for entry in parameters(load_case(path)) if entry.assumption is not None]
    assert sorted(entry.path for entry in stated) == sorted(pairs(raw, ""))
    for entry in stated:
        positive = entry.path.endswith(("mass_kg", "volume_m3", "rate_per_day", "carriers"))
        assert entry.kind == ("lognormal" if positive else "logitnormal")


@every_case
def test_names_are_unique(any_case: Case) -> None:
    spoken = [(claim.claimant, claim.quantity) for claim in any_case.claim]
    every = [*entries(any_case), *rate_steps(any_case, 400.0), *biases(any_case, spoken)]
    assert len({entry.name for entry in every}) == len(every)


@every_case
def test_a_place_leads_to_what_stands_there(any_case: Case) -> None:
    for entry in entries(any_case):
        found = at(any_case, entry.place)
        if entry.assumption is None:
            assert found > 0  # a base share
        else:
            assert found == entry.assumption.model_dump()


@every_case
def test_what_is_stated_can_be_changed_by_its_name(any_case: Case) -> None:
    for entry in entries(any_case):
        if isinstance(entry.assumption, Assumption) and entry.assumption.value is None:
            low, high = float(entry.assumption.low or 0), float(entry.assumption.high or 0)
            nearer = (low + (high - low) / 8, high - (high - low) / 8)
            changed = at(with_changes(any_case, {entry.name: nearer}), entry.place)
            assert (changed["low"], changed["high"]) == nearer
        elif isinstance(entry, Fixed):
            less = float(entry.assumption.value or 0) * 0.875
            assert at(with_changes(any_case, {entry.name: less}), entry.place)["value"] == less
    assert {entry.name for entry in entries(any_case) if entry.assumption} <= set(changeable(any_case))


def test_priors_are_those_stated_or_standard_normal(case: Case) -> None:
    by_name = {parameter.name: parameter for parameter in parameters(case)}
    load = case.priors.load
    assert load.low is not None
    assert load.high is not None
    assert by_name["load"].prior == Prior("logitnormal", load.low, load.high)
    for name in ("mix.152mm-howitzer", "152mm-howitzer.complete.share"):
        assert by_name[name].assumption is None
        assert (by_name[name].prior.mu, by_name[name].prior.sigma) == (0.0, 1.0)
        assert by_name[name].prior.high == Z95


def test_units_are_those_of_the_case() -> None:
    grain = load_case("black-sea-grain-2022")
    units = {parameter.name.rpartition(".")[2]: parameter.unit for parameter in parameters(grain)}
    assert units["first_rate_per_day"] == f"{grain.about.carrier} per day"
    assert units["load"] == "share"
    ledger = {
        parameter.name.rpartition(".")[2]: parameter.unit for parameter in parameters(load_case(LEDGER))
    }
    assert (ledger["mass_kg"], ledger["volume_m3"]) == ("kg", "m3")
    assert ledger["carriers_per_trip"] == "trucks a trip"


def test_steps_of_days_reach_the_moment_asked_for(case: Case) -> None:
    weekly = with_changes(case, {"flow.step_days": 7})
    steps = rate_steps(weekly, 28.0)
    assert [step.name for step in steps] == [f"rate_step.{step:03d}" for step in (1, 2, 3)]
    assert [step.label for step in steps] == ["2023-09-08", "2023-09-15", "2023-09-22"]
    assert len(rate_steps(weekly, 28.5)) == 4
    spread = case.priors.rate_walk_sd.value * math.sqrt(7 / 30.4375)
    assert [step.prior.sigma for step in steps] == pytest.approx([spread] * 3)


def test_steps_of_months_begin_with_the_month_and_change_by_a_whole_months_walk(case: Case) -> None:
    steps = rate_steps(with_changes(case, {"flow.step": "month"}), 92.0)
    assert [step.label for step in steps] == ["2023-10-01", "2023-11-01", "2023-12-01"]
    assert [step.prior.sigma for step in steps] == pytest.approx([case.priors.rate_walk_sd.value] * 3)


@pytest.mark.parametrize(
    ("change", "gone"),
    [({"rate_walk_sd": 0.0}, "rate_step"), ({"reliability.B": 0.0}, "bias.")],
)
def test_what_has_no_spread_is_no_parameter(case: Case, change: dict[str, float], gone: str) -> None:
    def names(any_case: Case) -> list[str]:
        spoken = [("rok-mnd", "containers"), ("us-state", "containers")]
        return [entry.name for entry in (*rate_steps(any_case, 100.0), *biases(any_case, spoken))]

    assert any(name.startswith(gone) for name in names(case))
    assert not any(name.startswith(gone) for name in names(with_changes(case, change)))


def test_what_is_taken_as_known_is_no_parameter() -> None:
    ledger = load_case(LEDGER)
    assert known_values(ledger) == {"stowage": 0.8}
    assert "stowage" not in {parameter.name for parameter in parameters(ledger)}
    known = with_changes(ledger, {"load": 1, "convoy.carriers_per_trip": 20, "parcels_share": 0.5})
    assert known_values(known) == {
        "parcels_share": 0.5,
        "load": 1,
        "stowage": 0.8,
        "convoy.carriers_per_trip": 20,
    }


def test_what_stands_alone_has_no_score() -> None:
    assert all(entry.assumption is not None for entry in entries(one_claim_case()))


def test_parts_that_are_missing_leave_the_others(case: Case) -> None:
    assert list(entries_of_parts(WellFormed())) == []
    (first, *_) = entries_of_parts(WellFormed(nature={1: case.nature[1]}))
    assert isinstance(first, Parameter)
    assert first.path == "nature[1].stow[0].mass_kg"


def test_the_nouns_of_a_case_change_no_name(case: Case) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["case"]["carrier"] = "wagons"

    renamed = parameters(edited(case, rename))
    assert [entry.name for entry in renamed] == [entry.name for entry in parameters(case)]
    assert renamed[0].unit == "wagons per day"
