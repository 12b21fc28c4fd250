"""A broken line finds the share of variance that a variable explains, and none where there is none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shellcount.maths.smoothing import explained, scatter

RUNS, DRAWS = 16, 2048


def normals(seed: int, count: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, RUNS, DRAWS))


@pytest.mark.parametrize("noise", [0.1, 0.5, 1.0, 3.0, 10.0])
def test_of_normals_the_share_is_that_of_variances(noise: float) -> None:
    """V / (V + s^2), for y of variance V = 1 seen with an error of sd s."""
    y, error = normals(1)
    share = explained(y, y + noise * error)
    assert share.value == pytest.approx(1 / (1 + noise**2), abs=max(4 * share.mcse, 0.002))


def test_a_bend_is_followed() -> None:
    """Y = X^2 + e: Var(X^2) = 2, and E[X Y] = 0, so that a straight line would explain nothing."""
    x, error = normals(2)
    share = explained(x**2 + error, x)
    assert share.value == pytest.approx(2 / 3, abs=max(4 * share.mcse, 0.01))


def test_what_cannot_matter_explains_nothing_and_never_less() -> None:
    shares = [explained(*normals(seed)) for seed in range(40)]
    assert min(share.value for share in shares) == 0.0
    assert sum(share.is_none for share in shares) >= 36
    assert max(share.value for share in shares) < 0.005


def test_the_error_is_that_between_repetitions() -> None:
    found = [explained(y, y + error) for y, error in (normals(100 + seed) for seed in range(60))]
    spread = np.std([share.value for share in found], ddof=1)
    assert np.mean([share.mcse for share in found]) == pytest.approx(spread, rel=0.4)
    assert np.mean([share.value for share in found]) == pytest.approx(
        0.5, abs=4 * spread / math.sqrt(60) + 0.001
    )


def test_variances_about_the_line_are_local() -> None:
    x, error = normals(3)
    found = scatter(np.exp(x / 4) * error, x)
    at = np.array([-1.0, 0.0, 1.0])
    assert found.at(at) == pytest.approx(np.exp(at / 2), rel=0.15)
    assert found.mean == pytest.approx(np.exp(0.125), rel=0.05)


@pytest.mark.parametrize("values", [(0.0, 1.0), (0.0,)])
def test_a_variable_of_few_values_is_regressed_on_too(values: tuple[float, ...]) -> None:
    rng = np.random.default_rng(4)
    x = rng.choice(values, (RUNS, DRAWS))
    share = explained(x + rng.standard_normal(x.shape), x)
    assert share.value == pytest.approx(0.2 if len(values) > 1 else 0.0, abs=0.01)


def test_heavy_tails_spoil_nothing() -> None:
    y, _ = normals(5)
    error = np.random.default_rng(6).standard_t(1, y.shape)
    assert 0.05 < explained(y, y + 1e3 * np.where(error > 100, error, 0) + 0.01 * error).value < 1
