"""Define priors as monotone transforms of a standard normal, pinned by their 5% and 95% quantiles."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal

import numpy as np

from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.maths.arrays import NUMPY, Array, Namespace, Tensor

type Kind = Literal["lognormal", "logitnormal", "normal"]

SMALLEST = 1e-9  # that a quantity may be
Z95 = NormalDist().inv_cdf(0.95)
_LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


def log_sigmoid[T: Tensor](x: T, xp: Namespace[T] = NUMPY) -> T:
    """Compute the logarithm of the logistic function, without overflow: -log(1 + exp(-x)).

    Examples
    --------
    >>> float(log_sigmoid(np.array(-800.0)))
    -800.0
    """
    return -xp.softplus(-x)


def link(kind: Kind, x: float) -> float:
    """Transform a value to the scale on which a prior of a kind is normal.

    Examples
    --------
    >>> link("logitnormal", 0.5), link("normal", 3.0)
    (0.0, 3.0)
    """
    if kind == "lognormal":
        return math.log(x)
    if kind == "logitnormal":
        return math.log(x) - math.log1p(-x)
    return x


def location[T: Tensor](low: T, high: T) -> T:
    """Compute the mean of a normal from its 5% and 95% quantiles.

    Examples
    --------
    >>> location(1.0, 4.0)
    2.5
    """
    return low / 2 + high / 2


def spread[T: Tensor](low: T, high: T) -> T:
    r"""Compute the standard deviation of a normal from its 5% and 95% quantiles.

    .. math:: \sigma = \frac{high - low}{2\,\Phi^{-1}(0.95)}

    Examples
    --------
    >>> spread(-Z95, Z95)
    1.0
    """
    return high / (2 * Z95) - low / (2 * Z95)


@frozen
class Prior:
    r"""A prior stated by its 5% and 95% quantiles.

    With :math:`z \sim N(0, 1)` the parameter is :math:`x = g^{-1}(\mu + \sigma z)`, where
    :math:`g` is the logarithm (``lognormal``, on the positive numbers), the logit
    (``logitnormal``, on the open unit interval) or the identity (``normal``), and

    .. math:: \mu = \frac{g(low) + g(high)}{2}, \qquad
              \sigma = \frac{g(high) - g(low)}{2\,\Phi^{-1}(0.95)}

    which is quantile matching with equal tails (O'Hagan et al. 2006, *Uncertain Judgements:
    Eliciting Experts' Probabilities*, section 6.3).

    Parameters
    ----------
    kind
        Which of the three transforms.
    low, high
        The 5% and 95% quantiles, in the parameter's own unit.

    Raises
    ------
    UsageError
        When the quantiles are not finite, not in order, or outside the transform's domain.

    Examples
    --------
    >>> load = Prior("logitnormal", 0.40, 0.92)
    >>> round(float(load.from_normal(np.array(Z95))), 6)
    0.92
    """

    kind: Kind
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse quantiles that no prior of this kind can have."""
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise UsageError(f"quantiles must be finite, not {self.low:g} and {self.high:g}")
        if not self.low < self.high:
            raise UsageError(f"the 5% quantile ({self.low:g}) must be below the 95% quantile ({self.high:g})")
        if self.kind != "normal" and self.low < SMALLEST:
            raise UsageError(f"quantiles must be at least {SMALLEST:g}, not {self.low:g}")
        if self.kind == "logitnormal" and self.high >= 1:
            raise UsageError(f"quantiles of a share must be below 1, not {self.high:g}")
        if not self.sigma > 0:
            raise UsageError(f"the quantiles {self.low!r} and {self.high!r} are too close to tell apart")

    @classmethod
    def through(
        cls, kind: Kind, low: float, high: float, levels: tuple[float, float] = (0.05, 0.95)
    ) -> Prior:
        r"""Make the prior that has two quantiles at any two levels.

        .. math:: \sigma = \frac{g(high) - g(low)}{\Phi^{-1}(p_2) - \Phi^{-1}(p_1)}, \qquad
                  \mu = g(low) - \sigma\,\Phi^{-1}(p_1)

        with the transform :math:`g` (O'Hagan et al. 2006, section 6.3).

        Parameters
        ----------
        kind
            Which of the three transforms.
        low, high
            Quantiles, in the parameter's own unit.
        levels
            Their levels, between 0 and 1.

        Raises
        ------
        UsageError
            When the levels are not in order between 0 and 1, or no prior of this kind has these quantiles.

        Examples
        --------
        >>> quartiles = Prior.through("lognormal", 20.0, 50.0, levels=(0.25, 0.75))
        >>> round(quartiles.low, 1), round(quartiles.high, 1)
        (10.3, 96.7)
        """
        first, second = levels
        if not 0.0 < first < second < 1.0:
            raise UsageError(f"levels must be in order between 0 and 1, not {first:g} and {second:g}")
        stated = cls(kind, low, high)  # refuses what no prior of this kind can have
        if levels == (0.05, 0.95):
            return stated
        lower, upper = map(NormalDist().inv_cdf, levels)
        scale = 2 * Z95 * stated.sigma / (upper - lower)
        middle = stated.mu - scale * (lower + upper) / 2
        ends = np.array([middle - Z95 * scale, middle + Z95 * scale])
        return cls(kind, *map(float, stated.from_normal((ends - stated.mu) / stated.sigma)))

    @property
    def mu(self) -> float:
        """Location on the scale of the transform; the median is its inverse."""
        return location(link(self.kind, self.low), link(self.kind, self.high))

    @property
    def sigma(self) -> float:
        """Standard deviation on the scale of the transform."""
        return spread(link(self.kind, self.low), link(self.kind, self.high))

    def from_normal[T: Tensor](self, z: T, xp: Namespace[T] = NUMPY) -> T:
        """Transform standard normal draws to the parameter's own scale, elementwise.

        Examples
        --------
        >>> Prior("normal", -1.0, 3.0).from_normal(np.array([0.0]))
        array([1.])
        """
        x = self.mu + self.sigma * z
        if self.kind == "lognormal":
            return xp.exp(x)
        if self.kind == "logitnormal":
            return xp.exp(log_sigmoid(x, xp))
        return x

    def to_normal(self, x: Array) -> Array:
        """Transform values on the parameter's own scale back to standard normals, elementwise.

        Examples
        --------
        >>> Prior("lognormal", 10, 100).to_normal(np.array([100.0])).round(6) == round(Z95, 6)
        array([ True])
        """
        linked = x
        if self.kind == "lognormal":
            linked = np.log(x)
        elif self.kind == "logitnormal":
            linked = np.log(x) - np.log1p(-x)
        return (linked - self.mu) / self.sigma

    def log_density(self, z: Array) -> Array:
        r"""Compute the log density on the parameter's own scale, at standard normal :math:`z`.

        .. math:: \log p(x) = \log\phi(z) - \log\sigma + \log g'(x)

        by the change of variables, with the transform :math:`g`.

        Examples
        --------
        >>> float(Prior("normal", -Z95, Z95).log_density(np.array(0.0)).round(6))
        -0.918939
        """
        linked = self.mu + self.sigma * z
        log_density = -0.5 * z * z - (_LOG_SQRT_2PI + math.log(self.sigma))
        if self.kind == "lognormal":
            log_density = log_density - linked
        elif self.kind == "logitnormal":
            log_density = log_density - log_sigmoid(linked) - log_sigmoid(-linked)
        return log_density


def composition[T: Tensor](scores: T, log_base: Array, xp: Namespace[T] = NUMPY) -> T:
    r"""Compute shares that sum to one, as a logistic-normal composition.

    .. math:: s_k = \frac{b_k e^{\tau z_k}}{\sum_j b_j e^{\tau z_j}}

    (Aitchison and Shen 1980, *Biometrika* 67:261), with base shares :math:`b` and spread
    :math:`\tau`.

    Parameters
    ----------
    scores
        Standard normal arrays, one a part along the first axis, scaled by the spread :math:`\tau` of each
        part's log share before normalising.
    log_base
        Logarithms of the base shares, of the shape of the scores or with axes of length 1; they need not sum
        to one.
    xp
        Array namespace.

    Returns
    -------
    array
        Of the shape of the scores.

    Examples
    --------
    >>> composition(1.2 * np.zeros(2), np.log([3, 1])).tolist()
    [0.75, 0.25]
    """
    return xp.softmax(log_base + scores, 0)
