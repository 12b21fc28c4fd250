"""A comparison is shown as a table, a sentence, a data frame and a document, which agree."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.comparison.side_by_side import compare
from shellcount.engines.settings import Settings
from shellcount.results.comparison import Comparison
from shellcount.results.numbers_json import to_json

MINIMAL = load_case(Path(__file__).parents[1] / "cases" / "good_minimal.toml")
ROUNDS = "parcels.mixed@2025-03-07"
QUICK = Settings(points=64, runs=4, allow_unconverged=True)
HALF, MOST = (with_changes(MINIMAL, {"load": load}) for load in (0.5, 0.75))


@pytest.fixture(scope="module")
def loads() -> Comparison:
    return compare({"as it is": MINIMAL, "half": HALF, "most": MOST}, settings=QUICK)


def test_the_sentence_gives_each_move_its_side(loads: Comparison) -> None:
    assert loads.sentence.startswith(f"{ROUNDS} is {loads.row()[0].headline} for as it is. Against that, ")
    assert " lower for half and " in loads.sentence
    same = compare({"one": MINIMAL, "other": with_changes(MINIMAL, {"load": (0.5001, 0.97)})}, settings=QUICK)
    assert "the median is the same within Monte Carlo error for other." in same.sentence


def test_several_estimates_stand_one_below_the_other() -> None:
    found = compare({"a": MINIMAL, "b": HALF}, names=[ROUNDS, "trucks.parcels@2025-03-07"], settings=QUICK)
    table = found.table()
    assert table.head[0] == "estimate"
    assert [(row[0], row[1].split()[0]) for row in table.rows] == [
        (ROUNDS, "a"),
        (ROUNDS, "b"),
        ("trucks.parcels@2025-03-07", "a"),
        ("trucks.parcels@2025-03-07", "b"),
    ]
    assert table.rows[3][-1] == "within error"


def test_the_document_is_json_and_holds_all(loads: Comparison) -> None:
    found = json.loads(to_json(loads.document()))
    assert found["schema"] == "shellcount/comparison/1"
    assert [side["label"] for side in found["sides"]] == list(loads.labels)
    assert found["sides"][1]["estimates"][0]["p50"] == loads.row()[1].p50
    assert found["sides"][1]["moves"][0]["old"]["p50"] == loads.row()[0].p50


def test_a_data_frame_has_a_row_for_each_estimate_of_each_side(loads: Comparison) -> None:
    frame = loads.to_dataframe()
    assert list(frame.index) == [(ROUNDS, label) for label in loads.labels]
    assert frame.loc[(ROUNDS, "half"), "p50"] == loads.row()[1].p50
