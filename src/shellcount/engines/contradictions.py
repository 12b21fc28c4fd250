"""Name the claims that sampling could not reconcile."""

from __future__ import annotations

import numpy as np

from shellcount.maths.arrays import Array
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.results.given import ReadClaim
from shellcount.wording import phrases

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
    names = [read.claim.id for read in model.fitted]
    more = len(names) - _MOST_LISTED
    return names if more <= 0 else [*names[:_MOST_LISTED], f"and {more} more"]


def _farthest(model: Model, places: Array) -> str:
    """Name the claims that lie farthest from what the model says there, with what they state."""
    far = {read.claim.id: distance for read, distance in _distances(model, places)}
    reads = sorted(model.fitted, key=lambda read: (-far[read.claim.id], read.claim.id))
    named = [read for read in reads if far[read.claim.id] > _FAR] or reads
    shown = [stated(read) for read in named[:_MOST_NAMED]]
    more = len(named) - len(shown)
    return ", ".join([*shown, f"and {more} more"] if more > 0 else shown)


def stated(read: ReadClaim) -> str:
    """Name a claim with what it states.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> stated(build_model(load_case()).fitted[0])
    'rok-mnd-2024-02 (about 6,700, 2024-02-26)'
    """
    value = phrases.hedged(read.claim.value, read.claim.hedge)
    return f"{read.claim.id} ({value}, {read.day.isoformat()})"


def _distances(model: Model, places: Array) -> list[tuple[ReadClaim, float]]:
    """Measure how far each claim lies from its expected report, in standard deviations, by its median."""
    rows = dict(zip(model.informed, places, strict=True))
    evaluation = Evaluation(model, rows.__getitem__)
    distances = []
    with np.errstate(all="ignore"):  # particles may stand where nothing is defined
        for read in model.fitted:
            kernel = model.kernels[read.claim.id]
            errors = np.abs(evaluation.error(read) - kernel.mean) / kernel.variance**0.5
            distance = float(np.median(np.broadcast_to(errors, places.shape[1:])))
            distances.append((read, np.inf if np.isnan(distance) else distance))
    return distances
