"""Each choice of a case has its other values, and what has none is said."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from building import edited, one_claim_case
from shellcount.case.changes import with_changes
from shellcount.case.parameters import parameters
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.insight.alternatives import Alternative, alternatives, untried
from shellcount.maths.arrays import Array

SHIPPED = ["dprk-russia-2024", "channel-2023", "black-sea-grain-2022"]


def of(case: Case, choice: str, claims: tuple[str, ...] = ("only",)) -> list[Alternative]:
    return [each for each in alternatives(case, claims) if each.choice == choice]


def changed(case: Case, alternative: Alternative) -> Case:
    return with_changes(case, dict(alternative.changes))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_alternative_is_another_usable_case(name: str) -> None:
    case = load_case(name)
    listed = alternatives(case, [claim.id for claim in case.claim if claim.use == "fit"])
    assert len({(each.choice, each.setting) for each in listed}) == len(listed)
    for each in listed:
        assert (each.without is None) == bool(each.changes)
        if (name, each.choice, each.side) != ("channel-2023", "rate_walk_sd", "upper"):  # beyond what may be
            assert changed(case, each) != case or each.without is not None


def test_a_prior_is_known_at_its_quantiles_and_narrower_and_wider() -> None:
    case = one_claim_case()
    low, high, narrow, wide = of(case, "load")
    assert [each.changes for each in (low, high)] == [(("load", 0.4),), (("load", 0.9),)]
    assert [each.side for each in (low, high, narrow, wide)] == ["lower", "upper", "lower", "upper"]
    prior = case.priors.load.prior("logitnormal")
    for each, factor in ((narrow, 0.5), (wide, 2.0)):
        other = changed(case, each).priors.load.prior("logitnormal")
        assert other.mu == pytest.approx(prior.mu, abs=1e-9)
        assert other.sigma == pytest.approx(factor * prior.sigma)


def test_spreads_are_halved_and_doubled() -> None:
    case = one_claim_case()
    values = [changed(case, each).priors.rate_walk_sd.value for each in of(case, "rate_walk_sd")]
    assert values == [0.175, 0.7]


def test_shares_go_where_their_score_is_at_its_quantiles(case: Case) -> None:
    def share(scores: Array) -> float:
        base = np.array([nature.base_share for nature in case.nature])
        weights = base * np.exp(case.priors.mix_spread.value * scores)
        return float(weights[2] / weights.sum())

    low, high = of(case, "mix.122mm-rocket")
    for each, z in ((low, -1.6448536269514722), (high, 1.6448536269514722)):
        other = changed(case, each)
        base = [nature.base_share for nature in other.nature]
        assert base[2] / math.fsum(base) == pytest.approx(share(np.array([0.0, 0.0, z])))
    assert other.priors.mix_spread == case.priors.mix_spread


def test_of_two_parts_one_tells_all(case: Case) -> None:
    assert len(of(case, "152mm-howitzer.complete.base_share")) == 2
    assert of(case, "152mm-howitzer.projectile.base_share") == []
    assert all(of(case, f"mix.{nature.id}") for nature in case.nature)


def test_grades_go_one_up_and_one_down_as_far_as_there_are_any(case: Case) -> None:
    def graded(grade: str) -> list[str]:
        other = with_changes(case, {"claimant.us-state.grade": grade})
        return [each.setting for each in of(other, "claimant.us-state.grade", ("us-state-2024-02",))]

    assert graded("A") == ["B instead of A"]
    assert graded("B") == ["A instead of B", "C instead of B"]
    assert graded("D") == ["C instead of D"]
    assert of(case, "claimant.eu.grade", ("us-state-2024-02",)) == []


def test_a_bias_that_is_stated_is_halved_and_doubled() -> None:
    case = with_changes(one_claim_case(), {"claimant.office.bias_sd": 0.2})
    values = [changed(case, each).claimant[0].bias_sd for each in of(case, "claimant.office.bias_sd")]
    assert values == [0.1, 0.4]


def test_hedges_are_read_by_every_other_lexicon(case: Case) -> None:
    assert [each.setting for each in of(case, "hedges")] == ["that of shellcount", "that of ferson-2015"]
    measured = with_changes(case, {"hedges": "ferson-2015"})
    assert [each.setting for each in of(measured, "hedges")] == ["that of shellcount"]


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, [0.05]), (0.05, [0.0, 0.1]), (0.4, [0.0, 0.8]), (0.6, [0.0])]
)
def test_the_chance_of_being_off_is_none_and_doubled(share: float, expected: list[float]) -> None:
    name = "robustness.outlier_share"
    case = with_changes(one_claim_case(), {name: share})
    assert [dict(each.changes)[name] for each in of(case, name)] == expected


@pytest.mark.parametrize(("value", "expected"), [(0.0, [0.9]), (0.5, [0.0, 0.9]), (0.95, [0.0])])
def test_correlations_are_none_and_high(case: Case, value: float, expected: list[float]) -> None:
    name = "group.allied-intelligence.correlation"
    other = with_changes(case, {name: value})
    assert [dict(each.changes)[name] for each in of(other, name)] == expected


def test_each_claim_is_left_out() -> None:
    (only,) = of(one_claim_case(), "claim.only")
    assert (only.without, only.changes, only.setting) == ("only", (), "left out")


def test_what_is_known_or_has_no_width_is_said() -> None:
    def edit(document: dict[str, Any]) -> None:
        document["priors"]["mix_spread"]["value"] = 0.0
        document["priors"]["load"] = {"value": 0.7, "basis": "made up", "certainty": "U"}
        document["claimant"][0].update(grade=None, bias_sd=0.0)

    case = edited(one_claim_case(), edit)
    assert untried(case) == (
        "load, rated_payload_kg and cube_m3 are taken as known, so that there is no prior to vary.",
        "mix_spread and claimant.office.bias_sd are 0, so that there is no width to change.",
    )
    names = {each.choice for each in alternatives(case, ("only",))}
    assert not names & {"load", "mix_spread", "claimant.office.bias_sd"}
    assert {entry.name for entry in parameters(case) if entry.assumption is not None} <= names
