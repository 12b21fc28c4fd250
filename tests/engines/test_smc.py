"""The engine finds posteriors known in closed form, within the error that its runs show."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy import stats

from shellcount.engines.settings import SNAPSHOTS
from shellcount.engines.smc import Sample, _step, sample
from shellcount.errors import EvidenceError, LimitError
from shellcount.maths.arrays import Array
from shellcount.parallel import crew
from shellcount.parallel.crew import start_crew

RUNS = 16
PARTICLES = 512
# Of as many stratified particles exactly one starts above.
ONE_SURVIVOR = float(stats.norm.isf(1 / PARTICLES))


def sampled(
    log_likelihood: Callable[[Array], Array],
    dimension: int,
    *,
    seed: int = 1,
    runs: int = RUNS,
    particles: int = PARTICLES,
) -> Sample:
    rng = np.random.default_rng(seed)
    return sample(log_likelihood, dimension, runs=runs, particles=particles, rng=rng)


def assert_agrees(found: Sample, statistic: Callable[[Array], Any], exact: Any) -> None:
    """The mean over runs of a statistic of their draws lies within 4 standard errors of its exact value."""
    values = np.array([statistic(found.draws[:, run]) for run in range(RUNS)])
    error = values.std(axis=0, ddof=1) / math.sqrt(RUNS)
    assert (np.abs(values.mean(axis=0) - exact) <= 4 * error).all()


def assert_evidence(found: Sample, exact: float) -> None:
    """The mean over runs of the evidence, of which each run's is unbiased, does so too."""
    ratios = np.exp(found.log_evidence - exact)
    assert found.log_evidence.shape == (RUNS,)
    assert abs(ratios.mean() - 1) <= 4 * ratios.std(ddof=1) / math.sqrt(RUNS)


def normal_density(error: Any, sd: float) -> Any:
    return -0.5 * (error / sd) ** 2 - math.log(sd * math.sqrt(2 * math.pi))


def two_modes(place: float, noise: float) -> Callable[[Array], Array]:
    """A likelihood of two equal normal modes, one on either side of 0."""

    def log_likelihood(z: Array) -> Array:
        densities: Array = np.logaddexp(
            normal_density(z[0] - place, noise), normal_density(z[0] + place, noise)
        )
        return densities

    return log_likelihood


def above(threshold: float, outside: float = -math.inf) -> Callable[[Array], Array]:
    """A likelihood that only says that the first coordinate lies above a threshold."""
    return lambda z: np.where(z[0] > threshold, 0.0, outside)


# --- linear and Gaussian: everything is known --------------------------------------------

DESIGN = np.array([[1.0, 0.5, 0.0, 0.2], [0.0, 1.0, -0.7, 0.0], [0.3, 0.0, 0.4, 1.0]])
NOISE = 0.3
OBSERVED = np.array([1.0, -1.5, 0.5])


def linear_likelihood(z: Array) -> Array:
    errors = (OBSERVED[:, None] - DESIGN @ z) / NOISE
    densities: Array = -0.5 * (errors**2).sum(axis=0) - 3 * math.log(NOISE * math.sqrt(2 * math.pi))
    return densities


def test_a_gaussian_likelihood() -> None:
    found = sampled(linear_likelihood, 4)
    covariance = np.linalg.inv(np.eye(4) + DESIGN.T @ DESIGN / NOISE**2)
    mean = covariance @ DESIGN.T @ OBSERVED / NOISE**2
    evidence = stats.multivariate_normal.logpdf(OBSERVED, cov=DESIGN @ DESIGN.T + NOISE**2 * np.eye(3))
    assert_agrees(found, lambda z: z.mean(axis=1), mean)
    assert_agrees(found, np.cov, covariance)
    assert_evidence(found, evidence)


def test_a_likelihood_that_is_narrow_along_one_direction() -> None:
    along, across = np.array([1.0, 1.0, 1.0]) / math.sqrt(3), np.array([1.0, -1.0, 0.0]) / math.sqrt(2)
    noise = 0.01
    found = sampled(lambda z: np.asarray(normal_density(1.0 - along @ z, noise)), 3)
    assert_agrees(found, lambda z: (along @ z).mean(), 1 / (1 + noise**2))
    assert_agrees(found, lambda z: (along @ z).var(), noise**2 / (1 + noise**2))
    assert_agrees(found, lambda z: (across @ z).mean(), 0)
    assert_agrees(found, lambda z: (across @ z).var(), 1)
    assert_evidence(found, normal_density(1.0, math.sqrt(1 + noise**2)))


def test_many_coordinates() -> None:
    noise = 0.3
    observed = np.linspace(-2, 2, 30)[:, None]
    found = sampled(lambda z: np.asarray(normal_density(observed - z, noise).sum(axis=0)), 30)
    assert_agrees(found, lambda z: z.mean(axis=1), observed[:, 0] / (1 + noise**2))
    assert_agrees(found, lambda z: z.var(axis=1).mean(), noise**2 / (1 + noise**2))
    assert_evidence(found, float(normal_density(observed, math.sqrt(1 + noise**2)).sum()))


