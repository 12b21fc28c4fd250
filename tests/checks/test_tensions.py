"""Claims of periods, ranges, words, mass, trips and none seen are set against each other."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from building import one_claim_case, with_claims
from shellcount.case.amounts import StatedRange
from shellcount.case.assumptions import Group, Trip
from shellcount.case.schema import Case, DateRange
from shellcount.checks import tensions as looking
from shellcount.checks.tensions import tensions
from shellcount.model.model import build_model

DAY = dt.date
MARCH = {"since": DAY(2024, 3, 1), "as_of": DAY(2024, 3, 31)}
SPRING = {"since": DAY(2024, 3, 1), "as_of": DAY(2024, 5, 31)}


def claiming(first: dict[str, Any], second: dict[str, Any], group: Group | None = None) -> Case:
    """The case of one claim with two instead, of two claimants unless they say otherwise."""
    case = one_claim_case({"claim.only.resolution": 100})
    (claim,), (claimant,) = case.claim, case.claimant
    widest = case.scope[0]
    claims = (
        claim.model_copy(update={"id": name, "claimant": name, **more})
        for name, more in (("a", first), ("b", second))
    )
    return with_claims(case, tuple(claims)).model_copy(
        update={
            "claimant": tuple(claimant.model_copy(update={"id": name}) for name in "ab"),
            "scope": (widest, widest.model_copy(update={"id": "narrow"})),
            "group": None if group is None else (group,),
            "trip": (Trip.model_construct(id="train"), Trip.model_construct(id="ship")),
        }
    )


def found(first: dict[str, Any], second: dict[str, Any], group: Group | None = None) -> list[tuple[str, str]]:
    return [(tension.lower, tension.upper) for tension in tensions(claiming(first, second, group))]


MUCH, LITTLE = {"value": 9000.0}, {"value": 1000.0}
MASS = {"quantity": "mass", "scope": None}
TRIPS = {"quantity": "trips", "trip": "train"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MUCH | MARCH, LITTLE | SPRING),
        (MUCH | MARCH, LITTLE | MARCH),
        (MUCH | MARCH, LITTLE | {"as_of": DAY(2024, 4, 1)}),  # all that was sent before
        (MUCH | {"since": DAY(2024, 3, 5), "as_of": DAY(2024, 3, 5)}, LITTLE | MARCH),  # one day
        (MUCH | MARCH | {"scope": "narrow"}, LITTLE | SPRING),
        (MUCH | MARCH | MASS, LITTLE | SPRING | MASS),
        (MUCH | MARCH | TRIPS, LITTLE | SPRING | TRIPS),
        ({"value": "several thousand"} | MARCH, {"value": 100.0} | SPRING),
        (MUCH | MARCH, {"value": StatedRange(low=800.0, high=1200.0), "hedge": "between"} | SPRING),
        (MUCH | MARCH, {"value": 0.0, "hedge": None} | SPRING),
        (
            MUCH | MARCH,
            LITTLE
            | {
                "since": DAY(2024, 3, 1),
                "as_of": DateRange(earliest=DAY(2024, 3, 31), latest=DAY(2024, 5, 1)),
            },
        ),
    ],
)
def test_more_in_a_part_than_in_the_whole_contradicts(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert found(first, second)[0] == ("a", "b")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MUCH | SPRING, LITTLE | MARCH),
        (MUCH, LITTLE | MARCH),  # sent before the period
        (MUCH | MARCH, LITTLE | {"as_of": DAY(2024, 3, 31)}),  # whose last day is not counted
        (MUCH | {"since": DAY(2024, 2, 29), "as_of": DAY(2024, 3, 31)}, LITTLE | MARCH),
        (MUCH | MARCH, LITTLE | SPRING | {"scope": "narrow"}),
        (MUCH | MARCH | MASS, LITTLE | SPRING),
        (MUCH | MARCH | TRIPS, LITTLE | SPRING),
        (MUCH | MARCH | TRIPS, LITTLE | SPRING | TRIPS | {"trip": "ship"}),
        ({"value": 4000.0} | MARCH, {"value": "several thousand"} | SPRING),
        ({"value": 0.0, "hedge": None} | MARCH, LITTLE | SPRING),
        ({"value": 3.0, "resolution": 1.0} | MARCH, {"value": 0.0, "hedge": None} | SPRING),
        (MUCH | MARCH, LITTLE | SPRING | {"withdrawn": True}),
        (MUCH | MARCH, LITTLE | SPRING | {"restates": "a"}),
        (MUCH | MARCH, LITTLE | SPRING | {"supersedes": "a"}),
        (
            MUCH
            | {
                "since": DAY(2024, 3, 1),
                "as_of": DateRange(earliest=DAY(2024, 3, 31), latest=DAY(2024, 5, 1)),
            },
            LITTLE | MARCH,
        ),
        ({"quantity": "rate", "of": "containers", "per": "day", **MUCH, **MARCH}, LITTLE | SPRING),
        (
            {"quantity": "share", "of": "carriers", "value": 0.9},
            {"quantity": "share", "of": "carriers", "value": 0.1},
        ),
        (
            {"quantity": "carried", "containers": 3.0, **MUCH},
            {"quantity": "carried", "containers": 3.0, **LITTLE},
        ),
    ],
)
def test_claims_of_which_neither_is_part_of_the_other_do_not_contradict(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert ("a", "b") not in found(first, second)


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (MUCH, {"value": 0.0, "hedge": None}, "About 9,000 (a) cannot exceed none seen (b), which covers"),
        (
            {"value": StatedRange(low=8e3, high=9e3), "hedge": "between"},
            {"value": "dozens", "hedge": None},
            "8,000 to 9,000 (a) cannot exceed dozens (b), which",
        ),
    ],
)
def test_claims_are_quoted_in_their_own_words(
    first: dict[str, Any], second: dict[str, Any], words: str
) -> None:
    (tension,) = tensions(claiming(first | MARCH, second | SPRING))
    assert tension.sentence.startswith(words)


def probability(first: dict[str, Any], second: dict[str, Any], group: Group | None = None) -> float:
    (tension,) = (one for one in tensions(claiming(first, second, group)) if one.lower == "a")
    return tension.probability


def test_the_width_of_a_range_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "TENSION", 1.0)
    exact = {"value": 1200.0, "hedge": "exact", "resolution": 1e-6}
    stated = StatedRange(low=800.0, high=1250.0)
    found = probability(exact | MARCH, {"value": stated, "hedge": "between", "resolution": None} | SPRING)
    # sigma = log(1250 / 800) / (2 * 1.644854), and two biases of 0.1
    sigma = math.log(1250 / 800) / 3.2897072539029444
    z = math.log(1000.0 / 1200.0) / math.sqrt(0.02**2 + sigma**2 + 0.1**2 + 0.1**2)
    assert found == pytest.approx(0.5 * math.erfc(-z / math.sqrt(2)), rel=1e-9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_claimants_of_a_group_share_part_of_their_bias(rho: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "TENSION", 1.0)
    group = Group(id="allies", members=("a", "b"), correlation=rho, basis="made up")
    exact = {"hedge": "exact", "resolution": 1e-6}
    found = probability(exact | {"value": 1200.0} | MARCH, exact | {"value": 1000.0} | SPRING, group)
    z = math.log(1000.0 / 1200.0) / math.sqrt(2 * 0.02**2 + 2 * 0.1**2 * (1 - rho))
    assert found == pytest.approx(0.5 * math.erfc(-z / math.sqrt(2)), rel=1e-9)


def test_none_seen_is_as_probable_as_the_model_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "TENSION", 1.0)
    none = {"value": 0.0, "hedge": None, "resolution": 5.0} | SPRING
    some = {"value": 10.0, "resolution": 1.0} | MARCH
    kernel = build_model(claiming(some, none)).reporting["a"].kernel
    assert kernel is not None
    rng = np.random.default_rng(1)
    logs = math.log(10.0) - kernel.draw((400_000,), rng) + math.hypot(0.1, 0.1) * rng.standard_normal(400_000)
    assert probability(some, none) == pytest.approx(float(np.exp(-np.exp(logs) / 5.0).mean()), abs=0.002)
