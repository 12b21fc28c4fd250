"""Parts of a case are those of its file that have the right shape, whether or not the others have it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from shellcount.case.parts import WellFormed
from shellcount.case.raw import frozen
from shellcount.case.reading import _salvage as salvaged
from shellcount.case.reading import load_case

HERE = Path(__file__).parents[1]
GOOD = HERE / "cases" / "good_minimal.toml"
every_file = pytest.mark.parametrize(
    "path",
    [HERE.parent / "seeds" / "dprk-russia-2024.toml", GOOD, GOOD.with_name("good_ledger.toml")],
    ids=lambda path: path.stem,
)


@every_file
def test_the_parts_saved_from_a_well_formed_file_are_those_of_its_case(path: Path) -> None:
    raw = frozen(tomllib.loads(path.read_text(encoding="utf-8")))
    assert salvaged(raw) == WellFormed.of(load_case(path))


def test_parts_stand_at_their_place_and_keep_every_id() -> None:
    case = load_case(GOOD)
    parts = WellFormed.of(case)
    assert [parts.claim[place] for place in range(len(case.claim))] == list(case.claim)
    assert parts.ids["nature"] == ["food", "hygiene"]
    assert (parts.about, parts.priors, parts.containers) == (case.about, case.priors, case.containers)
    assert list(parts.hedges or ()) == list(case.hedges)


def test_an_ill_formed_entry_is_no_part_but_its_id_is_known() -> None:
    raw = tomllib.loads(GOOD.read_text("utf-8"))
    raw["claim"][0]["value"] = ["many"]
    del raw["priors"]["load"]
    parts = salvaged(frozen(raw))
    assert list(parts.claim) == [1]
    assert parts.ids["claim"] == ["crossed", "could-hold"]
    assert parts.priors is None
