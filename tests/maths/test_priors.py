"""Priors hit their quantiles, stay inside their domain, and shares sum to one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import special, stats

from building import OPAQUE, Opaque
from shellcount.errors import UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.priors import Z95, Kind, Prior, composition, log_sigmoid

GRID = np.linspace(-8, 8, 161)
# The largest normal that ndtri can return for a uniform double, and the largest spread of a case.
Z_MAX, SPREAD_MAX = 38.5, 10.0

PRIORS = [
    Prior("lognormal", 10, 100),
    Prior("lognormal", 0.032, 0.055),
    Prior("lognormal", 1e-9, 1e9),
    Prior("logitnormal", 0.40, 0.92),
    Prior("logitnormal", 0.6206, 0.8369),
    Prior("logitnormal", 1e-9, 1 - 1e-9),
    Prior("normal", -1.0, 3.0),
    Prior("normal", -1e15, 1e15),
]


# --- through two quantiles ---------------------------------------------------------------

LEVELS = [(0.05, 0.95), (0.25, 0.75), (0.1, 0.5), (0.5, 0.99), (0.001, 0.2)]


@pytest.mark.parametrize("levels", LEVELS)
def test_a_lognormal_through_two_quantiles_is_that_of_the_closed_form(levels: tuple[float, float]) -> None:
    found = Prior.through("lognormal", 20.0, 50.0, levels)
    lower, upper = stats.norm.ppf(levels)
    sigma = math.log(50.0 / 20.0) / (upper - lower)
    closed = stats.lognorm(sigma, scale=20.0 * math.exp(-sigma * lower))
    assert_allclose(closed.cdf([20.0, 50.0]), levels, rtol=1e-12)
    assert_allclose([found.low, found.high], closed.ppf([0.05, 0.95]), rtol=1e-12)


@pytest.mark.parametrize("levels", LEVELS)
def test_a_logit_normal_through_two_quantiles_has_them(levels: tuple[float, float]) -> None:
    found = Prior.through("logitnormal", 0.4, 0.92, levels)
    lower, upper = stats.norm.ppf(levels)
    sigma = (special.logit(0.92) - special.logit(0.4)) / (upper - lower)
    mu = special.logit(0.4) - sigma * lower
    closed = special.expit(mu + sigma * stats.norm.ppf([0.05, 0.95]))
    assert_allclose([found.low, found.high], closed, rtol=1e-12)
    assert_allclose(found.to_normal(np.array([0.4, 0.92])), [lower, upper], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("levels", LEVELS)
def test_a_normal_through_two_quantiles_is_that_of_the_closed_form(levels: tuple[float, float]) -> None:
    found = Prior.through("normal", -1.0, 3.0, levels)
    lower, upper = stats.norm.ppf(levels)
    scale = 4.0 / (upper - lower)
    expected = stats.norm(-1.0 - scale * lower, scale).ppf([0.05, 0.95])
    assert_allclose([found.low, found.high], expected, rtol=1e-12)


def test_the_standard_levels_give_the_prior_of_the_case_file() -> None:
    assert Prior.through("lognormal", 10.0, 100.0) == Prior("lognormal", 10.0, 100.0)


@pytest.mark.parametrize("levels", [(0.95, 0.05), (0.5, 0.5), (0.0, 0.5), (0.5, 1.0), (math.nan, 0.5)])
def test_levels_are_in_order_between_0_and_1(levels: tuple[float, float]) -> None:
    with pytest.raises(UsageError, match="levels must be in order between 0 and 1"):
        Prior.through("lognormal", 1.0, 2.0, levels)


def test_quantiles_that_no_prior_has_are_refused_at_any_level() -> None:
    with pytest.raises(UsageError, match="must be below 1"):
        Prior.through("logitnormal", 0.5, 1.5, (0.25, 0.75))


def name_of(prior: Prior) -> str:
    return f"{prior.kind} {prior.low:g} {prior.high:g}"


def quantile(prior: Prior, p: float) -> float:
    """The same quantile by scipy's own distributions."""
    if prior.kind == "lognormal":
        return float(stats.lognorm(prior.sigma, scale=math.exp(prior.mu)).ppf(p))
    normal = float(stats.norm(prior.mu, prior.sigma).ppf(p))
    return float(special.expit(normal)) if prior.kind == "logitnormal" else normal


def test_z95_is_the_95_per_cent_point() -> None:
    assert pytest.approx(stats.norm.ppf(0.95), rel=1e-15) == Z95


@pytest.mark.parametrize("prior", PRIORS, ids=name_of)
def test_scipy_finds_the_stated_quantiles(prior: Prior) -> None:
    assert quantile(prior, 0.05) == pytest.approx(prior.low, rel=1e-13)
    assert quantile(prior, 0.95) == pytest.approx(prior.high, rel=1e-13)


