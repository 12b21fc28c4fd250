"""Fits agree with closed forms, quadrature and other samplers, and the seed alone decides every digit."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import math
import os
import shutil
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from building import edited, one_claim_case
from processes import unmeasured
from shellcount.case.changes import Change, with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import ConflictWarning, ConvergenceError, EvidenceError, UnknownNameError, UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Prior
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.names import parse_quantity
from shellcount.results.run import Engine

Z95 = 1.6448536269514722
HEADLINES = (
    "rounds.mixed@2024-02-26",
    "containers.munitions@2024-06-14",
    "capacity.152mm-howitzer",
    "capacity.122mm-howitzer",
    "capacity.122mm-rocket",
)


@functools.cache
def of_seed(seed: int) -> dict[str, Estimate]:
    """A few estimates of the shipped case under one seed."""
    posterior = fit(load_case(), seed=seed)
    return {name: posterior.estimate(name) for name in ("rounds.mixed@2024-06-14", *HEADLINES)}


def assert_quantiles(estimate: Estimate, exact: tuple[float, float, float]) -> None:
    """The 5%, 50% and 95% quantiles lie within 4 Monte Carlo standard errors of the exact ones."""
    found = (estimate.p05, estimate.p50, estimate.p95)
    errors = (estimate.mcse_p05, estimate.mcse_p50, estimate.mcse_p95)
    for value, error, expected in zip(found, errors, exact, strict=True):
        assert abs(value - expected) <= 4 * error


def assert_quantiles_of_prior(posterior: Posterior) -> None:
    """Draws of a prior lie one in each of as many strata: no quantile is further off than a stratum."""
    found = posterior.estimate("first_rate_per_day")
    prior, step = Prior("lognormal", 10, 100), 1 / posterior.run.settings["draws"]
    for value, probability in ((found.p05, 0.05), (found.p50, 0.50), (found.p95, 0.95)):
        low, high = prior.from_normal(stats.norm.ppf([probability - step, probability + step]))
        assert low < value < high
    assert found.p50 == pytest.approx(math.sqrt(1000), rel=1e-3)


def assert_evidence(posterior: Posterior, exact: float, exact_error: float = 0.0) -> None:
    assert posterior.log_evidence is not None
    mean, error = posterior.log_evidence
    assert abs(mean - exact) <= 4 * math.hypot(error, exact_error)


# --- one claim: log M = log 30 + log rate, and the claim says log M + bias + noise --------

RATE_MEAN = (math.log(10) + math.log(100)) / 2
RATE_SD = (math.log(100) - math.log(10)) / (2 * Z95)
BIAS_SD = 0.10


def normal_quantiles(mean: float, sd: float) -> tuple[float, float, float]:
    return math.exp(mean - Z95 * sd), math.exp(mean), math.exp(mean + Z95 * sd)


@pytest.mark.parametrize(
    ("hedge", "sigma", "stated", "resolution"),
    [("about", 0.08, 2000.0, 1.0), ("exact", 0.02, 400.0, 100.0), ("exact", 0.02, 20_000.0, 1.0)],
)
def test_one_symmetric_claim_has_a_normal_posterior(
    hedge: str, sigma: float, stated: float, resolution: float
) -> None:
    case = one_claim_case(
        {"claim.only": stated, "claim.only.hedge": hedge, "claim.only.resolution": resolution}
    )
    posterior = fit(case)
    noise = sigma**2 + (resolution / stated) ** 2 / 12 + BIAS_SD**2
    precision = 1 / RATE_SD**2 + 1 / noise
    mean = (RATE_MEAN / RATE_SD**2 + math.log(stated / 30) / noise) / precision
    rate = normal_quantiles(mean, precision**-0.5)
    assert_quantiles(posterior.estimate("first_rate_per_day"), rate)
    boxes = (30 * rate[0], 30 * rate[1], 30 * rate[2])
    assert_quantiles(posterior.estimate("containers.everything@2024-01-31"), boxes)
    exact = stats.norm.logpdf(math.log(stated), math.log(30) + RATE_MEAN, math.sqrt(RATE_SD**2 + noise))
    assert_evidence(posterior, float(exact))


@pytest.mark.parametrize(
    ("hedge", "margin", "stated"),
    [("at_least", 0.40, 2000.0), ("up_to", -0.40, 2000.0), ("up_to", -0.40, 500.0)],
)
def test_one_lopsided_claim_agrees_with_quadrature(hedge: str, margin: float, stated: float) -> None:
    # Over 24 seeds the errors are as stated; at seed 1 the third case is 2.3 standard deviations away.
    posterior = fit(one_claim_case({"claim.only": stated, "claim.only.hedge": hedge}), seed=2)
    # Adding the normal bias to sigma e - margin |h| only widens its normal part.
    sigma = math.sqrt(0.05**2 + (1 / stated) ** 2 / 12 + BIAS_SD**2)

    log_boxes = np.linspace(math.log(stated) - 3, math.log(stated) + 3, 20_001)
    prior = stats.norm.pdf(log_boxes, math.log(30) + RATE_MEAN, RATE_SD)
    likelihood = stats.skewnorm.pdf(
        math.log(stated) - log_boxes, -margin / sigma, scale=math.hypot(sigma, margin)
    )
    below = integrate.cumulative_simpson(prior * likelihood, x=log_boxes, initial=0)
    p05, p50, p95 = np.exp(np.interp([0.05, 0.5, 0.95], below / below[-1], log_boxes))
    assert_quantiles(posterior.estimate("containers.everything@2024-01-31"), (p05, p50, p95))
    assert_evidence(posterior, math.log(below[-1]))


# --- the shipped case --------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("containers.munitions@2024-06-14", (9_385, 11_900, 15_770)),
        ("capacity.152mm-howitzer", (232, 314, 426)),
        ("capacity.122mm-howitzer", (419, 517, 606)),
        ("capacity.122mm-rocket", (80, 117, 167)),
    ],
)
def test_independently_computed_values_are_matched(
    name: str, expected: tuple[float, float, float], seed: int
) -> None:
    estimate = of_seed(seed)[name]
    assert (estimate.p05, estimate.p50, estimate.p95) == pytest.approx(expected, rel=0.02)


@pytest.mark.slow
def test_the_median_of_the_total_hardly_depends_on_the_seed() -> None:
    medians = [of_seed(seed)["rounds.mixed@2024-06-14"].p50 for seed in range(1, 11)]
    assert len(set(medians)) == 10
    assert max(medians) / min(medians) < 1.02


@pytest.mark.slow
@pytest.mark.parametrize("name", HEADLINES)
def test_a_settled_headline_does_not_depend_on_the_seed(name: str) -> None:
    estimates = [of_seed(seed)[name] for seed in range(1, 11)]
    assert len({estimate.p50 for estimate in estimates}) == 10
    assert len({estimate.headline for estimate in estimates if estimate.rounding_doubt <= 1}) == 1


# --- against importance sampling ----------------------------------------------------------

BATCHES, BATCH = 16, 16_384
TAILS = (0.05, 0.5, 0.95)
COMPARED = (
    "rounds.mixed@2023-10-13",
    "rounds.mixed@2024-06-14",
    "rounds.all-122mm-howitzer@2024-06-14",
    "containers.military@2024-02-26",
    "containers.munitions@2024-06-14",
    "containers.artillery@2024-06-14",
    "capacity.152mm-howitzer",
    "capacity.mixed",
    "first_rate_per_day",
    "munitions_share",
    "artillery_share",
    "load",
    "152mm-howitzer.complete.share",
)


type Exact = dict[str, tuple[Array, Array]]


def weighted_draws(posterior: Posterior) -> tuple[Evaluation[Array], Array]:
    """Draws of a Student's t around a posterior, with the log weights that make them stand for it."""
    model, freedom = posterior.model, 15.0
    rng = np.random.default_rng(11)
    places = np.array([posterior.coordinates[name].ravel() for name in model.informed])
    shape, dimension = (BATCHES, BATCH), len(places)
    factor = np.linalg.cholesky(1.2 * np.cov(places))
    standard = rng.standard_normal((dimension, BATCHES * BATCH))
    standard /= np.sqrt(rng.chisquare(freedom, BATCHES * BATCH) / freedom)
    z = places.mean(axis=1, keepdims=True) + factor @ standard
    log_prior = -0.5 * (z**2).sum(axis=0) - dimension / 2 * math.log(2 * math.pi)
    log_proposal = (
        math.lgamma((freedom + dimension) / 2)
        - math.lgamma(freedom / 2)
        - dimension / 2 * math.log(freedom * math.pi)
        - (freedom + dimension) / 2 * np.log1p((standard**2).sum(axis=0) / freedom)
        - np.log(np.diag(factor)).sum()
    )
    log_weights: Array = model.log_likelihood(z) + log_prior - log_proposal
    coordinates: dict[str, Array] = {
        name: row.reshape(shape) for name, row in zip(model.informed, z, strict=True)
    }

    def coordinate(name: str) -> Array:
        if name not in coordinates:
            coordinates[name] = rng.standard_normal(shape)
        return coordinates[name]

    return Evaluation(model, coordinate, shape), log_weights.reshape(shape)


