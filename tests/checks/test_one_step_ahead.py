"""Each fitted claim is predicted from those stated before it, by closed forms where there are any."""

from __future__ import annotations

import datetime as dt
import math
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from building import case_of, edited, one_claim_case
from shellcount.case.schema import Case
from shellcount.checks.one_step_ahead import one_step_ahead, stated_on
from shellcount.checks.stated import check
from shellcount.engines.settings import Settings
from shellcount.errors import UsageError
from shellcount.posterior.fitting import fit_with
from shellcount.results.coverage import coverage_of

QUICK = Settings(seed=3, runs=4, points=256, allow_unconverged=True)
LOW, HIGH, DAYS = 10.0, 100.0, 30  # of the prior of the daily rate, and days until the claims' date
MEAN = math.log(DAYS) + math.log(LOW * HIGH) / 2
SD = math.log(HIGH / LOW) / 2 / stats.norm.ppf(0.95)
NOISE = math.hypot(0.08, 0.10)  # hedge and bias of a claim, which are independent for each claimant


def stated_in_turn(values: Sequence[float], days: Sequence[int | None]) -> Case:
    """Counts of one quantity by a claimant each, published so many days after the new year, or on no day."""

    def publish(document: dict[str, Any]) -> None:
        (paper,) = document["source"]
        document["source"] = tuple(
            {
                **paper,
                "id": f"paper-{place}",
                "published": None if day is None else dt.date(2025, 1, 1) + dt.timedelta(days=day),
            }
            for place, day in enumerate(days)
        )
        for place, claim in enumerate(document["claim"]):
            (report,) = claim["reports"]
            claim["reports"] = ({**report, "source": f"paper-{place}"},)

    claims = [
        {"value": value, "claimant": f"office-{place}", "resolution": 1e-6}
        for place, value in enumerate(values)
    ]
    return case_of(*claims, edit=publish)


def predicted(values: Sequence[float]) -> list[float]:
    """Percentile of each figure given those before it, where all is normal."""
    mean, variance, found = MEAN, SD**2, []
    for log in np.log(values):
        found.append(float(stats.norm.cdf(log, mean, math.sqrt(variance + NOISE**2))))
        weight = variance / (variance + NOISE**2)
        mean, variance = mean + weight * (log - mean), variance * (1 - weight)
    return found


def test_each_claim_is_predicted_as_the_closed_form_has_it() -> None:
    values = (900.0, 1300.0, 1000.0)
    found = one_step_ahead(stated_in_turn(values, (5, 9, 12)))
    assert [each.claim for each in found] == ["claim-0", "claim-1", "claim-2"]
    assert [each.predictive_cdf for each in found] == pytest.approx(predicted(values), abs=2e-3)


def test_publication_and_not_the_order_in_the_file_decides() -> None:
    values = (900.0, 1300.0, 1000.0)
    found = one_step_ahead(stated_in_turn(values, (12, 5, 9)))
    assert [each.claim for each in found] == ["claim-1", "claim-2", "claim-0"]
    assert [each.predictive_cdf for each in found] == pytest.approx(
        predicted((1300.0, 1000.0, 900.0)), abs=2e-3
    )


def test_claims_of_one_day_are_predicted_from_the_same_earlier_ones() -> None:
    case = stated_in_turn((900.0, 1300.0, 1000.0), (5, 9, 9))
    found = {each.claim: each for each in one_step_ahead(case)}
    for later in ("claim-1", "claim-2"):
        place = 1300.0 if later == "claim-1" else 1000.0
        assert found[later].predictive_cdf == pytest.approx(predicted((900.0, place))[1], abs=2e-3)
    assert found["claim-1"].estimate.run_digest == found["claim-2"].estimate.run_digest


def test_without_a_publication_the_last_day_that_a_claim_speaks_of_counts() -> None:
    case = stated_in_turn((900.0, 1300.0), (None, 0))
    assert [stated_on(case, claim) for claim in case.claim] == [dt.date(2024, 1, 31), dt.date(2025, 1, 1)]


def test_the_earliest_of_several_publications_counts() -> None:
    def repeat(document: dict[str, Any]) -> None:
        (first, second) = document["claim"]
        second["reports"] = (*second["reports"], *first["reports"])

    case = edited(stated_in_turn((900.0, 900.0), (9, 3)), repeat)
    assert stated_on(case, case.claim[1]) == dt.date(2025, 1, 4)
    case = edited(stated_in_turn((900.0, 900.0), (3, 9)), repeat)
    assert stated_on(case, case.claim[1]) == dt.date(2025, 1, 4)


def test_each_is_the_check_of_a_fit_of_those_before_it(case: Case) -> None:
    found = one_step_ahead(case, settings=QUICK)
    last = found.leading[-1]
    alone = check(fit_with(case, QUICK, given=f"counts-but:{last.claim}"), (last.claim,))
    assert tuple(each for each in found if each.claim == last.claim) == alone


def test_processes_find_the_same(case: Case) -> None:
    shares: list[float] = []
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        found = one_step_ahead(case, settings=QUICK, executor=executor, progress=shares.append)
    assert found == one_step_ahead(case, settings=QUICK)
    assert shares == pytest.approx([1 / 3, 2 / 3, 1.0])  # two claims were published on one day
    assert found != one_step_ahead(case, settings=replace(QUICK, seed=4))


def test_a_single_claim_is_predicted_from_the_priors_alone() -> None:
    (only,) = one_step_ahead(one_claim_case())
    assert only.predictive_cdf == pytest.approx(predicted((2000.0,))[0], abs=2e-3)


def test_where_no_claim_is_fit_there_is_none_to_predict() -> None:
    with pytest.raises(UsageError, match="no claim is fit; there is none to predict"):
        one_step_ahead(one_claim_case(), given="counts-but:only")


# --- right models predict right ----------------------------------------------------------


def simulated(count: int, seed: int) -> tuple[float, ...]:
    """Figures of as many claimants about one quantity, from the model."""
    rng = np.random.default_rng(seed)
    truth = MEAN + SD * rng.standard_normal()
    return tuple(np.exp(truth + NOISE * rng.standard_normal(count)).tolist())


def test_predictions_of_simulated_claims_are_uniform() -> None:
    values = simulated(12, seed=1)
    found = coverage_of(one_step_ahead(stated_in_turn(values, range(12)), settings=QUICK))
    assert [place for _, place in found.percentiles] == pytest.approx(predicted(values), abs=0.02)
    assert found.passed


@pytest.mark.slow
def test_predictions_of_many_simulated_claims_are_uniform() -> None:
    percentiles = [
        place
        for seed in range(8)
        for _, place in coverage_of(
            one_step_ahead(stated_in_turn(simulated(25, seed), range(25)), settings=QUICK)
        ).percentiles
    ]
    assert stats.kstest(percentiles, "uniform").pvalue > 0.01
    assert np.mean(np.abs(np.array(percentiles) - 0.5) <= 0.25) == pytest.approx(0.5, abs=0.1)


def test_figures_that_keep_rising_are_predicted_too_low() -> None:
    values = [500.0 * 1.12**place for place in range(10)]
    found = coverage_of(one_step_ahead(stated_in_turn(values, range(10)), settings=QUICK))
    assert found.passed is False
    assert found.sentence.endswith("The predictions were too low as a whole.")
