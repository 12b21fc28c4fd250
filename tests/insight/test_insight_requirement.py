"""What a statement would require: shifts by covariance, known answers of the shipped case, and refusals."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from jointly import COUNT, TOTAL, lognormal_case, spreads, two_natures
from quick import quick_posterior
from shellcount import require
from shellcount.case.reading import load_case
from shellcount.errors import ConvergenceError, ShellcountError
from shellcount.insight.conditioning import Route
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.requirement import Mover, Requirement

HEADLINE = "rounds.mixed@2024-06-14"


def by_name(found: Requirement) -> dict[str, Mover]:
    return {mover.name: mover for mover in found.movers}


@pytest.fixture(scope="module")
def jointly() -> Posterior:
    return fit(lognormal_case(), seed=1)


@pytest.fixture(scope="module")
def large(posterior: Posterior) -> Requirement:
    return require(posterior, f"{HEADLINE} >= 4.8 million")


@pytest.mark.parametrize("route", ["reweighted", "refitted"])
@pytest.mark.parametrize("sign", [1, -1])
def test_shifts_are_proportional_to_covariances(jointly: Posterior, route: Route, sign: int) -> None:
    mean, sd_count, sd_each = spreads()
    sd = math.hypot(sd_count, sd_each)
    value = math.exp(mean + sign * 1.2 * sd)
    found = require(jointly, f"{TOTAL} {'>=' if sign > 0 else '<='} {value:.12g}", route=route)
    mills = norm.pdf(1.2) / norm.sf(1.2)
    movers = by_name(found)
    for name, own in (
        (COUNT, sd_count),
        ("first_rate_per_day", sd_count),
        ("capacity.mixed", sd_each),
        ("shell.per_carrier", sd_each),
    ):
        exact = sign * own / sd * mills
        assert movers[name].shift == pytest.approx(exact, abs=0.04)
        assert abs(movers[name].shift - exact) < 5 * movers[name].mcse
    assert set(found.unmoved) == {"payload_share", "stowage"}


def test_percentiles_tell_how_far_out_a_requirement_lies(jointly: Posterior) -> None:
    mean, sd_count, sd_each = spreads()
    found = require(jointly, f"{TOTAL} >= {math.exp(mean + 3.5 * math.hypot(sd_count, sd_each)):.12g}")
    mover = by_name(found)["capacity.mixed"]
    where = (math.log(mover.after.p50) - math.log(math.sqrt(200 * 400))) / sd_each
    assert mover.percentile == mover.prior_percentile == pytest.approx(norm.cdf(where), abs=0.002)
    assert mover.place == "very unusual"
    count = by_name(found)[COUNT]
    prior_sd = math.log(10) / (2 * norm.ppf(0.95))
    prior = norm.cdf((math.log(count.after.p50 / 30) - math.log(math.sqrt(1000))) / prior_sd)
    assert count.prior_percentile == pytest.approx(prior, abs=0.01)
    assert count.percentile > count.prior_percentile


def test_known_answers_of_the_shipped_case(large: Requirement) -> None:
    assert large.probability.value == pytest.approx(0.0058, abs=0.0003)
    assert large.probability.mcse < 0.0001
    movers = by_name(large)
    for name, before, after, rel in (
        ("containers.munitions@2024-06-14", 11_900, 16_000, 0.01),
        ("load", 0.73, 0.88, 0.01),
        ("artillery_share", 0.81, 0.91, 0.01),
        ("capacity.mixed", 307, 428, 0.01),
        ("mix.122mm-rocket", 0.27, 0.125, 0.06),
        ("mix.122mm-howitzer", 0.23, 0.50, 0.03),
    ):
        assert movers[name].before.p50 == pytest.approx(before, rel=0.02)
        assert movers[name].after.p50 == pytest.approx(after, rel=rel)
    shifts = [round(abs(mover.shift), 9) for mover in large.movers]
    assert shifts == sorted(shifts, reverse=True)
    assert large.subject[1].p05 >= 4.8e6


def test_the_sentence_names_what_moves_most_and_the_chance(large: Requirement) -> None:
    first, second, third, fourth = (mover.phrase for mover in large.leading)
    assert first == "16,000 munitions containers (now 12,000)"
    assert second == "430 rounds in a full container (now 310)"
    assert third.startswith("122mm-howitzer in 5")
    assert fourth == "each container filled to 88% (now 73%)"
    assert large.sentence == (
        f"At least 4.8 million rounds sent by 14 June 2024 would typically mean {first}, {second}, {third} "
        f"and {fourth}; the chance is {large.probability.words}. None of these is very unusual by itself."
    )


def test_a_claim_that_would_have_to_be_off_is_told(large: Requirement) -> None:
    (moved, *_) = large.chances
    assert moved.name == "rok-mnd-2024-06 is off"
    assert moved.after > 3 * moved.before
    assert moved.shift == pytest.approx(
        (moved.after - moved.before) / math.sqrt(moved.before * (1 - moved.before))
    )


def test_what_a_claim_means_may_move_too() -> None:
    posterior = fit(two_natures(), seed=1, given="all")
    found = require(posterior, "capacity.shell >= 400")
    chances = {each.name: each for each in found.chances}
    assert chances["claim-0 means twin"].after > chances["claim-0 means twin"].before + 0.1
    assert chances["claim-0 means shell"].shift == pytest.approx(
        -chances["claim-0 means twin"].shift, abs=1e-6
    )


def test_kept_draws_agree_with_brute_force(posterior: Posterior) -> None:
    found = require(posterior, f"{HEADLINE} >= 3 million")
    kept = posterior.draws(HEADLINE) >= 3e6
    assert (found.route, found.probability.value) == ("reweighted", float(kept.mean()))
    for mover in found.movers[:6]:
        draws = posterior.draws(mover.name)
        assert mover.before == posterior.estimate(mover.name)
        assert mover.after.p50 == pytest.approx(float(np.median(draws[kept])), rel=0.01)
        assert mover.percentile == float((draws <= mover.after.p50).mean())
    assert found.subject[0] == posterior.estimate(HEADLINE)


def test_an_assumption_that_claims_do_not_inform_moves_alone(posterior: Posterior) -> None:
    found = require(posterior, "load >= 95%")
    assert (found.movers, found.chances) == ((), ())
    assert "would move nothing else; the chance is 1%" in found.sentence
    assert "artillery_share" in found.unmoved


def test_of_a_period_the_carriers_of_that_period_move(posterior: Posterior) -> None:
    found = require(posterior, "rounds.mixed@2023-12/day >= 15k")
    assert "containers.artillery@2023-12/day" in by_name(found)


def test_what_is_so_anyway_requires_nothing(posterior: Posterior) -> None:
    found = require(posterior, f"{HEADLINE} >= 10")
    assert (found.movers, found.probability.words) == ((), "more than 99.99%")


def test_draws_that_have_not_converged_are_refused_or_marked() -> None:
    rough = quick_posterior(load_case(), given="all")
    found = require(rough, f"{HEADLINE} >= 3 million")
    assert found.probability.not_quotable is not None
    strict = replace(rough, allow_unconverged=False)
    with pytest.raises(ConvergenceError, match="has not converged"):
        require(strict, f"{HEADLINE} >= 3 million")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("rounds.mxied@2024-06-14 >= 3e6", "did you mean rounds.mixed@2024-06-14"),
        ("3 million", "has no comparison sign; write NAME >= AMOUNT or NAME <= AMOUNT"),
        ("load >= 0.2 >= 0.1", "has 2 comparison signs"),
        ("load >= 100%", "a load of at least 100% cannot be: a share is always below 100%"),
        ("load >= 130%", "load is a share, which cannot be 1.3"),
        ("load >= -1", "it is negative"),
        ("load <= 0", "a load of at most 0% cannot be"),
        (
            f"{HEADLINE} >= 60 million",
            "cannot be: beyond the physical ceiling of 1,300 rounds a container, even in",
        ),
        ("containers.munitions@2024-06-14 <= 5", "cannot be: no assumption allows for it"),
    ],
)
def test_what_cannot_be_is_refused(posterior: Posterior, statement: str, message: str) -> None:
    with pytest.raises(ShellcountError) as caught:
        require(posterior, statement)
    assert message in str(caught.value)
