"""The explorer is a notebook that marimo runs, edits and finds no fault with."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import marimo
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


def test_where_it_is_edited_its_last_cell_shows_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marimo, "app_meta", lambda: SimpleNamespace(mode="edit", request=None))
    outputs, defined = app.run()
    assert outputs[-1].answer.headline == "2.0 million rounds (90% interval 0.9 to 3.6 million)"
    assert outputs[-1].answer == defined["explorer"].results.answer
    assert "2.0 million rounds" in outputs[-1]._repr_html_()
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
