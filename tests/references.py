"""Posteriors of which others have published means and mean squares, in standard normal coordinates.

Models and data are those of posteriordb (Magnusson et al. 2024, arXiv:2407.04967); ``references.json`` holds
its data, and the means and mean squares of its 10,000 reference draws with their Monte Carlo errors.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import gammaincinv, gammaln, ndtr, ndtri

from shellcount.maths.arrays import Array

_STORED: dict[str, Any] = json.loads(Path(__file__).with_name("references.json").read_text())["posteriors"]
_JITTER = 1e-10  # that the published model adds to the covariance of its process
_SMALLEST = 1e-300


@dataclass(frozen=True)
class Reference:
    """Posterior, and what is published of it.

    Parameters
    ----------
    name
        Name in posteriordb.
    dimension
        Number of coordinates.
    values
        Published quantities, shape (quantity, point), from coordinates of shape (coordinate, point).
    log_likelihood
        Log likelihood, shape (point,), from coordinates.
    """

    name: str
    dimension: int
    values: Callable[[Array], Array]
    log_likelihood: Callable[[Array], Array]

    @property
    def published(self) -> tuple[Array, Array]:
        """Means and mean squares, and their Monte Carlo errors; both of shape (2, quantity)."""
        stored = _STORED[self.name]
        return (
            np.array([stored["mean"], stored["square"]]),
            np.array([stored["mean_error"], stored["square_error"]]),
        )


def half_normal(z: Array, sd: float) -> Array:
    """Transform standard normals to the positive half of a normal."""
    values: Array = -sd * ndtri(np.maximum(ndtr(-z), _SMALLEST) / 2)
    return values


def half_cauchy(z: Array, scale: float) -> Array:
    """Transform standard normals to the positive half of a Cauchy distribution."""
    values: Array = scale / np.tan(np.pi / 2 * np.maximum(ndtr(-z), _SMALLEST))
    return values


def gamma(z: Array, shape: float, rate: float) -> Array:
    """Transform standard normals to a gamma distribution."""
    values: Array = gammaincinv(shape, ndtr(z)) / rate
    return values


def data(name: str) -> dict[str, Any]:
    """Give the data of a reference: numbers, and lists of them as arrays."""
    stored = _STORED[name]["data"]
    return {key: np.array(value) if isinstance(value, list) else value for key, value in stored.items()}


def _normal(error: Array, sd: Any) -> Array:
    density: Array = -0.5 * (error / sd) ** 2 - np.log(sd)
    return density


def _eight_schools(name: str) -> Reference:
    given = data(name)

    def values(z: Array) -> Array:
        mu, tau = 5 * z[8], half_cauchy(z[9], 5)
        return np.vstack((mu + tau * z[:8], mu, tau))

    def log_likelihood(z: Array) -> Array:
        total: Array = _normal(given["y"][:, None] - values(z)[:8], given["sigma"][:, None]).sum(axis=0)
        return total

    return Reference(name, 10, values, log_likelihood)


def _lower(x: Array, alpha: Array, rho: Array, diagonal: Array | float) -> Array:
    """Compute Cholesky factors of the covariances of a process with an exponentiated quadratic kernel.

    One factor a point, along the last axis: shape (row, column, point).
    """
    squares = np.subtract.outer(x, x)[..., None] ** 2
    lower: Array = alpha**2 * np.exp(-0.5 * squares / rho**2)
    lower[np.diag_indices(len(x))] += diagonal
    for column in range(len(x)):
        lower[:column, column] = 0.0
        lower[column:, column] -= np.einsum("ijp,jp->ip", lower[column:, :column], lower[column, :column])
        lower[column:, column] /= np.sqrt(lower[column, column])
    return lower


def _regression(name: str) -> Reference:
    given = data(name)

    def values(z: Array) -> Array:
        return np.stack((gamma(z[0], 25, 4), half_normal(z[1], 2), half_normal(z[2], 1)))

    def log_likelihood(z: Array) -> Array:
        rho, alpha, sigma = values(z)
        lower = _lower(given["x"], alpha, rho, sigma)
        solved = np.empty(lower.shape[1:])
        for row, observed in enumerate(given["y"]):
            rest = observed - np.einsum("jp,jp->p", lower[row, :row], solved[:row])
            solved[row] = rest / lower[row, row]
        total: Array = -0.5 * (solved**2).sum(axis=0) - np.log(lower[np.diag_indices(len(lower))]).sum(axis=0)
        return total

    return Reference(name, 3, values, log_likelihood)


def _counts(name: str) -> Reference:
    given = data(name)

    def values(z: Array) -> Array:
        rho, alpha = gamma(z[0], 25, 4), half_normal(z[1], 2)
        lower = _lower(given["x"], alpha, rho, _JITTER)
        return np.vstack((rho, alpha, np.einsum("ijp,jp->ip", lower, z[2:])))

    def log_likelihood(z: Array) -> Array:
        logs = values(z)[2:]
        with np.errstate(over="ignore"):
            terms = given["k"][:, None] * logs - np.exp(logs) - gammaln(given["k"] + 1.0)[:, None]
        total: Array = terms.sum(axis=0)
        return total

    return Reference(name, 13, values, log_likelihood)


def _autoregression(name: str) -> Reference:
    given = data(name)
    order, y = given["K"], given["y"]
    ahead = y[order:]
    before = np.stack([np.ones(len(ahead)), *(y[order - lag : -lag] for lag in range(1, order + 1))])
    products, crossed, total = before @ before.T, before @ ahead, float(ahead @ ahead)

    def values(z: Array) -> Array:
        return np.vstack((10 * z[:6], half_cauchy(z[6], 2.5)))

    def log_likelihood(z: Array) -> Array:
        slopes, sigma = values(z)[:6], values(z)[6]
        # The sum of squares of the residuals, from sums that are computed once.
        squares = total - 2 * crossed @ slopes + np.einsum("ip,ij,jp->p", slopes, products, slopes)
        with np.errstate(over="ignore"):
            density: Array = -0.5 * squares / sigma**2 - len(ahead) * np.log(sigma)
            return density

    return Reference(name, 7, values, log_likelihood)


REFERENCES = (
    _eight_schools("eight_schools-eight_schools_noncentered"),
    _regression("gp_pois_regr-gp_regr"),
    _counts("gp_pois_regr-gp_pois_regr"),
    _autoregression("arK-arK"),
)


def distances(reference: Reference, draws: Array) -> Array:
    """Compute how far means and mean squares are from those published, in Monte Carlo errors of both.

    Parameters
    ----------
    reference
        The posterior.
    draws
        Quantities that are published, shape (quantity, run, draw).

    Returns
    -------
    numpy.ndarray
        Shape (2, quantity).
    """
    runs = draws.shape[1]
    by_run = np.stack([draws.mean(axis=2), (draws**2).mean(axis=2)])
    published, errors = reference.published
    own = by_run.std(axis=2, ddof=1) / math.sqrt(runs)
    return np.abs(by_run.mean(axis=2) - published) / np.hypot(own, errors)