# --- likelihoods that no normal resembles ------------------------------------------------


def test_two_modes_are_both_found_in_their_shares() -> None:
    place, noise = 1.5, 0.2
    found = sampled(two_modes(place, noise), 1)
    shares = (found.draws[0] > 0).mean(axis=1)
    assert shares.min() > 0.3
    assert shares.max() < 0.7
    assert_agrees(found, lambda z: (z > 0).mean(), 0.5)
    assert_agrees(found, lambda z: np.abs(z).mean(), place / (1 + noise**2))
    assert_evidence(found, math.log(2) + normal_density(place, math.sqrt(1 + noise**2)))


def test_modes_that_no_move_can_bridge_do_not_hold_a_run_up_for_ever() -> None:
    found = sampled(two_modes(2.0, 0.02), 1, runs=4)
    assert 100 < max(found.moves) < 500
    assert 0 < (found.draws > 0).mean() < 1
    assert found.stuck is not None


@pytest.mark.parametrize("threshold", [0.0, 0.5, 2.0, ONE_SURVIVOR])
def test_a_likelihood_that_excludes_part_of_the_space(threshold: float) -> None:
    found = sampled(above(threshold), 2)
    exact = stats.truncnorm(threshold, math.inf)
    assert found.draws[0].min() > threshold
    assert_agrees(found, lambda z: z[0].mean(), exact.mean())
    assert_agrees(found, lambda z: z[0].var(), exact.var())
    assert_agrees(found, lambda z: z[1].var(), 1)
    # Of stratified particles a whole number survives, the expected one rounded up or down.
    survivors = PARTICLES * np.exp(found.log_evidence)
    assert np.abs(survivors - PARTICLES * stats.norm.sf(threshold)).max() < 1


@pytest.mark.parametrize("constant", [0.0, -700.0, 1e6])
def test_a_constant_likelihood_leaves_the_prior(constant: float) -> None:
    found = sampled(lambda z: np.full(z.shape[1], constant), 3)
    assert_agrees(found, lambda z: z.mean(axis=1), 0)
    assert_agrees(found, lambda z: z.var(axis=1), 1)
    assert (found.log_evidence == constant).all()
    assert found.temperatures == (1.0,)


def test_a_likelihood_of_no_coordinates_is_its_own_evidence() -> None:
    found = sampled(lambda z: np.full(z.shape[1], -1.5), 0)
    assert found.draws.shape == (0, RUNS, SNAPSHOTS * PARTICLES)
    assert (found.log_evidence == -1.5).all()


@pytest.mark.parametrize("nothing", [-math.inf, math.nan])
def test_a_likelihood_that_is_nowhere_finite_is_refused(nothing: float) -> None:
    with pytest.raises(EvidenceError, match="hardly a draw from the prior has a finite likelihood"):
        sampled(lambda z: np.full(z.shape[1], nothing), 2)


def test_a_likelihood_that_is_not_a_number_counts_as_none() -> None:
    excluded, undefined = sampled(above(0.5), 2), sampled(above(0.5, math.nan), 2)
    assert (excluded.draws == undefined.draws).all()
    assert (excluded.log_evidence == undefined.log_evidence).all()


def test_a_likelihood_that_a_whole_run_misses_is_refused() -> None:
    # One particle in 741 starts above 3: of sixteen runs of 512, some have none.
    with pytest.raises(EvidenceError, match="hardly a draw from the prior"):
        sampled(above(3.0), 2)


def test_a_likelihood_that_a_single_particle_meets_is_refused() -> None:
    with pytest.raises(EvidenceError, match="hardly a draw from the prior comes near the evidence"):
        sampled(above(ONE_SURVIVOR), 2, runs=1)


@pytest.mark.parametrize("most", [1, 7, 40])
def test_sampling_is_given_up_after_the_most_moves(most: int) -> None:
    asked: list[tuple[str, tuple[int, ...]]] = []

    def explained(reason: str, z: Array) -> str:
        asked.append((reason, z.shape))
        return f"explained: {reason}"

    with pytest.raises(LimitError, match=r"^explained: \d+ moves, all that are allowed, do not lead"):
        sample(
            lambda z: -0.5 * (z.sum(axis=0) / 1e-4 - 3) ** 2,
            4,
            runs=4,
            particles=128,
            rng=np.random.default_rng(1),
            most_moves=most,
            unfinished=explained,
        )
    ((reason, shape),) = asked
    assert int(reason.split()[0]) >= most
    assert shape == (4, 4 * 128)


