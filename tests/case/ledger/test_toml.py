"""Claims are written as TOML that reads as the same claims."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shellcount.case.ledger.template import example_claims
from shellcount.case.ledger.toml import claims_toml
from shellcount.case.raw import frozen
from shellcount.case.reading import load_case, shipped_names
from shellcount.case.schema import Claim


def again(text: str) -> tuple[Claim, ...]:
    return tuple(Claim.model_validate(claim) for claim in frozen(tomllib.loads(text)["claim"]))


@pytest.mark.parametrize("name", shipped_names())
def test_the_shipped_claims_are_read_again(name: str) -> None:
    claims = load_case(name).claim
    assert again(claims_toml(claims)) == claims


def test_claims_of_every_form_are_read_again() -> None:
    assert again(claims_toml(example_claims())) == example_claims()


def test_no_claims_are_no_text() -> None:
    assert claims_toml(()) == ""


@settings(max_examples=40)
@given(st.text(min_size=1).filter(str.strip))
def test_any_text_is_read_again(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:  # no file holds half a character
        return
    claim = example_claims()[0].model_copy(update={"summary": text})
    (found,) = tomllib.loads(claims_toml([claim]))["claim"]
    assert found["summary"] == text


@given(st.floats(min_value=1e-9, max_value=1e15))
def test_any_number_is_read_again(value: float) -> None:
    claim = example_claims()[0].model_copy(update={"resolution": value})
    (found,) = tomllib.loads(claims_toml([claim]))["claim"]
    assert found["resolution"] == value


def test_it_is_written_as_people_write_it() -> None:
    (claim,) = [claim for claim in example_claims() if claim.id == "example-capacity"]
    assert claims_toml([claim]).splitlines()[:9] == [
        "[[claim]]",
        'id = "example-capacity"',
        'claimant = "claimant-1"',
        'summary = "A hundred containers could hold up to 200,000 items of one kind or the other."',
        'quantity = "capacity"',
        'nature = ["item", "other"]',
        "reading_odds = { item = 3, other = 1 }",
        "containers = 100",
        "value = 200_000",
    ]
