"""Make the tracks that handles move on: bounds, step and digits that suit a prior or a number.

A track is a part of the numbers that a setting can take: a field beside it takes all others. The page of a
report has no such field and no server, and carries the list of all values instead, with few digits each
(:class:`shellcount.results.what_if.Grid`).
"""

from __future__ import annotations

import math
from typing import Literal

from shellcount.frozen import frozen
from shellcount.maths.priors import Kind

type Scale = Literal["linear", "log"]

_STEPS = 40  # least number of steps within a prior, so that no step moves a handle far
_BEYOND = 2.5  # bounds lie as many times the half width of a prior from its middle
_KNOWN = 5.0  # and so many times a number that has no width, up and down
_DECIMALS = 6  # most decimals of a share
_FEW = 200  # whole numbers up to here move by one
_SPAN = 20.0  # least span of a track of whole numbers


@frozen
class Track:
    """Bounds, step and digits of what a handle moves on.

    Parameters
    ----------
    low, high
        Bounds of the value.
    step
        Step of the value on the scale ``linear``, of its decimal logarithm on ``log``.
    scale
        Which of the two.
    digits
        Decimals of a value on the scale ``linear``, significant digits on ``log``.
    """

    low: float
    high: float
    step: float
    scale: Scale = "linear"
    digits: int = 0

    def at(self, place: int) -> str:
        """Write the value at a step, counted from the lower bound.

        Examples
        --------
        >>> Track(0.0, 1.0, 0.01, digits=2).at(40), Track(10.0, 1000.0, 0.01, "log", 3).at(50)
        ('0.4', '31.6')
        """
        if self.scale == "linear":
            return written(round(self.low + place * self.step, self.digits))
        return written(float(f"{self.low * 10 ** (place * self.step):.{self.digits}g}"))

    @property
    def steps(self) -> int:
        """Number of steps from the lower bound to the upper one."""
        span = self.high - self.low if self.scale == "linear" else math.log10(self.high / self.low)
        return math.floor(span / self.step + 1e-6)


def written(value: float) -> str:
    """Write a number as a change has it.

    Examples
    --------
    >>> written(0.4), written(6700.0)
    ('0.4', '6700')
    """
    return repr(float(value)).removesuffix(".0")


def of_prior(kind: Kind, low: float, high: float) -> Track:
    """Make the track of a prior by its 5% and 95% quantiles.

    It has room for a prior of twice the width and more. A share has a linear scale within 0 and 1, and a
    positive number a logarithmic one.

    Examples
    --------
    >>> of_prior("logitnormal", 0.40, 0.92)
    Track(low=0.01, high=0.99, step=0.01, scale='linear', digits=2)
    >>> of_prior("lognormal", 10, 100).low < 2 < 500 < of_prior("lognormal", 10, 100).high
    True
    """
    if kind == "logitnormal":
        odds = [math.log(end) - math.log1p(-end) for end in (low, high)]
        middle, half = sum(odds) / 2, (odds[1] - odds[0]) / 2
        ends = [1 / (1 + math.exp(-(middle + side * 2 * half))) for side in (-1, 1)]
        return of_share(low, high, least=min(ends[0], 1 - ends[1], (high - low) / _STEPS))
    half = math.log10(high / low) / 2
    return _logarithmic(low, (_BEYOND - 1) * half, (_BEYOND + 1) * half, 2 * half / _STEPS)


def of_share(*shares: float, least: float = 0.01, whole: bool = False) -> Track:
    """Make the track of a share, or of the two ends of one.

    Parameters
    ----------
    shares
        Present values, each of which is a step of the track.
    least
        Largest step.
    whole
        Whether 0 and 1 are possible.

    Examples
    --------
    >>> of_share(0.375)
    Track(low=0.001, high=0.999, step=0.001, scale='linear', digits=3)
    """
    finest = max(decimals(share) for share in shares)
    digits = min(_DECIMALS, max(2, finest, math.ceil(-math.log10(least) - 1e-9)))
    step = round(10.0**-digits, digits)
    ends = (0.0, 1.0) if whole else (step, round(1 - step, digits))
    return Track(min(*shares, ends[0]), max(*shares, ends[1]), step, "linear", digits)


def of_positive(value: float) -> Track:
    """Make the track of a number that has no width, and is positive or none at all.

    Examples
    --------
    >>> of_positive(6700.0).scale, of_positive(24.0).step
    ('log', 1.0)
    """
    if value <= _FEW and float(value).is_integer():
        return Track(min(1.0, value), max(_SPAN, _KNOWN * value), 1.0)
    reach = math.log10(_KNOWN)
    return _logarithmic(value, reach, reach, reach / _FEW * 2)


def of_bounded(value: float, least: float, most: float) -> Track:
    """Make the track of a number within bounds, such as a standard deviation in log units.

    Parameters
    ----------
    value
        The number.
    least, most
        Bounds of what is possible, of which the track shows the part around the number.

    Examples
    --------
    >>> of_bounded(0.35, 0.0, 10.0)
    Track(low=0.0, high=1.0, step=0.01, scale='linear', digits=2)
    """
    digits = min(_DECIMALS, max(2, decimals(value), decimals(least)))
    far = max(1.0, math.ceil(_BEYOND * abs(value)))
    low, high = max(least, -far), min(most, far)
    return Track(min(low, value), max(high, value), round(10.0**-digits, digits), "linear", digits)


def _logarithmic(origin: float, below: float, above: float, most: float) -> Track:
    """Make a track on the logarithmic scale, of which a step falls on a number.

    Parameters
    ----------
    origin
        The number.
    below, above
        Room on either side of it, in decades.
    most
        Largest step, in decades.
    """
    step = _round_step(most)
    digits = min(5, max(3, 1 + math.ceil(-math.log10(3 * step))))
    counts = (math.ceil(below / step), math.ceil(above / step))
    low, high = (origin * 10 ** (side * count * step) for side, count in zip((-1, 1), counts, strict=True))
    return Track(low, high, step, "log", digits)


def _round_step(most: float) -> float:
    """Give the largest of 1, 2 and 5 times a power of ten that is at most as large."""
    power = 10.0 ** math.floor(math.log10(most))
    return round(max(factor for factor in (1, 2, 5) if factor * power <= most * (1 + 1e-9)) * power, 12)


def decimals(value: float) -> int:
    """Count the decimals of a number.

    Examples
    --------
    >>> decimals(0.6206), decimals(28200.0)
    (4, 0)
    """
    text = f"{value:.{_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2])