@pytest.mark.parametrize("prior", PRIORS, ids=name_of)
def test_the_transform_carries_normal_quantiles_to_scipys(prior: Prior) -> None:
    p = np.array([0.001, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999])
    expected = [quantile(prior, one) for one in p]
    assert_allclose(prior.from_normal(special.ndtri(p)), expected, rtol=1e-13)


@pytest.mark.parametrize("prior", PRIORS, ids=name_of)
def test_the_transform_rises(prior: Prior) -> None:
    x = prior.from_normal(GRID)
    told_apart = x[1:] < 1 - 1e-14 if prior.kind == "logitnormal" else np.full(x.size - 1, fill_value=True)
    assert (np.diff(x)[told_apart] > 0).all()
    assert (np.diff(x) >= 0).all()


@given(st.sampled_from(["lognormal", "normal"]), st.floats(1e-6, 1e6), st.floats(1.001, 1e6))
def test_quantiles_of_numbers_are_hit(kind: Kind, low: float, ratio: float) -> None:
    prior = Prior(kind, low, low * ratio)
    assert_allclose(
        prior.from_normal(np.array([-Z95, Z95])), [low, low * ratio], rtol=1e-12, atol=4e-16 * low * ratio
    )


@given(st.floats(1e-6, 0.998), st.floats(0.001, 0.999))
def test_quantiles_of_shares_are_hit(low: float, part: float) -> None:
    high = low + part * (1 - low)
    prior = Prior("logitnormal", low, high)
    assert_allclose(prior.from_normal(np.array([-Z95, Z95])), [low, high], rtol=1e-12)


def test_the_median_lies_where_the_transform_says() -> None:
    assert Prior("lognormal", 10, 1000).from_normal(0.0) == pytest.approx(100, rel=1e-14)
    assert Prior("logitnormal", 0.2, 0.8).from_normal(0.0) == pytest.approx(0.5, rel=1e-15)
    assert Prior("normal", -1, 5).from_normal(0.0) == 2


@pytest.mark.parametrize("prior", PRIORS, ids=name_of)
def test_the_way_back_undoes_the_transform(prior: Prior) -> None:
    # Near 1 a share leaves few digits of the logit behind: stay where doubles tell shares apart.
    z = np.linspace(-3, 0.5, 36) if prior.high > 1 - 1e-6 and prior.kind == "logitnormal" else GRID
    assert_allclose(prior.to_normal(prior.from_normal(z)), z, rtol=0, atol=1e-9)


@pytest.mark.parametrize("prior", PRIORS, ids=name_of)
def test_the_stated_quantiles_lie_at_the_normal_s_own(prior: Prior) -> None:
    assert_allclose(prior.to_normal(np.array([prior.low, prior.high])), [-Z95, Z95], rtol=1e-7)


@pytest.mark.parametrize("prior", PRIORS, ids=name_of)
def test_the_log_density_is_scipys_on_the_parameters_own_scale(prior: Prior) -> None:
    z = np.linspace(-4, 4, 17)
    linked = prior.mu + prior.sigma * z
    expected = stats.norm.logpdf(linked, prior.mu, prior.sigma)
    if prior.kind == "lognormal":
        expected = stats.lognorm(prior.sigma, scale=math.exp(prior.mu)).logpdf(np.exp(linked))
    elif prior.kind == "logitnormal":  # dx = x (1 - x) d logit x
        expected = expected - special.log_expit(linked) - special.log_expit(-linked)
    assert_allclose(prior.log_density(z), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "prior",
    [Prior("lognormal", 10, 100), Prior("logitnormal", 0.40, 0.92), Prior("normal", -1.0, 3.0)],
    ids=name_of,
)
def test_the_density_on_the_parameters_own_scale_integrates_to_one(prior: Prior) -> None:
    z = np.linspace(-9, 9, 20_001)
    total = np.trapezoid(np.exp(prior.log_density(z)), prior.from_normal(z))
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("prior", PRIORS[:1] + PRIORS[3:5] + PRIORS[6:], ids=name_of)
def test_the_transform_needs_no_more_than_the_namespace_given(prior: Prior) -> None:
    expected = float(prior.from_normal(np.array(0.7)))
    assert prior.from_normal(Opaque(0.7), OPAQUE).value == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("kind", "low", "high", "message"),
    [
        ("lognormal", 0, 1, "quantiles must be at least 1e-09, not 0"),
        ("lognormal", -1, 1, "quantiles must be at least 1e-09, not -1"),
        ("logitnormal", 0, 0.5, "quantiles must be at least 1e-09, not 0"),
        ("logitnormal", 0.5, 1, "quantiles of a share must be below 1, not 1"),
        ("logitnormal", 40, 92, "quantiles of a share must be below 1, not 92"),
        ("normal", 2, 2, r"the 5% quantile \(2\) must be below the 95% quantile \(2\)"),
        ("lognormal", 3, 2, r"the 5% quantile \(3\) must be below the 95% quantile \(2\)"),
        ("normal", math.nan, 2, "quantiles must be finite, not nan and 2"),
        ("normal", 2, math.nan, "quantiles must be finite, not 2 and nan"),
        ("normal", -math.inf, 2, "quantiles must be finite, not -inf and 2"),
        ("lognormal", 2, math.inf, "quantiles must be finite, not 2 and inf"),
        ("lognormal", 1e15, math.nextafter(1e15, math.inf), "are too close to tell apart"),
    ],
)
def test_impossible_quantiles_are_refused(kind: Kind, low: float, high: float, message: str) -> None:
    with pytest.raises(UsageError, match=f"{message}$"):
        Prior(kind, low, high)


