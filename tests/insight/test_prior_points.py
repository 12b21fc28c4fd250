"""Quantities of claims at points from the prior."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from building import case_of
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.insight.prior_points import POINTS, prior_points
from shellcount.model.model import build_model
from together import counts, exact

LOG_MEAN, LOG_SD = math.log(30 * math.sqrt(1000)), math.log(10) / 2 / stats.norm.ppf(0.95)


def test_quantities_have_their_prior_and_errors_their_hedge() -> None:
    model = build_model(counts([1000.0, 1100.0]))
    points = prior_points(model, model.fitted, seed=1)
    assert points.logs.shape == (2, POINTS)
    assert (points.logs[0] == points.logs[1]).all()
    assert points.logs[0].mean() == pytest.approx(LOG_MEAN, abs=1e-3)
    assert points.logs[0].std() == pytest.approx(LOG_SD, rel=2e-3)
    assert points.biases.std(axis=1) == pytest.approx([0.1, 0.1], rel=5e-3)
    assert points.errors.std(axis=1) == pytest.approx([0.02, 0.02], rel=5e-3)
    assert abs(float((points.biases[0] * points.biases[1]).mean())) < 0.05 * 0.1**2


def test_what_a_claim_leaves_open_is_drawn_by_its_odds() -> None:
    case = load_case()
    model = build_model(case, "all")
    points = prior_points(model, model.fitted, seed=1)
    place = model.places["ua-gur-2024"]
    early, late = (
        prior_points(other, other.fitted, seed=1).logs[other.places["ua-gur-2024"]].mean()
        for day in ("2024-02-26", "2024-06-14")
        for other in [build_model(dated(case, day), "all")]
    )
    assert early < points.logs[place].mean() < late


def dated(case: Case, day: str) -> Case:
    return with_changes(case, {"claim.ua-gur-2024.as_of": day})


def test_the_seed_decides_all_points_and_nothing_else() -> None:
    model = build_model(case_of(exact(1000.0, "one"), exact(900.0, "two")))
    one, again, other = (prior_points(model, model.fitted, seed=seed) for seed in (1, 1, 2))
    assert (one.logs == again.logs).all()
    assert not (one.logs == other.logs).all()
