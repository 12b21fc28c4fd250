"""A case that is fitted without sampling has the draws that a fit would give, to the last bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from building import edited, one_claim_case
from shellcount.case.changes import Change, with_changes
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.errors import LimitError, UsageError
from shellcount.limits import raised
from shellcount.maths.streams import shared_priors
from shellcount.posterior import remapping
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import Fits, refit, settings_of

FEW = Settings(runs=4, points=512, allow_unconverged=True)
SMC = Settings("smc", runs=4, particles=64, allow_unconverged=True)

UNMOVED: dict[str, Mapping[str, Change]] = {
    "a prior": {"load": (0.5, 0.8)},
    "a known value": {"load": 0.7},
    "several": {"load": 0.7, "mix_spread": 0.5, "152mm-howitzer.complete.mass_kg": (70, 80)},
    "a claim that is only checked": {"claim.ua-gur-2024": 2e6},
    "a grade of one who made no count": {"claimant.ua-gur.grade": "A"},
    "a scenario": {"scenario.half": {"152mm-howitzer": 0.5, "122mm-rocket": 0.5}},
}
MOVED: dict[str, Mapping[str, Change]] = {
    "a prior": {"first_rate_per_day": (10, 60)},
    "a known value": {"munitions_share": 0.9},
    "a claim": {"claim.rok-mnd-2024-06": 12_000},
    "a hedge": {"hedges.about.sigma": 0.2},
    "the chance of being off": {"robustness.outlier_share": 0.2},
    "a grade": {"claimant.rok-mnd.grade": "A"},
    "the walk": {"rate_walk_sd": 0.1},
}


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """The cases that have been sampled, by what is tested."""
    sampled: list[Case] = []

    def counted(case: Case, *args: Any, **kwargs: Any) -> Posterior:
        sampled.append(case)
        return fit_with(case, *args, **kwargs)

    monkeypatch.setattr(remapping, "fit_with", counted)
    return sampled


def assert_same(one: Posterior, other: Posterior) -> None:
    """All that two posteriors hold, and all that follows from it, is the same to the last bit."""
    assert one.run == other.run
    assert one.digest == other.digest
    assert one.allow_unconverged == other.allow_unconverged
    assert one.sampler_report.document() == other.sampler_report.document()
    assert one.sampler_report.facts == other.sampler_report.facts
    assert one.to_bytes() == other.to_bytes()
    assert one.conflicts == other.conflicts
    assert one.assessments == other.assessments
    assert one.marks == other.marks
    assert one.estimates() == other.estimates()


@pytest.mark.parametrize("settings", [FEW, SMC], ids=["is", "smc"])
@pytest.mark.parametrize("change", UNMOVED)
def test_what_leaves_the_likelihood_needs_no_sampling(
    case: Case, fits: list[Case], change: str, settings: Settings
) -> None:
    changed = with_changes(case, UNMOVED[change])
    posterior = fit_with(case, settings)
    assert posterior.run.engine == settings.engine
    assert_same(refit(posterior, changed), fit_with(changed, settings))
    assert fits == []


@pytest.mark.parametrize("change", MOVED)
def test_what_moves_the_likelihood_is_fitted(case: Case, fits: list[Case], change: str) -> None:
    changed = with_changes(case, MOVED[change])
    assert_same(refit(fit_with(case, FEW), changed), fit_with(changed, FEW))
    assert fits == [changed]


def test_texts_of_the_case_are_those_of_the_new_one(case: Case, fits: list[Case]) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["case"]["title"] = "Another title"
        document["claimant"][1]["title"] = "another name"

    renamed = edited(case, rename)
    assert_same(refit(fit_with(case, FEW), renamed), fit_with(renamed, FEW))
    assert fits == []


def test_another_conditioning_with_the_same_claims_needs_no_sampling(case: Case, fits: list[Case]) -> None:
    given = "counts-and:ua-gur-2024"
    assert_same(refit(fit_with(case, FEW, given="all"), case, given=given), fit_with(case, FEW, given=given))
    assert fits == []
    posterior = fit_with(case, FEW, given="all-but:ua-gur-2024")
    changed = with_changes(case, {"load": 0.7})
    assert_same(refit(posterior, changed), fit_with(changed, FEW, given="all-but:ua-gur-2024"))


def test_nothing_that_is_fitted_leaves_the_prior(case: Case, fits: list[Case]) -> None:
    none = "counts-but:" + ",".join(fitted.claim.id for fitted in fit_with(case, FEW).model.fitted)
    changed = with_changes(case, {"first_rate_per_day": (10, 20)})
    assert_same(refit(fit_with(case, FEW, given=none), changed), fit_with(changed, FEW, given=none))
    assert fits == []


def test_an_engine_that_took_the_place_of_another_does_so_again(
    case: Case, fits: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shellcount.engines.forecast._MOST_INFORMED", 3)
    changed = with_changes(case, {"load": 0.7})
    posterior = fit_with(case, FEW)
    assert posterior.run.engine == "smc"
    assert settings_of(posterior) == FEW
    assert_same(refit(posterior, changed), fit_with(changed, FEW))
    assert fits == []
    unlike = with_changes(case, {"first_rate_per_day": (10, 90)})
    assert_same(refit(posterior, unlike), fit_with(unlike, FEW))
    assert fits == [unlike]


def test_draws_of_nuts_and_of_other_versions_are_drawn_again(case: Case, fits: list[Case]) -> None:
    posterior = fit_with(case, FEW)
    older = dataclasses.replace(posterior.run, versions={**posterior.run.versions, "numpy": "1.0"})
    earlier = dataclasses.replace(posterior.run, model_version=1)
    for run in (older, earlier):
        assert refit(dataclasses.replace(posterior, run=run), case).run == posterior.run
    assert len(fits) == 2


def test_a_case_beyond_the_limits_is_refused_all_the_same(case: Case) -> None:
    posterior = fit_with(case, FEW)
    with raised({"memory": 81e6}), pytest.raises(LimitError, match="needs"):
        refit(posterior, with_changes(case, {"load": 0.7}))


def test_fits_of_several_settings_are_kept_apart(case: Case, fits: list[Case]) -> None:
    kept, loads = Fits(), (0.6, 0.7)
    settings = (FEW, dataclasses.replace(FEW, seed=2), SMC, dataclasses.replace(FEW, allow_unconverged=False))
    with shared_priors():
        for load in loads:
            changed = with_changes(case, {"load": load})
            for each in settings:
                found = kept.fit(changed, each, given="counts")
                assert found.run == fit_with(changed, each).run
                assert found.allow_unconverged == each.allow_unconverged
    assert len(fits) == 3


def test_the_latest_fits_are_kept_as_long_as_there_is_room(
    case: Case, fits: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    posterior = fit_with(case, FEW)
    size = sum(draws.nbytes for draws in posterior.coordinates.values())
    monkeypatch.setattr(remapping, "_MOST_KEPT", 1.5 * size)
    kept = Fits()
    for seed in (1, 2, 3, 2, 1):  # the third leaves no room for the first
        kept.fit(case, dataclasses.replace(FEW, seed=seed))
    assert len(fits) == 4
    kept.forget()
    kept.fit(case, dataclasses.replace(FEW, seed=1))
    assert len(fits) == 5


def test_settings_are_refused_before_the_case_is_looked_at() -> None:
    with pytest.raises(UsageError, match="points must be a power of two"):
        Fits().fit(one_claim_case(), Settings(points=100))
