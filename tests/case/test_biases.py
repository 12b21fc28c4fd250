"""Each claimant has one bias on each kind of quantity, part of which its group shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from building import case_of
from claims import EVERY_FORM, with_every_form
from shellcount.case.biases import (
    bias_covariance,
    bias_kind,
    bias_name,
    bias_spreads,
    biases,
    correlations,
    group_bias_name,
)
from shellcount.case.changes import with_changes
from shellcount.case.kinds import KINDS
from shellcount.case.reading import load_case
from shellcount.case.schema import Case

LEDGER = Path(__file__).parents[1] / "cases" / "good_ledger.toml"
CLAIMS = {claim.id: claim for claim in with_every_form(load_case()).claim}

# --- kinds -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("month", "containers"),
        ("none", "containers"),
        ("rate", "containers"),
        ("words", "containers"),
        ("rounds-rate", "rounds"),
        ("range", "rounds"),
        ("eu-deliveries-2024-06", "rounds"),
        ("carried", "capacity"),
        ("holds", "capacity"),
        ("share", "share"),
        ("mix-share", "share"),
        ("scope-share", "share"),
        ("mass", "mass"),
        ("voyages", "trips"),
    ],
)
def test_a_bias_is_on_what_is_counted_however_it_is_put(claim: str, kind: str) -> None:
    assert bias_kind(CLAIMS[claim]) == kind


def test_every_kind_of_claim_that_is_fit_has_a_bias() -> None:
    kinds = {CLAIMS[name].quantity for name in EVERY_FORM}
    assert kinds == {name for name, kind in KINDS.items() if kind.fit}


# --- spreads and groups ------------------------------------------------------------------


def test_a_claimant_has_the_spread_of_its_grade_or_its_own() -> None:
    ledger = load_case(LEDGER)
    grades = {grade: rule.value for grade, rule in ledger.reliability.items()}
    assert bias_spreads(ledger) == {
        "office": grades["B"],
        "ministry": 0.15,
        "agency": grades["B"],
        "press": grades["C"],
    }


@pytest.mark.parametrize("spread", [0.0, 0.33])
def test_a_claimant_may_state_its_spread_instead_of_a_grade(spread: float) -> None:
    def stated(document: dict[str, Any]) -> None:
        document["claimant"] = ({**document["claimant"][0], "grade": None, "bias_sd": spread},)

    case = case_of({}, edit=stated)
    assert bias_spreads(case) == {"office": spread}
    assert len(biases(case, [("office", "containers")])) == (spread > 0)


def test_members_of_a_group_have_its_correlation_and_others_none() -> None:
    ledger = load_case(LEDGER)
    assert correlations(ledger) == {"office": ("at-the-gate", 0.5), "ministry": ("at-the-gate", 0.5)}
    assert correlations(with_changes(ledger, {"group.at-the-gate.correlation": 0})) == {}
    assert correlations(case_of({})) == {}


# --- parameters --------------------------------------------------------------------------


def test_names_tell_whose_bias_it_is_and_on_what() -> None:
    assert bias_name("office", "containers") == "bias.office.containers"
    assert group_bias_name("allies", "rounds") == "group_bias.allies.rounds"


def test_parts_of_biases_are_standard_normal() -> None:
    ledger = load_case(LEDGER)
    listed = biases(ledger, [("office", "rounds"), ("press", "rounds")])
    assert [bias.name for bias in listed] == [
        "bias.office.rounds",
        "bias.press.rounds",
        "group_bias.at-the-gate.rounds",
    ]
    assert {(bias.prior.mu, bias.prior.sigma) for bias in listed} == {(0.0, 1.0)}


def test_who_says_nothing_has_no_bias() -> None:
    assert biases(load_case(LEDGER), []) == ()


def test_a_bias_is_listed_once_for_each_claimant_and_kind(case: Case) -> None:
    listed = biases(case, [("ua-gur", "rounds"), ("rok-mnd", "containers"), ("ua-gur", "rounds")])
    own = [bias for bias in listed if bias.dim == "claimant_quantity"]
    assert [bias.label for bias in own] == ["ua-gur:rounds", "rok-mnd:containers"]
    assert case.claimant[int(own[0].place[1])].id == "ua-gur"


def test_the_members_of_a_group_share_one_part_of_their_biases_of_a_kind() -> None:
    ledger = load_case(LEDGER)
    spoken = [
        ("office", "containers"),
        ("ministry", "containers"),
        ("ministry", "rounds"),
        ("agency", "rounds"),
    ]
    shared = [bias.name for bias in biases(ledger, spoken) if bias.dim == "group_quantity"]
    assert shared == ["group_bias.at-the-gate.containers", "group_bias.at-the-gate.rounds"]
    apart = with_changes(ledger, {"group.at-the-gate.correlation": 0})
    assert [bias.dim for bias in biases(apart, spoken)] == ["claimant_quantity"] * 4


# --- what two claims share ---------------------------------------------------------------


def test_the_covariance_of_two_biases_is_that_of_claimant_group_and_kind() -> None:
    def group(document: dict[str, Any]) -> None:
        allies = {"id": "allies", "members": ("one", "two"), "correlation": 0.5, "basis": "made up"}
        document["group"] = (allies,)

    items = {"quantity": "rounds", "scope": None, "use": "check"}
    case = case_of(
        {"claimant": "one"},
        {"claimant": "one", "value": 1900.0},
        {"claimant": "two"},
        {"claimant": "three"},
        {"claimant": "one", **items},
        edit=group,
    )
    spreads, groups = bias_spreads(case), correlations(case)
    first, *others = case.claim
    found = [bias_covariance(spreads, groups, first, other) for other in (first, *others)]
    assert found == pytest.approx([0.01, 0.01, 0.005, 0.0, 0.0])
