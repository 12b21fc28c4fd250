"""An error of sampling names the claims that stand apart, with what they state."""

from __future__ import annotations

import numpy as np
import pytest

from contradicting import contradicting
from quick import quick_posterior
from shellcount.case.changes import Change, with_changes
from shellcount.case.reading import load_case
from shellcount.engines import contradictions
from shellcount.engines.contradictions import explanation
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.model.model import Model, build_model
from shellcount.posterior.fitting import fit

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


# --- where no claim is far -----------------------------------------------------------------


def median(count: int = 4) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Places where claims and priors agree, by a fit."""
    coordinates = quick_posterior(CASE).coordinates
    return contradictions.places_of(build_model(CASE), coordinates)[:, :count]


def test_where_no_claim_is_far_it_is_the_engine_that_does_not_serve() -> None:
    message = explanation(build_model(CASE), "a reason", median())
    assert "cannot be reconciled" not in message
    assert "no claim lies over 3 standard deviations from what the model says" in message
    assert "its engine does not serve (a reason); the farthest are " in message
    assert "rok-mnd-2024-06" in message


def test_draws_that_must_not_be_quoted_name_the_claims_to_look_at() -> None:
    coordinates = dict(quick_posterior(CASE).coordinates)
    apart = build_model(with_changes(CASE, {"claim.rok-mnd-2024-02": 50_000_000.0}))
    assert contradictions.doubted(apart, coordinates).startswith(
        "look at claims that contradict the others or the priors: rok-mnd-2024-02 (about 50 million"
    )
    assert "no claim lies over 3" in contradictions.doubted(build_model(CASE), coordinates)


def test_a_claim_that_only_a_parameter_far_from_its_prior_explains_is_far() -> None:
    model = build_model(with_changes(contradicting(), {"robustness.outlier_share": 0}))
    places = np.zeros((len(model.informed), 1))
    biases = [place for place, name in enumerate(model.informed) if name.startswith("bias.")]
    assert len(biases) == 2
    # The prior median of the rate is 20 a day: 600 crates in January.
    stated = np.array([2000.0, 200.0])
    reached = np.log(stated / 620.0) / model.bias_sd["ports"]
    assert np.abs(reached).min() > 8
    places[biases, 0] = reached
    found = contradictions.farthest(model, places)
    assert found.far
    assert "port-count" in found.named
    assert "navy-count" in found.named
    assert contradictions.irreconcilable(model, _draws(model, places))


def test_what_the_priors_allow_is_not_beyond_all_measure() -> None:
    posterior = quick_posterior(CASE)
    assert not contradictions.irreconcilable(posterior.model, posterior.coordinates)


def _draws(model: Model, places: Array) -> dict[str, Array]:
    return {name: row[None] for name, row in zip(model.informed, places, strict=True)}


def test_evidence_beyond_all_measure_is_refused_by_name() -> None:
    beyond: dict[str, Change] = {
        "hedges.exact.sigma": 1e-9,
        "robustness.outlier_share": 0,
        "claim.navy-count": 1e14,
    }
    with pytest.raises(EvidenceError, match=r"cannot be reconciled \(.*\): .*navy-count \(100 trillion, "):
        fit(with_changes(contradicting(), beyond))


def test_where_a_limit_ended_the_work_claims_are_not_said_to_contradict_each_other() -> None:
    apart = build_model(with_changes(CASE, {"claim.rok-mnd-2024-02": 50_000_000.0}))
    message = contradictions.unfinished(apart, "9 moves", np.zeros((len(apart.informed), 3)))
    assert message.startswith("engine smc has no answer yet (9 moves). Claims that contradict each other ")
    assert "rok-mnd-2024-02 (about 50 million, 2024-02-26)" in message
    assert "cannot be reconciled" not in message
    assert "--limit work=10G" in message
