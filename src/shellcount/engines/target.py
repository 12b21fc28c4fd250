"""Evaluate a log likelihood and its gradient, in blocks of points, and count the evaluations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shellcount.engines.walk import blocks
from shellcount.maths.arrays import Array
from shellcount.parallel.crew import ALONE, Crew

type LogLikelihood = Callable[[Array], Array]
type WithGradient = Callable[[Array], tuple[Array, Array]]

_DIFFERENCE = 1e-4  # prior standard deviations
_WITH_GRADIENT = 3  # evaluations that one with a gradient counts for


class Target:
    """Log likelihood over coordinates whose prior is standard normal, and its gradient.

    Parameters
    ----------
    log_likelihood
        From coordinates, shape (coordinate, point), to log likelihoods, shape (point,).
    gradient
        From coordinates to log likelihoods and their gradients, shape (coordinate, point); by default central
        differences.
    crew
        Threads that evaluate blocks of points side by side.

    Examples
    --------
    >>> target = Target(lambda z: -0.5 * z[0] ** 2)
    >>> [values.round(6).tolist() for values in target.with_gradient(np.array([[1.0, 2.0]]))]
    [[-0.5, -2.0], [[-1.0, -2.0]]]
    """

    def __init__(
        self, log_likelihood: LogLikelihood, gradient: WithGradient | None = None, crew: Crew = ALONE
    ) -> None:
        self.log_likelihood, self.gradient, self.crew = log_likelihood, gradient, crew
        self.evaluations = 0

    def log_l(self, z: Array) -> Array:
        """Compute log likelihoods, minus infinity where they are not defined."""
        self.evaluations += z.shape[1]
        return np.concatenate(self.crew.each(lambda block: self.log_l_of(z[:, block]), blocks(z.shape[1])))

    def log_l_of(self, z: Array) -> Array:
        """Compute log likelihoods of few points, uncounted, in the thread that asks."""
        log_l = self.log_likelihood(z)
        return np.where(np.isnan(log_l), -np.inf, log_l)

    def with_gradient(self, z: Array) -> tuple[Array, Array]:
        """Compute log likelihoods and their gradients; 0 where either is not finite, and minus infinity."""
        if self.gradient is None:
            log_l, slope = self._differences(z)
        else:
            self.evaluations += _WITH_GRADIENT * z.shape[1]
            log_l, slope = self.gradient(z)
        fine = np.isfinite(log_l) & np.isfinite(slope).all(axis=0)
        return np.where(fine, log_l, -np.inf), np.where(fine, slope, 0.0)

    def _differences(self, z: Array) -> tuple[Array, Array]:
        """Compute gradients by central differences."""
        log_l, slope = self.log_l(z), np.empty_like(z)
        for row in range(len(z)):
            shifted = np.concatenate([z, z], axis=1)
            shifted[row, : z.shape[1]] += _DIFFERENCE
            shifted[row, z.shape[1] :] -= _DIFFERENCE
            above, below = self.log_l(shifted).reshape(2, -1)
            with np.errstate(invalid="ignore"):
                slope[row] = (above - below) / (2 * _DIFFERENCE)
        return log_l, slope
