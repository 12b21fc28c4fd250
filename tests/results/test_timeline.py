"""A timeline has the claims of one total, and few days, those of the claims among them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from building import edited
from shellcount.case.schema import Case
from shellcount.results.names import name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.timeline import timeline_claims, timeline_days, timeline_quantities


def test_claims_of_containers_are_those_with_a_scope(case: Case) -> None:
    assert {claim.id for claim in timeline_claims(case, "containers")} == {
        claim.id for claim in case.claim if claim.quantity == "containers"
    }


def test_claims_of_rounds_are_of_the_whole_mix(case: Case) -> None:
    assert [claim.id for claim in timeline_claims(case, "rounds")] == [
        "rok-mnd-2024-02-sent",
        "ua-gur-2024",
        "eu-deliveries-2024-06",
    ]

    def of_one_nature(document: dict[str, Any]) -> None:
        (claim,) = (claim for claim in document["claim"] if claim["id"] == "rok-mnd-2024-02-sent")
        claim["nature"] = "122mm-rocket"

    changed = edited(case, of_one_nature)
    assert "rok-mnd-2024-02-sent" not in {claim.id for claim in timeline_claims(changed, "rounds")}


@pytest.mark.parametrize("kind", ["rounds", "containers"])
def test_days_are_in_order_within_the_case_and_hold_those_of_claims(kind: Any, case: Case) -> None:
    days = timeline_days(case, kind)
    assert list(days) == sorted(set(days))
    assert case.containers.first_shipment < days[0]
    assert days[-1] == case.last_date
    assert {day for claim in timeline_claims(case, kind) for day in claim.dates} <= set(days)
    assert {dt.date(2023, 10, 1), dt.date(2023, 10, 15)} <= set(days)


@pytest.mark.parametrize(("last", "most"), [("2025-05-20", 30), ("2033-11-30", 40), ("2043-09-01", 40)])
def test_a_long_case_has_few_days(last: str, most: int, case: Case) -> None:
    def longer(document: dict[str, Any]) -> None:
        (yardstick,) = (claim for claim in document["claim"] if claim["quantity"] == "comparator")
        yardstick["as_of"] = dt.date.fromisoformat(last)

    days = timeline_days(edited(case, longer), "rounds")
    assert 8 <= len(days) <= most
    assert days[-1] == dt.date.fromisoformat(last)


def test_quantities_are_the_first_scenario_and_every_scope(case: Case) -> None:
    quantities = timeline_quantities(case)
    rounds, containers = len(timeline_days(case, "rounds")), len(timeline_days(case, "containers"))
    assert len(quantities) == rounds + len(case.scope) * containers
    assert {(quantity.kind, quantity.subject) for quantity in quantities} == {
        ("rounds", "mixed"),
        *(("containers", scope.id) for scope in case.scope),
    }


def test_results_hold_every_quantity_of_a_timeline(results: Results) -> None:
    for quantity in timeline_quantities(results.case):
        name = name_of(results.case, quantity)
        assert results.estimate(name).name == name
        assert parse_quantity(results.case, name) == quantity
    assert isinstance(quantity, Quantity)
