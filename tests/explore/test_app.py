"""The explorer is a notebook that marimo runs, edits and finds no fault with."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shellcount.case.reading import load_case
from shellcount.explore.app import app
from shellcount.explore.notebook import APP
from shellcount.explore.widget import Explorer


def test_the_notebook_shows_the_explorer_of_the_shipped_case() -> None:
    outputs, defined = app.run()
    assert defined["opening"].case == load_case()
    assert isinstance(defined["explorer"].widget, Explorer)
    assert [output is None for output in outputs].count(False) == 1
    defined["explorer"].widget.close()


@pytest.mark.slow
def test_marimo_finds_no_fault_with_the_notebook() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "marimo", "check", "--strict", APP],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
