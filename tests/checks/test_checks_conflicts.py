"""Where the weights of draws cannot be trusted, a case is fitted again without the claim."""

from __future__ import annotations

import pytest

import shellcount.checks.conflicts as checked
from contradicting import FIRST, SECOND, contradicting, in_accord
from shellcount.checks.conflicts import certain_conflicts, conflicts
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.engines.settings import Settings
from shellcount.errors import EvidenceError
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior

QUICK = Settings(seed=1, runs=4, engine="smc", particles=64, allow_unconverged=True)


@pytest.fixture(scope="module")
def apart() -> Posterior:
    return fit_with(contradicting(), QUICK)


def test_draws_decide_where_they_can(apart: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "KHAT_LIMIT", float("inf"))
    assert conflicts(apart) == apart.conflicts
    assert {conflict.claim for conflict in apart.conflicts} == {FIRST, SECOND}


def test_refits_decide_where_draws_cannot(apart: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "KHAT_LIMIT", float("-inf"))
    tails = {check.claim: check.tail_probability for check in leave_one_out(apart.case, settings=QUICK)}
    found = conflicts(apart)
    assert {conflict.claim: conflict.left_out for conflict in found} == tails
    assert {conflict.claim: conflict.off for conflict in found} == {
        conflict.claim: conflict.off for conflict in apart.conflicts
    }


def test_refits_that_are_impossible_leave_it_to_the_draws(
    apart: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impossible(*_: object, **_named: object) -> None:
        raise EvidenceError("no value fits")

    monkeypatch.setattr(checked, "KHAT_LIMIT", float("-inf"))
    monkeypatch.setattr(checked, "leave_one_out", impossible)
    assert conflicts(apart) == apart.conflicts


def test_claims_in_accord_stay_so_in_refits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "KHAT_LIMIT", float("-inf"))
    assert conflicts(fit_with(in_accord(), QUICK)) == ()


def test_what_the_draws_show_for_certain_passes_over_tails_that_cannot_be_trusted(
    apart: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked, "KHAT_LIMIT", -1.0)  # then no tail counts, and chances of being off do
    found = certain_conflicts(apart)
    assert {conflict.claim for conflict in found} == {FIRST, SECOND}
    assert all(conflict.left_out == 1.0 for conflict in found)
    monkeypatch.setattr(checked, "KHAT_LIMIT", float("inf"))
    assert certain_conflicts(apart) == apart.conflicts