def test_extreme_quantiles_do_not_overflow() -> None:
    prior = Prior("normal", -1.7e308, 1.7e308)
    assert prior.from_normal(np.array([-1.0, 0.0, 1.0])).tolist() == [-prior.sigma, 0, prior.sigma]
    assert math.isfinite(prior.sigma)


def test_extreme_draws_of_a_share_stay_in_the_unit_interval() -> None:
    shares = Prior("logitnormal", 1e-9, 1 - 1e-16).from_normal(np.array([-1e9, -Z_MAX, Z_MAX, 1e9]))
    assert (shares >= 0).all()
    assert (shares <= 1).all()
    assert shares.tolist() == sorted(shares)


def test_extreme_draws_of_a_positive_number_stay_finite() -> None:
    assert np.isfinite(Prior("lognormal", 1e-6, 1e15).from_normal(np.array([-Z_MAX, Z_MAX]))).all()


def test_log_sigmoid_is_scipys() -> None:
    x = np.array([-1e300, -800.0, -37.0, -1e-9, 0.0, 0.3, 37.0, 800.0, 1e300])
    assert_allclose(log_sigmoid(x), special.log_expit(x), rtol=1e-15)


def columns(size: int = 500) -> list[Array]:
    return list(np.random.default_rng(3).standard_normal((4, size)))


BASE = [0.1, 0.2, 0.3, 0.4]


def shares_of(z: Sequence[Array] | Array, base: Sequence[float], spread: float) -> Array:
    """Shares of parts with one spread."""
    return composition(spread * np.array(z), np.log(base)[:, None])


def test_shares_sum_to_one() -> None:
    shares = shares_of(columns(), BASE, 1.2)
    assert all((share > 0).all() for share in shares)
    assert_allclose(np.sum(shares, axis=0), 1.0, rtol=0, atol=4e-16)


def test_without_spread_shares_are_the_base() -> None:
    for share, base in zip(shares_of(columns(), BASE, 0.0), BASE, strict=True):
        assert_allclose(share, base, rtol=2e-16)


def test_without_deviation_shares_are_the_base_scaled_to_one() -> None:
    assert_allclose(shares_of([np.zeros(3)] * 2, [3, 1], 5.0), [[0.75] * 3, [0.25] * 3], rtol=1e-15)


def test_shares_are_the_softmax_of_log_base_and_spread() -> None:
    z = np.array(columns())
    expected = special.softmax(np.log(BASE)[:, None] + 0.8 * z, axis=0)
    assert_allclose(shares_of(z, BASE, 0.8), expected, rtol=1e-14)


def test_a_share_rises_with_its_own_normal_and_falls_with_another() -> None:
    others = [np.full_like(GRID, 0.3), np.full_like(GRID, -1.0)]
    first, second, third = shares_of([GRID, *others], [0.2, 0.3, 0.5], 1.2)
    assert (np.diff(first) > 0).all()
    assert (np.diff(second) < 0).all()
    assert_allclose(second / third, second[0] / third[0], rtol=1e-14)


def test_the_sum_of_the_base_does_not_matter() -> None:
    small = shares_of(columns(), [b / 1000 for b in BASE], 1.2)
    assert_allclose(small, shares_of(columns(), BASE, 1.2), rtol=1e-14)


def test_shares_need_no_more_than_the_namespace_given() -> None:
    scores = np.array([0.4, -1.1, 2.0, 0.0])
    found: Any = composition(Opaque(scores), np.log(BASE), OPAQUE)
    assert found.value.tolist() == composition(scores, np.log(BASE)).tolist()


def test_one_part_is_everything() -> None:
    assert_allclose(shares_of([GRID], [0.3], 2.0), [np.ones_like(GRID)], rtol=0)


def test_parts_and_bases_must_match() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        shares_of([GRID, GRID], [0.2, 0.3, 0.5], 1.0)


@pytest.mark.parametrize("base", [(1.0, 1.0), (1e-15, 1e15), (1e-300, 1e-300), (5e-324, 1e15)])
def test_extreme_shares_neither_overflow_nor_vanish_together(base: tuple[float, float]) -> None:
    ends = np.array([-Z_MAX, -Z_MAX, Z_MAX, Z_MAX]), np.array([-Z_MAX, Z_MAX, -Z_MAX, Z_MAX])
    shares = np.array(shares_of(ends, base, SPREAD_MAX))
    assert np.isfinite(shares).all()
    assert_allclose(shares.sum(axis=0), 1.0, rtol=0, atol=4e-16)
