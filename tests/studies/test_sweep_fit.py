"""One fit of a sweep is the fit of the changed case, and what fails is in its row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from building import one_claim_case
from shellcount.case.changes import with_changes
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import LATEST
from shellcount.results.given import Conditioning
from shellcount.results.sweep import Outcome, Summarised
from shellcount.studies.sweep_fit import Basis, fit_points
from shellcount.studies.variation import Point

FEW = Settings(runs=4, engine="smc", particles=64, allow_unconverged=True)
NAME = "rounds.mixed@2024-01-31"


def basis(case: Case | None = None, settings: Settings = FEW, names: tuple[str, ...] = (NAME,)) -> Basis:
    return Basis(one_claim_case() if case is None else case, "counts", (), (), settings, names)


def test_a_fit_is_that_of_the_changed_case() -> None:
    point: Point = {"load": (0.5, 0.8), "seed": 3}
    (found,) = fit_points(basis(names=(NAME, "load")), [point])
    posterior = fit_with(
        with_changes(one_claim_case(), {"load": (0.5, 0.8)}),
        Settings(seed=3, runs=4, engine="smc", particles=64, allow_unconverged=True),
    )
    for name, summary in zip((NAME, "load"), found.estimates, strict=True):
        estimate = posterior.estimate(name)
        for number in ("unit", "p05", "p25", "p50", "p75", "p95", "mean", "sd", "rhat"):
            assert getattr(summary, number) == getattr(estimate, number)
        assert summary.mcse == estimate.mcse_p50
        assert summary.ess == min(estimate.ess_bulk, estimate.ess_tail)
    assert found.engine == posterior.run.engine
    assert posterior.log_evidence is not None
    assert found.log_evidence == posterior.log_evidence[0]
    assert (found.conflicts, found.error) == ((), None)


def test_claims_are_held_out_and_added_by_name(case: Case) -> None:
    points: list[Point] = [
        {"without": "South Korea"},
        {"without": "none"},
        {"given": "all", "without": "South Korea,ua-gur", "with": "rok-mnd-2024-06"},
    ]
    held = Basis(case, "counts", ("rok-mnd-2024-06",), (), FEW, ())
    assert [str(held.given_at(point, case)) for point in [{}, *points]] == [
        "counts-but:rok-mnd-2024-06",
        "counts-but:rok-mnd-2024-02,rok-mnd-2024-06",
        "counts",
        str(held.given_at(points[2], case)),
    ]
    assert "ua-gur-2024" in str(held.given_at(points[2], case))


def test_a_fit_that_fails_has_its_error() -> None:
    found = fit_points(basis(), [{"load": 1.5}, {"load": 0.7}, {"given": "none-such"}, {"without": "nobody"}])
    assert found[0].error is not None
    assert "priors.load.value" in found[0].error
    assert found[0] == Outcome(error=found[0].error)
    assert found[1].error is None
    assert str(found[2].error).startswith("given must be counts, all, or one of them")
    assert str(found[3].error).startswith("no claim, claimant or group is called 'nobody'")
    assert all("\n" not in str(each.error) and len(str(each.error)) <= 300 for each in found)


def test_an_estimate_that_a_fit_does_not_have_is_said_to_be_missing() -> None:
    (found,) = fit_points(basis(names=(NAME, "load")), [{"load": 0.7}])
    assert found.estimates[0].error is None
    assert found.estimates[1] == Summarised(error="this fit has no estimate load")


def test_draws_that_have_not_converged_give_no_number_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellcount.maths.diagnostics.ESS_LIMIT", 1e9)
    strict = Settings(runs=4, engine="smc", particles=64)
    refused, allowed = (fit_points(basis(settings=each), [{}])[0].estimates[0] for each in (strict, FEW))
    assert refused.p50 is None
    assert allowed.p50 is not None
    for each in (refused, allowed):
        assert str(each.error).startswith("not converged: ")


def test_the_key_of_a_fit_is_that_of_its_settings_in_any_order() -> None:
    one = basis()
    assert one.key("x", {"load": 0.5, "stowage": 0.8}) == one.key("x", {"stowage": 0.8, "load": 0.5})
    keys = {one.key("x", point) for point in ({}, {"load": 0.5}, {"load": (0.5, 0.6)}, {"load": 0.6})}
    assert len(keys | {one.key("y", {})}) == 5


def test_points_that_share_a_likelihood_are_sampled_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[Point] = [
        {"load": load, "given": given, "seed": seed}
        for load in (0.6, 0.7)
        for given in ("counts", "counts-but:us-state-2024-02")
        for seed in (1, 2)
    ]
    sampled = []

    def counted(
        changed: Case, settings: Settings, *, given: str | Conditioning, progress: Callable[[float], None]
    ) -> Posterior:
        sampled.append(changed)
        return fit_with(changed, settings, given=given, progress=progress)

    monkeypatch.setattr("shellcount.posterior.remapping.fit_with", counted)
    whole = basis(case, names=("rounds.mixed@2024-06-14", "load"))
    together = fit_points(whole, points)
    assert len(sampled) == 4
    alone = []
    for point in points:
        LATEST.forget()
        alone += fit_points(whole, [point])
    assert len(sampled) == 12
    assert alone == together
    assert fit_points(whole, points[::-1]) == together[::-1]
    LATEST.forget()
