"""Accounts give the figures that their definitions say, in numbers and in words."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from shellcount.digest import Json
from shellcount.engines.sampler_report import ImportanceReport, NutsReport, SmcReport
from shellcount.maths.arrays import Array
from shellcount.posterior.posterior import Posterior


def told_by_smc(*run_log_evidence: float) -> SmcReport:
    return SmcReport(run_log_evidence, temperatures=5, moves=60, acceptance=0.31, correlation=0.051)


def statistics(chains: int = 4, draws: int = 250, seed: int = 1) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    shape = (chains, draws)
    return {
        "diverging": np.zeros(shape),
        "energy": rng.standard_normal(shape).cumsum(axis=1) + rng.standard_normal(shape),
        "lp": rng.standard_normal(shape),
        "tree_depth": rng.integers(2, 5, shape).astype(float),
        "n_steps": rng.integers(4, 32, shape).astype(float),
        "step_size": np.full(shape, 0.3),
        "acceptance_rate": rng.uniform(0.9, 1.0, shape),
    }


def told_by_nuts(**changed: Array) -> NutsReport:
    return NutsReport(statistics() | changed, deepest_tree=10)


def diverging(count: int) -> Array:
    flags = np.zeros((4, 250))
    flags.flat[7 : 7 + 3 * count : 3] = 1
    return flags


# --- sequential Monte Carlo ----------------------------------------------------------------


def test_evidences_are_averaged_before_the_logarithm() -> None:
    mean, error = told_by_smc(math.log(1), math.log(2), math.log(3), math.log(6)).log_evidence
    assert mean == pytest.approx(math.log(3), rel=1e-14)
    assert error == pytest.approx(np.std([1, 2, 3, 6], ddof=1) / 2 / 3, rel=1e-14)


@pytest.mark.parametrize("shift", [-5000.0, 5000.0])
def test_evidences_beyond_all_floats_are_averaged_all_the_same(shift: float) -> None:
    here, there = told_by_smc(-1.0, -1.5, -1.2), told_by_smc(-1.0 + shift, -1.5 + shift, -1.2 + shift)
    assert there.log_evidence[0] - shift == pytest.approx(here.log_evidence[0], abs=1e-9)
    assert there.log_evidence[1] == pytest.approx(here.log_evidence[1], rel=1e-9)


def test_sequential_monte_carlo_tells_nothing_of_single_draws() -> None:
    assert told_by_smc(-1.0, -1.1).statistics == {}


@pytest.mark.parametrize("stuck", [None, "at the last temperature particles still correlate by 0.50"])
def test_particles_that_do_not_forget_where_they_started_are_a_fault_of_the_whole_run(
    stuck: str | None,
) -> None:
    told = dataclasses.replace(told_by_smc(-1.0, -1.1), stuck=stuck)
    assert told.not_quotable == stuck
    assert SmcReport.from_document(told.document(), {}, 2) == told


def test_why_another_engine_draws_is_the_first_fact() -> None:
    told = dataclasses.replace(told_by_smc(-1.0, -1.1), instead="k-hat is 1.2")
    assert told.facts[0] == ("engine", "smc, since is does not serve: k-hat is 1.2")
    assert told.facts[1:] == told_by_smc(-1.0, -1.1).facts


def test_sequential_monte_carlo_in_words() -> None:
    assert told_by_smc(-30.0, -30.0).facts == (
        ("tempering steps", "5"),
        ("moves", "60"),
        ("accepted proposals", "31%"),
        ("largest correlation with the start", "0.05"),
        ("log evidence", "-30.00 ± 0.00 nats"),
    )


# --- importance sampling --------------------------------------------------------------------


def told_by_is(refusal: str | None = None) -> ImportanceReport:
    return ImportanceReport(
        (-2.5, -2.6, -2.4), 0.423, 0.31, directions=7, rounds=5, evaluations=28_672, refusal=refusal
    )


@pytest.mark.parametrize("refusal", [None, "Pareto k-hat of the weights is 0.71, above 0.7"])
def test_what_its_own_diagnostics_refuse_is_a_fault_of_the_whole_run(refusal: str | None) -> None:
    assert told_by_is(refusal).not_quotable == refusal


def test_importance_sampling_in_words() -> None:
    _, error = told_by_is().log_evidence
    assert told_by_is().facts == (
        ("effective share of the points", "42%"),
        ("Pareto k-hat of the weights", "0.31; the gate is 0.7"),
        ("informed directions", "7"),
        ("rounds of fitting the proposal", "5"),
        ("evaluations of the likelihood", "28,672"),
        ("log evidence", f"-2.50 ± {error:.2f} nats"),
    )


def test_evidences_of_scramblings_are_averaged_as_those_of_other_runs() -> None:
    assert told_by_is().log_evidence == told_by_smc(-2.5, -2.6, -2.4).log_evidence


def test_a_report_of_importance_sampling_is_read_back() -> None:
    told = told_by_is()
    assert ImportanceReport.from_document(told.document(), told.statistics, 3) == told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"khat": "low"}, "khat has a wrong type"),
        ({"effective_share": 1.2}, "effective_share has a wrong value"),
        ({"evaluations": 0}, "evaluations has a wrong value"),
        ({"run_log_evidence": [-2.5]}, "it does not have the log evidence of each run"),
    ],
)
def test_a_report_of_importance_sampling_that_is_none_is_refused(change: dict[str, Json], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ImportanceReport.from_document({**told_by_is().document(), **change}, {}, 3)


# --- the No-U-Turn sampler -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "fault"),
    [(0, None), (1, "1 divergent trajectory"), (2, "2 divergent trajectories")],
)
def test_divergences_are_a_fault_of_the_whole_run(count: int, fault: str | None) -> None:
    account = told_by_nuts(diverging=diverging(count))
    assert account.divergences == count
    assert account.not_quotable == fault


def test_bfmi_is_the_smallest_of_all_chains() -> None:
    account = told_by_nuts()
    of_chains = [
        np.mean(np.diff(energy) ** 2) / np.var(energy, ddof=1) for energy in account.statistics["energy"]
    ]
    assert account.bfmi == pytest.approx(min(of_chains), rel=1e-12)


def test_bfmi_of_one_bad_chain_is_not_averaged_away() -> None:
    energy = np.random.default_rng(2).standard_normal((4, 250))
    assert told_by_nuts(energy=energy).bfmi > 1.5
    energy[2] = energy[2].cumsum()
    assert told_by_nuts(energy=energy).bfmi < 0.3


def test_the_no_u_turn_sampler_knows_no_evidence() -> None:
    assert told_by_nuts().log_evidence is None


def test_the_no_u_turn_sampler_in_words() -> None:
    depths = np.full((4, 250), 3.0)
    depths[1, :7] = 10
    account = told_by_nuts(
        diverging=diverging(2),
        tree_depth=depths,
        n_steps=np.full((4, 250), 11.4),
        acceptance_rate=np.full((4, 250), 0.87),
    )
    assert account.facts == (
        ("divergent trajectories", "2 of 1,000; the gate is 0"),
        ("smallest BFMI of a chain", f"{account.bfmi:.2f}"),
        ("trajectories cut off", "7 of 1,000"),
        ("mean leapfrog steps", "11"),
        ("mean acceptance", "87%"),
    )


def test_each_engine_gives_its_own_account(posterior: Posterior, posterior_nuts: Posterior) -> None:
    assert isinstance(posterior.sampler_report, SmcReport)
    assert isinstance(posterior_nuts.sampler_report, NutsReport)
    assert posterior_nuts.sampler_report.statistics.keys() == statistics().keys()
    assert {values.shape for values in posterior_nuts.sampler_report.statistics.values()} == {
        posterior_nuts.shape
    }
