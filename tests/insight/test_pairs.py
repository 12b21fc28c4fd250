"""Pairs of claims on what the two share, against closed forms."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from scipy import stats

from building import case_of
from shellcount.case.schema import Case
from shellcount.insight.pairs import compare_pairs, judged
from shellcount.insight.prior_points import prior_points
from shellcount.model.model import build_model
from shellcount.results.consistency import ClaimPair
from together import SD, counts, exact, robust, simulated


def pairs(case: Case, given: str = "counts") -> tuple[ClaimPair, ...]:
    model = build_model(case, given)
    return compare_pairs(model, prior_points(model, model.fitted, seed=1))


@pytest.mark.parametrize(
    ("factor", "percentile", "off", "conflict"),
    [
        (1.5, 0.974, 0.26, False),
        (2.0, 0.988, 0.51, True),
        (3.0, 0.995, 0.52, True),
        (10.0, 0.9995, 0.54, True),
    ],
)
def test_two_exact_claims_conflict_from_a_factor_of_two(
    factor: float, percentile: float, off: float, conflict: int
) -> None:
    (pair,) = pairs(counts([1000.0 * factor, 1000.0]))
    assert pair.percentile == pytest.approx(percentile, abs=6e-4)
    assert (pair.off_first, pair.off_second) == pytest.approx((off, off), abs=6e-3)
    assert pair.conflicting == bool(conflict)
    assert pair.ratio == pytest.approx(factor)


def test_without_an_allowance_a_pair_is_judged_by_its_distance_alone() -> None:
    (pair,) = pairs(counts([1500.0, 1000.0], allow_off=False))
    assert pair.percentile == pytest.approx(0.9975, abs=6e-5)
    assert pair.chance == pytest.approx(2 * stats.norm.sf(math.log(1.5) / (SD * math.sqrt(2))))
    assert pair.off_first is None
    assert pair.conflicting


def test_whatever_the_prior_of_what_is_shared_the_pair_is_the_same() -> None:
    def narrow(document: dict[str, object]) -> None:
        document["priors"]["first_rate_per_day"].update({"low": 0.5, "high": 0.6})  # type: ignore[index]

    wide = pairs(counts([1300.0, 1000.0], allow_off=False))
    far = pairs(case_of(exact(1300.0, "office-0"), exact(1000.0, "office-1"), edit=narrow))
    assert far == wide


def test_one_claimants_bias_cancels() -> None:
    (pair,) = pairs(
        case_of(exact(1060.0, "one"), exact(1000.0, "one", as_of=dt.date(2024, 1, 31), scope="everything"))
    )
    assert pair.chance == pytest.approx(2 * stats.norm.sf(math.log(1.06) / (0.02 * math.sqrt(2))), rel=1e-6)


def test_claimants_of_a_group_share_their_bias() -> None:
    def group(document: dict[str, object]) -> None:
        document["group"] = (
            {"id": "allies", "members": ("one", "two"), "correlation": 0.75, "basis": "made up"},
        )

    (pair,) = pairs(case_of(exact(1200.0, "one"), exact(1000.0, "two"), edit=group))
    sd = math.sqrt(2 * 0.02**2 + 2 * 0.25 * 0.1**2)
    assert pair.chance == pytest.approx(2 * stats.norm.sf(math.log(1.2) / sd), rel=1e-6)


def test_a_pair_of_different_times_allows_for_what_was_sent_between() -> None:
    """Two months at one rate, which the walk of the rate from one to the other widens."""
    first, second = exact(1000.0, "one"), exact(1000.0, "two", as_of=dt.date(2024, 3, 1))
    (pair,) = pairs(case_of(first, second))
    assert pair.ratio == 1.0
    assert pair.low is not None
    assert pair.high is not None
    assert pair.low < 31 / 60 < pair.high
    assert pair.chance < 0.05
    assert pair.mcse > 0


def test_what_shares_too_little_is_not_compared() -> None:
    capacity = exact(4_000.0, "two", quantity="capacity", scope=None, containers=10.0)
    assert pairs(case_of(exact(1000.0, "one"), capacity), "all") == ()


def test_none_seen_is_held_against_a_count() -> None:
    unseen = {"value": 0, "hedge": None, "claimant": "two", "resolution": 1.0}
    (pair,) = pairs(case_of(exact(5.0, "one"), unseen, edit=robust))
    assert (pair.first, pair.second) == ("claim-1", "claim-0")
    assert pair.ratio is None
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    unseen_of = np.exp(-5.0 * np.exp(SD * math.sqrt(2) * nodes))
    assert pair.chance == pytest.approx(float(weights @ unseen_of / weights.sum()), rel=5e-3)


def test_of_many_right_pairs_none_conflicts() -> None:
    found = pairs(counts(simulated(10)))
    assert len(found) == 45
    assert not any(pair.conflicting for pair in found)
    assert [pair.chance for pair in found] == sorted(pair.chance for pair in found)


def test_all_pairs_are_taken_together() -> None:
    (pair,) = pairs(counts([1600.0, 1000.0]))  # a chance of about 0.1%
    many = judged([pair] * 100)
    assert pair.conflicting
    assert not any(each.conflicting for each in many)
