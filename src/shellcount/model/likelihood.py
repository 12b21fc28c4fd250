r"""Compute the likelihood of claims: a mixture over their components, and over sound and off.

.. math:: f_c = \sum_r w_{cr} \left[(1 - \pi)\, k_c(\epsilon_{cr}) + \pi\, t_4(\epsilon_{cr} / s) / s\right]

with the prior probabilities :math:`w` of the readings and dates of claim :math:`c`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.kernel import skew_normal
from shellcount.maths.reporting import log_student
from shellcount.model.design import Design


def stated_values(design: Design) -> dict[str, float]:
    """Map each fitted claim to its stated value."""
    return {fitted.claim.id: fitted.claim.stated for fitted in design.fitted}


def log_parts(design: Design, locations: Array, stated: Mapping[str, float]) -> tuple[Array, Array]:
    """Compute the log density of each component if its claim is sound and if it is off, with its probability.

    Parameters
    ----------
    design
        The fitted claims.
    locations
        Shape (row, ...).
    stated
        Stated value of each claim.

    Returns
    -------
    tuple
        Two arrays of the shape of the locations, in nats.
    """
    sound, off = np.empty_like(locations), np.empty_like(locations)
    counted = [place for place, each in enumerate(design.reporting) if each.kernel is not None]
    if counted:
        at = np.isin(design.claim_at, counted)
        rows = slice(None) if at.all() else at
        sound[rows], off[rows] = _of_figures(design, locations[rows], stated, np.flatnonzero(at))
    for place, each in enumerate(design.reporting):
        if each.kernel is None:
            value = stated[design.fitted[place].claim.id]
            for row in np.flatnonzero(design.claim_at == place):
                sound[row], off[row] = each.log_parts(value, locations[row])
                sound[row] += design.log_prior[row]
                off[row] += design.log_prior[row]
    return sound, off


def _of_figures(
    design: Design,
    locations: Array,
    stated: Mapping[str, float],
    rows: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> tuple[Array, Array]:
    """Compute what :func:`log_parts` does, for rows of claims that state a figure."""
    reporting = [design.reporting[place] for place in design.claim_at[rows]]
    values = [stated[design.fitted[place].claim.id] for place in design.claim_at[rows]]
    column = (-1, *(1 for _ in locations.shape[1:]))

    def per_row(numbers: list[float]) -> Array:
        return np.array(numbers).reshape(column)

    error = per_row([each.link(value) for each, value in zip(reporting, values, strict=True)]) - locations
    kernels = [each.kernel for each in reporting if each.kernel is not None]
    sigma, margin = (
        per_row([kernel.sigma for kernel in kernels]),
        per_row([kernel.margin for kernel in kernels]),
    )
    share, scale = reporting[0].off_share, reporting[0].off_scale
    log_prior = design.log_prior[rows].reshape(column)
    sound = skew_normal(error, sigma, margin) + (log_prior + np.log1p(-share))
    if share == 0:
        return sound, np.full_like(sound, -np.inf)
    return sound, log_student(error, scale) + (log_prior + np.log(share))


def _log_sum(one: Array, other: Array) -> Array:
    """Compute the log of the sum of two exponentials: faster than logaddexp, to the last few digits."""
    largest = np.maximum(one, other)
    apart = np.exp(-np.abs(one - other))
    total: Array = largest + np.log(1.0 + apart)
    # Where both are minus infinity their difference is not a number.
    return np.where(np.isfinite(largest), total, largest)


def log_densities(design: Design, locations: Array, stated: Mapping[str, float]) -> Array:
    """Compute the log density of each claim's stated log (or logit) value; shape (claim, ...), in nats.

    Parameters
    ----------
    design, locations, stated
        As for :func:`log_parts`.
    """
    sound, off = log_parts(design, locations, stated)
    with np.errstate(invalid="ignore"):
        rows = _log_sum(sound, off)
        if len(design.first) == len(rows):
            return rows
        largest = np.maximum.reduceat(rows, design.first)
        weights = np.exp(rows - np.where(np.isfinite(largest), largest, 0.0)[design.claim_at])
        with np.errstate(divide="ignore"):
            total: Array = largest + np.log(np.add.reduceat(weights, design.first))
    return np.where(np.isfinite(largest), total, largest)
