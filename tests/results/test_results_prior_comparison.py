"""Each parameter of the case is compared with its prior, once, and said to be informed or not."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

from shellcount.results.names import parameter_names
from shellcount.results.results import Results


def test_each_parameter_is_compared_once(results: Results) -> None:
    names = [comparison.name for comparison in results.prior_comparisons]
    assert sorted(names) == sorted(parameter_names(results.case))


def test_what_no_claim_informs_has_the_scores_of_the_normal_distribution(results: Results) -> None:
    band = norm.ppf([0.05, 0.25, 0.5, 0.75, 0.95])
    for comparison in results.prior_comparisons:
        assert list(comparison.scores) == sorted(comparison.scores)
        if not comparison.informed:
            np.testing.assert_allclose(comparison.scores, band, rtol=0, atol=0.03)
    assert {comparison.name for comparison in results.prior_comparisons if comparison.informed} == {
        "first_rate_per_day",
        "munitions_share",
    }
