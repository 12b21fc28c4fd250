"""Errors that no spread between runs shows equal those of grids and strata made by other means."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from shellcount.maths.arrays import Array
from shellcount.maths.run_errors import between, error_of_grid, errors_of_means, errors_of_quantiles


def grids(cells: int, count: int) -> Array:
    """Probabilities of places of cells, each grid at an offset of its own; shape (grid, cell)."""
    return (np.arange(cells) + (np.arange(count)[:, None] + 0.5) / count) / cells


def test_without_a_grid_the_error_of_a_mean_is_the_spread_between_runs() -> None:
    means = np.random.default_rng(1).standard_normal((3, 16))
    assert errors_of_means(means).tolist() == pytest.approx(stats.sem(means, axis=1))
    assert errors_of_means(means, 5.0).tolist() == errors_of_means(means).tolist()
    assert error_of_grid(None) == 0


@pytest.mark.parametrize(
    ("quantile", "within"),
    [
        (lambda p: p**2, 0.01),
        # In the outermost cells, where quantiles have no end, a little is added or lost.
        (stats.norm.ppf, 0.25),
        (stats.gamma(3).ppf, 0.25),
    ],
    ids=["square", "normal", "gamma"],
)
def test_the_error_of_a_mean_by_a_grid_is_that_over_all_its_offsets(
    quantile: Callable[[Array], Array], within: float
) -> None:
    values = quantile(grids(4096, 64))
    made = (values.mean(axis=1) - values.mean()).std()
    ranges = np.ptp(values, axis=1).mean(keepdims=True)
    (said,) = errors_of_means(np.zeros((1, 16)), ranges, 4096)
    assert made == pytest.approx(float(said), rel=within)


def test_the_error_of_a_share_by_a_grid_is_that_over_all_its_offsets_and_thresholds() -> None:
    places, thresholds = grids(64, 200), np.linspace(0.2, 0.8, 5001)[:-1]
    shares = (places[:, :, None] <= thresholds).mean(axis=1)
    made = math.sqrt(float(np.mean((shares - thresholds) ** 2)))
    assert made == pytest.approx(error_of_grid(64), rel=0.01)


def test_the_error_of_a_quantile_is_the_spread_where_the_share_errs_alike() -> None:
    """Of uniform draws both are the same, but for chance."""
    draws = np.random.default_rng(1).uniform(size=(16, 1000))
    pooled, at = np.sort(draws.ravel())[None], np.array([0.5])
    shares = (draws <= np.median(draws)).mean(axis=1)[None, None]
    spread = stats.sem(np.median(draws, axis=1))[None, None]
    assert errors_of_quantiles(pooled, at, spread, shares, 1000, None) == spread
    by_share = errors_of_quantiles(pooled, at, np.zeros((1, 1)), shares, 1000, None)
    assert by_share == pytest.approx(spread, rel=0.3)


def test_the_slope_is_not_read_from_a_few_draws() -> None:
    """Each of 16 runs has one draw in each of 2,048 strata, so that draws beside a quantile lie at random."""
    at, said = np.array([0.05]), []
    for seed in range(40):
        draws = (np.arange(2048) + np.random.default_rng(seed).uniform(size=(16, 2048))) / 2048
        pooled = np.sort(draws.ravel())[None]
        shares = (draws <= np.quantile(draws, 0.05)).mean(axis=1)[None, None]
        said.append(errors_of_quantiles(pooled, at, np.zeros((1, 1)), shares, 2048, None)[0, 0])
    # A share of 0.4 of the runs has its draw of the stratum of the quantile below that.
    by_hand = math.hypot(math.sqrt(0.4 * 0.6 / 16) / 2048, 1 / math.sqrt(3) / 32_768)
    assert np.mean(said) == pytest.approx(by_hand, rel=0.05)
    assert np.std(said) < 0.1 * by_hand


def test_a_constant_has_no_error_on_any_grid() -> None:
    shares = np.ones((1, 1, 4))
    assert errors_of_quantiles(np.ones((1, 64)), np.array([0.5]), np.zeros((1, 1)), shares, 16, 1024) == 0
    assert errors_of_means(np.ones((1, 4)), 0.0, 1024) == 0


def test_places_beyond_the_last_draw_have_its_value() -> None:
    assert between(np.array([[1.0, 3.0]]), np.array([[0.0, 0.25, 1.0]])).tolist() == [[1.0, 1.5, 3.0]]
