"""Progress is shown by a bar on a terminal or in a notebook, or told to a function, and changes nothing."""

from __future__ import annotations

import inspect
import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

import shellcount
from building import one_claim_case
from shellcount import progress
from shellcount.checks.one_step_ahead import one_step_ahead
from shellcount.insight.consistency import consistency
from shellcount.progress import showing
from shellcount.studies.sweep import sweep

FEW: dict[str, Any] = {"engine": "smc", "runs": 4, "particles": 64, "allow_unconverged": True}
LONG = [
    *(shellcount.fit, shellcount.analyse, shellcount.calibrate, shellcount.leave_one_out),
    *(shellcount.sensitivity, shellcount.value_of_information, shellcount.require, shellcount.compare),
    *(one_step_ahead, consistency, sweep),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Notebook:
    """A notebook that keeps what is displayed in it."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []

    def display(self, drawn: dict[str, str], *, raw: bool, display_id: bool) -> Notebook:
        assert raw
        assert display_id
        self.shown.append(drawn)
        return self

    def update(self, drawn: dict[str, str], *, raw: bool) -> None:
        assert raw
        self.shown.append(drawn)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Notebook:
    found = Notebook()
    running = SimpleNamespace(
        get_ipython=lambda: SimpleNamespace(kernel=object()), display=SimpleNamespace(display=found.display)
    )
    monkeypatch.setitem(sys.modules, "IPython", running)
    monkeypatch.setattr(progress, "_BETWEEN_S", 0.0)
    return found


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of standard error, within the test: pytest has its own before."""
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm")
    return found


@pytest.mark.parametrize("function", LONG, ids=lambda function: function.__name__)
def test_whatever_takes_long_takes_it_in_one_way(function: Any) -> None:
    assert inspect.signature(function).parameters["progress"].default is False
    assert "True to show a bar" in (function.__doc__ or "")


def test_a_function_is_told_the_shares() -> None:
    shares: list[float] = []
    posterior = shellcount.fit(one_claim_case(), progress=shares.append, **FEW)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert posterior.estimates() == shellcount.fit(one_claim_case(), **FEW).estimates()


def test_by_default_nothing_is_shown(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    shellcount.fit(one_claim_case(), **FEW)
    assert (notebook.shown, terminal.getvalue()) == ([], "")


def test_a_notebook_shows_a_bar_and_clears_it(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_a_terminal(monkeypatch)
    with showing(True, "fitting <it>") as show:
        show(0.25)
        show(1.0)
    texts = [drawn["text/plain"] for drawn in notebook.shown]
    assert texts == ["fitting <it> 0%", "fitting <it> 25%", "fitting <it> 100%", ""]
    assert notebook.shown[1]["text/html"].startswith('<progress value="0.250" max="1"')
    assert notebook.shown[1]["text/html"].endswith("fitting &lt;it&gt; 25%")
    assert notebook.shown[-1]["text/html"] == ""
    assert terminal.getvalue() == ""


def test_a_bar_is_cleared_where_the_work_fails(notebook: Notebook) -> None:
    with pytest.raises(ZeroDivisionError), showing(True, "fitting"):
        raise ZeroDivisionError
    assert notebook.shown[-1]["text/plain"] == ""


def test_a_notebook_is_not_told_too_often(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_BETWEEN_S", 1e9)
    with showing(True, "fitting") as show:
        for share in (0.1, 0.2, 0.3, 1.0):
            show(share)
    assert [drawn["text/plain"] for drawn in notebook.shown] == ["fitting 0%", "fitting 100%", ""]


@pytest.mark.parametrize("shell", [None, SimpleNamespace(kernel=None), SimpleNamespace()])
def test_ipython_on_a_terminal_shows_the_bar_of_terminals(
    shell: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = on_a_terminal(monkeypatch)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    with showing(True, "fitting") as show:
        show(0.5)
    assert "fitting" in terminal.getvalue()
    assert "50%" in terminal.getvalue()


def test_nothing_is_shown_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    with showing(True, "fitting") as show:
        show(0.5)
    assert pipe.getvalue() == ""


@pytest.mark.parametrize("posterior_of", ["fit", "require"])
def test_a_bar_is_shown_by_what_is_asked_to(posterior_of: str, notebook: Notebook) -> None:
    posterior = shellcount.fit(one_claim_case(), progress=posterior_of == "fit", **FEW)
    if posterior_of == "require":
        shellcount.require(posterior, "load >= 0.9", progress=True)
    assert notebook.shown
    assert notebook.shown[-1]["text/plain"] == ""
