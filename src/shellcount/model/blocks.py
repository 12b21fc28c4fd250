"""Evaluate many points in blocks, so that memory is bounded and stays near the processor."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np

from shellcount.maths.arrays import Array, reuse_memory

_CELLS = 2**16  # numbers of an array whose rows are components, which half of a cache of 1 MB holds
_FEWEST, _MOST = 16, 4096
_IN_PARTS = 512  # points, where there are many rows


def points_of(rows: int) -> int:
    """Choose how many points are evaluated at once.

    It depends on the number of rows alone, so that digits depend neither on how many points there are nor on
    who evaluates them.

    Examples
    --------
    >>> [points_of(rows) for rows in (4, 13, 1_000, 100_000)]
    [4096, 4096, 64, 16]
    """
    points = _CELLS // max(1, rows)
    return min(_MOST, max(_FEWEST, 1 << max(0, points.bit_length() - 1)))


def points_in_parts(rows: int) -> int:
    """Choose how many points are evaluated at once where rows are evaluated in parts.

    Examples
    --------
    >>> [points_in_parts(rows) for rows in (4, 100_000)]
    [4096, 512]
    """
    return max(_IN_PARTS, points_of(rows))


def in_blocks[Arrays: tuple[Array, ...]](
    evaluate: Callable[[Array], Arrays], coordinates: Array, points: int
) -> Arrays:
    """Evaluate points in blocks.

    Parameters
    ----------
    evaluate
        Computes arrays from coordinates of shape (coordinate, point), whose last axis is that of the points.
    coordinates
        Shape (coordinate, point).
    points
        Most points of a block.
    """
    reuse_memory()
    # Numbers beyond measure are densities of 0, about which nobody needs a warning.
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        if coordinates.shape[1] <= points:
            return evaluate(coordinates)
        blocks = [
            evaluate(np.ascontiguousarray(coordinates[:, begin : begin + points]))
            for begin in range(0, coordinates.shape[1], points)
        ]
    whole = tuple(np.concatenate(parts, axis=-1) for parts in zip(*blocks, strict=True))
    return cast("Arrays", whole)
