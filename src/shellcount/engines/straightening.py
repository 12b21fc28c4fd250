r"""Fit a proposal to a posterior that many claims inform in many directions, and that has one mode.

Such a posterior is nearly normal, but for one direction along which it is long and bent: what many claims
say of a product, such as that of a rate and of a share, they hardly say of either. Along that direction
:math:`y_1` the path of the highest points :math:`c(y_1)` of all others is a polynomial, and about it

.. math:: x = (y_1,\; y_2 - c(y_1))

is nearly normal, with the density of :math:`y`, since the change has Jacobian 1. Its normal approximation is
that of variational inference, whose moments follow from gradients alone: with :math:`g` the gradient of the
log density at points of :math:`N(m, S)`, the step is :math:`m' = m + S' E[g]` and
:math:`S'^{-1} = -E[g (x - m)^\top] S^{-1}` (Stein's identity; Opper and Archambeau 2009, *Neural Comput.*
21:786). Less the gradient of the normal approximation itself, which is known, a few hundred points suffice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shellcount.engines.modes import Mode, curvature_at
from shellcount.engines.proposal import Bend, Points, Proposal
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.student_mixture import Mixture

type WithGradient = Callable[[Array], tuple[Array, Array]]

_SETTLING, _SETTLED = 30, 1e-6  # Newton steps at most, and the nats that the last one promises
_HALVINGS = 12  # of a step that does not rise
_APART, _NODES = 0.5, 8  # standard deviations between nodes of a path, and nodes on each side
_CORRECTIONS, _ON_PATH = 12, 1e-3  # steps at a node at most, and the nats that the last one promises
_POWERS = 5  # of the polynomial
_LEAST_WEIGHT = -3.0  # log weight of nodes, at least
_STEPS = 6  # of the normal approximation
_LEAST_POINTS, _PER_DIRECTION = 512, 4  # points of a step, and for each direction
_DAMPED = 0.5  # share of later steps that is taken
_NARROWEST, _WIDEST = 0.1, 10.0  # factors of a precision in one step
_STEEP = 200.0  # times the median difference of slopes, above which one outweighs all others
_NEAR, _LOWEST, _HIGHEST = 0.1, 0.85, 1.2  # distance of the mean, and factors, at which steps end
_WIDENING = 0.8  # nats of effective share that a wider proposal may cost
_PER_SQUARE = 1.75  # nats of it for each direction and squared relative widening
_DEGREES = 20.0


def straightened(
    gradient: WithGradient, mode: Mode, rng: np.random.Generator, *, prior_share: float
) -> Proposal:
    """Fit a proposal about one mode.

    Parameters
    ----------
    gradient
        From coordinates, shape (coordinate, point), to log likelihoods and their gradients.
    mode
        The mode, or a place near it.
    rng
        Decides the points.
    prior_share
        Share of the proposal's points that are from the prior itself.

    Returns
    -------
    Proposal
        One leading direction, and all others on a polynomial of it.

    Examples
    --------
    >>> def about_two(z):
    ...     return -0.5 * ((2 - z) ** 2).sum(axis=0), 2 - z
    >>> mode = Mode(np.zeros(2), -4.0, np.eye(2))
    >>> proposal = straightened(about_two, mode, np.random.default_rng(1), prior_share=0.1)
    >>> proposal.directions
    2
    """
    joint = _Joint(gradient)
    place, precision = _settle(joint, mode)
    factor = np.linalg.cholesky(_inverse(precision))
    path = _path(joint, place, precision, _bent_direction(joint, place, factor, rng))
    mean = np.concatenate([path.bend.centre, np.zeros(len(place) - 1)])
    start = np.zeros_like(precision)
    start[0, 0] = path.bend.spread[0] ** 2
    start[1:, 1:] = _inverse(path.basis[:, 1:].T @ precision @ path.basis[:, 1:])
    mean, factor = normal_approximation(path.gradient(joint), mean, np.linalg.cholesky(start), rng)
    return path.proposal(mean, factor, prior_share)


class _Joint:
    """Log likelihood plus log prior density, without the constant of the prior, and its gradient."""

    def __init__(self, gradient: WithGradient) -> None:
        self.likelihood = gradient

    def __call__(self, z: Array) -> tuple[Array, Array]:
        """Compute it at points of shape (coordinate, point)."""
        log_l, slope = self.likelihood(z)
        return log_l - 0.5 * np.einsum("ij,ij->j", z, z), slope - z


def _inverse(matrix: Array) -> Array:
    inverse: Array = np.linalg.inv(matrix)
    return (inverse + inverse.T) / 2


def _settle(joint: _Joint, mode: Mode) -> tuple[Array, Array]:
    """Take Newton steps to the mode itself: its place, and the negative Hessian of the log density there."""
    place, precision = mode.place, np.eye(len(mode.place)) + mode.curvature
    lengths = 0.5 ** np.arange(_HALVINGS)
    for _ in range(_SETTLING):
        height, slope = joint(place[:, None])
        step = np.linalg.solve(precision, slope[:, 0])
        if step @ slope[:, 0] < _SETTLED:
            break
        heights, _ = joint(place[:, None] + step[:, None] * lengths)
        best = int(np.argmax(heights))
        if not heights[best] > height[0]:
            break
        place = place + lengths[best] * step
        precision = np.eye(len(place)) + curvature_at(joint.likelihood, place)
    return place, precision


def _bent_direction(joint: _Joint, place: Array, factor: Array, rng: np.random.Generator) -> Array:
    """Find the direction along which the slope differs most from that of the normal approximation."""
    normals = _pairs(rng, len(place), _LEAST_POINTS)
    _, slope = joint(place[:, None] + factor @ normals)
    differences = factor.T @ slope + normals
    _, vectors = np.linalg.eigh(differences @ differences.T)
    direction: Array = factor @ vectors[:, -1]
    return direction / np.linalg.norm(direction)


def _pairs(rng: np.random.Generator, dimension: int, count: int) -> Array:
    """Draw evenly spread standard normals, each with its opposite; shape (dimension, count)."""
    nothing = Mixture(np.ones(1), np.zeros((1, 0)), np.zeros((1, 0, 0)), _DEGREES)
    half, _ = Points(rng, 1, dimension).place(0, Proposal.leading(np.eye(dimension), nothing), count // 2)
    return np.concatenate([half, -half], axis=1)


# --- the path ----------------------------------------------------------------------------


@frozen
class _Path:
    """Path of the highest points along a leading direction.

    Parameters
    ----------
    basis
        Orthonormal basis, the leading direction first.
    slopes, offset, bend
        Regression of the further directions, as a :class:`Proposal` has it.
    """

    basis: Array
    slopes: Array
    offset: Array
    bend: Bend

    def gradient(self, joint: _Joint) -> Callable[[Array], Array]:
        """Give the gradient of the log density about the path, in the leading direction and all others."""

        def about(x: Array) -> Array:
            first = x[:1]
            expected = self.slopes @ first + self.offset[:, None] + self.bend.at(first)
            _, slope = joint(self.basis @ np.concatenate([first, x[1:] + expected]))
            turned: Array = self.basis.T @ slope
            turned[0] += np.einsum("ij,ij->j", self.slopes + self.bend.slopes(first), turned[1:])
            return turned

        return about

    def proposal(self, mean: Array, factor: Array, prior_share: float) -> Proposal:
        """Make a proposal of a normal distribution about the path, a little wider than it is."""
        wider = 1.0 + np.sqrt(_WIDENING / (_PER_SQUARE * len(mean)))
        mixture = Mixture(np.ones(1), mean[None, :1], wider * factor[None, :1, :1], _DEGREES)
        along = factor[1:, :1] / factor[0, 0]
        offset = self.offset + mean[1:] - along[:, 0] * mean[0]
        regression = self.slopes + along, offset, wider * factor[1:, 1:]
        return Proposal(self.basis, mixture, *regression, self.bend, prior_share)


def _path(joint: _Joint, place: Array, precision: Array, direction: Array) -> _Path:
    """Trace the highest points from the mode along a direction, both ways, and fit a polynomial to them."""
    basis = np.linalg.qr(np.column_stack([direction, np.eye(len(place))]))[0][:, : len(place)]
    turned = basis.T @ precision @ basis
    spread = np.sqrt(_inverse(turned)[0, 0])
    middle = basis.T @ place
    inverse = _inverse(turned[1:, 1:])
    lead = -_APART * spread * (inverse @ turned[1:, 0])
    found, heights = [np.stack([middle[1:]] * 2, axis=1)], [joint(place[:, None])[0].repeat(2)]
    ways = np.array([1.0, -1.0])
    for node in range(1, _NODES + 1):
        first = middle[0] + ways * (node * _APART * spread)
        further, height = _corrected(joint, basis, first, _ahead(found, lead[:, None] * ways), inverse)
        found.append(further)
        heights.append(height)
    nodes = _APART * np.arange(-_NODES, _NODES + 1)
    height = np.array([each[1] for each in heights[:0:-1]] + [each[0] for each in heights])
    further = np.stack([each[:, 1] for each in found[:0:-1]] + [each[:, 0] for each in found], axis=1)
    weights = np.exp(np.maximum(0.5 * (height - height.max()), _LEAST_WEIGHT))
    powers = np.vander(nodes, _POWERS + 1, increasing=True)
    factors = np.linalg.lstsq(powers * weights[:, None], (further * weights).T, rcond=None)[0].T
    slopes = factors[:, 1:2] / spread
    bend = Bend(middle[:1], np.array([spread]), factors[:, 2:])
    return _Path(basis, slopes, factors[:, 0] - slopes[:, 0] * middle[0], bend)


def _ahead(found: list[Array], lead: Array) -> Array:
    """Predict the next node of a path from those found: the first one straight, later ones by parabolas."""
    if len(found) == 1:
        return found[0] + lead
    if len(found) == 2:
        return 4 * found[1] - 3 * found[0] - 2 * lead
    return 3 * found[-1] - 3 * found[-2] + found[-3]


def _corrected(
    joint: _Joint, basis: Array, first: Array, further: Array, inverse: Array
) -> tuple[Array, Array]:
    """Search the highest points where the leading direction is given, by one approximate Hessian."""
    best, height = further, np.full(len(first), -np.inf)
    step, length, trial = np.zeros_like(further), np.ones(len(first)), further
    for _ in range(_CORRECTIONS):
        heights, slope = joint(basis @ np.concatenate([first[None], trial]))
        good = heights > height
        slope = basis[:, 1:].T @ slope
        promising = inverse @ slope
        best, height = np.where(good, trial, best), np.where(good, heights, height)
        step, length = np.where(good, promising, step), np.where(good, 1.0, 0.3 * length)
        if (np.einsum("ij,ij->j", slope, promising) < _ON_PATH).all():
            break
        trial = best + length * step
    return best, height


# --- the normal approximation ------------------------------------------------------------


def normal_approximation(
    gradient: Callable[[Array], Array], mean: Array, factor: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    r"""Fit to a density the normal distribution of least divergence :math:`KL(N(m, S) \| p)`.

    Parameters
    ----------
    gradient
        Gradient of the log density at points of shape (direction, point).
    mean, factor
        Where to start: mean, and lower triangular factor of the covariance.
    rng
        Decides the points.

    Returns
    -------
    tuple
        Mean, and lower triangular factor of the covariance.

    Examples
    --------
    The density of a normal distribution of mean 3 and variance 4 is found wherever it starts:

    >>> rng = np.random.default_rng(1)
    >>> mean, factor = normal_approximation(lambda x: (3 - x) / 4, np.zeros(1), np.eye(1), rng)
    >>> float(mean[0].round(4)), float(factor[0, 0].round(4))
    (3.0, 2.0)
    """
    dimension = len(mean)
    count = 1 << (max(_LEAST_POINTS, _PER_DIRECTION * dimension) - 1).bit_length()
    for step in range(_STEPS):
        normals = _pairs(rng, dimension, count)
        slope = _tame(factor.T @ gradient(mean[:, None] + factor @ normals), normals)
        # Less the slope of the normal approximation, whose moments are known; regressed on the points, so
        # that a normal density is found exactly.
        rest = np.linalg.solve(normals @ normals.T, normals @ (slope + normals).T)
        # Whole steps after the first one can swing from side to side.
        rest *= (1.0 if step == 0 else _DAMPED) / 2
        values, vectors = np.linalg.eigh(np.eye(dimension) - rest - rest.T)
        pull = vectors.T @ slope.mean(axis=1)
        near = float(np.linalg.norm(pull)) < _NEAR and values[0] > _LOWEST and values[-1] < _HIGHEST
        values = np.clip(values, _NARROWEST, _WIDEST)
        mean = mean + factor @ (vectors @ (pull / values))
        factor = factor @ (vectors / np.sqrt(values))
        factor = np.linalg.cholesky(factor @ factor.T)
        if near:
            break
    return mean, factor


def _tame(slope: Array, normals: Array) -> Array:
    """Take the normal approximation at its word where slopes are so steep that few outweigh all others.

    Far out a path leaves the ridge, where slopes are a thousand times those on it.
    """
    away = np.linalg.norm(slope + normals, axis=0)
    return np.where(away > _STEEP * np.median(away), -normals, slope)
