"""All commands together: their help, its examples, and what is no command."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import docx
import pytest

import redrawing
from commands import (
    MINIMAL,
    SEEDS,
    run,
    spawn,
)
from serving import Unserved
from shellcount.case.ledger.exporting import ledger_of
from shellcount.case.ledger.sheets import write_sheet
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks import leave_one_out as crosschecks
from shellcount.cli.endings import STATUSES
from shellcount.engines.settings import Settings
from shellcount.insight import alternatives, confirmation
from shellcount.insight import sensitivity as insight_sensitivity
from shellcount.posterior import fitting as inference
from shellcount.posterior import remapping
from shellcount.report import pictures
from shellcount.report.blocks import Picture
from shellcount.studies import calibration, verification
from shellcount.studies.verification import Finding
from shellcount.version import __version__

pytestmark = pytest.mark.usefixtures("folder")


COMMANDS = [
    *("new", "import", "validate", "evidence", "lint", "estimate", "check", "report", "plot", "explore"),
    *("cite", "fill", "audit", "compare", "diff"),
    *("drivers", "require", "sensitivity", "voi", "sweep", "calibrate"),
    *("verify", "schema", "completion"),
]


# --- help --------------------------------------------------------------------------------


@pytest.mark.parametrize("flag", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str, flag: str) -> None:
    result = run(command, flag)
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"Examples:\n    shellcount {command}" in result.stdout


def test_help_lists_the_commands_in_the_order_of_their_use() -> None:
    shown = run("--help").stdout
    assert re.findall(r"^  ([a-z]+) {2,}\S", shown.partition("Commands:")[2], flags=re.MULTILINE) == COMMANDS
    assert STATUSES in " ".join(shown.split())


@pytest.mark.parametrize("command", ["--help", *(f"{command} --help" for command in COMMANDS)])
def test_the_help_is_no_wider_than_a_terminal(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run(*command.split()).stdout
    assert [line for line in shown.splitlines() if len(line) > 80] == []
    assert all(line == line.rstrip() for line in shown.splitlines())


def prepare(command: str, folder: Path) -> None:
    """Make the files that a command's examples name."""
    if command in {"compare", "diff", "plot", "report"}:
        words = ("-o", "old", "--format", "json,npz", "--no-leave-one-out", "--engine", "smc")
        assert run("report", *words, "--particles", "512").exit_code == 0
        shutil.copytree(folder / "old", folder / "new")
        shutil.copy(folder / "old" / "posterior.npz", folder / "old.npz")
    if command == "import":
        header, rows = ledger_of(load_case().claim)
        write_sheet(folder / "ledger.csv", header, rows)
        write_sheet(folder / "ledger.xlsx", header, rows, more={"2024": [header, *rows]})
    if command == "sweep":
        (folder / "settings.csv").write_text("load,stowage\n0.5,\n0.6,0.7\n")
    if command in {"fill", "audit"}:
        (folder / "template.md").write_text("{{ load }}")
        document = docx.Document()
        document.add_paragraph("{{ load }}")
        document.save(str(folder / "template.docx"))
    if command == "audit":
        for kind in ("md", "docx"):
            assert run("fill", f"template.{kind}", "-o", f"briefing.{kind}").exit_code == 0
        kept = ("-o", "converted.docx", "--record", "briefing.json")
        assert run("fill", "template.docx", *kept).exit_code == 0


def drawn_by_name() -> Callable[..., Picture]:
    """Draw one picture of each name: tests/report holds what is on each."""
    drawn: dict[tuple[str, bool], Picture] = {}

    def draw(name: str, *words: Any, portrait: bool = True) -> Picture:
        if (name, portrait) not in drawn:
            drawn[name, portrait] = redrawing.DRAW(name, *words, portrait=portrait)
        return drawn[name, portrait]

    return draw


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_of_help_work(
    command: str, case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = SEEDS / f"{case.about.id}.toml"
    shutil.copy(MINIMAL if command in {"calibrate", "report"} else shipped, folder / "mycase.toml")
    if command != "audit":
        prepare(command, folder)
    few = Settings("smc", runs=4, particles=64, allow_unconverged=True)
    fit_with = inference.fit_with
    for module in (inference, crosschecks, remapping):
        monkeypatch.setattr(module, "fit_with", lambda case, _, **more: fit_with(case, few, **more))
    if command == "audit":  # whose fits must be those of fill
        prepare(command, folder)
    monkeypatch.setattr("shellcount.parallel.executors.cores", lambda: 1)
    whole = calibration.calibrate
    monkeypatch.setattr(
        calibration, "calibrate", lambda case, **settings: whole(case, **(settings | {"refits": 20}))
    )
    monkeypatch.setattr(pictures, "_picture", drawn_by_name())
    every = alternatives.alternatives
    monkeypatch.setattr(insight_sensitivity, "alternatives", lambda *given: every(*given)[::30])
    monkeypatch.setattr(confirmation, "variances_left", lambda findings: [0.1 for _ in findings])
    monkeypatch.setitem(sys.modules, "shellcount.explore.server", mock.Mock(Server=Unserved))
    monkeypatch.setattr(webbrowser, "open", mock.Mock())
    monkeypatch.setattr(verification, "verify", lambda *_, **__: iter([Finding("all", True, "well")]))
    shown = run(command, "--help").stdout.partition("Examples:")[2]
    examples = re.findall(r"^ +shellcount (.+)$", shown, flags=re.MULTILINE)
    assert examples
    # Given all, several million is very high; of so few draws some estimates have not converged.
    statuses = {0, 1} if command in {"check", "sweep"} else {0}
    for example in examples:
        words, _, given = re.sub(r" >>? \S+$", "", example).partition(" < ")
        result = run(*shlex.split(words), given=(folder / given).read_bytes() if given else None)
        assert result.exit_code in statuses, result.stderr


# --- what is no command ------------------------------------------------------------------


def test_the_installed_command_states_its_version() -> None:
    done = spawn("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == f"shellcount, version {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--bogus"],
        ["estimat"],
        ["estimate", "--bogus"],
        ["estimate", "a.toml", "b.toml"],
        ["estimate", "--seed", "x"],
        ["estimate", "--engine", "gibbs"],
        ["estimate", "--at"],
    ],
    ids=" ".join,
)
def test_what_is_no_command_is_answered_with_usage(words: list[str]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(("Usage: shellcount ", "Error: "))
