"""The command that opens the explorer: explore."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from commands import MINIMAL, assert_refused, run, values
from serving import Unserved, cookie_of, settings_below, started
from shellcount.cli.endings import ENDED, EndedError
from shellcount.explore.kept import STATE_VARIABLE, state_folder

pytestmark = pytest.mark.usefixtures("folder")


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[mock.Mock]:
    """The servers that are made, none of which serves."""
    made = mock.Mock(side_effect=Unserved)
    monkeypatch.setitem(sys.modules, "shellcount.explore.server", mock.Mock(Server=made))
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return made


def test_the_address_is_printed_and_an_interrupt_ends_it_well(servers: mock.Mock) -> None:
    done = run("explore", str(MINIMAL))
    assert (done.exit_code, done.stdout) == (0, "http://127.0.0.1:4321/?token=t\n")
    assert "Ctrl-C" in done.stderr
    kept = f"Stopped. Edits are kept in {state_folder()}, and offered at the next start."
    assert done.stderr.splitlines()[-1] == kept
    (opening, port), _ = servers.call_args
    assert (opening.path, port) == (str(MINIMAL), 0)


def test_sigterm_ends_it_with_the_status_of_other_commands(
    servers: mock.Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Unserved, "run", mock.Mock(side_effect=EndedError))
    done = run("explore", str(MINIMAL))
    assert servers.called
    assert done.exit_code == ENDED
    assert done.stderr.endswith("offered at the next start.\nshellcount: ended by SIGTERM\n")


def test_json_has_the_address(servers: mock.Mock) -> None:
    done = run("explore", str(MINIMAL), "--json", "--port", "8000")
    assert done.exit_code == 0
    assert '"address": "http://127.0.0.1:4321/?token=t"' in done.stdout
    assert servers.call_args.args[1] == 8000


def test_what_is_asked_for_is_what_the_explorer_starts_with(servers: mock.Mock) -> None:
    words = ("--set", "load=0.5:0.9", "--without", "South Korea", "--at", "2024-02-26", "--scenario", "mixed")
    assert run("explore", *words, "--seed", "3").exit_code == 0
    opening = servers.call_args.args[0]
    assert dict(opening.edits.changes) == {"load": "0.5:0.9"}
    assert (opening.edits.day, opening.edits.scenario, opening.settings.seed) == ("2024-02-26", "mixed", 3)
    assert "rok" in str(opening.given)


@pytest.mark.parametrize(
    "words",
    [
        ("missing.toml",),
        ("--set", "laod=1"),
        ("--at", "1999"),
        ("--scenario", "none"),
        ("--scenario", "mixed", "--scenario", "all-122mm-rocket"),
        ("--given", "nonsense"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_opened_is_refused_before_anything_is_served(
    words: tuple[str, ...], servers: mock.Mock
) -> None:
    assert_refused(run("explore", *words))
    assert not servers.called


@pytest.mark.usefixtures("servers")
def test_a_browser_is_opened_at_an_address_that_works_once(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = mock.Mock()
    monkeypatch.setattr(webbrowser, "open", opened)
    run("explore", str(MINIMAL))
    run("explore", str(MINIMAL), "--no-browser")
    assert not opened.called  # there is no screen
    monkeypatch.setenv("DISPLAY", ":0")
    run("explore", str(MINIMAL), "--no-browser")
    assert not opened.called
    run("explore", str(MINIMAL))
    opened.assert_called_once_with("http://127.0.0.1:4321/?token=once")


@pytest.mark.parametrize("library", ["marimo", "anywidget"])
def test_without_the_extra_the_way_to_install_it_is_told(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == library else find_spec(name))
    message = assert_refused(run("explore", str(MINIMAL)))
    assert message == f"this needs {library}: install it with pip install 'shellcount[explore]'"


# --- a notebook --------------------------------------------------------------------------


def test_a_notebook_is_written_for_the_case(folder: Path) -> None:
    done = run("explore", "channel-2023", "--notebook", "explorer.py")
    assert (done.exit_code, done.stdout) == (0, "wrote explorer.py; try: marimo edit explorer.py\n")
    assert "open_case('channel-2023')" in (folder / "explorer.py").read_text("utf-8")
    assert "already exists" in assert_refused(run("explore", "--notebook", "explorer.py"))


def test_a_notebook_is_told_in_json() -> None:
    told = values(run("explore", "--notebook", "explorer.py", "--json"))
    assert told == {"file": "explorer.py", "case": "dprk-russia-2024"}


def test_options_that_a_notebook_has_no_place_for_are_refused() -> None:
    message = assert_refused(run("explore", "--notebook", "explorer.py", "--seed", "2"))
    assert message == "--seed decides nothing with --notebook: leave it out"
    assert not Path("explorer.py").exists()


# --- the whole ---------------------------------------------------------------------------


def test_it_serves_until_it_is_interrupted(folder: Path) -> None:
    user = settings_below(folder)
    kept = f"Stopped. Edits are kept in {user[STATE_VARIABLE]}/explored, and offered at the next start.\n"
    with started(str(MINIMAL), **user) as (process, told):
        cookie_of(told["address"])
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
        assert (process.returncode, errors) == (0, kept)


def test_other_commands_load_nothing_of_it() -> None:
    code = "import sys, shellcount.cli.main, shellcount.cli.exploring; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"marimo", "anywidget", "starlette", "uvicorn", "ipywidgets"}
    assert "shellcount.explore" not in done.stdout.split()
