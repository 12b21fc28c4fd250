"""A sweep finds what each fit alone would, whatever does the work, and loses nothing that fails."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from building import one_claim_case
from processes import unmeasured
from shellcount import limits
from shellcount.case.changes import with_changes
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.errors import CaseError, LimitError, OutputError, UnknownNameError, UsageError
from shellcount.posterior.fitting import fit_with
from shellcount.results.sweep import Sweep
from shellcount.studies.sweep import plan_sweep, sweep
from shellcount.studies.sweep_fit import fit_points

FEW = Settings(runs=4, engine="smc", particles=64, allow_unconverged=True)
VARY: dict[str, Any] = {"load": "0.5..0.9:3", "claimant.office.grade": ["B"], "seed": "1..4"}
NAME = "rounds.mixed@2024-01-31"


@functools.cache
def small() -> Sweep:
    return sweep(one_claim_case(), VARY, settings=FEW)


def same(found: Sweep, expected: Sweep) -> bool:
    """Whether two sweeps agree in every bit."""
    return (found.record, found.columns()) == (expected.record, expected.columns())


# --- what it finds -----------------------------------------------------------------------


def test_the_headline_is_proportional_to_what_it_is_a_multiple_of() -> None:
    """Rounds are containers times load times capacity, and the claim is one of containers alone."""
    found = sweep(one_claim_case(), {"load": [0.3, 0.45, 0.9]}, settings=FEW)
    for number in ("p05", "p25", "p50", "p75", "p95", "mean", "sd", "mcse"):
        thirds = [
            getattr(each, number) / load for each, load in zip(found.headline, (0.3, 0.45, 0.9), strict=True)
        ]
        assert thirds == pytest.approx([thirds[0]] * 3, rel=1e-12)
    assert len({each.rhat for each in found.headline}) == 1
    (effect,) = found.effects
    assert (effect.name, effect.low_at, effect.high_at, effect.share) == ("load", "0.3", "0.9", 1.0)
    assert effect.high / effect.low == pytest.approx(3, rel=1e-12)
    assert "load moves it most: " in found.sentence


def test_fits_share_their_random_numbers() -> None:
    """Of two fits that differ in what nothing depends on, every digit is the same."""
    found = sweep(one_claim_case(), {"reliability.B": [0.10], "cube_m3": [33, 34]}, settings=FEW)
    containers = [outcome.estimates[1] for outcome in found.outcomes]
    assert containers[0] == containers[1]
    assert found.outcomes[0].log_evidence == found.outcomes[1].log_evidence
    assert len({each.p50 for each in small().headline}) == 12


def test_a_row_is_the_estimate_of_the_fit_alone() -> None:
    posterior = fit_with(with_changes(one_claim_case(), {"load": 0.7}), FEW)
    place = [point["load"] == 0.7 and point["seed"] == 1 for point in small().points].index(True)
    assert small().headline[place].p50 == posterior.estimate(NAME).p50


def test_conditionings_vary_by_name(case: Case) -> None:
    found = sweep(
        case,
        {"given": "counts,all", "without": "none;South Korea"},
        settings=Settings(runs=4, engine="smc", particles=64, allow_unconverged=True),
    )
    for point, headline in zip(found.points, found.headline, strict=True):
        without = [] if point["without"] == "none" else ["South Korea"]
        given = "counts" if point["given"] == "counts" else "all"
        if without:
            continue
        assert headline.p50 == fit_with(case, FEW, given=given).estimate(found.names[0]).p50
    assert len({each.p50 for each in found.headline}) == 4


def test_estimates_are_those_of_the_dates_asked_for() -> None:
    plan = plan_sweep(one_claim_case(), {"load": [0.5]}, at=["2024-01-15", "2024-01"])
    assert plan.basis.names == (
        "rounds.mixed@2024-01",
        "rounds.mixed@2024-01-15",
        "containers.everything@2024-01-15",
        "containers.everything@2024-01",
    )
    assert plan_sweep(one_claim_case(), {"load": [0.5]}).basis.names[0] == NAME
    named = plan_sweep(one_claim_case(), {"load": [0.5]}, estimates=["stowage", NAME, "stowage"])
    assert named.basis.names == ("stowage", NAME)


def test_a_scenario_can_vary(case: Case) -> None:
    mixes = "152mm-howitzer:0.5,122mm-rocket:0.5;152mm-howitzer:0.9,122mm-rocket:0.1"
    found = sweep(case, {"scenario.try": mixes}, estimates=[f"rounds.try@{case.last_date}"], settings=FEW)
    assert found.failed == ()
    assert found.columns()["scenario.try"] == [
        "152mm-howitzer:0.5,122mm-rocket:0.5",
        "152mm-howitzer:0.9,122mm-rocket:0.1",
    ]


# --- the same whatever does the work -----------------------------------------------------


@pytest.mark.parametrize("batch", [1, 5, 100])
def test_batches_and_threads_find_the_same(batch: int) -> None:
    with ThreadPoolExecutor(2) as executor:
        found = sweep(one_claim_case(), VARY, settings=FEW, executor=executor, batch=batch)
    assert same(found, small())


def test_processes_find_the_same(tmp_path: Path) -> None:
    shares: list[float] = []
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found = sweep(
            one_claim_case(),
            VARY,
            settings=FEW,
            executor=executor,
            batch=2,
            progress=shares.append,
            journal=tmp_path / "work.jsonl",
        )
    assert same(found, small())
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert same(sweep(one_claim_case(), VARY, settings=FEW, journal=tmp_path / "work.jsonl"), small())


# --- stopped and resumed -----------------------------------------------------------------


def test_what_is_in_the_journal_is_not_fit_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = tmp_path / "work.jsonl"
    sweep(one_claim_case(), {"load": [0.5, 0.9]}, settings=FEW, journal=journal)
    fitted: list[object] = []
    original = fit_points

    def watched(basis: Any, points: Any) -> Any:
        fitted.extend(point["load"] for point in points)
        return original(basis, points)

    monkeypatch.setattr("shellcount.studies.sweep.fit_points", watched)
    found = sweep(one_claim_case(), {"load": "0.5..0.9:3"}, settings=FEW, journal=journal)
    assert fitted == [0.7]
    assert [point["load"] for point in found.points] == [0.5, 0.7, 0.9]
    expected = [
        headline
        for headline, point in zip(small().headline, small().points, strict=True)
        if point["seed"] == 1
    ]
    assert list(found.headline) == expected


def test_fits_that_do_not_differ_are_fit_once(tmp_path: Path) -> None:
    rows = [{"load": 0.5}, {"stowage": 0.7}, {"load": 0.5}]
    found = sweep(one_claim_case(), rows=rows, settings=FEW, journal=tmp_path / "work.jsonl")
    assert (tmp_path / "work.jsonl").read_bytes().count(b"\n") == 3
    assert found.outcomes[0] == found.outcomes[2] != found.outcomes[1]
    assert found.columns()["load"][::2] == [0.5, None, 0.5]


@pytest.mark.parametrize(
    ("case", "changes"),
    [
        ({"claim.only": 1500.0}, {}),
        ({}, {"settings": Settings(runs=4, engine="smc", particles=128)}),
        ({}, {"estimates": ["stowage"]}),
        ({}, {"given": "all"}),
    ],
    ids=["case", "sizes", "estimates", "conditioning"],
)
def test_the_journal_of_other_work_is_refused(
    case: dict[str, Any], changes: dict[str, Any], tmp_path: Path
) -> None:
    journal = tmp_path / "work.jsonl"
    sweep(one_claim_case(), {"load": [0.5]}, settings=FEW, journal=journal)
    content = journal.read_bytes()
    with pytest.raises(OutputError, match="is the journal of other work"):
        sweep(one_claim_case(case), {"load": [0.5]}, **{"settings": FEW, "journal": journal, **changes})
    assert journal.read_bytes() == content


@pytest.mark.parametrize(
    "result",
    [b"[]", b"null", b'[[["rounds"]],1,2,3]', b'[[["rounds","1"]]]', b'[[],"smc",null,["a",1],null]'],
)
def test_a_journal_that_was_changed_is_refused(result: bytes, tmp_path: Path) -> None:
    journal = tmp_path / "work.jsonl"
    sweep(one_claim_case(), {"load": [0.5]}, settings=FEW, journal=journal)
    head, line = journal.read_bytes().splitlines()
    journal.write_bytes(head + b"\n" + line[: line.index(b",")] + b"," + result + b"]\n")
    with pytest.raises(OutputError, match="has been changed since it was written"):
        sweep(one_claim_case(), {"load": [0.5]}, settings=FEW, journal=journal)


KILLED = """
import os, signal, sys
from pathlib import Path
from building import one_claim_case
from shellcount.engines.settings import Settings
from shellcount.studies.sweep import sweep

