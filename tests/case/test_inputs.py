"""The inputs that can be changed are those of the case at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shellcount.case.inputs import changeable, inputs, words
from shellcount.case.reading import load_case
from shellcount.case.schema import Case

CASES = Path(__file__).parents[1] / "cases"
MINIMAL = load_case(CASES / "good_minimal.toml")


def test_every_name_leads_to_its_place(case: Case) -> None:
    document = case.model_dump(by_alias=True)
    for name, each in inputs(case, document).items():
        table: Any = document
        for step in each.table:
            table = table[step]
        assert each.takes == "group" or table is None or each.key in table, name


def test_groups_can_be_chosen_where_there_are_any(case: Case) -> None:
    assert "claimant.ua-gur.group" in changeable(case)
    assert [name for name in changeable(MINIMAL) if name.endswith(".group")] == []


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("claimant.eu.grade", ("A", "B", "C", "D")),
        ("claimant.eu.group", ("allied-intelligence", "none")),
        ("claim.ua-gur-2024.use", ("fit", "check", "context")),
        ("flow.step", ("month",)),
        ("hedges", ("shellcount", "ferson-2015")),
        ("load", ()),
        ("claimant.nobody.grade", ()),
    ],
)
def test_words_are_those_that_an_input_takes(case: Case, name: str, listed: tuple[str, ...]) -> None:
    assert words(case, name) == listed
