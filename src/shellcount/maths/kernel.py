"""Relate a reported value to the quantity behind it: the reporting kernel."""

from __future__ import annotations

import math

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.normal import log_normal_cdf, normal_cdf, owens_t

_LOG_2 = math.log(2.0)
LOG_SQRT_2PI = 0.5 * math.log(2 * math.pi)


def skew_normal(error: Array, sigma: Array | np.float64, margin: Array | np.float64) -> Array:
    r"""Compute the log density of errors under several kernels, where a margin of zero is normal.

    Parameters
    ----------
    error
        Log errors, one kernel a row.
    sigma, margin
        As for :class:`Kernel`; numbers, or columns with one entry a row.

    Examples
    --------
    >>> skew_normal(np.zeros((2, 1)), np.array([[1.0], [1.0]]), np.array([[0.0], [1.0]])).round(6)
    array([[-0.918939],
           [-1.265512]])
    """
    scale = np.hypot(sigma, margin)
    with np.errstate(over="ignore"):  # an error beyond measure has density 0
        u = error / scale
        log_density: Array = -0.5 * u * u - (np.log(scale) + LOG_SQRT_2PI)
    if not np.any(margin):
        return log_density
    shape = -margin / sigma
    if np.ndim(shape) == 0:
        whole: Array = log_density + (_LOG_2 + log_normal_cdf(shape * u))
        return whole
    skewed = np.flatnonzero(margin)
    shape = np.asarray(shape)[skewed]
    log_density[skewed] += _LOG_2 + log_normal_cdf(shape * u[skewed])
    return log_density


@frozen
class Kernel:
    r"""Distribution of a report's log error, given the quantity and the claimant's bias.

    A claimant who says "more than y" or "up to y" leaves a one-sided margin. With
    :math:`e, h \sim N(0, 1)` the error of the logarithm is

    .. math:: \epsilon = \sigma e - \delta\,|h|

    which is skew-normal (Azzalini 1985, *Scand. J. Statist.* 12:171; the stochastic form is
    Henze 1986) with scale :math:`\omega = \sqrt{\sigma^2 + \delta^2}` and shape
    :math:`\alpha = -\delta / \sigma`.

    Parameters
    ----------
    sigma
        Scale of the symmetric part, positive, in log units.
    margin
        One-sided margin :math:`\delta`, in log units: positive where the report lies below the
        quantity ("more than"), negative where it lies above ("up to").
    """

    sigma: float
    margin: float

    @classmethod
    def of(cls, *, sigma: float, margin: float, value: float, resolution: float) -> Kernel:
        r"""Build the kernel of one report, its rounding included.

        Rounding to a multiple of :math:`r` spreads a value :math:`y` evenly over
        :math:`y \pm r/2`, a variance of :math:`(r / y)^2 / 12` in the logarithm (Sheppard 1898).

        Examples
        --------
        >>> kernel = Kernel.of(sigma=0.05, margin=0.15, value=1000, resolution=100)
        >>> round(kernel.sigma, 5)
        0.05774
        """
        return cls(math.hypot(sigma, resolution / value / math.sqrt(12.0)), margin)

    @property
    def scale(self) -> float:
        """Skew-normal scale."""
        return math.hypot(self.sigma, self.margin)

    @property
    def shape(self) -> float:
        """Skew-normal shape, negative where reports lie below the quantity."""
        return -self.margin / self.sigma

    @property
    def mean(self) -> float:
        r"""Expected log error, :math:`-\delta\sqrt{2/\pi}`."""
        return -self.margin * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> float:
        r"""Variance of the log error, :math:`\sigma^2 + \delta^2 (1 - 2/\pi)`."""
        return self.sigma**2 + self.margin**2 * (1 - 2 / math.pi)

    def log_density(self, error: Array) -> Array:
        r"""Compute the log density of a log error.

        .. math:: \log f(\epsilon) = \log\frac{2}{\omega}\,\phi(u)\,\Phi(\alpha u), \qquad
                  u = \epsilon / \omega

        Parameters
        ----------
        error
            Log of the report minus log of the quantity minus the bias; any shape.

        Examples
        --------
        >>> float(Kernel(1.0, 0.0).log_density(np.array(0.0)).round(6))
        -0.918939
        """
        return skew_normal(error, np.float64(self.sigma), np.float64(self.margin))

    def cdf(self, error: Array) -> Array:
        r"""Compute the probability of a smaller log error, :math:`\Phi(u) - 2 T(u, \alpha)` with Owen's T.

        Examples
        --------
        >>> float(Kernel(0.1, 0.0).cdf(np.array(0.0)))
        0.5
        """
        with np.errstate(over="ignore"):  # an error beyond measure has probability 0 or 1
            u = error / self.scale
        below = normal_cdf(u)
        if self.margin == 0:
            return below
        # Owen's T subtracts two nearly equal terms in the far tail; rounding there may leave [0, 1].
        probability: Array = np.clip(below - 2 * owens_t(u, self.shape), 0.0, 1.0)
        return probability

    def draw(self, size: tuple[int, ...], rng: np.random.Generator) -> Array:
        """Draw log errors.

        Examples
        --------
        >>> bool((Kernel(1e-9, 0.2).draw((5,), np.random.default_rng(1)) < 1e-6).all())
        True
        """
        symmetric = self.sigma * rng.standard_normal(size)
        return symmetric - self.margin * np.abs(rng.standard_normal(size))
