"""A cited figure is in a unit that its prior implies something in."""

from __future__ import annotations

from typing import Any

import pytest

from building import edited
from shellcount.case.implied import implied_faults, units_of
from shellcount.case.parts import WellFormed
from shellcount.case.schema import Case
from shellcount.errors import CaseError, Fault


def found(case: Case) -> list[Fault]:
    return list(implied_faults(WellFormed.of(case)))


def with_implies(case: Case, prior: str, **cited: Any) -> Case:
    """The case with a cited figure for one of its priors."""
    return edited(case, lambda document: document["priors"][prior].update(implies=cited))


def test_a_shipped_case_has_no_such_fault(case: Case) -> None:
    assert found(case) == []


@pytest.mark.parametrize(
    ("place", "units"),
    [
        (("priors", "load"), ("net_tonnes", "gross_tonnes", "items")),
        (("priors", "payload_share"), ("net_tonnes", "gross_tonnes", "items")),
        (("priors", "stowage"), ("gross_tonnes", "items")),
        (("priors", "first_rate_per_day"), ("per_day",)),
        (("scope", 1, "share"), ("per_day",)),
        (("nature", 0, "stow", 0, "mass_kg"), ("items",)),
        (("trip", 0, "carriers"), ()),
    ],
)
def test_a_prior_implies_something_in_some_units(
    case: Case, place: tuple[str | int, ...], units: tuple[str, ...]
) -> None:
    assert units_of(place, WellFormed.of(case)) == units


def test_what_states_its_items_a_carrier_has_no_mass(case: Case) -> None:
    counted = {"low": 200.0, "high": 400.0, "basis": "made up", "certainty": "U"}

    def edit(document: dict[str, Any]) -> None:
        first, *others = document["nature"]
        bare = {key: value for key, value in first.items() if key not in {"stow", "stow_spread"}}
        document["nature"] = ({**bare, "per_carrier": counted}, *others)

    parts = WellFormed.of(edited(case, edit))
    assert units_of(("priors", "load"), parts) == ("net_tonnes", "items")
    assert units_of(("nature", 0, "per_carrier"), parts) == ("items",)


@pytest.mark.parametrize(
    ("prior", "cited", "fault"),
    [
        (
            "first_rate_per_day",
            {"unit": "net_tonnes", "low": 9.0, "high": 14.0},
            "priors.first_rate_per_day.implies.unit: this prior implies nothing in this unit "
            "(found 'net_tonnes'); it can be per_day",
        ),
        (
            "stowage",
            {"unit": "per_day", "low": 9.0, "high": 14.0},
            "priors.stowage.implies.unit: this prior implies nothing in this unit "
            "(found 'per_day'); it can be gross_tonnes or items",
        ),
    ],
)
def test_a_figure_that_a_prior_says_nothing_of_is_a_fault_of_the_file(
    case: Case, prior: str, cited: dict[str, Any], fault: str
) -> None:
    with pytest.raises(CaseError) as raised:
        with_implies(case, prior, **cited)
    assert [str(each) for each in raised.value.faults] == [fault]


def test_a_unit_that_does_not_exist_is_refused(case: Case) -> None:
    with pytest.raises(CaseError, match=r"priors\.load\.implies\.unit: not one of the allowed values"):
        with_implies(case, "load", unit="tons", low=9.0, high=14.0)


def test_a_single_figure_is_no_fault(case: Case) -> None:
    assert found(with_implies(case, "load", unit="net_tonnes", low=12.0, high=12.0)) == []


def test_implies_is_read_from_a_file(case: Case) -> None:
    assert case.priors.load.implies is not None
    assert (case.priors.load.implies.low, case.priors.load.implies.high) == (9.0, 14.0)
