"""Each item that published estimates are asked to report is answered, by a section that is there."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

import pytest

from building import edited
from shellcount.case.schema import Case
from shellcount.report.blocks import Content
from shellcount.report.checklist import NOT_STATED, checklists
from shellcount.report.content import compose
from shellcount.results.results import Results
from shellcount.wording.tables import Table

ITEMS = {
    "GATHER": [str(number) for number in range(1, 19)],
    "BARG": ["1A", "1B", "1C", "1D", "1E", "2A", "2B", "2C", "3A", "3B", "4", "5", "6"],
}


@pytest.fixture(scope="module")
def content(results: Results) -> Content:
    return compose(results)


@pytest.fixture(scope="module")
def titles(content: Content) -> dict[str, str]:
    return {section.id: section.title for section in content.sections}


@pytest.fixture(scope="module")
def standards(content: Content) -> list[Table]:
    (section,) = [section for section in content.sections if section.id == "checklist"]
    return [block for block in section.unfolded if isinstance(block, Table)]


def items() -> list[dict[str, str]]:
    text = files("shellcount").joinpath("data", "checklist.toml").read_text("utf-8")
    return [item for standard in tomllib.loads(text)["standard"] for item in standard["item"]]


@pytest.mark.parametrize(("place", "standard"), [*enumerate(ITEMS)])
def test_every_published_item_is_there(place: int, standard: str, standards: list[Table]) -> None:
    assert len(standards) == len(ITEMS)
    assert standards[place].caption.startswith(f"{standard} (")
    assert [number for number, _, _ in standards[place].rows] == ITEMS[standard]


def test_every_item_asks_and_is_answered(standards: list[Table]) -> None:
    for table in standards:
        assert len(table.head) == 3
        assert all(asks.endswith(".") and len(asks) > 15 for _, asks, _ in table.rows)
        assert all(len(answer) > 10 for _, _, answer in table.rows)


def test_every_section_that_answers_is_in_the_report(standards: list[Table], titles: dict[str, str]) -> None:
    answers = [answer for table in standards for _, _, answer in table.rows]
    named = [name for answer in answers for name in re.findall(r"^See “(.*?)”", answer)]
    assert len(named) > 20
    assert {*named} <= {*titles.values()}


def test_every_item_has_a_place_or_is_not_applicable() -> None:
    for item in items():
        assert item.keys() <= {"number", "asks", "section", "field", "says"}
        if not {"section", "field"} & item.keys():
            assert item["says"].startswith("Not applicable: ")


def test_what_the_top_answers_is_looked_for_there(standards: list[Table]) -> None:
    assert standards[0].rows[0][2].startswith("See the top. ")


def test_who_paid_is_for_the_case_to_say(case: Case, titles: dict[str, str]) -> None:
    def funded(document: dict[str, Any]) -> None:
        document["case"]["funding"] = "Nobody paid for it."

    def unstated(document: dict[str, Any]) -> None:
        document["case"]["funding"] = None

    for edit, answer in ((funded, "Nobody paid for it."), (unstated, NOT_STATED)):
        gather = checklists(edited(case, edit), titles)[0]
        assert gather.rows[1] == ("2", "List the funding sources.", answer)
