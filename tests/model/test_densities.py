"""The densities that PyMC is given are those of the reports in numpy, one at a time."""

from __future__ import annotations

import functools
import itertools
import math
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats
from scipy.special import logit

from claims import with_every_form
from shellcount.case.reading import load_case
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.maths.reporting import Reporting
from shellcount.model import densities
from shellcount.model.model import build_model

DESIGN = build_model(with_every_form(load_case()), "all").design
SOUND = [Kernel(0.02, 0.0), Kernel(0.05, 0.40), Kernel(0.05, -0.40), Kernel(0.6, 0.01)]
KERNELS: list[Kernel | None] = [*SOUND, None]
SHARES = [(0.0, 0.5), (0.05, 0.5), (0.3, 2.0)]
RESOLUTION = 50.0
LOCATIONS: Array = np.concatenate([np.linspace(-6, 6, 49), [-20.0, 20.0, 3.9, 8.0]])


def interpreted(inputs: list[Any], outputs: Any) -> Any:
    """An expression as a function, by Python alone: nothing is compiled."""
    import pytensor
    from pytensor.compile.mode import Mode

    return pytensor.function(inputs, outputs, mode=Mode(linker="py", optimizer=None))


@functools.cache
def of_one_component() -> Any:
    """The log density of a report, of numbers."""
    import pytensor.tensor as pt

    value, sigma, margin, share, scale = (
        pt.scalar(name) for name in ("value", "sigma", "margin", "share", "scale")
    )
    location, none = pt.vector("location"), pt.scalar("none", dtype="bool")
    density = densities.log_density(
        value, location[:, None], np.zeros(1), sigma, margin, pt.constant(RESOLUTION), none, share, scale
    )
    return interpreted([value, location, sigma, margin, none, share, scale], density)


@pytest.mark.parametrize("kernel", KERNELS, ids=str)
@pytest.mark.parametrize(("share", "scale"), SHARES)
@pytest.mark.filterwarnings("ignore:divide by zero")  # the log of a share of zero, as it should be
def test_the_density_of_a_report_is_that_of_numpy(kernel: Kernel | None, share: float, scale: float) -> None:
    reporting = Reporting(kernel, RESOLUTION, False, share, scale)
    sigma, margin = (1.0, 0.0) if kernel is None else (kernel.sigma, kernel.margin)
    for stated in (0.0, 1.0) if kernel is None else (0.3, 1.0, 1.7):
        value = stated if kernel is None else math.log(stated)
        found = of_one_component()(value, LOCATIONS, sigma, margin, kernel is None, share, scale)
        assert_allclose(found, reporting.log_density(stated, LOCATIONS), rtol=1e-10, atol=1e-12)


def test_a_density_is_summed_over_its_components() -> None:
    import pytensor.tensor as pt

    location, weights = pt.vector("location"), np.log([0.2, 0.5, 0.3])
    reporting = Reporting(Kernel(0.1, 0.3), 1.0, False, 0.05, 0.5)
    numbers = [pt.constant(np.array(number)) for number in (0.1, 0.3, 1.0, False, 0.05, 0.5)]
    density = densities.log_density(pt.constant(np.array(0.7)), location, weights, *numbers)
    at = np.array([0.4, 1.0, 3.0])
    expected = np.logaddexp.reduce(weights + reporting.log_density(math.exp(0.7), at))
    assert interpreted([location], density)(at) == pytest.approx(expected, rel=1e-12)


# --- tables of components ----------------------------------------------------------------


def test_components_are_a_table_with_one_claim_a_row() -> None:
    at, log_prior = densities.padded(DESIGN)
    sizes = np.bincount(DESIGN.claim_at)
    assert at.shape == (len(DESIGN.fitted), int(sizes.max()))
    assert log_prior.shape == at.shape
    for place, size in enumerate(sizes):
        rows = np.flatnonzero(DESIGN.claim_at == place)
        assert at[place, :size].tolist() == rows.tolist()
        assert (at[place, size:] == rows[0]).all()
        assert (log_prior[place, :size] == DESIGN.log_prior[rows]).all()
        assert (log_prior[place, size:] == -np.inf).all()
    assert_allclose(np.exp(log_prior).sum(axis=1), 1, rtol=1e-12)


# --- what is observed --------------------------------------------------------------------

STATED = np.array([1000.0, 0.0, 0.2, 0.97, 1e-3])
LOGIT = np.array([False, False, True, True, False])


