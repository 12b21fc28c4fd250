"""What reaches a terminal, a pipe and a full disk."""

from __future__ import annotations

import contextlib
import json
import math
import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from commands import (
    COMMAND,
    FITTING,
    HOSTILE,
    LAID_BARE,
    MINIMAL,
    QUICK,
    run,
    spawn,
)
from shellcount import progress
from shellcount.case.reading import load_case
from shellcount.checks.evidence import remarks
from shellcount.cli import output
from shellcount.posterior.posterior import Posterior

pytestmark = pytest.mark.usefixtures("folder")


# --- streams that are closed ---------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [("estimate", *QUICK), ("estimate", "--json", *QUICK), ("evidence",), ("validate",)],
    ids=" ".join,
)
def test_standard_output_that_is_closed_is_refused(words: tuple[str, ...], folder: Path) -> None:
    done = without_stream(">&-", words, folder)
    assert done.returncode == 2
    assert done.stderr.endswith(b"shellcount: standard output cannot be written: it is closed\n")
    assert b"Traceback" not in done.stderr


def test_standard_error_that_is_closed_changes_no_answer(folder: Path) -> None:
    done = without_stream("2>&-", ("estimate", *QUICK), folder)
    assert done.returncode == 0
    assert b"rounds.mixed@2024-06-14" in done.stdout


def without_stream(closed: str, words: tuple[str, ...], folder: Path) -> subprocess.CompletedProcess[bytes]:
    line = f"exec {shlex.join([str(COMMAND), *words])} {closed}"
    return subprocess.run(["sh", "-c", line], capture_output=True, check=False, cwd=folder)


# --- progress ----------------------------------------------------------------------------


COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_a_terminal(*words: str, patience: float = math.inf, given: Mapping[str, str] | None = None) -> str:
    """What the command writes to a terminal, if it waits so many seconds before it shows progress."""
    return COLOURS.sub("", coloured(*words, patience=patience, given=given))


def coloured(*words: str, patience: float = math.inf, given: Mapping[str, str] | None = None) -> str:
    """The same, as the terminal gets it."""
    code = (
        "from shellcount.cli.main import main; from shellcount import progress; "
        f"progress._PATIENCE_S = float('{patience}'); main()"
    )
    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "160", **(given or {})}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    written = b""
    with contextlib.suppress(OSError):  # when the other end is closed
        while piece := os.read(leader, 65536):
            written += piece
    os.close(leader)
    assert process.wait() == 0
    return written.decode().replace("\r\n", "\n")


def test_long_work_shows_its_progress_on_a_terminal() -> None:
    written = on_a_terminal("estimate", *QUICK, patience=0.0)
    assert re.search(r"fitting.*\d+%", written)
    assert "rounds.mixed@2024-06-14" in written.rpartition("fitting")[2]


def test_work_is_long_when_it_lasts_over_a_second() -> None:
    assert progress._PATIENCE_S == 1.0
    written = on_a_terminal("estimate", *QUICK)
    assert "fitting" not in written
    assert "rounds.mixed@2024-06-14" in written


def test_work_shows_none_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_PATIENCE_S", 0.0)
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = run("estimate", *QUICK)
    assert "fitting" not in result.stdout + result.stderr


# --- width -------------------------------------------------------------------------------


def test_a_narrow_terminal_shows_every_cell(posterior: Posterior) -> None:
    shown = on_a_terminal("estimate", *QUICK, given={"COLUMNS": "80"})
    dated = [estimate.name for estimate in posterior.estimates() if "@" in estimate.name]
    assert [name for name in dated if name not in shown] == []
    table = on_a_terminal("check", *QUICK, given={"COLUMNS": "80"}).partition("\n- ")[0]
    words = ("chance of such a figure", "would have passed", "high", "consistent", "very low")
    assert [word for word in words if word not in table] == []


@pytest.mark.parametrize("columns", ["60", "80", "120"])
@pytest.mark.parametrize("command", ["evidence", "check", "estimate"])
def test_no_line_is_wider_than_its_terminal(command: str, columns: str) -> None:
    shown = on_a_terminal(command, *(QUICK if command in FITTING else ()), given={"COLUMNS": columns})
    assert max(map(len, shown.splitlines())) <= max(int(columns), len(repr_line(shown)))


def repr_line(shown: str) -> str:
    """The line that names the run, which is for copying and never broken."""
    return next((line for line in shown.splitlines() if line.startswith("Posterior of ")), "")


