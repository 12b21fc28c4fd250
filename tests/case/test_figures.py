"""Figures and what qualifies them agree: one fault for each contradiction, and none for what is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.amounts import StatedRange, lexicon
from shellcount.case.fields import HEDGES, SYNONYMS
from shellcount.case.figures import figure_faults
from shellcount.case.reading import load_case, parse_case
from shellcount.case.schema import Claim

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
LEDGER = GOOD.with_name("good_ledger.toml")
CLAIM = load_case(GOOD).claim[0]
SHARE = next(claim for claim in load_case(LEDGER).claim if claim.id == "food-share")


def told(claim: Claim, **fields: Any) -> list[str]:
    """Paths of the faults of a claim with other fields."""
    return [fault.path for fault in figure_faults("claim", claim.model_copy(update=fields))]


def test_every_form_of_claim_is_right_in_the_ledger() -> None:
    assert [fault for claim in load_case(LEDGER).claim for fault in figure_faults("claim", claim)] == []


RANGE = StatedRange(low=100, high=200)


@pytest.mark.parametrize("value", [RANGE, "hundreds"])
@pytest.mark.parametrize("hedge", [None, *HEDGES])
@pytest.mark.parametrize("resolution", [None, 10.0])
def test_a_range_says_itself_how_precise_it_is(
    value: StatedRange | str, hedge: str | None, resolution: float | None
) -> None:
    faults = told(CLAIM, value=value, hedge=hedge, resolution=resolution)
    expected = ["claim.hedge"] * (hedge not in {None, "between"}) + ["claim.resolution"] * (
        resolution is not None
    )
    assert faults == expected


@pytest.mark.parametrize("hedge", [None, *HEDGES])
@pytest.mark.parametrize("resolution", [None, 10.0])
def test_a_number_needs_a_hedge_and_a_resolution(hedge: str | None, resolution: float | None) -> None:
    faults = told(CLAIM, value=420.0, hedge=hedge, resolution=resolution)
    assert faults == ["claim.resolution"] * (resolution is None) + ["claim.hedge"] * (
        hedge in {None, "between"}
    )


@pytest.mark.parametrize("hedge", [None, *HEDGES])
@pytest.mark.parametrize("resolution", [None, 10.0])
def test_none_seen_needs_a_resolution_alone(hedge: str | None, resolution: float | None) -> None:
    faults = told(CLAIM, value=0.0, hedge=hedge, resolution=resolution)
    assert faults == ["claim.resolution"] * (resolution is None) + ["claim.hedge"] * (
        hedge not in {None, "exact"}
    )


@pytest.mark.parametrize("claim", load_case(LEDGER).claim, ids=lambda claim: claim.id)
def test_none_seen_is_said_of_what_is_counted(claim: Claim) -> None:
    counted = claim.quantity in {"containers", "rounds", "rate", "trips"}
    reports = ({"source": "bulletin", "value": 0.0},)
    changed = Claim.model_validate(
        claim.model_dump() | {"value": 0.0, "resolution": 1.0, "hedge": None, "reports": reports}
    )
    found = [fault.path for fault in figure_faults("claim", changed)]
    assert found == ([] if counted else ["claim.value", "claim.reports[0].value"])


@given(st.floats(1e-9, 1e15), st.floats(1e-9, 1e15), st.floats(0.5, 0.99))
def test_a_range_is_refused_exactly_when_its_ends_are_not_apart(
    one: float, other: float, level: float
) -> None:
    found = told(CLAIM, value=StatedRange(low=one, high=other, level=level), hedge=None, resolution=None)
    apart = other > one * (1 + 1e-7)
    if apart or other <= one:
        assert found == ([] if apart else ["claim.value"])


@pytest.mark.parametrize("level", [5e-324, 1e-12, 1 - 1e-16])
def test_a_level_at_its_border_is_no_error_of_arithmetic(level: float) -> None:
    found = told(CLAIM, value=StatedRange(low=1, high=1e6, level=level), hedge=None, resolution=None)
    assert found == ([] if level > 0.5 else ["claim.value"])


@given(st.floats(1e-8, 3))
def test_a_share_lies_between_zero_and_one(value: float) -> None:
    assert told(SHARE, value=value, resolution=1e-9) == ([] if value < 1 else ["claim.value"])
    upper = StatedRange(low=value / 2, high=value)
    found = told(SHARE, value=upper, resolution=None, hedge=None)
    assert found == ([] if value < 1 else ["claim.value"])


@pytest.mark.parametrize("word", lexicon())
def test_no_word_for_an_amount_is_a_share(word: str) -> None:
    assert told(SHARE, value=word, resolution=None, hedge=None) == ["claim.value"]
    assert told(CLAIM, value=word, resolution=None, hedge=None) == []


@pytest.mark.parametrize(("word", "hedge"), SYNONYMS.items())
def test_synonyms_of_hedges_are_read_as_the_hedge(word: str, hedge: str) -> None:
    text = LEDGER.read_text(encoding="utf-8").replace('hedge = "fewer_than"', f'hedge = "{word}"')
    text = text.replace("[hedges]\n", f"[hedges]\n{RULES}") if hedge in RULES else text
    (claim,) = [claim for claim in parse_case(text.encode(), origin="ledger").claim if claim.id == "convoys"]
    assert claim.hedge == hedge


RULES = "".join(
    f'{hedge} = {{ sigma = 0.05, margin = 0.1, basis = "-", certainty = "U" }}\n'
    for hedge in ("more_than", "nearly")
)
