"""Coverage and its tests, against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from shellcount.results.claim_check import Checks
from shellcount.results.coverage import (
    binomial_p_value,
    coverage,
    coverage_of,
    uniform_p_value,
)


@pytest.mark.parametrize(("trials", "successes", "probability"), [(10, 2, 0.5), (40, 39, 0.9), (7, 7, 0.9)])
def test_the_binomial_test_is_that_of_scipy(trials: int, successes: int, probability: float) -> None:
    expected = stats.binomtest(successes, trials, probability).pvalue
    assert binomial_p_value(trials, successes, probability) == pytest.approx(expected)


@pytest.mark.parametrize(("count", "power"), [(10, 1.0), (30, 1.8), (200, 1.3)])
def test_the_test_of_uniformity_is_nearly_exact(count: int, power: float) -> None:
    values = np.random.default_rng(count).random(count) ** power
    exact = stats.kstest(values, "uniform").pvalue
    assert uniform_p_value(values.tolist()) == pytest.approx(exact, abs=0.02 if exact > 0.1 else 0.003)


def of(*places: float) -> str:
    return coverage({f"claim-{place}": at for place, at in enumerate(places)}).sentence


def test_a_few_figures_are_counted_and_not_judged() -> None:
    assert of(0.4, 0.02, 0.8) == (
        "Of 3 figures, each predicted from those stated before it, 1 lay within the 50% interval and 2 "
        "within the 90% interval; of a right model, 1.5 and 2.7 do on average. So few figures say little "
        "about whether the intervals are right."
    )


def test_many_figures_are_judged() -> None:
    even = [(place + 0.5) / 20 for place in range(20)]
    assert of(*even).endswith("The figures fell where the predictions had them.")
    assert of(*(at**4 for at in even)).endswith("The predictions were too high as a whole.")
    assert of(*(0.5 + (at - 0.5) / 10 for at in even)).endswith("The intervals were too wide as a whole.")
    narrow = [0.01, 0.99] * 10
    assert of(*narrow).endswith("The intervals were too narrow as a whole.")


def test_without_figures_nothing_is_said() -> None:
    found = coverage_of(Checks(()))
    assert found.sentence == ""
    assert found.passed is None
    assert found.document()["figures"] == 0
