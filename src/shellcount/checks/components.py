"""Compute how a posterior reads its claims: which are off, which nature they refer to, and which date."""

from __future__ import annotations

import datetime as dt

import numpy as np

from shellcount.case.overview import figure
from shellcount.case.schema import DateRange
from shellcount.maths.arrays import Array
from shellcount.model.likelihood import log_parts
from shellcount.model.model import Model
from shellcount.posterior.posterior import Posterior
from shellcount.results.components import (
    ClaimComponents,
    Components,
    OpenDate,
    ReadingProbability,
)
from shellcount.results.given import Fitted, ReadClaim


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
    model = posterior.model
    if not model.fitted:
        return Components(())
    locations = posterior.evaluation.fitted_locations(model.design.rows)
    parts = [_shares(model, locations[:, run]) for run in range(locations.shape[1])]
    shares, chances = (np.stack(each, axis=1) for each in zip(*parts, strict=True))
    return Components(
        tuple(
            _components(posterior, fitted, shares[model.design.claim_at == place], chances[place])
            for place, fitted in enumerate(model.fitted)
        )
    )


def _shares(model: Model, locations: Array) -> tuple[Array, Array]:
    """Compute the share of each component in the density of its claim, and of being off, at some draws."""
    sound, off = log_parts(model.design, locations, model.stated)
    shares, chances = np.empty_like(sound), np.empty((len(model.fitted), *sound.shape[1:]))
    for place in range(len(model.fitted)):
        rows = model.design.claim_at == place
        largest = np.maximum(sound[rows], off[rows]).max(axis=0)
        parts = np.exp(sound[rows] - largest), np.exp(off[rows] - largest)
        total = (parts[0] + parts[1]).sum(axis=0)
        shares[rows] = (parts[0] + parts[1]) / total
        chances[place] = parts[1].sum(axis=0) / total
    return shares, chances


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


def _components(posterior: Posterior, fitted: Fitted, each: Array, chance: Array) -> ClaimComponents:
    model, claim = posterior.model, fitted.claim
    shares = each.mean(axis=tuple(range(1, each.ndim)))
    place = model.places[claim.id]
    rows = model.design.claim_at == place
    components = [row for row, one in zip(model.design.rows.components, rows, strict=True) if one]
    priors = np.exp(model.design.log_prior[rows])

    def probabilities(nature: str) -> ReadingProbability:
        these = np.array([component.nature == nature for component in components])
        # Sums of shares may exceed 1 in their last digits.
        prior, after = (min(1.0, float(of[these].sum())) for of in (priors, shares))
        return ReadingProbability(nature, prior, after)

    natures = [nature for nature in fitted.natures if nature is not None]
    title = next(entry.title for entry in posterior.case.claimant if entry.id == claim.claimant)
    return ClaimComponents(
        claim=claim.id,
        title=title,
        figure=figure(posterior.case, claim),
        off_prior=model.reporting[claim.id].off_share,
        off=float(chance.mean()),
        readings=tuple(map(probabilities, natures)) if len(natures) > 1 else (),
        date=_date(posterior, fitted, [c.time.end for c in components if c.time is not None], shares),
    )


def _date(posterior: Posterior, fitted: Fitted, ends: list[float], shares: Array) -> OpenDate | None:
    """Find the posterior median of an open date, between the nodes that it was integrated over."""
    as_of = fitted.as_of
    if not isinstance(as_of, DateRange) or as_of.earliest == as_of.latest or not ends:
        return None
    order = np.argsort(ends, kind="stable")
    cumulated = np.cumsum(shares[order])
    middles = cumulated - shares[order] / 2
    end = float(np.interp(0.5 * cumulated[-1], middles, np.array(ends)[order]))
    inclusive = 0 if fitted.claim.since is None else 1
    start = posterior.case.containers.first_shipment
    median = start + dt.timedelta(days=round(end) - inclusive)
    return OpenDate(as_of.earliest, as_of.latest, min(max(median, as_of.earliest), as_of.latest))
