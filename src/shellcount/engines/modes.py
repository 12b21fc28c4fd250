r"""Find the modes of a posterior whose prior is standard normal, by many climbs side by side.

Each climb is a quasi-Newton ascent (BFGS; Nocedal and Wright 2006, *Numerical Optimization*, section 6.1)
that starts from the prior's curvature. All take their steps together: a step is one evaluation of an array.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array

type WithGradient = Callable[[Array], tuple[Array, Array]]

_STEPS = 300  # many claims make long narrow ridges; most climbs arrive in a tenth of it
_ENOUGH = 0.05  # nats that a step promises, below which a climb has arrived
_RISE = 1e-3  # share of the promised rise that a step must bring
_SHORTEST = 1e-4
_DIFFERENCE = 1e-3  # prior standard deviations, for curvatures


@frozen
class Mode:
    r"""A mode, with the curvature of the log likelihood there.

    Parameters
    ----------
    place
        Coordinates, shape (coordinate,).
    log_joint
        Log likelihood plus log prior density, without the constant of the prior.
    curvature
        Negative Hessian of the log likelihood, positive semidefinite, shape (coordinate, coordinate).
    """

    place: Array
    log_joint: float
    curvature: Array

    @property
    def log_evidence(self) -> float:
        """Log evidence of the mode by Laplace's approximation, in nats."""
        identity = np.eye(len(self.place))
        return self.log_joint - 0.5 * float(np.linalg.slogdet(identity + self.curvature)[1])


def climb(gradient: WithGradient, starts: Array) -> tuple[Array, Array]:
    """Move starts uphill to modes of likelihood times prior.

    Parameters
    ----------
    gradient
        From coordinates, shape (coordinate, point), to log likelihoods and their gradients.
    starts
        Shape (coordinate, start).

    Returns
    -------
    tuple
        Places, shape (coordinate, start), and log joint densities there, without the prior's constant.

    Examples
    --------
    >>> places, _ = climb(lambda z: (-0.5 * (2 - z[0]) ** 2, 2 - z), np.zeros((1, 1)))
    >>> places.round(3).tolist()
    [[1.0]]
    """
    dimension, count = starts.shape
    places, heights = starts.T.copy(), np.full(count, -np.inf)
    height, slope = _joint(gradient, starts.T)
    left = np.flatnonzero(np.isfinite(height))  # climbs that have not arrived, of which the arrays are
    place, height, slope = places[left], height[left], slope[left]
    inverse = np.broadcast_to(np.eye(dimension), (len(left), dimension, dimension)).copy()
    length = np.ones(len(left))
    for _ in range(_STEPS):
        if not left.size:
            break
        step = np.matvec(inverse, slope)
        promised = np.vecdot(step, slope)
        # A first step goes no farther than the prior does.
        scale = length * np.minimum(1.0, 3.0 / np.maximum(np.linalg.norm(step, axis=1), 1e-300))
        new = place + scale[:, None] * step
        new_height, new_slope = _joint(gradient, new)
        good = new_height > height + _RISE * scale * promised
        _update(inverse, good, new - place, slope - new_slope)
        length = np.where(good, 1.0, length * 0.3)
        place, slope = (
            np.where(good[:, None], now, before) for now, before in ((new, place), (new_slope, slope))
        )
        height = np.where(good, new_height, height)
        going = ~((good & (promised < _ENOUGH)) | (~good & (length < _SHORTEST)))
        if not going.all():
            places[left[~going]], heights[left[~going]] = place[~going], height[~going]
            left, place, height, slope = left[going], place[going], height[going], slope[going]
            inverse, length = inverse[going], length[going]
    places[left], heights[left] = place, height
    return places.T, heights


def _joint(gradient: WithGradient, places: Array) -> tuple[Array, Array]:
    """Compute the log joint density and its slope at places of shape (point, coordinate)."""
    log_l, slope = gradient(places.T)
    slope = slope.T - places
    height = log_l - 0.5 * np.vecdot(places, places)
    fine = np.isfinite(height) & np.isfinite(slope).all(axis=1)
    return np.where(fine, height, -np.inf), np.where(fine[:, None], slope, 0.0)


def _update(inverse: Array, moved: NDArray[np.bool_], step: Array, change: Array) -> None:
    """Fit inverse Hessians of the negative log density to the change of its slope along a step that moved."""
    product = np.vecdot(step, change)
    useful = product > 1e-10 * np.linalg.norm(step, axis=1) * np.linalg.norm(change, axis=1)
    useful &= moved
    if useful.all():
        _fit_inverse(inverse, step, change, product)
    elif useful.any():
        some = inverse[useful]
        _fit_inverse(some, step[useful], change[useful], product[useful])
        inverse[useful] = some


def _fit_inverse(inverse: Array, step: Array, change: Array, product: Array) -> None:
    """Make the update, which has rank two, by one outer product and its transpose."""
    along = np.matvec(inverse, change)
    factor = 0.5 * (1.0 + np.vecdot(change, along) / product)
    outer = step[:, :, None] * ((factor[:, None] * step - along) / product[:, None])[:, None, :]
    inverse += outer
    inverse += outer.mT


def find_modes(gradient: WithGradient, starts: Array, most: int) -> list[Mode]:
    """Find the different modes that climbs from starts reach, the highest first.

    Parameters
    ----------
    gradient, starts
        As for :func:`climb`.
    most
        Number of modes at most.
    """
    places, heights = climb(gradient, starts)
    modes: list[Mode] = []
    for start in np.argsort(-heights, kind="stable"):
        if len(modes) == most or not np.isfinite(heights[start]):
            break
        if all(_differs(mode, places[:, start], heights[start]) for mode in modes):
            curvature = curvature_at(gradient, places[:, start])
            modes.append(Mode(places[:, start], float(heights[start]), curvature))
    return modes


def _differs(mode: Mode, place: Array, height: float) -> bool:
    """Tell whether a place lies farther from a mode, by its curvature, than its height explains."""
    away = place - mode.place
    squared = away @ away + away @ mode.curvature @ away
    # Within the normal approximation the height falls by half the squared distance.
    return bool(squared > 4.0 + 4.0 * (mode.log_joint - height))


def curvature_at(gradient: WithGradient, place: Array) -> Array:
    """Compute the negative Hessian of the log likelihood by central differences, less its negative part."""
    shifts = _DIFFERENCE * np.eye(len(place))
    _, slopes = gradient(np.concatenate([place[:, None] + shifts, place[:, None] - shifts], axis=1))
    hessian = (slopes[:, len(place) :] - slopes[:, : len(place)]) / (2 * _DIFFERENCE)
    hessian = np.where(np.isfinite(hessian), hessian, 0.0)
    values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
    return (vectors * np.maximum(values, 0.0)) @ vectors.T
