"""The command prints what weighs most, and writes the figure and the document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run
from shellcount.insight import sensitivity as module
from shellcount.insight.alternatives import alternatives

pytestmark = pytest.mark.usefixtures("folder")
FEW = ("--runs", "4", "--points", "512", "--allow-unconverged", "--jobs", "1")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few alternatives, among them those of the load."""
    monkeypatch.setattr(
        module,
        "alternatives",
        lambda *given: tuple(each for each in alternatives(*given) if each.choice in {"load", "stowage"}),
    )


def test_what_weighs_most_is_printed(folder: Path) -> None:
    done = run("sensitivity", *FEW, "--figure", "tornado.svg")
    assert (done.exit_code, done.stderr) == (0, "")
    shown = " ".join(done.stdout.split())
    assert "The median depends most on the load of a container: it is 1." in shown
    assert "million if it is known to be 0.4" in shown
    assert "cube_m3 are taken as known" in " ".join(done.stdout.split())
    assert done.stdout.rstrip().endswith("tornado.svg")
    assert (folder / "tornado.svg").read_bytes().startswith(b"<?xml")


def test_every_setting_is_shown_on_demand() -> None:
    shown = run("sensitivity", *FEW, "--every").stdout
    assert shown.count("half as wide") == 2
    assert "half as wide" not in run("sensitivity", *FEW).stdout


def test_the_document_is_printed_for_programs() -> None:
    done = run("sensitivity", *FEW, "--estimate", "load", "--json")
    document = json.loads(done.stdout)
    assert (document["schema"], document["name"]) == ("shellcount/sensitivity/1", "load")
    assert {each["choice"] for each in document["choices"]} == {"load", "stowage"}


def test_what_cannot_be_moved_or_written_is_refused_before_any_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellcount.posterior.fitting.fit_with", lambda *_, **__: pytest.fail("fitted"))
    unknown = run("sensitivity", "--estimate", "laod")
    assert unknown.exit_code == 2
    assert "did you mean load" in unknown.stderr
    assert "it is a directory" in run("sensitivity", "--figure", ".").stderr


def test_a_what_if_is_marked() -> None:
    shown = run("sensitivity", *FEW, "--set", "load=0.5:0.9").stdout
    assert "what-if" in shown.lower()