def die(share):
    if share > float(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(runs=4, engine="smc", particles=64, allow_unconverged=True)
vary = {"load": "0.5..0.9:3", "claimant.office.grade": ["B"], "seed": "1..4"}
sweep(one_claim_case(), vary, settings=settings, journal=Path(sys.argv[1]), progress=die)
"""


def test_a_sweep_that_was_killed_is_resumed(tmp_path: Path) -> None:
    journal = tmp_path / "work.jsonl"
    command = [sys.executable, "-c", KILLED, str(journal), "0.4"]
    environment = unmeasured(PYTHONPATH=os.pathsep.join(sys.path))
    assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
    assert 1 < journal.read_bytes().count(b"\n") < 12
    assert same(sweep(one_claim_case(), VARY, settings=FEW, journal=journal), small())


# --- misuse ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vary", "error", "message"),
    [
        ({}, UsageError, "nothing varies: name a setting and its values, such as load=0.5..0.9:5"),
        ({"laod": [0.5]}, UnknownNameError, "no setting is called 'laod'; did you mean load"),
        ({"load": []}, UsageError, "load has no values to try"),
        ({"load": "0.9..0.5:3"}, UsageError, "load ends before it begins"),
        ({"load": "0.5..0.9"}, UsageError, "load has no number of values"),
        ({"load": [0.5, 1.5]}, CaseError, "priors.load.value"),
        ({"claimant.office.grade": "B,Z"}, CaseError, "claimant"),
        ({"given": "counts,none"}, UsageError, "given must be counts, all"),
        ({"without": "none;nobody"}, UnknownNameError, "no claim, claimant or group is called 'nobody'"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_any_fit(
    vary: dict[str, Any], error: type[Exception], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shellcount.posterior.remapping.fit_with", lambda *_, **__: pytest.fail("fitted"))
    with pytest.raises(error, match=message):
        sweep(one_claim_case(), vary, settings=FEW)


def test_an_unknown_estimate_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no estimate is called"):
        sweep(one_claim_case(), {"load": [0.5]}, estimates=["rounds.mixd@2024-01-31"], settings=FEW)


def test_an_unknown_setting_of_a_list_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="no setting is called 'laod'"):
        sweep(one_claim_case(), rows=[{"load": 0.5}, {"laod": 0.5}], settings=FEW)


def test_too_many_combinations_are_refused_with_the_way_to_allow_them() -> None:
    vary = {"load": "0.5..0.9:100000", "stowage": "0.5..0.9:100000"}
    with pytest.raises(LimitError, match=r"a sweep of 10,000,000,000 fits .*needs .*--limit memory="):
        sweep(one_claim_case(), vary)
    with (
        limits.raised({"study": 1e6}),
        pytest.raises(LimitError, match=r"a sweep of 300 fits.*--limit study="),
    ):
        sweep(one_claim_case(), {"load": "0.5..0.9:300"})


def test_a_row_that_fails_has_its_error_and_the_others_their_numbers() -> None:
    found = sweep(one_claim_case(), rows=[{"load": 0.5}, {"load": 1.5}], settings=FEW)
    assert found.failed == (1,)
    columns = found.columns()
    assert len(columns["fit"]) == 4
    assert columns["p50"][2:] == [None, None]
    assert "priors.load.value" in str(columns["error"][2])
    assert columns["error"][:2] == [None, None]
    assert "1 fit failed, the first since: " in found.sentence


def test_a_value_that_only_some_combinations_refuse_is_tried() -> None:
    """A hedge that belongs to a range is no hedge of a number; a range takes it."""
    vary: dict[str, Any] = {
        "claim.only": [(1500.0, 2500.0), 2000.0],
        "claim.only.hedge": ["between", "about"],
    }
    found = sweep(one_claim_case(), vary, settings=FEW)
    assert found.failed == (1, 2)
