"""The package runs as a module, as the command does."""

from __future__ import annotations

import subprocess
import sys

from shellcount.version import __version__


def test_the_module_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shellcount", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"shellcount, version {__version__}\n"
    assert not done.stderr


def test_importing_the_module_runs_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import shellcount.__main__"], capture_output=True, text=True, check=True
    )
    assert not done.stdout
    assert not done.stderr
