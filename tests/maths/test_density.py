"""Densities from draws, against closed forms and an independent estimate."""

import numpy as np
import pytest
from scipy import stats

from shellcount.maths.density import density


def lognormal(size: int, seed: int = 1) -> np.ndarray:
    return np.exp(0.4 * np.random.default_rng(seed).standard_normal(size) + 14.0)


def test_density_of_a_lognormal_is_its_closed_form() -> None:
    at, height = density(lognormal(200_000))
    exact = stats.lognorm(0.4, scale=np.exp(14.0)).pdf(at)
    assert abs(height - exact).max() < 0.02 * exact.max()


def test_density_integrates_to_one() -> None:
    at, height = density(lognormal(32_768))
    assert np.trapezoid(height, at) == pytest.approx(1.0, abs=2e-3)


def test_density_is_an_adaptive_normal_kernel_on_the_log_scale() -> None:
    draws = lognormal(2_000)
    at, height = density(draws)
    logs = np.log(draws)
    quartiles = np.quantile(logs, (0.25, 0.75), method="lower")
    width = 0.9 * min(logs.std(), (quartiles[1] - quartiles[0]) / 1.34) * draws.size**-0.2
    pilot = stats.gaussian_kde(logs, bw_method=width / logs.std(ddof=1))(logs)
    wider = np.clip(np.sqrt(stats.gmean(pilot) / pilot), 1.0, 5.0)
    exact = stats.norm.pdf(np.log(at)[:, None], logs, width * wider).mean(axis=1)
    assert abs(height * at - exact).max() < 0.01 * exact.max()


def test_tails_are_smooth() -> None:
    draws = lognormal(32_768)
    at, height = density(draws)
    below = at < np.quantile(draws, 0.1)
    assert (np.diff(height[below]) > 0).all()


def test_two_modes_stay_apart() -> None:
    draws = np.concatenate((lognormal(20_000), 30.0 * lognormal(20_000, 2)))
    at, height = density(draws)
    between = height * at
    valley = between[np.searchsorted(at, np.exp(14.0) * np.sqrt(30.0))]
    assert valley < 0.25 * between.max()


def test_order_and_shape_play_no_part() -> None:
    draws = lognormal(4_096)
    shuffled = np.random.default_rng(2).permutation(draws).reshape(16, -1)
    np.testing.assert_array_equal(np.stack(density(draws)), np.stack(density(shuffled)))


@pytest.mark.parametrize("draws", [np.full(100, 3.0), np.arange(3.0), np.full(9, 1e6) * (1 + 1e-15)])
def test_nothing_where_there_is_no_spread_or_zero(draws: np.ndarray) -> None:
    at, height = density(draws)
    assert at.size == height.size == 0


def test_half_of_the_draws_may_be_one_value() -> None:
    draws = np.concatenate((np.full(3_000, 2.0), lognormal(1_000) / np.exp(14.0)))
    at, height = density(draws)
    assert np.isfinite(height).all()
    assert np.trapezoid(height, at) == pytest.approx(1.0, abs=0.02)
