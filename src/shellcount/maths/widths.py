"""Turn the widths that people read into hedged numbers into scales and margins of a log error."""

from __future__ import annotations

import functools
import math
from decimal import Decimal
from statistics import NormalDist

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.normal import normal_cdf
from shellcount.maths.roots import root

_REACH, _NODES = 9.0, 721  # of the quadrature over people, in standard deviations
_UNITS = (1e12, 1e9, 1e6)  # that figures are written in: trillion, billion, million
_DECIMALS = 2  # that a figure has at most, if it is written in such a unit


@frozen
class Written:
    """Figure as people read it.

    Parameters
    ----------
    magnitude
        Base-10 logarithm of the number that is written.
    roundness
        Base-10 logarithm of the place value of its last significant digit.
    five
        Whether that digit is a five.
    unit
        What the number counts: 1, a million, a billion or a trillion.
    """

    magnitude: float
    roundness: int
    five: bool
    unit: float


def written(value: float) -> Written:
    """Read a figure as it is written: in digits, or in millions if at most two decimals are left.

    Examples
    --------
    >>> found = written(250.0)
    >>> round(found.magnitude, 4), found.roundness, found.five, found.unit
    (2.3979, 1, True, 1.0)
    >>> written(4_800_000.0).roundness, written(4_800_000.0).unit
    (-1, 1000000.0)
    """
    _, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    last = int(exponent)
    unit = next((unit for unit in _UNITS if value >= unit), 1.0)
    zeros = round(math.log10(unit))
    if last < zeros - _DECIMALS:
        unit, zeros = 1.0, 0
    return Written(math.log10(value / unit), last - zeros, digits[-1] == 5, unit)


@frozen
class Width:
    r"""Regression of the width of the range that people read into a hedged number.

    .. math:: \log_{10} w = A + B z + C r + D f + E z r + F z f + G r f + H z r f + e,
              \qquad e \sim N(0, s^2)

    with the magnitude :math:`z`, the roundness :math:`r` and the final five :math:`f` of :class:`Written`
    (Ferson et al. 2015, *Int. J. Approximate Reasoning* 57:19).

    Parameters
    ----------
    coefficients
        :math:`A` to :math:`H`.
    sd
        Standard deviation :math:`s` of an answer about the regression, in base-10 log units.
    """

    coefficients: tuple[float, ...]
    sd: float

    @classmethod
    def mean(cls, *widths: Width) -> Width:
        """Average over words: mean log width, and the root mean square of the standard deviations.

        Examples
        --------
        >>> Width.mean(Width((1.0,) * 8, 0.3), Width((3.0,) * 8, 0.3))
        Width(coefficients=(2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0), sd=0.3)
        """
        sets = zip(*(width.coefficients for width in widths), strict=True)
        means = tuple(math.fsum(each) / len(widths) for each in sets)
        return cls(means, math.sqrt(math.fsum(width.sd**2 for width in widths) / len(widths)))

    def median(self, figure: Written) -> float:
        """Compute the median width over people, in the unit that the figure is written in.

        Examples
        --------
        >>> about = Width((-0.2085, 0.4285, 0.2807, 0.0940, 0.0147, -0.0640, -0.0102, 0.0404), 0.5837)
        >>> round(about.median(written(7.0)), 3)
        1.424
        """
        z, r, f = figure.magnitude, figure.roundness, float(figure.five)
        terms = (1.0, z, r, f, z * r, z * f, r * f, z * r * f)
        log = math.fsum(one * term for one, term in zip(self.coefficients, terms, strict=True))
        return math.pow(10.0, log)

    def averaged(self, figure: Written, level: float) -> float:
        """Compute the width that holds the quantity with a probability, averaged over people.

        Parameters
        ----------
        figure
            The figure.
        level
            Probability that each person gives to a range of their own.
        """
        return self.median(figure) * widening(self.sd, level)


@functools.cache
def widening(sd: float, level: float) -> float:
    r"""Compute how much wider the range of an unknown person is than that of the median person.

    Each person's error is normal, with a range :math:`w = w_0 10^{s g}, g \sim N(0, 1)`, that holds it with
    probability :math:`\pi`. The range that holds the error of somebody unknown with the same
    probability is :math:`k w_0`, where

    .. math:: \mathrm E_g\left[2\,\Phi(k z\, 10^{-s g}) - 1\right] = \pi,
              \qquad z = \Phi^{-1}((1 + \pi)/2) .

    The same holds on one side, where the error is half-normal.

    Parameters
    ----------
    sd
        Standard deviation of the base-10 log width over people, 3 at most.
    level
        Probability, between 0 and 1.

    Examples
    --------
    >>> widening(0.0, 0.9), round(widening(0.5837, 0.9), 3)
    (1.0, 2.718)
    """
    if sd == 0:
        return 1.0
    nodes = np.linspace(-_REACH, _REACH, _NODES)  # the trapezoidal rule, which is exact for smooth peaks
    weights = np.exp(-0.5 * nodes**2)
    weights /= weights.sum()
    narrower = _quantile(level) * 10.0 ** (-sd * nodes)

    def missing(log: float) -> float:
        return float(weights @ (2 * normal_cdf(math.exp(log) * narrower) - 1)) - level

    return math.exp(root(missing, -20.0, 20.0, 1e-13))


def _quantile(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


def two_sided(relative_width: float, level: float) -> float:
    r"""Compute the scale of a normal log error whose central range has a width.

    .. math:: \sigma = \sinh^{-1}(w / 2) / z, \qquad z = \Phi^{-1}((1 + \pi)/2),

    so that :math:`e^{z \sigma} - e^{-z \sigma} = w`.

    Parameters
    ----------
    relative_width
        Width over the figure.
    level
        Probability of the range.

    Examples
    --------
    >>> round(two_sided(0.2, 0.9), 5)
    0.06069
    """
    return math.asinh(relative_width / 2) / _quantile(level)


def one_sided(relative_width: float, level: float) -> float:
    r"""Compute the margin whose half-normal log error lies within a width.

    .. math:: \delta = \log(1 + w) / z, \qquad z = \Phi^{-1}((1 + \pi)/2),

    the same on either side, because below a figure there is no room for a width beyond the figure itself.

    Parameters
    ----------
    relative_width
        Width over the figure.
    level
        Probability of the range.

    Examples
    --------
    >>> round(one_sided(0.2, 0.9), 5)
    0.11084
    """
    return math.log1p(relative_width) / _quantile(level)
