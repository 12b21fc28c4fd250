"""The front end of the explorer as text: how its modules are joined, and what they may not do."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from shellcount.explore import frontend

FOLDER = files("shellcount.explore").joinpath("front")


def text_of(name: str) -> str:
    return FOLDER.joinpath(f"{name}.js").read_text("utf-8")


def test_every_module_is_joined_after_those_that_it_imports_from() -> None:
    assert {f"{name}.js" for name in frontend.MODULES} | {"explorer.css"} == {
        each.name for each in FOLDER.iterdir()
    }
    for place, name in enumerate(frontend.MODULES):
        imported = re.findall(r'from "\./(\w+)\.js"', text_of(name))
        assert set(imported) <= set(frontend.MODULES[:place])


def test_what_is_joined_imports_and_exports_nothing_but_the_widget() -> None:
    script = frontend.script()
    assert not re.search(r"^import ", script, re.MULTILINE)
    assert re.findall(r"^export .*$", script, re.MULTILINE) == ["export default { render };"]


@pytest.mark.parametrize("name", frontend.MODULES)
def test_each_import_is_exported(name: str) -> None:
    for names, module in re.findall(
        r'^import \{ ([^}]*) \} from "\./(\w+)\.js";$', text_of(name), re.MULTILINE
    ):
        exported = set(re.findall(r"^export (?:function|const) (\w+)", text_of(module), re.MULTILINE))
        assert set(names.split(", ")) <= exported, module


@pytest.mark.parametrize("name", frontend.MODULES)
def test_a_module_makes_no_markup_of_text_runs_none_and_asks_nobody(name: str) -> None:
    """Text of a case file stays text, and the page asks for nothing."""
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\b|new Function|DOMParser"
    )
    asking = r"\bfetch\b|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(|https?:(?!//www\.w3\.org/)"
    assert not re.search(f"{forbidden}|{asking}", text_of(name))


def test_the_style_sheet_reaches_nothing_but_the_explorer() -> None:
    style = frontend.style()
    assert "url(" not in style
    assert "@import" not in style
    outer = re.sub(r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}", "", style)
    assert outer.split() == [".shellcount", "@keyframes", "shellcount-wait"]


def test_colours_are_those_of_the_report() -> None:
    """One look, whose contrasts are tested there."""
    sheet = files("shellcount.report").joinpath("templates", "report.css").read_text("utf-8")
    for name in (
        "ink",
        "faint",
        "line",
        "paper",
        "card",
        "accent",
        "good",
        "warn",
        "bad",
        "outer",
        "inner",
        "median",
    ):
        ours, theirs = (
            re.findall(rf"--{name}: (#[0-9a-f]{{6}});", each)[:2] for each in (frontend.style(), sheet)
        )
        assert ours == theirs, name
