"""The pipeline gives what was asked for, under the convergence gate, from whatever it is given."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import shellcount
from building import one_claim_case
from processes import unmeasured
from quick import FEW, quick_posterior, quick_results
from shellcount.analysis import (
    Parts,
    analyse,
    analyse_apart,
    read_results,
)
from shellcount.case.schema import Case
from shellcount.checks.held_out import leave_one_out_results
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.checks.stated import check
from shellcount.engines.settings import Settings
from shellcount.errors import (
    CaseError,
    ConvergenceError,
    NumbersError,
    SavedRunError,
    ShellcountError,
    UnknownNameError,
    UsageError,
)
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.report.content import answer
from shellcount.report.writing import write_report
from shellcount.results.names import name_of
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.standard import standard
from shellcount.results.threshold import Threshold

TOTAL = Quantity("rounds", "mixed", dt.date(2024, 6, 14))
UNSETTLED = Quantity("rounds", "mixed", dt.date(2024, 2, 26))  # few draws, given all, do not converge
SEED = Path(__file__).parents[1] / "seeds" / "dprk-russia-2024.toml"
ROUGH = Settings(**FEW, allow_unconverged=True)


# --- what is computed --------------------------------------------------------------------


def test_figures_are_there_even_where_they_need_no_estimate_of_their_own() -> None:
    """All claims on one day, so early that a timeline has no other day."""
    case = one_claim_case({"claim.only.as_of": "2024-01-15"})
    results = quick_results(case)
    assert results.supporting == {}
    assert results.figures
    results.require_figures()


def test_an_answer_of_the_priors_alone_says_so(case: Case) -> None:
    counts = {f"claim.{claim.id}.use": "check" for claim in case.claim if claim.use == "fit"}
    results = quick_results(shellcount.with_changes(case, counts))
    assert answer(results).startswith("The priors alone imply about ")


def test_the_command_repeats_dates_and_scale_and_there_is_none_for_changes_in_python(
    posterior: Posterior,
) -> None:
    parts = Parts(days=(dt.date(2024, 5, 1),))
    command = analyse(posterior, parts, scale="phia").command
    assert command is not None
    assert command.endswith("--at 2024-05-01 --scale phia")
    assert quick_results(shellcount.with_changes(posterior.case, {"load": (0.5, 0.9)})).command is None


def test_leave_one_out_speaks_on_the_scale_of_the_results(case: Case) -> None:
    results = quick_results(case)
    phia = leave_one_out_results(dataclasses.replace(results, scale="phia"))
    assert phia.left_out == leave_one_out(
        case, settings=Settings.of_run(results.run, allow_unconverged=True), scale="phia"
    )
    assert phia.left_out is not None
    assert set(phia.quoted) >= {found.estimate for found in phia.left_out}


def test_everything_that_is_told_of_a_case_is_computed(results: Results, posterior: Posterior) -> None:
    assert list(results.estimates) == [name_of(posterior.case, each) for each in standard(posterior.case)]
    for name, estimate in results.estimates.items():
        assert estimate == posterior.estimate(name)
    assert results.checks == check(posterior)
    assert results.run == posterior.run
    assert results.log_evidence == posterior.log_evidence
    assert (results.left_out, results.probabilities, results.changes) == (None, {}, ())


def test_parts_are_computed_and_no_more(posterior: Posterior) -> None:
    threshold = Threshold(TOTAL, 1.5e6)
    results = analyse(
        posterior,
        Parts(
            quantities=(), names=("load",), thresholds=(threshold,), checks=("ua-gur-2024",), figures=False
        ),
    )
    assert list(results.estimates) == ["load", "rounds.mixed@2024-06-14"]
    assert list(results.probabilities) == ["rounds.mixed@2024-06-14>=1500000"]
    assert results.probability_of(threshold).value == float((posterior.draws_of(TOTAL) >= 1.5e6).mean())
    assert {found.claim for found in results.checks} == {"ua-gur-2024"}
    assert (results.supporting, results.claimed, results.predictions, results.remarks) == ({}, {}, (), ())


def test_dates_asked_for_come_besides_those_of_the_claims(posterior: Posterior) -> None:
    results = analyse(posterior, Parts(days=(dt.date(2024, 3, 31),), checks=(), figures=False))
    assert dt.date(2024, 3, 31) in results.days
    assert {"rounds.mixed@2024-03-31", "rounds.mixed@2023-10-13"} <= set(results.estimates)


@pytest.mark.parametrize("day", [dt.date(2020, 1, 1), dt.date(2044, 1, 1)])
def test_a_date_without_a_flow_is_refused(day: dt.date, posterior: Posterior) -> None:
    with pytest.raises(UsageError, match=rf"^{day.isoformat()} is (not|more than 20 years) after"):
        analyse(posterior, Parts(days=(day,)))


def test_names_that_there_are_not_are_refused(posterior: Posterior) -> None:
    for parts in (Parts(names=("laod",)), Parts(checks=("ua-gur-2023",))):
        with pytest.raises(UnknownNameError, match=r"did you mean (load|ua-gur-2024)"):
            analyse(posterior, parts)
    with pytest.raises(UnknownNameError, match="no scale is called 'kent'"):
        analyse(posterior, scale="kent")


def test_a_case_is_fitted_as_asked_and_otherwise_as_by_fit(case: Case, posterior: Posterior) -> None:
    shares: list[float] = []
    settings = Settings(seed=5, runs=4, engine="smc", particles=64, allow_unconverged=True)
    results = analyse(case, Parts(figures=False), settings=settings, progress=shares.append)
    assert (results.run.seed, results.run.settings["particles"]) == (5, 64)
    assert analyse(case, Parts(figures=False)).run == posterior.run
    assert shares[-1] == 1.0


def test_changes_of_a_case_are_those_of_its_results(case: Case) -> None:
    changed = shellcount.with_changes(case, {"load": (0.5, 0.9)})
    results = quick_results(changed, Parts(figures=False))
    assert results.changes == ("load=0.5:0.9",)
    assert [mark.short for mark in results.marks] == ["what-if"]


def test_the_command_is_kept(posterior: Posterior) -> None:
    parts = Parts(quantities=(), checks=(), figures=False)
    assert analyse(posterior, parts, command="make it").command == "make it"
    assert analyse(posterior, parts).command is None
    assert analyse(posterior).command == (
        "shellcount report -o report --given counts --engine is --seed 1 --runs 16 --points 2048"
    )


def test_the_command_of_a_case_of_ones_own_names_its_file() -> None:
    results = quick_results(one_claim_case())
    assert str(results.command).startswith("shellcount report one-claim.toml -o report ")


# --- the gate ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parts",
    [
        Parts(),
        Parts(quantities=(UNSETTLED,), checks=(), figures=False),
        Parts(quantities=(), figures=False),
        Parts(quantities=(), thresholds=(Threshold(UNSETTLED, 1.0),), checks=(), figures=False),
    ],
    ids=["everything", "an estimate", "checks", "a probability"],
)
def test_what_has_not_converged_does_not_leave_unasked(parts: Parts, case: Case) -> None:
    posterior = fit(case, given="all", **FEW)
    with pytest.raises(ConvergenceError, match=r"has not converged: .*; draw more \(particles=256, now 64\)"):
        analyse(posterior, parts)
    rough = analyse(quick_posterior(case, given="all"), parts)
    assert any(estimate.not_quotable for estimate in rough.quoted)


# --- several parts, each by itself -------------------------------------------------------


def test_an_error_of_one_part_takes_nothing_from_another(case: Case) -> None:
    run = quick_posterior(case, seed=3).run
    asked = [
        Parts(quantities=(TOTAL,), checks=(), figures=False),
        Parts(quantities=(), checks=("rok-mnd-2024-06",), figures=False),
        Parts(quantities=(), checks=("ua-gur-2024",), figures=False),
    ]
    first, second, third = analyse_apart(case, asked, run=run)
    assert isinstance(first, Results)
    assert isinstance(third, Results)
    assert (first.run, first.answer.unit) == (run, "rounds")
    assert isinstance(second, UsageError)
    assert {found.claim for found in third.checks} == {"ua-gur-2024"}


# --- leaving one out ---------------------------------------------------------------------


def test_each_fitted_claim_is_left_out(results_left_out: Results, case: Case) -> None:
    assert results_left_out.left_out == leave_one_out(case, settings=Settings(seed=1, allow_unconverged=True))


def test_claims_are_left_out_of_results_from_which_others_are(case: Case) -> None:
    results = quick_results(case, Parts(checks=(), figures=False), without="South Korea", seed=2)
    left_out = leave_one_out_results(results).left_out
    assert left_out is not None
    assert [check.claim for check in left_out.leading] == ["us-state-2024-02", "us-white-house-2023-10"]


def test_claims_are_held_out_by_name() -> None:
    parts, few = (
        Parts(checks=(), figures=False),
        Settings(seed=1, runs=4, engine="smc", particles=64, allow_unconverged=True),
    )
    assert analyse(one_claim_case(), parts, without="an OFFICE", settings=few).run.given == "counts-but:only"


def test_nothing_is_held_out_of_a_posterior_or_added_to_it(posterior: Posterior) -> None:
    for names in ({"without": ["us-state"]}, {"with_": ["ua-gur"]}):
        with pytest.raises(UsageError, match="a posterior has been fitted already"):
            analyse(posterior, **names)  # type: ignore[arg-type]


def test_where_nothing_can_be_left_out_results_stay_as_they_are(case: Case) -> None:
    for results in (
        quick_results(one_claim_case(), Parts(figures=False)),
        quick_results(case, Parts(figures=False), without=["South Korea", "us-state"]),
    ):
        assert leave_one_out_results(results) is results


# --- from a file -------------------------------------------------------------------------


def test_results_are_read_from_each_kind_of_file(case: Case, tmp_path: Path) -> None:
    posterior = quick_posterior(case)
    results = analyse(posterior)
    (numbers,) = write_report(results, tmp_path, formats=["json"])
    posterior.save(tmp_path / "run.npz")
    assert read_results(numbers, settings=ROUGH) == results
    assert read_results(tmp_path / "run.npz", settings=ROUGH) == results
    fitted = read_results(SEED, settings=ROUGH)
    assert dataclasses.replace(fitted, command=results.command) == results


def test_unconverged_numbers_are_read_where_that_is_allowed(case: Case, tmp_path: Path) -> None:
    posterior = quick_posterior(case, given="all")
    (numbers,) = write_report(analyse(posterior), tmp_path, formats=["json"])
    posterior.save(tmp_path / "run.npz")
    for path in (numbers, tmp_path / "run.npz"):
        with pytest.raises(ConvergenceError, match="has not converged"):
            read_results(path)
        assert any(estimate.not_quotable for estimate in read_results(path, settings=ROUGH).quoted)


@pytest.mark.parametrize(
    ("name", "error"), [("a.json", NumbersError), ("a.npz", SavedRunError), ("a.toml", CaseError)]
)
@pytest.mark.parametrize("content", [None, b"", b"{", b"\x00\x01"])
def test_a_file_that_cannot_be_used_is_refused(
    name: str, error: type[ShellcountError], content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=re.escape(name)):
        read_results(path)


# --- what tells loads nothing that computes ----------------------------------------------

COMPUTING = ("posterior", "engines", "model", "checks", "studies", "insight")
TELLING = ("report", "plots", "citing", "comparison")


def modules_of(room: str) -> list[str]:
    source = Path(shellcount.__file__).parent
    files = sorted((source / room).rglob("*.py"))
    return [".".join(("shellcount", *file.relative_to(source).with_suffix("").parts)) for file in files]


@pytest.mark.parametrize("room", TELLING)
def test_importing_what_tells_loads_nothing_that_computes(room: str) -> None:
    modules = [name.removesuffix(".__init__") for name in modules_of(room)]
    assert len(modules) > 4
    code = f"""
import importlib, sys
for name in {modules!r}:
    importlib.import_module(name)
rooms = {{name.split(".")[1] for name in sys.modules if name.startswith("shellcount.")}}
print(*sorted(rooms & set({COMPUTING!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=unmeasured()
    )
    assert done.stdout.split() == []


def test_a_report_from_numbers_loads_no_engine(results: Results, tmp_path: Path) -> None:
    (numbers,) = write_report(results, tmp_path, formats=["json"])
    code = f"""
import sys
from shellcount.report.writing import write_report
from shellcount.results.numbers_file import read_numbers
write_report(read_numbers({str(numbers)!r}), {str(tmp_path / "again")!r}, formats=["html", "md", "json"])
rooms = {{name.split(".")[1] for name in sys.modules if name.startswith("shellcount.")}}
print(*sorted(rooms & set({COMPUTING!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, env=unmeasured()
    )
    assert done.stdout.split() == []
    assert (tmp_path / "again" / "numbers.json").read_bytes() == numbers.read_bytes()


def test_the_rooms_are_there() -> None:
    rooms: Any = {path.parent.name for path in Path(shellcount.__file__).parent.glob("*/__init__.py")}
    assert {*COMPUTING, *TELLING} <= rooms
