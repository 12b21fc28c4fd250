"""Commands run as people type them, and what is asked of every one of their failures."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner, Result

from shellcount.cli.endings import FAULT
from shellcount.cli.main import main

COMMAND = Path(sys.executable).parent / "shellcount"
SEEDS = Path(__file__).parents[1] / "seeds"
MINIMAL = Path(__file__).parent / "cases" / "good_minimal.toml"
FITTING = ["estimate", "check", "report"]
FEW = ("--engine", "smc", "--particles", "64", "--runs", "4")
QUICK = (*FEW, "--allow-unconverged")
# What would steer a terminal or a table, as TOML writes it; and what must not come out.
HOSTILE = r"\u001b[31m \u001b]0;t\u0007 \u009b2J \u202e \u2067 \u200b \u007f [red]x[/red]"
LAID_BARE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\u2067]")


def run(*words: str, given: bytes | None = None) -> Result:
    """Run a command in this process; errors that are no messages are raised."""
    result = CliRunner().invoke(main, words, input=given, prog_name="shellcount")
    if not isinstance(result.exception, SystemExit | None):
        raise result.exception
    assert result.exit_code != FAULT, result.stderr
    return result


def spawn(*words: str | bytes, **settings: Any) -> subprocess.CompletedProcess[bytes]:
    """Run the installed command in a process of its own."""
    return subprocess.run([COMMAND, *words], capture_output=True, check=False, **settings)


def assert_refused(done: Result | subprocess.CompletedProcess[bytes], status: int = 2) -> str:
    """A failure is a status, one message on standard error, and nothing on standard output."""
    if isinstance(done, Result):
        code, out, err = done.exit_code, done.stdout, done.stderr
    else:
        code, out, err = done.returncode, done.stdout.decode(), done.stderr.decode()
    assert (code, out) == (status, "")
    assert err.startswith("shellcount: ")
    assert err.count("shellcount: ") == 1
    assert "Traceback" not in err
    assert all(line.isprintable() for line in err.splitlines())
    return err.removeprefix("shellcount: ").rstrip("\n")


def values(result: Result, status: int = 0) -> Any:
    """The JSON that is all of standard output."""
    assert (result.exit_code, result.stderr) == (status, "")
    return json.loads(result.stdout)


def words_of(text: str) -> str:
    return " ".join(text.split())


def unwanted(*_: object, **__: object) -> NoReturn:
    pytest.fail("sampled all the same")
