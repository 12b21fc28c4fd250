r"""Fit a mixture of Student t distributions to weighted points, and compute its density."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array

type _Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]

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
        count, dimension = self.means.shape
        inverses = np.linalg.inv(self.factors)
        away = inverses.reshape(count * dimension, dimension) @ y
        away -= np.matvec(inverses, self.means).reshape(count * dimension, 1)
        away *= away
        logs = away.reshape(count, dimension, -1).sum(axis=1)
        logs /= self.degrees
        np.log1p(logs, out=logs)
        logs *= -0.5 * (self.degrees + dimension)
        logs += self.log_heights[:, None]
        return log_sum(logs)

    @property
    def log_heights(self) -> Array:
        """Log density of each component at its mean, with its share; shape (component,)."""
        dimension = self.means.shape[1]
        heights: Array = (
            math.lgamma(0.5 * (self.degrees + dimension))
            - math.lgamma(0.5 * self.degrees)
            - 0.5 * dimension * math.log(self.degrees * math.pi)
            - np.log(np.diagonal(self.factors, axis1=1, axis2=2)).sum(axis=1)
            + np.log(self.shares)
        )
        return heights

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
    mean, covariance = weighted_moments(y, weights)
    spread = np.sqrt(np.diag(covariance))
    spread = np.where(spread > 0, spread, 1.0)
    pairs = np.triu_indices(len(y))
    products = _products((y - mean[:, None]) / spread[:, None], pairs)
    mixture = _scaled(start, (start.means - mean) / spread, 1 / spread)
    least = np.diag(_REGULAR * np.diag(covariance) / spread**2 + np.finfo(float).tiny ** 0.5)
    half = 0.5 * (start.degrees + len(y))
    for _ in range(steps):
        squared = _forms(mixture, pairs) @ products
        np.maximum(squared, 0.0, out=squared)  # not so by rounding
        logs = -half * np.log1p(squared / start.degrees)
        logs += mixture.log_heights[:, None]
        chances = np.exp(logs - logs.max(axis=0))
        chances *= weights / chances.sum(axis=0)
        shares = chances.sum(axis=1)
        if not (kept := shares > _FADED).all():
            chances, squared, shares = chances[kept], squared[kept], shares[kept]
        chances *= (start.degrees + len(y)) / (start.degrees + squared)
        means, scatters = _moments(chances @ products.T, pairs)
        scales = (scatters + pooled * scatters.sum(axis=0)) / (shares + pooled)[:, None, None]
        mixture = Mixture(shares / shares.sum(), means, np.linalg.cholesky(scales + least), start.degrees)
    return _scaled(mixture, mixture.means * spread + mean, spread)


def _scaled(mixture: Mixture, means: Array, by: Array) -> Mixture:
    """Scale the directions of a mixture, about means that are given."""
    return Mixture(mixture.shares, means, mixture.factors * by[:, None], mixture.degrees)


def _products(u: Array, pairs: _Pairs) -> Array:
    """List 1, the directions, and their products in pairs; shape (product, point).

    Squared distances and moments are then each one product of matrices for all components together.
    """
    one, other = pairs
    return np.concatenate([np.ones((1, u.shape[1])), u, u.take(one, axis=0) * u.take(other, axis=0)])


def _forms(mixture: Mixture, pairs: _Pairs) -> Array:
    """Write squared distances from components as factors of the products; shape (component, product)."""
    inverses = np.linalg.inv(mixture.factors)
    precisions = inverses.mT @ inverses
    pulled = np.matvec(precisions, mixture.means)
    one, other = pairs
    squares = precisions[:, one, other] * np.where(one == other, 1.0, 2.0)
    return np.concatenate([np.vecdot(pulled, mixture.means)[:, None], -2 * pulled, squares], axis=1)


def _moments(sums: Array, pairs: _Pairs) -> tuple[Array, Array]:
    """Compute means, and the scatter about each, from weighted sums of products; one component a row."""
    (one, other), dimension = pairs, int(pairs[1].max()) + 1
    total, means = sums[:, 0], sums[:, 1 : dimension + 1] / sums[:, :1]
    scatters = np.empty((len(sums), dimension, dimension))
    scatters[:, one, other] = scatters[:, other, one] = sums[:, dimension + 1 :]
    scatters -= total[:, None, None] * means[:, :, None] * means[:, None, :]
    return means, scatters
