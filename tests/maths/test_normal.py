"""The normal distribution in numpy alone has the digits of scipy's, in both tails and at the ends."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, special, stats

from shellcount.maths.arrays import Array
from shellcount.maths.normal import log_normal_cdf, normal_cdf, normal_mills, normal_quantile, owens_t

EPS = float(np.finfo(float).eps)
LINE = np.concatenate((np.linspace(-37, 37, 14_801), np.random.default_rng(1).normal(scale=3, size=20_000)))


def test_the_distribution_function_is_scipys() -> None:
    near = LINE[LINE > -1]
    assert_allclose(normal_cdf(near), special.ndtr(near), rtol=4 * EPS)
    # Far out scipy is exact to 1e-13 only, since it rounds the square; the next test is sharper.
    assert_allclose(normal_cdf(LINE), special.ndtr(LINE), rtol=4e-13)


@pytest.mark.parametrize("x", [0.5, 5.0, 20.0, 37.0])
def test_the_tail_is_that_of_laplaces_continued_fraction(x: float) -> None:
    fraction = x
    for level in range(4_000, 0, -1):
        fraction = x + level / fraction
    # A power of the exact square: 2^-10 divides all of these places.
    tail = math.exp(-0.5 * x * x) / math.sqrt(2 * math.pi) / fraction
    assert float(normal_cdf(np.array(-x))) == pytest.approx(tail, rel=16 * EPS)


def test_the_logarithm_is_scipys() -> None:
    low = LINE[LINE < 1]
    assert_allclose(log_normal_cdf(low), special.log_ndtr(low), rtol=16 * EPS)
    assert_allclose(log_normal_cdf(LINE), special.log_ndtr(LINE), rtol=4e-13, atol=1e-300)
    far = np.array([-1e3, -1e8, -1e150])
    assert_allclose(log_normal_cdf(far), special.log_ndtr(far), rtol=4 * EPS)


def test_the_slope_of_the_logarithm_is_that_of_the_scaled_function_of_scipy() -> None:
    ratio = math.sqrt(2 / math.pi) / special.erfcx(-LINE / math.sqrt(2))
    assert_allclose(normal_mills(LINE), ratio, rtol=4e-13, atol=1e-300)
    step = 1e-5
    slope = (log_normal_cdf(LINE + step) - log_normal_cdf(LINE - step)) / (2 * step)
    assert_allclose(normal_mills(LINE), slope, rtol=1e-6, atol=1e-8)


def test_the_quantile_is_scipys_and_pythons() -> None:
    rng = np.random.default_rng(2)
    places = np.concatenate((rng.random(20_000), 10.0 ** -rng.uniform(0, 300, 5_000), [0.5, 0.075, 0.925]))
    assert_allclose(normal_quantile(places), special.ndtri(places), rtol=8 * EPS, atol=4 * EPS)
    python = [NormalDist().inv_cdf(p) for p in places[:200].tolist()]
    assert_allclose(normal_quantile(places[:200]), python, rtol=4 * EPS, atol=EPS)


def test_the_quantile_is_odd_about_a_half_and_inverts_the_distribution_function() -> None:
    places = np.arange(1, 256) / 256
    assert (normal_quantile(places) == -normal_quantile(1 - places)).all()
    assert_allclose(normal_cdf(normal_quantile(places)), places, rtol=8 * EPS)


@pytest.mark.parametrize("a", [0.0, 1e-3, 0.3, 0.999, 1.0, 1.001, 3.0, 50.0, 1e8, -0.5, -20.0])
def test_owens_t_is_scipys(a: float) -> None:
    assert_allclose(owens_t(LINE, a), special.owens_t(LINE, a), rtol=0, atol=2 * EPS)


def test_owens_t_of_rows_is_that_of_each() -> None:
    slopes = [0.0, 0.5, -0.5, 1.0, 4.0, -60.0]
    places = np.random.default_rng(5).normal(scale=2, size=(len(slopes), 50))
    rows = owens_t(places, np.array(slopes)[:, None])
    assert (rows == np.stack([owens_t(row, slope) for row, slope in zip(places, slopes, strict=True)])).all()
    assert float(owens_t(places[0, 0], 2.0)) == owens_t(places, 2.0)[0, 0]


@pytest.mark.parametrize("a", [0.0, -0.0, 0.5, -1.0, 3.0, -50.0])
def test_owens_t_far_out_is_0_without_a_warning(a: float) -> None:
    far = np.array([-math.inf, -1e200, 1e200, math.inf])
    assert owens_t(far, a).tolist() == [0.0] * 4
    assert float(owens_t(np.array(math.inf), a)) == 0.0


def test_owens_t_far_out_is_0_where_only_some_slopes_are_steep() -> None:
    assert owens_t(np.array([math.inf, -math.inf]), np.array([[0.0], [2.0]])).tolist() == [[0.0] * 2] * 2


def test_owens_t_is_its_integral() -> None:
    for h, a in ((0.0, 0.7), (0.4, 2.5), (2.0, 0.9), (3.0, 8.0)):
        value, _ = integrate.quad(
            lambda x, h=h: math.exp(-0.5 * h * h * (1 + x * x)) / (1 + x * x), 0, a, epsabs=1e-15
        )
        assert float(owens_t(np.array(h), a)) == pytest.approx(value / (2 * math.pi), abs=4 * EPS)


@pytest.mark.parametrize(
    ("function", "at", "values"),
    [
        (normal_cdf, [-math.inf, -1e200, 0.0, 1e200, math.inf], [0.0, 0.0, 0.5, 1.0, 1.0]),
        (log_normal_cdf, [-math.inf, -1e200, 1e200, math.inf], [-math.inf, -math.inf, 0.0, 0.0]),
        (normal_mills, [-math.inf, -1e200, 1e200, math.inf], [math.inf, 1e200, 0.0, 0.0]),
        (normal_quantile, [0.0, 0.5, 1.0], [-math.inf, 0.0, math.inf]),
    ],
)
def test_the_ends_are_reached_without_a_warning(
    function: Callable[[Array], Array], at: list[float], values: list[float]
) -> None:
    assert function(np.array(at)).tolist() == pytest.approx(values, rel=EPS)
    assert np.isnan(function(np.array([math.nan]))).all()


@pytest.mark.parametrize("function", [normal_cdf, log_normal_cdf, normal_mills, normal_quantile])
def test_digits_do_not_depend_on_the_shape(function: Callable[[Array], Array]) -> None:
    places = np.random.default_rng(3).random((3, 14_000))
    whole = function(places)
    assert whole.shape == places.shape
    assert (whole == np.stack([function(row) for row in places])).all()
    assert float(function(places[0, 0])) == whole[0, 0]


def test_uniform_places_become_normal_draws() -> None:
    draws = normal_quantile(np.random.default_rng(4).random(20_000))
    assert stats.kstest(draws, "norm").pvalue > 0.01
