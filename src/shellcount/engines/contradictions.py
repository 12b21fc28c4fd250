"""Name the claims that sampling could not reconcile."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from shellcount import limits
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.maths.reporting import Reporting
from shellcount.maths.streams import named_generator
from shellcount.model.evaluation import Evaluation
from shellcount.model.model import Model
from shellcount.results.given import Fitted

_MOST_NAMED = 6
_MOST_LISTED = 20
_FAR = 3.0  # standard deviations of a report
_BEYOND = 8.0  # standard deviations, of a report or of a prior, which no answer is worth
_ALLOWED = 4.0  # standard deviations of a prior that a parameter may lie off before claims are far
_OFTEN = 0.1  # share of the draws in which a claim is that far and is named
_PRIOR_PLACES = 256
_FURTHER = 4  # times as much work, for claims that took all that is allowed
_TO_SD = 1.4826  # standard deviation of a normal over its median absolute deviation


def explanation(model: Model, reason: str, places: Array | None = None) -> str:
    """Describe why an engine has no answer: the reason, the claims, and what to do.

    Claims that lie far from what the model says cannot be reconciled with it, or with each other. Where none
    does, it is the engine that does not serve.

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
    if places is not None and not (found := farthest(model, places)).far:
        return (
            f"no claim lies over {_FAR:.0f} standard deviations from what the model says, but its engine "
            f"does not serve ({reason}); the farthest are {found.named}"
        )
    claims = ", ".join(_listed(model)) if places is None else found.named
    return (
        f"these claims and the priors cannot be reconciled ({reason}): {claims}; check their values, dates "
        "and hedges, and the priors"
    )


def unfinished(model: Model, reason: str, places: Array) -> str:
    """Describe why an engine ended before it had an answer: the limit, what raises it, and claims to look at.

    Parameters
    ----------
    model, reason
        As for :func:`explanation`.
    places
        Coordinates where its particles are on the way; they do not tell whether claims contradict each other.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> model = build_model(load_case())
    >>> unfinished(model, "it made 9 moves", np.zeros((len(model.informed), 1)))[:46]
    'engine smc has no answer yet (it made 9 moves)'
    """
    enough = limits.option("work", _FURTHER * limits.allowed("work"))
    return (
        f"engine smc has no answer yet ({reason}). Claims that contradict each other take long; farthest "
        f"from the model so far are {farthest(model, places).named}; check their values, dates and hedges, "
        f"or raise the limit: {enough}"
    )


def irreconcilable(model: Model, coordinates: Mapping[str, Array]) -> bool:
    """Tell whether claims or parameters lie so far from what the priors allow that no answer is worth having.

    It is so where in most draws a claim lies over 8 standard deviations from the model, or a coordinate from
    its prior. Claims that contradict each other need not lie far from the model: where none may be off,
    biases of their claimants move as far as it takes.

    Parameters
    ----------
    model
        The model.
    coordinates
        Draws, by name, each of shape (run, draw).

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> model = build_model(load_case())
    >>> irreconcilable(model, dict.fromkeys(model.informed, np.full((1, 1), 9.0)))
    True
    """
    places = places_of(model, coordinates)
    each = np.abs(places), _each_away(model, places, np.inf)
    return any(np.median(away.max(axis=0, initial=0.0)) > _BEYOND for away in each)


