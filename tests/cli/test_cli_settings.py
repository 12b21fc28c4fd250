"""--set help lists what can be set in the case on the command line, and fits nothing."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

import shellcount
from commands import MINIMAL, assert_refused, run, values, words_of
from shellcount.case.schema import Case
from shellcount.case.settable import settings, settings_document
from shellcount.cli.main import main
from shellcount.cli.settings import asks_for_settings, changes_made

pytestmark = pytest.mark.usefixtures("folder")

CHANGING = sorted(
    name
    for name, command in main.commands.items()
    if "--set" in {flag for option in command.params for flag in option.opts}
)


@pytest.fixture(autouse=True)
def nothing_is_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("shellcount.engines.engine.draw")


@pytest.mark.parametrize("command", CHANGING)
@pytest.mark.parametrize("words", [("--set", "help"), ("--set=help",)], ids=" ".join)
def test_every_command_that_takes_changes_lists_them(
    command: str, words: tuple[str, ...], case: Case
) -> None:
    done = run(command, *words)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()]
    for each in settings(case):
        assert [each.name, *(each.now or "-").split(), *each.example.split()] in rows


@pytest.mark.parametrize("columns", ["80", "200"])
def test_lines_are_at_most_80_columns(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for case in ("dprk-russia-2024", "black-sea-grain-2022", "channel-2023"):
        lines = run("validate", case, "--set", "help").stdout.splitlines()
        assert max(map(len, lines)) <= 80
        assert lines[0] == f"Settings of {case}, each as --set NAME=VALUE:"


def test_it_is_written_as_json_where_the_command_writes_any(case: Case) -> None:
    assert values(run("estimate", "--json", "--set", "help")) == settings_document(case)


def test_it_is_of_the_case_as_the_other_changes_make_it(case: Case) -> None:
    changed = shellcount.with_changes(case, {"load": (0.5, 0.9), "hedges": "ferson-2015"})
    words = ("--set", "load=0.5:0.9", "--set", "help", "--hedges", "ferson-2015", "--json")
    assert values(run("estimate", *words)) == settings_document(changed)


def test_it_is_of_the_case_that_is_named() -> None:
    document = values(run("check", str(MINIMAL), "--set", "help", "--json"))
    assert document == settings_document(shellcount.load_case(MINIMAL))
    named = values(run("cite", "--case", str(MINIMAL), "--set", "help", "--json"))
    assert named == document


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("missing.toml", "--set", "help"), "missing.toml: 1 fault"),
        (("--set", "laod=1", "--set", "help"), "unknown setting 'laod'; did you mean load?"),
        (("--set", ""), "must have the form NAME=VALUE"),
        (("--set", "halp"), "must have the form NAME=VALUE"),
    ],
)
def test_what_cannot_be_listed_is_refused(words: tuple[str, ...], message: str, folder: Path) -> None:
    assert folder.is_dir()
    assert message in assert_refused(run("estimate", *words))


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        (["--set", "help"], True),
        (["--set=help"], True),
        (["--set", "load=1", "--set", "help"], True),
        (["--set", "load=help"], False),
        (["help", "--set"], False),
        ([], False),
    ],
)
def test_the_word_help_asks_for_it(words: list[str], asks: bool) -> None:  # noqa: FBT001
    assert asks_for_settings(words) is asks
    assert changes_made(["load=1", "help"]) == ("load=1",)


def test_the_help_of_set_names_grades_and_groups_and_where_all_names_are() -> None:
    for name in CHANGING:
        shown = words_of(main.commands[name].get_help(click.Context(main.commands[name])))
        assert "claimant.ID.grade=D or claimant.ID.group=none" in shown
        assert "--set help lists all" in shown


def test_every_command_that_fits_takes_names_to_hold_out() -> None:
    for name, command in main.commands.items():
        flags = {flag for option in command.params for flag in option.opts}
        if flags & {"--seed", "--engine"}:
            assert {"--without", "--with"} <= flags, name
