"""Adaptive importance sampling recovers posteriors in closed form, or says that it does not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from shellcount.case.reading import load_case
from shellcount.engines import importance
from shellcount.engines.adaptation import Adapted, adapt
from shellcount.engines.importance import ImportanceSample, redraw, sample
from shellcount.engines.target import LogLikelihood, Target, WithGradient
from shellcount.errors import EvidenceError
from shellcount.maths.arrays import Array
from shellcount.model.model import build_model
from shellcount.parallel.crew import ALONE, Crew


def sampled(
    log_l: LogLikelihood,
    dimension: int,
    seed: int = 1,
    *,
    points: int = 512,
    gradient: WithGradient | None = None,
    crew: Crew = ALONE,
) -> ImportanceSample:
    rng = np.random.default_rng(seed)
    return sample(
        log_l, dimension, runs=8, points=points, draws=points, rng=rng, gradient=gradient, crew=crew
    )


def log_evidence(result: ImportanceSample) -> float:
    largest = result.log_evidence.max()
    return float(largest + np.log(np.exp(result.log_evidence - largest).mean()))


def normal(observed: float, sd: float) -> LogLikelihood:
    def log_l(z: Array) -> Array:
        values: Array = -0.5 * (((observed - z) / sd) ** 2).sum(axis=0) - len(z) * np.log(
            sd * np.sqrt(2 * np.pi)
        )
        return values

    return log_l


@pytest.mark.parametrize(("dimension", "sd"), [(1, 1.0), (5, 0.5), (1, 1e-4), (5, 1e-4), (20, 0.3)])
def test_a_normal_likelihood_has_its_mean_spread_and_evidence(dimension: int, sd: float) -> None:
    result = sampled(normal(1.0, sd), dimension)
    total = 1 + sd**2
    assert result.refusal is None
    assert result.draws.mean() == pytest.approx(1 / total, abs=0.03 * sd)
    assert result.draws.std() == pytest.approx(sd / total**0.5, rel=0.02)
    exact = -0.5 * dimension * (np.log(2 * np.pi * total) + 1 / total)
    assert log_evidence(result) == pytest.approx(exact, abs=0.05)


@pytest.mark.slow
def test_fifty_informed_coordinates_are_served() -> None:
    result = sampled(normal(1.0, 0.1), 50, points=1024)
    assert result.refusal is None
    assert result.draws.mean() == pytest.approx(1 / 1.01, abs=0.003)
    assert log_evidence(result) == pytest.approx(-25 * (np.log(2 * np.pi * 1.01) + 1 / 1.01), abs=0.05)


def test_a_sum_is_learned_where_its_terms_are_not() -> None:
    result = sampled(lambda z: -0.5 * ((z.sum(axis=0) - 3) / 0.1) ** 2, 6)
    draws = result.draws.reshape(6, -1)
    precise = 6 / (6 + 0.01)
    assert draws.sum(axis=0).mean() == pytest.approx(3 * precise, abs=0.01)
    assert draws.sum(axis=0).std() == pytest.approx(0.1 * precise**0.5, rel=0.03)
    assert draws.std(axis=1) == pytest.approx(np.full(6, (1 - 1 / 6.01) ** 0.5), rel=0.05)
    assert result.directions == 1


def test_without_information_draws_are_those_of_the_prior() -> None:
    result = sampled(lambda z: np.full(z.shape[1], -2.0), 3)
    assert result.log_evidence == pytest.approx(np.full(8, -2.0), abs=0.02)
    assert result.draws.mean(axis=(1, 2)) == pytest.approx(np.zeros(3), abs=0.02)
    assert result.draws.std(axis=(1, 2)) == pytest.approx(np.ones(3), abs=0.02)


def test_no_coordinate_at_all_has_an_evidence() -> None:
    result = sampled(lambda z: np.full(z.shape[1], -2.0), 0)
    assert result.draws.shape == (0, 8, 512)
    assert result.log_evidence == pytest.approx(np.full(8, -2.0))


def test_a_likelihood_that_is_zero_in_places_cuts_the_prior_off() -> None:
    result = sampled(lambda z: np.where(z[0] > 0.5, 0.0, -np.inf), 2)
    beyond = ndtr(-0.5)
    density = np.exp(-0.125) / np.sqrt(2 * np.pi)
    assert result.draws[0].min() > 0.5
    assert result.draws[0].mean() == pytest.approx(density / beyond, abs=0.02)
    assert log_evidence(result) == pytest.approx(np.log(beyond), abs=0.03)


def test_where_the_likelihood_is_not_a_number_it_is_zero() -> None:
    result = sampled(lambda z: np.where(z[0] > 0, np.nan, 0.0), 1)
    assert result.draws.max() <= 0
    assert log_evidence(result) == pytest.approx(np.log(0.5), abs=0.03)


def test_a_likelihood_with_heavy_tails_keeps_those_of_the_prior() -> None:
    def log_l(z: Array) -> Array:
        values: Array = -np.log1p(((z[0] - 5) / 0.1) ** 2)
        return values

    grid = np.linspace(-9, 9, 200_001)
    density = np.exp(-0.5 * grid**2 + log_l(grid[None]))
    result = sampled(log_l, 1)
    step = grid[1] - grid[0]
    assert log_evidence(result) == pytest.approx(np.log(density.sum() * step / np.sqrt(2 * np.pi)), abs=0.02)
    assert result.draws.mean() == pytest.approx((grid * density).sum() / density.sum(), abs=0.03)


def two(share: float, dimension: int, sd: float) -> LogLikelihood:
    def log_l(z: Array) -> Array:
        above = -0.5 * (((z - 3) / sd) ** 2).sum(axis=0)
        below = -0.5 * (((z + 3) / sd) ** 2).sum(axis=0)
        values: Array = np.logaddexp(np.log(share) + above, np.log1p(-share) + below) - dimension * np.log(sd)
        return values

    return log_l


@pytest.mark.parametrize("dimension", [1, 2, 8])
@pytest.mark.parametrize("sd", [0.1, 0.003])
def test_two_equal_modes_far_apart_are_both_found(dimension: int, sd: float) -> None:
    result = sampled(two(0.5, dimension, sd), dimension)
    assert result.refusal is None
    assert (result.draws[0] > 0).mean() == pytest.approx(0.5, abs=0.02)
    exact = -0.5 * dimension * (9 / (1 + sd**2) + np.log1p(sd**2))
    assert log_evidence(result) == pytest.approx(exact, abs=0.05)


@pytest.mark.parametrize("share", [0.1, 0.75])
def test_unequal_modes_have_their_shares(share: float) -> None:
    result = sampled(two(share, 3, 0.1), 3)
    assert (result.draws[0] > 0).mean() == pytest.approx(share, abs=0.02)


def test_many_modes_are_served_or_refused() -> None:
    centres = np.random.default_rng(3).normal(size=(2, 40))

    def log_l(z: Array) -> Array:
        squared = ((z[:, None] - centres[:, :, None]) ** 2).sum(axis=0)
        return np.log(np.exp(-0.5 * squared / 0.03**2).mean(axis=0) + 1e-300)

    result = sampled(log_l, 2)
    densities = np.exp(-0.5 * (centres**2).sum(axis=0) / (1 + 0.03**2))
    exact = np.log(densities.mean() * 0.03**2 / (1 + 0.03**2))
    assert result.refusal is not None or log_evidence(result) == pytest.approx(exact, abs=0.1)


def test_a_banana_is_followed() -> None:
    result = sampled(lambda z: -0.5 * ((z[1] - z[0] ** 2) / 0.3) ** 2, 2, points=2048)
    grid = np.linspace(-6, 6, 20_001)
    # Given the first, the second coordinate is normal with variance 0.09 / 1.09; the rest is an integral.
    marginal = np.exp(-0.5 * grid**2 - 0.5 * grid**4 / 1.09)
    exact = np.log(marginal.sum() * (grid[1] - grid[0]) / np.sqrt(2 * np.pi) * (0.09 / 1.09) ** 0.5)
    assert result.refusal is None
    assert log_evidence(result) == pytest.approx(exact, abs=0.02)
    spread = np.sqrt((grid**2 * marginal).sum() / marginal.sum())
    assert result.draws[0].std() == pytest.approx(spread, rel=0.03)


def test_a_posterior_that_no_proposal_follows_is_refused() -> None:
    def thin(z: Array) -> Array:
        values: Array = (
            -0.5 * ((z[1] - 2 * z[0] ** 2) / 0.002) ** 2 - 0.5 * ((z[3] - 2 * z[2] ** 2) / 0.002) ** 2
        )
        return values

    result = sampled(thin, 4)
    assert result.refusal is not None


def test_eight_schools_are_those_of_the_reference() -> None:
    """posteriordb: mu 4.4 (3.3), tau 3.6 (3.2), first school 6.2 (5.6)."""
    effects = np.array([28.0, 8, -3, 7, -1, 1, 18, 12])[:, None]
    errors = np.array([15.0, 10, 16, 11, 9, 11, 10, 18])[:, None]

    def parameters(z: Array) -> tuple[Array, Array]:
        return 5 * z[0], 5 * np.tan(np.pi / 2 * ndtr(z[1]))

    def log_l(z: Array) -> Array:
        mu, tau = parameters(z)
        values: Array = -0.5 * (((effects - mu - tau * z[2:]) / errors) ** 2).sum(axis=0)
        return values

    result = sampled(log_l, 10, points=4096)
    mu, tau = parameters(result.draws)
    first = mu + tau * result.draws[2]
    assert result.refusal is None
    assert (mu.mean(), mu.std()) == pytest.approx((4.4, 3.3), abs=0.15)
    assert (tau.mean(), tau.std()) == pytest.approx((3.6, 3.2), abs=0.2)
    assert (first.mean(), first.std()) == pytest.approx((6.2, 5.6), abs=0.25)


def test_claims_that_may_be_off_are_so_as_often_as_by_a_sum_on_a_grid() -> None:
    """Two exact claims a factor of 1.5 apart: both sound with large biases, or one of them off, or both."""

    def of_claim(error: Array) -> Array:
        sound = np.exp(-0.5 * (error / 0.01) ** 2) / 0.01
        return 0.95 * sound + 0.05 / (1 + (error / 0.5) ** 2) / 0.5

    def log_l(z: Array) -> Array:
        return np.log(of_claim(2 * z[0] + 0.1 * z[1])) + np.log(of_claim(2 * z[0] + 0.4 + 0.1 * z[2]))

    result = sampled(log_l, 3, points=2048)
    far = np.abs(2 * result.draws[0] + 0.1 * result.draws[1]) > 0.1
    place, bias = np.linspace(-5, 5, 2001)[:, None], np.linspace(-6, 6, 1201)
    errors = [2 * place + shift + 0.1 * bias for shift in (0.0, 0.4)]
    prior, cell = np.exp(-0.5 * bias**2), 0.005 * 0.01**2 / (2 * np.pi) ** 1.5
    first, other = (prior * of_claim(error) for error in errors)
    outer = np.exp(-0.5 * place[:, 0] ** 2) * other.sum(axis=1)
    total = outer @ first.sum(axis=1)
    assert result.refusal is None
    assert log_evidence(result) == pytest.approx(np.log(total * cell), abs=0.05)
    assert far.mean() == pytest.approx(
        outer @ (first * (np.abs(errors[0]) > 0.1)).sum(axis=1) / total, abs=0.02
    )


def test_the_runs_spread_as_their_errors_say() -> None:
    results = [sampled(normal(1.0, 0.5), 3, seed, points=128) for seed in range(12)]
    means = np.array([result.draws[0].mean() for result in results])
    stated = np.array([result.draws[0].mean(axis=1).std(ddof=1) / 8**0.5 for result in results])
    assert means.std() == pytest.approx(stated.mean(), rel=0.6)


def test_threads_change_no_digit() -> None:
    alone = sampled(two(0.5, 3, 0.1), 3)
    with ThreadPoolExecutor(3) as threads:
        beside = sampled(two(0.5, 3, 0.1), 3, crew=Crew(threads))
    assert (alone.draws == beside.draws).all()
    assert (alone.log_evidence == beside.log_evidence).all()


def test_the_same_points_are_drawn_again() -> None:
    result = sampled(two(0.4, 3, 0.1), 3)
    again = redraw(result.proposal, result.chosen, np.random.default_rng(1), points=512)
    assert (again == result.draws).all()


def test_a_likelihood_that_is_finite_nowhere_is_an_error() -> None:
    with pytest.raises(EvidenceError, match="finite likelihood"):
        sampled(lambda z: np.full(z.shape[1], -np.inf), 2)


def test_an_analytic_gradient_saves_evaluations() -> None:
    def log_l(z: Array) -> Array:
        return -0.5 * ((z - 1) ** 2).sum(axis=0)

    with_it = sampled(log_l, 5, gradient=lambda z: (log_l(z), 1 - z))
    without = sampled(log_l, 5)
    assert with_it.evaluations < without.evaluations
    assert with_it.draws.mean() == pytest.approx(without.draws.mean(), abs=0.02)


def test_where_a_normal_approximation_is_refused_a_mixture_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Target] = []

    def far_off(target: Target, *args: Any) -> Adapted:
        asked.append(target)
        elsewhere = adapt(Target(normal(-3.0, 0.1)), *args).proposal
        return Adapted(elsewhere, (0.1,), adapt(target, *args).modes, normal=True)

    monkeypatch.setattr(importance, "adapt", far_off)
    result = sampled(normal(2.0, 0.1), 1)
    assert len(asked) == 1
    assert result.refusal is None
    exact = -0.5 * (np.log(2 * np.pi * 1.01) + 4 / 1.01)
    assert log_evidence(result) == pytest.approx(exact, abs=0.02)


def test_draws_hardly_depend_on_how_last_digits_are_rounded() -> None:
    model = build_model(load_case())

    def drawn(noise: float) -> ImportanceSample:
        def rounded(values: Array, z: Array) -> Array:
            moved: Array = values * (1 + noise * np.cos(1e4 * z[0]))
            return moved

        def gradient(z: Array) -> tuple[Array, Array]:
            log_l, slope = model.log_likelihood_and_gradient(z)
            return rounded(log_l, z), rounded(slope, z)

        return sampled(
            lambda z: rounded(model.log_likelihood(z), z), len(model.informed), gradient=gradient, points=1024
        )

    exact, other = drawn(0.0), drawn(1e-14)
    assert log_evidence(other) == pytest.approx(log_evidence(exact), abs=1e-9)
    # A point at the edge of its share may go to its neighbour.
    assert np.mean(np.abs(other.draws - exact.draws) < 1e-6) > 0.999
