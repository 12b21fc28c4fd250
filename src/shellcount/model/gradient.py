"""Compute the locations of reports together with the slopes of the likelihood that pass back through them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.tape import TRACING, Traced, pull_back
from shellcount.model.coordinates import Coordinates
from shellcount.model.design import Rows
from shellcount.model.evaluation import Evaluation
from shellcount.model.values import Inputs


def gradient(
    model: Inputs,
    coordinates: Coordinates[Traced],
    rows: Rows,
    density: Callable[[Array], tuple[Array, Array]],
) -> tuple[Array, Array]:
    """Compute a function of locations, and its gradient with respect to coordinates.

    Parameters
    ----------
    model
        Where the formulas take their numbers from.
    coordinates
        Traced coordinates, shape (coordinate, point).
    rows
        Rows whose locations the function is of.
    density
        Computes from locations, shape (row, point), values of shape (claim, point), and slopes of their sums
        with respect to the locations.

    Returns
    -------
    tuple
        Sums of the values, shape (point,), and their gradient, shape (coordinate, point).
    """
    traced = coordinates.values
    evaluation = Evaluation(model, coordinates, traced.value.shape[1:], TRACING)
    locations = evaluation.locations(rows)
    values, slopes = density(locations.value)
    pull_back(locations, slopes)
    found = np.zeros_like(traced.value) if traced.slope is None else traced.slope
    total: Array = values.sum(axis=0)
    # Where a location is beyond measure, what passes back may be no number.
    return total, np.where(np.isfinite(found) & np.isfinite(total), found, 0.0)
