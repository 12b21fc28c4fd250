"""Compute the locations of reports together with the slopes of the likelihood that pass back through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from shellcount.maths import tape
from shellcount.maths.arrays import Array
from shellcount.maths.tape import TRACING, Traced
from shellcount.model.design import Rows
from shellcount.model.evaluation import Evaluation
from shellcount.model.values import Inputs


class _Traced(Evaluation[Traced]):
    """Evaluation that records what it computes."""

    def weighed(self, days: Array, rates: Any) -> Any:  # noqa: ANN401
        """Sum the rates of each time, weighed by its days."""
        return tape.weigh(days, rates)


def gradient(
    model: Inputs,
    names: Sequence[str],
    coordinates: Array,
    rows: Rows,
    density: Callable[[Array], tuple[Array, Array]],
) -> tuple[Array, Array]:
    """Compute a function of locations, and its gradient with respect to coordinates.

    Parameters
    ----------
    model
        Where the formulas take their numbers from.
    names
        Name of each coordinate.
    coordinates
        Shape (coordinate, point).
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
    traced = dict(zip(names, tape.start(coordinates), strict=True))
    evaluation = _Traced(model, traced.__getitem__, coordinates.shape[1:], TRACING)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        locations = evaluation.locations(rows)
        values, slopes = density(locations.value)
        tape.pull_back(locations, slopes)
    steep = [np.zeros(coordinates.shape[1]) if each.slope is None else each.slope for each in traced.values()]
    found = np.stack(steep)
    total: Array = values.sum(axis=0)
    # Where a location is beyond measure, what passes back may be no number.
    return total, np.where(np.isfinite(found) & np.isfinite(total), found, 0.0)
