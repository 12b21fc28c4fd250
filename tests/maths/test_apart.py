"""Differences of two reports, against closed forms and a sum over a grid."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from shellcount.maths.apart import Noise, apart, noise_of, student_quantile
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.maths.reporting import Reporting
from shellcount.maths.streams import stratified_normals

POINTS = 4096
STILL = np.zeros(POINTS)


@pytest.fixture(scope="module")
def noise() -> Noise:
    return noise_of(stratified_normals(np.random.default_rng(1), 4, POINTS))


def report(sigma: float, *, margin: float = 0.0, share: float = 0.0) -> Reporting:
    return Reporting(Kernel(sigma, margin), 1.0, False, share, 0.5)


@pytest.mark.parametrize("factor", [0.7, 1.0, 1.3, 2.0])
def test_normal_errors_and_biases_add_up(noise: Noise, factor: float) -> None:
    found = apart((1000.0 * factor, 1000.0), STILL, (report(0.1), report(0.2)), 0.3**2, noise)
    sd = math.sqrt(0.1**2 + 0.2**2 + 0.3**2)
    assert found.sound_below == pytest.approx(stats.norm.cdf(math.log(factor) / sd))
    assert found.below == found.sound_below
    assert found.mcse == pytest.approx(0.0, abs=1e-15)
    assert found.off_first is None
    assert (found.low, found.high) == pytest.approx((-1.645 * sd, 1.645 * sd), rel=2e-3)


def test_what_is_not_shared_widens_the_difference(noise: Noise) -> None:
    (between,) = stratified_normals(np.random.default_rng(2), 1, POINTS)
    found = apart((3.0, 1.0), 0.5 + 0.4 * between, (report(0.1), report(0.2)), 0.0, noise)
    sd = math.sqrt(0.1**2 + 0.2**2 + 0.4**2)
    expected = stats.norm.cdf((math.log(3.0) - 0.5) / sd)
    assert found.sound_below == pytest.approx(expected, abs=5 * found.mcse)
    assert found.sound_below == pytest.approx(expected, abs=2e-3)


def test_margins_of_both_are_counted(noise: Noise) -> None:
    first, second = report(0.05, margin=0.4), report(0.1, margin=-0.3)
    found = apart((1.2, 1.0), STILL, (first, second), 0.0, noise)
    rng, size = np.random.default_rng(3), 1_000_000

    def error(kernel: Kernel) -> Array:
        return kernel.draw((size,), rng)

    assert first.kernel is not None
    assert second.kernel is not None
    drawn = error(first.kernel) - error(second.kernel)
    assert found.sound_below == pytest.approx((drawn <= math.log(1.2)).mean(), abs=3e-3)
    assert (found.low, found.high) == pytest.approx(np.quantile(drawn, (0.05, 0.95)).tolist(), abs=0.04)


KNOWN = [(1.5, 0.974, 0.26), (2.0, 0.988, 0.51), (3.0, 0.995, 0.52), (10.0, 0.9995, 0.54)]


@pytest.mark.parametrize(("factor", "percentile", "off"), KNOWN)
def test_two_exact_claims_are_as_far_apart_as_is_known(
    noise: Noise, factor: float, percentile: float, off: float
) -> None:
    pair = (report(0.02, share=0.05), report(0.02, share=0.05))
    up = apart((1000.0 * factor, 1000.0), STILL, pair, 2 * 0.1**2, noise)
    down = apart((1000.0, 1000.0 * factor), STILL, pair, 2 * 0.1**2, noise)
    assert up.below == pytest.approx(percentile, abs=6e-4)
    assert 1 - down.below == pytest.approx(percentile, abs=6e-4)
    assert (up.off_first, up.off_second) == pytest.approx((off, off), abs=6e-3)
    assert (down.off_first, down.off_second) == pytest.approx((off, off), abs=6e-3)


def test_without_an_allowance_the_known_answer_is_exact(noise: Noise) -> None:
    pair = (report(0.02), report(0.02))
    assert apart((1500.0, 1000.0), STILL, pair, 0.02, noise).below == pytest.approx(0.9975, abs=6e-5)


def test_the_wider_claim_is_the_less_suspect(noise: Noise) -> None:
    pair = (report(0.02, share=0.05), report(0.3, share=0.05))
    found = apart((5000.0, 1000.0), STILL, pair, 0.0, noise)
    assert found.off_first is not None
    assert found.off_second is not None
    assert found.off_first + found.off_second > 0.9


def test_nothing_seen_is_as_improbable_as_the_integral_has_it(noise: Noise) -> None:
    unseen = Reporting(None, 2.0, False, 0.05, 0.5)
    found = apart((0.0, 10.0), STILL, (unseen, report(0.3, share=0.05)), 0.1**2, noise)
    sd = math.hypot(0.3, 0.1)
    chance, _ = integrate.quad(
        lambda z: stats.norm.pdf(z) * math.exp(-10 * math.exp(sd * z) / 2), -8, 8, epsabs=1e-12
    )
    assert found.sound_below == pytest.approx(chance, rel=5e-3)
    assert found.off_first is not None
    assert found.off_first > 0.5
    sound = apart((0.0, 10.0), STILL, (Reporting(None, 2.0, False, 0.0, 0.5), report(0.3)), 0.1**2, noise)
    assert (sound.off_first, sound.below) == (None, sound.sound_below)


def test_two_that_saw_nothing_do_not_differ(noise: Noise) -> None:
    unseen = Reporting(None, 2.0, False, 0.05, 0.5)
    with pytest.raises(ValueError, match="do not differ"):
        apart((0.0, 0.0), STILL, (unseen, unseen), 0.0, noise)
    with pytest.raises(ValueError, match="only the first may have seen nothing"):
        apart((5.0, 0.0), STILL, (report(0.1), unseen), 0.0, noise)


def test_the_quantile_of_student_is_that_of_scipy() -> None:
    at = np.array([1e-6, 0.01, 0.3, 0.5, 0.8, 0.999])
    assert student_quantile(at) == pytest.approx(stats.t.ppf(at, 4), rel=1e-7, abs=1e-7)