def test_moves_that_are_enough_change_no_digit() -> None:
    free = sampled(lambda z: -0.5 * (2 - z[0]) ** 2 / 1e-4, 2)
    bound = sample(
        lambda z: -0.5 * (2 - z[0]) ** 2 / 1e-4,
        2,
        runs=RUNS,
        particles=PARTICLES,
        rng=np.random.default_rng(1),
        most_moves=sum(free.moves),
    )
    assert (bound.draws == free.draws).all()


# --- the sampler's own account -----------------------------------------------------------


def test_the_same_generator_gives_the_same_draws() -> None:
    one, other = sampled(linear_likelihood, 4), sampled(linear_likelihood, 4)
    assert (one.draws == other.draws).all()
    assert (one.log_evidence == other.log_evidence).all()
    assert (one.temperatures, one.moves) == (other.temperatures, other.moves)


def test_the_number_of_threads_changes_no_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The particles take several blocks."""

    def draws() -> Array:
        with start_crew() as started:
            rng = np.random.default_rng(1)
            return sample(linear_likelihood, 4, runs=3, particles=4096, rng=rng, crew=started).draws

    several = []
    for count in (1, 2, 3):
        monkeypatch.setattr(crew, "cores", lambda count=count: count)
        several.append(draws())
    assert_array_equal(several[0], several[1])
    assert_array_equal(several[0], several[2])


def test_another_generator_gives_other_draws() -> None:
    one, other = sampled(linear_likelihood, 4, seed=1), sampled(linear_likelihood, 4, seed=2)
    assert (one.draws != other.draws).all()


def test_a_run_gives_several_draws_for_each_particle() -> None:
    found = sampled(linear_likelihood, 4, runs=3, particles=64)
    assert found.draws.shape == (4, 3, SNAPSHOTS * 64)
    first, last = found.draws[:, :, :64], found.draws[:, :, -64:]
    assert (first != last).mean() > 0.9


def test_temperatures_rise_to_exactly_one_and_are_reported_as_they_come() -> None:
    reported: list[float] = []
    rng = np.random.default_rng(1)
    found = sample(linear_likelihood, 4, runs=2, particles=64, rng=rng, on_temperature=reported.append)
    assert tuple(reported) == found.temperatures
    assert len(found.temperatures) > 2
    assert (np.diff(found.temperatures) > 0).all()
    assert found.temperatures[-1] == 1.0
    assert len(found.moves) == len(found.temperatures)


def test_a_sample_says_how_its_moves_went() -> None:
    found = sampled(linear_likelihood, 4)
    assert 0.2 < found.acceptance <= 1
    assert 0 <= found.correlation < 0.2
    assert min(found.moves) >= 1


# --- steps in temperature ----------------------------------------------------------------


@given(st.integers(0, 1000), st.floats(0.1, 1e6))
def test_a_step_in_temperature_keeps_four_fifths_of_the_sample(seed: int, narrowness: float) -> None:
    shifted = -narrowness * np.random.default_rng(seed).standard_normal((3, 500)) ** 2
    step = _step(shifted, 1.0)
    weights = np.exp(step * shifted)
    effective = float((weights.sum(axis=1) ** 2 / (weights**2).sum(axis=1)).mean())
    assert 0 < step <= 1
    assert effective >= 0.35 * 500 if step == 1 else effective == pytest.approx(0.8 * 500, rel=1e-5)


# --- slides along gradients --------------------------------------------------------------


def thin_and_curved(z: Array) -> tuple[Array, Array]:
    """A sum of two exponentials known to 2%, and its slope: a thin curved line through the plane."""
    first, second = np.exp(z[0]), np.exp(z[1])
    error = (np.log(first + second) - 1.5) / 0.02
    slope = -error / 0.02 / (first + second)
    return -0.5 * error**2, np.stack([slope * first, slope * second])


def test_slides_forget_where_walks_do_not_and_have_the_known_mean() -> None:
    def sampled_with(gradient: Callable[[Array], tuple[Array, Array]] | None) -> Sample:
        return sample(
            lambda z: thin_and_curved(z)[0],
            2,
            runs=4,
            particles=256,
            rng=np.random.default_rng(3),
            gradient=gradient,
        )

    slid, walked = sampled_with(thin_and_curved), sampled_with(None)
    assert slid.stuck is None
    assert walked.stuck is not None
    # Along the line z0 = log(e^1.5 (1 - u)), z1 = log(e^1.5 u), the prior weighs what is left.
    u = (np.arange(200_000) + 0.5) / 200_000
    line = np.stack([1.5 + np.log1p(-u), 1.5 + np.log(u)])
    weights = np.exp(-0.5 * (line**2).sum(axis=0)) / (u * (1 - u))
    exact = float((line[1] ** 2) @ weights / weights.sum())
    squares = (slid.draws[1] ** 2).mean(axis=1)
    assert abs(squares.mean() - exact) < 5 * squares.std(ddof=1) / 2
