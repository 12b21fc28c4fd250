"""Compute the density of reports, and draw them, for all claims at once in PyMC."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.reporting import DEGREES

if TYPE_CHECKING:
    from shellcount.model.design import Design

# pytensor has no types.
type Expression = Any

SIGNATURE = "(m),(m),(),(),(),(),(),()->()"
_LOG_2_PHI_0 = math.log(2.0) - 0.5 * math.log(2.0 * math.pi)
_LOG_T4 = math.log(0.375)  # log of the density of Student's t with 4 degrees of freedom at 0
_SPLIT = -1.0  # where one form of the log of the normal distribution function takes over from the other


def padded(design: Design) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.intp]], Array]:
    """Build a table of the components of claims, one claim a row, and one of their log prior probabilities.

    Shorter rows are filled up with their first component, at probability 0.

    Returns
    -------
    tuple
        Place of each component among the rows of the design, and its log prior; both of shape
        (claim, component).
    """
    sizes = np.bincount(design.claim_at, minlength=len(design.first))
    column = np.arange(sizes.max())
    there = column < sizes[:, None]
    at = design.first[:, None] + np.where(there, column, 0)
    return at.astype(np.intp), np.where(there, design.log_prior[at], -np.inf)


def linked(stated: Expression, logit: np.ndarray[Any, np.dtype[np.bool_]]) -> Expression:
    """Compute the observed values: log of a stated value, logit of a share, and 0 for none seen."""
    import pytensor.tensor as pt

    share = pt.switch(logit, stated, 0.5)
    log = pt.log(pt.switch(pt.gt(stated, 0.0), stated, 1.0))
    return pt.switch(logit, pt.log(share) - pt.log1p(-share), log)


def rounded(
    sigma: Expression, resolution: Expression, stated: Expression, logit: np.ndarray[Any, np.dtype[np.bool_]]
) -> Expression:
    """Compute the scale of errors with that of rounding, by :meth:`shellcount.maths.kernel.Kernel.of`."""
    import pytensor.tensor as pt

    value = pt.switch(pt.gt(stated, 0.0), pt.switch(logit, stated * (1.0 - stated), stated), 1.0)
    return pt.sqrt(sigma**2 + (resolution / value) ** 2 / 12.0)


def log_density(
    value: Expression,
    location: Expression,
    log_prior: Expression,
    sigma: Expression,
    margin: Expression,
    resolution: Expression,
    none_seen: Expression,
    outlier_share: Expression,
    outlier_scale: Expression,
) -> Expression:
    """Compute the log density of reports, by the formulae of :class:`shellcount.maths.reporting.Reporting`.

    Both branches of each switch, and their slopes, stay finite wherever the other is taken.
    """
    import pytensor.tensor as pt

    def of_components(numbers: Expression) -> Expression:
        return pt.expand_dims(numbers, -1)

    none, observed = of_components(none_seen), of_components(value)
    expected = pt.exp(pt.switch(none, location, 0.0)) / pt.switch(none, of_components(resolution), 1.0)
    nothing = pt.le(observed, 0.0)
    seen = pt.log(-pt.expm1(-expected))
    error = pt.switch(none, 0.0, observed - location)
    kernel = skew_normal(error, of_components(sigma), of_components(margin))
    sound = pt.switch(none, pt.switch(nothing, -expected, seen), kernel)
    scale = of_components(outlier_scale)
    student = _LOG_T4 - pt.log(scale) - (DEGREES + 1) / 2 * pt.log1p((error / scale) ** 2 / DEGREES)
    off = pt.switch(none, pt.switch(nothing, 0.0, -np.inf), student)
    share = of_components(outlier_share)
    parts = pt.concatenate([sound + pt.log1p(-share) + log_prior, off + pt.log(share) + log_prior], axis=-1)
    return _log_sum(parts)


def skew_normal(error: Expression, sigma: Expression, margin: Expression) -> Expression:
    """Compute the log density of errors, by :func:`shellcount.maths.kernel.skew_normal`."""
    import pytensor.tensor as pt

    scale = pt.sqrt(sigma**2 + margin**2)
    u = error / scale
    return _LOG_2_PHI_0 - pt.log(scale) - u * u / 2 + _log_ndtr(-margin / sigma * u)


def _log_ndtr(x: Expression) -> Expression:
    """Compute the log of the normal distribution function, each form of it where its slope is finite too."""
    import pytensor.tensor as pt

    low, high = pt.minimum(x, _SPLIT), pt.maximum(x, _SPLIT)
    tail = pt.log(pt.erfcx(-low / math.sqrt(2)) / 2) - low * low / 2
    return pt.switch(pt.lt(x, _SPLIT), tail, pt.log1p(-pt.erfc(high / math.sqrt(2)) / 2))


def _log_sum(parts: Expression) -> Expression:
    """Compute the log of the sum of exponentials over the last axis."""
    import pytensor.tensor as pt
    from pytensor.gradient import disconnected_grad

    largest = disconnected_grad(pt.max(parts, axis=-1, keepdims=True))
    return pt.log(pt.exp(parts - largest).sum(axis=-1)) + largest[..., 0]


def draw(
    location: Array,
    log_prior: Array,
    sigma: Array,
    margin: Array,
    resolution: Array,
    none_seen: Array,
    outlier_share: Array,
    outlier_scale: Array,
    rng: np.random.Generator,
    size: tuple[int, ...] | None = None,
) -> Array:
    """Draw reports: each of a component by its prior probability, and sound or off."""
    shape = np.shape(location)[:-1] if size is None else tuple(size)
    below = np.cumsum(np.exp(log_prior), axis=-1)
    last = below.shape[-1] - 1
    drawn = (rng.random((*shape, 1)) * below[..., -1:] >= below).sum(axis=-1, keepdims=True)
    everywhere = np.broadcast_to(location, (*shape, last + 1))
    at = np.take_along_axis(everywhere, np.minimum(drawn, last), axis=-1)[..., 0]
    off = rng.random(shape) < outlier_share
    error = sigma * rng.standard_normal(shape) - margin * np.abs(rng.standard_normal(shape))
    reports = at + np.where(off, outlier_scale * rng.standard_t(DEGREES, shape), error)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        none = off | (rng.random(shape) < np.exp(-np.exp(at) / resolution))
    return np.where(none_seen, np.where(none, 0.0, 1.0), reports)
