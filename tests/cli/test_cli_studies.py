"""The commands that test the numbers by fitting many times: calibrate and verify."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import MINIMAL, QUICK, run
from shellcount.case.schema import Case
from shellcount.cli.studies import _stem
from shellcount.parallel import cluster
from shellcount.results.calibration import Calibration
from shellcount.studies import calibration, verification
from shellcount.studies.verification import Finding
from shellcount.wording.tables import Table

pytestmark = pytest.mark.usefixtures("folder")

FEW = ("--refits", "20", "--jobs", "1")


# --- calibrate ---------------------------------------------------------------------------


def test_calibrate_writes_its_verdict_its_drawing_and_its_journal(folder: Path) -> None:
    done = run("calibrate", *FEW)
    assert (done.exit_code, done.stderr) == (0, "")
    written = sorted(path.name for path in (folder / "calibration").iterdir())
    assert written == ["counts.json", "counts.jsonl", "counts.manifest.json", "counts.svg"]
    document = json.loads((folder / "calibration" / "counts.json").read_bytes())
    assert (document["passed"], document["refits"], document["run"]["given"]) == (True, 20, "counts")
    assert "Calibrated over 20 refits" in done.stdout
    assert " ".join(name for name in document["quantities"]) != ""
    assert all(name in done.stdout for name in document["quantities"])


def test_calibrate_takes_up_finished_refits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run("calibrate", *FEW, "--json")

    def never(*_: Any) -> None:
        raise AssertionError("refit again")

    monkeypatch.setattr(calibration, "refit", never)
    again = run("calibrate", *FEW, "--json")
    assert again.stdout == first.stdout
    assert json.loads(again.stdout)["schema"] == "shellcount/calibration/1"
    assert (folder / "calibration").is_dir()


def test_calibrate_in_processes_gives_the_same_digits() -> None:
    alone = run("calibrate", *FEW, "-o", "alone", "--json")
    together = run("calibrate", "--refits", "20", "--jobs", "2", "-o", "together", "--json")
    assert alone.stdout == together.stdout


@pytest.mark.parametrize("command", ["calibrate", "verify", "check", "report", "diff"])
def test_a_cluster_is_asked_for_by_its_address_in_the_place_of_processes(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str]]] = []

    @contextlib.contextmanager
    def record(address: str, libraries: list[str]) -> Iterator[None]:
        asked.append((address, libraries))
        yield

    monkeypatch.setattr(cluster, "cluster", record)
    monkeypatch.setattr(verification, "verify", lambda *_, **__: iter(()))
    words: dict[str, tuple[str, ...]] = {
        "calibrate": ("--refits", "10"),
        "check": ("--leave-one-out", *QUICK),
        "report": ("--format", "json", *QUICK),
        "diff": (str(MINIMAL), str(MINIMAL), *QUICK),
    }
    run(command, *words.get(command, ()), "--dask", "10.0.0.5:8786")
    assert asked == [("10.0.0.5:8786", ["shellcount", "numpy"])]


def test_processes_and_a_cluster_exclude_each_other() -> None:
    done = run("calibrate", "--jobs", "2", "--dask", "10.0.0.5:8786")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "shellcount: --jobs and --dask exclude each other: a cluster has its own workers\n"


def test_calibrate_fails_when_truths_are_not_recovered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Calibration, "passed", False)
    assert run("calibrate", *FEW).exit_code == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--refits", "5"), "refits must be from 10 to 100,000, not 5"),
        (("--seed", "-1"), "seed must be 0 or more, not -1"),
        (("--given", "some"), "given must be counts, all,"),
        (("--without", "eu"), "no claim of eu is fit with given=counts, so none can be held out"),
        (("-o", "missing/calibration"), "missing/calibration cannot be written: No such file or directory"),
        (("--refits", "20", "-o", "taken"), "taken cannot be written: it is not a folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_calibrate_refuses_what_makes_no_sense(words: tuple[str, ...], message: str, folder: Path) -> None:
    (folder / "taken").write_text("a file")
    done = run("calibrate", *words, "--jobs", "1")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"shellcount: {message}")


def test_calibrate_refuses_the_journal_of_other_work() -> None:
    assert run("calibrate", *FEW).exit_code == 0
    done = run("calibrate", *FEW, "--seed", "2")
    assert done.exit_code == 2
    assert "is the journal of other work" in done.stderr


# --- verify ------------------------------------------------------------------------------

WELL = Finding(
    "engines given counts",
    passed=True,
    sentence="all is well",
    table=Table("engines", ("estimate", "smc"), (("load", "0.7"),)),
)
ILL = Finding("determinism given counts", passed=False, sentence="other digits: nuts")


@pytest.mark.parametrize(("findings", "status"), [([WELL], 0), ([WELL, ILL], 1)])
@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_verify_says_what_was_found_and_fails_if_anything_does(
    findings: list[Finding], status: int, flags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "verify", lambda *_, **__: iter(findings))
    done = run("verify", "--jobs", "1", *flags)
    assert done.exit_code == status
    if flags:
        found = json.loads(done.stdout)
        assert {name: entry["passed"] for name, entry in found.items()} == {
            f.name: f.passed for f in findings
        }
    else:
        assert "passed: engines given counts: all is well" in done.stdout
        assert ("FAILED: determinism given counts: other digits: nuts" in done.stdout) == bool(status)


def test_verify_hands_on_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def listening(_: Case, **settings: Any) -> list[Finding]:
        asked.append(settings)
        return []

    monkeypatch.setattr(verification, "verify", listening)
    assert run("verify", "--given", "all", "--refits", "30", "--seed", "4", "--jobs", "1").exit_code == 0
    assert asked[0]["conditionings"] == ("all",)
    assert (asked[0]["refits"], asked[0]["seed"], asked[0]["executor"]) == (30, 4, None)


@pytest.mark.parametrize(
    ("words", "conditionings"),
    [
        ((), ("counts", "all")),
        (("--given", "all"), ("all",)),
        (("--without", "us-state-2024-02"), ("counts-but:us-state-2024-02", "all-but:us-state-2024-02")),
        (("--given", "counts", "--with", "ua-gur"), ("counts-and:ua-gur-2024",)),
    ],
)
def test_verify_holds_claims_out_of_each_conditioning(
    words: tuple[str, ...], conditionings: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def verify(*_: Case, conditionings: tuple[str, ...], **__: object) -> Iterator[Finding]:
        asked.append(conditionings)
        return iter([WELL])

    monkeypatch.setattr(verification, "verify", verify)
    assert run("verify", "--jobs", "1", *words).exit_code == 0
    assert asked == [conditionings]


@pytest.mark.parametrize(
    ("given", "stem"),
    [
        ("counts", "counts"),
        ("counts-but:a,b-and:c", "counts-but-a+b-and-c"),
        ("all-but:" + ",".join(f"claim-{n}" for n in range(40)), "all-131753a8ef41f7a1"),
    ],
)
def test_the_files_of_a_conditioning_have_short_names(given: str, stem: str) -> None:
    assert _stem(given) == stem
