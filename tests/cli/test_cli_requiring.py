"""The command that tells what would have to be true: require."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import assert_refused, run, unwanted, values, words_of
from shellcount import require
from shellcount.posterior import fitting
from shellcount.posterior.posterior import Posterior

pytestmark = pytest.mark.usefixtures("folder")
TOTAL = "rounds.mixed@2024-06-14"


def test_require_prints_the_table_and_the_sentence(posterior: Posterior) -> None:
    done = run("require", f"{TOTAL} >= 3 million")
    found = require(posterior, f"{TOTAL} >= 3e6")
    assert (done.exit_code, done.stderr) == (0, "")
    shown = words_of(done.stdout)
    assert words_of(found.sentence) in shown
    for mover in found.movers:
        assert mover.name in shown
    for remark in found.remarks:
        assert f"- {remark}" in shown


def test_where_nothing_moves_there_is_no_table() -> None:
    shown = words_of(run("require", "load >= 95%").stdout)
    assert shown.startswith("A load of at least 95% would move nothing else; the chance is 1")


def test_json_and_figure(posterior: Posterior, folder: Path) -> None:
    written = values(run("require", f"{TOTAL} >= 3M", "--json", "--figure", "moved.svg"))
    found = require(posterior, f"{TOTAL} >= 3e6").document()
    assert written == {**found, "files": ["moved.svg"]}
    assert (folder / "moved.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("laod >= 80%", "did you mean load?"),
        ("load", "has no comparison sign"),
        ("load >= 0.2 >= 0.1", "state one bound at a time"),
        ("load >= many", "'many' is not an amount"),
    ],
)
def test_a_statement_that_cannot_be_read_is_refused_before_the_fit(
    statement: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "draw", unwanted)
    assert message in words_of(assert_refused(run("require", statement), 2))


def test_what_cannot_be_is_refused() -> None:
    message = words_of(assert_refused(run("require", f"{TOTAL} >= 60 million"), 2))
    assert "cannot be: beyond the physical ceiling of 1,300 rounds a container" in message


def test_unconverged_numbers_are_marked() -> None:
    few = ("--given", "all", "--engine", "smc", "--particles", "64", "--runs", "4", "--allow-unconverged")
    done = run("require", f"{TOTAL} >= 3M", *few)
    assert done.exit_code == 0
    assert "NOT CONVERGED, do not quote" in done.stderr
    assert "Not converged:" in done.stdout
