"""With hedges measured on people the model is the same, and the shipped case converges."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from shellcount.case.changes import with_changes
from shellcount.case.hedges import hedge_error, load_lexicon
from shellcount.case.schema import Case
from shellcount.maths.diagnostics import ESS_LIMIT, RHAT_LIMIT
from shellcount.model.derived import data
from shellcount.model.model import build_model
from shellcount.posterior.fitting import fit
from shellcount.results.given import Conditioning

FERSON = load_lexicon("ferson-2015")


@pytest.fixture(scope="module")
def measured(case: Case) -> Case:
    return with_changes(case, {"hedges": "ferson-2015"})


def test_the_error_of_a_report_is_that_of_its_figure_and_rounding(measured: Case) -> None:
    model = build_model(measured, Conditioning("all"))
    for claim in measured.claim:
        if claim.hedge not in {"at_least", "more_than"}:
            continue
        sigma, margin = FERSON.error(claim.hedge, claim.stated)
        rounding = (claim.resolution or 0.0) / claim.stated / np.sqrt(12)
        scale = np.hypot(sigma, rounding)
        sound = stats.skewnorm(-margin / scale, scale=np.hypot(scale, margin))
        kernel = model.reporting[claim.id].kernel
        error = np.linspace(-0.5, 0.2, 9)
        assert kernel is not None
        assert kernel.log_density(error) == pytest.approx(sound.logpdf(error))


def test_a_coarser_resolution_still_widens_the_report(measured: Case) -> None:
    coarse = with_changes(measured, {"claim.us-state-2024-02.resolution": 5000})
    fine, wide = (build_model(one).reporting["us-state-2024-02"].kernel for one in (measured, coarse))
    assert fine is not None
    assert wide is not None
    assert wide.sigma == pytest.approx(np.hypot(FERSON.error("more_than", 10_000)[0], 0.5 / np.sqrt(12)))
    assert wide.margin == fine.margin


def test_the_arrays_for_pymc_are_those_of_each_figure(measured: Case) -> None:
    model = build_model(measured, Conditioning("all"))
    found = {array.name: array.values.tolist() for array in data(model)}
    errors = [hedge_error(measured, fitted.claim) for fitted in model.fitted]
    assert found["hedge_sigma"] == [sigma for sigma, _ in errors]
    assert found["hedge_margin"] == [margin for _, margin in errors]


@pytest.mark.parametrize("given", ["counts", "all"])
def test_the_shipped_case_fits_and_converges(measured: Case, given: str) -> None:
    posterior = fit(measured, given=given, seed=1, runs=8, engine="smc", particles=200)
    for name in (f"rounds.mixed@{measured.last_date}", f"containers.munitions@{measured.last_date}"):
        estimate = posterior.estimate(name)
        assert estimate.not_quotable is None
        assert estimate.rhat < RHAT_LIMIT
        assert estimate.ess_bulk > ESS_LIMIT
        assert [mark.kind for mark in estimate.marks][:1] == ["what-if"]
    assert 9_000 < estimate.p50 < 14_000
