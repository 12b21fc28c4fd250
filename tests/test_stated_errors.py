"""Stated Monte Carlo errors are as large as the errors made: over seeds, and against what is known exactly.

A difference in errors that are estimated from 16 runs has about the distribution of Student's t with 15
degrees of freedom, of which 0.9% lies beyond 3.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from shellcount.case.reading import load_case
from shellcount.engines.sampler_report import RunsReport
from shellcount.engines.settings import RUNS
from shellcount.maths.arrays import Array
from shellcount.maths.diagnostics import PROBABILITIES, Summary
from shellcount.maths.streams import prior
from shellcount.posterior.fitting import fit
from shellcount.results.run import Engine
from shellcount.results.standard import standard

BEYOND_3 = 2 * float(stats.t.sf(3, RUNS - 1))
NORMAL = np.array([*stats.norm.ppf(PROBABILITIES), 0.0])  # five quantiles and the mean


def stated(summaries: list[Summary]) -> tuple[Array, Array]:
    """Quantiles and mean, and their stated errors; shape (summary, statistic)."""
    values = np.array([(*each.quantiles, each.mean) for each in summaries])
    return values, np.array([(*each.mcse_quantiles, each.mcse_mean) for each in summaries])


def ratios(errors: Array, said: Array) -> Array:
    """Root mean square of the errors over that of those stated, of all but the last axes."""
    found: Array = np.sqrt(np.mean(errors**2, axis=0) / np.mean(said**2, axis=0))
    return found


# --- what keeps its prior, whose quantiles and mean are known exactly ----------------------

SIZES = {"is": 2048, "smc": 8192, "as many as there are cells": 16_384}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_errors_of_what_keeps_its_prior_are_those_made(size: int) -> None:
    """Runs have their strata and their grid in common, so that the spread between them shows neither.

    By the spread alone, a mean errs by 5 (engine is) and 40 (smc) stated errors, a quantile (smc) by 3.
    """
    report = RunsReport((0.0,) * RUNS)
    drawn = [report.summarise(prior(seed, "load", (RUNS, size), 3)[None])[0] for seed in range(60)]
    values, said = stated(drawn)
    found = ratios(values - NORMAL, said)
    assert (found < 1.4).all(), found
    assert (found > 0.6).all(), found  # least for the median: places above and below it cancel
    beyond = np.abs(values - NORMAL) > 3 * said
    assert beyond.mean() <= BEYOND_3
    # Of known size, and not estimated from a few neighbours.
    assert (said.std(axis=0) / said.mean(axis=0) < 0.25).all()


@pytest.mark.parametrize("at_least", [-2.0, -0.3, 0.2, 1.0])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_errors_of_chances_of_what_keeps_its_prior_are_those_made(size: int, at_least: float) -> None:
    report, chance = RunsReport((0.0,) * RUNS), float(stats.norm.sf(at_least))
    true = np.stack([prior(seed, "load", (RUNS, size), 3) >= at_least for seed in range(60)])
    said = report.errors_of_shares(true)
    found = float(ratios(true.mean(axis=(1, 2)) - chance, said))
    assert 0.5 < found < 1.4


def test_a_grid_in_common_is_not_assumed_of_other_sizes() -> None:
    report = RunsReport((0.0,) * RUNS)
    drawn = [report.summarise(prior(seed, "load", (RUNS, 2000), 3)[None])[0] for seed in range(60)]
    values, said = stated(drawn)
    found = ratios(values - NORMAL, said)
    assert (found > 0.6).all(), found
    assert (found < 1.4).all(), found


# --- fits ----------------------------------------------------------------------------------


def over_seeds(
    case: str, given: str, engine: Engine, seeds: range, points: int | None = None
) -> tuple[Array, Array, NDArray[np.bool]]:
    """Values and stated errors, shape (seed, estimate, statistic), and which estimates claims inform."""
    loaded, labels = load_case(case), ("p05", "p25", "p50", "p75", "p95", "mean")
    values, said = [], []
    for seed in seeds:
        posterior = fit(loaded, given=given, seed=seed, engine=engine, points=points, allow_unconverged=True)
        estimates = [posterior.estimate_of(quantity) for quantity in standard(loaded)]
        values.append([[getattr(each, label) for label in labels] for each in estimates])
        said.append([[getattr(each, f"mcse_{label}") for label in labels] for each in estimates])
    informed = np.array([posterior.model.informs(quantity) for quantity in standard(loaded)])
    return np.array(values), np.array(said), informed


def require_errors_as_stated(values: Array, said: Array) -> None:
    """Hold the deviation over seeds of each number against its stated error."""
    seeds = len(values)
    errors = values - values.mean(axis=0)
    found = ratios(errors, said * math.sqrt((seeds - 1) / seeds))
    # So many seeds tell a deviation to one part in sqrt(2 seeds), and three times as much is by chance.
    most = 1.1 + 3 / math.sqrt(2 * seeds)
    assert (found[:, :-1] < most).all(), found.max(axis=0)
    # A mean of one skewed prior, the stowage of the Black Sea case, errs by 1.4 stated errors (decision 67).
    assert (found < max(most, 1.5)).all(), found.max(axis=0)
    assert (found > 1.4).mean() < 0.03
    # Too large by more are only means of shares: their parts shift together on the grid, and cancel.
    assert (found[:, :-1] > 0.5 - 1 / math.sqrt(2 * seeds)).all(), found.min(axis=0)
    assert (found > 0.2).all(), found.min(axis=0)
    every = np.sqrt(np.mean(found**2, axis=0))  # by statistic
    assert (every > 0.8).all(), every
    assert (every < 1.2).all(), every
    # Many numbers of one fit are off together.
    assert (np.abs(errors) > 3 * said).mean() < 2 * BEYOND_3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "given", "engine", "seeds"),
    [
        ("dprk-russia-2024", "counts", "is", 60),
        ("dprk-russia-2024", "all", "is", 60),
        ("black-sea-grain-2022", "counts", "is", 60),
        ("dprk-russia-2024", "counts", "smc", 40),
    ],
)
def test_errors_of_all_standard_estimates_are_those_made(
    case: str, given: str, engine: Engine, seeds: int
) -> None:
    values, said, informed = over_seeds(case, given, engine, range(1, seeds + 1))
    for those in (informed, ~informed):
        if those.any():
            require_errors_as_stated(values[:, those], said[:, those])


def test_errors_of_few_fits_are_those_made() -> None:
    """As the slow test above, with twelve small fits."""
    values, said, informed = over_seeds("dprk-russia-2024", "counts", "is", range(1, 13), points=512)
    for those in (informed, ~informed):
        require_errors_as_stated(values[:, those], said[:, those])
