"""Compute the quantities of claims at points from the prior, before any claim is fitted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths import streams
from shellcount.maths.apart import Noise, noise_of
from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_cdf
from shellcount.model.design import design_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.model.reports import Places
from shellcount.results.given import Fitted

POINTS = 4096
_STREAM = "together"  # of all random numbers that are drawn here


@frozen
class PriorPoints:
    """Claims at points from the prior.

    Parameters
    ----------
    fitted
        The claims.
    logs
        Log of the quantity of each claim, or logit of a share; shape (claim, point).
    biases
        Bias of its claimant, shape (claim, point).
    errors
        Error of each report if it is sound; shape (claim, point). That of nothing seen is 0.
    noise
        Draws for the errors of pairs of reports.
    """

    fitted: tuple[Fitted, ...]
    logs: Array
    biases: Array
    errors: Array
    noise: Noise


def prior_points(model: Model, fitted: Sequence[Fitted], seed: int) -> PriorPoints:
    """Compute the quantities of claims at points from the prior, each by a reading drawn by its odds.

    Parameters
    ----------
    model
        Model of the case.
    fitted
        Claims.
    seed
        Seed, which decides all points.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> model = build_model(load_case())
    >>> prior_points(model, model.fitted, seed=1).logs.shape
    (4, 4096)
    """
    design = design_of(model.case, tuple(fitted), model.reporting)
    evaluation = Evaluation(model, lambda name: _normals(seed, name), (POINTS,))
    rows = (len(design.claim_at), POINTS)
    logs = np.broadcast_to(evaluation.log_quantities(design.rows), rows)
    locations = np.broadcast_to(evaluation.locations(design.rows), rows)
    ends = [*design.first[1:].tolist(), len(design.claim_at)]
    at = np.stack(
        [
            _row(design.log_prior[first:end], _normals(seed, f"reading.{read.claim.id}")) + first
            for read, first, end in zip(design.fitted, design.first.tolist(), ends, strict=True)
        ]
    )
    places = np.arange(POINTS)
    errors = np.zeros(at.shape)
    for place, read in enumerate(design.fitted):
        kernel, name = model.reporting[read.claim.id].kernel, read.claim.id
        if kernel is not None:
            margin = kernel.margin * np.abs(_normals(seed, f"margin.{name}")) if kernel.margin else 0.0
            errors[place] = kernel.sigma * _normals(seed, f"error.{name}") - margin
    noise = noise_of(np.stack([_normals(seed, "noise", place) for place in range(1, 5)]))
    chosen = logs[at, places]
    return PriorPoints(design.fitted, chosen, locations[at, places] - chosen, errors, noise)


def _normals(seed: int, name: str, place: int | None = None) -> Array:
    normals: Array = streams.prior(seed, f"{_STREAM}.{name}", (1, POINTS), place)[0]
    return normals


def _row(log_prior: Array, normals: Array) -> Places:
    """Choose a component of a claim at each point, by their prior probabilities."""
    if len(log_prior) == 1:
        return np.zeros(POINTS, dtype=np.intp)
    below = np.cumsum(np.exp(log_prior))
    chosen = np.searchsorted(below / below[-1], normal_cdf(normals))
    row: Places = np.minimum(chosen, len(log_prior) - 1)
    return row
