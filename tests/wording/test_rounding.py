"""Numbers are rounded by their own error."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.wording.rounding import Range, amount, doubt, interval, rounded, rounding_unit
from strategies import number_in, ranges

UNITS = [step * 10.0**power for power in range(-6, 13) for step in (1, 5)]


# --- the unit ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "digits", "unit"),
    [
        (Range(9_580, 12_080, 15_870), 2, 1000),  # median
        (Range(9_580, 12_080, 15_870), 3, 100),  # both rules agree: the smaller side is 2,500
        (Range(9_580, 12_080, 15_870), 4, 100),  # side
        (Range(80, 117, 167), 2, 10),
        (Range(0.41, 0.73, 0.9), 2, 0.01),
        (Range(0.41, 0.73, 0.9), 3, 0.01),  # the smaller side is 0.17, above: two digits
        (Range(1.6e6, 2.1e6, 2.9e6), 2, 1e5),
        (Range(1.6e6, 2.1e6, 2.9e6), 3, 1e5),  # the smaller side is 500,000: one digit
        (Range(100, 100, 100), 2, 10),  # no interval: the median alone
        (Range(-3, 0, 3), 2, 0.1),  # no median: the interval alone
        (Range(0, 0, 0), 2, 1.0),  # nothing to go by
        (Range(-15_870, -12_080, -9_580), 2, 1000),
        (Range(9_000, 12_000, 12_170), 4, 10),  # the smaller side is 170, above
        (Range(11_830, 12_000, 15_000), 4, 10),  # and below
    ],
)
def test_the_coarser_of_median_and_interval_decides(stated: Range, digits: int, unit: float) -> None:
    assert rounding_unit(stated, digits=digits) == pytest.approx(unit, rel=1e-12)


@pytest.mark.parametrize("power", range(-9, 16))
@pytest.mark.parametrize(
    ("leading", "figures"), [("1.00", 2), ("3.54", 2), ("3.5499", 2), ("3.55", 1), ("9.49", 1), ("9.99", 1)]
)
def test_an_error_below_355_keeps_two_digits_and_one_from_355_on_keeps_one(
    leading: str, figures: int, power: int
) -> None:
    side = float(f"{leading}e{power}")
    unit = rounding_unit(Range(-side, 0.0, side))
    assert unit == pytest.approx(10.0 ** (power + 1 - figures), rel=1e-12)


@pytest.mark.parametrize("other", [4.0, 40.0, 4e6])
def test_the_smaller_side_decides(other: float) -> None:
    assert rounding_unit(Range(-2, 0, other)) == rounding_unit(Range(-other, 0, 2)) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("mcse", "unit"),
    [
        (0.2, 1),
        (0.25, 1),
        (0.2501, 5),
        (1.25, 5),
        (1.2501, 10),
        (2.5, 10),
        (2.5001, 50),
        (40, 500),
        (300, 5000),
    ],
)
def test_the_unit_is_at_least_four_monte_carlo_errors_in_steps_of_1_and_5(mcse: float, unit: float) -> None:
    assert rounding_unit(Range(0, 0, 0, mcse)) == unit


@pytest.mark.parametrize("mcse", [0.0, 1.0, 24.9, 25.0])
def test_a_small_monte_carlo_error_changes_nothing(mcse: float) -> None:
    assert rounding_unit(Range(9_580, 12_080, 15_870, mcse), digits=3) == 100


@given(ranges(), st.integers(1, 4))
def test_the_unit_is_a_power_of_ten_or_five_of_them(stated: Range, digits: int) -> None:
    unit = rounding_unit(stated, digits=digits)
    mantissa = Decimal(f"{unit:.9e}".split("e", maxsplit=1)[0])
    assert mantissa in {1, 5}
    assert unit >= 4 * stated.mcse * (1 - 1e-12)


@given(ranges(), st.floats(1, 1e6))
def test_more_monte_carlo_error_never_gives_a_finer_unit(stated: Range, factor: float) -> None:
    assert rounding_unit(replace(stated, mcse=stated.mcse * factor)) >= rounding_unit(stated)


@given(ranges())
def test_more_digits_never_give_a_coarser_unit(stated: Range) -> None:
    units = [rounding_unit(stated, digits=digits) for digits in (1, 2, 3, 4)]
    assert units == sorted(units, reverse=True)


# --- one number --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (12_083.4, 500, "12,000"),
        (12_250, 500, "12,000"),  # ties to even multiples
        (12_750, 500, "13,000"),
        (12_500, 1000, "12,000"),
        (13_500, 1000, "14,000"),
        (2.5, 1, "2"),
        (3.5, 1, "4"),
        (0.7346, 0.01, "0.73"),
        (0.7, 0.01, "0.70"),
        (0.73, 0.05, "0.75"),
        (0.00034, 1e-5, "0.00034"),
        (0, 1, "0"),
        (0.3, 1, "0.3"),  # a positive number keeps a digit
        (0.0213, 0.1, "0.02"),
        (0.5, 5, "0.5"),
        (-0.3, 1, "0"),
        (-0.04, 0.1, "0.0"),
        (-1234, 10, "-1,230"),
        (1e15, 1e14, "1,000,000,000,000,000"),
    ],
)
def test_rounding_to_a_unit(value: float, unit: float, text: str) -> None:
    assert rounded(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(2_450_000, 1e5, "2.4"), (2_450_000, 5e5, "2.5"), (12_300, 1e5, "0.01")]
)
def test_rounding_counts_in_the_scale_asked_for(value: float, unit: float, text: str) -> None:
    assert rounded(value, unit, 1e6) == text


@given(st.floats(-1e13, 1e13), st.sampled_from(UNITS))
def test_rounding_never_moves_a_value_by_more_than_half_a_unit(value: float, unit: float) -> None:
    slack = 4e-16 * abs(value) + 1e-12 * unit  # a double, and its product with the unit
    assert abs(float(number_in(rounded(value, unit)) - Decimal(value))) <= unit / 2 + slack


@pytest.mark.parametrize(
    ("value", "unit", "largest", "text"),
    [
        (999_000, 1000, None, "999,000"),
        (1_000_000, 1000, None, "1.000 million"),
        (2_004_000, 1e5, None, "2.0 million"),
        (2_004_000, 5e5, None, "2.0 million"),
        (2_004_000, 1e6, None, "2 million"),
        (25_000_000, 1e7, None, "20 million"),
        (3.2e9, 1e8, None, "3.2 billion"),
        (3.2e12, 1e11, None, "3.2 trillion"),
        (4.5e15, 1e14, None, "4,500 trillion"),
        (874_000, 1e5, 2e6, "0.9 million"),
        (874_000, 1e5, 999_999, "900,000"),
        (-3_200_000, 1e5, None, "-3.2 million"),
        (0.5, 0.1, None, "0.5"),
    ],
)
def test_amounts_in_millions_billions_and_trillions(
    value: float, unit: float, largest: float | None, text: str
) -> None:
    assert amount(value, unit, largest) == text


def test_millions_are_rounded_as_their_units_are() -> None:
    # 0.05, 0.15, ... million to one decimal: every one a tie, and doubles hold them all exactly.
    tenths = [(place, f"{place * 100_000 + 50_000:d}") for place in range(10, 1000)]
    wrong = {
        value: text
        for place, value in tenths
        if (text := amount(float(value), 1e5)) != f"{round(Fraction(2 * place + 1, 2)) / 10:,.1f} million"
    }
    assert wrong == {}


@given(st.floats(-1e13, 1e13), st.sampled_from(UNITS))
def test_amounts_never_move_a_value_by_more_than_half_a_unit(value: float, unit: float) -> None:
    slack = 1e-15 * abs(value) + 1e-12 * unit
    assert abs(float(number_in(amount(value, unit)) - Decimal(value))) <= unit / 2 + slack


# --- an interval -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (9_580, 15_870, 1000, "10,000 to 16,000"),
        (874_000, 3_680_000, 1e5, "0.9 to 3.7 million"),
        (874_000, 999_999, 1e4, "870,000 to 1,000,000"),
        (1.1e9, 3.4e9, 1e8, "1.1 to 3.4 billion"),
        (0.41, 0.9, 0.01, "0.41 to 0.90"),
        (0.0213, 0.8, 0.1, "0.02 to 0.8"),
        (0.05, 0.8, 0.1, "0.05 to 0.8"),  # a tie that goes to 0
        (0.0000213, 0.8, 0.1, "0.00002 to 0.8"),
        (21_300, 3_680_000, 1e5, "0.02 to 3.7 million"),
        (0, 0.8, 0.1, "0.0 to 0.8"),
        (-0.02, 0.8, 0.1, "0.0 to 0.8"),
        (-2, 3, 1, "-2 to 3"),
    ],
)
def test_both_bounds_are_rounded_to_one_unit(low: float, high: float, unit: float, text: str) -> None:
    assert interval(low, high, unit) == text


def test_a_bound_that_would_vanish_keeps_one_digit_even_when_it_rounds_up() -> None:
    assert interval(0.0096, 0.8, 0.1) == "0.01 to 0.8"


def test_an_upper_bound_that_would_vanish_keeps_one_digit_too() -> None:
    assert interval(0.0012, 0.0031, 1.0) == "0.001 to 0.003"


# --- doubt -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "mcse", "unit", "doubtful"),
    [
        (2_004_000, 3_000, 1e5, 9_000 / 46_000),
        (2_049_000, 3_000, 1e5, 9.0),
        (2_051_000, 3_000, 1e5, 9.0),
        (2_000_000, 3_000, 1e5, 9_000 / 50_000),
        (0.7, 0.0, 0.01, 0.0),
        (-2_049_000, 3_000, 1e5, 9.0),
        (2_500_000, 3_000, 1e5, 9_000 / 50_000),  # a tie of millions, which are not printed
        (340, 2, 1000, 6 / 10),  # printed with a digit of its own, since it is 0 thousand
        (2_050_000, 3_000, 1e5, 9_000 / 1e-7),
    ],
)
def test_doubt_is_three_errors_over_the_way_to_a_tie(
    value: float, mcse: float, unit: float, doubtful: float
) -> None:
    assert doubt(value, mcse, unit) == pytest.approx(doubtful)


def test_a_tie_is_as_doubtful_as_can_be_and_still_a_number() -> None:
    assert 1e6 < doubt(2_050_000, 3_000, 1e5) < math.inf


@given(
    st.floats(1e-3, 1e9),
    st.sampled_from([unit for unit in UNITS if unit >= 1e-3]),
    st.floats(1e-6, 0.2),
    st.floats(-3, 3),
)
def test_what_is_not_in_doubt_is_printed_the_same_three_errors_away(
    value: float, unit: float, part: float, errors: float
) -> None:
    mcse = part * min(unit, value)
    if doubt(value, mcse, unit) <= 1 - 1e-9:
        assert rounded(value + errors * mcse, unit) == rounded(value, unit)
