"""References between claims lead to a claimant's own older claims, and never round in a circle."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.amounts import StatedRange
from shellcount.case.parts import WellFormed
from shellcount.case.reading import load_case
from shellcount.case.relations import LINKS, link_faults, repetitions
from shellcount.case.schema import Claim

GOOD = Path(__file__).parents[1] / "cases" / "good_minimal.toml"
CLAIM = load_case(GOOD).claim[0]
NAMES = "abcdefg"


def parts_of(links: list[dict[str, str]]) -> WellFormed:
    """Claims of one claimant, which refer to each other."""
    claims = {
        place: CLAIM.model_copy(update={"id": NAMES[place], "value": 400.0 + place, **link})
        for place, link in enumerate(links)
    }
    return WellFormed(claim=claims, ids={"claim": [claim.id for claim in claims.values()]})


def reaches_itself(links: list[dict[str, str]], name: str) -> bool:
    """Tell whether a walk along references comes back to where it began."""
    targets = {NAMES[place]: set(link.values()) for place, link in enumerate(links)}
    seen: set[str] = set()
    ahead = set(targets[name])
    while ahead:
        here = ahead.pop()
        seen.add(here)
        ahead |= targets[here] - seen
    return name in seen


LINKED = st.lists(
    st.dictionaries(st.sampled_from(LINKS), st.integers(0, len(NAMES) - 1), max_size=3),
    min_size=1,
    max_size=len(NAMES),
).map(lambda links: [{link: NAMES[place % len(links)] for link, place in entry.items()} for entry in links])


@given(LINKED)
def test_circles_are_told_exactly_when_there_are_any(links: list[dict[str, str]]) -> None:
    told = [fault for fault in link_faults(parts_of(links)) if "circle" in fault.message]
    selves = [place for place, link in enumerate(links) if NAMES[place] in link.values()]
    without = [{k: v for k, v in link.items() if v != NAMES[place]} for place, link in enumerate(links)]
    circular = any(reaches_itself(without, NAMES[place]) for place in range(len(links)))
    assert bool(told) is circular
    itself = [fault for fault in link_faults(parts_of(links)) if fault.message == "refers to itself"]
    assert {int(fault.path[6]) for fault in itself} == set(selves)


def test_a_circle_is_told_once_with_every_claim_in_it() -> None:
    links = [{"supersedes": "b"}, {"supersedes": "c"}, {"supersedes": "a"}]
    assert [str(fault) for fault in link_faults(parts_of(links))] == [
        "claim[2].supersedes: refers round in a circle (found 'a, b, c, a')"
    ]


def test_a_chain_of_thousands_is_walked_without_recursion() -> None:
    count = 5000
    claims = {
        place: CLAIM.model_copy(
            update={
                "id": f"c{place}",
                "value": 1000.0 + place,
                "supersedes": f"c{place + 1}" if place + 1 < count else None,
            }
        )
        for place in range(count)
    }
    parts = WellFormed(claim=claims, ids={"claim": [claim.id for claim in claims.values()]})
    assert list(link_faults(parts)) == []


def test_a_reference_to_an_ill_formed_claim_is_no_fault() -> None:
    parts = WellFormed(
        claim={1: CLAIM.model_copy(update={"restates": "bad"})}, ids={"claim": ["bad", CLAIM.id]}
    )
    assert list(link_faults(parts)) == []


def test_several_claims_may_replace_one() -> None:
    assert list(link_faults(parts_of([{}, {"supersedes": "a"}, {"supersedes": "a"}]))) == []


# --- repetitions -------------------------------------------------------------------------

RATES = [claim for claim in load_case(GOOD.with_name("good_ledger.toml")).claim if claim.quantity == "rate"]


def repeated(first: Claim, **fields: object) -> bool:
    second = first.model_copy(update={"id": "second", **fields})
    return list(repetitions(WellFormed(claim={0: first, 1: second}))) != []


@pytest.mark.parametrize(
    ("field", "other"),
    [("of", "rounds"), ("per", "month"), ("since", None), ("scope", "parcels"), ("trip", "boat")],
)
def test_what_a_claim_is_of_and_when_makes_the_statement(field: str, other: object) -> None:
    assert repeated(RATES[0])
    assert not repeated(RATES[0], **{field: other})


def test_a_repetition_that_says_so_is_none() -> None:
    assert not repeated(CLAIM, restates=CLAIM.id)


def test_a_range_is_the_same_statement_as_one_of_its_ends_and_level() -> None:
    ledger = {claim.id: claim for claim in load_case(GOOD.with_name("good_ledger.toml")).claim}
    claim = ledger["february"]
    assert repeated(claim, value=StatedRange(low=180, high=240, level=0.8))
    assert not repeated(claim, value=StatedRange(low=180, high=240, level=0.5))
