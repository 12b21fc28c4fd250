"""The notebook that the command writes opens what the command would."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from commands import MINIMAL
from shellcount.explore.notebook import APP, notebook_text
from shellcount.explore.opening import Opening, open_case


def opened_by(text: str) -> Opening:
    """What the one call of open_case in a notebook gives."""
    (call,) = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open_case"
    ]
    found: Opening = eval(ast.unparse(call), {"open_case": open_case})  # noqa: S307  # what the notebook does
    return found


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"path": "channel-2023"},
        {"path": str(MINIMAL)},
        {"given": "all"},
        {"without": ["South Korea"]},
        {"changes": ["load=0.5:0.9", "claimant.rok-mnd.grade=D"], "day": "2024-02-26", "scenario": "mixed"},
    ],
)
def test_a_notebook_opens_the_same(options: dict[str, Any]) -> None:
    opening = open_case(**options)
    assert opened_by(notebook_text(opening)) == opening


def test_a_hostile_name_is_no_code() -> None:
    opening = Opening("'); import os; os.abort(); ('", b"", "", *open_case_parts())
    text = notebook_text(opening)
    assert len(ast.parse(text).body) == len(ast.parse(APP.read_text("utf-8")).body)


def open_case_parts() -> tuple[Any, Any]:
    opening = open_case(str(MINIMAL))
    return opening.case, opening.given


def test_the_app_itself_opens_the_default_case() -> None:
    assert opened_by(APP.read_text("utf-8")) == open_case()
