"""Evaluate fitted claims one by one at posterior draws, with bounded memory.

What is said of single claims (conflicts, components) needs fewer draws than the quantiles of an estimate, and
there may be many thousand claims: they are taken in blocks, and their draws are thinned evenly. With
:math:`n` components of claims, :math:`2^{19} / n` draws are used, at least 256 and at most 8,192, so that
time grows with the claims alone.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping

import numpy as np

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.normal import normal_cdf, owens_t
from shellcount.maths.reporting import student_cdf
from shellcount.model.design import Design, design_of
from shellcount.model.evaluation import Evaluation
from shellcount.model.likelihood import log_parts, off_chances
from shellcount.model.model import Model
from shellcount.model.reports import Places
from shellcount.parallel.crew import ALONE, Crew

_TERMS = 2**19  # components times draws, of which each takes a fifth of a microsecond
_FEWEST, _MOST = 256, 8192  # draws
_BLOCK = 2**17  # components times draws that are held at once
_GOLDEN = (math.sqrt(5) - 1) / 2


@frozen
class Pointwise:
    """Some fitted claims at some draws.

    Parameters
    ----------
    design
        The claims as arrays.
    locations
        Locations of their components, shape (row, draw).
    biases
        Bias of each claimant on each kind of quantity of ``design.rows.biases``, shape (pair, draw).
    log_density
        Log density of each claim, shape (claim, draw), in nats.
    off
        Chance that each claim is off, shape (claim, draw).
    """

    design: Design
    locations: Array
    biases: Array
    log_density: Array
    off: Array


@functools.lru_cache(maxsize=4)
def draws_used(rows: int, size: int) -> Places:
    """Choose the draws at which claims of so many components are evaluated, in order.

    Multiples of the golden ratio lie evenly among all of them, and in step with no order that they have.

    Examples
    --------
    >>> [draws_used(rows, 131_072).size for rows in (4, 1_000, 100_000)]
    [8192, 524, 256]
    """
    count = max(_FEWEST, min(_MOST, _TERMS // max(1, rows)))
    used = np.arange(size)
    if count < size:
        used = np.sort((np.arange(count) * _GOLDEN % 1.0 * size).astype(np.intp))
    used.setflags(write=False)
    return used


def pointwise(model: Model, coordinates: Mapping[str, Array], crew: Crew = ALONE) -> Iterator[Pointwise]:
    """Evaluate all fitted claims at draws that are spread evenly over all, a block of claims at a time.

    Parameters
    ----------
    model
        Model that was fitted.
    coordinates
        Its standard normal coordinates at the posterior draws, by name, each of shape (run, draw).
    crew
        Threads that evaluate some of the draws each.
    """
    if not model.fitted:
        return
    at = draws_used(len(model.design.claim_at), coordinates[model.informed[0]].size if model.informed else 1)
    evaluations = [
        Evaluation(model, functools.partial(_taken, coordinates, part), part.shape)
        for part in np.array_split(at, crew.size)
    ]
    block = model.design.first // max(1, _BLOCK // at.size)
    parts = np.split(np.arange(len(block)), np.flatnonzero(np.diff(block)) + 1)
    for claims in parts:
        fitted = model.fitted[claims[0] : claims[-1] + 1]
        design = model.design if len(parts) == 1 else design_of(model.case, fitted, model.reporting)
        found = crew.each(functools.partial(_evaluated, model, design), evaluations)
        yield Pointwise(design, *(np.concatenate(each, axis=-1) for each in zip(*found, strict=True)))


def _taken(coordinates: Mapping[str, Array], at: Places, name: str) -> Array:
    """Take a coordinate at some of all draws."""
    return coordinates[name].reshape(-1).take(at)


def _evaluated(
    model: Model, design: Design, evaluation: Evaluation[Array]
) -> tuple[Array, Array, Array, Array]:
    """Compute locations, biases, log densities, and chances of being off."""
    locations, biases = evaluation.locations(design.rows), evaluation.biases(design.rows.biases)
    return locations, biases, *off_chances(design, locations, model.stated)


def shares(model: Model, found: Pointwise) -> Array:
    """Compute the share of each component in the density of its claim; shape (row, draw)."""
    design = found.design
    whole = np.where(np.isfinite(found.log_density), found.log_density, 0.0)[design.claim_at]
    sound, off = log_parts(design, found.locations, model.stated)
    part: Array = np.exp(sound - whole) + np.exp(off - whole)
    return part


def lower(model: Model, found: Pointwise, crew: Crew = ALONE) -> Array:
    """Compute the predictive probability of a lower or equal report of each claim; shape (claim, draw)."""
    parts = np.array_split(found.locations, crew.size, axis=1)
    return np.concatenate(crew.each(functools.partial(_lower, model, found.design), parts), axis=1)


def _lower(model: Model, design: Design, locations: Array) -> Array:
    reports, off_share = design.reports, design.reporting[0].off_share
    with np.errstate(over="ignore"):  # an error beyond measure has probability 0 or 1
        error = reports.linked(model.stated)[reports.counted] - locations[reports.counted]
        u, off = error / reports.scale, student_cdf(error / reports.off_scale)
        none = np.exp(-np.exp(locations[reports.none]) / reports.resolution)
    sound, skewed = normal_cdf(u), reports.skewed
    # Owen's T subtracts two nearly equal terms in the far tail; rounding there may leave [0, 1].
    sound[skewed] = np.clip(sound[skewed] - 2 * owens_t(u[skewed], reports.shape), 0.0, 1.0)
    below = np.empty_like(locations)
    below[reports.counted] = (1 - off_share) * sound + off_share * off
    below[reports.none] = off_share + (1 - off_share) * none  # of a claim that nothing was seen
    return np.add.reduceat(np.exp(design.log_prior)[:, None] * below, design.first)
