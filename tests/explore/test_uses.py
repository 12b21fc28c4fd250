"""Switches fit claims, check them, or leave them out, as the command line would."""

from __future__ import annotations

import pytest

from building import edited
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.explore.edits import Applied, Edits, applied
from shellcount.explore.uses import Use, uses_now
from shellcount.results.conditioning import conditioning
from shellcount.results.given import fitted_ids, parse_given

CASE = load_case()
CHANNEL = load_case("channel-2023")


def switched(uses: dict[str, Use], given: str | None = None, case: Case = CASE) -> Applied:
    return applied(case, Edits({}, uses, given))


def test_a_fitted_claim_that_is_checked_is_held_out() -> None:
    found = switched({"claim:us-state-2024-02": "check"})
    assert (str(found.given), found.case is CASE) == ("counts-but:us-state-2024-02", True)
    assert found.uses["claim:us-state-2024-02"] == "check"


def test_a_checked_claim_that_is_fit_is_added() -> None:
    found = switched({"claim:ua-gur-2024": "fit"})
    assert (str(found.given), found.case is CASE) == ("counts-and:ua-gur-2024", True)
    assert switched({"claim:ua-gur-2024": "fit"}, "all").given == parse_given(CASE, "all")


@pytest.mark.parametrize("claim", ["us-state-2024-02", "ua-gur-2024"])
def test_a_claim_that_is_left_out_is_only_context(claim: str) -> None:
    found = switched({f"claim:{claim}": "out"}, "all")
    assert found.case.changes == (f"claim.{claim}.use=context",)
    assert claim not in fitted_ids(found.case, found.given)
    assert str(found.given) == "all"
    assert found.uses[f"claim:{claim}"] == "out"


def test_a_claim_that_was_context_can_be_checked_or_fit() -> None:
    case = edited(CASE, lambda document: document["claim"][8].update(use="context", under_all=None))
    assert case.claim[8].id == "ua-gur-2024"
    assert uses_now(case, parse_given(case, "counts"))["claim:ua-gur-2024"] == "out"
    checked = switched({"claim:ua-gur-2024": "check"}, case=case)
    assert checked.case.changes == ("claim.ua-gur-2024.use=check",)
    fitted = switched({"claim:ua-gur-2024": "fit"}, case=case)
    assert (str(fitted.given), fitted.case is case) == ("counts-and:ua-gur-2024", True)


@pytest.mark.parametrize("use", ["fit", "check", "out"])
@pytest.mark.parametrize("given", ["counts", "all"])
def test_a_switch_has_the_use_that_it_was_given(use: Use, given: str) -> None:
    for claim in CASE.claim:
        found = switched({f"claim:{claim.id}": use}, given)
        now = found.uses[f"claim:{claim.id}"]
        assert (now == use) == (not found.faults)
        assert list(found.faults) in ([], [f"claim:{claim.id}"])


def test_the_switch_of_a_claimant_moves_all_of_its_claims() -> None:
    out = switched({"claimant:rok-mnd": "out"})
    own = [claim for claim in CASE.claim if claim.claimant == "rok-mnd"]
    assert {out.uses[f"claim:{claim.id}"] for claim in own} == {"out"}
    assert out.uses["claimant:rok-mnd"] == "out"
    checked = switched({"claimant:rok-mnd": "check"})
    assert checked.given == conditioning(CASE, "counts", without=["rok-mnd"])
    assert checked.uses["claim:rok-mnd-2024-02-return"] == "out"  # of a ratio, which cannot be checked
    assert checked.faults == {}


def test_the_switch_of_a_claimant_fits_what_may_be_fit() -> None:
    found = switched({"claimant:rok-mnd": "fit", "claimant:ua-gur": "fit"})
    assert found.given == conditioning(CASE, "counts", with_=["rok-mnd", "ua-gur"])
    assert found.faults == {}


def test_the_switch_of_a_claim_counts_more_than_that_of_its_claimant() -> None:
    for uses in (
        {"claimant:rok-mnd": "out", "claim:rok-mnd-2024-06": "fit"},
        {"claim:rok-mnd-2024-06": "fit", "claimant:rok-mnd": "out"},
    ):
        found = switched(uses)  # type: ignore[arg-type]
        assert found.uses["claim:rok-mnd-2024-06"] == "fit"
        assert found.uses["claim:rok-mnd-2024-02"] == "out"


@pytest.mark.parametrize(
    ("case", "name", "use", "message"),
    [
        (CASE, "claim:eu-deliveries-2024-06", "fit", "cannot be fit, because it states a comparator"),
        (CASE, "claim:rok-mnd-2024-02-152mm", "fit", "cannot be fit, because it was derived from"),
        (CASE, "claim:rok-mnd-2024-02-return", "check", "states a ratio, which has no posterior"),
        (CASE, "claimant:eu", "fit", "no claim of eu can be so: eu-deliveries-2024-06 cannot be fit"),
        (CASE, "claim:nobody", "out", "no claim or claimant is called 'claim:nobody'"),
        (CASE, "group:allied-intelligence", "out", "no claim or claimant is called"),
        (CHANNEL, "claim:home-office-2023", "fit", "is the outcome, which judges the fit"),
        (CHANNEL, "claim:home-office-2023", "out", "is the outcome, which stays checked"),
    ],
)
def test_what_a_claim_cannot_be_is_told_beside_its_switch(
    case: Case, name: str, use: Use, message: str
) -> None:
    found = switched({name: use}, case=case)
    assert list(found.faults) == [name]
    assert message in found.faults[name]
    assert (found.case is case, found.given) == (True, parse_given(case, "counts"))


def test_a_claimant_with_the_outcome_moves_its_other_claims() -> None:
    found = switched({"claimant:home-office": "out"}, case=CHANNEL)
    assert found.faults == {}
    assert found.uses["claim:home-office-2023"] == "check"
    assert found.uses["claimant:home-office"] == "mixed"


def test_a_switch_keeps_what_else_was_changed() -> None:
    found = applied(CASE, Edits({"load": "0.5:0.9"}, {"claim:us-state-2024-02": "out"}))
    assert found.case.changes == ("load=0.5:0.9", "claim.us-state-2024-02.use=context")
    assert found.changes == {"load": "0.5:0.9", "claim.us-state-2024-02.use": "context"}
