"""Propose about the modes of a posterior: by the normal approximation of each, in informed directions."""

from __future__ import annotations

import numpy as np

from shellcount.engines.modes import Mode
from shellcount.engines.proposal import Bend, Proposal
from shellcount.engines.weights import normalised
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture

LOST = 0.1  # nats at most that the directions left to the prior lose
_LEADING = 0.5  # information along a leading direction, in units of the prior's
_MOST_LEADING = 8
LOOSER = 1.2  # variance of the regression's error over that of the points
_FIRST_DEGREES, _FIRST_WIDER = 5.0, 1.5  # about the modes, whose curvature may say too little
_ALIKE = 6  # digits to which axes are told apart by how near they are to directions
PRIOR_SHARE = 0.12  # no weight can be above 1 / 0.12 of the likelihood there


@frozen
class Modes:
    """Normal approximations about modes, with the share of each."""

    modes: list[Mode]
    shares: Array

    @classmethod
    def of(cls, modes: list[Mode]) -> Modes:
        """Give each mode a share by its evidence, or at least a tenth of an even one."""
        shares = np.maximum(normalised(np.array([mode.log_evidence for mode in modes])), 0.1 / len(modes))
        return cls(modes, shares / shares.sum())

    @property
    def information(self) -> Array:
        """Mean curvature of the log likelihood, shape (coordinate, coordinate)."""
        total: Array = np.einsum("k,kij->ij", self.shares, np.stack([mode.curvature for mode in self.modes]))
        return total

    @property
    def apart(self) -> Array:
        """Covariance of the places of the modes, which lie apart where no slope tells of it."""
        places = np.stack([mode.place for mode in self.modes])
        away = places - self.shares @ places
        total: Array = (away.T * self.shares) @ away
        return total

    def along(self, directions: Array) -> tuple[Array, Array]:
        """Compute the mean and the covariance of each mode along directions."""
        means = np.stack([directions.T @ mode.place for mode in self.modes])
        return means, np.stack([_scale(mode, directions) for mode in self.modes])

    def moments(self, directions: Array) -> tuple[Array, Array]:
        """Compute the mean and the covariance of all together along directions."""
        means, scales = self.along(directions)
        mean = self.shares @ means
        away = means - mean
        return mean, np.einsum("k,kij->ij", self.shares, scales) + (away.T * self.shares) @ away

    def beside(self, mixture: Mixture, directions: Array) -> Mixture:
        """Add components about the modes to a mixture, all of one share."""
        count = len(self.modes)
        own = self.mixture(directions, 1.0, mixture.degrees)
        return mixture.beside(own, count / (count + len(mixture.shares)))

    def mixture(self, directions: Array, wider: float, degrees: float) -> Mixture:
        """Make a component about each mode, all of one share, of so many times the mode's covariance."""
        means, scales = self.along(directions)
        count = len(means)
        return Mixture(np.full(count, 1 / count), means, np.linalg.cholesky(wider * scales), degrees)

    def proposal(self, apart: Array | float = 0.0) -> Proposal:
        """Make the first proposal, led by directions in which modes lie apart too."""
        basis, lead, count = directions_of(self.information + apart, 0.2 * LOST)
        means, scales = self.along(basis[:, :lead])
        mixture = Mixture(self.shares, means, np.linalg.cholesky(_FIRST_WIDER * scales), _FIRST_DEGREES)
        return Proposal(
            basis, mixture, *regression(*self.moments(basis[:, :count]), lead), prior_share=PRIOR_SHARE
        )


def _scale(mode: Mode, along: Array) -> Array:
    """Compute the covariance of the normal approximation about a mode, along directions."""
    inverse: Array = np.linalg.inv(np.eye(along.shape[1]) + along.T @ mode.curvature @ along)
    return (inverse + inverse.T) / 2


def directions_of(information: Array, lost: float) -> tuple[Array, int, int]:
    """Find directions by the mean outer product of gradients: a basis, how many lead, and how many count."""
    values, vectors = np.linalg.eigh(information)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    rest = 0.5 * (values.sum() - np.cumsum(values))
    count = int(np.argmax(rest <= lost)) + 1
    lead = min(count, max(1, int((values > _LEADING).sum())), _MOST_LEADING)
    return completed(vectors[:, :count]), lead, count


def completed(directions: Array) -> Array:
    """Complete orthonormal directions to a basis, which the last digits of the directions hardly change.

    Eigenvectors have either sign, and those of what counts for nothing are any directions at all: points
    would depend on how the last digit of a sum was rounded. Here each direction has the sign of its product
    with a fixed one, and the others are the axes farthest from the directions, made orthogonal in turn.

    Parameters
    ----------
    directions
        Shape (coordinate, direction).

    Examples
    --------
    >>> (completed(np.array([[0.0], [-1.0], [0.0]])).round(6) + 0.0).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    size, count = directions.shape
    directions = directions * np.where(np.cos(np.arange(size)) @ directions < 0, -1.0, 1.0)
    near, left = np.zeros(size, dtype=bool), directions.copy()
    for _ in range(count):
        along = np.einsum("ij,ij->i", left, left)
        row = int(np.argmax(along.round(_ALIKE)))
        near[row] = True
        left -= np.outer(left @ left[row], left[row]) / along[row]
    axes = np.eye(size)[:, ~near]
    others, triangle = np.linalg.qr(axes - directions @ directions[~near].T)
    return np.concatenate([directions, others * np.where(np.diag(triangle) < 0, -1.0, 1.0)], axis=1)


def regression(mean: Array, covariance: Array, lead: int) -> tuple[Array, Array, Array, Bend]:
    """Fit further directions to leading ones: slopes, offset, and factor of the error's covariance."""
    first, cross = covariance[:lead, :lead], covariance[lead:, :lead]
    slopes = np.linalg.solve(first, cross.T).T
    error = covariance[lead:, lead:] - slopes @ cross.T
    straight = Bend(mean[:lead], np.ones(lead), np.zeros((0, 0)))
    return slopes, mean[lead:] - slopes @ mean[:lead], np.linalg.cholesky(LOOSER * error), straight
