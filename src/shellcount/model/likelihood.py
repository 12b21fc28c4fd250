r"""Compute the likelihood of claims: a mixture over their components, and over sound and off.

.. math:: f_c = \sum_r w_{cr} \left[(1 - \pi)\, k_c(\epsilon_{cr}) + \pi\, t_4(\epsilon_{cr} / s) / s\right]

with the prior probabilities :math:`w` of the readings and dates of claim :math:`c`. Densities are added as
they are, which takes one exponential a component and one logarithm a claim; where a sum is so small that its
terms may have lost digits, it is computed again from their logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.model import mixture
from shellcount.model.design import Design
from shellcount.model.reports import Reports, Stated

_LEAST = 1e-200  # density of a claim, below which it is computed from logarithms


def stated_values(design: Design) -> dict[str, float]:
    """Map each fitted claim to its stated value."""
    return {fitted.claim.id: fitted.claim.stated for fitted in design.fitted}


def log_parts(design: Design, locations: Array, stated: Stated) -> tuple[Array, Array]:
    """Compute the log density of each component if its claim is sound and if it is off, with its probability.

    Parameters
    ----------
    design
        The fitted claims.
    locations
        Shape (row, ...).
    stated
        Stated value of each claim, by claim or in their order.

    Returns
    -------
    tuple
        Two arrays of the shape of the locations, in nats.
    """
    reports = design.reports
    flat = locations.reshape(len(locations), -1)
    found = mixture.log_densities(reports, reports.linked(stated), flat, slopes=False)
    return found.sound.reshape(locations.shape), found.off.reshape(locations.shape)


def log_densities(design: Design, locations: Array, stated: Stated) -> Array:
    """Compute the log density of each claim's stated log (or logit) value; shape (claim, ...), in nats.

    Parameters
    ----------
    design, locations, stated
        As for :func:`log_parts`.
    """
    return _computed(design.reports, locations, stated, _totals)[0]


def off_chances(design: Design, locations: Array, stated: Stated) -> tuple[Array, Array]:
    """Compute the log density of each claim, and its chance of being off; both of shape (claim, ...).

    Parameters
    ----------
    design, locations, stated
        As for :func:`log_parts`.
    """
    log_density, chance = _computed(design.reports, locations, stated, _chances)
    return log_density, chance


def total(design: Design, gathered: Callable[[slice], Array], stated: Array) -> Array:
    """Compute the log likelihood of all claims together, some of them after others; shape (point,), in nats.

    Parameters
    ----------
    design
        The fitted claims.
    gathered
        Computes the locations of some rows, shape (row, point).
    stated
        Stated values, in the order of the claims.
    """
    sums = [
        _computed(part.reports, gathered(part.rows), stated[part.claims], _totals)[0].sum(axis=0)
        for part in design.parts
    ]
    whole: Array = sum(sums[1:], start=sums[0])
    return whole


def total_with_slopes(
    design: Design,
    gathered: Callable[[slice], Array],
    stated: Array,
    pass_back: Callable[[slice, Array], None],
) -> Array:
    """Compute what :func:`total` does, and the slopes with respect to the locations.

    Parameters
    ----------
    design, gathered, stated
        As for :func:`total`.
    pass_back
        Takes the slopes of some rows, shape (row, point); 0 where the density of a claim is 0.
    """
    sums = []
    for part in design.parts:
        found, slopes = _computed(part.reports, gathered(part.rows), stated[part.claims], _slopes)
        pass_back(part.rows, slopes)
        sums.append(found.sum(axis=0))
    whole: Array = sum(sums[1:], start=sums[0])
    return whole


# --- totals over the components of claims -------------------------------------------------------

type _Compute = Callable[[Reports, Array, Array, bool], tuple[Array, ...]]


def _computed(reports: Reports, locations: Array, stated: Stated, compute: _Compute) -> tuple[Array, ...]:
    """Compute the log density of claims, and what belongs to it, from densities or from their logarithms."""
    linked, shape = reports.linked(stated), locations.shape[1:]
    flat = locations.reshape(len(locations), -1)
    found = compute(reports, linked, flat, False)
    small = np.flatnonzero(~(found[0] > math.log(_LEAST)).all(axis=0))
    if small.size:
        for whole, part in zip(found, compute(reports, linked, flat[:, small], True), strict=True):
            whole[:, small] = part
    return tuple(each.reshape(len(each), *shape) for each in found)


def _summed(reports: Reports, rows: Array) -> Array:
    """Sum the rows of each claim."""
    if len(reports.names) == len(rows):
        return rows
    total = np.empty((len(reports.names), rows.shape[1]))
    for claims, at in reports.sizes:
        total[claims] = rows[at].sum(axis=1)
    return total


def _largest(reports: Reports, rows: Array) -> Array:
    """Find the largest row of each claim, of those that are finite."""
    largest = np.full((len(reports.names), rows.shape[1]), -np.inf)
    for claims, at in reports.sizes:
        largest[claims] = rows[at].max(axis=1)
    return np.where(np.isfinite(largest), largest, 0.0)


def _parts(
    reports: Reports, linked: Array, locations: Array, *, slopes: bool, logs: bool
) -> tuple[mixture.Parts, Array]:
    """Compute densities divided by a number a claim, and the log of that number: 0 unless from logarithms."""
    if not logs:
        return mixture.densities(reports, linked, locations, slopes=slopes), np.zeros((1, 1))
    found = mixture.log_densities(reports, linked, locations, slopes=slopes)
    largest = _largest(reports, np.maximum(found.sound, found.off))
    sound, off = (np.exp(part - largest[reports.claim_at]) for part in (found.sound, found.off))
    if not slopes:
        return mixture.Parts(sound, off, found.slope, found.off_slope), largest
    # A slope of a logarithm may be infinite where the density is 0.
    slope, off_slope = (
        np.where(part > 0, part * steep, 0.0)
        for part, steep in ((sound, found.slope), (off, found.off_slope))
    )
    return mixture.Parts(sound, off, slope, off_slope), largest


def _totals(reports: Reports, linked: Array, locations: Array, logs: bool) -> tuple[Array, ...]:  # noqa: FBT001
    found, scale = _parts(reports, linked, locations, slopes=False, logs=logs)
    with np.errstate(divide="ignore"):
        return (np.log(_summed(reports, found.sound + found.off)) + scale,)


def _chances(reports: Reports, linked: Array, locations: Array, logs: bool) -> tuple[Array, ...]:  # noqa: FBT001
    found, scale = _parts(reports, linked, locations, slopes=False, logs=logs)
    off = _summed(reports, found.off)
    total = _summed(reports, found.sound) + off
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(total) + scale, off / total


def _slopes(reports: Reports, linked: Array, locations: Array, logs: bool) -> tuple[Array, ...]:  # noqa: FBT001
    found, scale = _parts(reports, linked, locations, slopes=True, logs=logs)
    total = _summed(reports, found.sound + found.off)
    whole = total if len(total) == len(locations) else total[reports.claim_at]
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.where(whole > 0, (found.slope + found.off_slope) / whole, 0.0)
        return np.log(total) + scale, slopes
