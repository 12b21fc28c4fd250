"""Calibration passes a sound engine, catches a broken one, and survives being stopped."""

from __future__ import annotations

import functools
import importlib.util
import json
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
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy import stats

from building import one_claim_case
from processes import unmeasured
from shellcount.case.schema import Case
from shellcount.digest import canonical_json
from shellcount.engines import smc
from shellcount.errors import EvidenceError, OutputError, UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.holm import rejected_up_to
from shellcount.results.calibration import LEVEL, Calibration, Ranked, _coverage
from shellcount.results.run import Run
from shellcount.studies import refit as simulation
from shellcount.studies.calibration import calibrate

FEW = 20  # refits where their number does not matter
RUN = Run("made-up", "sha256:0", "counts", "smc", 1, {"runs": 2}, {})


@functools.cache
def small() -> Calibration:
    return calibrate(one_claim_case(), refits=60, seed=1)


@functools.cache
def band(refits: int) -> tuple[Array, Array, Array]:
    """The band depends on the number of refits alone, and takes seconds."""
    return made_up(np.full((refits, 1), 0.5)).band


def made_up(ranks: Array, failed: tuple[int, ...] = ()) -> Calibration:
    names = tuple(f"q{place}" for place in range(ranks.shape[1]))
    return Calibration(RUN, names, ranks, failed)


def judged(ranks: Array) -> Calibration:
    """A calibration of made-up ranks, with the band that others of its size have."""
    calibration = made_up(ranks)
    calibration.__dict__["band"] = band(len(ranks))
    return calibration


def ranks_of(refits: int, quantities: int, seed: int, *, spread: float = 1.0, shift: float = 0.0) -> Array:
    """Ranks where the posterior is normal, and its draws are spread or shifted in its standard deviations."""
    z = np.random.default_rng(seed).standard_normal((refits, quantities))
    ranks: Array = stats.norm.cdf((z - shift) / spread)
    return ranks


def even(refits: int) -> Array:
    """Ranks as even as can be."""
    return (np.arange(refits) + 0.5) / refits


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

    def watched(case: Case, given: str, seed: int, pieces: list[int]) -> object:
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


def test_nothing_to_calibrate_is_said_so() -> None:
    with pytest.raises(UsageError, match="no claim is fit, so there is nothing to calibrate"):
        calibrate(one_claim_case(), given="counts-but:only")


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=r"pip install 'shellcount\[nuts\]'"):
        calibrate(one_claim_case(), refits=10)


# --- refits that give no posterior -------------------------------------------------------


def failing(*places: int) -> Callable[..., smc.Sample]:
    """A sampler that finds no posterior at some of its calls."""
    calls, original = iter(range(10_000)), smc.sample

    def sample(*arguments: Any, **options: Any) -> smc.Sample:
        if next(calls) in places:
            raise EvidenceError("no")
        return original(*arguments, **options)

    return sample


