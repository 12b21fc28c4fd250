"""Compute the likelihood at some points, and its gradient by going back over what it was computed from."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.tape import TRACING, pull_back, start, unwind
from shellcount.model import likelihood
from shellcount.model.coordinates import Coordinates, Layout
from shellcount.model.design import Design
from shellcount.model.evaluation import Evaluation, Term
from shellcount.model.values import Inputs


def value(model: Inputs, layout: Layout, design: Design, stated: Array, coordinates: Array) -> Array:
    """Compute the log likelihood, shape (point,).

    Parameters
    ----------
    model
        Where the formulas take their numbers from.
    layout
        Names of the coordinates.
    design, stated
        The fitted claims, and their stated values in the same order.
    coordinates
        Shape (coordinate, point).
    """
    evaluation = Evaluation(model, Coordinates(layout, coordinates), coordinates.shape[1:])
    return likelihood.total(design, _gathering(design, evaluation.terms(design.rows)), stated)


def value_and_gradient(
    model: Inputs, layout: Layout, design: Design, stated: Array, coordinates: Array
) -> tuple[Array, Array]:
    """Compute the log likelihood and its gradient, shapes (point,) and (coordinate, point).

    Parameters
    ----------
    model, layout, design, stated, coordinates
        As for :func:`value`.
    """
    traced = start(coordinates)
    evaluation = Evaluation(model, Coordinates(layout, traced), coordinates.shape[1:], TRACING)
    terms = evaluation.terms(design.rows)

    def pass_back(rows: slice, slopes: Array) -> None:
        for table, at in terms:
            if at is not None:
                table.receive_at(at[rows], slopes)

    gather = _gathering(design, [(table.value, at) for table, at in terms])
    total = likelihood.total_with_slopes(design, gather, stated, pass_back)
    unwind(traced)
    found = np.zeros_like(coordinates) if traced.slope is None else traced.slope
    # Where a location is beyond measure, what passes back may be no number.
    return total, np.where(np.isfinite(found) & np.isfinite(total), found, 0.0)


def slope_of_quantities(model: Inputs, layout: Layout, design: Design) -> Array:
    """Compute the slope of the summed logs of all claimed quantities, at the prior median.

    Parameters
    ----------
    model, layout, design
        As for :func:`value`.

    Returns
    -------
    numpy.ndarray
        Shape (coordinate,).
    """
    traced = start(np.zeros((len(layout.names), 1)))
    evaluation = Evaluation(model, Coordinates(layout, traced), (1,), TRACING)
    logs = evaluation.log_quantities(design.rows)
    pull_back(logs, np.ones(logs.value.shape))
    return np.zeros(len(layout.names)) if traced.slope is None else traced.slope[:, 0]


def _gathering(design: Design, terms: Sequence[Term[Array]]) -> Callable[[slice], Array]:
    """Compute the locations of some rows from the tables that they add up from."""
    constants = design.rows.constants[:, None]

    def gather(rows: slice) -> Array:
        locations = constants[rows]
        for table, at in terms:
            locations = locations + (table[rows] if at is None else table[at[rows]])
        return locations

    return gather
