"""The numbers of the shipped cases are those of an independent computation.

Those of the default case were computed by importance sampling with an effective sample of more than 150,000,
and confirmed by another sequential Monte Carlo and by the No-U-Turn sampler.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.components import claim_components
from shellcount.checks.stated import check
from shellcount.model.design import design_of
from shellcount.model.likelihood import log_densities, stated_values
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.given import as_fitted

QUANTILES = {
    "counts": {
        "rounds.mixed@2024-06-14": (855e3, 1.983e6, 3.639e6),
        "rounds.mixed@2024-02-26": (497e3, 1.142e6, 2.045e6),
        "containers.military@2024-02-26": (7_820, 10_220, 12_870),
        "containers.munitions@2024-06-14": (9_385, 11_900, 15_770),
        "containers.munitions@2023-12": (968, 1_417, 1_999),
    },
    "all": {
        "rounds.mixed@2024-06-14": (1.322e6, 1.957e6, 2.953e6),
        "rounds.mixed@2024-02-26": (756e3, 1.141e6, 1.653e6),
        "containers.military@2024-02-26": (7_810, 10_200, 12_810),
        "containers.munitions@2024-06-14": (9_354, 11_800, 15_450),
        "containers.munitions@2023-12": (966, 1_412, 1_990),
    },
}
OFF = {
    "counts": {
        "us-white-house-2023-10": 0.062,
        "us-state-2024-02": 0.087,
        "rok-mnd-2024-02": 0.021,
        "rok-mnd-2024-06": 0.022,
    },
    "all": {
        "us-white-house-2023-10": 0.062,
        "us-state-2024-02": 0.088,
        "rok-mnd-2024-02": 0.020,
        "rok-mnd-2024-06": 0.022,
        "ua-gur-2024": 0.033,
    },
}


HEADLINE = {  # by 157 million weighted draws in plain NumPy; and by engine is, with seeds 101 to 164 together
    "counts": (853.7e3, 1.9841e6, 3.6391e6),
    "all": (1.3212e6, 1.9548e6, 2.9499e6),
}
LOG_EVIDENCE = {"counts": -2.50, "all": -2.74}


@pytest.fixture(
    scope="module", params=[1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 21))]
)
def seed(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


@pytest.fixture(scope="module", params=["counts", "all"])
def fitted(case: Case, seed: int, request: pytest.FixtureRequest) -> Posterior:
    given: str = request.param
    if seed == 1:
        shared: Posterior = request.getfixturevalue("posterior" if given == "counts" else "posterior_all")
        return shared
    return fit(case, given=given, seed=seed)


def test_quantiles_are_within_two_per_cent_or_three_of_their_errors(fitted: Posterior) -> None:
    """For one of twenty seeds the stated error of one number is 1.3%."""
    for name, expected in QUANTILES[str(fitted.model.given)].items():
        estimate = fitted.estimate(name)
        for number, known in zip(("p05", "p50", "p95"), expected, strict=True):
            allowed = max(0.02 * known, 3 * getattr(estimate, f"mcse_{number}"))
            assert getattr(estimate, number) == pytest.approx(known, abs=allowed), name


def test_the_log_evidence_is_within_a_twentieth(fitted: Posterior) -> None:
    assert fitted.log_evidence is not None
    assert fitted.log_evidence[0] == pytest.approx(LOG_EVIDENCE[str(fitted.model.given)], abs=0.05)


@pytest.mark.parametrize("given", ["counts", "all"])
def test_the_headline_is_within_one_per_cent(given: str, request: pytest.FixtureRequest) -> None:
    shared: Posterior = request.getfixturevalue("posterior" if given == "counts" else "posterior_all")
    assert errors(shared) == pytest.approx([0, 0, 0], abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("given", ["counts", "all"])
def test_the_error_of_the_headline_is_half_a_per_cent_and_of_all_others_one(case: Case, given: str) -> None:
    fits = [fit(case, given=given, seed=seed) for seed in range(1, 21)]
    found = np.array([errors(posterior) for posterior in fits])
    assert np.sqrt((found**2).mean(axis=0)).max() < 0.005
    assert np.abs(found.mean(axis=0)).max() < 0.003
    for name, expected in QUANTILES[given].items():
        others = np.array([errors(posterior, name, expected) for posterior in fits])
        assert np.sqrt((others**2).mean(axis=0)).max() < 0.01, name
        assert np.abs(others.mean(axis=0)).max() < 0.005, name


def errors(
    posterior: Posterior,
    name: str = "rounds.mixed@2024-06-14",
    expected: tuple[float, float, float] | None = None,
) -> list[float]:
    """Relative errors of the quantiles of an estimate, by default of the headline."""
    estimate = posterior.estimate(name)
    found = (estimate.p05, estimate.p50, estimate.p95)
    known = HEADLINE[str(posterior.model.given)] if expected is None else expected
    return [one / other - 1 for one, other in zip(found, known, strict=True)]


def test_chances_of_being_off_are_within_a_hundredth(fitted: Posterior) -> None:
    found = {each.claim: each.off for each in claim_components(fitted)}
    assert found == pytest.approx(OFF[str(fitted.model.given)], abs=0.01)


def test_the_date_of_the_ukrainian_figure_is_left_open_over_its_range(posterior_all: Posterior) -> None:
    (dated,) = [each for each in claim_components(posterior_all) if each.date is not None]
    assert dated.claim == "ua-gur-2024"
    assert dated.date is not None
    (claim,) = [claim for claim in posterior_all.case.claim if claim.id == dated.claim]
    assert (dated.date.earliest, dated.date.latest) == claim.dates
    assert dated.date.earliest < dated.date.median < dated.date.latest


# --- ships and tonnes, all of them tallied -----------------------------------------------

FIRST_MODEL = -10.3  # its sum of log leave-one-out densities, with a flow that is constant within a month


@pytest.fixture(scope="module")
def grain() -> Case:
    return load_case("black-sea-grain-2022")


def test_tallies_of_ships_are_predicted_from_each_other(grain: Case) -> None:
    densities, tails = {}, {}
    for claim in [claim for claim in grain.claim if claim.use == "fit"]:
        others = fit(grain, given=f"counts-but:{claim.id}", seed=1, runs=4, engine="smc", particles=1024)
        reporting = others.model.reporting
        design = design_of(grain, (as_fitted(claim),), reporting)
        locations = others.evaluation.locations(design.rows)
        drawn = log_densities(design, locations, stated_values(design))
        densities[claim.id] = float(np.logaddexp.reduce(drawn, axis=None)) - math.log(drawn.size)
        below = float(reporting[claim.id].cdf(claim.stated, locations).mean())
        tails[claim.id] = min(below, 1 - below)
    assert sum(densities.values()) >= FIRST_MODEL + 10
    assert min(tails.values()) > 0.01


def test_no_tally_of_tonnes_is_very_high_or_very_low(grain: Case) -> None:
    verdicts = {result.claim: result.verdict for result in check(fit(grain, seed=1))}
    assert {"very high", "very low", "impossible"}.isdisjoint(verdicts.values()), verdicts
