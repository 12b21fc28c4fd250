"""Name the claims that sampling could not reconcile."""

from __future__ import annotations

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.maths.reporting import Reporting
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.results.given import Fitted

_MOST_NAMED = 6
_MOST_LISTED = 20
_FAR = 3.0  # standard deviations of a report


def explanation(model: Model, reason: str, places: Array | None = None) -> str:
    """Describe why claims and priors cannot be reconciled: the reason, the claims, and what to do.

    Parameters
    ----------
    model
        The model.
    reason
        Reason that the engine gives.
    places
        Coordinates where its particles are, shape (coordinate, particle), in the order of the informed ones.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> explanation(build_model(load_case()), "no start")[:58]
    'these claims and the priors cannot be reconciled (no start'
    """
    claims = ", ".join(_listed(model)) if places is None else _farthest(model, places)
    return (
        f"these claims and the priors cannot be reconciled ({reason}): {claims}; check their values, dates "
        "and hedges, and the priors"
    )


def _listed(model: Model) -> list[str]:
    names = [fitted.claim.id for fitted in model.fitted]
    more = len(names) - _MOST_LISTED
    return names if more <= 0 else [*names[:_MOST_LISTED], f"and {more} more"]


def _farthest(model: Model, places: Array) -> str:
    """Name the claims that lie farthest from what the model says there, with what they state."""
    far = {claim.claim.id: distance for claim, distance in _distances(model, places)}
    claims = sorted(model.fitted, key=lambda claim: (-far[claim.claim.id], claim.claim.id))
    named = [claim for claim in claims if far[claim.claim.id] > _FAR] or claims
    shown = [stated(claim) for claim in named[:_MOST_NAMED]]
    more = len(named) - len(shown)
    return ", ".join([*shown, f"and {more} more"] if more > 0 else shown)


def stated(fitted: Fitted) -> str:
    """Name a claim with what it states.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> stated(build_model(load_case()).fitted[0])
    'rok-mnd-2024-02 (about 6,700, 2024-02-26)'
    """
    days = " to ".join(day.isoformat() for day in fitted.dates)
    return f"{fitted.claim.id} ({fitted.claim.words}, {days})"


def _distances(model: Model, places: Array) -> list[tuple[Fitted, float]]:
    """Measure how far each claim lies from its expected report, in standard deviations, by its median.

    Of several components the nearest counts; a claim that nothing was seen lies nowhere. Where there are
    many claims, the median is over some of the particles.
    """
    taken = places[:, :: -(-places.shape[1] // model.block)]
    rows = dict(zip(model.informed, taken, strict=True))
    evaluation = Evaluation(model, rows.__getitem__, taken.shape[1:])
    design = model.design
    with np.errstate(all="ignore"):  # particles may stand where nothing is defined
        links = np.array([_link(fitted, design.reporting[at]) for at, fitted in enumerate(model.fitted)])
        mean, sd = np.array([_expected(reporting) for reporting in design.reporting]).T
        error = links[design.claim_at, None] - evaluation.locations(design.rows)
        away = np.abs(error - mean[design.claim_at, None]) / sd[design.claim_at, None]
        distances = np.median(np.minimum.reduceat(away, design.first), axis=1)
    far = np.where(np.isnan(distances), np.inf, distances)
    none = [reporting.kernel is None for reporting in design.reporting]
    return list(zip(model.fitted, np.where(none, 0.0, far).tolist(), strict=True))


def _link(fitted: Fitted, reporting: Reporting) -> float:
    return 0.0 if reporting.kernel is None else reporting.link(fitted.claim.stated)


def _expected(reporting: Reporting) -> tuple[float, float]:
    """Give the mean and standard deviation of the error of a report."""
    kernel = reporting.kernel
    return (0.0, 1.0) if kernel is None else (kernel.mean, kernel.variance**0.5)
