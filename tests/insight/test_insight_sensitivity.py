"""One choice changed at a time moves an estimate as in closed form, whatever does the work."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from building import case_of, edited, one_claim_case
from closed import BIAS, HEDGE, NAME, PRIOR, RATE, closed
from shellcount.case.hedges import load_lexicon
from shellcount.case.schema import Case
from shellcount.engines.settings import Settings
from shellcount.errors import ConflictWarning, ConvergenceError, LimitError, UnknownNameError, UsageError
from shellcount.insight import sensitivity as module
from shellcount.insight.alternatives import alternatives
from shellcount.insight.sensitivity import sensitivity
from shellcount.limits import raised
from shellcount.maths.priors import Z95
from shellcount.posterior import remapping
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import LATEST
from shellcount.results.sensitivity import Choice, Sensitivity, Tried

FIT = Settings(runs=16, points=1024)
FEW = Settings(runs=4, points=512, allow_unconverged=True)


@functools.cache
def of_one_claim() -> Sensitivity:
    return sensitivity(fit_with(one_claim_case(), FIT), NAME)


def choice(found: Sensitivity, name: str) -> Choice:
    return next(each for each in found.choices if each.name == name)


def tried(name: str, setting: str) -> Tried:
    return next(each for each in choice(of_one_claim(), name).tried if each.setting == setting)


def assert_moves(found: Tried, expected: tuple[float, float]) -> None:
    """Median, move and width are those of a normal distribution of the log, within four standard errors."""
    (mean, sd), (base, base_sd) = expected, closed()
    assert abs(found.p50 - math.exp(mean)) <= 4 * found.mcse
    assert abs(found.move - (mean - base)) <= 4 * found.mcse_move
    assert abs(found.widening - math.log(sd / base_sd)) <= 4 * found.mcse_widening
    assert found.p05 == pytest.approx(math.exp(mean - Z95 * sd), rel=0.02)
    assert found.p95 == pytest.approx(math.exp(mean + Z95 * sd), rel=0.02)
    assert max(found.mcse_move, found.mcse_widening) < 0.02


@pytest.mark.parametrize(("setting", "factor"), [("half as wide", 0.5), ("twice as wide", 2.0)])
def test_a_prior_that_is_narrower_or_wider_moves_it_as_in_closed_form(setting: str, factor: float) -> None:
    assert_moves(tried("first_rate_per_day", setting), closed(rate=factor * RATE))


def test_another_lexicon_moves_it_as_in_closed_form() -> None:
    sigma, margin = load_lexicon("ferson-2015").error("about", 2000.0)
    assert margin == 0.0
    assert_moves(tried("hedges", "that of ferson-2015"), closed(hedge=sigma))
    same = tried("hedges", "that of shellcount")
    assert load_lexicon("shellcount").error("about", 2000.0) == (HEDGE, 0.0)
    assert (same.move, same.mcse_move) == (0.0, 0.0)


def test_without_its_only_claim_it_is_the_prior() -> None:
    assert_moves(tried("claim.only", "left out"), (PRIOR, RATE))
    assert tried("claim.only", "left out").change == "without=only"


def test_another_grade_moves_it_as_in_closed_form() -> None:
    def edit(document: dict[str, Any]) -> None:
        document["reliability"]["C"] = {**document["reliability"]["B"], "value": 3 * BIAS}

    found = sensitivity(fit_with(edited(one_claim_case(), edit), FIT), NAME)
    (worse,) = choice(found, "claimant.office.grade").tried
    assert (worse.side, worse.setting, worse.title) == ("upper", "C instead of B", "grade of an office")
    assert_moves(worse, closed(bias=3 * BIAS))


def test_what_plays_no_part_moves_nothing_to_the_last_digit() -> None:
    idle = [
        each
        for each in of_one_claim().choices
        if each.name
        not in {"first_rate_per_day", "hedges", "robustness.outlier_share", "claim.only", "rate_walk_sd"}
    ]
    assert {"load", "payload_share", "stowage", "mix_spread", "shell.crate.mass_kg"} <= {
        each.name for each in idle
    }
    for each in idle:
        assert each.bar == 0.0
        for one in each.tried:
            assert (one.move, one.mcse_move, one.widening, one.mcse_widening) == (0.0, 0.0, 0.0, 0.0)


def test_what_leaves_nothing_to_vary_is_said() -> None:
    assert [each for each in of_one_claim().untried if "first_rate_per_day" in each] == [
        "With first_rate_per_day known to be 10, there is no estimate: nothing is left that varies.",
        "With first_rate_per_day known to be 100, there is no estimate: nothing is left that varies.",
    ]
    assert of_one_claim().untried[0].startswith("rated_payload_kg and cube_m3 are taken as known")


def test_what_leaves_the_likelihood_is_not_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    case, sampled = one_claim_case(), []

    def counted(changed: Case, *args: Any, **kwargs: Any) -> Posterior:
        sampled.append(changed)
        return fit_with(changed, *args, **kwargs)

    monkeypatch.setattr(remapping, "fit_with", counted)
    found = sensitivity(fit_with(case, FEW), NAME)
    assert len(found.tried) > 20
    assert len(sampled) == 7  # four of the rate, a lexicon, the chance of being off, and no claim


def test_the_work_may_be_done_by_anyone() -> None:
    posterior = fit_with(one_claim_case(), FEW)
    shares: list[float] = []
    alone = sensitivity(posterior, progress=shares.append)
    with ThreadPoolExecutor(3) as executor:
        assert sensitivity(posterior, executor=executor).document() == alone.document()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert LATEST._kept == {}


def test_a_case_is_fitted_first_and_its_conflicts_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "alternatives", lambda *_: ())
    claims = (
        {"hedge": "exact", "value": value, "claimant": who} for value, who in ((500.0, "a"), (9000.0, "b"))
    )
    case = case_of(*claims)
    with pytest.warns(ConflictWarning):
        found = sensitivity(case)
    assert found.base.run_digest == fit_with(case, Settings()).digest


def test_draws_of_nuts_are_made_again_by_a_quicker_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "alternatives", lambda *_: ())
    posterior = fit_with(one_claim_case(), FEW)
    run = dataclasses.replace(posterior.run, engine="nuts", seed=2)
    found = sensitivity(dataclasses.replace(posterior, run=run))
    assert found.base.run_digest == fit_with(one_claim_case(), Settings(seed=2)).digest
    assert found.tried == ()


def test_a_fit_that_fails_is_said_and_no_other_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def some(case: Case, claims: tuple[str, ...]) -> tuple[Any, ...]:
        first, *others = (each for each in alternatives(case, claims) if each.choice == "load")
        return (dataclasses.replace(first, changes=(("load", 2.0),), setting="impossible"), *others)

    monkeypatch.setattr(module, "alternatives", some)
    found = sensitivity(fit_with(one_claim_case(), FEW))
    assert len(found.tried) == 3
    assert found.untried[-1].startswith(
        "With load impossible, there is no estimate: one-claim with load: 1 fault"
    )


def test_an_estimate_that_a_change_takes_away_is_said() -> None:
    found = sensitivity(fit_with(one_claim_case(), FEW), "load")
    assert [each.setting for each in choice(found, "load").tried] == ["half as wide", "twice as wide"]
    assert any(each.startswith("With load known to be 0.4, there is no estimate: ") for each in found.untried)


def test_what_has_not_converged_is_left_out_unless_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    case = one_claim_case()
    strict = Settings(runs=16, points=512)
    posterior = fit_with(case, strict)
    monkeypatch.setattr(module, "alternatives", lambda *given: alternatives(*given)[2:4])
    posterior.estimate(NAME)  # which has converged, and is kept
    monkeypatch.setattr("shellcount.maths.diagnostics.ESS_LIMIT", 1e9)
    refused = sensitivity(posterior, NAME)
    assert refused.tried == ()
    assert refused.untried[-1].startswith(
        "With first_rate_per_day twice as wide, there is no estimate: it has not converged, since "
    )
    with pytest.raises(ConvergenceError):
        sensitivity(posterior)
    allowed = sensitivity(dataclasses.replace(posterior, allow_unconverged=True))
    assert all(each.not_quotable is not None for each in allowed.tried)


def test_of_many_claims_those_that_weigh_most_are_left_out(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_CLAIMS", 2)
    posterior, seen = fit_with(case, FEW), []

    def some(_: Case, claims: list[str]) -> tuple[Any, ...]:
        seen.extend(claims)
        return ()

    monkeypatch.setattr(module, "alternatives", some)
    found = sensitivity(posterior)
    shifts = {each.name: abs(each.shift) for each in found.scaled if each.kind == "claim"}
    assert len(shifts) == 4
    assert [f"claim.{claim}" for claim in seen] == sorted(sorted(shifts, key=lambda name: -shifts[name])[:2])
    assert found.untried[-1].startswith(
        "Of 4 fitted claims, the 2 that weigh most by power scaling are left out"
    )


def test_bad_names_and_estimates_are_refused(case: Case) -> None:
    posterior = fit_with(case, FEW)
    with pytest.raises(UnknownNameError, match=r"did you mean load"):
        sensitivity(posterior, "laod")


def test_what_is_always_zero_is_refused() -> None:
    first, last = dt.date(2024, 1, 10), dt.date(2024, 1, 12)

    def edit(document: dict[str, Any]) -> None:
        document["pause"] = ({"since": first, "as_of": last, "basis": "made up"},)

    posterior = fit_with(edited(one_claim_case(), edit), FEW)
    with pytest.raises(UsageError, match="is 0 or always the same, so that nothing can move it"):
        sensitivity(posterior, f"containers.everything@{first}..{last}")


def test_too_much_work_is_refused() -> None:
    posterior = fit_with(one_claim_case(), FEW)
    with raised({"study": 1e3}), pytest.raises(LimitError, match=r"a study of [0-9]+ fits"):
        sensitivity(posterior)


def test_of_the_shipped_case_load_comes_first_and_artillery_second(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    priors = {"load", "artillery_share", "payload_share", "stowage", "munitions_share", "first_rate_per_day"}
    monkeypatch.setattr(
        module,
        "alternatives",
        lambda *given: tuple(each for each in alternatives(*given) if each.choice in priors),
    )
    found = sensitivity(fit_with(case, FEW))
    assert [each.name for each in found.choices][:2] == ["load", "artillery_share"]


@pytest.mark.slow
def test_of_all_choices_of_the_shipped_case_load_comes_first_and_artillery_second(case: Case) -> None:
    found = sensitivity(case)
    assert [each.name for each in found.choices][:3] == ["load", "artillery_share", "mix.122mm-rocket"]
    assert [each.name for each in found.scaled if each.kind == "prior"]
    assert len(found.choices) > 30
