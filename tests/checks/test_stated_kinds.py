"""Claims of every kind are checked, each against the quantity that it speaks of, and worded for people."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from building import edited
from shellcount.case.schema import Case
from shellcount.checks.stated import check
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.claim_check import Check, Checks
from shellcount.results.given import readings

JUNE = dt.date(2024, 6, 14)
DECEMBER = {"since": dt.date(2023, 12, 1), "as_of": dt.date(2023, 12, 31)}

# What people say, each a claim of one South Korean claimant, by its id.
KINDS: dict[str, dict[str, Any]] = {
    "month": {"quantity": "containers", "scope": "munitions", "value": 1_000, "hedge": "about", **DECEMBER},
    "day": {"quantity": "containers", "scope": "military", "value": 50, "since": JUNE, "as_of": JUNE},
    "none": {"quantity": "containers", "scope": "munitions", "value": 0, "resolution": 50, **DECEMBER},
    "rate": {
        "quantity": "rate",
        "of": "containers",
        "per": "day",
        "scope": "munitions",
        "value": 45,
        **DECEMBER,
    },
    "rounds-rate": {"quantity": "rate", "of": "rounds", "per": "month", "value": 200_000, "resolution": 1e5},
    "carried": {"quantity": "carried", "containers": 10_000, "value": 2_000_000, "resolution": 1e6},
    "share": {"quantity": "share", "of": "items", "nature": "122mm-rocket", "value": 0.1, "resolution": 0.01},
    "scope-share": {
        "quantity": "share",
        "of": "carriers",
        "scope": "munitions",
        "value": 0.9,
        "resolution": 0.1,
    },
    "mass": {"quantity": "mass", "value": 150_000, "resolution": 10_000},
    "voyages": {"quantity": "trips", "scope": "munitions", "trip": "voyage", "value": 40, "resolution": 10},
    "range": {"quantity": "rounds", "value": {"low": 4_200_000, "high": 5_800_000}, "hedge": None},
    "words": {"quantity": "containers", "scope": "military", "value": "several thousand", "hedge": None},
    "derived": {
        "quantity": "capacity",
        "containers": 10_000,
        "value": 4_600_000,
        "resolution": 1e5,
        "derived_from": "rok-mnd-2024-06",
    },
    "again": {"quantity": "containers", "scope": "munitions", "value": 10_000, "restates": "rok-mnd-2024-06"},
    "taken-back": {"quantity": "containers", "scope": "munitions", "value": 30_000, "withdrawn": True},
}
SAID = "stated by the South Korean Ministry of National Defense"


def with_all_kinds(document: dict[str, Any]) -> None:
    voyage = {"low": 150, "high": 350, "basis": "ships of that size", "certainty": "B"}
    document["trip"] = ({"id": "voyage", "carriers": voyage},)
    common = {"claimant": "rok-mnd", "summary": "A figure.", "resolution": 1, "hedge": "about", "as_of": JUNE}
    for name, entry in KINDS.items():
        claim = {**common, "use": "check", **entry, "id": name}
        if claim["value"] == 0 or claim["hedge"] is None:
            del claim["hedge"]
        if claim["id"] in {"range", "words"}:
            del claim["resolution"]
        report = {"source": document["source"][0]["id"], "value": claim["value"], "hedge": claim.get("hedge")}
        document["claim"] = (*document["claim"], {**claim, "reports": ({**report},)})


@pytest.fixture(scope="module")
def posterior(case: Case) -> Posterior:
    return fit(
        edited(case, with_all_kinds), seed=1, runs=4, engine="smc", particles=256, allow_unconverged=True
    )


@pytest.fixture(scope="module")
def checks(posterior: Posterior) -> Checks:
    return check(posterior)


def only(checks: Checks, claim: str) -> Check:
    return next(result for result in checks if result.claim == claim)


def located(posterior: Posterior, name: str) -> Any:
    claim = next(claim for claim in posterior.case.claim if claim.id == name)
    return claim, np.broadcast_to(posterior.evaluation.location(readings(claim)[0]), posterior.shape)


@pytest.mark.parametrize("name", [name for name in KINDS if name not in {"again", "taken-back"}])
def test_each_kind_is_checked_as_simulated_reports_would_have_it(
    posterior: Posterior, checks: Checks, name: str
) -> None:
    result = only(checks, name)
    claim, locations = located(posterior, name)
    reporting = posterior.model.reporting[name]
    reports = reporting.draw(locations, np.random.default_rng(3))
    if name == "none":  # of a sound claim, which is none with probability exp(-C / 50)
        expected = float(np.exp(-np.exp(locations) / 50).mean())
        assert result.predictive_cdf == pytest.approx(expected, rel=1e-9)
        assert result.tail_probability == result.predictive_cdf
        return
    share = float((reports <= claim.stated).mean())
    assert abs(share - result.predictive_cdf) <= 4 * math.sqrt(0.25 / reports.size)
    assert result.passing_low is not None
    assert result.passing_high is not None
    within = float(((reports >= result.passing_low) & (reports <= result.passing_high)).mean())
    assert within == pytest.approx(0.8, abs=0.02) or name in {
        "carried",
        "mass",
        "derived",
    }  # which have a ceiling


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("month", f"About 1,000 containers (munitions, in December 2023), {SAID}, is "),
        ("day", f"About 50 containers (military, on 14 June 2024), {SAID}, is "),
        ("none", f"No containers (munitions, in December 2023), {SAID}, is "),
        ("rate", f"About 45 containers per day (munitions, on average in December 2023), {SAID}, is "),
        ("rounds-rate", f"About 200,000 rounds per month (sent, on average up to 14 June 2024), {SAID}, is "),
        (
            "carried",
            f"About 2 million rounds (any mix of rounds that 10,000 containers carried), {SAID}, is ",
        ),
        ("share", f"About 0.1 (122mm rockets, as a share of all rounds), {SAID}, is "),
        ("scope-share", f"About 0.9 (munitions containers, as a share of the military ones), {SAID}, is "),
        (
            "mass",
            f"About 150,000 tonnes (gross mass of the artillery cargo sent by 14 June 2024), {SAID}, is ",
        ),
        ("range", "4.2 million to 5.8 million rounds (sent by 14 June 2024), stated as a range by the South"),
        ("words", f"Several thousand containers (military, by 14 June 2024), {SAID}, is "),
        (
            "derived",
            f"About 4.6 million rounds (any mix of rounds that 10,000 containers could hold), {SAID} "
            "(computed as 460 a container, times its own count of 10,000), is ",
        ),
    ],
)
def test_each_kind_is_told_in_a_sentence(checks: Checks, name: str, said: str) -> None:
    assert only(checks, name).sentence.startswith(said)


def test_voyages_are_told_with_their_carriers(checks: Checks) -> None:
    assert "(voyage with munitions containers, by 14 June 2024)" in only(checks, "voyages").sentence


def test_none_seen_where_many_were_expected_is_very_low(checks: Checks) -> None:
    result = only(checks, "none")
    assert (result.verdict, result.side, result.stated) == ("very low", "low", 0.0)
    assert "the model gives less than a 1% chance that none was seen" in result.sentence
    assert (result.passing, result.per_container, result.possible) == ("", "", None)


def test_of_a_range_the_middle_is_high_or_low(checks: Checks) -> None:
    result = only(checks, "range")
    assert result.stated == pytest.approx(math.sqrt(4.2e6 * 5.8e6))
    assert "chance that its middle, 4.94 million, was that high" in result.sentence


def test_a_derived_figure_is_shown_with_its_multiplier_and_compared_with_what_it_says(
    posterior: Posterior, checks: Checks
) -> None:
    result = only(checks, "derived")
    assert result.origin == "computed as 460 a container, times its own count of 10,000"
    assert result.quantity == "capacity.mixed"
    assert result.estimate.p50 == pytest.approx(1e4 * posterior.estimate("capacity.mixed").p50)


def test_repeated_and_withdrawn_claims_are_checked_only_when_asked_for(
    posterior: Posterior, checks: Checks
) -> None:
    assert {"again", "taken-back"}.isdisjoint(result.claim for result in checks)
    asked = check(posterior, ("again", "taken-back"))
    assert f"{SAID} (a repetition of rok-mnd-2024-06), is" in only(asked, "again").sentence
    assert f"{SAID} (withdrawn by its claimant), is" in only(asked, "taken-back").sentence


def test_a_mass_beyond_the_payload_is_impossible(case: Case) -> None:
    def too_heavy(document: dict[str, Any]) -> None:
        with_all_kinds(document)
        next(entry for entry in document["claim"] if entry["id"] == "mass")["value"] = 5_000_000

    heavy = fit(edited(case, too_heavy), seed=1, runs=4, engine="smc", particles=128, allow_unconverged=True)
    result = check(heavy, ("mass",))[0]
    assert (result.verdict, result.ceiling_per_container) == ("impossible", 28.2)
    assert "it needs" in result.sentence
    assert "tonnes per container, and no more than 28.2 can be packed." in result.sentence


def test_prior_odds_of_natures_enter_the_readings(case: Case) -> None:
    def with_odds(document: dict[str, Any]) -> None:
        claim = next(entry for entry in document["claim"] if entry["id"] == "rok-mnd-2024-02-122mm")
        claim["reading_odds"] = {"122mm-rocket": 1.0, "122mm-howitzer": 3.0}

    def both(changed: Case) -> list[Check]:
        drawn = fit(changed, seed=1, runs=4, engine="smc", particles=128, allow_unconverged=True)
        return sorted(check(drawn, ("rok-mnd-2024-02-122mm",)), key=lambda result: str(result.nature))

    equal, unequal = both(case), both(edited(case, with_odds))
    assert [result.reading_prior for result in equal] == [0.5, 0.5]
    assert [result.reading_prior for result in unequal] == [0.75, 0.25]
    factors = [result.bayes_factor for result in (*equal, *unequal)]
    assert factors[:2] == pytest.approx(factors[2:], rel=1e-6)
    assert "likely, 75% before), stated by the South" in unequal[0].sentence
