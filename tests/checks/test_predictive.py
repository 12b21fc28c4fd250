"""What reports prior and posterior expect: closed forms, monotone, and gated."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from building import edited, one_claim_case
from shellcount.case.changes import Change
from shellcount.case.schema import Case
from shellcount.checks.predictive import predictive_checks
from shellcount.errors import ConflictWarning, ConvergenceError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.report.tables import predictions
from shellcount.results.given import fitted_claims, parse_given
from shellcount.results.prediction import Predicted, PredictiveCheck

Z95 = 1.6448536269514722
# One claim: log report = log 30 + log rate + bias + noise, all but a one-sided noise normal.
MEAN = math.log(30) + (math.log(10) + math.log(100)) / 2
SD = math.hypot((math.log(100) - math.log(10)) / (2 * Z95), 0.10)  # of the location
HEDGES = {"exact": (0.02, 0.0), "about": (0.08, 0.0), "at_least": (0.05, 0.40), "up_to": (0.05, -0.40)}
GRID = np.linspace(MEAN - 8 * SD, MEAN + 8 * SD, 8001)


def of_one(hedge: str = "about", stated: float = 2000.0) -> PredictiveCheck:
    changes: dict[str, Change] = {"claim.only.hedge": hedge, "claim.only": stated}
    (found,) = predictive_checks(fit(one_claim_case(changes), seed=1))
    return found


def noise(hedge: str, stated: float, variance: float = 0.0) -> Any:
    """The distribution of a log report about a location that is normal with a variance, by scipy."""
    sigma, margin = HEDGES[hedge]
    sigma = math.sqrt(sigma**2 + (1 / stated) ** 2 / 12 + variance)
    return stats.skewnorm(-margin / sigma, 0, math.hypot(sigma, margin))


def posterior_predictive(hedge: str, stated: float) -> Any:
    """The distribution function of a log report given that one was made, by quadrature."""
    kernel = noise(hedge, stated)
    errors = np.linspace(-3, 3, 60_001)
    cdf = integrate.cumulative_simpson(kernel.pdf(errors), x=errors, initial=0.0)
    density = stats.norm.pdf(GRID, MEAN, SD) * kernel.pdf(math.log(stated) - GRID)
    density /= integrate.trapezoid(density, GRID)
    return lambda log_y: float(integrate.trapezoid(density * np.interp(log_y - GRID, errors, cdf), GRID))


def assert_distribution(found: Predicted, cdf: Any, stated: float) -> None:
    """Percentile and quantiles agree with a distribution function of the log report."""
    assert found.predictive_cdf == pytest.approx(cdf(math.log(stated)), abs=0.006)
    for quantile, probability in ((found.p05, 0.05), (found.p50, 0.5), (found.p95, 0.95)):
        assert cdf(math.log(quantile)) == pytest.approx(probability, abs=0.012)


# --- closed forms ------------------------------------------------------------------------


@pytest.mark.parametrize("hedge", HEDGES)
@pytest.mark.parametrize("stated", [700.0, 2000.0])
def test_the_prior_predictive_of_one_claim_is_skew_normal(hedge: str, stated: float) -> None:
    exact = noise(hedge, stated, SD**2)
    assert_distribution(of_one(hedge, stated).prior, lambda log_y: exact.cdf(log_y - MEAN), stated)


@pytest.mark.parametrize("hedge", ["exact", "about"])
@pytest.mark.parametrize("stated", [700.0, 2000.0])
def test_the_posterior_predictive_of_a_symmetric_claim_is_normal(hedge: str, stated: float) -> None:
    error = HEDGES[hedge][0] ** 2 + (1 / stated) ** 2 / 12
    variance = 1 / (1 / SD**2 + 1 / error)
    exact = stats.norm(variance * (MEAN / SD**2 + math.log(stated) / error), math.sqrt(variance + error))
    assert_distribution(of_one(hedge, stated).posterior, exact.cdf, stated)


@pytest.mark.parametrize("hedge", HEDGES)
def test_the_posterior_predictive_of_any_claim_is_an_integral(hedge: str) -> None:
    assert_distribution(of_one(hedge).posterior, posterior_predictive(hedge, 2000.0), 2000.0)


def test_the_percentile_rises_with_the_stated_value() -> None:
    found = [of_one("about", stated) for stated in (200.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)]
    for which in ("prior", "posterior"):
        percentiles = [getattr(check, which).predictive_cdf for check in found]
        assert all(lower < higher for lower, higher in itertools.pairwise(percentiles))
        assert 0 < percentiles[0] < percentiles[-1] < 1


def test_a_claim_that_the_prior_does_not_expect_has_an_extreme_percentile() -> None:
    assert of_one("about", 20.0).prior.predictive_cdf < 0.001
    assert of_one("about", 50_000.0).prior.predictive_cdf > 0.999


# --- what is checked ---------------------------------------------------------------------


@pytest.mark.parametrize("given", ["counts", "all"])
def test_each_fitted_claim_is_checked_once_in_order(
    case: Case, given: str, request: pytest.FixtureRequest
) -> None:
    posterior = request.getfixturevalue("posterior" if given == "counts" else "posterior_all")
    found = predictive_checks(posterior)
    claims = [read.claim for read in fitted_claims(case, parse_given(case, given))]
    assert [check.claim for check in found] == [claim.id for claim in claims]
    assert [(check.stated, check.words) for check in found] == [
        (claim.stated, claim.words) for claim in claims
    ]
    for check, claim in zip(found, claims, strict=True):
        assert check.unit == (case.about.carrier if claim.scope is not None else case.about.item)


def test_quantiles_are_in_order_and_percentiles_are_probabilities(posterior_all: Posterior) -> None:
    for check in predictive_checks(posterior_all):
        for predicted in (check.prior, check.posterior):
            assert 0 < predicted.p05 < predicted.p50 < predicted.p95
            assert 0 <= predicted.predictive_cdf <= 1


def test_the_posterior_expects_less_spread_than_the_prior(posterior: Posterior) -> None:
    for check in predictive_checks(posterior):
        before, after = (math.log(found.p95 / found.p05) for found in (check.prior, check.posterior))
        assert after < before


def test_it_is_the_same_each_time_and_changes_nothing(posterior: Posterior) -> None:
    before = posterior.estimates()
    assert predictive_checks(posterior) == predictive_checks(posterior)
    assert posterior.estimates() == before


def test_another_seed_gives_almost_the_same(case: Case, posterior: Posterior) -> None:
    other = predictive_checks(fit(case, seed=2))
    assert other != predictive_checks(posterior)
    for one, two in zip(predictive_checks(posterior), other, strict=True):
        assert one.prior.predictive_cdf == pytest.approx(two.prior.predictive_cdf, abs=0.02)
        assert one.posterior.predictive_cdf == pytest.approx(two.posterior.predictive_cdf, abs=0.02)


def test_a_loaded_posterior_expects_the_same(posterior: Posterior, tmp_path: Any) -> None:
    loaded = Posterior.load(posterior.save(tmp_path / "run.npz"))
    assert predictive_checks(loaded) == predictive_checks(posterior)


def test_claims_that_contradict_each_other_have_extreme_percentiles() -> None:
    def edit(document: dict[str, Any]) -> None:
        (only,) = document["claim"]
        reports = ({"source": "paper", "value": 200_000, "hedge": "about"},)
        document["claim"] = (only, {**only, "id": "other", "value": 200_000, "reports": reports})
        document["robustness"] = {"outlier_share": 0.0}  # neither claim may be off

    with pytest.warns(ConflictWarning):
        posterior = fit(edited(one_claim_case(), edit), seed=1)
    found = {check.claim: check.posterior.predictive_cdf for check in predictive_checks(posterior)}
    assert found["only"] < 0.001
    assert found["other"] > 0.999


def test_draws_that_must_not_be_quoted_are_not(case: Case) -> None:
    with pytest.raises(ConvergenceError, match=r"the quantity of .* has not converged"):
        predictive_checks(fit(case, seed=1, runs=4, engine="smc", particles=64))
    allowed = fit(case, seed=1, runs=4, engine="smc", particles=64, allow_unconverged=True)
    assert len(predictive_checks(allowed)) == 4


# --- the table ---------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_claim(posterior_all: Posterior) -> None:
    checks = predictive_checks(posterior_all)
    table = predictions(checks)
    assert [row[0] for row in table.rows] == [check.claim for check in checks]
    assert {len(row) for row in table.rows} == {len(table.head)}
    assert all(cell for row in table.rows for cell in row)


def test_a_cell_has_the_median_over_the_interval() -> None:
    assert Predicted(812.0, 2034.0, 5170.0, 0.5).words == "2,000\n800 to 5,200"
    (row,) = predictions((of_one(),)).rows
    assert row[1] == "about 2,000 containers"
    assert row[2].count("\n") == row[4].count("\n") == 1
