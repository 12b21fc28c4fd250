"""Posteriors of small cases, against closed forms, numerical integrals, and values computed apart."""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import signal, stats
from scipy.special import expit, logit

from building import case_of, edited
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.components import claim_components
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.engines.settings import Settings
from shellcount.maths.arrays import Array
from shellcount.model.model import build_model
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior

FIT = Settings(seed=1, runs=16, engine="smc", particles=512, allow_unconverged=True)
FLAT = {"low": 0.01, "high": 1e5}  # a prior that is flat wherever claims are
OFF, SOUND = {"outlier_share": 0.05, "outlier_scale": 0.5}, {"outlier_share": 0.0}


def edits(robustness: dict[str, float], **tables: Any) -> Callable[[dict[str, Any]], None]:
    def edit(document: dict[str, Any]) -> None:
        document["robustness"] = robustness
        document["priors"]["first_rate_per_day"].update(FLAT)
        document.update(tables)

    return edit


def exact(value: float, claimant: str = "office", **more: Any) -> dict[str, Any]:
    return {"hedge": "exact", "value": value, "claimant": claimant, "resolution": 1e-6, **more}


# --- two claims that contradict each other -----------------------------------------------


def two(factor: float, robustness: dict[str, float]) -> Case:
    return case_of(exact(1000.0), exact(1000.0 * factor, "ministry"), edit=edits(robustness))


def difference_below(factor: float, share: float) -> float:
    """Probability that one exact claim is below the other by no more than a factor, by a sum on a grid.

    A priori each is sound, with a scale of 2% and a bias of a tenth, or off, with Student's t instead.
    """
    step, reach = 1e-3, 30.0
    grid = np.arange(-reach, reach + step / 2, step)
    bias = stats.norm.pdf(grid, scale=0.1)

    def error() -> Array:
        sound = stats.norm.pdf(grid, scale=math.hypot(0.02, 0.1))
        off = signal.fftconvolve(stats.t.pdf(grid, 4, scale=0.5), bias[abs(grid) < 1], mode="same") * step
        density: Array = (1 - share) * sound + share * off
        return density

    both = signal.fftconvolve(error(), error(), mode="same") * step
    return float(np.interp(math.log(factor), grid, np.cumsum(both) * step))


@pytest.mark.parametrize(
    ("factor", "share", "stated"),
    [(1.5, 0.0, 0.9975), (1.5, 0.05, 0.974), (2.0, 0.05, 0.988), (3.0, 0.05, 0.995), (10.0, 0.05, 0.9995)],
)
def test_two_exact_claims_are_as_far_apart_as_chance_says(factor: float, share: float, stated: float) -> None:
    exact_answer = difference_below(factor, share)
    assert exact_answer == pytest.approx(stated, abs=6e-4)
    low, high = leave_one_out(two(factor, OFF if share else SOUND), settings=FIT)
    assert high.predictive_cdf == pytest.approx(exact_answer, abs=2e-3)
    assert 1 - low.predictive_cdf == pytest.approx(exact_answer, abs=2e-3)


@pytest.mark.parametrize(
    ("factor", "chance", "conflicts", "seed"),
    [(1.5, 0.26, 0, 1), (1.5, 0.26, 0, 2), (2.0, 0.51, 2, 1), (3.0, 0.52, 2, 1), (10.0, 0.54, 2, 1)],
)
def test_two_claims_that_contradict_each_other_share_the_blame(
    factor: float, chance: float, conflicts: int, seed: int
) -> None:
    posterior = fit_with(two(factor, OFF), Settings(seed=seed, allow_unconverged=True))
    off = [each.off for each in claim_components(posterior)]
    assert np.mean(off) == pytest.approx(chance, abs=0.01)
    assert len(posterior.conflicts) == conflicts


# --- one claim among five ----------------------------------------------------------------


def mean_log_rate(posterior: Posterior) -> float:
    return float(np.log(posterior.draws("containers.everything@2024-01-31")).mean())


FOUR = [exact(2000.0 * (1 + place / 100), f"office-{place}") for place in range(4)]


@pytest.fixture(scope="module")
def mean_of_four() -> float:
    return mean_log_rate(fit_with(case_of(*FOUR, edit=edits(OFF)), FIT))


@pytest.mark.parametrize("factor", [10.0, 1e3, 1e5])
def test_a_claim_far_from_four_others_moves_their_mean_by_less_than_a_per_cent(
    factor: float, mean_of_four: float
) -> None:
    far = exact(2000.0 * factor, "far")
    with_it = mean_log_rate(fit_with(case_of(*FOUR, far, edit=edits(OFF)), FIT))
    assert with_it == pytest.approx(mean_of_four, abs=0.01)


# --- readings and dates ------------------------------------------------------------------


