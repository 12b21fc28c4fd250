"""Each input of a case can be moved, from where it stands, within bounds that leave room for doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from exploring import NAMES, case_of, chance, controls_of, moved, results_of
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.reading import shipped_names
from shellcount.case.settable import settings
from shellcount.digest import Json
from shellcount.explore.control import Control
from shellcount.explore.controls import ANSWER, DRIVERS, controls
from shellcount.explore.edits import Edits, applied

EVERY = pytest.mark.parametrize("name", NAMES)


def of(name: str) -> dict[str, Control]:
    return {control.name: control for control in controls_of(name)}


@EVERY
def test_every_setting_has_one_control_but_the_use_of_claims_which_has_a_switch(name: str) -> None:
    names = [control.name for control in controls_of(name)]
    assert len(names) == len(set(names))
    listed = {setting.name for setting in settings(case_of(name)) if not setting.name.endswith(".use")}
    assert {control.name for control in controls_of(name) if control.field == "changes"} == listed
    claims = {f"claim:{claim.id}" for claim in case_of(name).claim}
    assert claims <= {control.name for control in controls_of(name) if control.field == "uses"}


@EVERY
def test_where_a_control_stands_is_no_change(name: str) -> None:
    case = case_of(name)
    changes = {each.name: each.now for each in controls_of(name) if each.field == "changes"}
    for setting, now in changes.items():
        if now and not setting.startswith("robustness."):  # whose default need not be in the file
            assert with_changes(case, dict([parse_change(f"{setting}={now}")])) is case
    found = applied(case, Edits(changes))
    assert (found.case is case, found.faults) == (True, {})


@EVERY
def test_where_a_switch_stands_is_no_change(name: str) -> None:
    case = case_of(name)
    uses = {
        each.name: each.now for each in controls_of(name) if each.field == "uses" and each.now in each.words
    }
    found = applied(case, Edits.parse({"uses": {**uses}}))
    assert (found.case is case, str(found.given), found.faults) == (True, "counts", {})


@EVERY
def test_the_answer_comes_first_and_is_where_it_stands(name: str) -> None:
    given, scenario, day = controls_of(name)[:3]
    case = case_of(name)
    assert [each.section for each in (given, scenario, day)] == [ANSWER] * 3
    assert (given.now, scenario.now, day.now) == ("counts", case.scenario[0].id, str(case.last_date))
    found = applied(case, Edits(given=given.now, scenario=scenario.now, day=day.now))
    assert (found.case is case, found.answer) == (True, applied(case, Edits()).answer)


@EVERY
def test_drivers_come_in_the_order_of_their_shares(name: str) -> None:
    drivers = results_of(name).drivers
    assert drivers is not None
    names = [control.name for control in controls_of(name) if control.section == DRIVERS]
    own = [driver.name for driver in drivers.drivers if driver.name in names]
    assert own == [each for each in names if each in own]


def test_of_the_default_case_the_load_comes_first_and_small_drivers_are_folded_away() -> None:
    found = [control for control in controls_of("dprk-russia-2024") if control.section == DRIVERS]
    assert found[0].name == "load"
    assert (found[0].now, found[0].other, found[0].unit) == ("0.4:0.92", "0.735", "")
    folded = {control.name for control in found if control.folded}
    assert {"load", "artillery_share", "mix_spread"}.isdisjoint(folded)
    assert "122mm-howitzer.complete.mass_kg" in folded


@EVERY
def test_what_drives_is_unfolded_where_there_is_nothing_else(name: str) -> None:
    found = controls(replace(results_of(name), drivers=None))
    assert {each.name for each in found} == set(of(name))
    assert not any(each.folded for each in found if each.section == "Other priors")


def assert_moves_are_made_or_told(name: str, given: str, found: Sequence[Control]) -> None:
    """A move of a control alone is the change that it says, or has one fault, beside its field."""
    case, draw = case_of(name), chance(1)
    for control in found:
        value = moved(control, draw)
        edits: Json = {control.name: value} if control.field in {"changes", "uses"} else value
        made = applied(case, Edits.parse({str(control.field): edits}), given)
        assert set(made.faults) <= {control.name}, control.name
        if made.faults:
            assert made.case is case
            assert made.faults[control.name].strip()
            assert "\n" not in made.faults[control.name]
        elif control.field == "changes" and value:
            change = dict([parse_change(f"{control.name}={value}")])
            assert made.case.digest == with_changes(case, change).digest


@pytest.mark.parametrize("name", shipped_names())
def test_a_move_is_made_or_has_one_fault_beside_its_field(name: str) -> None:
    found = controls_of(name)
    assert_moves_are_made_or_told(name, "counts", found[:: 1 + len(found) // 100])


@pytest.mark.slow
@pytest.mark.parametrize("given", ["counts", "all"])
@pytest.mark.parametrize("name", NAMES)
def test_every_move_is_made_or_has_one_fault_beside_its_field(name: str, given: str) -> None:
    assert_moves_are_made_or_told(name, given, controls_of(name))


def test_a_claim_that_can_never_be_fit_says_why() -> None:
    found = of("dprk-russia-2024")
    assert found["claim:eu-deliveries-2024-06"].words == ("check", "out")
    assert "cannot be fit, because it states a comparator" in found["claim:eu-deliveries-2024-06"].note
    assert found["claim:rok-mnd-2024-02-return"].words == ("out",)
    assert of("channel-2023")["claim:home-office-2023"].words == ("check",)
