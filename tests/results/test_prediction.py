"""What a model predicts of a report is worded by the rule for all ranges."""

from __future__ import annotations

import pytest

from shellcount.results.prediction import Predicted
from shellcount.results.results import Results


@pytest.mark.parametrize(
    ("quantiles", "words"),
    [
        ((9_580.0, 12_080.0, 15_870.0), "12,000\n10,000 to 16,000"),
        ((300_000.0, 800_000.0, 1_400_000.0), "0.8 million\n0.3 to 1.4 million"),
    ],
)
def test_a_prediction_is_worded(quantiles: tuple[float, float, float], words: str) -> None:
    assert Predicted(*quantiles, 0.5).words == words


def test_each_fitted_claim_is_predicted_before_and_after_the_fit(results: Results) -> None:
    claims = {claim.id: claim for claim in results.case.claim}
    assert [prediction.claim for prediction in results.predictions] == [
        read.claim.id for read in results.fitted
    ]
    for prediction in results.predictions:
        claim = claims[prediction.claim]
        assert (prediction.stated, prediction.words) == (claim.stated, claim.words)
        wide, narrow = prediction.prior, prediction.posterior
        assert wide.p05 < narrow.p05 < narrow.p95 < wide.p95
