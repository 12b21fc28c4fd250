"""What ends a command early is told by a message, and by a status that is not that of a failed check."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
import pytest
from click.testing import CliRunner, Result

from commands import MINIMAL, QUICK, assert_refused, run, unwanted
from processes import unmeasured
from shellcount.cli.endings import STATUSES, fault_report
from shellcount.cli.group import Commands
from shellcount.errors import ConvergenceError, ShellcountError, UsageError
from shellcount.posterior import fitting as inference
from shellcount.studies import calibration
from shellcount.version import __version__

pytestmark = pytest.mark.usefixtures("folder")


def ended_by(error: BaseException) -> Result:
    """Run a command that ends in an error."""

    @click.group(cls=Commands)
    def group() -> None:
        pass

    @group.command()
    def fail() -> NoReturn:
        raise error

    return CliRunner().invoke(group, ["fail"], prog_name="shellcount")


# --- statuses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("no"), 2),
        (ConvergenceError("no"), 3),
        (click.exceptions.Exit(1), 1),
        (click.UsageError("no"), 2),
        (KeyboardInterrupt(), 130),
        (ValueError("no"), 70),
        (OSError(errno.EIO, "no"), 70),
        (EOFError(), 70),
        (RecursionError(), 70),
        (MemoryError(), 70),
        (AssertionError(), 70),
        (StopIteration(), 70),
        (UnicodeEncodeError("utf-8", "\udc80", 0, 1, "no"), 70),
    ],
    ids=repr,
)
def test_every_end_has_its_status(error: BaseException, status: int) -> None:
    done = ended_by(error)
    assert (done.exit_code, done.stdout) == (status, "")
    if isinstance(error, ShellcountError):
        assert done.stderr == "shellcount: no\n"
    if status == 130:
        assert done.stderr == "shellcount: interrupted\n"


@pytest.mark.parametrize("status", [0, 1, 2, 3, 70, 130])
def test_every_status_is_in_the_help(status: int) -> None:
    assert re.search(rf"\b{status} [a-z]", STATUSES)
    assert STATUSES in " ".join(run("--help").stdout.split())


def test_a_reader_that_is_gone_does_not_change_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> NoReturn:
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))

    monkeypatch.setattr(click, "echo", gone)
    assert [ended_by(error).exit_code for error in (ValueError(), KeyboardInterrupt())] == [70, 130]


# --- our own faults ----------------------------------------------------------------------


def test_a_fault_says_what_to_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/shellcount", "report", "my case.toml"])
    done = ended_by(ValueError("a fault"))
    first, *rest = done.stderr.splitlines()
    assert first == (
        "shellcount: an error of shellcount itself (ValueError: a fault); "
        "please report it with the lines below"
    )
    report = "\n".join(rest)
    assert f"shellcount {__version__}, Python {sys.version.split()[0]}, " in report
    assert "command: shellcount report 'my case.toml'\n" in report
    assert "Traceback (most recent call last)" in report
    assert "raise error" in report


def test_a_report_of_a_fault_tells_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "s3cr3t-of-the-environment")
    monkeypatch.setattr(Path, "home", lambda: Path(__file__).parents[1])

    def fail(password: str) -> NoReturn:
        raise LookupError(len(password))

    try:
        fail("s3cr3t-of-a-variable")
    except LookupError as error:
        report = fault_report(error)
    assert "s3cr3t" not in report.replace('fail("s3cr3t-of-a-variable")', "")
    assert str(Path(__file__).parents[1]) not in report
    assert "~/cli/test_cli_endings.py" in report


def test_a_fault_cannot_steer_the_terminal() -> None:
    done = ended_by(ValueError("\x1b[2J\u202e\n" + "x" * 10_000))
    assert done.exit_code == 70
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert len(done.stderr.splitlines()[0]) < 500


def test_a_library_that_is_missing_is_no_failed_check() -> None:
    program = "import sys; sys.modules['click'] = None; from shellcount.__main__ import run; run()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (70, "")
    assert re.fullmatch(r"shellcount: it cannot start \(.*click.*\); install it again\n", done.stderr)


# --- signals and workers -----------------------------------------------------------------

WORKS = """
import os, signal, sys, time
import click
from shellcount.cli.group import Commands
from shellcount.cli.working import Workers

@click.group(cls=Commands)
def group():
    pass

@group.command()
@click.argument("what")
def work(what):
    with Workers(2, None).start() as executor:
        if what == "fail":
            executor.submit(divmod, 1, 0).result()
        if what == "die":
            executor.submit(os._exit, 1).result()
        tasks = [executor.submit(time.sleep, 300) for _ in range(8)]
        while sum(task.running() for task in tasks) < 2:
            time.sleep(0.01)
        print("at work", flush=True)
        for task in tasks:
            task.result()

if __name__ == "__main__":
    group()
