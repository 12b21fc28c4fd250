"""Round numbers: the only module that decides how many digits of a range are printed."""

from __future__ import annotations

import math

from shellcount.digest import Json
from shellcount.frozen import frozen

_SMALLEST = 1e-300  # below it, powers of ten are no longer exact
_DIGITS = 2  # of the median
_FEWEST_UNITS = 2  # between the median and the nearer bound, so that the two do not print alike
_MOST_DIGITS = 6
_TWO_DIGITS_BELOW = 3.55  # leading digits of the smaller side from which one digit of it is enough
_ERRORS = 4  # Monte Carlo standard errors that the unit is at least
_STEPS = (1, 5, 10)  # of units by error, times a power of ten
_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"), (1.0, ""))


@frozen
class Range:
    """A median and an interval, with the Monte Carlo error that limits their digits.

    Parameters
    ----------
    low, middle, high
        Bounds and median, all in one unit.
    mcse
        The largest Monte Carlo standard error of the three.
    """

    low: float
    middle: float
    high: float
    mcse: float = 0.0


def rule() -> dict[str, Json]:
    """Give the numbers of the rule by which ranges are rounded and written, for a page that does so itself.

    Examples
    --------
    >>> rule()["two_digits_below"]
    3.55
    """
    return {
        "digits": _DIGITS,
        "fewest_units": _FEWEST_UNITS,
        "most_digits": _MOST_DIGITS,
        "two_digits_below": _TWO_DIGITS_BELOW,
        "errors": _ERRORS,
        "steps": [*_STEPS],
        "smallest": _SMALLEST,
        "scales": [[least, word] for least, word in _SCALES],
    }


def rounding_unit(stated: Range, *, digits: int = _DIGITS) -> float:
    r"""Choose the unit that a range is rounded to: :math:`10^k`, or :math:`5 \cdot 10^k`.

    The coarsest of three: the unit that keeps ``digits`` significant digits of the median, or more
    where the smaller side of the interval would otherwise be less than two units; the unit that keeps
    two digits of that side if its leading three are below 355, else one (Particle Data Group, *Review
    of Particle Physics*, section 5.3, after GUM 7.2.6); and the smallest unit of at least four Monte
    Carlo standard errors.

    Examples
    --------
    >>> rounding_unit(Range(9580.0, 12080.0, 15870.0))
    1000.0
    >>> rounding_unit(Range(199.4, 207.1, 215.2))
    1.0
    >>> rounding_unit(Range(9580.0, 12080.0, 15870.0), digits=3)
    100.0
    >>> rounding_unit(Range(9580.0, 12080.0, 15870.0, mcse=40.0), digits=3)
    500.0
    """
    units = []
    side = min(stated.middle - stated.low, stated.high - stated.middle)
    if stated.middle != 0:
        units.append(_unit_of_digits(abs(stated.middle), side, digits))
    if side > 0:
        leading = math.floor(math.log10(side))
        units.append(10.0 ** (leading - 1 if side / 10.0**leading < _TWO_DIGITS_BELOW else leading))
    if stated.mcse > 0:
        least = _ERRORS * stated.mcse
        decade = 10.0 ** math.floor(math.log10(least))
        units.append(next(decade * step for step in _STEPS if decade * step >= least))
    return max(units, default=1.0)


def _unit_of_digits(middle: float, side: float, digits: int) -> float:
    leading = math.floor(math.log10(middle))
    while 0 < side < _FEWEST_UNITS * 10.0 ** (leading - digits + 1) and digits < _MOST_DIGITS:
        digits += 1
    return 10.0 ** (leading - digits + 1)


def _decimals(unit: float) -> int:
    # 0.1 and 0.5 both need one decimal: go by the power of ten, with slack for its rounding.
    return max(0, -math.floor(math.log10(unit) + 1e-9))


def scale_of(largest: float) -> tuple[float, str]:
    """Choose units, millions, billions or trillions by the largest number that is printed together."""
    return next(scale for scale in _SCALES if abs(largest) >= scale[0] or scale[0] == 1.0)


def rounded(value: float, unit: float, scale: float = 1.0) -> str:
    """Round a number to a multiple of a unit, ties to even, and write it with thousands separators.

    A positive number that would round to zero keeps one significant digit instead.

    Parameters
    ----------
    value, unit
        The number and the unit.
    scale
        Divisor of the printed number: a million where "million" follows.

    Examples
    --------
    >>> rounded(12083.4, 500.0)
    '12,000'
    >>> rounded(0.7346, 0.01), rounded(0.0213, 0.1)
    ('0.73', '0.02')
    """
    multiple = round(value / unit)
    if multiple == 0 and value > _SMALLEST:
        value = float(f"{value:.0e}")
        return f"{value / scale:,.{_decimals(10.0 ** math.floor(math.log10(value)) / scale)}f}"
    return f"{multiple * (unit / scale):,.{_decimals(unit / scale)}f}"


def significant(value: float, digits: int = 3) -> str:
    """Round a positive number to significant digits, and write it with thousands separators.

    Examples
    --------
    >>> significant(447.76), significant(1_296.3), significant(4.807)
    ('448', '1,300', '4.81')
    """
    if value <= _SMALLEST:
        return "0"
    return rounded(value, 10.0 ** (math.floor(math.log10(value)) - digits + 1))


def amount(value: float, unit: float, largest: float | None = None) -> str:
    """Round a number as :func:`rounded`, and write large ones in millions, billions or trillions.

    Parameters
    ----------
    value, unit
        The number and the unit it is rounded to.
    largest
        The number that decides between units and millions; by default the number itself.

    Examples
    --------
    >>> amount(2_004_000, 1e5), amount(874_000, 1e4), amount(874_000, 1e5, largest=2e6)
    ('2.0 million', '870,000', '0.9 million')
    """
    scale, word = scale_of(value if largest is None else largest)
    return rounded(value, unit, scale) + word


def interval(low: float, high: float, unit: float, largest: float | None = None) -> str:
    """Write the two bounds of an interval in one unit.

    Parameters
    ----------
    low, high, unit
        The bounds, and the unit they are rounded to.
    largest
        The number that decides between units and millions; by default the upper bound.

    Examples
    --------
    >>> interval(874_000, 3_680_000, 1e5)
    '0.9 to 3.7 million'
    >>> interval(600_000, 900_000, 1e5, largest=1_400_000)
    '0.6 to 0.9 million'
    """
    scale, word = scale_of(high if largest is None else largest)
    return f"{rounded(low, unit, scale)} to {rounded(high, unit, scale)}{word}"


def doubt(value: float, mcse: float, unit: float) -> float:
    r"""Divide three Monte Carlo standard errors by the distance to the nearest rounding boundary.

    At most 1 means that other seeds print the same, since less than one draw in three hundred
    lies beyond three standard errors.

    Examples
    --------
    >>> doubt(2_004_000, 3_000, 1e5) < 1 < doubt(2_049_000, 3_000, 1e5)
    True
    """
    distance = _distance_to_boundary(value, unit)
    if round(value / unit) == 0 and value > _SMALLEST:  # printed with one significant digit instead
        distance = min(distance, _distance_to_boundary(value, 10.0 ** math.floor(math.log10(value))))
    return 3 * mcse / max(distance, 1e-12 * unit)


def _distance_to_boundary(value: float, unit: float) -> float:
    return abs((value / unit) % 1.0 - 0.5) * unit
