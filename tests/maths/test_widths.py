"""Widths are those of the published regression, and what they make of a log error is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from shellcount.case.hedges import load_lexicon
from shellcount.maths.widths import Width, Written, one_sided, two_sided, widening, written

# Widths that PyUncertainNumber computes (github.com/leslieDLcy/PyUncertainNumber, commit 2ee4996): the
# attribute `w` of its class ApproximatorRegCoefficients, with its coefficients of the word, after its own
# functions decipher_d and decipher_zrf have read the number. Where numbers end in zeros it takes the zeros
# for significant digits, unlike the survey: those are not here.
READ_BY_THE_PACKAGE = [
    ("about", 7, 1.424376),
    ("around", 42, 2.849786),
    ("roughly", 205, 9.162394),
    ("approximately", 43.58, 0.861718),
    ("over", 13, 2.268395),
    ("above", 365, 14.75344),
    ("at least", 1.5, 0.702357),
    ("no less than", 6, 1.765246),
    ("at most", 98, 4.349422),
    ("no more than", 745, 10.474713),
    ("below", 1237, 10.394128),
    ("almost", 4.255, 0.113511),
    ("nearly", 29, 1.692545),
]
# The same, for a magnitude, roundness and final five that it is given.
GIVEN_TO_THE_PACKAGE = [
    ("about", (math.log10(6700), 2, False), 127.30916),
    ("at least", (4, 4, False), 1017.653663),
    ("at most", (math.log10(4.8), -1, False), 0.578579),
    ("over", (3, 3, False), 134.183773),
    ("below", (math.log10(25_000), 3, True), 697.369117),
    ("nearly", (6, 6, False), 99_448.903715),
]
LEVELS = [(0.3, 0.5), (0.5837, 0.9), (0.667, 0.9), (1.0, 0.9), (0.6, 0.99), (0.05, 0.2)]


@pytest.mark.parametrize(("word", "number", "width"), READ_BY_THE_PACKAGE)
def test_a_number_has_the_width_that_another_package_gives_it(word: str, number: float, width: float) -> None:
    regression = load_lexicon("ferson-2015").survey[word]
    assert regression.median(written(number)) == pytest.approx(width, abs=5e-7)


@pytest.mark.parametrize(("word", "read", "width"), GIVEN_TO_THE_PACKAGE)
def test_large_and_round_numbers_have_it_too(word: str, read: tuple[float, int, bool], width: float) -> None:
    regression = load_lexicon("ferson-2015").survey[word]
    assert regression.median(Written(*read, 1.0)) == pytest.approx(width, rel=1e-6)


def test_every_coefficient_counts_in_its_own_term() -> None:
    figure = Written(2.0, -3, five=True, unit=1.0)
    terms = (1.0, 2.0, -3.0, 1.0, -6.0, 2.0, -3.0, -6.0)
    for place, term in enumerate(terms):
        coefficients = tuple(0.1 if place == other else 0.0 for other in range(8))
        assert Width(coefficients, 0.0).median(figure) == pytest.approx(10 ** (0.1 * term))


@pytest.mark.parametrize(
    ("value", "magnitude", "roundness", "five", "unit"),
    [
        (7, 7, 0, False, 1),
        (200, 200, 2, False, 1),
        (250, 250, 1, True, 1),
        (500_000, 500_000, 5, True, 1),
        (43.58, 43.58, -2, False, 1),
        (0.5, 0.5, -1, True, 1),
        (999_999, 999_999, 0, False, 1),
        (1_000_000, 1, 0, False, 1e6),
        (4_800_000, 4.8, -1, False, 1e6),
        (1_250_000, 1.25, -2, True, 1e6),
        (1_234_000, 1_234_000, 3, False, 1),
        (563_317_000_000, 563_317_000_000, 6, False, 1),
        (20_000_000, 20, 1, False, 1e6),
        (1e9, 1, 0, False, 1e9),
        (1.25e9, 1.25, -2, True, 1e9),
        (1e15, 1000, 3, False, 1e12),
    ],
)
def test_figures_are_read_as_they_are_written(
    value: float,
    magnitude: float,
    roundness: int,
    five: bool,  # noqa: FBT001
    unit: float,
) -> None:
    read = written(value)
    assert 10**read.magnitude == pytest.approx(magnitude)
    assert (read.roundness, read.five, read.unit) == (roundness, five, unit)


@given(st.floats(1e-9, 1e15))
def test_the_last_digit_stands_where_the_roundness_says(value: float) -> None:
    read = written(value)
    steps = value / read.unit / 10.0**read.roundness
    assert steps == pytest.approx(round(steps), rel=1e-9)
    assert 10**read.magnitude * read.unit == pytest.approx(value)
    if steps < 2**50:
        assert round(steps) % 10 != 0
        assert (round(steps) % 10 == 5) is read.five


def _mixture(width: float, sd: float, level: float) -> float:
    """Probability within a width, in units of the median person's: over people by adaptive quadrature."""
    z = stats.norm.ppf((1 + level) / 2)

    def one(g: float) -> float:
        return float(stats.norm.pdf(g) * (2 * stats.norm.cdf(width * z * 10 ** (-sd * g)) - 1))

    return float(integrate.quad(one, -9, 9, epsabs=1e-12, limit=200)[0])


@pytest.mark.parametrize(("sd", "level"), LEVELS)
def test_the_widened_range_holds_an_unknown_person_s_error_with_its_level(sd: float, level: float) -> None:
    assert _mixture(widening(sd, level), sd, level) == pytest.approx(level, abs=1e-9)


def test_widening_is_that_of_simulated_people() -> None:
    rng = np.random.default_rng(5)
    ranges = 10 ** (0.5837 * rng.standard_normal(400_000))
    errors = np.abs(rng.standard_normal(ranges.size)) * ranges / stats.norm.ppf(0.95)
    assert np.quantile(errors, 0.9) == pytest.approx(widening(0.5837, 0.9), rel=0.01)


def test_without_differences_between_people_nothing_widens() -> None:
    assert widening(0.0, 0.9) == 1.0
    assert widening(1e-6, 0.9) == pytest.approx(1.0, abs=1e-6)


def test_differences_between_people_widen() -> None:
    factors = [widening(sd, 0.9) for sd in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    assert factors == sorted(factors)


@pytest.mark.parametrize("width", [1e-6, 0.02, 0.5, 3.0, 1e6])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.99])
def test_scale_and_margin_give_ranges_of_the_width(width: float, level: float) -> None:
    low, high = np.exp(stats.norm(scale=two_sided(width, level)).interval(level))
    assert high - low == pytest.approx(width, rel=1e-9)
    margin = one_sided(width, level)
    assert stats.halfnorm(scale=margin).cdf(math.log1p(width)) == pytest.approx(level)


def test_words_are_averaged_in_their_logs() -> None:
    one, other = Width((1.0, 0.0, *[0.0] * 6), 0.3), Width((2.0, 1.0, *[0.0] * 6), 0.4)
    mean = Width.mean(one, other)
    figure = written(13.0)
    assert mean.median(figure) == pytest.approx(math.sqrt(one.median(figure) * other.median(figure)))
    assert mean.sd == pytest.approx(math.sqrt((0.09 + 0.16) / 2))
    assert Width.mean(one) == one
