"""Things side by side have the numbers that each has alone, and the moves from the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from building import edited
from shellcount.analysis import Source, analyse
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.comparison.side_by_side import compare, of_scenario
from shellcount.engines.settings import Settings
from shellcount.errors import UnknownNameError, UsageError
from shellcount.posterior.fitting import fit_with
from shellcount.results.comparison import Comparison
from shellcount.results.results import Results

MINIMAL = load_case(Path(__file__).parents[1] / "cases" / "good_minimal.toml")
ROUNDS = "parcels.mixed@2025-03-07"
QUICK = Settings(points=64, runs=4, allow_unconverged=True)
HALF, MOST = (with_changes(MINIMAL, {"load": load}) for load in (0.5, 0.75))


@pytest.fixture(scope="module")
def loads() -> Comparison:
    return compare({"as it is": MINIMAL, "half": HALF, "most": MOST}, settings=QUICK)


def test_each_side_has_the_numbers_that_it_has_alone(loads: Comparison) -> None:
    alone = fit_with(HALF, QUICK).estimate(ROUNDS)
    assert loads.sides[1].estimates == (alone,)
    assert loads.row()[1] == alone
    assert loads.labels == ("as it is", "half", "most")


def test_a_known_load_moves_the_median_in_its_own_proportion() -> None:
    # The load is a factor that no claim informs, and all else is drawn alike.
    found = compare({"half": HALF, "most": MOST}, settings=QUICK)
    move = found.moves()[1]
    assert move is not None
    assert move.relative == pytest.approx(0.75 / 0.5 - 1, rel=1e-12)


def test_the_move_from_the_first_to_itself_is_none(loads: Comparison) -> None:
    first = loads.moves()[0]
    assert first is not None
    assert first.relative == 0
    assert loads.table().rows[0][-1] == ""


@pytest.mark.parametrize("kind", ["case", "posterior", "results"])
def test_cases_posteriors_and_results_are_compared_alike(kind: str, loads: Comparison) -> None:
    posteriors = {"as it is": fit_with(MINIMAL, QUICK), "half": fit_with(HALF, QUICK)}
    kinds: dict[str, dict[str, Source | Results]] = {
        "case": {"as it is": MINIMAL, "half": HALF},
        "posterior": {**posteriors},
        "results": {label: analyse(posterior) for label, posterior in posteriors.items()},
    }
    assert compare(kinds[kind], settings=QUICK).row() == loads.row()[:2]


def test_names_are_those_of_the_first_in_the_nouns_of_each() -> None:
    def renamed(document: dict[str, Any]) -> None:
        document["case"]["item"] = "boxes"

    found = compare({"first": MINIMAL, "renamed": edited(MINIMAL, renamed)}, names=[ROUNDS], settings=QUICK)
    assert [estimate.name for estimate in found.row()] == [ROUNDS, "boxes.mixed@2025-03-07"]
    assert found.moves()[1] is None
    assert found.table().rows[1][-1] == "in another unit"
    assert "For renamed, boxes.mixed@2025-03-07 is" in found.sentence


@pytest.mark.parametrize(
    ("things", "message"),
    [
        ({}, "name at least two things to compare"),
        ({"only": MINIMAL}, "name at least two things to compare, not only only"),
    ],
)
def test_fewer_than_two_are_refused(things: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        compare(things)  # type: ignore[arg-type]
    assert str(refused.value) == message


def test_unknown_names_and_scenarios_are_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"parcels\.mixd"):
        compare({"a": MINIMAL, "b": HALF}, names=["parcels.mixd@2025-03-07"], settings=QUICK)
    with pytest.raises(UnknownNameError, match="no scenario is called 'heavy'"):
        of_scenario(MINIMAL, (ROUNDS,), "heavy")
    scenario = MINIMAL.scenario[0].id
    with pytest.raises(UsageError, match="load does not depend on the scenario"):
        of_scenario(MINIMAL, ("load",), scenario)
