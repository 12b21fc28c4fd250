"""A report is sound or off, by the densities that the docstring writes out."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import integrate, stats
from scipy.special import expit, logit

from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.maths.reporting import DEGREES, Reporting, cdf_of_each, log_student, student_cdf

KERNELS = [Kernel(0.02, 0.0), Kernel(0.05, 0.40), Kernel(0.05, -0.40), Kernel(0.6, 0.0)]
FIGURES = [
    Reporting(kernel, 1.0, on_logit, share, scale)
    for kernel in KERNELS
    for on_logit in (False, True)
    for share, scale in ((0.0, 0.5), (0.05, 0.5), (0.3, 2.0))
]
every_figure = pytest.mark.parametrize(
    "reporting",
    FIGURES,
    ids=lambda r: f"{r.kernel.sigma} {r.kernel.margin} {'logit' if r.logit else 'log'} {r.off_share}",
)
SOUND, OFTEN = Reporting(None, 50.0, False, 0.0, 0.5), Reporting(None, 50.0, False, 0.05, 0.5)
every_none = pytest.mark.parametrize("reporting", [SOUND, OFTEN], ids=["sound", "off now and then"])
ERRORS: Array = np.array([sign * 10.0**power for sign in (-1, 1) for power in range(-9, 7)] + [0.0])


# --- Student's t -------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.01, 0.5, 10.0])
def test_the_density_of_what_is_off_is_student_s_t_of_scipy(scale: float) -> None:
    expected = stats.t.logpdf(ERRORS, DEGREES, scale=scale)
    assert_allclose(log_student(ERRORS, scale), expected, rtol=1e-12, atol=1e-13)


def test_the_distribution_function_is_student_s_t_of_scipy() -> None:
    u: Array = np.concatenate([np.linspace(-50, 50, 1001), ERRORS])
    assert_allclose(student_cdf(u), stats.t.cdf(u, DEGREES), rtol=0, atol=1e-15)
    tail = np.array([-1.0, -10.0, -100.0, -1e3, -1e4])
    assert_allclose(student_cdf(tail), stats.t.cdf(tail, DEGREES), rtol=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_distribution_function_rises_from_nothing_to_one(one: float, other: float) -> None:
    low, high = student_cdf(np.array(sorted((one, other))))
    assert 0 <= low <= high <= 1
    assert student_cdf(np.array(-one)) == pytest.approx(1 - student_cdf(np.array(one)), abs=1e-15)


# --- figures -----------------------------------------------------------------------------


def integrated(reporting: Reporting, low: float, high: float) -> float:
    """The density of the link of a report, integrated from one error to another at a location of 0.3."""
    scales = {
        k * s for s in (reporting.off_scale, *scales_of(reporting)) for k in (-8, -4, -2, -1, 0, 1, 2, 4, 8)
    }
    edges = sorted({low, high, *(cut for cut in scales if low < cut < high)})

    def density(error: float) -> float:
        stated = float(reporting.unlink(np.array(0.3 + error)))
        return math.exp(reporting.log_density(stated, np.array(0.3)))

    return math.fsum(
        integrate.quad(density, begin, end, epsabs=1e-12, epsrel=1e-10)[0]
        for begin, end in itertools.pairwise(edges)
    )


def scales_of(reporting: Reporting) -> tuple[float, float]:
    assert reporting.kernel is not None
    return reporting.kernel.sigma, reporting.kernel.scale


@every_figure
def test_the_density_of_the_logarithm_or_logit_integrates_to_one(reporting: Reporting) -> None:
    # Beyond 18 an error is too near to a share of 1 to be told from it; Student's t has little beyond.
    beyond = 2 * reporting.off_share * stats.t.sf(18 / reporting.off_scale, DEGREES)
    assert integrated(reporting, -18, 18) == pytest.approx(1 - beyond, abs=1e-7)


@every_figure
@pytest.mark.parametrize("error", [-1.0, -0.1, 0.0, 0.04, 0.7])
def test_the_distribution_function_is_the_integral_of_the_density(reporting: Reporting, error: float) -> None:
    location = np.array(0.3)
    below, stated = (float(reporting.unlink(location + e)) for e in (-18, error))
    expected = integrated(reporting, -18, error)
    found = reporting.cdf(stated, location) - reporting.cdf(below, location)
    assert found == pytest.approx(expected, abs=1e-8)


@every_figure
def test_draws_follow_the_distribution_function(reporting: Reporting) -> None:
    size, location = 20_000, np.array(0.3)
    draws = reporting.draw(np.full(size, location), np.random.default_rng(20240614))
    place = np.log(draws) - (np.log1p(-draws) if reporting.logit else 0.0)
    fewer = np.sort(place)[:: size // 400]
    expected = [float(reporting.cdf(float(reporting.unlink(x)), location)) for x in fewer]
    distance = np.abs(np.arange(0, size, size // 400) / size - expected).max()
    assert distance < 1.36 / math.sqrt(size)  # the 5% point of Kolmogorov's distribution


@every_figure
def test_the_density_is_that_of_both_parts(reporting: Reporting) -> None:
    location, stated = np.linspace(-3, 3, 13), 0.4
    sound, off = reporting.log_parts(stated, location)
    with np.errstate(divide="ignore"):
        assert_allclose(
            np.exp(reporting.log_density(stated, location)), np.exp(sound) + np.exp(off), rtol=1e-12
        )
    assert reporting.kernel is not None
    error = (logit(stated) if reporting.logit else math.log(stated)) - location
    expected = np.log1p(-reporting.off_share) + reporting.kernel.log_density(error)
    assert_allclose(sound, expected, rtol=1e-12)
    off_alone = reporting.off_share * stats.t.pdf(error, DEGREES, scale=reporting.off_scale)
    assert_allclose(np.exp(off), off_alone, rtol=1e-12)


@given(st.floats(-30, 30))
def test_a_link_is_undone(location: float) -> None:
    log, on_logit = (Reporting(KERNELS[0], 1.0, on_logit, 0.05, 0.5) for on_logit in (False, True))
    assert float(log.unlink(np.array(location))) == pytest.approx(math.exp(location))
    assert float(on_logit.unlink(np.array(location))) == pytest.approx(expit(location))
    assert log.link(math.exp(location)) == pytest.approx(location, abs=1e-14)
    assert on_logit.link(expit(-abs(location))) == pytest.approx(-abs(location), abs=1e-14)


def test_a_share_on_the_logit_scale_is_a_mirror_of_the_rest() -> None:
    share = Reporting(Kernel(0.3, 0.0), 1.0, True, 0.05, 0.5)
    location = np.linspace(-4, 4, 9)
    assert_allclose(
        share.log_density(0.2, location), share.log_density(0.8, -location), rtol=1e-12, atol=1e-12
    )
    assert_allclose(share.cdf(0.2, location), 1 - share.cdf(0.8, -location), rtol=0, atol=1e-14)


# --- limits ------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_without_a_chance_of_being_off_the_kernel_is_all(kernel: Kernel) -> None:
    location, stated = np.linspace(-2, 2, 21), math.exp(0.4)
    none, hardly = (Reporting(kernel, 1.0, False, share, 0.5) for share in (0.0, 1e-15))
    error = math.log(stated) - location
    assert (none.log_density(stated, location) == kernel.log_density(error)).all()
    assert (none.cdf(stated, location) == kernel.cdf(error)).all()
    assert (none.log_parts(stated, location)[1] == -np.inf).all()
    assert_allclose(hardly.cdf(stated, location), none.cdf(stated, location), rtol=0, atol=1e-14)
    near = np.abs(error) < kernel.sigma
    assert near.any()
    assert_allclose(
        hardly.log_density(stated, location)[near], none.log_density(stated, location)[near], atol=1e-9
    )


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
def test_a_claim_that_is_nearly_always_off_is_student_s_t(kernel: Kernel) -> None:
    off = Reporting(kernel, 1.0, False, 1 - 1e-12, 0.5)
    location = np.linspace(-2, 2, 21)
    expected = stats.t.logpdf(-location, DEGREES, scale=0.5)
    assert_allclose(off.log_density(1.0, location), expected, atol=1e-9)
    assert_allclose(off.cdf(1.0, location), stats.t.cdf(-location, DEGREES, scale=0.5), atol=1e-11)


@every_figure
def test_an_error_beyond_measure_has_a_density_and_a_probability(reporting: Reporting) -> None:
    location = reporting.link(0.5) - ERRORS
    density, below = reporting.log_density(0.5, location), reporting.cdf(0.5, location)
    assert np.isfinite(density).all()
    assert (density <= density[-1] + 60).all()
    assert ((below >= 0) & (below <= 1)).all()
    assert (np.diff(below[np.argsort(ERRORS)]) >= -1e-14).all()
    if reporting.off_share > 0:  # then far out it falls as a power, by which a contradiction costs little
        far = np.abs(ERRORS) >= 100
        expected = np.log(reporting.off_share) + stats.t.logpdf(
            ERRORS[far], DEGREES, scale=reporting.off_scale
        )
        assert_allclose(density[far], expected, rtol=1e-9)


@pytest.mark.parametrize("location", [-1e300, 1e300, -np.inf])
def test_a_location_beyond_numbers_raises_no_warning(location: float) -> None:
    for reporting in (FIGURES[0], FIGURES[1], SOUND, OFTEN):
        stated = 0.0 if reporting.kernel is None else 0.5
        at = np.array(location)
        assert not np.isnan(reporting.log_density(stated, at))
        assert 0 <= reporting.cdf(stated, at) <= 1
        assert not np.isnan(reporting.draw(at, np.random.default_rng(1)))


# --- none seen ---------------------------------------------------------------------------


LOCATIONS: Array = np.log([1e-9, 1e-3, 1.0, 20.0, 50.0, 300.0, 1e4, 1e9])


@every_none
def test_none_and_something_are_all_that_can_be_reported(reporting: Reporting) -> None:
    none, seen = (np.exp(reporting.log_density(stated, LOCATIONS)) for stated in (0.0, 1.0))
    assert_allclose(none + seen, 1, rtol=1e-14)
    assert_allclose(reporting.cdf(0.0, LOCATIONS), none, rtol=1e-14)
    assert (reporting.cdf(1.0, LOCATIONS) == 1).all()


@every_none
def test_none_is_reported_as_the_number_over_what_is_hardly_missed_allows(reporting: Reporting) -> None:
    expected = reporting.off_share + (1 - reporting.off_share) * np.exp(-np.exp(LOCATIONS) / 50)
    assert_allclose(np.exp(reporting.log_density(0.0, LOCATIONS)), expected, rtol=1e-14)
    sound, off = reporting.log_parts(0.0, LOCATIONS)
    assert_allclose(sound, math.log1p(-reporting.off_share) - np.exp(LOCATIONS) / 50, rtol=1e-14)
    assert np.exp(off) == pytest.approx(np.full(len(LOCATIONS), reporting.off_share))


def test_many_that_were_not_seen_are_an_off_report() -> None:
    assert OFTEN.log_density(0.0, np.array(60.0)) == pytest.approx(math.log(0.05))
    assert SOUND.log_density(0.0, np.array(8.0)) == pytest.approx(-math.exp(8.0) / 50)


@every_none
def test_draws_of_none_are_as_frequent_as_probable(reporting: Reporting) -> None:
    size = 40_000
    for location in LOCATIONS[2:6]:
        draws = reporting.draw(np.full(size, location), np.random.default_rng(5))
        assert set(draws) <= {0.0, 1.0}
        expected = float(reporting.cdf(0.0, location))
        assert abs((draws == 0).mean() - expected) < 3 * math.sqrt(expected * (1 - expected) / size) + 1e-12


def test_draws_have_the_shape_of_the_locations_and_come_from_the_generator() -> None:
    for reporting in (FIGURES[4], OFTEN):
        at = np.log(np.full((3, 4), 50.0))
        first = reporting.draw(at, np.random.default_rng(1))
        assert first.shape == (3, 4)
        assert (first == reporting.draw(at, np.random.default_rng(1))).all()


@pytest.mark.parametrize("scale", ["log", "logit"])
@pytest.mark.parametrize("location", [-2_000.0, -800.0, 40.0, 700.0])
def test_a_report_drawn_far_out_has_a_density(scale: str, location: float) -> None:
    reporting = Reporting(Kernel(0.1, 0.0), 1.0, scale == "logit", 0.05, 0.5)
    drawn = float(reporting.draw(np.array(location), np.random.default_rng(1)))
    assert np.isfinite(reporting.log_density(drawn, np.array(location)))


@pytest.mark.parametrize("logit", [False, True])
def test_several_claims_at_once_have_the_digits_of_each(logit: bool) -> None:  # noqa: FBT001  # of a table
    rng = np.random.default_rng(3)
    kernels = [Kernel(0.1, 0.0), Kernel(0.05, 0.4), Kernel(0.3, -0.2), Kernel(0.02, 0.01)]
    reports = [Reporting(kernel, 1.0, logit, share, 0.5) for kernel in kernels for share in (0.0, 0.05)]
    stated = [0.1 * (1 + place) if logit else 10.0**place for place in range(len(reports))]
    locations = rng.standard_normal((len(reports), 1024)) * 2
    together = cdf_of_each(reports, stated, locations)
    for report, value, at, row in zip(reports, stated, locations, together, strict=True):
        np.testing.assert_array_equal(row, report.cdf(value, at))