def weighted_quantiles(values: Array, weights: Array) -> Array:
    order = np.argsort(values)
    cumulated = np.cumsum(weights[order])
    quantiles: Array = np.interp(TAILS, cumulated / cumulated[-1], values[order])
    return quantiles


def by_importance(posterior: Posterior) -> tuple[Exact, tuple[float, float]]:
    """Quantiles by name, and the log evidence, each with its error from the spread between batches."""
    evaluation, log_weights = weighted_draws(posterior)
    weights = np.exp(log_weights - log_weights.max())
    quantiles: Exact = {}
    for name in COMPARED:
        values = evaluation.quantity(parse_quantity(posterior.case, name))
        batches = [weighted_quantiles(v, w) for v, w in zip(values, weights, strict=True)]
        error = np.std(batches, axis=0, ddof=1) / math.sqrt(BATCHES)
        quantiles[name] = weighted_quantiles(values.ravel(), weights.ravel()), error
    evidence = special.logsumexp(log_weights, axis=1) - math.log(BATCH)
    whole = special.logsumexp(evidence) - math.log(BATCHES)
    return quantiles, (float(whole), float(evidence.std(ddof=1) / math.sqrt(BATCHES)))


@pytest.fixture(scope="module")
def exact(posterior: Posterior) -> tuple[Exact, tuple[float, float]]:
    return by_importance(posterior)