@pytest.mark.parametrize(
    ("columns", "width"), [(None, 100), ("", 100), ("0", 100), ("wide", 100), ("-5", 100), ("64", 64)]
)
def test_a_pipe_is_as_wide_as_a_page_or_as_asked(
    columns: str | None, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    assert output._width() == width
    table = run("estimate", *QUICK).stdout.partition("\nPosterior of ")[0]
    assert width - 20 < max(map(len, table.splitlines())) <= width


def test_sentences_in_a_pipe_are_lines_whatever_their_length() -> None:
    shown = run("evidence").stdout
    assert [line for line in shown.splitlines() if line.startswith("- ")] == [
        f"- {remark}" for remark in remarks(load_case())
    ]


# --- colours -----------------------------------------------------------------------------


def test_a_terminal_shows_heads_and_verdicts_that_matter_in_colours() -> None:
    shown = coloured("check", *QUICK)
    assert "\x1b[31m\x1b[1mvery low\x1b[0m" in shown
    assert "\x1b[1mstated figure" in shown
    sentences = shown.partition("\n- ")[2].partition("Fitted claims")[0]
    assert sentences
    assert COLOURS.findall(sentences) == []  # sentences are plain


@pytest.mark.parametrize(
    "settings", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}], ids=str
)
@pytest.mark.parametrize("words", [("check", *QUICK), ("estimate", "--given", "all", *QUICK)], ids=" ".join)
def test_a_terminal_that_wants_no_colours_gets_none(words: tuple[str, ...], settings: dict[str, str]) -> None:
    assert COLOURS.findall(coloured(*words, given=settings)) == []
    assert re.findall("\x1b\\[[0-9;]*m", coloured(*words, patience=0.0, given=settings)) == []


def test_the_same_words_are_there_without_colours() -> None:
    assert COLOURS.sub("", coloured("check", *QUICK)) == coloured("check", *QUICK, given={"NO_COLOR": "1"})


@pytest.mark.parametrize(
    ("settings", "some"), [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "0"}, False)], ids=str
)
def test_a_pipe_gets_colours_where_they_are_asked_for(
    settings: dict[str, str],
    some: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    done = run("estimate", "--given", "all", *QUICK)
    assert "NOT CONVERGED" in done.stderr
    assert bool(COLOURS.findall(done.stdout)) == bool(COLOURS.findall(done.stderr)) == some


# --- text is data ------------------------------------------------------------------------


@pytest.fixture
def hostile(folder: Path) -> str:
    """A case file with control characters wherever it holds text."""
    content = MINIMAL.read_text("utf-8")
    for text in (
        "Parcels in aid trucks, January to March 2025",
        "How many parcels could the reported trucks have carried?",
        "the crossing office",
        "About 420 trucks of parcels had crossed.",
        "The trucks could hold up to 600,000 parcels.",
        "food parcels",
    ):
        assert text in content
        content = content.replace(text, HOSTILE)
    content = content.replace('item = "parcels"', f'item = "{HOSTILE}"')
    (folder / "hostile.toml").write_text(content, "utf-8")
    return "hostile.toml"


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
@pytest.mark.parametrize("command", ["evidence", "validate", "estimate", "check", "report"])
def test_control_characters_reach_no_terminal(command: str, flags: tuple[str, ...], hostile: str) -> None:
    result = run(command, hostile, *flags, *(QUICK if command in FITTING else ()))
    assert result.exit_code == 0
    assert LAID_BARE.findall(result.stdout + result.stderr) == []


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
def test_nor_do_those_of_faults(flags: tuple[str, ...], hostile: str) -> None:
    broken = Path(hostile).read_text("utf-8").replace("[case]", f'[case]\n"{HOSTILE}" = 1', 1)
    Path(hostile).write_text(broken.replace('hedge = "about"', f'hedge = "{HOSTILE}"'), "utf-8")
    result = run("validate", hostile, *flags)
    assert result.exit_code == 2
    assert LAID_BARE.findall(result.stdout + result.stderr) == []


def test_mark_up_of_tables_is_text_in_a_case(hostile: str) -> None:
    assert "[red]x[/red]" in run("evidence", hostile).stdout


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["for people", "for programs"])
def test_an_output_of_few_characters_takes_any_text(flags: tuple[str, ...], folder: Path) -> None:
    content = MINIMAL.read_text("utf-8").replace("Parcels in aid trucks", "Посилки, é, 소포")
    (folder / "text.toml").write_text(content.replace("About 420 trucks", "Київ, 420 trucks"), "utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "latin-1"}
    done = spawn("evidence", "text.toml", *flags, cwd=folder, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not flags or "Київ, 420 trucks" in json.loads(done.stdout.decode("utf-8"))["claims"][1]["summary"]


# --- output that cannot be written -------------------------------------------------------


@pytest.mark.parametrize(
    "words", [("estimate", "--engine", "smc", "--particles", "512"), ("schema",)], ids=lambda words: words[0]
)
def test_a_reader_that_stops_reading_is_no_error(words: tuple[str, ...]) -> None:
    process = subprocess.Popen([COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    message = process.stderr.read()
    process.stderr.close()
    process.wait()
    assert message == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [("estimate", *QUICK), ("schema",)], ids=lambda words: words[0])
def test_an_output_that_is_full_is_an_error_in_one_message(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([COMMAND, *words], stdout=full, stderr=subprocess.PIPE, check=False)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert lines[-1].startswith("shellcount: ")
    assert lines[-1].endswith("No space left on device")
    assert b"Traceback" not in done.stderr
