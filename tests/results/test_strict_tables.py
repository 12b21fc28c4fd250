"""Tables of written results take no value of another type, and say in plain words where one is."""

from __future__ import annotations

from typing import Any

import pytest

from quick import quick_results
from shellcount.case.reading import load_case
from shellcount.results.run import Run
from shellcount.results.strict_tables import RunTable, read_table


@pytest.fixture(scope="module")
def run() -> Run:
    return quick_results(load_case()).run


def test_a_run_is_read_as_it_was_written(run: Run) -> None:
    assert read_table(RunTable, run.document()).run() == run
    assert read_table(RunTable, {**run.document(), "later": [1]}).run() == run


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": True}, "seed has a wrong type"),
        ({"seed": 1.5}, "seed has a wrong type"),
        ({"seed": "1"}, "seed has a wrong type"),
        ({"seed": -1}, "seed has a wrong value"),
        ({"engine": "gibbs"}, "engine is not one of the allowed values"),
        ({"settings": {"runs": 4.0}}, "settings.runs has a wrong type"),
        ({"settings": {"runs": False}}, "settings.runs has a wrong type"),
        ({"settings": {"runs\x1b": 0}}, "settings.runs\\x1b has a wrong value"),
        ({"versions": {"numpy": 2}}, "versions.numpy has a wrong type"),
        ({"digest": "sha256:0"}, "the digest of its run does not match the run"),
        ({"given": "all"}, "the digest of its run does not match the run"),
    ],
)
def test_a_run_of_other_values_is_refused(changes: dict[str, Any], message: str, run: Run) -> None:
    with pytest.raises(ValueError, match=r"wrong|allowed|match") as caught:
        read_table(RunTable, {**run.document(), **changes}).run()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("value", [None, 1, "run", [], [{}]])
def test_what_is_no_table_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="wrong type"):
        read_table(RunTable, value)
