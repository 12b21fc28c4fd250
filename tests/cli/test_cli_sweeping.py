"""The command that tries many settings: sweep."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commands import MINIMAL, assert_refused, run
from processes import unmeasured
from shellcount import plots
from shellcount.engines import forecast
from shellcount.results.sweep import Outcome, Sweep
from shellcount.studies import sweep as studies

pytestmark = pytest.mark.usefixtures("folder")

CASE = str(MINIMAL)
FEW = ("--engine", "smc", "--particles", "64", "--runs", "4", "--allow-unconverged", "--jobs", "1")
LOADS = ("sweep", CASE, "--vary", "load=0.5..0.9:3", *FEW)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_sweep_writes_the_table_and_its_provenance_and_says_what_moved(folder: Path) -> None:
    done = run(*LOADS)
    assert (done.exit_code, done.stderr) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == [
        "sweep.csv",
        "sweep.csv.json",
        "sweep.csv.jsonl",
    ]
    rows = table(folder / "sweep.csv")
    assert list(dict.fromkeys(row["load"] for row in rows)) == ["0.5", "0.7", "0.9"]
    assert len(rows) == 3 * len({row["name"] for row in rows})
    assert "3 fits: the median of" in done.stdout
    assert "load moves it most" in done.stdout
    assert "sweep.csv.json" in done.stdout
    record = json.loads((folder / "sweep.csv.json").read_text("utf-8"))
    assert record["vary"] == {"load": ["0.5", "0.7", "0.9"]}
    assert (record["fits"], record["seed"], record["engine"]) == (3, 1, "smc")


def test_the_recorded_command_makes_the_same_files(folder: Path) -> None:
    words = (*LOADS, "--given", "counts,all", "--seeds", "1..2", "--set", "stowage=0.7")
    first = run(*words, "--json", "-o", "one.csv")
    assert first.exit_code == 0
    files = [(folder / f"one.csv{ending}").read_bytes() for ending in ("", ".json")]
    command = json.loads(files[1])["command"]
    assert "--jobs" not in command
    assert "-o" not in command
    done = run(*command.split()[1:], "-o", "two.csv", "--jobs", "1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert [(folder / f"two.csv{ending}").read_bytes() for ending in ("", ".json")] == files


def test_json_has_the_summary(folder: Path) -> None:
    done = run(*LOADS, "--json", "--estimate", "load", "--estimate", "stowage", "--figure", "a.svg")
    assert done.exit_code == 1  # where load is known, it has no estimate
    found = json.loads(done.stdout)
    assert (found["schema"], found["fits"], found["failed"], found["headline"]) == (
        "shellcount/sweep-summary/1",
        3,
        3,
        "load",
    )
    assert not (folder / "a.svg").exists()


def test_a_figure_is_written_if_it_is_asked_for(folder: Path) -> None:
    done = run(*LOADS, "--figure", "a.svg")
    assert done.exit_code == 0
    assert (folder / "a.svg").read_bytes().startswith(b"<?xml")
    assert "a.svg" in done.stdout


def test_a_list_and_a_design_are_taken(folder: Path) -> None:
    (folder / "list.csv").write_text("load,stowage\n0.5,\n0.6,0.7\n", "utf-8")
    assert run("sweep", CASE, "--list", "list.csv", *FEW, "-o", "list-of-two.csv").exit_code == 0
    rows = table(folder / "list-of-two.csv")
    assert {(row["load"], row["stowage"]) for row in rows} == {("0.5", ""), ("0.6", "0.7")}
    designed = run("sweep", CASE, "--vary", "load=prior", "--design", "sobol:4", *FEW, "-o", "design.csv")
    assert designed.exit_code == 0
    assert len({row["load"] for row in table(folder / "design.csv")}) == 4


def test_a_fit_that_fails_is_a_row_and_a_status(folder: Path) -> None:
    (folder / "list.csv").write_text("load\n0.5\n1.5\n", "utf-8")
    done = run("sweep", CASE, "--list", "list.csv", *FEW, "-o", "new/sweep.csv")
    assert done.exit_code == 1
    rows = table(folder / "new" / "sweep.csv")
    assert all(row["p50"] for row in rows if row["load"] == "0.5")
    assert all("load.value" in row["error"] for row in rows if row["load"] == "1.5")
    assert "1 fit failed, the first since: " in done.stdout


# --- stopped and resumed -----------------------------------------------------------------

KILLED = """
import os, signal, sys
from shellcount.cli import main
from shellcount.parallel import journal

append, told = journal.Journal.append, 0

def die(self, results):
    global told
    append(self, results)
    told += 1
    if told == 2:
        os.kill(os.getpid(), signal.SIGKILL)

