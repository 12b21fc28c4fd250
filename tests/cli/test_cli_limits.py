"""Every command has limits, which --limit raises."""

from __future__ import annotations

import re

import click
import pytest

from commands import MINIMAL, run
from shellcount import limits
from shellcount.cli.main import main
from shellcount.cli.options import _other_options
from shellcount.engines import forecast

COMMANDS = tuple(main.commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_lists_the_limits_with_their_defaults(command: str) -> None:
    shown = " ".join(run(command, "--help").output.split())
    described = shown[shown.index("--limit NAME=AMOUNT") :]
    for name in limits.LIMITS:
        assert f"{name}=" in described


def test_what_help_lists_is_taken() -> None:
    for text in limits.shown_limits().split(", "):
        name, amount = limits.parse_limit(text)
        assert amount == limits.LIMITS[name].most


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_what_is_no_limit(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main.commands[command], "callback", lambda **_: None)
    needs = {
        "cite": ["load"],
        "fill": ["t.md", "-o", "o.md"],
        "new": ["x"],
        "import": ["x.csv"],
        "audit": ["t.md"],
        "diff": ["a", "b"],
        "require": ["load >= 0.9"],
        "plot": ["timeline", "-o", "slide.png"],
    }
    found = run(command, "--limit", "memory", *needs.get(command, []), *_required(command))
    assert found.exit_code == 2
    assert "'memory' is not a limit; write NAME=AMOUNT" in found.output


def _required(command: str) -> list[str]:
    """Options and arguments without which a command does not start."""
    missing = {"completion": ["bash"], "calibrate": ["-o", "out"], "report": ["-o", "out"]}
    return missing.get(command, [])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs_within_its_limits(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []

    def recorded(**_: object) -> None:
        seen.append(limits.allowed("memory"))

    monkeypatch.setattr(main.commands[command], "callback", recorded)
    needs = {
        "cite": ["load"],
        "fill": ["t.md", "-o", "o.md"],
        "new": ["x"],
        "import": ["x.csv"],
        "audit": ["t.md"],
        "diff": ["a", "b"],
        "require": ["load >= 0.9"],
        "plot": ["timeline", "-o", "slide.png"],
    }
    words = [*needs.get(command, []), *_required(command)]
    assert run(command, "--limit", "memory=3GB", "--limit", "work=1M", *words).exit_code == 0
    assert run(command, *words).exit_code == 0
    assert seen == [3e9, limits.LIMITS["memory"].most]


def test_a_fit_beyond_a_limit_ends_with_status_2_and_the_way_to_allow_it() -> None:
    found = run("estimate", "--engine", "smc", "--particles", "1000000")
    assert found.exit_code == 2
    assert re.search(
        r"needs \d+ GB \(limit 2 GB\); to allow it, raise the limit: --limit memory=\d+GB", found.output
    )


@pytest.mark.parametrize("command", ["estimate", "check"])
def test_a_long_fit_is_noted_once_before_the_answer(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    few = (str(MINIMAL), "--engine", "smc", "--particles", "64", "--runs", "4", "--allow-unconverged")
    short = run(command, *few)
    assert "this fit" not in short.stderr
    monkeypatch.setattr(forecast, "_PER_SECOND", 1e3)
    long = run(command, *few)
    assert long.stderr.startswith("this fit takes about ")
    assert long.stderr.endswith(short.stderr)
    assert long.stderr.count("this fit") == 1
    assert long.stdout == short.stdout


def test_a_limit_that_was_raised_is_in_the_command_that_repeats_a_run() -> None:
    command = main.commands["estimate"]
    context = command.make_context("estimate", ["--limit", "work=3G", "--limit", "memory=3GB", "--json"])
    assert list(_other_options(context)) == ["--json", "--limit", "work=3G", "--limit", "memory=3GB"]


def test_the_option_stands_before_help() -> None:
    command = main.commands["schema"]
    assert [each.opts[0] for each in command.get_params(click.Context(command))] == ["--limit", "-h"]
