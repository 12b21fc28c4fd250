"""Posterior quantiles have under the prior the scores that a closed form gives them."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from scipy.special import logit

from building import one_claim_case
from shellcount.case.schema import Case
from shellcount.checks.prior_comparison import compare_priors
from shellcount.errors import ConvergenceError
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import parameter_names
from shellcount.results.prior_comparison import PriorComparison

Z75, Z95 = 0.6744897501960817, 1.6448536269514722
NORMAL = (-Z95, -Z75, 0.0, Z75, Z95)


def by_name(posterior: Posterior) -> dict[str, PriorComparison]:
    return {comparison.name: comparison for comparison in compare_priors(posterior)}


@pytest.fixture(scope="module")
def of_one() -> Posterior:
    return fit(one_claim_case(), seed=1)


def test_every_parameter_is_compared_in_order(case: Case, posterior: Posterior) -> None:
    assert tuple(by_name(posterior)) == parameter_names(case)


def test_a_parameter_that_no_claim_informs_keeps_the_scores_of_the_normal(of_one: Posterior) -> None:
    found = by_name(of_one)
    kept = {name: comparison for name, comparison in found.items() if not comparison.informed}
    assert set(found) - set(kept) == {"first_rate_per_day"}
    # The draws of a run fill strata, one each: a quantile lies within one stratum of its probability.
    stratum = 1 / of_one.run.settings["draws"]
    for comparison in kept.values():
        for score, normal in zip(comparison.scores, NORMAL, strict=True):
            assert NormalDist().cdf(score) == pytest.approx(NormalDist().cdf(normal), abs=stratum)


def test_a_rate_that_one_claim_informs_has_the_scores_of_a_normal_posterior(of_one: Posterior) -> None:
    # log 2,000 = log 30 + log rate + bias + noise, of which all but the figure is normal a priori.
    prior_sd = (math.log(100) - math.log(10)) / (2 * Z95)
    observed = (math.log(2000 / 30) - (math.log(100) + math.log(10)) / 2) / prior_sd
    noise = (0.10**2 + 0.08**2 + (1 / 2000) ** 2 / 12) / prior_sd**2
    mean, sd = observed / (1 + noise), math.sqrt(noise / (1 + noise))
    expected = [mean + sd * z for z in NORMAL]
    assert by_name(of_one)["first_rate_per_day"].scores == pytest.approx(expected, abs=0.02)


# Of two parts, log(s / (1 - s)) is normal about that of the base share, with variance 2 spread^2.
@pytest.mark.parametrize("given", ["counts", "all"])
def test_a_share_of_two_parts_has_the_scores_of_a_normal_log_ratio(
    given: str, request: pytest.FixtureRequest
) -> None:
    posterior: Posterior = request.getfixturevalue("posterior" if given == "counts" else "posterior_all")
    found = by_name(posterior)
    howitzer = posterior.case.nature[0]
    assert howitzer.stow_spread is not None
    assert len(howitzer.stow) == 2
    base = howitzer.stow[0].base_share / sum(stow.base_share for stow in howitzer.stow)
    for stow, share in zip(howitzer.stow, (base, 1 - base), strict=True):
        name = f"{howitzer.id}.{stow.id}.share"
        estimate = posterior.estimate(name)
        quantiles = np.array((estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95))
        expected = (logit(quantiles) - logit(share)) / (math.sqrt(2) * howitzer.stow_spread.value)
        assert found[name].scores == pytest.approx(expected.tolist(), abs=0.03)
        assert found[name].informed is (given == "all")


def test_two_shares_that_make_a_whole_mirror_each_other(posterior_all: Posterior) -> None:
    found = by_name(posterior_all)
    complete, projectile = (found[f"152mm-howitzer.{stow}.share"] for stow in ("complete", "projectile"))
    assert complete.scores == pytest.approx([-score for score in reversed(projectile.scores)], abs=1e-6)


def test_scores_are_in_order_and_finite(posterior_all: Posterior) -> None:
    for comparison in compare_priors(posterior_all):
        assert list(comparison.scores) == sorted(comparison.scores)
        assert np.isfinite(comparison.scores).all()


def test_it_is_the_same_each_time(posterior: Posterior) -> None:
    assert compare_priors(posterior) == compare_priors(posterior)


def test_draws_that_must_not_be_quoted_are_not(posterior: Posterior) -> None:
    shifted = {
        name: draws + 5.0 * (np.arange(len(draws)) == 0)[:, None]
        for name, draws in posterior.coordinates.items()
    }
    with pytest.raises(ConvergenceError, match="has not converged"):
        compare_priors(replace(posterior, coordinates=shifted))
    allowed = replace(posterior, coordinates=shifted, allow_unconverged=True)
    assert len(compare_priors(allowed)) == len(compare_priors(posterior))
