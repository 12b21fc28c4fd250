"""Lay the distributions of the reports of all fitted claims out as arrays, one component of a claim a row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import LOG_SQRT_2PI, Kernel
from shellcount.maths.reporting import LOG_T4, Reporting

type Places = NDArray[np.intp]
type Rows = Places | slice
type Stated = Mapping[str, float] | Array


@frozen
class Reports:
    """Distributions of the reports of claims, as arrays.

    Parameters
    ----------
    names
        Id of each claim.
    logit
        Whether errors act on the logit of the claim's value, shape (claim,).
    claim_at
        Each row's claim, shape (row,).
    counted, none
        Rows of claims that state a figure, and rows of claims that nothing was seen.
    scale, shape
        Skew-normal scale of each counted row, shape (row, 1); and the shape of those that have a margin.
    skewed
        Places of these among the counted rows.
    height
        Log of the constant factor of the density of each counted row if its claim is sound, its prior
        probability included; shape (row, 1).
    off_height
        The same if its claim is off.
    off_scale
        Scale of the error of a claim that is off.
    resolution
        Number that would hardly be missed, of each row of nothing seen; shape (row, 1).
    none_sound, none_off
        Log prior probability of each such row, and that its claim is sound or off; shape (row, 1).
    sizes
        Claims that have equally many rows, and a table of these, one claim a row; for each such number.
    """

    names: tuple[str, ...]
    logit: NDArray[np.bool_]
    claim_at: Places
    counted: Rows
    none: Places
    scale: Array
    skewed: Places
    shape: Array
    height: Array
    off_height: Array
    off_scale: float
    resolution: Array
    none_sound: Array
    none_off: Array
    sizes: tuple[tuple[Places, Places], ...]

    def values(self, stated: Stated) -> Array:
        """Give stated values in the order of the claims."""
        if isinstance(stated, Mapping):
            return np.array([stated[name] for name in self.names], dtype=np.float64)
        return stated

    def linked(self, stated: Stated) -> Array:
        """Compute the log or logit of stated values, shape (row, 1); of none seen, minus infinity.

        Parameters
        ----------
        stated
            Stated values by claim, or in the order of the claims.
        """
        values = self.values(stated)
        with np.errstate(divide="ignore"):
            logs: Array = np.log(values)
        logs[self.logit] -= np.log1p(-values[self.logit])
        return logs[self.claim_at, None]


def reports_of(
    names: Sequence[str], reporting: Sequence[Reporting], claim_at: Places, log_prior: Array
) -> Reports:
    """Convert the distributions of reports to arrays.

    Parameters
    ----------
    names, reporting
        Each claim, and the distribution of its report.
    claim_at, log_prior
        Each row's claim, and its log prior probability; the rows of a claim stand together.
    """
    share, off_scale = (reporting[0].off_share, reporting[0].off_scale) if reporting else (0.0, 1.0)
    sound = log_prior + math.log1p(-share)
    off = log_prior + (math.log(share) if share > 0 else -math.inf)
    none = np.array([each.kernel is None for each in reporting], dtype=bool)[claim_at]
    kernels = [Kernel(1.0, 0.0) if each.kernel is None else each.kernel for each in reporting]
    scale = np.array([kernel.scale for kernel in kernels])[claim_at][~none]
    shape = np.array([kernel.shape for kernel in kernels])[claim_at][~none]
    skewed = np.flatnonzero(shape)
    height = sound[~none] - np.log(scale) - LOG_SQRT_2PI
    height[skewed] += math.log(2)
    return Reports(
        names=tuple(names),
        logit=np.array([each.logit for each in reporting], dtype=bool),
        claim_at=claim_at,
        counted=np.flatnonzero(~none) if none.any() else slice(None),
        none=np.flatnonzero(none),
        scale=scale[:, None],
        skewed=skewed,
        shape=shape[skewed, None],
        height=height[:, None],
        off_height=off[~none, None] + (LOG_T4 - math.log(off_scale)),
        off_scale=off_scale,
        resolution=np.array([each.resolution for each in reporting])[claim_at][none, None],
        none_sound=sound[none, None],
        none_off=off[none, None],
        sizes=_by_size(claim_at, len(names)),
    )


def _by_size(claim_at: Places, claims: int) -> tuple[tuple[Places, Places], ...]:
    """Group claims by how many rows they have."""
    sizes = np.bincount(claim_at, minlength=claims)
    first = np.cumsum(sizes) - sizes
    alike = [(size, np.flatnonzero(sizes == size)) for size in sorted(set(sizes.tolist()))]
    return tuple((claims, first[claims, None] + np.arange(size)) for size, claims in alike)
