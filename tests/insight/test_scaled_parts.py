"""Power-scaled parts of a posterior move it as in closed form, and those in conflict are told."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from building import edited, one_claim_case
from closed import NAME, slopes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.insight.scaled_parts import scaled_parts
from shellcount.posterior.fitting import fit_with
from shellcount.results.names import parse_quantity
from shellcount.results.scaled_part import ScaledPart

FIT = Settings(runs=16, points=2048)


@functools.cache
def of_one_claim() -> dict[str, ScaledPart]:
    return scaled(one_claim_case())


def scaled(case: Case, name: str = NAME, given: str = "counts") -> dict[str, ScaledPart]:
    posterior = fit_with(case, FIT, given=given)
    return {each.name: each for each in scaled_parts(posterior, parse_quantity(case, name))}


@pytest.mark.parametrize(
    ("name", "part"), [("first_rate_per_day", 0), ("claimant.office", 1), ("claim.only", 2)]
)
def test_parts_move_the_posterior_as_in_closed_form(name: str, part: int) -> None:
    shift, spread = slopes(part)
    found = of_one_claim()[name]
    assert abs(found.shift - shift) <= 4 * found.mcse_shift
    assert abs(found.spread - spread) <= 4 * found.mcse_spread
    assert 0 < found.mcse_shift < 0.01
    assert 0 < found.mcse_spread < 0.05
    assert found.distance > 4 * found.mcse_distance > 0
    assert found.reliable


def test_parts_together_move_it_as_the_sum_of_each() -> None:
    found = of_one_claim()
    priors = [found[name] for name in ("first_rate_per_day", "claimant.office")]
    assert found["all priors"].shift == pytest.approx(sum(each.shift for each in priors))
    assert found["all claims"].shift == pytest.approx(found["claim.only"].shift)


def test_only_what_plays_a_part_is_weighed() -> None:
    assert set(of_one_claim()) == {
        *("first_rate_per_day", "claimant.office", "claim.only", "all priors", "all claims"),
    }
    found = scaled(one_claim_case(), "load")
    assert {"load", "first_rate_per_day"} <= found.keys()
    assert abs(found["claim.only"].shift) <= 4 * found["claim.only"].mcse_shift
    assert found["load"].spread == pytest.approx(
        -0.5 * 0.6931, abs=0.1
    )  # a share, which is not quite lognormal


def test_a_prior_that_no_claim_informs_is_not_diagnosed() -> None:
    found = scaled(one_claim_case(), "load")["load"]
    assert (found.own, found.claims, found.diagnosis) == (None, None, None)


def with_bias(value: float) -> Case:
    def edit(document: dict[str, Any]) -> None:
        document["reliability"]["B"]["value"] = value

    return edited(one_claim_case(), edit)


def test_a_claim_far_from_its_prior_is_in_conflict_with_it() -> None:
    def edit(document: dict[str, Any]) -> None:
        document["priors"]["first_rate_per_day"].update(low=10, high=20)

    far = scaled(edited(one_claim_case(), edit))["first_rate_per_day"]
    assert far.diagnosis == "prior-data conflict"
    assert of_one_claim()["first_rate_per_day"].diagnosis is None


def test_a_claim_that_may_be_biased_by_anything_says_little() -> None:
    weak = scaled(with_bias(9.0))["first_rate_per_day"]
    assert weak.diagnosis == "weak likelihood"
    assert weak.claims is not None
    assert weak.claims < 0.05 < (weak.own or 0.0)


def test_every_prior_and_claim_of_a_case_is_weighed(case: Case) -> None:
    found = scaled(case, "rounds.mixed@2024-06-14", "all")
    assert {
        "load",
        "mix",
        "masses",
        "group.allied-intelligence",
        "claimant.ua-gur",
        "claim.ua-gur-2024",
    } <= set(found)
    assert {each.kind for each in found.values()} == {"prior", "bias", "claim", "all"}
    assert {each.kind for each in found.values() if each.own is not None} == {"prior"}
    assert all((each.mcse_own or 0.0) > 0 for each in found.values() if each.kind == "prior")
    assert max(found.values(), key=lambda each: each.distance).name == "all priors"


def test_nothing_that_is_fitted_leaves_the_priors() -> None:
    found = scaled(
        load_case(),
        "load",
        "counts-but:rok-mnd-2024-02,rok-mnd-2024-06,us-state-2024-02,us-white-house-2023-10",
    )
    assert set(found) == {"load", "all priors", "all claims"}
    assert found["all claims"].distance == 0.0