def irreconciled(model: Model, refusal: str, coordinates: Mapping[str, Array]) -> str:
    """Describe claims that :func:`irreconcilable` finds, where engine ``is`` refused its draws.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> model = build_model(load_case())
    >>> apart = dict.fromkeys(model.informed, np.full((1, 1), 9.0))
    >>> irreconciled(model, "it refuses", apart)[:58]
    'these claims and the priors cannot be reconciled (they lie'
    """
    places = places_of(model, coordinates)
    often = (_each_away(model, places, _ALLOWED) > _BEYOND).mean(axis=1)
    named = [fitted for fitted, share in zip(model.fitted, often, strict=True) if share > _OFTEN]
    shown = [stated(fitted) for fitted in named[:_MOST_NAMED]] or [farthest(model, places).named]
    more = [f"and {len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
    return (
        f"these claims and the priors cannot be reconciled (they lie over {_BEYOND:.0f} standard deviations "
        f"apart, and engine is does not serve: {refusal}): {', '.join([*shown, *more])}; check their values, "
        "dates and hedges, and the priors"
    )


@frozen
class Farthest:
    """Claims that lie farthest from what the model says.

    Parameters
    ----------
    named
        The farthest, with what they state.
    far
        True where they lie over three standard deviations away.
    """

    named: str
    far: bool


def _listed(model: Model) -> list[str]:
    names = [fitted.claim.id for fitted in model.fitted]
    more = len(names) - _MOST_LISTED
    return names if more <= 0 else [*names[:_MOST_LISTED], f"and {more} more"]


def places_of(model: Model, coordinates: Mapping[str, Array]) -> Array:
    """Give coordinates of shape (run, draw) as one array, shape (coordinate, draw)."""
    return np.stack([coordinates[name].reshape(-1) for name in model.informed])


def doubted(model: Model, coordinates: Mapping[str, Array] | None = None) -> str:
    """Write which claims to look at where draws must not be quoted; by the prior where nothing was drawn.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> model = build_model(load_case())
    >>> doubted(model, dict.fromkeys(model.informed, np.full((1, 1), 9.0)))[:37]
    'look at claims that contradict the ot'
    """
    if not model.informed:
        return "draw more"
    if coordinates is None:
        places = named_generator(1, "prior places").standard_normal((len(model.informed), _PRIOR_PLACES))
    else:
        places = places_of(model, coordinates)
    found = farthest(model, places)
    if found.far:
        return f"look at claims that contradict the others or the priors: {found.named}"
    return f"no claim lies over {_FAR:.0f} standard deviations from the model, the farthest {found.named}"


def farthest(model: Model, places: Array) -> Farthest:
    """Name the claims that lie farthest from what the model says at places, shape (coordinate, place).

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.model.model import build_model
    >>> model = build_model(load_case())
    >>> farthest(model, np.full((len(model.informed), 1), 9.0)).far
    True
    """
    far = {claim.claim.id: distance for claim, distance in _distances(model, places)}
    claims = sorted(model.fitted, key=lambda claim: (-far[claim.claim.id], claim.claim.id))
    named = [claim for claim in claims if far[claim.claim.id] > _FAR]
    shown = [stated(claim) for claim in (named or claims)[:_MOST_NAMED]]
    more = len(named) - len(shown)
    return Farthest(", ".join([*shown, f"and {more} more"] if more > 0 else shown), bool(named))


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
    """Measure how far each claim lies from its expected report, in standard deviations, by their median.

    Parameters that lie farther from their prior than is likely are drawn back to it: what only they explain
    is far. Of several components the nearest counts; a claim that nothing was seen lies nowhere.
    """
    away = _away(model, places, _ALLOWED)
    middle = np.median(away, axis=1)
    # What the places leave open, of which places of the prior leave much.
    spread = _TO_SD * np.median(np.abs(away - middle[:, None]), axis=1)
    distances = _of_nearest(model, np.abs(middle) / np.hypot(1.0, spread))
    return list(zip(model.fitted, distances.tolist(), strict=True))


def _each_away(model: Model, places: Array, allowed: float) -> Array:
    """Measure how far each claim lies from its expected report at each place, shape (claim, place)."""
    return _of_nearest(model, np.abs(_away(model, places, allowed)))


def _of_nearest(model: Model, distances: Array) -> Array:
    """Take the nearest component of each claim; NaN counts as infinitely far."""
    nearest = np.minimum.reduceat(distances, model.design.first, axis=0)
    nearest[np.isnan(nearest)] = np.inf
    nearest[[reporting.kernel is None for reporting in model.design.reporting]] = 0.0
    return nearest


def _away(model: Model, places: Array, allowed: float) -> Array:
    """Compute the error of each row in standard deviations, shape (row, place).

    Where there are many claims, that is at some of the places.
    """
    taken = np.clip(places[:, :: -(-places.shape[1] // model.block)], -allowed, allowed)
    rows = dict(zip(model.informed, taken, strict=True))
    evaluation = Evaluation(model, rows.__getitem__, taken.shape[1:])
    design = model.design
    with np.errstate(all="ignore"):  # particles may stand where nothing is defined
        links = np.array([_link(fitted, design.reporting[at]) for at, fitted in enumerate(model.fitted)])
        mean, sd = np.array([_expected(reporting) for reporting in design.reporting]).T
        error = links[design.claim_at, None] - evaluation.locations(design.rows)
        away: Array = (error - mean[design.claim_at, None]) / sd[design.claim_at, None]
    return away


def _link(fitted: Fitted, reporting: Reporting) -> float:
    return 0.0 if reporting.kernel is None else reporting.link(fitted.claim.stated)


def _expected(reporting: Reporting) -> tuple[float, float]:
    """Give the mean and standard deviation of the error of a report."""
    kernel = reporting.kernel
    return (0.0, 1.0) if kernel is None else (kernel.mean, kernel.variance**0.5)
