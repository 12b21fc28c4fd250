"""The package runs as a module, as the command does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shellcount.version import __version__


def test_the_module_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shellcount", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"shellcount, version {__version__}\n"
    assert not done.stderr


def test_the_process_spares_what_it_has_no_use_for_unless_the_user_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = """
import atexit, os, sys
sys.argv[1:] = ["--version"]
import shellcount.__main__
atexit.register(lambda: print(os.environ["PYDANTIC_DISABLE_PLUGINS"], os.environ["OPENBLAS_NUM_THREADS"]))
shellcount.__main__.run()
"""

    def found() -> str:
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    monkeypatch.delenv("PYDANTIC_DISABLE_PLUGINS", raising=False)
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert found() == "__all__ 1"
    monkeypatch.setenv("PYDANTIC_DISABLE_PLUGINS", "some")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    assert found() == "some 2"


def ended(code: str, status: int) -> subprocess.CompletedProcess[str]:
    """Run a command within code that comes before it, and compare its exit status."""
    whole = f"{code}\nimport sys\nimport shellcount.__main__\nshellcount.__main__.run()"
    done = subprocess.run(
        [sys.executable, "-c", whole, *ARGUMENTS], capture_output=True, text=True, check=False
    )
    assert done.returncode == status
    return done


ARGUMENTS = ("schema", "--no-such-option")


def test_a_process_that_ends_at_once_runs_what_was_left_for_its_end_and_keeps_its_status() -> None:
    done = ended("import atexit; atexit.register(print, 'at the end')", 2)
    assert done.stdout == "at the end\n"
    assert "No such option" in done.stderr


def test_a_process_waits_for_a_thread_that_still_runs() -> None:
    code = """
import threading, time
def late():
    threading.main_thread().join()
    print("late")
threading.Thread(target=late).start()
"""
    assert ended(code, 2).stdout == "late\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_what_cannot_be_written_at_the_end_is_told() -> None:
    code = """
import atexit, sys
atexit.register(print, "at the end")
sys.stdout = open("/dev/full", "w")
"""
    done = ended(code, 120)
    assert "No space left" in done.stderr


def test_importing_the_module_runs_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import shellcount.__main__"], capture_output=True, text=True, check=True
    )
    assert not done.stdout
    assert not done.stderr
