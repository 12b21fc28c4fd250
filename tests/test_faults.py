"""Contradictions, extremes and kills: a result that is right, or an error that says what is wrong."""

from __future__ import annotations

import copy
import json
import math
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from building import edited, one_claim_case
from processes import unmeasured
from shellcount.case.changes import with_changes
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.errors import ConflictWarning, ConvergenceError, EvidenceError
from shellcount.posterior.fitting import fit, fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.results.run import Engine

MINIMAL = Path(__file__).parent / "cases" / "good_minimal.toml"
TOTAL = "containers.everything@2024-01-31"


def claims_of(values: list[float], hedge: str = "exact") -> Case:
    """The case of a single claim, with that claim made once for each value."""

    def edit(document: dict[str, Any]) -> None:
        only = document["claim"][0]
        made = []
        for place, value in enumerate(values):
            claim = copy.deepcopy(only)
            report = {**only["reports"][0], "value": value, "hedge": hedge}
            claim |= {"id": f"claim-{place}", "value": value, "hedge": hedge, "reports": (report,)}
            claim["resolution"] = min(1.0, value)
            made.append(claim)
        document["claim"] = tuple(made)
        document["robustness"] = {"outlier_share": 0.0}  # without which there is a closed form

    return edited(one_claim_case(), edit)


def exact_log_mean(values: list[float]) -> tuple[float, float]:
    """Posterior mean and sd of the log rate: a normal prior, and exact claims that share one bias."""
    case = claims_of(values)
    prior = case.priors.first_rate_per_day.prior("lognormal")
    noise = [math.hypot(0.02, min(1.0, value) / value / math.sqrt(12)) for value in values]
    precision = sum(1 / sd**2 for sd in noise)
    mean = sum(math.log(value / 30) / sd**2 for value, sd in zip(values, noise, strict=True)) / precision
    spread = 0.10**2 + 1 / precision  # of the claims' mean around the log rate: bias and noise
    weight = prior.sigma**2 / (prior.sigma**2 + spread)
    return weight * mean + (1 - weight) * prior.mu, math.sqrt(weight * spread)


@pytest.mark.parametrize(
    ("values", "engine"),
    [
        pytest.param([1_000.0, 1_000_000.0], "smc", id="thousand-smc"),
        pytest.param([1_000.0, 1_000_000.0], "nuts", id="thousand-nuts", marks=pytest.mark.slow),
        pytest.param([1.0, 1e12], "smc", id="trillion-smc"),
        pytest.param([1.0, 1e12], "nuts", id="trillion-nuts", marks=pytest.mark.slow),
    ],
)
def test_claims_that_contradict_each_other_give_the_exact_compromise_and_are_told(
    values: list[float], engine: Engine
) -> None:
    with pytest.warns(ConflictWarning, match="The claim of 1"):
        posterior = fit(claims_of(values), engine=engine, seed=1)
    estimate = posterior.estimate(TOTAL)
    mean, sd = exact_log_mean(values)
    logs = np.log(posterior.draws(TOTAL) / 30)
    assert logs.mean() == pytest.approx(mean, abs=0.05 * sd)
    assert logs.std() == pytest.approx(sd, rel=0.05)
    assert estimate.not_quotable is None
    found = posterior.conflicts
    assert [conflict.claim for conflict in found] == ["claim-0", "claim-1"]
    assert found[0].sentence.startswith("The claim of 1")
    assert "contradicts the other claims" in found[0].sentence
    assert [mark.kind for mark in estimate.marks] == ["conflict"]


def test_claims_in_accord_are_no_conflict(posterior: Posterior, posterior_all: Posterior) -> None:
    assert posterior.conflicts == posterior_all.conflicts == ()


def test_the_command_tells_of_a_conflict(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shellcount", "estimate", "--set", "claim.rok-mnd-2024-02=100"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
    )
    assert done.stderr.startswith("CONFLICT, every number is marked: about 100 containers (")


@pytest.mark.parametrize("count", [100, pytest.param(10_000, marks=pytest.mark.slow)])
def test_very_many_claims_are_fit(count: int) -> None:
    drawn = 2_000 * np.exp(0.02 * np.random.default_rng(1).standard_normal(count))
    values = np.round(drawn, 9).tolist()  # so fine that no two are the same statement
    mean, sd = exact_log_mean(values)
    posterior = fit(claims_of(values), seed=1)
    logs = np.log(posterior.draws(TOTAL) / 30)
    assert logs.mean() == pytest.approx(mean, abs=0.05 * sd)
    assert logs.std() == pytest.approx(sd, rel=0.05)
    assert posterior.estimate(TOTAL).not_quotable is None