def test_refits_that_fail_fail_the_verdict(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shellcount.studies.refit.smc.sample", failing(3, 11))
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
    monkeypatch.setattr("shellcount.studies.refit.smc.sample", failing(*range(10)))
    with pytest.raises(EvidenceError, match="fewer than two refits gave a posterior"):
        calibrate(one_claim_case(), refits=10)


# --- an engine that is broken ------------------------------------------------------------


def altered(alter: Callable[[Array], Array], power: float = 1.0) -> Callable[..., smc.Sample]:
    """A sampler whose draws are altered, or that takes the likelihood to a power."""
    original = smc.sample

    def sample(log_likelihood: Callable[[Array], Array], *arguments: Any, **options: Any) -> smc.Sample:
        found = original(lambda z: power * log_likelihood(z), *arguments, **options)
        return replace(found, draws=alter(found.draws))

    return sample


def shrunk(draws: Array) -> Array:
    mean = draws.mean(axis=(1, 2), keepdims=True)
    return mean + 0.7 * (draws - mean)


def moved(draws: Array) -> Array:
    return draws + 0.5 * draws.std(axis=(1, 2), keepdims=True)


@pytest.mark.parametrize(
    "sample",
    [altered(shrunk), altered(moved), altered(lambda z: z, 2.0), altered(lambda z: z, 0.0)],
    ids=["too sure", "biased", "likelihood counted twice", "likelihood ignored"],
)
def test_a_broken_engine_fails(sample: Callable[..., smc.Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellcount.studies.refit.smc.sample", sample)
    found = calibrate(one_claim_case(), refits=200, seed=1)
    assert not found.passed
    assert found.sentence.startswith("Not calibrated over 200 refits: ")


# --- the verdict on made-up ranks --------------------------------------------------------


def test_uniform_ranks_pass() -> None:
    found = judged(ranks_of(1000, 5, seed=1))
    assert found.passed
    assert all(result.passed for result in found.results)
    assert [result.name for result in found.results] == list(found.names)


@pytest.mark.parametrize(("spread", "shift"), [(0.8, 0.0), (1.25, 0.0), (1.0, 0.2), (1.0, -0.2)], ids=repr)
def test_ranks_that_are_not_uniform_fail(spread: float, shift: float) -> None:
    ranks = ranks_of(1000, 5, seed=1)
    ranks[:, 3] = ranks_of(1000, 1, seed=2, spread=spread, shift=shift)[:, 0]
    found = judged(ranks)
    assert not found.passed
    assert [result.name for result in found.results if not result.passed] == ["q3"]
    assert not found.results[3].inside
    assert found.sentence.startswith("Not calibrated over 1,000 refits: q3 (")


def test_a_posterior_too_narrow_by_a_tenth_is_found() -> None:
    alone = [judged(ranks_of(1000, 1, seed, spread=0.9)).passed for seed in range(50)]
    together = [judged(ranks_of(1000, 5, seed, spread=0.9)).passed for seed in range(20)]
    assert sum(alone) <= 15
    assert sum(together) <= 1


def test_a_true_statement_is_rejected_about_once_in_a_hundred() -> None:
    verdicts = [judged(ranks_of(200, 3, seed)).passed for seed in range(300)]
    assert verdicts.count(False) <= 9


def test_a_quantity_leaves_its_own_band_about_once_in_a_hundred() -> None:
    found = [judged(ranks_of(100, 1, seed)).results[0] for seed in range(400)]
    assert sum(result.excess > 0 for result in found) <= 12
    assert all(judged(ranks_of(100, 1, seed, shift=1.0)).results[0].excess > 0 for seed in range(20))


def test_the_band_holds_the_diagonal() -> None:
    points, low, high = band(100)
    assert (low[1:-1] < points[1:-1]).all()
    assert (points[1:-1] < high[1:-1]).all()


def test_a_quantity_outside_its_own_band_is_named_where_all_pass() -> None:
    found = judged(np.column_stack([even(200)] * 3))
    outside = replace(found.results[1], excess=0.1)
    found.__dict__["results"] = (found.results[0], outside, found.results[2])
    assert found.passed
    assert found.sentence.endswith("1 of 3 quantities leave their own 99% band or bounds (q1).")


def test_inside_means_band_and_bounds() -> None:
    right = _coverage(ranks_of(1000, 1, seed=1)[:, 0], 0.9)
    wrong = _coverage(ranks_of(1000, 1, seed=1, spread=0.7)[:, 0], 0.9)
    assert Ranked("q", 0.0, 0.5, (right,)).inside
    assert not Ranked("q", 0.0, 0.5, (right, wrong)).inside
    assert not Ranked("q", 0.01, 0.5, (right,)).inside


# --- coverage ----------------------------------------------------------------------------


@pytest.mark.parametrize("refits", [10, 60, 1000])
@pytest.mark.parametrize("probability", [0.5, 0.9])
def test_bounds_of_coverage_leave_half_a_percent_on_either_side(refits: int, probability: float) -> None:
    found = _coverage(np.linspace(0, 1, refits), probability)
    tail = (1 - LEVEL) / 2
    for bound, at in ((found.low, tail), (found.high, 1 - tail)):
        count = round(bound * refits)
        assert count == pytest.approx(bound * refits)
        counts = np.arange(refits + 1)
        cumulated = np.cumsum(stats.binom.pmf(counts, refits, probability))
        assert cumulated[count] >= at
        assert count == 0 or cumulated[count - 1] < at


def test_coverage_counts_ranks_in_the_middle() -> None:
    ranks = np.array([0.0, 0.04, 0.06, 0.26, 0.5, 0.74, 0.76, 0.94, 0.96, 1.0])
    assert _coverage(ranks, 0.5).share == 0.3
    assert _coverage(ranks, 0.9).share == 0.6


def test_the_p_value_of_coverage_is_the_binomial_tests() -> None:
    found = _coverage(np.full(20, 0.5), 0.9)
    exact = sum(
        stats.binom.pmf(k, 20, 0.9) for k in range(21) if stats.binom.pmf(k, 20, 0.9) <= 0.9**20 * 1.0001
    )
    assert found.p_value == pytest.approx(exact)


# --- all tests together ------------------------------------------------------------------

p_values = st.lists(st.floats(0, 1) | st.sampled_from([0.001, 0.002, 0.005, 0.01]), max_size=8)


@given(p_values)
def test_holm_rejects_what_his_paper_does(found: list[float]) -> None:
    """A hypothesis is rejected if it and all with smaller p-values are below level / (those left)."""
    limit = rejected_up_to(found, 0.01)
    for p in found:
        smaller = sorted(other for other in found if other <= p)
        steps = [other <= 0.01 / (len(found) - sorted(found).index(other)) for other in smaller]
        first_of_ties = sorted(found).index(p)
        assert (p <= limit) == all(steps[: first_of_ties + 1])


def test_holm_errs_as_often_as_stated() -> None:
    uniform = np.random.default_rng(1).random((20_000, 6))
    wrong = np.mean([rejected_up_to(list(row), 0.01) >= 0 for row in uniform])
    assert 0.008 < wrong < 0.012


# --- what is written ---------------------------------------------------------------------


def test_the_document_is_json_and_says_all() -> None:
    found = small().document()
    assert json.loads(canonical_json(found)) == found
    assert found["schema"] == "shellcount/calibration/1"
    assert found["run"] == small().run.document()
    assert (found["refits"], found["failed"], found["level"], found["passed"]) == (60, [], 0.99, True)
    quantities = found["quantities"]
    assert isinstance(quantities, dict)
    assert tuple(quantities) == small().names
    for result in small().results:
        entry = quantities[result.name]
        assert isinstance(entry, dict)
        assert entry["p_value"] == result.p_value
        coverage = entry["coverage"]
        assert isinstance(coverage, dict)
        assert list(coverage) == ["50%", "90%"]


def test_the_table_has_a_row_for_each_quantity() -> None:
    table = small().table()
    assert [row[0] for row in table.rows] == list(small().names)
    assert {len(row) for row in table.rows} == {len(table.head)}
    broken = judged(np.column_stack([even(200), ranks_of(200, 1, 2, spread=0.5)])).table()
    assert [row[-2:] for row in broken.rows] == [("inside", "passed"), ("outside", "failed")]


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
    assert judged(theirs).passed
    assert ours.passed
