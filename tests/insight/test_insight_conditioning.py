"""A posterior given a statement: by keeping draws or by sampling, both agree with closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from jointly import COUNT, PER_CARRIER, TOTAL, lognormal_case, spreads
from quick import of_nuts
from shellcount.errors import EvidenceError, UsageError
from shellcount.insight import conditioning
from shellcount.insight.conditioning import Conditioned, Route, condition
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.threshold import parse_threshold

ROUTES: tuple[Route, Route] = ("reweighted", "refitted")


@pytest.fixture(scope="module")
def jointly() -> Posterior:
    return fit(lognormal_case(), seed=1)


def given(posterior: Posterior, statement: str, route: Route | None = None) -> Conditioned:
    return condition(posterior, parse_threshold(posterior.case, statement), route=route)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("sign", [1, -1])
def test_either_way_it_is_a_truncated_normal(jointly: Posterior, route: Route, sign: int) -> None:
    mean, sd_count, sd_each = spreads()
    sd, at = math.hypot(sd_count, sd_each), 1.0
    threshold = math.exp(mean + sign * at * sd)
    found = given(jointly, f"{TOTAL} {'>=' if sign > 0 else '<='} {threshold:.12g}", route)
    assert (found.route, found.not_quotable) == (route, None)
    assert found.value == pytest.approx(norm.sf(at), rel=0.03)
    assert abs(found.value - norm.sf(at)) < 4 * found.mcse
    mills = norm.pdf(at) / norm.sf(at)
    for name, own in ((TOTAL, sd), (COUNT, sd_count), (PER_CARRIER, sd_each)):
        before, after = (np.log(side.draws(name)) for side in (jointly, found.posterior))
        shift = float(after.mean() - before.mean()) / own
        assert shift == pytest.approx(sign * own / sd * mills, abs=0.04)
    rest = 1 + at * mills - mills**2
    assert float(np.log(found.posterior.draws(TOTAL)).var()) == pytest.approx(rest * sd**2, rel=0.05)


@pytest.mark.parametrize("at", [3.0, 4.75, 6.0])
def test_a_rare_event_has_its_probability_with_a_small_error(jointly: Posterior, at: float) -> None:
    mean, sd_count, sd_each = spreads()
    threshold = math.exp(mean + at * math.hypot(sd_count, sd_each))
    found = given(jointly, f"{TOTAL} >= {threshold:.12g}")
    assert found.route == "refitted"
    assert found.value == pytest.approx(norm.sf(at), rel=0.06)
    assert abs(found.value - norm.sf(at)) < 4 * found.mcse < 0.2 * found.value


@pytest.mark.parametrize("value", [0.95, 0.98, 0.999])
def test_a_share_near_one_has_its_prior_probability(posterior: Posterior, value: float) -> None:
    prior = posterior.model.priors["load"]
    exact = norm.sf(float(prior.to_normal(np.array(value))))
    found = given(posterior, f"load >= {value}", "refitted")
    assert found.value == pytest.approx(exact, rel=0.1)
    assert abs(found.value - exact) < 5 * found.mcse


def test_draws_satisfy_the_statement_and_have_the_coordinates_that_it_moves(jointly: Posterior) -> None:
    for route in ROUTES:
        found = given(jointly, f"{TOTAL} >= 450k", route)
        assert float(found.posterior.draws(TOTAL).min()) >= 450_000
        assert set(found.names) == set(found.posterior.coordinates)


def test_coordinates_that_the_statement_does_not_use_keep_their_draws(jointly: Posterior) -> None:
    found = given(jointly, f"{TOTAL} >= 450k", "reweighted")
    assert (found.posterior.draws("stowage") == jointly.draws("stowage")).all()


def test_the_route_follows_from_how_many_draws_are_left(posterior: Posterior) -> None:
    assert given(posterior, "rounds.mixed@2024-06-14 >= 3e6").route == "reweighted"
    few = given(posterior, "rounds.mixed@2024-06-14 >= 4.8e6")
    assert (few.route, few.not_quotable) == ("refitted", None)
    assert few.effective > 2_000
    kept = given(posterior, "rounds.mixed@2024-06-14 >= 4.8e6", "reweighted")
    assert kept.effective < 400
    assert kept.not_quotable is not None


def test_refits_agree_with_draws_that_are_kept(posterior: Posterior) -> None:
    kept, drawn = (given(posterior, "rounds.mixed@2024-06-14 >= 3e6", route) for route in ROUTES)
    assert abs(kept.value - drawn.value) < 4 * math.hypot(kept.mcse, drawn.mcse)
    for name in ("load", "containers.munitions@2024-06-14", "capacity.mixed", "mix.122mm-rocket"):
        one, other = (np.log(each.posterior.draws(name)) for each in (kept, drawn))
        errors = [each.mean(axis=1).std(ddof=1) / 4 for each in (one, other)]
        assert abs(float(one.mean() - other.mean())) < 4 * math.hypot(*errors)


def test_where_engine_is_does_not_serve_smc_samples(
    jointly: Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conditioning, "unserved", lambda _: "made up")
    found = given(jointly, f"{TOTAL} >= 700k")
    mean, sd_count, sd_each = spreads()
    exact = norm.sf((math.log(700_000) - mean) / math.hypot(sd_count, sd_each))
    assert (found.khat, found.not_quotable) == (None, None)
    assert found.value == pytest.approx(exact, rel=0.15)
    assert abs(found.value - exact) < 4 * found.mcse


def test_draws_that_miss_a_part_are_not_quoted(jointly: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    known = jointly.log_evidence
    assert known is not None
    monkeypatch.setattr(conditioning, "_log_evidence", lambda _: (known[0] + math.log(2), known[1]))
    found = given(jointly, f"{TOTAL} >= 450k", "refitted")
    assert found.not_quotable == "draws within the bound do not agree with those of the fit"


def test_chains_are_conditioned_too() -> None:
    posterior = of_nuts()  # of draws from the prior, which the claim moves
    found = given(posterior, "load >= 80%", "reweighted")
    assert found.posterior.shape == posterior.shape
    refit = given(posterior, "load >= 80%", "refitted")
    assert refit.value == pytest.approx(found.value, abs=0.05)
    assert refit.posterior.shape == (16, 4096)


def test_what_nothing_supports_is_refused(jointly: Posterior) -> None:
    with pytest.raises(UsageError, match="leave the route open"):
        given(jointly, f"{TOTAL} >= 5 million", "reweighted")
    with pytest.raises(EvidenceError):
        given(fit(lognormal_case(known=300.0), seed=1, points=256), f"{PER_CARRIER} >= 301")


def test_the_same_seed_gives_the_same_digits(jointly: Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    one = given(jointly, f"{TOTAL} >= 800k")
    monkeypatch.setattr("shellcount.parallel.crew.cores", lambda: 1)
    other = given(jointly, f"{TOTAL} >= 800k")
    assert (one.value, one.mcse) == (other.value, other.mcse)
    assert (one.posterior.draws(COUNT) == other.posterior.draws(COUNT)).all()
