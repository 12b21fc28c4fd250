"""Claims are added to a case without touching what it has."""

from __future__ import annotations

from building import edited
from shellcount.case.schema import Case
from shellcount.insight.candidates import HypotheticalClaim
from shellcount.insight.hypothetical import and_claims, with_claims
from shellcount.results.given import Conditioning, fitted_claims, parse_given


def total(case: Case, grade: str | None = None, claimant: str | None = None) -> HypotheticalClaim:
    fields = (("quantity", "rounds"), ("as_of", case.last_date), ("hedge", "about"))
    return HypotheticalClaim(fields, claimant, grade)


def test_what_the_case_has_stays(case: Case) -> None:
    digest = case.digest
    longer, ids = with_claims(case, [(total(case, grade="C"), 2e6), (total(case, claimant="eu"), 3e6)])
    assert case.digest == digest
    assert longer.claim[:-2] == case.claim
    assert longer.claimant[:-1] == case.claimant
    assert [(claim.id, claim.claimant, claim.value) for claim in longer.claim[-2:]] == [
        (ids[0], ids[0], 2e6),
        (ids[1], "eu", 3e6),
    ]


def test_they_are_fit_only_where_they_are_named(case: Case) -> None:
    longer, ids = with_claims(case, [(total(case, grade="C"), 2e6)])
    before = fitted_claims(case, Conditioning("counts"))
    assert fitted_claims(longer, Conditioning("counts")) == before
    given = and_claims(parse_given(case, "counts-but:us-state-2024-02"), ids)
    assert str(given) == "counts-but:us-state-2024-02-and:hypothetical-1"
    assert next(iter(fitted_claims(longer, given))).claim.id == "hypothetical-1"


def test_ids_that_are_taken_are_left_alone(case: Case) -> None:
    renamed = edited(case, lambda document: document["claim"][0].update(id="hypothetical-1"))
    _, ids = with_claims(renamed, [(total(case, grade="C"), 2e6), (total(case, grade="B"), 2e6)])
    assert ids == ("hypothetical-2", "hypothetical-3")
