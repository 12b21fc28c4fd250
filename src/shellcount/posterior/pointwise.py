"""Evaluate fitted claims one by one at posterior draws, with bounded memory.

What is said of single claims (conflicts, components) needs fewer draws than the quantiles of an estimate, and
there may be many thousand claims: they are taken in blocks, and their draws are thinned evenly. With
:math:`n` components of claims, :math:`2^{19} / n` draws are used, at least 256 and at most 8,192, so that
time grows with the claims alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, owens_t

from shellcount.maths.arrays import Array
from shellcount.maths.reporting import student_cdf
from shellcount.model.design import Design, Places, design_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.likelihood import log_parts
from shellcount.model.model import Model

_TERMS = 2**19  # components times draws, of which each takes a fifth of a microsecond
_FEWEST, _MOST = 256, 8192  # draws
_BLOCK = 2**18  # components times draws that are held at once
_GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Pointwise:
    """Some fitted claims at some draws.

    Parameters
    ----------
    design
        The claims as arrays.
    log_density
        Log density of each claim, shape (claim, draw), in nats.
    off
        Chance that each claim is off, shape (claim, draw).
    shares
        Share of each component in the density of its claim, shape (row, draw).
    locations
        Locations of the components, shape (row, draw).
    biases
        Bias of each claimant on each kind of quantity of ``design.rows.biases``, shape (pair, draw).
    """

    design: Design
    log_density: Array
    off: Array
    shares: Array
    locations: Array
    biases: Array


def draws_used(rows: int, size: int) -> Places:
    """Choose the draws at which claims of so many components are evaluated, in order.

    Multiples of the golden ratio lie evenly among all of them, and in step with no order that they have.

    Examples
    --------
    >>> [draws_used(rows, 131_072).size for rows in (4, 1_000, 100_000)]
    [8192, 524, 256]
    """
    count = max(_FEWEST, min(_MOST, _TERMS // max(1, rows)))
    if count >= size:
        return np.arange(size)
    return np.sort((np.arange(count) * _GOLDEN % 1.0 * size).astype(np.intp))


def pointwise(model: Model, coordinates: Mapping[str, Array]) -> Iterator[Pointwise]:
    """Evaluate all fitted claims at draws that are spread evenly over all, a block of claims at a time.

    Parameters
    ----------
    model
        Model that was fitted.
    coordinates
        Its standard normal coordinates at the posterior draws, by name, each of shape (run, draw).
    """
    if not model.fitted:
        return
    at = draws_used(len(model.design.claim_at), coordinates[model.informed[0]].size if model.informed else 1)
    evaluation = Evaluation(model, lambda name: coordinates[name].reshape(-1)[at], at.shape)
    block = model.design.first // max(1, _BLOCK // at.size)
    for claims in np.split(np.arange(len(block)), np.flatnonzero(np.diff(block)) + 1):
        design = design_of(model.case, model.fitted[claims[0] : claims[-1] + 1], model.reporting)
        locations = evaluation.locations(design.rows)
        biases = evaluation.biases(design.rows.biases)
        yield _weighed(design, locations, biases, *log_parts(design, locations, model.stated))


def _weighed(design: Design, locations: Array, biases: Array, sound: Array, off: Array) -> Pointwise:
    """Compare the components of each claim, given the log density of each if sound and if off."""
    largest = np.maximum.reduceat(np.maximum(sound, off), design.first)
    shift = np.where(np.isfinite(largest), largest, 0.0)[design.claim_at]
    odd = np.exp(off - shift)
    both = np.exp(sound - shift) + odd
    total = np.add.reduceat(both, design.first)
    with np.errstate(divide="ignore", invalid="ignore"):
        return Pointwise(
            design,
            np.where(np.isfinite(largest), largest + np.log(total), largest),
            np.add.reduceat(odd, design.first) / total,
            both / total[design.claim_at],
            locations,
            biases,
        )


def lower(found: Pointwise) -> Array:
    """Compute the predictive probability of a lower or equal report of each claim; shape (claim, draw)."""
    design, locations = found.design, found.locations
    rows = [design.reporting[place] for place in design.claim_at]
    stated = np.array([design.fitted[place].claim.stated for place in design.claim_at])
    below = np.empty_like(locations)
    figures = np.array([each.kernel is not None for each in rows])
    for row in np.flatnonzero(~figures):
        below[row] = rows[row].cdf(stated[row], locations[row])
    if figures.any():
        links = [
            each.link(value) for each, value in zip(rows, stated, strict=True) if each.kernel is not None
        ]
        error = np.array(links)[:, None] - locations[figures]
        below[figures] = _below(
            error,
            np.array([[each.kernel.scale, each.kernel.shape] for each in rows if each.kernel is not None]),
            rows[0].off_share,
            rows[0].off_scale,
        )
    return np.add.reduceat(np.exp(design.log_prior)[:, None] * below, design.first)


def _below(error: Array, kernels: Array, off_share: float, off_scale: float) -> Array:
    """Compute the distribution functions of reports at log errors, one kernel's scale and shape a row."""
    scale, shape = kernels[:, :1], kernels[:, 1:]
    with np.errstate(over="ignore"):  # an error beyond measure has probability 0 or 1
        u = error / scale
        off = student_cdf(error / off_scale) if off_share > 0 else 0.0
    sound = ndtr(u)
    skewed = np.flatnonzero(shape)
    # Owen's T subtracts two nearly equal terms in the far tail; rounding there may leave [0, 1].
    sound[skewed] = np.clip(sound[skewed] - 2 * owens_t(u[skewed], shape[skewed]), 0.0, 1.0)
    below: Array = (1 - off_share) * sound + off_share * off
    return below
