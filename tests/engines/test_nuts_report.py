"""Reports of the No-U-Turn sampler give the figures that their definitions say, in numbers and in words."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.engines.nuts_report import NutsReport
from shellcount.maths.arrays import Array


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
