"""Fitting until the headlines stand: another seed must not print another number."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import replace

from shellcount.case.schema import Case
from shellcount.engines import settings as defaults
from shellcount.posterior.fitting import DEFAULTS, Settings, fit
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.results.names import Quantity
from shellcount.wording import rounding

MOST_PARTICLES = 4 * defaults.PARTICLES
_STEP = 128


def unsettled(estimate: Estimate) -> float:
    """How uncertain the rounding of an estimate's headline is; at most 1 where it is settled.

    Each of the five numbers of an estimate, rounded as its headline is, stands at least three of its
    own Monte Carlo errors from where its rounding changes, and so does what decides the unit.

    Examples
    --------
    >>> import shellcount
    >>> unsettled(shellcount.fit(shellcount.load_case()).estimate("rounds.mixed@2024-02-23")) > 0
    True
    """
    unit = rounding.rounding_unit(estimate.range)
    numbers = (
        (estimate.p05, estimate.mcse_p05),
        (estimate.p25, estimate.mcse_p25),
        (estimate.p50, estimate.mcse_p50),
        (estimate.p75, estimate.mcse_p75),
        (estimate.p95, estimate.mcse_p95),
    )
    return max(*(rounding.doubt(value, mcse, unit) for value, mcse in numbers), _unit_in_doubt(estimate))


def _unit_in_doubt(estimate: Estimate) -> float:
    """As :func:`unsettled`, of the unit that the headline is rounded to."""
    exact = replace(estimate.range, mcse=0.0)
    unit = rounding.rounding_unit(exact)
    # Where the Monte Carlo error decides the unit, it is itself known only roughly.
    doubt = 6 * estimate.range.mcse / unit
    for errors in (2.9, 2.0, 1.0, 0.5):
        shifts = itertools.product((-errors, 0.0, errors), repeat=3)
        moved = (
            rounding.Range(
                exact.low + low * estimate.mcse_p05,
                exact.middle + middle * estimate.mcse_p50,
                exact.high + high * estimate.mcse_p95,
            )
            for low, middle, high in shifts
        )
        if any(rounding.rounding_unit(stated) != unit for stated in moved):
            doubt = max(doubt, 3 / errors)
    return doubt


def fit_settled(
    case: Case,
    quantities: Iterable[Quantity],
    *,
    given: str = "counts",
    settings: Settings = DEFAULTS,
    progress: Callable[[float], None] = lambda _: None,
) -> Posterior:
    """Fit with as many particles as the headlines of some quantities need to stand.

    Rounding makes a jump wherever it changes, so that no number of draws settles every number;
    what cannot be settled within :data:`MOST_PARTICLES` is left as it is, and :func:`unsettled` says
    so.

    Parameters
    ----------
    case, given, settings, progress
        As for :func:`shellcount.fit`. Where a size is set it is fit once, as asked; so with engine
        ``nuts``.
    quantities
        Those that will be quoted.

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
    >>> unsettled(posterior.estimate_of(wanted[0])) <= 1
    True
    """
    wanted = tuple(quantities)
    posterior = fit(case, given=given, **settings, progress=progress)
    if settings["engine"] != "smc" or settings["particles"] is not None or settings["runs"] is not None:
        return posterior
    particles = defaults.PARTICLES
    while wanted:
        excess = max(unsettled(posterior.estimate_of(quantity)) for quantity in wanted)
        if excess <= 1:
            break
        # Errors fall with the root of the number of particles, and are estimates themselves.
        particles = _STEP * math.ceil(1.2 * particles * excess**2 / _STEP)
        if particles > MOST_PARTICLES:
            break
        larger: Settings = {**settings, "particles": particles}
        posterior = fit(case, given=given, **larger, progress=progress)
    return posterior
