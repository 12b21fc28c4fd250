"""The option that reads all hedges by a lexicon: wherever a case is changed or fit, and marked."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import click
import pytest

import shellcount
from commands import MINIMAL, QUICK, SEEDS, assert_refused, run, values, words_of
from shellcount.case.schema import Case
from shellcount.cli.main import main

pytestmark = pytest.mark.usefixtures("folder")

FERSON = ("--hedges", "ferson-2015")
TOTAL = "rounds.mixed@2024-06-14"


@pytest.fixture
def measured(case: Case) -> Case:
    return shellcount.with_changes(case, {"hedges": "ferson-2015"})


def test_every_command_that_changes_or_fits_a_case_takes_it() -> None:
    options = {
        name: {flag for option in command.params for flag in option.opts}
        for name, command in main.commands.items()
    }
    fitting = {name for name, flags in options.items() if flags & {"--set", "--given", "--without"}}
    assert {name for name, flags in options.items() if "--hedges" in flags} == fitting
    assert {"estimate", "check", "report", "cite", "fill", "diff", "calibrate", "verify"} <= fitting


def test_its_help_names_every_lexicon() -> None:
    shown = main.commands["estimate"].get_help(click.Context(main.commands["estimate"]))
    assert "read all hedges by a lexicon, shellcount or ferson-2015" in words_of(shown)


@pytest.mark.parametrize("command", ["validate", "evidence"])
def test_a_case_is_shown_as_changed(command: str, measured: Case) -> None:
    assert values(run(command, *FERSON, "--json"))["case_digest"] == measured.digest


@pytest.mark.parametrize("command", ["estimate", "check"])
def test_estimates_and_checks_are_marked_and_of_the_changed_case(command: str, measured: Case) -> None:
    found = json.loads(run(command, *FERSON, *QUICK, "--json").stdout)
    assert found["run"]["case_digest"] == measured.digest
    assert "what-if, with hedges=ferson-2015" in json.dumps(found)
    assert "what-if" in run(command, *FERSON, *QUICK).stdout


def test_it_is_the_change_of_the_same_name(measured: Case) -> None:
    found = values(run("validate", "--set", "hedges=ferson-2015", "--json"))
    assert found["case_digest"] == measured.digest


@pytest.mark.parametrize("style", ["--footnote", "--bibtex", "--json"])
def test_citations_say_so(style: str) -> None:
    assert "hedges=ferson-2015" in run("cite", TOTAL, *FERSON, *QUICK, style).stdout.replace("\\", "")


def test_a_report_says_so_and_its_command_repeats_it(measured: Case) -> None:
    run("report", *FERSON, *QUICK, "--format", "json", "--no-leave-one-out")
    numbers = json.loads(Path("report/numbers.json").read_text("utf-8"))
    assert numbers["changes"] == ["hedges=ferson-2015"]
    assert numbers["run"]["case_digest"] == measured.digest
    words = shlex.split(numbers["command"])
    assert words[words.index("--set") + 1] == "hedges=ferson-2015"
    assert "what-if, with hedges=ferson-2015" in {mark["long"] for mark in numbers["marks"]}


def test_a_filled_document_is_audited_with_it() -> None:
    Path("template.md").write_text(f"{{{{ {TOTAL} }}}}\n", "utf-8")
    done = run("fill", "template.md", "-o", "filled.md", *FERSON, *QUICK)
    assert done.exit_code == 0, done.stderr
    assert "hedges=ferson-2015" in Path("filled.md").read_text("utf-8")
    assert run("audit", "filled.md").exit_code == 0


def test_a_comparison_reads_the_hedges_of_its_case_files_by_it() -> None:
    shutil.copy(MINIMAL, "case.toml")
    small = ("--engine", "smc", "--particles", "200", "--runs", "4", "--allow-unconverged", "--jobs", "1")
    run("report", "case.toml", *small[:-2], "--format", "json", "--no-leave-one-out")
    shown = run("diff", "report/numbers.json", "case.toml", *FERSON, *small).stdout
    assert "lexicon of hedges was added (ferson-2015)" in words_of(shown)
    refused = run("diff", "report/numbers.json", "report/numbers.json", *FERSON)
    assert "leave out --hedges" in assert_refused(refused)


@pytest.mark.parametrize("command", ["estimate", "evidence", "calibrate"])
def test_an_unknown_lexicon_is_refused_with_a_suggestion(command: str) -> None:
    message = assert_refused(run(command, "--hedges", "fersn-2015"))
    assert message == "no lexicon of hedges is called 'fersn-2015'; did you mean ferson-2015?"


def test_an_unknown_lexicon_of_a_comparison_is_refused_too() -> None:
    seed = str(SEEDS / "dprk-russia-2024.toml")
    assert "no lexicon of hedges is called 'x'" in assert_refused(run("diff", seed, seed, "--hedges", "x"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--set", "hedges=shellcount", *FERSON), "hedges is changed twice"),
        (("--set", "hedges.about.sigma=0.1", *FERSON), "leave out hedges.about.sigma"),
        (("--hedges", ""), "'hedges=' must have the form NAME=VALUE"),
    ],
)
def test_what_contradicts_it_is_refused(words: tuple[str, ...], message: str) -> None:
    assert message in words_of(assert_refused(run("estimate", *words)))


def test_a_case_that_names_a_lexicon_is_not_changed() -> None:
    head, _, rest = MINIMAL.read_text("utf-8").partition("[hedges]\n")
    named = f'{head}[lexicon]\nhedges = "shellcount"\n{rest[rest.index("\n[") :]}'
    Path("case.toml").write_text(named, "utf-8")
    shown = run("estimate", "case.toml", *QUICK).stdout
    assert "parcels.mixed" in shown
    assert "what-if" not in shown
    digests = {
        values(run("validate", "case.toml", *words, "--json"))["case_digest"]
        for words in ((), ("--hedges", "shellcount"))
    }
    assert len(digests) == 1
