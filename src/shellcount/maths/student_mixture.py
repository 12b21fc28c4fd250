r"""Fit a mixture of Student t distributions to weighted points, and compute its density."""

from __future__ import annotations

import math

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array

_FADED = 1e-3  # share below which a component is dropped
_REGULAR = 1e-6  # of a variance over all points, added to that of each component


@frozen
class Mixture:
    r"""Mixture of multivariate Student t distributions, :math:`\sum_k \pi_k\, t_\nu(y; m_k, S_k)`.

    Parameters
    ----------
    shares
        Probability of each component, shape (component,).
    means
        Shape (component, direction).
    factors
        Lower triangular factors of the scale matrices, shape (component, direction, direction).
    degrees
        Degrees of freedom of every component.

    Examples
    --------
    >>> one = Mixture(np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1)), 1.0)
    >>> float(one.log_density(np.zeros((1, 1)))[0].round(6))
    -1.14473
    """

    shares: Array
    means: Array
    factors: Array
    degrees: float

    def log_density(self, y: Array) -> Array:
        """Compute the log density at points of shape (direction, point)."""
        return log_sum(self.log_parts(y)[0])

    def log_parts(self, y: Array) -> tuple[Array, Array]:
        """Compute log densities of the components with their shares, and squared distances from their means.

        Returns
        -------
        tuple
            Two arrays of shape (component, point).
        """
        count, dimension = self.means.shape
        squared = np.empty((count, y.shape[1]))
        for place, inverse in enumerate(np.linalg.inv(self.factors)):
            away = inverse @ y
            away -= (inverse @ self.means[place])[:, None]
            np.einsum("ij,ij->j", away, away, out=squared[place])
        half = 0.5 * (self.degrees + dimension)
        constants = (
            math.lgamma(half)
            - math.lgamma(0.5 * self.degrees)
            - 0.5 * dimension * math.log(self.degrees * math.pi)
            - np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(axis=1)
            + np.log(self.shares)
        )
        return constants[:, None] - half * np.log1p(squared / self.degrees), squared

    def beside(self, other: Mixture, share: float) -> Mixture:
        """Add the components of another mixture, with a share in all."""
        return Mixture(
            np.concatenate([(1 - share) * self.shares, share * other.shares]),
            np.concatenate([self.means, other.means]),
            np.concatenate([self.factors, other.factors]),
            self.degrees,
        )


def log_sum(logs: Array) -> Array:
    """Compute the log of a sum of exponentials over the first axis.

    Examples
    --------
    >>> float(log_sum(np.log([[1.0], [2.0]]))[0].round(6)) == round(math.log(3), 6)
    True
    """
    largest = logs.max(axis=0)
    total: Array = largest + np.log(np.exp(logs - largest).sum(axis=0))
    return total


def weighted_moments(y: Array, weights: Array) -> tuple[Array, Array]:
    """Compute the mean and the covariance of points of shape (direction, point), by weights that sum to 1.

    Examples
    --------
    >>> weighted_moments(np.array([[0.0, 2.0]]), np.array([0.5, 0.5]))
    (array([1.]), array([[1.]]))
    """
    mean = y @ weights
    centred = y - mean[:, None]
    return mean, (centred * weights) @ centred.T


def fit_mixture(y: Array, weights: Array, start: Mixture, *, steps: int, pooled: float = 0.0) -> Mixture:
    r"""Fit a mixture to weighted points by expectation and maximisation.

    The steps are those of Peel and McLachlan (2000, *Statistics and Computing* 10:339), but a component
    with few points has a scale matrix near the one that all have in common,

    .. math:: S_k = \frac{C_k + a \bar{C}}{n_k + a}

    with the scatter :math:`C_k` of its share :math:`n_k` of the points, and that of all components
    together, :math:`\bar C`.

    Parameters
    ----------
    y
        Shape (direction, point).
    weights
        Weights of the points, that sum to 1; shape (point,).
    start
        Mixture to start from.
    steps
        Number of steps.
    pooled
        Weight :math:`a` of the common scale matrix, as a share of all points.

    Examples
    --------
    >>> y = np.concatenate([np.linspace(-9, -7, 50), np.linspace(7, 9, 150)])[None]
    >>> start = Mixture(np.full(2, 0.5), np.array([[-1.0], [1.0]]), np.ones((2, 1, 1)), 50.0)
    >>> fit_mixture(y, np.full(200, 1 / 200), start, steps=5).shares.round(3).tolist()
    [0.25, 0.75]
    """
    mixture, dimension = start, len(y)
    least = np.diag(_REGULAR * np.diag(weighted_moments(y, weights)[1]) + np.finfo(float).tiny ** 0.5)
    for _ in range(steps):
        logs, squared = mixture.log_parts(y)
        chances = np.exp(logs - log_sum(logs)) * weights
        shares = chances.sum(axis=1)
        kept = shares > _FADED
        chances, squared, shares = chances[kept], squared[kept], shares[kept]
        pulls = chances * ((start.degrees + dimension) / (start.degrees + squared))
        means = (pulls @ y.T) / pulls.sum(axis=1, keepdims=True)
        scatters = np.empty((len(shares), dimension, dimension))
        for place, pull in enumerate(pulls):
            centred = y - means[place][:, None]
            scatters[place] = (centred * pull) @ centred.T
        common = scatters.sum(axis=0)
        scales = (scatters + pooled * common) / (shares + pooled)[:, None, None]
        mixture = Mixture(shares / shares.sum(), means, np.linalg.cholesky(scales + least), start.degrees)
    return mixture
