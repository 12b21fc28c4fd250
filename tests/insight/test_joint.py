"""All claims together: the distance of figures from what is expected, and the chance that all are sound."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from test_prior_points import LOG_MEAN, LOG_SD

from shellcount.case.schema import Case
from shellcount.insight.joint import Spread, all_sound
from shellcount.insight.prior_points import prior_points
from shellcount.model.model import build_model
from together import SD, counts, fitted, simulated


def spread(case: Case) -> Spread:
    model = build_model(case)
    return Spread(model, prior_points(model, model.fitted, seed=1))


def expected(values: list[float]) -> float:
    """Tail of chi-squared, where all is normal."""
    covariance = LOG_SD**2 + SD**2 * np.eye(len(values))
    away = np.log(values) - LOG_MEAN
    distance = float(away @ np.linalg.solve(covariance, away))
    return float(stats.chi2.sf(distance, len(values)))


@pytest.mark.parametrize("values", [[900.0, 1000.0], [700.0, 1000.0, 1100.0], [3000.0, 3100.0]])
def test_where_all_is_normal_the_distance_is_chi_squared(values: list[float]) -> None:
    chance, mcse = spread(counts(values)).p_value()
    assert chance == pytest.approx(expected(values), abs=4 * mcse)


def test_claims_can_be_left_out() -> None:
    found = spread(counts([900.0, 1000.0, 9000.0]))
    assert found.p_value()[0] < 1e-3
    assert found.p_value(frozenset({"claim-2"}))[0] == pytest.approx(expected([900.0, 1000.0]), abs=0.03)
    assert found.p_value(frozenset({"claim-0", "claim-1", "claim-2"})) == (1.0, 0.0)


def test_the_chance_that_all_are_sound_is_that_of_an_integral() -> None:
    values = [1000.0, 1250.0]
    found = all_sound(fitted(counts(values)))
    assert found is not None
    prior, after, mcse = found
    grid = np.linspace(-6, 6, 4001) + math.log(1000.0)
    flat = stats.norm.pdf(grid, LOG_MEAN, LOG_SD)
    sound = [0.95 * stats.norm.pdf(math.log(value) - grid, scale=SD) for value in values]
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    off = [
        0.05
        * sum(
            weight * stats.t.pdf((math.log(value) - grid - 0.1 * node) / 0.5, 4) / 0.5
            for node, weight in zip(nodes, weights / weights.sum(), strict=True)
        )
        for value in values
    ]
    whole = (flat * (sound[0] + off[0]) * (sound[1] + off[1])).sum()
    assert prior == pytest.approx(0.95**2)
    assert after == pytest.approx((flat * sound[0] * sound[1]).sum() / whole, abs=max(0.01, 4 * mcse))


def test_where_none_can_be_off_there_is_no_such_chance() -> None:
    assert all_sound(fitted(counts(simulated(2), allow_off=False))) is None