journal.Journal.append = die
main.main(sys.argv[1:])
"""


def test_a_sweep_that_was_killed_goes_on_and_writes_the_same_bytes(folder: Path) -> None:
    words = [*LOADS, "--seeds", "1..3"]
    assert run(*words, "-o", "whole.csv").exit_code == 0
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *words],
        check=False,
        env=unmeasured(PYTHONPATH=os.pathsep.join(sys.path)),
    )
    assert done.returncode == -signal.SIGKILL
    assert sorted(path.name for path in folder.glob("sweep*")) == ["sweep.csv.jsonl"]
    assert (folder / "sweep.csv.jsonl").read_bytes().count(b"\n") == 3
    assert run(*words).exit_code == 0
    for ending in ("", ".json"):
        assert (folder / f"sweep.csv{ending}").read_bytes() == (folder / f"whole.csv{ending}").read_bytes()


def test_a_larger_sweep_fits_only_what_is_new(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*LOADS).exit_code == 0
    (folder / "sweep.csv").unlink()
    (folder / "sweep.csv.json").unlink()
    fitted: list[Any] = []
    original = studies.fit_points  # type: ignore[attr-defined]

    def watched(basis: Any, points: Any) -> list[Outcome]:
        fitted.extend(point["load"] for point in points)
        found: list[Outcome] = original(basis, points)
        return found

    monkeypatch.setattr(studies, "fit_points", watched)
    assert run("sweep", CASE, "--vary", "load=0.5..0.9:5", *FEW).exit_code == 0
    assert fitted == [0.6, 0.8]


# --- refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "nothing varies: name a setting and its values, such as load=0.5..0.9:5"),
        (("--vary", "laod=0.5"), "no setting is called 'laod'; did you mean load?"),
        (("--vary", "load=0.5", "--vary", "load=0.7"), "load varies twice; give all of its values together"),
        (("--vary", "load="), "load has no values to try"),
        (("--vary", "load=0.9..0.5:3"), "load ends before it begins; write load=0.5..0.9"),
        (("--vary", "load=0.5..1.5:2"), "load.value"),
        (("--vary", "load=prior", "--design", "sobol:100"), "write sobol:64 or sobol:128"),
        (("--vary", "load=0.5", "--at", "2023-13"), "is not a date"),
        (("--vary", "load=0.5", "--estimate", "rounds.mixd@2024-01-31"), "no estimate is called"),
        (("--vary", "load=0.5", "-o", "sweep.xlsx"), "end it with .csv or .parquet"),
        (("--vary", "load=0.5", "-o", "no/such/sweep.csv"), "cannot be written: No such file or directory"),
        (("--vary", "load=0.5", "--given", "counts,nothing"), "given must be counts, all, or one of them"),
        (("--vary", "load=0.5..0.9:1000000", "--seeds", "1..1000"), "a sweep of 1,000,000,000 fits"),
        (("--list", "missing.csv"), "missing.csv cannot be read: No such file or directory"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_any_fit(
    words: tuple[str, ...], message: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "run_sweep", lambda *_, **__: pytest.fail("fitted"))
    refused = assert_refused(run("sweep", CASE, *words, *FEW))
    assert message in refused
    assert list(folder.iterdir()) == []


def test_a_table_that_exists_is_not_overwritten(folder: Path) -> None:
    (folder / "sweep.csv.json").write_text("mine", "utf-8")
    refused = assert_refused(run(*LOADS))
    assert (
        refused == "sweep.csv.json already exists, not overwritten; name another file with -o, or remove it"
    )
    assert [path.name for path in folder.iterdir()] == ["sweep.csv.json"]


def test_the_journal_of_another_sweep_is_refused(folder: Path) -> None:
    assert run(*LOADS).exit_code == 0
    (folder / "sweep.csv").unlink()
    (folder / "sweep.csv.json").unlink()
    refused = assert_refused(run(*LOADS, "--set", "stowage=0.7"))
    assert refused.startswith(
        "sweep.csv.jsonl is the journal of other work, or of another version; name another"
    )


# --- forecast ----------------------------------------------------------------------------


def test_long_work_is_told_of_once_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "run_sweep", lambda plan, **_: made(plan))
    words = ("sweep", CASE, "--vary", "load=0.5..0.9:300", *FEW)
    assert run(*words, "-o", "short.csv").stderr == ""
    monkeypatch.setattr(forecast, "_PER_SECOND", 1e6)
    told = run(*words).stderr
    assert told.startswith("a sweep of 300 fits takes about ")
    assert " at most in this process of 80 MB: " in told
    assert "--particles gives fewer draws in less time, and when interrupted, the same command goes" in told
    assert told.count("\n") == 1


def made(plan: studies.Plan) -> Sweep:
    outcomes = (Outcome(error="no"),) * len(plan.points)
    return Sweep(plan.document(), plan.space.names, plan.basis.names, plan.points, outcomes)


def test_the_figure_of_a_sweep_without_an_estimate_is_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "plot_sweep", lambda _: pytest.fail("drawn"))
    done = run(*LOADS, "--estimate", "load", "--figure", "a.svg")
    assert done.exit_code == 1
    assert not (folder / "a.svg").exists()