"""


def start(what: str) -> subprocess.Popen[str]:
    """Start a command with workers, in a group of its own as a shell does."""
    Path("works.py").write_text(WORKS, "utf-8")
    return subprocess.Popen(
        [sys.executable, "works.py", "work", what],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=unmeasured(),
    )


@pytest.mark.parametrize(
    ("whom", "what", "status", "said"),
    [
        ("all", signal.SIGINT, 130, "shellcount: interrupted\n"),
        ("one", signal.SIGINT, 130, "shellcount: interrupted\n"),
        ("one", signal.SIGTERM, 143, "shellcount: ended by SIGTERM\n"),
        ("one", signal.SIGKILL, -9, None),
    ],
)
def test_a_signal_ends_a_command_and_its_workers(
    whom: str, what: signal.Signals, status: int, said: str | None
) -> None:
    """Workers hold the ends of the pipes open: to read to their end is to wait for all of them."""
    with start("wait") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        (os.killpg if whom == "all" else os.kill)(process.pid, what)
        out, err = process.communicate()
    assert (process.returncode, out) == (status, "")
    assert said is None or err == said


@pytest.mark.parametrize(
    ("what", "said", "name"),
    [
        ("fail", "an error of shellcount itself", "ZeroDivisionError"),
        ("die", "a worker process was ended, often for want of memory, so try --jobs 1", "BrokenProcessPool"),
    ],
)
def test_a_fault_of_a_worker_is_one_of_ours(what: str, said: str, name: str) -> None:
    with start(what) as process:
        out, err = process.communicate()
    assert (process.returncode, out) == (70, "")
    assert err.startswith(f"shellcount: {said} (")
    assert name in err.splitlines()[0]


def test_signals_are_handled_as_before_afterwards() -> None:
    before = [signal.getsignal(kind) for kind in (signal.SIGTERM, signal.SIGINT)]
    run("schema")
    assert [signal.getsignal(kind) for kind in (signal.SIGTERM, signal.SIGINT)] == before


# --- before the work ---------------------------------------------------------------------

OUTPUTS = [
    ("report", "-o"),
    ("fill", "template.md", "-o"),
    ("calibrate", "-o"),
    ("new", "mine", "-o"),
]


def named(command: tuple[str, ...], place: str) -> list[str]:
    return [*command, f"{place}.md" if command[0] == "fill" else place]


@pytest.fixture
def no_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which every attempt to sample fails the test."""
    (folder / "template.md").write_text("{{ load }}", "utf-8")
    monkeypatch.setattr(inference, "fit_with", unwanted)
    monkeypatch.setattr(calibration, "calibrate", unwanted)
    return folder


@pytest.mark.parametrize("command", OUTPUTS, ids=lambda words: words[0])
@pytest.mark.parametrize("place", ["no/such/place", "file/place", "x" * 300], ids=["missing", "file", "long"])
def test_a_place_that_cannot_be_written_is_refused_before_the_work(
    command: tuple[str, ...], place: str, no_work: Path
) -> None:
    (no_work / "file").write_bytes(b"")
    before = sorted(no_work.iterdir())
    assert "cannot be written: " in assert_refused(run(*named(command, place)))
    assert sorted(no_work.iterdir()) == before


@pytest.mark.parametrize("command", OUTPUTS, ids=lambda words: words[0])
@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.ENOSPC], ids=errno.errorcode.get)
def test_a_place_that_may_not_be_written_is_refused_before_the_work(
    command: tuple[str, ...], code: int, no_work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def refuse(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            raise OSError(code, os.strerror(code))
        return real(path, flags, *arguments, **named)

    monkeypatch.setattr(os, "open", refuse)
    (no_work / "place").mkdir()
    place = "place" if command[0] in {"report", "calibrate"} else "place/file"
    assert f"cannot be written: {os.strerror(code)}" in assert_refused(run(*named(command, place)))


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("report", "-o", "place"), "report.pdf"),
        (("report", "-o", "place", "--format", "npz"), "posterior.npz"),
        (("calibrate", "-o", "place"), "counts.svg"),
        (("calibrate", "-o", "place"), "counts.json"),
        (("fill", "template.md", "-o", "place/filled.md"), "filled.md"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    command: tuple[str, ...], name: str, no_work: Path
) -> None:
    (no_work / "place" / name).mkdir(parents=True)
    message = assert_refused(run(*command))
    assert message == f"place/{name} cannot be written: it is a directory"


@pytest.mark.parametrize("out", ["template.md", "other.txt"])
def test_a_document_that_cannot_be_filled_is_refused_before_the_work(out: str, no_work: Path) -> None:
    assert_refused(run("fill", "template.md", "-o", out))
    assert not (no_work / "other.txt").exists()


# --- folders of one run ------------------------------------------------------------------


def test_audit_tells_whether_the_files_of_a_folder_are_of_one_run(folder: Path) -> None:
    words = ("report", str(MINIMAL), "--no-leave-one-out", *QUICK, "-o", "out")
    assert run(*words, "--format", "md,json").exit_code == 0
    done = run("audit", "out")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("All 8 files are as one run wrote them.\n")
    assert run(*words, "--format", "json,html").exit_code == 0
    (folder / "out" / "numbers.json").write_bytes(b"{}")
    (folder / "out" / "notes.txt").write_bytes(b"my own")
    done = run("audit", "out", "--json")
    assert done.exit_code == 1
    verdicts = {found["name"]: found["verdict"] for found in json.loads(done.stdout)["files"]}
    assert verdicts["report.html"] == "same"
    assert verdicts["numbers.json"] == "changed"
    assert verdicts["report.md"] == verdicts["timeline.svg"] == "earlier"
    assert verdicts["notes.txt"] == "unlisted"
    (folder / "out" / "report.html").unlink()
    assert "Not of one run: report.html, numbers.json, " in run("audit", "out").stdout
    assert "leave out --case" in assert_refused(run("audit", "out", "--case", str(MINIMAL)))
    (folder / "empty").mkdir()
    assert "empty has no manifest.json" in assert_refused(run("audit", "empty"))