@pytest.fixture(scope="module")
def exact_all(posterior_all: Posterior) -> tuple[Exact, tuple[float, float]]:
    return by_importance(posterior_all)


def disagreements(posterior: Posterior, exact: Exact) -> dict[str, list[float]]:
    """Differences of more than 4 combined standard errors at the 5%, 50% or 95% quantile, in such errors."""
    found = {}
    for name, (values, errors) in exact.items():
        estimate = posterior.estimate(name)
        engine = np.array([estimate.p05, estimate.p50, estimate.p95])
        engine_errors = np.array([estimate.mcse_p05, estimate.mcse_p50, estimate.mcse_p95])
        apart = (engine - values) / np.hypot(engine_errors, errors)
        if np.abs(apart).max() > 4:
            found[name] = apart.round(1).tolist()
    return found


def test_quantiles_given_the_counts_agree_with_importance_sampling(
    posterior: Posterior, exact: tuple[Exact, tuple[float, float]]
) -> None:
    assert disagreements(posterior, exact[0]) == {}


def test_quantiles_given_all_claims_agree_with_importance_sampling(
    posterior_all: Posterior, exact_all: tuple[Exact, tuple[float, float]]
) -> None:
    assert disagreements(posterior_all, exact_all[0]) == {}


def test_the_evidence_of_the_counts_agrees_with_importance_sampling(
    posterior: Posterior, exact: tuple[Exact, tuple[float, float]]
) -> None:
    assert_evidence(posterior, *exact[1])


