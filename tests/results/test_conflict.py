"""Conflicts are decided by three numbers, and worded with those that decide."""

from __future__ import annotations

import dataclasses

import pytest

from contradicting import FIRST, SECOND, contradicting
from shellcount.errors import UnknownNameError
from shellcount.results.conflict import (
    Conflict,
    Conflicts,
    contradicted,
    describe,
    smallest_tail,
    stated,
    with_tails,
)


@pytest.mark.parametrize(
    ("off", "left_out", "bias", "expected"),
    [
        (0.301, 0.5, 0.0, True),
        (0.3, 0.005, 2.5, False),
        (0.0, 0.0049, 0.0, True),
        (0.0, 0.5, 2.51, True),
        (0.0, 0.5, -2.51, True),
        (None, None, None, False),
        (None, 0.001, None, True),
    ],
)
def test_any_of_three_numbers_makes_a_conflict(
    off: float | None, left_out: float | None, bias: float | None, *, expected: bool
) -> None:
    assert contradicted(off, left_out, bias) is expected


def test_among_many_claims_some_tails_are_small_by_chance() -> None:
    assert not contradicted(0.0, 0.004, 0.0, among=50)
    assert contradicted(0.0, 0.004, 0.0, among=6)
    assert contradicted(0.0, 0.0004, 0.0, among=50)
    # Of n right claims, one is in conflict by its tail with a probability of a twentieth at most.
    for claims in (1, 4, 50, 10_000):
        assert 2 * claims * smallest_tail(claims) <= 0.05 + 1e-12


def test_a_conflict_is_its_sentence_and_cannot_be_changed() -> None:
    conflict = Conflict("only", "Only contradicts the others.")
    assert str(conflict) == "Only contradicts the others."
    with pytest.raises(dataclasses.FrozenInstanceError):
        conflict.claim = "other"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((0.53, 0.2, 0.1), "the chance that it is off is 53%."),
        (
            (0.1, 0.001, 0.1),
            "given the others alone, the model gives a chance of less than 1% to a figure so far out.",
        ),
        (
            (None, 0.2, -3.24),
            "its claimant would have to be biased by 3.2 standard deviations of what was assumed.",
        ),
    ],
)
def test_a_sentence_names_claim_and_reason(numbers: tuple[float | None, float, float], reason: str) -> None:
    case = contradicting()
    off, left_out, bias = numbers
    conflict = describe(case, case.claim[1], off=off, left_out=left_out, bias=bias)
    assert conflict.claim == SECOND
    assert (conflict.off, conflict.left_out, conflict.bias) == numbers
    head, _, why = conflict.sentence.partition(": ")
    assert head == (
        "The claim of 200 crates (Navy of the Coast) contradicts the other claims or the assumptions"
    )
    assert why == reason


def test_a_claim_is_named_by_its_figure_and_claimant() -> None:
    case = contradicting()
    assert [stated(case, claim) for claim in case.claim] == [
        "2,000 crates (Ministry of Ports)",
        "200 crates (Navy of the Coast)",
        "about 300,000 shells (Navy of the Coast)",
    ]


def test_tails_of_refits_decide_instead_of_those_of_the_draws() -> None:
    case = contradicting()
    found = (
        describe(case, case.claim[1], off=0.1, left_out=0.001, bias=0.0),
        describe(case, case.claim[0], off=0.6, left_out=0.001, bias=0.0),
    )
    kept = with_tails(case, found, {SECOND: 0.2, FIRST: 0.3})
    assert [(conflict.claim, conflict.off, conflict.left_out) for conflict in kept] == [(FIRST, 0.6, 0.3)]
    (added,) = with_tails(case, (), {SECOND: 0.2, FIRST: 0.004})
    assert (added.claim, added.off, added.left_out) == (FIRST, None, 0.004)


def test_conflicts_are_found_by_claim_and_show_themselves() -> None:
    found = Conflicts([Conflict("a", "A <contradicts> B.", off=0.52), Conflict("b", "B does.")])
    assert found["b"].sentence == "B does."
    assert list(found.keys()) == ["a", "b"]
    names: list[object] = ["a", "c"]
    assert [name in found for name in names] == [True, False]
    assert repr(found) == "A <contradicts> B.\nB does."
    assert found.table().rows == (("a", "A <contradicts> B.", "52%"), ("b", "B does.", ""))
    assert "A &lt;contradicts&gt; B." in found._repr_html_()
    with pytest.raises(UnknownNameError, match="no claim in conflict is called 'c'"):
        found["c"]


def test_where_no_claims_conflict_it_is_said() -> None:
    assert repr(Conflicts()) == "no claims conflict"
    assert Conflicts()._repr_html_() == "<p>no claims conflict</p>"
    assert not Conflicts()
    assert Conflicts() == ()
