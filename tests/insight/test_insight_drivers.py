"""Shares of the variance agree with closed forms, with other computations, and add up."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import math
from typing import Any

import numpy as np
import pytest

from building import case_of, edited, one_claim_case
from shellcount.case.changes import with_changes
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import ConvergenceError, UnknownNameError, UsageError
from shellcount.insight.drivers import drivers
from shellcount.maths.priors import Z95
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.drivers import Driver, Drivers

RATE, HOLDS, TRIP = (10.0, 100.0), (200.0, 500.0), (150.0, 350.0)
ERROR = 0.10**2 + 0.08**2 + (1 / 2000) ** 2 / 12  # variance of a claim: bias, hedge and rounding
ROUNDS, SENT = "rounds.mixed@2024-01-31", "containers.everything@2024-01-31"


def variance(low: float, high: float) -> float:
    """The variance of the log of a lognormal prior with these 5% and 95% quantiles."""
    return (math.log(high / low) / (2 * Z95)) ** 2


def lognormal(*claims: dict[str, Any]) -> Case:
    """A case in which rounds are a product of lognormals: a rate, and what a container holds."""
    made_up = {"basis": "made up", "certainty": "U"}

    def edit(document: dict[str, Any]) -> None:
        shell = document["nature"][0]
        holds = {"low": HOLDS[0], "high": HOLDS[1], **made_up}
        document["nature"] = ({**shell, "bare": None, "stow": (), "per_carrier": holds},)
        document["containers"] |= {"rated_payload_kg": None, "cube_m3": None}
        document["priors"] |= {"payload_share": None, "stowage": None, "load": {"value": 0.7, **made_up}}
        document["priors"]["rate_walk_sd"] = {"value": 0.0, **made_up}
        document["trip"] = ({"id": "voyage", "carriers": {"low": TRIP[0], "high": TRIP[1], **made_up}},)

    return case_of(*(claims or ({},)), edit=edit)


@functools.cache
def shipped(given: str = "counts") -> Posterior:
    return fit(load_case(), given=given, seed=1)


@functools.cache
def found(given: str = "counts", name: str | None = None, *, shapley: bool = False) -> Drivers:
    return drivers(shipped(given), name, shapley=shapley)


def by_name(found: Drivers) -> dict[str, Driver]:
    return {driver.name: driver for driver in found.drivers}


def close(share: float, expected: float, mcse: float, rounding: float = 0.0) -> bool:
    """Whether a share is within four Monte Carlo errors of another, and the rounding of that."""
    return abs(share - expected) <= 4 * mcse + rounding + 1e-12


# --- closed forms ------------------------------------------------------------------------


def test_a_product_of_lognormals_divides_by_their_variances() -> None:
    posterior = fit(lognormal({"use": "check"}), seed=1)
    for name, other, power in (
        (ROUNDS, "shell.per_carrier", HOLDS),
        ("trip_count.everything.voyage@2024-01-31", "voyage.carriers_per_trip", TRIP),
    ):
        result = drivers(posterior, name)
        parts = by_name(result)
        whole = variance(*RATE) + variance(*power)
        assert set(parts) == {"first_rate_per_day", other}
        assert close(parts["first_rate_per_day"].share, variance(*RATE) / whole, parts[other].mcse)
        assert close(parts[other].share, variance(*power) / whole, parts[other].mcse)
        assert result.sd == pytest.approx(math.sqrt(whole), rel=0.01)
        assert result.prior == pytest.approx(1)
        assert (result.split, {driver.kind for driver in result.drivers}) == ("none", {"prior"})


def test_what_a_claim_informs_has_the_share_of_its_posterior_variance() -> None:
    result = drivers(fit(lognormal(), seed=1), ROUNDS)
    informed, kept = 1 / (1 / variance(*RATE) + 1 / ERROR), variance(*HOLDS)
    assert close(result.claims, informed / (informed + kept), result.mcse_claims)
    assert close(result.prior, kept / (informed + kept), result.mcse_prior)
    assert result.between == pytest.approx(0, abs=1e-9)
    assert [(driver.name, driver.kind) for driver in result.drivers] == [
        ("shell.per_carrier", "prior"),
        (SENT, "claims"),
    ]


def joint() -> tuple[Posterior, np.ndarray[Any, Any]]:
    """A posterior that is normal in the logs of containers and capacity, and their covariance."""
    rounds = {"quantity": "rounds", "scope": None, "value": 300_000.0, "resolution": 150.0}
    posterior = fit(lognormal({}, rounds), given="all", seed=1)
    told = np.array([[1.0, 0.0], [1.0, 1.0]])
    precision = np.diag([1 / variance(*RATE), 1 / variance(*HOLDS)]) + told.T @ told / ERROR
    return posterior, np.linalg.inv(precision)


def test_covariance_shares_are_those_of_a_joint_normal_posterior() -> None:
    posterior, covariance = joint()
    parts = by_name(drivers(posterior, ROUNDS))
    expected = covariance.sum(axis=1) / covariance.sum()
    for name, share in zip((SENT, "capacity.mixed"), expected, strict=True):
        assert close(parts[name].share, share, parts[name].mcse)
        assert parts[name].kind == "claims"


def test_what_claims_leave_of_a_prior_is_told() -> None:
    """The coordinate of a rate that one claim measures is as wide as in a normal posterior."""
    (rate,) = drivers(fit(lognormal(), seed=1), "first_rate_per_day").drivers
    assert rate.width == pytest.approx((1 + variance(*RATE) / ERROR) ** -0.5, rel=0.03)
    load = by_name(found("all", "shipped.mixed"))["load"]
    assert load.width == pytest.approx(shipped("all").coordinates["load"].std())
    assert {each.width for each in found().drivers if each.kind == "prior"} == {None}


def test_shapley_effects_are_those_of_a_joint_normal_posterior() -> None:
    """Owen and Prieur (2017): of two inputs, half of what they share goes to each."""
    posterior, covariance = joint()
    result = drivers(posterior, ROUNDS, shapley=True)
    alone = covariance.sum(axis=1) ** 2 / np.diag(covariance)  # explained by one input
    whole = covariance.sum()
    expected = [(alone[0] + whole - alone[1]) / 2 / whole, (alone[1] + whole - alone[0]) / 2 / whole]
    parts = by_name(result)
    for name, share in zip((SENT, "capacity.mixed"), expected, strict=True):
        assert close(parts[name].share, share, parts[name].mcse)
    assert result.split == "shapley"
    assert result.together == pytest.approx(0, abs=1e-9)


def test_errors_are_as_large_as_they_say() -> None:
    """Over many seeds, shares are off by about their Monte Carlo errors."""
    case, kept = lognormal({"use": "check"}), variance(*HOLDS)
    share = kept / (kept + variance(*RATE))
    off = []
    for seed in range(1, 21):
        driver = by_name(drivers(fit(case, seed=seed, runs=16, points=64), ROUNDS))["shell.per_carrier"]
        off.append((driver.share - share) / driver.mcse)
    assert 0.6 < float(np.sqrt(np.mean(np.square(off)))) < 1.5


# --- the shipped case --------------------------------------------------------------------


def test_the_shipped_case_divides_as_computed_before() -> None:
    """Percentages of an independent computation, each rounded to a digit; what claims inform has 12.4."""
    expected = {
        "load": 37.0,
        "artillery_share": 23.0,
        "mix": 18.6,
        "payload_share": 2.8,
        "packing": 2.8,
        "stowage": 0.6,
        "masses": 0.4,
        "volumes": 0.2,
    }
    result = found()
    parts = by_name(result)
    for name, share in expected.items():
        assert parts[name].kind == "prior"
        assert close(parts[name].share, share / 100, parts[name].mcse, 0.003)
    assert close(result.claims, 0.124, result.mcse_claims, 0.003)
    assert result.sd == pytest.approx(0.449, abs=0.004)
    assert close(result.prior, 0.876, result.mcse_prior, 0.003)


def test_the_shipped_case_given_all_divides_as_many_more_draws_do() -> None:
    """As eight fits of 16,384 points a run do on average, with seeds 101 to 108."""
    expected = {"load": 0.306, "capacity.mixed": 0.294, "artillery_share": 0.196}
    result = found("all")
    parts = by_name(result)
    for name, share in expected.items():
        assert close(parts[name].share, share, parts[name].mcse, 0.001)
    counts = [parts[name] for name in ("containers.military@2024-06-14", "munitions_share")]
    both = math.fsum(driver.share for driver in counts)
    assert close(both, 0.204, max(driver.mcse for driver in counts), 0.001)
    assert result.sd == pytest.approx(0.2447, abs=0.001)
    assert result.prior == pytest.approx(0, abs=1e-9)
    assert result.claims == pytest.approx(1)


@pytest.mark.parametrize("name", ["load", "artillery_share", "stowage"])
def test_shares_agree_with_the_correlation_ratio_of_the_draws(name: str) -> None:
    """A first-order share is the variance between draws with like values of the assumption (Pearson 1905)."""
    posterior, bins = shipped(), 128
    order = np.argsort(posterior.draws(name).ravel())
    logs = np.log(posterior.draws("rounds.mixed@2024-06-14").ravel())[order]
    means = logs.reshape(bins, -1).mean(axis=1)
    by_chance = (bins - 1) / logs.size
    ratio = means.var() / logs.var() - by_chance
    driver = by_name(found())[name]
    assert close(driver.share, float(ratio), driver.mcse, 0.004)


@pytest.mark.parametrize("given", ["counts", "all"])
@pytest.mark.parametrize(
    "name", [None, "capacity.mixed", "load", "item_share.122mm-rocket", "rounds.mixed@2025-06"]
)
@pytest.mark.parametrize("shapley", [False, True])
def test_shares_add_up(given: str, name: str | None, *, shapley: bool) -> None:
    result = found(given, name, shapley=shapley)
    assert math.fsum(driver.share for driver in result.drivers) + result.together == pytest.approx(1)
    assert result.prior + result.claims + result.between == pytest.approx(1)
    assert all(driver.mcse < 0.02 for driver in result.drivers)
    if shapley:
        assert all(driver.share > -4 * driver.mcse for driver in result.drivers)
    for driver in result.drivers:
        if driver.total is not None:
            assert driver.total > driver.share - 4 * driver.mcse - 1e-9


def test_a_forecast_is_driven_by_changes_that_no_claim_informs() -> None:
    first = found("counts", "rounds.mixed@2025-06").drivers[0]
    assert (first.name, first.kind, first.paths) == ("rate_walk_sd", "prior", ("priors.rate_walk_sd",))


# --- what does not matter ----------------------------------------------------------------


def test_an_assumption_that_cannot_matter_has_no_share() -> None:
    """Crates that fill hardly any room: the payload is the limit in every draw."""
    case = with_changes(one_claim_case(), {"shell.crate.volume_m3": (0.001, 0.002)})
    parts = by_name(drivers(fit(case, seed=1, points=256)))
    for name in ("volumes", "stowage"):
        assert (parts[name].share, parts[name].total, parts[name].mcse) == (0, 0, 0)


def test_what_plays_no_part_is_not_listed() -> None:
    assert set(by_name(found("counts", "capacity.122mm-howitzer"))) == {
        "payload_share",
        "stowage",
        "masses",
        "volumes",
    }


def test_what_is_taken_as_known_is_no_driver_and_is_named() -> None:
    changed = with_changes(load_case(), {"load": 0.7, "mix_spread": 0})
    result = drivers(fit(changed, seed=1, points=256))
    assert {"load", "mix"}.isdisjoint(by_name(result))
    assert result.known == ("load of a container", "mix of rounds")
    assert "Taken as known, and so not a driver: load of a container and mix of rounds." in result.notes
    still = drivers(fit(lognormal(), seed=1, points=256))
    assert still.known == ("load of a container", "change of the daily rate")


def test_an_estimate_that_does_not_vary_has_no_drivers() -> None:
    case = with_changes(lognormal(), {"first_rate_per_day": 50.0})
    with pytest.raises(UsageError, match=r"2024-01-31 has the same value in every draw"):
        drivers(fit(case, seed=1, points=64, allow_unconverged=True), SENT)


def test_an_estimate_that_is_zero_has_no_drivers() -> None:
    def pause(document: dict[str, Any]) -> None:
        first, last = dt.date(2024, 2, 1), dt.date(2024, 2, 28)
        document["pause"] = ({"since": first, "as_of": last, "basis": "made up"},)

    posterior = fit(edited(one_claim_case(), pause), seed=1, points=64, allow_unconverged=True)
    with pytest.raises(UsageError, match="nothing drives its range"):
        drivers(posterior, "containers.everything@2024-02-05..2024-02-10")


# --- which draws -------------------------------------------------------------------------


def test_the_answer_of_the_case_is_the_default() -> None:
    assert found().name == "rounds.mixed@2024-06-14"
    assert found() == found("counts", "rounds.mixed@2024-06-14")


def test_the_same_seed_gives_the_same_digits() -> None:
    posteriors = [fit(one_claim_case(), seed=3, points=256) for _ in range(2)]
    one, other = (drivers(posterior) for posterior in posteriors)
    assert one == other
    assert one.run_digest == posteriors[0].digest


def test_drivers_pass_the_gate() -> None:
    name = "containers.munitions@2024-06-14"
    apart = np.arange(16.0)[:, None]
    moved = {each: values + apart for each, values in shipped().coordinates.items()}
    rough = dataclasses.replace(shipped(), coordinates=moved, allow_unconverged=True)
    with pytest.raises(ConvergenceError, match=r"munitions@2024-06-14 has not converged"):
        drivers(dataclasses.replace(rough, allow_unconverged=False), name)
    result = drivers(rough, name)
    assert "; not converged: R-hat is " in result.table().caption
    assert math.fsum(driver.share for driver in result.drivers) + result.together == pytest.approx(1)


def test_unknown_names_are_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match=r"capacity\.mixed"):
        drivers(shipped(), "capacity.mixd")