def test_the_evidence_of_all_claims_agrees_with_importance_sampling(
    posterior_all: Posterior, exact_all: tuple[Exact, tuple[float, float]]
) -> None:
    assert_evidence(posterior_all, *exact_all[1])


# --- the seed decides every digit --------------------------------------------------------

_SCRIPT = """
import hashlib, numpy
from shellcount import fit, load_case
posterior = fit(load_case(), seed=5, runs=4, engine="smc", particles=2048, allow_unconverged=True)
draws = [posterior.draws(name) for name in ("rounds.mixed@2024-06-14", "capacity.mixed", "munitions_share")]
print(hashlib.sha256(numpy.ascontiguousarray(draws).tobytes()).hexdigest())
"""


def sha256_of_draws(threads: int, prefix: tuple[str, ...] = ()) -> str:
    environment = unmeasured(
        **{f"{library}_NUM_THREADS": str(threads) for library in ("OPENBLAS", "OMP", "MKL")}
    )
    done = subprocess.run(
        [*prefix, sys.executable, "-c", _SCRIPT], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_number_of_cores_changes_no_digit() -> None:
    here = fit(load_case(), seed=5, runs=4, engine="smc", particles=2048, allow_unconverged=True)
    names = ("rounds.mixed@2024-06-14", "capacity.mixed", "munitions_share")
    draws = np.ascontiguousarray([here.draws(name) for name in names])
    expected = hashlib.sha256(draws.tobytes()).hexdigest()
    assert sha256_of_draws(1) == expected
    assert sha256_of_draws(2) == expected
    taskset = shutil.which("taskset")
    if taskset is not None:
        cpu = str(min(os.sched_getaffinity(0)))
        assert sha256_of_draws(2, (taskset, "-c", cpu)) == expected


def test_another_seed_gives_other_draws(case: Case, posterior: Posterior) -> None:
    other = fit(case, seed=2)
    for name in ("munitions_share", "load"):
        assert (other.draws(name) != posterior.draws(name)).all()


def test_fitting_again_gives_the_same_draws(case: Case, posterior: Posterior) -> None:
    again = fit(case, seed=1)
    for name in ("munitions_share", "load", "rounds.mixed@2024-06-14"):
        assert (again.draws(name) == posterior.draws(name)).all()


def test_progress_rises_and_ends_at_one(case: Case) -> None:
    reported: list[float] = []
    fit(case, runs=4, engine="smc", particles=64, progress=reported.append)
    assert len(reported) > 2
    assert reported[0] > 0
    assert (np.diff(reported) > 0).all()
    assert reported[-1] == 1.0


# --- arguments ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": -1}, "seed must be 0 or more, not -1"),
        ({"runs": 3}, "runs must be at least 4, not 3"),
        ({"runs": -16}, "runs must be at least 4, not -16"),
        ({"points": 63}, "points must be from 64 to 16,384, not 63"),
        ({"engine": "gibbs"}, "engine must be is, smc or nuts, not 'gibbs'"),
        (
            {"given": "everything"},
            r"given must be counts, all, .* not 'everything'",
        ),
        ({"given": "counts-but:ua-gur-2024"}, "ua-gur-2024 is not fit with given=counts"),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(
    case: Case, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        fit(case, **arguments)


def test_an_unknown_claim_cannot_be_held_out(case: Case) -> None:
    with pytest.raises(UnknownNameError, match="did you mean us-state-2024-02"):
        fit(case, given="all-but:us-state-2024")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"without": ["only"], "with_": ["only"]}, "only is both held out and added"),
        ({"without": "nobody"}, "no claim, claimant or group is called 'nobody'"),
        ({"with_": [""]}, "a blank name"),
        ({"without": [1]}, "without takes names of claims, claimants and groups, not 1"),
    ],
)
def test_names_are_checked_before_anything_is_sampled(
    arguments: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "log_likelihood", None)
    with pytest.raises((UsageError, UnknownNameError), match=message):
        fit(one_claim_case(), **arguments)


