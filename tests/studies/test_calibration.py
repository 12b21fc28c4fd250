"""Calibration passes a sound engine, catches a broken one, and survives being stopped."""

from __future__ import annotations

import functools
import importlib.util
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from building import one_claim_case
from processes import unmeasured
from shellcount.case.schema import Case
from shellcount.engines import importance
from shellcount.engines.importance import ImportanceSample
from shellcount.errors import EvidenceError, OutputError, UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.results.calibration import Calibration
from shellcount.studies import refit as simulation
from shellcount.studies.calibration import calibrate

FEW = 20  # refits where their number does not matter


@functools.cache
def small() -> Calibration:
    return calibrate(one_claim_case(), refits=60, seed=1)


# --- the same whatever does the work -----------------------------------------------------


def test_ranks_are_shares_in_a_row_for_each_refit() -> None:
    found = small()
    assert found.ranks.shape == (60, len(found.names))
    assert ((found.ranks >= 0) & (found.ranks <= 1)).all()
    assert found.failed == ()


def test_a_sound_engine_passes() -> None:
    assert small().passed
    assert small().sentence.startswith(
        "Calibrated over 60 refits, all quantities taken together at 99%; 0 of 5 quantities leave their own "
    )
    assert repr(small()) == small().sentence


def test_a_sound_engine_passes_with_one_sided_claims() -> None:
    found = calibrate(one_claim_case({"claim.only.hedge": "at_least"}), refits=60, seed=2)
    assert found.passed


def test_the_seed_decides_every_rank() -> None:
    again = calibrate(one_claim_case(), refits=FEW, seed=1)
    assert_array_equal(again.ranks, small().ranks[:FEW])
    assert again.run == small().run
    assert not np.array_equal(calibrate(one_claim_case(), refits=FEW, seed=2).ranks, again.ranks)


def test_processes_find_the_same_ranks(tmp_path: Path) -> None:
    journal = tmp_path / "work.jsonl"
    shares: list[float] = []
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found = calibrate(
            one_claim_case(), refits=60, seed=1, executor=executor, journal=journal, progress=shares.append
        )
    assert_array_equal(found.ranks, small().ranks)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    resumed = calibrate(one_claim_case(), refits=60, seed=1, journal=journal)
    assert_array_equal(resumed.ranks, small().ranks)


def test_progress_is_told_to_the_end() -> None:
    shares: list[float] = []
    calibrate(one_claim_case(), refits=FEW, seed=1, progress=shares.append)
    assert shares == [0.25, 0.5, 0.75, 1.0]


# --- stopped and resumed -----------------------------------------------------------------


