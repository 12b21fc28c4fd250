r"""Compare two reports by how far apart they are: the difference of their logs (or logits).

With quantities :math:`Q_1, Q_2`, biases and errors, the difference is

.. math:: D = \log Q_1 - \log Q_2 + (b_1 - b_2) + \epsilon_1 - \epsilon_2 .

What both quantities share cancels, so that no prior of it is needed: the two are compared as if nothing had
been known of it (node splitting; Presanis, Ohlssen, Spiegelhalter and De Angelis 2013, *Statistical Science*
28:376). Whatever is normal is integrated in closed form, and the rest over points.
"""

from __future__ import annotations

import math

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.maths.normal import normal_cdf
from shellcount.maths.reporting import Reporting, log_student, student_cdf

_BANDS = (0.05, 0.95)
_MOST = 700.0  # of a log, whose exponential is finite


@frozen
class Noise:
    """Standard draws of what errors are made of, independent of each other; shape (point,) each.

    Parameters
    ----------
    normal
        Standard normal.
    first_margin, second_margin
        Magnitudes of standard normals, for the margins of the two reports.
    student
        Student's t with 4 degrees of freedom.
    """

    normal: Array
    first_margin: Array
    second_margin: Array
    student: Array


@frozen
class Apart:
    """Place of the difference of two reports among those that are to be expected.

    Parameters
    ----------
    below
        Probability of a lower difference, each report being sound or off.
    sound_below
        The same if both are sound; of a report that nothing was seen, the chance of that.
    mcse
        Monte Carlo error of ``sound_below``.
    off_first, off_second
        Chance of each of being off, from the two alone; ``None`` where none can be.
    low, high
        Middle 90% of the differences if both are sound.
    """

    below: float
    sound_below: float
    mcse: float
    off_first: float | None
    off_second: float | None
    low: float
    high: float


def apart(
    stated: tuple[float, float],
    between: Array,
    reporting: tuple[Reporting, Reporting],
    variance: float,
    noise: Noise,
) -> Apart:
    """Place the difference of two reports among those that are to be expected.

    Parameters
    ----------
    stated
        Stated values of the first and the second report; the first may be 0, for nothing seen.
    between
        Difference of the logs (or logits) of their quantities, at points from the prior; shape (point,).
    reporting
        Distributions of the two reports.
    variance
        Variance of the difference of their biases.
    noise
        Draws for the errors.

    Examples
    --------
    Two normal errors of a tenth, and reports that differ by three tenths:

    >>> exact = Reporting(Kernel(0.1, 0.0), 0.0, False, 0.0, 0.5)
    >>> still = np.zeros(4)
    >>> found = apart((math.exp(0.3), 1.0), still, (exact, exact), 0.0, Noise(still, still, still, still))
    >>> round(found.sound_below, 4)
    0.9831
    """
    first, second = reporting
    if first.kernel is None:
        return _none_seen(stated[1], between, reporting, variance, noise)
    if second.kernel is None:
        raise ValueError("of a pair, only the first may have seen nothing")
    difference = first.link(stated[0]) - second.link(stated[1])
    return _figures(float(difference), between, (first.kernel, second.kernel), first, variance, noise)


def _figures(
    difference: float,
    between: Array,
    kernels: tuple[Kernel, Kernel],
    reporting: Reporting,
    variance: float,
    noise: Noise,
) -> Apart:
    first, second = kernels
    share, scale = reporting.off_share, reporting.off_scale
    upper = second.margin * noise.second_margin  # a report below its quantity raises the difference
    lower = first.margin * noise.first_margin
    left = difference - between
    both = Kernel(math.sqrt(first.sigma**2 + second.sigma**2 + variance), first.margin)
    sound = both.cdf(left - upper)
    low, high = np.quantile(between + both.sigma * noise.normal - lower + upper, _BANDS)
    found = (float(sound.mean()), float(sound.std()) / math.sqrt(sound.size))
    if share == 0:
        return Apart(found[0], *found, None, None, float(low), float(high))
    errors = (
        left - upper - math.sqrt(second.sigma**2 + variance) * noise.normal,  # first off
        left + lower - math.sqrt(first.sigma**2 + variance) * noise.normal,  # second off
        left + scale * noise.student - math.sqrt(variance) * noise.normal,  # both off
    )
    below = np.array([found[0], *(float(student_cdf(error / scale).mean()) for error in errors)])
    logs = (both.log_density(left - upper), *(log_student(error, scale) for error in errors))
    densities = np.array([float(np.exp(log).mean()) for log in logs])
    weights = _chances(share)
    off = _off(weights * densities)
    return Apart(float(weights @ below), *found, *off, float(low), float(high))


def _none_seen(
    stated: float, between: Array, reporting: tuple[Reporting, Reporting], variance: float, noise: Noise
) -> Apart:
    """Compute the chance that nothing was seen where a second report implies that something was there."""
    first, second = reporting
    kernel, share = second.kernel, first.off_share
    if kernel is None:
        raise ValueError("two reports that nothing was seen do not differ")
    implied = float(second.link(stated)) + between
    spread = math.sqrt(kernel.sigma**2 + variance)
    sound = implied + spread * noise.normal + kernel.margin * noise.second_margin
    wrong = implied + math.sqrt(variance) * noise.normal + second.off_scale * noise.student
    unseen, unseen_off = (np.exp(-np.exp(np.minimum(at, _MOST)) / first.resolution) for at in (sound, wrong))
    chance, mcse = float(unseen.mean()), float(unseen.std()) / math.sqrt(unseen.size)
    if share == 0:
        return Apart(chance, chance, mcse, None, None, math.nan, math.nan)
    densities = np.array([chance, 1.0, float(unseen_off.mean()), 1.0])  # who is off would say so anyhow
    weights = _chances(share)
    off = _off(weights * densities)
    return Apart(float(weights @ densities), chance, mcse, *off, math.nan, math.nan)


def _chances(share: float) -> Array:
    """Compute the prior probability that both are sound, that only the first or second is off, and both."""
    return np.array([(1 - share) ** 2, share * (1 - share), share * (1 - share), share**2])


def _off(weights: Array) -> tuple[float, float]:
    """Compute the chance of each of being off, from the weights of the four ways in which they may be."""
    total = float(weights.sum())
    return float(weights[1] + weights[3]) / total, float(weights[2] + weights[3]) / total


def student_quantile(probability: Array) -> Array:
    r"""Compute the quantile of Student's t with 4 degrees of freedom.

    .. math:: t = \pm 2 \sqrt{q - 1}, \qquad q = \cos(\tfrac13 \arccos\sqrt\alpha) / \sqrt\alpha, \qquad
              \alpha = 4 p (1 - p)

    (Shaw 2006, *J. Comput. Finance* 9(4):37).

    Examples
    --------
    >>> student_quantile(np.array([0.5, 0.95])).round(6).tolist()
    [0.0, 2.131847]
    """
    alpha = np.sqrt(np.clip(4 * probability * (1 - probability), np.finfo(float).tiny, 1.0))
    q = np.cos(np.arccos(alpha) / 3) / alpha
    quantile: Array = np.sign(probability - 0.5) * 2 * np.sqrt(np.maximum(q - 1, 0.0))
    return quantile


def noise_of(normals: Array) -> Noise:
    """Make the draws for errors from four rows of independent standard normals."""
    normal, first, second, student = normals
    return Noise(normal, np.abs(first), np.abs(second), student_quantile(normal_cdf(student)))
