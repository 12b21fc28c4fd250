"""Model the report of a claim: hedge and rounding on the log or logit scale, or off altogether."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.maths.normal import normal_cdf, owens_t
from shellcount.maths.priors import log_sigmoid

DEGREES = 4  # of freedom, of the error of a claim that is off
LOG_T4 = math.log(0.375)  # log of the density of Student's t with 4 degrees of freedom at 0
_BEYOND = 1e300  # where the distribution function is 0 or 1 to every digit
_MOST_SHARE = 1.0 - np.finfo(float).epsneg  # below 1
_SEEN = 1.0  # report that something was seen, where a claim says that nothing was


def log_student(error: Array, scale: float) -> Array:
    r"""Compute the log density of a scaled Student t with 4 degrees of freedom.

    .. math:: \log f(e) = \log\frac{3}{8 s} - \frac{5}{2} \log\left(1 + \frac{e^2}{4 s^2}\right)

    Examples
    --------
    >>> float(log_student(np.array(0.0), 1.0).round(6))
    -0.980829
    """
    with np.errstate(over="ignore"):
        u = error / scale
        log_density: Array = (LOG_T4 - math.log(scale)) - 2.5 * np.log(1.0 + u * u / 4.0)
    return log_density


def student_cdf(u: Array) -> Array:
    r"""Compute the distribution function of Student's t with 4 degrees of freedom.

    .. math:: F(u) = \frac{1}{2} + \frac{s}{4} (3 - s^2), \qquad s = u / \sqrt{4 + u^2}

    Examples
    --------
    >>> student_cdf(np.array([0.0, 2.131846786])).round(6).tolist()
    [0.5, 0.95]
    """
    u = np.clip(u, -_BEYOND, _BEYOND)  # infinity over infinity is no number
    s = u / np.hypot(2.0, u)
    # In the lower tail the two terms nearly cancel: there it is the square of what is left.
    probability: Array = 0.25 * (1 + s) ** 2 * (2 - s)
    return probability


@frozen
class Reporting:
    r"""Distribution of the report of a claim, given its location: log (or logit) of the quantity, plus bias.

    With chance :math:`1 - \pi` the claim is sound, and its error is that of its hedge; with chance
    :math:`\pi` it is off, and its error is Student's t with 4 degrees of freedom and scale :math:`s`:

    .. math:: f(\epsilon) = (1 - \pi)\, k(\epsilon) + \pi\, t_4(\epsilon / s) / s

    (Box and Tiao 1968, *Biometrika* 55:119; Lange, Little and Taylor 1989, *JASA* 84:881). A claim that
    nothing was seen is made with probability :math:`\exp(-e^{\mu} / r)` at location :math:`\mu` and
    resolution :math:`r` if it is sound, and always made if it is off.

    Parameters
    ----------
    kernel
        Error of a sound report; ``None`` for a claim that nothing was seen.
    resolution
        For a claim that nothing was seen: the number that would hardly be missed.
    logit
        Whether errors act on the logit of the value, and not on its logarithm.
    off_share, off_scale
        Prior chance that the claim is off, and the scale of its error then.
    """

    kernel: Kernel | None
    resolution: float
    logit: bool
    off_share: float
    off_scale: float

    def link(self, value: float) -> float:
        """Compute the logarithm or logit of a stated value."""
        return math.log(value) - math.log1p(-value) if self.logit else math.log(value)

    def unlink(self, location: Array) -> Array:
        """Compute values from their logarithms or logits; never one that has none, such as a share of 1."""
        value: Array = np.exp(log_sigmoid(location) if self.logit else location)
        most = _MOST_SHARE if self.logit else np.inf
        return np.clip(value, np.finfo(float).tiny, most)

    def log_parts(self, stated: float, location: Array) -> tuple[Array, Array]:
        """Compute the log density of a report if it is sound and if it is off, each with its chance.

        Parameters
        ----------
        stated
            Stated value, in its own unit; the density is that of its logarithm or logit.
        location
            Location of the report; any shape.
        """
        with np.errstate(divide="ignore", over="ignore"):
            sound, off = np.log1p(-self.off_share), np.log(self.off_share)
            if self.kernel is None:
                expected = np.exp(location) / self.resolution
                if stated > 0:
                    return sound + np.log(-np.expm1(-expected)), np.full_like(location, -np.inf)
                return sound - expected, np.full_like(location, off)
            error = self.link(stated) - location
            return sound + self.kernel.log_density(error), off + log_student(error, self.off_scale)

    def log_density(self, stated: float, location: Array) -> Array:
        """Compute the log density of a report; of its logarithm or logit.

        Examples
        --------
        >>> sound = Reporting(Kernel(1.0, 0.0), 1.0, False, 0.0, 0.5)
        >>> float(sound.log_density(1.0, np.array(0.0)).round(6))
        -0.918939
        """
        sound, off = self.log_parts(stated, location)
        return sound if self.off_share == 0 else np.logaddexp(sound, off)

    def cdf(self, stated: float, location: Array) -> Array:
        """Compute the probability of a lower or equal report."""
        if self.kernel is None:
            with np.errstate(over="ignore"):
                none = np.exp(-np.exp(location) / self.resolution)
            below: Array = self.off_share + (1 - self.off_share) * none
            return below if stated == 0 else np.ones_like(below)
        error = self.link(stated) - location
        sound = self.kernel.cdf(error)
        if self.off_share == 0:
            return sound
        with np.errstate(over="ignore"):
            off = student_cdf(error / self.off_scale)
        total: Array = (1 - self.off_share) * sound + self.off_share * off
        return total

    def draw(self, location: Array, rng: np.random.Generator) -> Array:
        """Draw reports, in the unit of the claim; of a claim that nothing was seen, 0 or 1 for something.

        Examples
        --------
        >>> reporting = Reporting(Kernel(1e-9, 0.0), 1.0, False, 0.0, 0.5)
        >>> reporting.draw(np.log([2.0, 3.0]), np.random.default_rng(1)).round(6).tolist()
        [2.0, 3.0]
        """
        shape = np.shape(location)
        off = rng.random(shape) < self.off_share
        if self.kernel is None:
            with np.errstate(over="ignore"):
                none = rng.random(shape) < np.exp(-np.exp(location) / self.resolution)
            seen: Array = np.where(off | none, 0.0, _SEEN)
            return seen
        error = self.kernel.draw(shape, rng)
        if self.off_share > 0:
            error = np.where(off, self.off_scale * rng.standard_t(DEGREES, shape), error)
        with np.errstate(over="ignore"):
            return self.unlink(location + error)


def cdf_of_each(reports: Sequence[Reporting], stated: Sequence[float], locations: Array) -> Array:
    """Compute the probabilities of lower reports of several claims of positive figures, as their own do.

    Parameters
    ----------
    reports
        Distributions of the reports, one a row.
    stated
        Stated value of each.
    locations
        Locations of the reports, shape (claim, draw).

    Examples
    --------
    >>> sound = Reporting(Kernel(1.0, 0.0), 1.0, False, 0.0, 0.5)
    >>> cdf_of_each([sound, sound], [1.0, 1.0], np.zeros((2, 1))).tolist()
    [[0.5], [0.5]]
    """

    def column(values: Iterable[float]) -> Array:
        return np.array(list(values), dtype=np.float64)[:, None]

    kernels = [Kernel(1.0, 0.0) if each.kernel is None else each.kernel for each in reports]
    error = column(each.link(value) for each, value in zip(reports, stated, strict=True)) - locations
    with np.errstate(over="ignore"):
        u = error / column(kernel.scale for kernel in kernels)
        off = student_cdf(error / column(each.off_scale for each in reports))
    sound = normal_cdf(u)
    skewed = [place for place, kernel in enumerate(kernels) if kernel.margin != 0]
    if skewed:
        slopes = column(kernels[place].shape for place in skewed)
        sound[skewed] = np.clip(sound[skewed] - 2 * owens_t(u[skewed], slopes), 0.0, 1.0)
    shares = column(each.off_share for each in reports)
    total: Array = (1 - shares) * sound + shares * off
    return total