def test_claims_held_out_by_name_give_the_run_of_the_same_text(case: Case) -> None:
    few: dict[str, Any] = {"seed": 1, "runs": 4, "engine": "smc", "particles": 64}
    named = fit(case, without=["South Korea"], with_=["ua-gur"], **few)
    text = "counts-but:rok-mnd-2024-06,rok-mnd-2024-02-and:ua-gur-2024"
    assert named.run.given == "counts-but:rok-mnd-2024-02,rok-mnd-2024-06-and:ua-gur-2024"
    assert named.run == fit(case, given=text, **few).run


def test_nothing_is_sampled_before_arguments_are_checked(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "log_likelihood", None)
    with pytest.raises(UsageError):
        fit(case, runs=3)
    with pytest.raises(UsageError):
        fit(case, given="everything")


@pytest.mark.parametrize("seed", [0, 2**64, 10**40])
def test_any_whole_number_is_a_seed(case: Case, seed: int) -> None:
    posterior = fit(case, seed=seed, runs=4, engine="smc", particles=64)
    assert posterior.run.seed == seed


# --- evidence that no prior draw comes near ----------------------------------------------


def test_claims_that_no_draw_fits_are_named(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "log_likelihood", lambda _self, z: np.full(z.shape[1], -math.inf))
    with pytest.raises(EvidenceError) as caught:
        fit(case)
    for claim in ("rok-mnd-2024-02", "rok-mnd-2024-06", "us-state-2024-02", "us-white-house-2023-10"):
        assert claim in str(caught.value)


@pytest.mark.parametrize("engine", ["smc", pytest.param("nuts", marks=pytest.mark.slow)])
def test_a_claim_that_no_parameter_value_comes_near_is_refused_by_name(engine: Engine) -> None:
    nowhere: dict[str, Change] = {
        "hedges.about.sigma": 1e-9,
        "claim.only.resolution": 1e-9,
        "claim.only": 1e12,
        "reliability.B": 0.0,
        "first_rate_per_day": (10.0, 10.000001),
    }
    few: dict[str, Any] = {"draws": 100} if engine == "nuts" else {}
    # Chains end somewhere, as particles do not: a warning names the claim, and the gate refuses the numbers.
    warned = pytest.warns(ConflictWarning, match="about 1 trillion containers")
    with (
        warned if engine == "nuts" else contextlib.nullcontext(),
        pytest.raises((EvidenceError, ConvergenceError), match=r"only|has not converged") as error,
    ):
        fit(one_claim_case(nowhere), engine=engine, **few).estimates()
    assert engine == "nuts" or "cannot be reconciled" in str(error.value)


def test_without_a_fitted_claim_the_posterior_is_the_prior() -> None:
    case = one_claim_case()
    posterior = fit(case, given="counts-but:only")
    assert_quantiles_of_prior(posterior)
    assert posterior.log_evidence == (0.0, 0.0)


def test_claims_of_all_uses_but_fit_leave_the_prior() -> None:
    def only_show(document: dict[str, Any]) -> None:
        document["claim"][0]["use"] = "context"

    posterior = fit(edited(one_claim_case(), only_show))
    assert_quantiles_of_prior(posterior)


# --- more claimed, more found ------------------------------------------------------------


@settings(max_examples=8)
@given(st.floats(1.05, 3), st.integers(0, 100))
def test_claims_of_more_containers_never_lower_the_total(factor: float, seed: int) -> None:
    case = load_case()
    more: dict[str, Change] = {
        f"claim.{claim.id}": factor * claim.stated for claim in case.claim if claim.use == "fit"
    }
    medians = []
    for claims in (case, with_changes(case, more)):
        posterior = fit(claims, seed=seed, runs=4, engine="smc", particles=128, allow_unconverged=True)
        medians.append(posterior.estimate("rounds.mixed@2024-06-14"))
    error = math.hypot(medians[0].mcse_p50, medians[1].mcse_p50)
    assert medians[1].p50 >= medians[0].p50 - 4 * error
