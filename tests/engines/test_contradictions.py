"""An error of sampling names the claims that stand apart, with what they state."""

from __future__ import annotations

import numpy as np
import pytest

from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.engines import contradictions
from shellcount.engines.contradictions import explanation
from shellcount.model.model import build_model

CASE = load_case()


def test_without_places_all_claims_are_named() -> None:
    model = build_model(CASE)
    message = explanation(model, "a reason")
    assert "cannot be reconciled (a reason): " in message
    assert all(read.claim.id in message for read in model.fitted)


def test_the_claim_farthest_from_the_model_is_named_first_and_alone() -> None:
    # At the prior medians of all coordinates some hundreds of containers had come by then.
    model = build_model(with_changes(CASE, {"claim.rok-mnd-2024-02": 50_000_000.0}))
    places = np.zeros((len(model.informed), 3))
    message = explanation(model, "a reason", places)
    assert "(a reason): rok-mnd-2024-02 (about 50 million, 2024-02-26)" in message


@pytest.mark.parametrize("nowhere", [np.nan, np.inf, -np.inf])
def test_places_that_are_no_numbers_name_claims_all_the_same(nowhere: float) -> None:
    model = build_model(CASE)
    message = explanation(model, "a reason", np.full((len(model.informed), 2), nowhere))
    assert all(read.claim.id in message for read in model.fitted)


def test_of_many_claims_some_are_named_and_the_others_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contradictions, "_MOST_NAMED", 2)
    model = build_model(CASE)
    message = explanation(model, "a reason", np.full((len(model.informed), 2), np.nan))
    assert "rok-mnd-2024-02 (about 6,700, 2024-02-26), rok-mnd-2024-06 (at least 10,000" in message
    assert "and 2 more; check" in message
