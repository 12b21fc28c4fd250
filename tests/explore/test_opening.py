"""An explorer opens the case, claims, changes, date and scenario that a command line names."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import MINIMAL
from shellcount.case.reading import load_case
from shellcount.errors import UnknownNameError, UsageError
from shellcount.explore.opening import OPENING, open_case, opening_of
from shellcount.limits import raised
from shellcount.results.conditioning import conditioning


def test_the_case_is_that_of_its_file_and_changes_are_edits() -> None:
    opening = open_case(changes=["load=0.5:0.9", "claimant.South Korea.grade=D"])
    assert opening.case == load_case()
    assert opening.content == (Path(MINIMAL).parents[2] / "seeds" / "dprk-russia-2024.toml").read_bytes()
    assert dict(opening.edits.changes) == {"load": "0.5:0.9", "claimant.rok-mnd.grade": "D"}


def test_changes_that_change_nothing_are_no_edits() -> None:
    assert open_case(changes=["claimant.rok-mnd.grade=B"]).edits.changes == {}


def test_claims_are_held_out_by_title() -> None:
    opening = open_case(without=["South Korea"])
    assert opening.given == conditioning(load_case(), without=["South Korea"])


def test_a_new_scenario_can_be_the_answer() -> None:
    new = "scenario.half=152mm-howitzer:0.5,122mm-rocket:0.5"
    opening = open_case(changes=[new], scenario="half", day="2024-02-26")
    assert (opening.edits.scenario, opening.edits.day) == ("half", "2024-02-26")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"changes": ["laod=0.5"]}, UsageError, "did you mean load"),
        ({"changes": ["load"]}, UsageError, "must have the form NAME=VALUE"),
        ({"changes": ["load=0.5", "load=0.6"]}, UsageError, "load is changed twice"),
        ({"scenario": "mixd"}, UnknownNameError, "did you mean mixed"),
        ({"day": "1999-01-01"}, UsageError, "1999-01-01"),
        ({"given": "everything"}, UsageError, "everything"),
    ],
)
def test_what_cannot_be_used_is_an_error(
    options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        open_case(**options)  # type: ignore[arg-type]  # each is of its own type


def test_raised_limits_are_kept_for_other_threads() -> None:
    with raised({"memory": 6e9}):
        opening = open_case(str(MINIMAL))
    assert opening.limits["memory"] == 6e9


def test_a_page_finds_what_the_server_opened_and_its_browser() -> None:
    opening = open_case(str(MINIMAL))
    found = opening_of({"meta": {OPENING: opening, "browser": "one"}})
    assert found is not None
    assert (found.case, found.browser) == (opening.case, "one")
    assert opening_of(None) is None
    assert opening_of({"meta": {}}) is None