def outcome(case: Case, engine: Engine) -> str:
    """What a fit ends in: our error's message, or that every number of a result is finite."""
    try:
        draws = 100 if engine == "nuts" else None
        particles = 256 if engine == "smc" else None
        settings = Settings(engine, seed=1, draws=draws, particles=particles)
        estimates = fit_with(case, settings).estimates()
    except (ConvergenceError, EvidenceError) as error:
        return str(error)
    finite = all(math.isfinite(estimate.p50) for estimate in estimates)
    return "a result" if finite else ""


@pytest.mark.parametrize(
    "engine", [*(pytest.param(name, marks=pytest.mark.slow) for name in ("is", "nuts")), "smc"]
)
def test_evidence_beyond_all_measure_is_an_error_that_names_the_claims_or_a_result(engine: Engine) -> None:
    case = with_changes(claims_of([1.0, 2.0, 1e15]), {"hedges.exact.sigma": 1e-9})
    said = outcome(case, engine)
    assert said == "a result" or "has not converged" in said or "claim-0, claim-1, claim-2" in said


# --- killed ------------------------------------------------------------------------------


REPORTS = """
import os, signal, sys
import shellcount
from shellcount.report import writing

MOMENTS = {"open", "os.rename", "os.remove", "os.chmod", "os.link"}
formats = ["md", "json", "npz"]
few = {"engine": "smc", "runs": 4, "particles": 64, "allow_unconverged": True}
posterior = shellcount.fit(shellcount.load_case(sys.argv[1]), **few)
results = shellcount.analyse(posterior)
shellcount.write_report(results, "report", formats=formats, draws=posterior.to_bytes)
write = writing.write_files

def die_at(moment):
    seen = 0

    def look(event, arguments):
        nonlocal seen
        seen += event in MOMENTS
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)

def killed(folder, contents, manifest):
    moment, status = -12, -1
    while status != 0:
        moment += 13
        child = os.fork()
        if child == 0:
            die_at(moment)
            write(folder, contents, manifest=manifest)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(moment, flush=True)
        sys.stdin.readline()
    return write(folder, contents, manifest=manifest)

writing.write_files = killed
shellcount.write_report(results, "report", formats=formats, draws=posterior.to_bytes)
"""


def test_a_report_killed_at_any_moment_leaves_whole_files(tmp_path: Path) -> None:
    """A moment is a file that is opened, linked, renamed or removed."""
    command, moments = [sys.executable, "-c", REPORTS, str(MINIMAL)], 0
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=unmeasured()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while process.stdout.readline():
            moments += 1
            numbers = json.loads((tmp_path / "report" / "numbers.json").read_text("utf-8"))
            saved = Posterior.load(tmp_path / "report" / "posterior.npz", allow_unconverged=True)
            assert numbers["run"]["digest"] == saved.digest
            assert (tmp_path / "report" / "report.md").read_text("utf-8").endswith("\n")
            process.stdin.write("next\n")
            process.stdin.flush()
    assert process.returncode == 0
    assert moments > 5


@pytest.mark.slow  # a small one is killed, and a finished one taken up, in tests of their own
def test_a_killed_calibration_goes_on_where_it_was(tmp_path: Path) -> None:
    words = ["calibrate", str(MINIMAL), "--refits", "60", "--jobs", "1"]
    command, alone = [sys.executable, "-m", "shellcount", *words], unmeasured()
    journal = tmp_path / "calibration" / "counts.jsonl"
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, env=alone) as process:
        while process.poll() is None and not (journal.exists() and journal.read_bytes().count(b"\n") > 5):
            time.sleep(0.01)
        process.kill()
    before = journal.read_bytes()
    done = subprocess.run(command, cwd=tmp_path, check=False, env=alone)
    assert done.returncode in {0, 1}
    assert journal.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    assert json.loads((tmp_path / "calibration" / "counts.json").read_bytes())["refits"] == 60
    (tmp_path / "whole").mkdir()
    subprocess.run(command, cwd=tmp_path / "whole", check=False, env=alone)
    one, other = (tmp_path / name / "counts.json" for name in ("calibration", "whole/calibration"))
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_asked_of_extreme_evidence_ends_in_a_result_or_our_error(seed: int) -> None:
    chance = np.random.default_rng(seed)
    values = np.exp(chance.uniform(0, math.log(1e12), 5)).tolist()
    assert outcome(claims_of(values, "at_least"), "smc")
