"""Candidates follow from the case: from its claimants, its grades and hedges, and its assumptions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from building import edited, one_claim_case
from shellcount.case.parameters import parameters
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.insight.asked import parse_candidate
from shellcount.insight.candidates import HypotheticalClaim, candidates_of
from shellcount.results.quantity import Quantity
from shellcount.results.standard import answering


def claims(case: Case, asked: Quantity | None = None) -> list[HypotheticalClaim]:
    found = candidates_of(case, "counts", asked or answering(case), 0.1)
    return [each for each in found if isinstance(each, HypotheticalClaim)]


def test_each_claimant_has_a_further_total_and_a_further_count(case: Case) -> None:
    made = [(each.claimant, dict(each.fields)["quantity"]) for each in claims(case) if each.claimant]
    assert made == [(c.id, role) for role in ("rounds", "containers") for c in case.claimant]


def test_who_counted_a_scope_counts_it_again(case: Case) -> None:
    scopes = {each.claimant: dict(each.fields).get("scope") for each in claims(case)}
    assert scopes["us-state"] == "military"
    assert scopes["rok-mnd"] == "munitions"
    assert scopes["eu"] == "munitions"  # the narrowest that a fitted claim counts


def test_new_claimants_have_the_grades_of_the_case(case: Case) -> None:
    new = [
        (each.grade, dict(each.fields)["quantity"], dict(each.fields)["hedge"]) for each in claims(case)[-3:]
    ]
    assert new == [("C", "rounds", "about"), ("A", "containers", "exact"), ("B", "containers", "about")]
    assert {each.grade for each in claims(one_claim_case())} == {None, "B"}


def test_every_assumption_is_measured(case: Case) -> None:
    names = [each.name for each in candidates_of(case, "counts", answering(case), 0.25)]
    assert {f"{entry.name}:25%" for entry in parameters(case)} <= set(names)
    assert {"capacity.mixed:25%", "net_tonnes:25%"} <= set(names)
    assert len(names) == len(set(names))


def test_claims_speak_of_the_time_that_is_asked_for(case: Case) -> None:
    december = Quantity("rounds", "mixed", dt.date(2023, 12, 31), dt.date(2023, 12, 1))
    fields = dict(claims(case, december)[0].fields)
    assert (fields["since"], fields["as_of"]) == (december.since, december.day)
    undated = dict(claims(case, Quantity("capacity", "mixed"))[0].fields)
    assert undated["as_of"] == case.last_date


def test_a_hedge_that_the_case_lacks_is_replaced_by_a_plain_one() -> None:
    def only(hedge: str) -> Any:
        def edit(document: dict[str, Any]) -> None:
            document["hedges"] = {hedge: document["hedges"]["about"]}
            document["claim"] = ({**document["claim"][0], "hedge": hedge},)

        return edit

    assert {dict(each.fields)["hedge"] for each in claims(edited(one_claim_case(), only("exact")))} == {
        "exact"
    }
    assert claims(edited(one_claim_case(), only("at_least"))) == []


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (None, "a figure from the White House for rounds sent by 14 June 2024"),
        ("channel-2023", "a figure from the Ministry of Defence for people"),
    ],
)
def test_a_label_is_in_the_words_of_the_case(name: str | None, label: str) -> None:
    case = load_case(name)
    assert claims(case)[0].label(case, [answering(case)]).startswith(label)


def test_a_claimant_who_gave_such_a_figure_gives_another(case: Case) -> None:
    labels = [
        each.label(case, [Quantity("containers", "munitions", case.last_date)]) for each in claims(case)
    ]
    assert [label.split(" from ")[0] for label in labels[5:10]] == [
        *["another figure"] * 3,
        *["a figure"] * 2,
    ]
    assert labels[-2] == (
        "an exact figure from a new claimant of grade A for containers (munitions) sent by 14 June 2024"
    )


def test_a_label_names_what_a_claim_leaves_open(case: Case) -> None:
    claim = parse_candidate(case, "quantity=rounds nature=122mm-howitzer,122mm-rocket grade=C")
    quantities = [Quantity("rounds", nature, case.last_date) for nature in ("122mm-howitzer", "122mm-rocket")]
    assert isinstance(claim, HypotheticalClaim)
    assert claim.label(case, quantities) == (
        "a figure from a new claimant of grade C for rounds (122mm-howitzer) sent by 14 June 2024 or rounds "
        "(122mm-rocket) sent by 14 June 2024"
    )


def test_labels_tell_what_is_measured_and_how_well(case: Case) -> None:
    labels = [
        each.label(case)
        for each in candidates_of(case, "counts", answering(case), 0.05)
        if not isinstance(each, HypotheticalClaim)
    ]
    assert "load, measured to 5%" in labels
    assert labels[-1] == "gross tonnes a container, measured to 5%"
