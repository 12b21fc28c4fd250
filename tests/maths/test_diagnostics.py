"""Summaries equal numpy's and ArviZ's figures, and draws that must not be quoted are told apart."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from shellcount.maths import diagnostics
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import (
    ESS_LIMIT,
    PROBABILITIES,
    RHAT_LIMIT,
    Summary,
    summarise_chains,
    summarise_runs,
)

type Summarise = Callable[[Array], Summary]


def alone(draws: Array) -> Summary:
    """The summary of the runs of one quantity."""
    (summary,) = summarise_runs(draws[None])
    return summary


def independent(runs: int, size: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).standard_normal((runs, size))


def autoregressive(runs: int, size: int, rho: float, seed: int = 2) -> Array:
    """Stationary AR(1) chains, whose effective size is that of (1 - rho) / (1 + rho) as many draws."""
    noise = np.random.default_rng(seed).standard_normal((size, runs))
    chains = np.empty_like(noise)
    chains[0] = noise[0]
    for step in range(1, size):
        chains[step] = rho * chains[step - 1] + math.sqrt(1 - rho**2) * noise[step]
    return chains.T


def shifted(draws: Array, by: float) -> Array:
    """Draws with the first run moved."""
    return draws + np.eye(len(draws))[:, :1] * by


def ties(draws: Array) -> Array:
    return np.round(2 * draws) / 2


CHAINS: dict[str, Array] = {
    "well mixed": independent(16, 1000),
    "two runs": independent(2, 100),
    "one run shifted": independent(4, 500) + np.array([[0.0], [0.0], [0.0], [0.4]]),
    "one run wider": independent(4, 500) * np.array([[1.0], [1.0], [1.0], [2.0]]),
    "drifting": independent(4, 500) + np.linspace(-1, 1, 500),
    "heavy tails": np.random.default_rng(3).standard_cauchy((8, 400)),
    "autocorrelated": autoregressive(4, 1000, 0.9),
    "ties": ties(independent(4, 300)),
    "two values": (independent(4, 300) > 0.3).astype(float),
    "skewed, in millions": 1e6 * np.exp(independent(8, 256)),
}
every_chain = pytest.mark.parametrize("draws", CHAINS.values(), ids=CHAINS.keys())
every_summary = pytest.mark.parametrize("summarise", [alone, summarise_chains])


@every_summary
@every_chain
def test_quantiles_are_those_of_numpy(draws: Array, summarise: Summarise) -> None:
    assert_allclose(summarise(draws).quantiles, np.quantile(draws, PROBABILITIES), rtol=1e-14, atol=1e-16)


@every_summary
@every_chain
def test_mean_and_deviation_are_those_of_all_draws(draws: Array, summarise: Summarise) -> None:
    summary = summarise(draws)
    assert summary.mean == pytest.approx(draws.mean(), rel=1e-12, abs=1e-15)
    assert summary.sd == pytest.approx(draws.std(), rel=1e-14)


@pytest.mark.parametrize("cells", [None, 1024])
@every_chain
def test_monte_carlo_errors_are_the_spread_between_runs(draws: Array, cells: int | None) -> None:
    (summary,), (runs, size) = summarise_runs(draws[None], cells=cells), draws.shape
    per_run = np.array([np.quantile(run, PROBABILITIES) for run in draws])
    by_value = per_run.std(axis=0, ddof=1) / math.sqrt(runs)
    shares = np.array([[(run <= q).mean() for q in summary.quantiles] for run in draws])
    known = 1 / math.sqrt(3) / draws.size
    known = known if cells is None else math.hypot(known, 1 / cells / math.sqrt(6))
    off = np.hypot(shares.std(axis=0, ddof=1) / math.sqrt(runs), known)
    at = np.array(PROBABILITIES)
    reach = np.maximum(off, np.minimum(4 / size, np.minimum(at, 1 - at) / 2))
    low, high = (np.quantile(draws, np.clip(at + sign * reach, 0, 1)) for sign in (-1, 1))
    slope = (high - low) / (2 * reach)
    expected = np.where(slope * off > 1.5 * by_value, slope * off, np.maximum(by_value, slope * known))
    assert_allclose(summary.mcse_quantiles, expected, rtol=1e-10, atol=1e-15)
    spread = np.std([run.mean() for run in draws], ddof=1) / math.sqrt(runs)
    common = 0 if cells is None else np.ptp(draws) / cells / math.sqrt(12)
    assert summary.mcse_mean == pytest.approx(math.hypot(spread, common), rel=1e-12)


def test_monte_carlo_errors_foretell_how_far_repetitions_differ() -> None:
    repeated = [alone(independent(16, 200, seed)) for seed in range(400)]
    spread = np.std([summary.quantiles for summary in repeated], axis=0, ddof=1)
    foretold = np.sqrt(np.mean(np.square([summary.mcse_quantiles for summary in repeated]), axis=0))
    assert_allclose(foretold, spread, rtol=0.12)  # three standard errors of a deviation from 400
    means = np.std([summary.mean for summary in repeated], ddof=1)
    assert np.sqrt(np.mean([summary.mcse_mean**2 for summary in repeated])) == pytest.approx(means, rel=0.12)


def test_monte_carlo_errors_of_runs_with_strata_in_common_are_not_too_small() -> None:
    def stratified(seed: int) -> Array:
        rng = np.random.default_rng(seed)
        return (np.arange(256) + rng.uniform(size=(16, 256))) / 256

    repeated = [alone(stratified(seed)) for seed in range(400)]
    spread = np.std([summary.quantiles for summary in repeated], axis=0, ddof=1)
    foretold = np.sqrt(np.mean(np.square([summary.mcse_quantiles for summary in repeated]), axis=0))
    assert (foretold > 0.9 * spread).all()
    # At 5 and 95% a quantile of all is an order statistic of 16 draws within one stratum.
    assert foretold[[0, -1]] == pytest.approx(spread[[0, -1]], rel=0.2)


def test_well_mixed_chains_may_be_quoted() -> None:
    summary = alone(CHAINS["well mixed"])
    assert summary.rhat < 1.01
    assert summary.not_quotable is None


@pytest.mark.parametrize("name", ["one run shifted", "one run wider", "drifting"])
def test_chains_that_disagree_are_flagged(name: str) -> None:
    summary = alone(CHAINS[name])
    assert summary.rhat > 1.01
    assert summary.not_quotable == f"R-hat is {summary.rhat:.3f}, not below 1.01"


GOOD = Summary((0.0,), (0.0,), 0.0, 1.0, 0.0, rhat=1.0, ess_bulk=5000.0, ess_tail=3000.0)


@pytest.mark.parametrize(
    ("summary", "fault"),
    [
        (GOOD, None),
        (replace(GOOD, rhat=1.0099), None),
        (replace(GOOD, rhat=RHAT_LIMIT), "R-hat is 1.010, not below 1.01"),
        (replace(GOOD, rhat=math.nan), "R-hat is nan, not below 1.01"),
        (replace(GOOD, rhat=math.inf), "R-hat is inf, not below 1.01"),
        (replace(GOOD, ess_bulk=ESS_LIMIT), "bulk ESS is 400, not above 400"),
        (replace(GOOD, ess_tail=12.3), "tail ESS is 12, not above 400"),
        (replace(GOOD, ess_bulk=math.nan), "bulk ESS is nan, not above 400"),
        (replace(GOOD, rhat=2.0, ess_bulk=5.0), "R-hat is 2.000, not below 1.01"),
    ],
)
def test_the_first_diagnostic_that_forbids_quoting_is_named(summary: Summary, fault: str | None) -> None:
    assert summary.not_quotable == fault


@pytest.mark.parametrize(("seed", "part"), [(1, "tail"), (3, "bulk")])
def test_too_few_draws_are_flagged_by_their_effective_size(seed: int, part: str) -> None:
    summary = alone(independent(16, 24, seed))
    ess = summary.ess_bulk if part == "bulk" else summary.ess_tail
    assert summary.rhat < 1.01
    assert ess < 400
    assert summary.not_quotable == f"{part} ESS is {ess:.0f}, not above 400"


def test_effective_size_of_independent_draws_is_their_number() -> None:
    # From 400 runs the squared error is known to one part in sqrt(200): 7%, and here to three times that.
    summary = alone(independent(400, 100))
    assert summary.ess_bulk == pytest.approx(40_000, rel=0.21)


@pytest.mark.parametrize("rho", [0.5, 0.9])
def test_effective_size_of_autocorrelated_draws_is_that_of_theory(rho: float) -> None:
    summary = alone(autoregressive(400, 1000, rho))
    assert summary.ess_bulk == pytest.approx(400_000 * (1 - rho) / (1 + rho), rel=0.21)


def test_the_worse_tail_counts() -> None:
    # Runs differ in their upper tail only: every value above 1 is stretched by a factor of the run's own.
    draws = independent(16, 1000)
    factors = np.linspace(0.5, 3, 16)[:, None]
    summary = alone(np.where(draws > 1, 1 + (draws - 1) * factors, draws))
    assert summary.ess_bulk > 4000
    assert summary.ess_tail < 1000


def test_draws_too_even_to_measure_are_capped() -> None:
    even = np.tile(np.linspace(-1, 1, 100), (4, 1))
    summary = alone(even)
    assert summary.ess_bulk == summary.ess_tail == pytest.approx(400 * math.log10(400), rel=1e-15)
    assert summary.mcse_mean == 0
    # Uniform from -1 to 1: a quantile is known to one of 400 draws, and no better.
    assert summary.mcse_quantiles == pytest.approx((2 / 400 / math.sqrt(3),) * 5, rel=0.02)


def test_a_constant_is_known_without_error() -> None:
    summary = alone(np.full((8, 100), 28_200.0))
    assert summary.quantiles == (28_200.0,) * 5
    assert (summary.mean, summary.sd, summary.mcse_mean, summary.rhat) == (28_200.0, 0.0, 0.0, 1.0)
    assert summary.not_quotable is None


@pytest.mark.parametrize("size", [8, 100])  # means of four equal numbers are exact, of fifty rounded
def test_runs_stuck_at_different_values_are_flagged(size: int) -> None:
    summary = alone(np.tile(np.array([[1.0], [1.0], [2.0], [2.0]]), (1, size)))
    assert summary.rhat > 1e9
    assert summary.not_quotable is not None
    assert summary.not_quotable.startswith("R-hat is ")


def test_one_draw_that_is_not_a_number_forbids_quoting() -> None:
    draws = independent(4, 100)
    draws[2, 3] = math.nan
    assert alone(draws).not_quotable is not None


@given(st.integers(0, 2**32), st.integers(-40, 40), st.integers(-1000, 1000))
def test_a_change_of_unit_changes_no_diagnostic(seed: int, exponent: int, origin: int) -> None:
    draws = ties(independent(4, 60, seed))  # halves: the change is exact, and so are ties
    here, there = alone(draws), alone((draws + origin) * 2.0**exponent)
    assert there.rhat == pytest.approx(here.rhat, rel=1e-9)
    assert there.ess_bulk == pytest.approx(here.ess_bulk, rel=1e-9)


@given(st.integers(0, 2**32))
def test_the_order_of_runs_does_not_matter(seed: int) -> None:
    draws = independent(4, 60, seed)
    here, there = alone(draws), alone(draws[::-1])
    assert there.quantiles == here.quantiles
    assert there.rhat == pytest.approx(here.rhat, rel=1e-12)
    assert there.ess_tail == pytest.approx(here.ess_tail, rel=1e-9)


@pytest.mark.parametrize("together", [1, 3_000, 10**9])
def test_each_of_many_quantities_is_summarised_as_if_it_were_alone(
    together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = independent(8, 250)
    every = np.stack(
        [draws, ties(draws), shifted(draws, 1.0), np.zeros_like(draws), 1e6 * np.exp(draws[::-1])]
    )
    expected = tuple(map(alone, every))
    monkeypatch.setattr(diagnostics, "_TOGETHER", together)
    assert summarise_runs(every) == expected
    assert summarise_runs(every[:0]) == ()


# --- chains --------------------------------------------------------------------------------

SERIES: dict[str, Array] = {
    **{f"rho {rho}": autoregressive(4, 1000, rho) for rho in (-0.9, -0.5, 0.0, 0.3, 0.9, 0.98)},
    **{f"{chains} chains": autoregressive(chains, 600, 0.5, seed=chains) for chains in (2, 3, 5)},
    **{f"{size} draws": autoregressive(3, size, 0.7, seed=size) for size in (8, 101, 127, 347, 1001)},
    "hardly mixed": autoregressive(4, 200, 0.999),
    "a chain shifted a little": shifted(autoregressive(4, 500, 0.5), 0.2),
    "a chain far away": shifted(autoregressive(2, 501, 0.5), 5.0),
    "to and fro": np.tile([1.0, -1.0], (4, 100)) + 1e-3 * independent(4, 200),
    "autocorrelated ties": ties(autoregressive(4, 333, 0.8)),
    "far from zero": 1e6 + autoregressive(4, 400, 0.5),
    **CHAINS,
}
every_series = pytest.mark.parametrize("draws", SERIES.values(), ids=SERIES.keys())


@every_series
def test_rhat_is_that_of_arviz_and_the_same_in_every_summary(draws: Array) -> None:
    from arviz_stats.base import array_stats

    of_arviz = float(array_stats.rhat(draws))
    assert summarise_chains(draws).rhat == alone(draws).rhat == pytest.approx(of_arviz, rel=1e-10)


def test_effective_size_of_strict_alternation_is_capped() -> None:
    # Every distance from the median is the same, of which ArviZ has no R-hat.
    summary = summarise_chains(np.tile([1.0, -1.0], (4, 100)))
    assert summary.ess_bulk == pytest.approx(800 * math.log10(800), rel=1e-12)
    assert summary.rhat == 1


@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.9])
def test_effective_size_of_chains_is_that_of_theory(rho: float) -> None:
    summary = summarise_chains(autoregressive(4, 20_000, rho))
    assert summary.ess_bulk == pytest.approx(80_000 * (1 - rho) / (1 + rho), rel=0.1)


def test_monte_carlo_errors_of_chains_foretell_how_far_repetitions_differ() -> None:
    repeated = [summarise_chains(autoregressive(4, 500, 0.5, seed)) for seed in range(400)]
    spread = np.std([summary.quantiles for summary in repeated], axis=0, ddof=1)
    foretold = np.sqrt(np.mean(np.square([summary.mcse_quantiles for summary in repeated]), axis=0))
    assert_allclose(foretold, spread, rtol=0.12)  # three standard errors of a deviation from 400
    means = np.std([summary.mean for summary in repeated], ddof=1)
    assert np.sqrt(np.mean([summary.mcse_mean**2 for summary in repeated])) == pytest.approx(means, rel=0.12)


def test_the_worse_tail_of_chains_counts() -> None:
    # A slow chain where it is low, and an independent one where it is high.
    slow, fast = autoregressive(4, 2000, 0.95), np.abs(independent(4, 2000))
    draws = np.where(slow < -0.5, slow, fast)
    assert summarise_chains(draws).ess_tail == pytest.approx(summarise_chains(-draws).ess_tail, rel=0.01)
    assert summarise_chains(draws).ess_tail < summarise_chains(fast).ess_tail / 4


def test_chains_that_disagree_may_not_be_quoted() -> None:
    summary = summarise_chains(shifted(independent(4, 1000), 0.5))
    assert summary.not_quotable == f"R-hat is {summary.rhat:.3f}, not below 1.01"


def test_a_constant_of_chains_is_known_without_error() -> None:
    summary = summarise_chains(np.full((4, 1000), 28_200.0))
    assert (summary.mean, summary.sd, summary.mcse_mean, summary.rhat) == (28_200.0, 0.0, 0.0, 1.0)
    assert summary.mcse_quantiles == (0.0,) * 5
    assert summary.not_quotable is None


def test_one_draw_of_a_chain_that_is_not_a_number_forbids_quoting() -> None:
    draws = independent(4, 1000)
    draws[2, 3] = math.nan
    assert summarise_chains(draws).not_quotable is not None


@pytest.mark.parametrize("summarise", [alone, summarise_chains])
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_one_infinite_draw_forbids_quoting(summarise: Callable[[Array], Summary]) -> None:
    draws = independent(4, 1000)
    draws[1, 5] = math.inf
    assert summarise(draws).not_quotable == "not every draw is finite"
