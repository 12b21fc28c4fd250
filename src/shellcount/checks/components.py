"""Compute how a posterior reads its claims: which are off, which nature they refer to, and which date."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import numpy as np

from shellcount.case.overview import figure
from shellcount.case.schema import DateRange
from shellcount.model.components import Component
from shellcount.posterior.pointwise import Pointwise, pointwise, shares
from shellcount.posterior.posterior import Posterior
from shellcount.results.components import (
    ClaimComponents,
    Components,
    OpenDate,
    ReadingProbability,
)
from shellcount.results.given import Fitted, ReadClaim

type _Parts = list[tuple[Component, float]]  # components of a claim, each with its posterior probability


def claim_components(posterior: Posterior) -> Components:
    r"""Compute the posterior chance of each component of each fitted claim.

    .. math:: \Pr(r \mid y) = \mathrm{E}\left[\frac{w_r f_r(\epsilon_r)}{\sum_s w_s f_s(\epsilon_s)}\right]

    over the posterior. A component :math:`r` is a reading, a date, and whether the claim is sound or off.

    Parameters
    ----------
    posterior
        The posterior.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> all(0 < components.off < 0.2 for components in claim_components(posterior))
    True
    """
    return Components(
        tuple(
            each
            for found in pointwise(posterior.model, posterior.coordinates)
            for each in _of_block(posterior, found)
        )
    )


def _of_block(posterior: Posterior, found: Pointwise) -> Iterator[ClaimComponents]:
    """Average the components of some claims over the draws."""
    design = found.design
    means, chances = shares(posterior.model, found).mean(axis=1), found.off.mean(axis=1).tolist()
    titles = {entry.id: entry.title for entry in posterior.case.claimant}
    ends = [*design.first[1:].tolist(), len(means)]
    for place, (first, end) in enumerate(zip(design.first.tolist(), ends, strict=True)):
        fitted, rows = design.fitted[place], slice(first, end)
        parts = [
            (part, float(share))
            for part, share in zip(design.rows.components[rows], means[rows], strict=True)
        ]
        yield ClaimComponents(
            claim=fitted.claim.id,
            title=titles[fitted.claim.claimant],
            figure=figure(posterior.case, fitted.claim),
            off_prior=design.reporting[place].off_share,
            off=chances[place],
            readings=_readings(fitted, parts),
            date=_date(posterior, fitted, parts),
        )


def _readings(fitted: Fitted, parts: _Parts) -> tuple[ReadingProbability, ...]:
    """Sum the components of each nature, before and after the data."""
    natures = [nature for nature in fitted.natures if nature is not None]

    def probabilities(nature: str) -> ReadingProbability:
        these = [(math.exp(part.log_prior), share) for part, share in parts if part.nature == nature]
        # Sums of shares may exceed 1 in their last digits.
        return ReadingProbability(nature, *(min(1.0, math.fsum(of)) for of in zip(*these, strict=True)))

    return tuple(map(probabilities, natures)) if len(natures) > 1 else ()


def likely_readings(posterior: Posterior, components: Components) -> tuple[ReadClaim, ...]:
    """Choose the most probable nature of each fitted claim, at the median of its open date.

    Parameters
    ----------
    posterior
        The posterior.
    components
        Its components, from :func:`claim_components`.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> readings = likely_readings(posterior, claim_components(posterior))
    >>> [read.claim.id for read in readings] == list(posterior.model.places)
    True
    """
    pairs = zip(posterior.model.fitted, components, strict=True)
    return tuple(_likely(fitted, found) for fitted, found in pairs)


def _likely(fitted: Fitted, found: ClaimComponents) -> ReadClaim:
    likely = max(found.readings, key=lambda reading: reading.posterior, default=None)
    nature = fitted.natures[0] if likely is None else likely.nature
    return ReadClaim(fitted.claim, nature, fitted.dates[0] if found.date is None else found.date.median)


def _date(posterior: Posterior, fitted: Fitted, parts: _Parts) -> OpenDate | None:
    """Find the posterior median of an open date, between the nodes that it was integrated over."""
    as_of = fitted.as_of
    timed = [(part.time.end, share) for part, share in parts if part.time is not None]
    if not isinstance(as_of, DateRange) or as_of.earliest == as_of.latest or not timed:
        return None
    ends, shares = np.array(sorted(timed)).T
    cumulated = np.cumsum(shares)
    end = float(np.interp(0.5 * cumulated[-1], cumulated - shares / 2, ends))
    inclusive = 0 if fitted.claim.since is None else 1
    start = posterior.case.containers.first_shipment
    median = start + dt.timedelta(days=round(end) - inclusive)
    return OpenDate(as_of.earliest, as_of.latest, min(max(median, as_of.earliest), as_of.latest))
