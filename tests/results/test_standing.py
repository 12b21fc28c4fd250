"""A claim that rests on another one says so, and carriers have a ceiling only where the case knows it."""

from __future__ import annotations

from typing import Any

import pytest

from building import edited
from shellcount.case.schema import Case, Claim
from shellcount.results.standing import ceiling_of, multiplier, origin, set_aside, stale, tail_of


def claims_with(case: Case, name: str, **changes: Any) -> tuple[Case, Claim]:
    """A copy of a case in which one claim has other fields, and that claim."""

    def edit(document: dict[str, Any]) -> None:
        next(entry for entry in document["claim"] if entry["id"] == name).update(changes)

    changed = edited(case, edit)
    return changed, next(claim for claim in changed.claim if claim.id == name)


def test_the_multiplier_of_a_derived_figure_is_the_figure_over_that_which_it_comes_from(case: Case) -> None:
    changed, claim = claims_with(case, "rok-mnd-2024-06-capacity", derived_from="rok-mnd-2024-06")
    assert multiplier(changed, claim) == 4_800_000 / 10_000
    assert origin(changed, claim) == "computed as 480 a container, times its own count of 10,000"


def test_a_figure_that_was_computed_from_no_count_has_no_carrier(case: Case) -> None:
    changed, claim = claims_with(
        case, "rok-mnd-2024-06-capacity", derived_from="rok-mnd-2024-02-152mm", under_all=None
    )
    assert origin(changed, claim) == "computed as 1.60 times its own figure of 3 million"


def test_words_that_were_computed_have_no_exact_multiplier(case: Case) -> None:
    changed, claim = claims_with(
        case,
        "rok-mnd-2024-06-capacity",
        derived_from="rok-mnd-2024-06",
        value="several million",
        hedge=None,
        resolution=None,
    )
    assert multiplier(changed, claim) is None
    assert origin(changed, claim) == "computed from its own count of 10,000"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"withdrawn": True}, "withdrawn by its claimant"),
        ({"restates": "rok-mnd-2024-02"}, "a repetition of rok-mnd-2024-02"),
    ],
    ids=str,
)
def test_claims_that_are_set_aside_are_listed_with_the_reason(
    case: Case, changes: dict[str, Any], reason: str
) -> None:
    changed, claim = claims_with(case, "rok-mnd-2024-06", use="check", **changes)
    assert stale(changed, claim) == origin(changed, claim) == reason
    assert set_aside(changed) == (
        "Not checked: rok-mnd-2024-06 (at least 10,000, the South Korean Ministry of National Defense), "
        f"{reason}.",
    )
    assert set_aside(case) == ()


def test_a_replaced_claim_names_the_one_that_replaces_it(case: Case) -> None:
    changed, _ = claims_with(case, "rok-mnd-2024-06", supersedes="rok-mnd-2024-02")
    old = next(claim for claim in changed.claim if claim.id == "rok-mnd-2024-02")
    assert stale(changed, old) == "replaced by rok-mnd-2024-06"
    assert set_aside(changed)[0].startswith("Not checked: rok-mnd-2024-02 (about 6,700, ")


@pytest.mark.parametrize(("cdf", "tail", "side"), [(0.8, 0.2, "high"), (0.3, 0.3, "low"), (0.5, 0.5, "low")])
def test_the_tail_is_the_smaller_one(case: Case, cdf: float, tail: float, side: str) -> None:
    found, where = tail_of(case.claim[0], cdf)
    assert found == pytest.approx(tail)
    assert str(where) == side


def test_a_yardstick_can_only_be_high_and_none_seen_only_low(case: Case) -> None:
    yardstick = next(claim for claim in case.claim if claim.quantity == "comparator")
    none = case.claim[0].model_copy(update={"value": 0.0})
    assert tail_of(yardstick, 0.1) == (0.9, "high")
    assert tail_of(none, 0.9) == (0.9, "low")


def test_what_carriers_hold_is_items_or_tonnes(case: Case) -> None:
    assert ceiling_of(case, "gross_mass", None) == 28.2
    assert ceiling_of(case, "capacity", "152mm-howitzer") == pytest.approx(28_200 / 43.56)
    assert ceiling_of(case, "rounds", None) == pytest.approx(28_200 / 21.76)


def test_without_bare_items_there_is_no_ceiling_of_what_may_be_carried(case: Case) -> None:
    def unwrapped(document: dict[str, Any]) -> None:
        nature = next(entry for entry in document["nature"] if entry["id"] == "122mm-rocket")
        nature["bare"] = None

    changed = edited(case, unwrapped)
    assert ceiling_of(changed, "capacity", "122mm-rocket") is None
    assert ceiling_of(changed, "rounds", None) is None  # the mix may be all rockets
    assert ceiling_of(changed, "capacity", "152mm-howitzer") == pytest.approx(28_200 / 43.56)
