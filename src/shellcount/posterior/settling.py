"""Fit until the headlines are settled: another seed must not print another number."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable

from shellcount.case.schema import Case
from shellcount.engines.settings import DEFAULTS, PARTICLES, Settings
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.results.names import Quantity

MOST_PARTICLES = 4 * PARTICLES
_STEP = 128


def fit_settled(
    case: Case,
    quantities: Iterable[Quantity],
    *,
    given: str = "counts",
    settings: Settings = DEFAULTS,
    progress: Callable[[float], None] = lambda _: None,
) -> Posterior:
    """Fit with as many particles as the headlines of some quantities need to be settled.

    Rounding jumps somewhere, so that no number of draws settles every number; what cannot be
    settled within :data:`MOST_PARTICLES` stays unsettled, and
    :attr:`~shellcount.results.estimate.Estimate.rounding_doubt` says so.

    Parameters
    ----------
    case, given, settings, progress
        As for :func:`shellcount.fit`. Where a size is given it is fit once, as asked; so with engine
        ``nuts``.
    quantities
        Quantities that will be quoted.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.
    EvidenceError, UnknownNameError, UsageError
        As :func:`shellcount.fit`.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> wanted = [Quantity("rounds", "mixed", case.last_date)]
    >>> posterior = fit_settled(case, wanted)
    >>> posterior.estimate_of(wanted[0]).rounding_doubt <= 1
    True
    """
    wanted = tuple(quantities)
    posterior = fit_with(case, settings, given=given, progress=progress)
    if not settings.can_grow:
        return posterior
    particles = PARTICLES
    while wanted:
        excess = max(posterior.estimate_of(quantity).rounding_doubt for quantity in wanted)
        if excess <= 1:
            break
        # Errors fall with the root of the number of particles, and are estimates themselves.
        particles = _STEP * math.ceil(1.2 * particles * excess**2 / _STEP)
        if particles > MOST_PARTICLES:
            break
        larger = dataclasses.replace(settings, particles=particles)
        posterior = fit_with(case, larger, given=given, progress=progress)
    return posterior