def test_readings_that_say_the_same_keep_their_prior_odds() -> None:
    def twins(document: dict[str, Any]) -> None:
        edits(OFF)(document)
        (nature,) = document["nature"]
        document["nature"] = (nature, {**copy.deepcopy(nature), "id": "twin", "title": "the same again"})
        # Both natures hold what is known of them, so that neither reading fits better.
        for each in document["nature"]:
            for stow in each["stow"]:
                for measure in ("mass_kg", "volume_m3"):
                    low, high = stow[measure]["low"], stow[measure]["high"]
                    middle = math.sqrt(low * high)
                    stow[measure] = {**stow[measure], "low": None, "high": None, "value": middle}

    claim = {
        "quantity": "capacity",
        "scope": None,
        "containers": 10.0,
        "value": 2700.0,
        "nature": ("shell", "twin"),
        "reading_odds": {"shell": 1.0, "twin": 3.0},
    }
    posterior = fit_with(case_of(claim, edit=twins), FIT, given="all")
    (components,) = claim_components(posterior)
    assert [reading.nature for reading in components.readings] == ["shell", "twin"]
    assert [reading.prior for reading in components.readings] == pytest.approx([0.25, 0.75])
    assert [reading.posterior for reading in components.readings] == pytest.approx([0.25, 0.75], abs=1e-9)
    assert [reading.bayes_factor for reading in components.readings] == pytest.approx([1, 1], abs=1e-8)


def test_an_open_date_of_a_steady_flow_is_where_its_count_was_reached() -> None:
    def steady(document: dict[str, Any]) -> None:
        edits(SOUND)(document)
        document["priors"]["first_rate_per_day"] = {"value": 10.0, "basis": "made up", "certainty": "U"}
        document["priors"]["rate_walk_sd"]["value"] = 0.0
        document["claimant"] = ({**document["claimant"][0], "grade": None, "bias_sd": 0.001},)

    as_of = {"earliest": dt.date(2024, 2, 1), "latest": dt.date(2024, 8, 1)}
    posterior = fit_with(case_of(exact(1000.0, as_of=as_of), edit=steady), FIT)
    (components,) = claim_components(posterior)
    assert components.date is not None
    assert (components.date.earliest, components.date.latest) == tuple(as_of.values())
    assert abs((components.date.median - dt.date(2024, 4, 10)).days) <= 1  # a hundred days after the first


@pytest.mark.parametrize("day", [dt.date(2024, 1, 11), dt.date(2024, 3, 2), dt.date(2024, 6, 1)])
def test_an_exact_tally_of_an_unbiased_claimant_comes_back(day: dt.date) -> None:
    def unbiased(document: dict[str, Any]) -> None:
        edits(OFF, flow={"step_days": 14})(document)
        document["claimant"] = ({**document["claimant"][0], "grade": None, "bias_sd": 0.001},)

    posterior = fit_with(case_of(exact(4000.0, as_of=day), edit=unbiased), FIT)
    median = np.median(posterior.draws(f"containers.everything@{day}"))
    assert median == pytest.approx(4000.0, rel=0.003)


# --- the first edition -------------------------------------------------------------------


type Hedge = tuple[float, float, float]  # sigma, margin, resolution


def first_edition(case: Case) -> Case:
    """The shipped case as first: monthly steps, no group, no claim off, conversions as measurements."""
    conversions = {
        "rok-mnd-2024-02-152mm": {},
        "rok-mnd-2024-02-122mm": {"nature": "122mm-rocket"},
        "rok-mnd-2024-06-capacity": {},
        "ua-gur-2024": {"as_of": dt.date(2024, 2, 26)},
    }

    def edit(document: dict[str, Any]) -> None:
        document.update(flow={"step": "month"}, robustness=SOUND, group=None)
        for claim in document["claim"]:
            if claim["id"] in conversions:
                claim.update(under_all=conversions[claim["id"]], derived_from=None)

    return edited(case, edit)


@pytest.mark.parametrize("given", ["counts", "all"])
def test_without_what_is_new_the_first_edition_s_likelihood_returns(given: str) -> None:
    case = first_edition(load_case())
    model = build_model(case, given)
    rng = np.random.default_rng(4)
    z = dict(zip(model.informed, rng.standard_normal((len(model.informed), 20)), strict=True))
    assert not any(name.startswith("group_bias") for name in z)
    assert model.log_likelihood(np.array(list(z.values()))) == pytest.approx(
        first_likelihood(z, given), rel=1e-10
    )


def first_likelihood(z: dict[str, Array], given: str) -> Array:
    """Log likelihood of the first edition's claims on the shipped case."""
    first = FirstEdition(z)
    return first.counts() if given == "counts" else first.counts() + first.conversions()


