"""The reporting kernel is the skew-normal that its docstring says it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, special, stats

from shellcount.maths.kernel import Kernel

# The six hedges of the shipped case, and shapes of -500, 50 and 0.0003.
KERNELS = [
    Kernel(0.02, 0.0),
    Kernel(0.08, 0.0),
    Kernel(0.05, 0.15),
    Kernel(0.05, 0.20),
    Kernel(0.05, -0.25),
    Kernel(0.05, -0.05),
    Kernel(0.001, 0.5),
    Kernel(0.005, -0.25),
    Kernel(0.3, -1e-4),
    Kernel(0.5, 1.0),
]
every_kernel = pytest.mark.parametrize(
    "kernel", KERNELS, ids=lambda kernel: f"{kernel.sigma} {kernel.margin}"
)


def moment(kernel: Kernel, power: int, centre: float) -> float:
    """A moment by integrating the density where it is not negligible."""
    cuts = [0.0] + [k * kernel.scale for k in range(-40, 41)] + [k * kernel.sigma for k in range(-40, 41)]
    total = 0.0
    for low, high in zip(sorted(set(cuts)), sorted(set(cuts))[1:], strict=False):
        total += integrate.quad(
            lambda e: (e - centre) ** power * math.exp(kernel.log_density(np.array(e))),
            low,
            high,
            epsabs=1e-15,
            epsrel=1e-12,
        )[0]
    return total


@every_kernel
def test_the_density_is_scipys_far_into_the_tails(kernel: Kernel) -> None:
    error = kernel.scale * np.linspace(-30, 30, 1201)
    expected = stats.skewnorm.logpdf(error, kernel.shape, scale=kernel.scale)
    assert np.isfinite(expected).all()
    assert_allclose(kernel.log_density(error), expected, rtol=1e-14, atol=1e-14)


@every_kernel
def test_the_distribution_function_is_scipys(kernel: Kernel) -> None:
    error = kernel.scale * np.linspace(-30, 30, 1201)
    expected = stats.skewnorm.cdf(error, kernel.shape, scale=kernel.scale)
    # scipy integrates where the shape is large, to 1e-11; the next test is sharper.
    assert_allclose(kernel.cdf(error), expected, rtol=0, atol=1e-11)


@every_kernel
def test_the_distribution_function_is_the_integral_of_the_density(kernel: Kernel) -> None:
    # Gauss-Legendre with 40 points on each of 640 pieces of [-8, 8] scales; beyond lies less than 1e-14.
    edges = kernel.scale * np.linspace(-8, 8, 641)
    nodes, weights = special.roots_legendre(40)
    half = kernel.scale * 8 / 640
    points = (edges[:-1] + half)[:, None] + half * nodes
    pieces = (np.exp(kernel.log_density(points)) * weights * half).sum(axis=1)
    assert_allclose(kernel.cdf(edges[1:]), np.cumsum(pieces), rtol=0, atol=1e-14)


@every_kernel
def test_mean_and_variance_are_those_of_the_density(kernel: Kernel) -> None:
    assert moment(kernel, 0, 0.0) == pytest.approx(1, rel=1e-10)
    assert moment(kernel, 1, 0.0) == pytest.approx(kernel.mean, rel=1e-9, abs=1e-12)
    assert moment(kernel, 2, kernel.mean) == pytest.approx(kernel.variance, rel=1e-9)


@every_kernel
def test_draws_have_the_moments_and_the_distribution(kernel: Kernel) -> None:
    size = 40_000
    draws = kernel.draw((size,), np.random.default_rng(20240614))
    deviation = math.sqrt(kernel.variance)
    assert abs(draws.mean() - kernel.mean) < 3 * deviation / math.sqrt(size)
    assert draws.var() == pytest.approx(kernel.variance, rel=3 * math.sqrt(2.9 / size))
    distance = stats.ks_1samp(draws, kernel.cdf).statistic
    assert distance < 1.36 / math.sqrt(size)  # the 5% point of Kolmogorov's distribution


def test_draws_come_in_the_shape_asked_for_and_from_the_generator_given() -> None:
    kernel = Kernel(0.05, 0.2)
    first = kernel.draw((3, 4), np.random.default_rng(1))
    assert first.shape == (3, 4)
    assert (first == kernel.draw((3, 4), np.random.default_rng(1))).all()
    assert (first != kernel.draw((3, 4), np.random.default_rng(2))).all()


def test_without_a_margin_the_kernel_is_normal() -> None:
    kernel, error = Kernel(0.08, 0.0), np.linspace(-2, 2, 401)
    assert_allclose(kernel.log_density(error), stats.norm.logpdf(error, scale=0.08), rtol=1e-14)
    assert_allclose(kernel.cdf(error), stats.norm.cdf(error, scale=0.08), rtol=0, atol=2e-16)
    assert (kernel.mean, kernel.variance, kernel.scale, kernel.shape) == (0, 0.08**2, 0.08, 0)


def test_a_vanishing_margin_approaches_the_normal() -> None:
    error = np.linspace(-0.4, 0.4, 81)
    assert_allclose(
        Kernel(0.08, 1e-12).log_density(error), Kernel(0.08, 0.0).log_density(error), rtol=0, atol=1e-9
    )


def test_the_sign_of_the_margin_mirrors_the_kernel() -> None:
    error = np.linspace(-1, 1, 201)
    above, below = Kernel(0.05, -0.25), Kernel(0.05, 0.25)
    assert_allclose(above.log_density(error), below.log_density(-error), rtol=0, atol=0)
    assert_allclose(above.cdf(error), 1 - below.cdf(-error), rtol=0, atol=4e-16)
    assert above.mean == -below.mean > 0


def test_more_than_puts_the_report_below_the_quantity() -> None:
    assert Kernel(0.05, 0.15).mean == pytest.approx(-0.15 * math.sqrt(2 / math.pi), rel=1e-15)
    assert float(Kernel(0.05, 0.15).cdf(np.array(0.0))) > 0.85


def test_rounding_adds_the_variance_of_an_even_spread() -> None:
    # 1,000 to the nearest 100: evenly spread over a tenth of the value, a variance of 0.01 / 12.
    kernel = Kernel.of(sigma=0.05, margin=0.15, value=1000, resolution=100)
    assert kernel.sigma**2 == pytest.approx(0.05**2 + 0.01 / 12, rel=1e-14)
    assert kernel.margin == 0.15


def test_rounding_counts_relative_to_the_value() -> None:
    coarse = Kernel.of(sigma=0.02, margin=0, value=6_700, resolution=100)
    assert coarse == Kernel.of(sigma=0.02, margin=0, value=67, resolution=1)
    assert coarse.sigma < Kernel.of(sigma=0.02, margin=0, value=6_700, resolution=1000).sigma


def test_rounding_variance_is_that_of_rounded_numbers() -> None:
    rng = np.random.default_rng(8)
    true = rng.uniform(9_500, 10_500, 200_000)
    errors = np.log(np.round(true, -3)) - np.log(true)
    kernel = Kernel.of(sigma=1e-9, margin=0, value=10_000, resolution=1000)
    assert errors.var() == pytest.approx(kernel.variance, rel=0.01)


@given(st.floats(1e-3, 1), st.floats(-1, 1), st.lists(st.floats(-50, 50), min_size=2, max_size=20))
def test_the_distribution_function_rises_from_0_to_1(sigma: float, margin: float, at: list[float]) -> None:
    p = Kernel(sigma, margin).cdf(np.sort(np.array(at)))
    assert (p >= 0).all()
    assert (p <= 1).all()
    assert (np.diff(p) >= -1e-15).all()


@pytest.mark.parametrize("margin", [0.0, 0.15, -0.25])
@pytest.mark.parametrize("error", [1e200, -1e200, 1e308])
def test_an_error_beyond_measure_has_no_density_and_gives_no_warning(margin: float, error: float) -> None:
    assert float(Kernel(0.05, margin).log_density(np.array(error))) == -math.inf


@pytest.mark.parametrize("kernel", [Kernel(0.001, 0.5), Kernel(0.05, -0.25), Kernel(0.05, -0.05)])
def test_rounding_in_the_far_tails_leaves_no_probability_below_0_or_above_1(kernel: Kernel) -> None:
    # Unclipped, the first of these kernels is above 1 at 122 of these places, by 2e-16; the others fall
    # below 0 at one place in three.
    p = kernel.cdf(kernel.scale * np.linspace(-40, 40, 400_001))
    assert p.min() >= 0
    assert p.max() <= 1


def test_an_error_beyond_measure_has_probability_0_or_1() -> None:
    assert Kernel(0.05, 0.15).cdf(np.array([-1e308, 1e308])).tolist() == [0.0, 1.0]