def test_a_journal_cut_at_any_line_is_resumed(tmp_path: Path) -> None:
    journal = tmp_path / "work.jsonl"
    calibrate(one_claim_case(), refits=12, seed=1, journal=journal)
    lines = journal.read_bytes().splitlines(keepends=True)
    assert len(lines) == 13
    for count in range(13):
        journal.write_bytes(b"".join(lines[:count]) + lines[count][: len(lines[count]) // 2])
        found = calibrate(one_claim_case(), refits=12, seed=1, journal=journal)
        assert_array_equal(found.ranks, small().ranks[:12])
        assert journal.read_bytes() == b"".join(lines)


def test_what_is_in_the_journal_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = tmp_path / "work.jsonl"
    calibrate(one_claim_case(), refits=FEW, seed=1, journal=journal)
    done: list[int] = []

    def watched(case: Case, given: str, seed: int, pieces: list[int]) -> list[simulation.Ranks]:
        done.extend(pieces)
        return simulation.refit(case, given, seed, pieces)

    monkeypatch.setattr("shellcount.studies.calibration.refit", watched)
    found = calibrate(one_claim_case(), refits=FEW + 4, seed=1, journal=journal)
    assert done == [FEW, FEW + 1, FEW + 2, FEW + 3]
    assert_array_equal(found.ranks, small().ranks[: FEW + 4])
    fewer = calibrate(one_claim_case(), refits=10, seed=1, journal=journal)
    assert_array_equal(fewer.ranks, small().ranks[:10])


def test_pieces_may_be_finished_in_any_order(tmp_path: Path) -> None:
    journal = tmp_path / "work.jsonl"
    calibrate(one_claim_case(), refits=12, seed=1, journal=journal)
    head, *lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(head + b"".join(lines[7:] + lines[1:7]))
    found = calibrate(one_claim_case(), refits=12, seed=1, journal=journal)
    assert_array_equal(found.ranks, small().ranks[:12])


KILLED = """
import os, signal, sys
from pathlib import Path
from building import one_claim_case
from shellcount.studies.calibration import calibrate

told = 0

def die(_):
    global told
    told += 1
    if told == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

calibrate(one_claim_case(), refits=100_000, seed=1, journal=Path(sys.argv[1]), progress=die)
"""


def test_a_calibration_that_was_killed_is_resumed(tmp_path: Path) -> None:
    journal, lines = tmp_path / "work.jsonl", [0]
    environment = unmeasured(PYTHONPATH=os.pathsep.join(sys.path))
    for turn in (1, 2):
        command = [sys.executable, "-c", KILLED, str(journal), str(turn)]
        assert subprocess.run(command, env=environment, check=False).returncode == -signal.SIGKILL
        lines.append(journal.read_bytes().count(b"\n"))
    assert lines[0] < lines[1] < lines[2] < 60
    resumed = calibrate(one_claim_case(), refits=60, seed=1, journal=journal)
    assert_array_equal(resumed.ranks, small().ranks)
    assert resumed.sentence == small().sentence


def test_the_journal_of_other_work_is_refused(tmp_path: Path) -> None:
    journal = tmp_path / "work.jsonl"
    calibrate(one_claim_case(), refits=10, seed=1, journal=journal)
    content = journal.read_bytes()
    for case, seed in [(one_claim_case(), 2), (one_claim_case({"claim.only": 1500.0}), 1)]:
        with pytest.raises(OutputError, match="is the journal of other work"):
            calibrate(case, refits=10, seed=seed, journal=journal)
    assert journal.read_bytes() == content


@pytest.mark.parametrize("row", [b"[0.5]", b'"x"', b"[1,2,3,4,5]", b'["a","b","c","d","e"]', b"7"], ids=repr)
def test_a_journal_with_ranks_that_are_none_is_refused(tmp_path: Path, row: bytes) -> None:
    journal = tmp_path / "work.jsonl"
    calibrate(one_claim_case(), refits=10, seed=1, journal=journal)
    lines = journal.read_bytes().splitlines()
    lines[3] = b"[2," + row + b"]"
    journal.write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(OutputError, match="has been changed"):
        calibrate(one_claim_case(), refits=10, seed=1, journal=journal)


# --- misuse ------------------------------------------------------------------------------


@pytest.mark.parametrize("refits", [-1, 0, 9, 100_001])
def test_too_few_and_too_many_refits_are_refused(refits: int) -> None:
    with pytest.raises(UsageError, match=rf"^refits must be from 10 to 100,000, not {refits}$"):
        calibrate(one_claim_case(), refits=refits)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(UsageError, match="seed must be 0 or more, not -1"):
        calibrate(one_claim_case(), seed=-1)


@pytest.mark.parametrize(
    ("conditioning", "error"), [("nonsense", UsageError), ("all-but:nobody", UnknownNameError)]
)
def test_an_unknown_conditioning_is_refused(conditioning: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        calibrate(one_claim_case(), given=conditioning)


def test_claims_are_held_out_by_the_names_of_claimants() -> None:
    with pytest.raises(UsageError, match="no claim is fit, so there is nothing to calibrate"):
        calibrate(one_claim_case(), without=["an OFFICE"])


def test_nothing_to_calibrate_is_said_so() -> None:
    with pytest.raises(UsageError, match="no claim is fit, so there is nothing to calibrate"):
        calibrate(one_claim_case(), given="counts-but:only")


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'shellcount\[nuts\]'"):
        calibrate(one_claim_case(), refits=10)


# --- refits that give no posterior -------------------------------------------------------


def failing(*places: int) -> Callable[..., ImportanceSample]:
    """A sampler that finds no posterior at some of its calls."""
    calls, original = iter(range(10_000)), importance.sample

    def sample(*arguments: Any, **options: Any) -> ImportanceSample:
        if next(calls) in places:
            raise EvidenceError("no")
        return original(*arguments, **options)

    return sample


def test_refits_that_fail_fail_the_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shellcount.studies.refit.importance.sample", failing(3, 11))
    found = calibrate(one_claim_case(), refits=FEW, seed=1, journal=tmp_path / "work.jsonl")
    assert found.failed == (3, 11)
    assert_array_equal(found.ranks, np.delete(small().ranks[:FEW], [3, 11], axis=0))
    assert not found.passed
    assert found.sentence == "Not calibrated: 2 of 20 refits gave no posterior."
    document = found.document()
    assert (document["refits"], document["failed"], document["passed"]) == (18, [3, 11], False)
    again = calibrate(one_claim_case(), refits=FEW, seed=1, journal=tmp_path / "work.jsonl")
    assert again.failed == (3, 11)


def test_a_case_of_which_no_refit_has_a_posterior_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellcount.studies.refit.importance.sample", failing(*range(10)))
    with pytest.raises(EvidenceError, match="fewer than two refits gave a posterior"):
        calibrate(one_claim_case(), refits=10)


# --- an engine that is broken ------------------------------------------------------------


def altered(alter: Callable[[Array], Array], power: float = 1.0) -> Callable[..., ImportanceSample]:
    """A sampler whose draws are altered, or that takes the likelihood to a power."""
    original = importance.sample

    def sample(log_likelihood: Callable[[Array], Array], *arguments: Any, **options: Any) -> ImportanceSample:
        value_and_slope = options["gradient"]

        def gradient(z: Array) -> tuple[Array, Array]:
            value, slope = value_and_slope(z)
            return power * value, power * slope

        options["gradient"] = gradient
        found = original(lambda z: power * log_likelihood(z), *arguments, **options)
        return replace(found, draws=alter(found.draws))

    return sample


def shrunk(draws: Array) -> Array:
    mean = draws.mean(axis=(1, 2), keepdims=True)
    return mean + 0.7 * (draws - mean)


def moved(draws: Array) -> Array:
    return draws + 0.5 * draws.std(axis=(1, 2), keepdims=True)


@pytest.mark.parametrize(
    ("sample", "refits"),
    [
        (altered(shrunk), 200),
        (altered(moved), 60),
        (altered(lambda z: z, 2.0), 200),
        (altered(lambda z: z, 0.0), 60),
    ],
    ids=["too sure", "biased", "likelihood counted twice", "likelihood ignored"],
)
def test_a_broken_engine_fails(
    sample: Callable[..., ImportanceSample], refits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shellcount.studies.refit.importance.sample", sample)
    found = calibrate(one_claim_case(), refits=refits, seed=1)
    assert not found.passed
    assert found.sentence.startswith(f"Not calibrated over {refits} refits: ")


# --- at length ---------------------------------------------------------------------------


@pytest.mark.slow
def test_the_shipped_case_is_calibrated(case: Case) -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found = calibrate(case, refits=1000, executor=executor)
    assert found.passed, found.sentence


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # other libraries' own
def test_another_implementation_of_calibration_finds_the_same() -> None:
    import simuk

    from shellcount.model.to_pymc import to_pymc

    model, refits, draws = to_pymc(one_claim_case()), 30, 400
    options = {"draws": 200, "tune": 300, "chains": 2, "cores": 1, "progressbar": False}
    other = simuk.SBC(model, num_simulations=refits, sample_kwargs=options, seed=1)
    other.run_simulations()
    ranks = other.simulations["prior_sbc"].dataset
    theirs = np.column_stack(
        [(ranks[name].to_numpy().ravel() + 0.5) / (draws + 1) for name in ranks.data_vars]
    )
    assert theirs.shape == (refits, 7)
    ours = calibrate(one_claim_case(), refits=refits, seed=1)
    assert Calibration(ours.run, tuple(ranks.data_vars), theirs, ()).passed
    assert ours.passed