class FirstEdition:
    """The first edition's model of the shipped case, month by month, written out."""

    def __init__(self, z: dict[str, Array]) -> None:
        self.z = z
        self.munitions = self.share("munitions_share", 0.40, 0.95)
        self.payload = 28200 * self.share("payload_share", 0.6206, 0.8369)
        self.cube = 33.1 * self.share("stowage", 0.62, 0.90)

    def at(self, name: str) -> Array:
        # Given counts, the likelihood takes no coordinate of what a container holds.
        return self.z.get(name, np.zeros(20))

    def positive(self, name: str, low: float, high: float) -> Array:
        spread = math.log(high / low) / (2 * stats.norm.ppf(0.95))
        found: Array = math.sqrt(low * high) * np.exp(spread * self.at(name))
        return found

    def share(self, name: str, low: float, high: float) -> Array:
        spread = (logit(high) - logit(low)) / (2 * stats.norm.ppf(0.95))
        found: Array = expit((logit(low) + logit(high)) / 2 + spread * self.at(name))
        return found

    def shares(self, names: list[str], base: list[float], spread: float) -> list[Array]:
        weights = [b * np.exp(spread * self.at(name)) for name, b in zip(names, base, strict=True)]
        return [weight / sum(weights) for weight in weights]

    def military(self, day: dt.date) -> Array:
        total, rate, month = np.zeros(20), self.positive("first_rate_per_day", 10, 100), 0
        begin = dt.date(2023, 9, 1)
        while begin < day:
            end = (begin.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
            total = total + rate * (min(end, day) - begin).days
            begin, month = end, month + 1
            rate = rate * np.exp(0.35 * self.at(f"rate_step.{month:03d}"))
        return total

    def density(self, bias: str, grade: float, stated: float, truth: Array, hedge: Hedge) -> Array:
        sigma, margin, resolution = hedge
        sigma = math.hypot(sigma, resolution / stated / math.sqrt(12))
        error = math.log(stated) - np.log(truth) - grade * self.at(f"bias.{bias}")
        found: Array = stats.skewnorm.logpdf(error, -margin / sigma, scale=math.hypot(sigma, margin))
        return found

    def counts(self) -> Array:
        february, june = dt.date(2024, 2, 26), dt.date(2024, 6, 14)
        claims = [
            ("us-white-house", 1000, self.military(dt.date(2023, 10, 13)), (0.05, 0.15, 100)),
            ("us-state", 10_000, self.military(dt.date(2024, 2, 23)), (0.05, 0.15, 1000)),
            ("rok-mnd", 6700, self.military(february) * self.munitions, (0.08, 0.0, 100)),
            ("rok-mnd", 10_000, self.military(june) * self.munitions, (0.05, 0.20, 1000)),
        ]
        densities = [
            self.density(f"{who}.containers", 0.10, stated, truth, hedge)
            for who, stated, truth, hedge in claims
        ]
        return np.sum(densities, axis=0)

    def held(self, stow: str, mass: tuple[float, float], volume: tuple[float, float]) -> Array:
        by_mass = self.payload / self.positive(f"{stow}.mass_kg", *mass)
        return np.minimum(by_mass, self.cube / self.positive(f"{stow}.volume_m3", *volume))

    def capacities(self) -> dict[str, Array]:
        shells = self.shares(
            [f"152mm-howitzer.{stow}.share" for stow in ("complete", "projectile")], [0.6, 0.4], 1.2
        )
        rockets = self.shares(
            [f"122mm-rocket.{stow}.share" for stow in ("one-row", "two-rows")], [0.75, 0.25], 1.0
        )
        return {
            "152mm-howitzer": shells[0] * self.held("152mm-howitzer.complete", (75, 95), (0.065, 0.10))
            + shells[1] * self.held("152mm-howitzer.projectile", (45, 54), (0.032, 0.055)),
            "122mm-howitzer": self.held("122mm-howitzer.complete", (36, 44), (0.03, 0.05)),
            "122mm-rocket": rockets[0] * self.held("122mm-rocket.one-row", (85, 110), (0.215, 0.36))
            + rockets[1] * self.held("122mm-rocket.two-rows", (85, 110), (0.117, 0.18)),
        }

    def conversions(self) -> Array:
        capacities = self.capacities()
        mix = self.shares([f"mix.{name}" for name in capacities], [0.45, 0.25, 0.30], 0.8)
        mean = np.sum([s * c for s, c in zip(mix, capacities.values(), strict=True)], axis=0)
        artillery = self.military(dt.date(2024, 2, 26)) * self.munitions
        artillery = artillery * self.share("artillery_share", 0.50, 0.95)
        rounds = artillery * self.share("load", 0.40, 0.92) * mean
        claims = [
            ("rok-mnd.capacity", 0.10, 3e6, 6700 * capacities["152mm-howitzer"], (0.08, 0.0, 1e5)),
            ("rok-mnd.capacity", 0.10, 5e5, 6700 * capacities["122mm-rocket"], (0.08, 0.0, 1e5)),
            ("rok-mnd.capacity", 0.10, 4.8e6, 10_000 * mean, (0.05, -0.25, 1e5)),
            ("ua-gur.rounds", 0.20, 1.5e6, rounds, (0.08, 0.0, 1e5)),
        ]
        return np.sum([self.density(*claim) for claim in claims], axis=0)
