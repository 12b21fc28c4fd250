"""The package runs as a module, as the command does."""

from __future__ import annotations

import subprocess
import sys

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
import os, sys
sys.argv[1:] = ["--version"]
import shellcount.__main__
try:
    shellcount.__main__.run()
except SystemExit:
    print(os.environ["PYDANTIC_DISABLE_PLUGINS"], os.environ["OPENBLAS_NUM_THREADS"])
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


def test_importing_the_module_runs_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import shellcount.__main__"], capture_output=True, text=True, check=True
    )
    assert not done.stdout
    assert not done.stderr
