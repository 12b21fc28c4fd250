"""Ask what would have to be true for a statement to hold."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from shellcount.case.schema import Case
from shellcount.checks.components import claim_components
from shellcount.errors import ConvergenceError, EvidenceError
from shellcount.insight.conditioning import LEAST, Conditioned, Route, condition
from shellcount.insight.constrained import linked
from shellcount.insight.phrases import group_of, phrase
from shellcount.insight.support import require_possible, unsupported
from shellcount.model.evaluation import coordinates_used
from shellcount.model.model import Model
from shellcount.posterior.posterior import Posterior
from shellcount.progress import Progress, showing
from shellcount.results.components import Components
from shellcount.results.estimate import Estimate
from shellcount.results.names import name_of, parameter_names, subjects, unit
from shellcount.results.probability import Probability, stated
from shellcount.results.quantity import Quantity
from shellcount.results.requirement import MovedChance, Mover, Requirement
from shellcount.results.threshold import Threshold, parse_threshold

_LEAST_SHIFT = 0.2  # standard deviations: less is called a small effect (Cohen 1988)
_SURE = 3.0  # Monte Carlo errors
_DIGITS = 9  # of a shift; what is the same by other names differs in the last ones


def require(
    posterior: Posterior,
    statement: str,
    *,
    route: Route | None = None,
    progress: Progress = False,
) -> Requirement:
    r"""Find what would have to be true for a statement, such as ``rounds.mixed@2024-06-14 >= 4.8 million``.

    The posterior is conditioned on the statement :math:`S`. Each assumption, number of carriers, capacity
    and reading is compared with what it is without: shifts are

    .. math:: \frac{\mathrm{E}[g(x) \mid S] - \mathrm{E}[g(x)]}{\mathrm{sd}[g(x)]}

    with the logit :math:`g` for shares and the logarithm for all else, so that for jointly normal
    logarithms they are proportional to covariances with the quantity of the statement. What shifts by less
    than 0.1 standard deviations, or three Monte Carlo errors, is left out.

    Parameters
    ----------
    posterior
        The posterior.
    statement
        ``NAME >= AMOUNT`` or ``NAME <= AMOUNT``, with the amount as people type it.
    route
        ``reweighted`` keeps the draws that satisfy it; ``refitted`` samples within it. By default draws are
        kept where there are enough.
    progress
        True to show a bar, or what to call with the share of the work done, from 0 to 1, where it samples.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted, with the statement or without.
    LimitError
        When sampling is forecast to need more memory or work than is allowed.
    UnknownNameError, UsageError
        When the statement cannot be read, or cannot be.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> found = require(posterior, "rounds.mixed@2024-06-14 >= 4.8 million")
    >>> found.probability.words[:3]
    '0.5'
    """
    case, threshold = posterior.case, parse_threshold(posterior.case, statement)
    require_possible(posterior, threshold)
    before = posterior.estimate_of(threshold.quantity)
    try:
        with showing(progress, "conditioning") as show:
            given = condition(posterior, threshold, route=route, progress=show)
    except EvidenceError:
        raise unsupported(posterior, threshold) from None
    if given.value < LEAST:
        raise unsupported(posterior, threshold)
    probability = _probability(posterior, threshold, before, given)
    movers, unmoved = _movers(posterior, given, threshold)
    informed = posterior.model.informs(threshold.quantity)
    chances, still = _chances(posterior, given) if informed else ((), ())
    return Requirement(
        statement=stated(case, probability.name),
        probability=probability,
        subject=(before, _after(posterior, given, (threshold.quantity,))[0]),
        movers=movers,
        chances=chances,
        unmoved=(*unmoved, *still),
        route=given.route,
        effective=given.effective,
        khat=given.khat,
        run_digest=posterior.digest,
    )


def _probability(
    posterior: Posterior, threshold: Threshold, before: Estimate, given: Conditioned
) -> Probability:
    """Refuse a probability that must not be quoted, or return it."""
    name, reason = threshold.name_in(posterior.case), before.not_quotable or given.not_quotable
    if reason is not None and not posterior.allow_unconverged:
        raise ConvergenceError(
            f"{name} has not converged: {reason}; draw more, or allow unconverged numbers, which marks "
            "everything written"
        )
    return Probability(name, given.value, given.mcse, reason, before.marks)


def _after(posterior: Posterior, given: Conditioned, quantities: tuple[Quantity, ...]) -> list[Estimate]:
    """Estimate quantities given the statement, with the marks that they have without."""
    draws = np.stack([given.posterior.draws_of(quantity) for quantity in quantities])
    summaries = given.posterior.sampler_report.summarise(draws)
    return [
        Estimate.of(
            name_of(posterior.case, quantity), unit(posterior.case, quantity), summary, posterior.digest
        )
        for quantity, summary in zip(quantities, summaries, strict=True)
    ]


# --- quantities --------------------------------------------------------------------------


def _candidates(case: Case, asked: Quantity) -> Iterator[Quantity]:
    """List the carriers in the time of the statement, what one holds, scenarios first, and assumptions."""
    if asked.day is not None:
        for scope in subjects(case, "containers"):
            yield Quantity("containers", scope, asked.day, asked.since, asked.per)
    yield from (Quantity("capacity", subject) for subject in reversed(subjects(case, "capacity")))
    yield from (Quantity("parameter", name) for name in parameter_names(case))


def _movers(
    posterior: Posterior, given: Conditioned, threshold: Threshold
) -> tuple[tuple[Mover, ...], tuple[str, ...]]:
    """Compare quantities with and without the statement; those that it moves, and the names of all others."""
    case, shifts = posterior.case, {}
    unmoved = []
    for quantity in _candidates(case, threshold.quantity):
        if quantity == threshold.quantity:
            continue
        shift, error = _shift(posterior, given, quantity)
        if abs(shift) >= max(_LEAST_SHIFT, _SURE * error):
            shifts[quantity] = shift, error
        else:
            unmoved.append(name_of(case, quantity))
    moved = tuple(sorted(shifts, key=lambda quantity: -round(abs(shifts[quantity][0]), _DIGITS)))
    if not moved:
        return (), tuple(unmoved)
    sides = zip(posterior.estimates_of(moved), _after(posterior, given, moved), strict=True)
    movers = (
        _mover(posterior, quantity, before, after, *shifts[quantity])
        for quantity, (before, after) in zip(moved, sides, strict=True)
    )
    return tuple(movers), tuple(unmoved)


def _shift(posterior: Posterior, given: Conditioned, quantity: Quantity) -> tuple[float, float]:
    """Compute a shift in standard deviations, and its Monte Carlo error."""
    if not _touched(posterior.model, quantity, given.names):
        return 0.0, 0.0
    share = unit(posterior.case, quantity) == "share"
    before, after = (linked(side.draws_of(quantity), share=share) for side in (posterior, given.posterior))
    sd = float(before.std())
    if not (sd > 0 and math.isfinite(sd)):
        return 0.0, 0.0
    runs = [side.mean(axis=1) for side in (before, after)]
    errors = [float(means.std(ddof=1)) / math.sqrt(len(means)) for means in runs]
    return float(after.mean() - before.mean()) / sd, math.hypot(*errors) / sd


def _touched(model: Model, quantity: Quantity, names: tuple[str, ...]) -> bool:
    """Tell whether a quantity depends on a coordinate that the statement can move."""
    used = coordinates_used(model, lambda evaluation: evaluation.quantity(quantity))
    return not set(used).isdisjoint(names)


def _mover(
    posterior: Posterior, quantity: Quantity, before: Estimate, after: Estimate, shift: float, mcse: float
) -> Mover:
    percentile = float((posterior.draws_of(quantity) <= after.p50).mean())
    prior = percentile
    if posterior.model.informs(quantity):
        prior = float(np.mean(posterior.prior_evaluation.quantity(quantity) <= after.p50))
    return Mover(
        name=before.name,
        group=group_of(quantity),
        before=before,
        after=after,
        shift=shift,
        mcse=mcse,
        percentile=percentile,
        prior_percentile=prior,
        phrase=phrase(posterior.case, quantity, before, after),
    )


# --- chances -----------------------------------------------------------------------------


def _chances(posterior: Posterior, given: Conditioned) -> tuple[tuple[MovedChance, ...], tuple[str, ...]]:
    """Compare the chances that claims are off, and what they mean, with and without the statement."""
    pairs = zip(_named(claim_components(posterior)), _named(claim_components(given.posterior)), strict=True)
    found = [
        MovedChance(name, before, after, (after - before) / math.sqrt(before * (1 - before)))
        for (name, before), (_, after) in pairs
        if 0 < before < 1
    ]
    moved = sorted(
        (each for each in found if abs(each.shift) >= _LEAST_SHIFT), key=lambda each: -abs(each.shift)
    )
    return tuple(moved), tuple(each.name for each in found if abs(each.shift) < _LEAST_SHIFT)


def _named(components: Components) -> Iterator[tuple[str, float]]:
    """List chances by name: of each claim of being off, and of each nature that it may mean."""
    for each in components:
        if each.off_prior > 0:
            yield f"{each.claim} is off", each.off
        yield from ((f"{each.claim} means {reading.nature}", reading.posterior) for reading in each.readings)