def test_figures_are_observed_on_the_scale_of_their_errors() -> None:
    import pytensor.tensor as pt

    stated = pt.vector("stated")
    found = interpreted([stated], densities.linked(stated, LOGIT))(STATED)
    assert_allclose(found, [math.log(1000), 0.0, logit(0.2), logit(0.97), math.log(1e-3)], rtol=1e-12)


def test_the_scale_of_errors_has_that_of_rounding() -> None:
    import pytensor.tensor as pt

    stated, sigma, resolution = pt.vector("stated"), pt.vector("sigma"), pt.vector("resolution")
    sigmas, places = np.array([0.05, 1.0, 0.02, 0.02, 0.0]), np.array([100.0, 0.0, 0.1, 0.01, 1e-3])
    compute = interpreted([stated, sigma, resolution], densities.rounded(sigma, resolution, stated, LOGIT))
    values = [1000.0, 1.0, 0.2 * 0.8, 0.97 * 0.03, 1e-3]
    expected = [
        Kernel.of(sigma=s, margin=0.0, value=value, resolution=place).sigma
        for s, value, place in zip(sigmas, values, places, strict=True)
    ]
    assert_allclose(compute(STATED, sigmas, places), expected, rtol=1e-12)


# --- draws -------------------------------------------------------------------------------


def drawn(location: Array, log_prior: Array, reporting: Reporting, count: int) -> Array:
    kernel = reporting.kernel
    return densities.draw(
        location,
        log_prior,
        np.array(1.0 if kernel is None else kernel.sigma),
        np.array(0.0 if kernel is None else kernel.margin),
        np.array(reporting.resolution),
        np.array(kernel is None),
        np.array(reporting.off_share),
        np.array(reporting.off_scale),
        np.random.default_rng(20240614),
        (count,),
    )


@pytest.mark.parametrize("kernel", SOUND, ids=str)
@pytest.mark.parametrize(("share", "scale"), SHARES)
def test_draws_follow_the_distribution_function_over_their_components(
    kernel: Kernel, share: float, scale: float
) -> None:
    size, location, weights = 20_000, np.array([0.0, 0.5, 2.0]), np.array([0.2, 0.5, 0.3])
    reporting = Reporting(kernel, 1.0, False, share, scale)
    draws = np.sort(drawn(location, np.log(weights), reporting, size))[:: size // 400]
    expected = [float(weights @ reporting.cdf(math.exp(draw), location)) for draw in draws]
    distance = np.abs(np.arange(0, size, size // 400) / size - expected).max()
    assert distance < 1.63 / math.sqrt(size)  # the 1% point of Kolmogorov's distribution


@pytest.mark.parametrize("share", [0.0, 0.05])
def test_none_is_drawn_as_often_as_probable(share: float) -> None:
    size, location, weights = 40_000, np.log([10.0, 80.0]), np.array([0.25, 0.75])
    reporting = Reporting(None, RESOLUTION, False, share, 0.5)
    draws = drawn(location, np.log(weights), reporting, size)
    assert set(draws) == {0.0, 1.0}
    expected = float(weights @ reporting.cdf(0.0, location))
    assert stats.binomtest(int((draws == 0).sum()), size, expected).pvalue > 0.01


def test_components_of_no_probability_are_never_drawn() -> None:
    exact = Reporting(Kernel(1e-9, 0.0), 1.0, False, 0.0, 0.5)
    with np.errstate(divide="ignore"):
        weights = np.log([0.0, 1.0, 0.0])
    draws = drawn(np.array([-5.0, 1.0, 5.0]), weights, exact, 2000)
    assert_allclose(draws, 1.0, atol=1e-7)


def test_each_claim_is_drawn_by_its_own_row() -> None:
    location = np.array([[0.0, 9.0], [3.0, 3.0], [math.log(1e9), 0.0]])
    weights = np.array([[0.0, -np.inf], [math.log(0.5)] * 2, [0.0, -np.inf]])
    common = (np.full(3, 1e-9), np.zeros(3), np.full(3, 50.0), np.array([False, False, True]))
    draws = densities.draw(location, weights, *common, np.zeros(3), np.full(3, 0.5), np.random.default_rng(1))
    assert_allclose(draws, [0.0, 3.0, 1.0], atol=1e-7)
    again = [
        densities.draw(location, weights, *common, np.zeros(3), np.full(3, 0.5), np.random.default_rng(seed))
        for seed in (1, 1, 2)
    ]
    assert (again[0] == draws).all()
    assert [(one == other).all() for one, other in itertools.pairwise(again)] == [True, False]
