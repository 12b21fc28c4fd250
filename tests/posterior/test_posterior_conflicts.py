"""Two exact claims of different claimants conflict by the numbers that an integral over a grid gives."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm, t

from contradicting import FIRST, SECOND, contradicting, in_accord, text_of
from quick import FEW
from shellcount.analysis import analyse
from shellcount.case.changes import with_changes
from shellcount.case.reading import parse_case
from shellcount.case.schema import Case
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import ConflictWarning
from shellcount.posterior.conflicts import assess, conflicts_of
from shellcount.posterior.fitting import fit, fit_with
from shellcount.posterior.posterior import Posterior

SHARE, SCALE, SIGMA, BIAS = 0.05, 0.5, 0.02, 0.10  # of the case, spelt out once more
FACTORS = [1.5, 2.0, 3.0, 10.0]
QUICK = Settings(seed=1, runs=4, engine="smc", particles=64, allow_unconverged=True)


def by_grid(factor: float) -> tuple[float, float]:
    """The chance of being off and the leave-one-out percentile of either of two claims, for a flat prior."""
    grid = np.linspace(-12.0, 12.0, 6_001)
    step = grid[1] - grid[0]
    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    shifts, weights = BIAS * nodes, weights / weights.sum()

    def average(function: Any) -> Any:
        return sum(weight * function(shift) for shift, weight in zip(shifts, weights, strict=True))

    def sound(at: float) -> Any:
        return (1 - SHARE) * norm.pdf(at - grid, scale=np.hypot(SIGMA, BIAS))

    def off(at: float) -> Any:
        return SHARE * average(lambda shift: t.pdf((at - grid - shift) / SCALE, 4) / SCALE)

    log = np.log(factor)
    first, second = sound(0.0) + off(0.0), sound(log) + off(log)
    below = (1 - SHARE) * norm.cdf(log - grid, scale=np.hypot(SIGMA, BIAS)) + SHARE * average(
        lambda shift: t.cdf((log - grid - shift) / SCALE, 4)
    )
    chance = (off(log) * first).sum() / (second * first).sum()
    return float(chance), float((below * first).sum() * step / (first.sum() * step))


def test_the_integral_gives_the_known_answers() -> None:
    found = [by_grid(factor) for factor in FACTORS]
    assert [round(percentile, 4) for _, percentile in found] == pytest.approx(
        [0.974, 0.988, 0.995, 0.9995], abs=6e-4
    )
    assert [chance for chance, _ in found] == pytest.approx([0.26, 0.51, 0.52, 0.54], abs=6e-3)


def nearly_flat(factor: float) -> Case:
    case = parse_case(text_of(2000 * factor).encode(), origin="pair")
    return with_changes(case, {"first_rate_per_day": (0.1, 10_000.0), "rate_walk_sd": 0.01})


@pytest.mark.parametrize("factor", FACTORS)
def test_two_exact_claims_are_assessed_as_the_integral_has_it(factor: float) -> None:
    posterior = fit_with(nearly_flat(factor), DEFAULTS)
    chance, percentile = by_grid(factor)
    # Which of the two is off depends on how smc weighs two modes apart; that one of them is does not.
    chances = [found.off or 0.0 for found in posterior.assessments]
    assert np.mean(chances) == pytest.approx(chance, abs=0.02)
    # Few draws have much weight in the tail, where the claim that is left out was off.
    tails = [found.left_out for found in posterior.assessments]
    assert np.mean(tails) == pytest.approx(1 - percentile, rel=0.5)
    assert {conflict.claim for conflict in posterior.conflicts} == (
        set() if factor == 1.5 else {FIRST, SECOND}
    )


def test_without_an_off_component_the_biases_tell() -> None:
    case = contradicting().model_copy(update={"robustness": robustness(0.0)})
    posterior = fit_with(case, DEFAULTS)
    for found in posterior.assessments:
        assert found.off is None
        assert found.bias is not None
        assert abs(found.bias) > 10
    assert len(posterior.conflicts) == 2


def robustness(share: float) -> Any:
    from shellcount.case.assumptions import Robustness

    return Robustness(outlier_share=share)


def test_claims_in_accord_do_not_conflict() -> None:
    posterior = fit_with(in_accord(), QUICK)
    assert posterior.conflicts == ()
    assert posterior.marks == ()


def test_nothing_is_assessed_where_nothing_was_fitted() -> None:
    case = in_accord()
    priors = case.model_copy(update={"claim": (case.claim[2],)})
    posterior = fit_with(priors, QUICK)
    assert assess(posterior.model, posterior.coordinates) == ()
    assert conflicts_of(priors, ()) == ()


# --- who is warned -------------------------------------------------------------------------


def test_a_fit_warns_once_and_says_which_claims() -> None:
    with pytest.warns(ConflictWarning) as caught:
        posterior = fit(contradicting(), **FEW, allow_unconverged=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        posterior.estimate("load")
        analyse(posterior)
    (warning,) = caught
    assert warning.filename == __file__
    assert "The claim of 200 crates (Navy of the Coast) contradicts" in str(warning.message)


def test_an_analysis_of_a_case_warns_too() -> None:
    with pytest.warns(ConflictWarning):
        analyse(contradicting(), settings=QUICK)


def test_a_saved_posterior_warns_whoever_loads_it(tmp_path: Any) -> None:
    path = fit_with(contradicting(), QUICK).save(tmp_path / "run.npz")
    with pytest.warns(ConflictWarning):
        Posterior.load(path, allow_unconverged=True)


def test_claims_in_accord_warn_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        analyse(fit(in_accord(), **FEW, allow_unconverged=True))
