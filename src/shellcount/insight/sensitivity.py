"""Find how much each choice weighs: fit again with one of them changed at a time."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from shellcount.case.changes import with_changes, written_change
from shellcount.case.families import title_of
from shellcount.case.schema import Case
from shellcount.engines.announcing import require_study
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import ShellcountError, UsageError
from shellcount.frozen import frozen
from shellcount.insight.alternatives import Alternative, alternatives, untried
from shellcount.insight.scaled_parts import scaled_parts
from shellcount.maths.arrays import Array
from shellcount.maths.streams import shared_priors
from shellcount.parallel.process import one_blas_thread
from shellcount.parallel.tasks import finish
from shellcount.posterior.conflicts import warn_of
from shellcount.posterior.fitting import fit_with
from shellcount.posterior.posterior import Posterior
from shellcount.posterior.remapping import LATEST, settings_of
from shellcount.progress import Progress, showing
from shellcount.results.conditioning import conditioning
from shellcount.results.described import described
from shellcount.results.estimate import Estimate
from shellcount.results.given import Conditioning
from shellcount.results.names import parse_quantity
from shellcount.results.scaled_part import ScaledPart
from shellcount.results.sensitivity import Sensitivity, Tried
from shellcount.results.standard import answering
from shellcount.text import one_line

_MOST_CLAIMS = 50  # that are left out one by one; of more, those that move the estimate most
_BATCH = 8  # fits that are sent to a worker together, so that they share random numbers
_QUANTILES = (0.05, 0.5, 0.95)
_LONGEST = 200  # characters of an error


def sensitivity(
    source: Case | Posterior,
    name: str | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress = False,
) -> Sensitivity:
    r"""Find how much each choice behind an estimate weighs: priors, grades, hedges, allowances and claims.

    The case is fitted again with one choice changed at a time, as
    :func:`~shellcount.insight.alternatives.alternatives` lists them, and the same seed, so that estimates
    differ by the choice alone. The move of the median is :math:`\log(m_k / m)`; its error comes from the
    spread of this ratio between runs. A choice that leaves the likelihood as it is needs no sampling, and one
    that plays no part moves nothing to the last digit.

    Besides, each prior and each fitted claim is power-scaled (Kallioinen et al. 2024, *Statistics and
    Computing* 34:57): weighed a little more and less, without a fit; see
    :mod:`shellcount.insight.power_scaling`.

    Parameters
    ----------
    source
        A posterior, whose engine, seed and sizes all fits take; or a case, which is fitted first. Where
        engine ``nuts`` drew, all fits are made by ``is``, which takes a fraction of its time.
    name
        Name of the estimate; by default the one that answers the question of the case.
    executor
        Where to fit: any :class:`concurrent.futures.Executor`, by default this process. Digits do not depend
        on it.
    progress
        True to show a bar, or what to call with the share of the fits that are finished, from 0 to 1.

    Raises
    ------
    ConvergenceError
        When the estimate must not be quoted.
    LimitError
        When the fits are forecast to need more work than is allowed.
    UnknownNameError, UsageError
        When the case has no such estimate, or it has no logarithm.

    Examples
    --------
    >>> import shellcount
    >>> few = {"engine": "smc", "runs": 4, "particles": 64, "allow_unconverged": True}
    >>> found = sensitivity(shellcount.fit(shellcount.load_case(), **few))
    >>> [choice.name for choice in found.choices][:2]
    ['load', 'artillery_share']
    """
    posterior = _posterior(source)
    case, settings = posterior.case, settings_of(posterior)
    quantity = answering(case) if name is None else parse_quantity(case, name)
    base, draws = posterior.estimate_of(quantity), posterior.draws_of(quantity)
    if not (draws.min() > 0 and base.p05 < base.p95):
        raise UsageError(f"{base.name} is 0 or always the same, so that nothing can move it by a ratio")
    with one_blas_thread():  # of several, the number decides the last digits
        scaled = scaled_parts(posterior, quantity)
    claims, remark = _claims(posterior, scaled)
    listed = alternatives(case, claims)
    sizes, model = settings.sizes(), posterior.model
    require_study(model, settings.engine, sizes, len(listed), f"a study of {len(listed):,} fits")
    basis = Basis(case, model.given, settings, base.name)
    try:
        LATEST.keep(posterior)
        with showing(progress, "changing") as show:
            fits = finish(
                functools.partial(fit_alternatives, basis),
                dict(enumerate(listed)),
                batch=_BATCH,
                executor=executor,
                progress=show,
            )
    finally:
        LATEST.forget()
    outcome = _summary(base, draws)
    tried = [
        _tried(case, each, outcome, fits[place]) for place, each in enumerate(listed) if not fits[place].error
    ]
    failed = [
        f"With {each.choice} {each.setting}, there is no estimate: {fits[place].error}."
        for place, each in enumerate(listed)
        if fits[place].error
    ]
    return Sensitivity(
        base, described(case, quantity), tuple(tried), scaled, (*untried(case), *remark, *failed)
    )


def _posterior(source: Case | Posterior) -> Posterior:
    """Fit a case, and what engine ``nuts`` drew again by a quicker one."""
    if isinstance(source, Case):
        posterior = fit_with(source, DEFAULTS)
        warn_of(posterior.conflicts)
        return posterior
    if source.run.engine != "nuts":
        return source
    settings = Settings(seed=source.run.seed, allow_unconverged=source.allow_unconverged)
    return fit_with(source.case, settings, given=source.model.given)


def _claims(posterior: Posterior, scaled: Iterable[ScaledPart]) -> tuple[list[str], tuple[str, ...]]:
    """Choose the claims to leave out, in the order of their ids; with a sentence where these are not all."""
    shifts = {each.name: abs(each.shift) for each in scaled}
    every = [fitted.claim.id for fitted in posterior.model.fitted]
    most = sorted(every, key=lambda claim: -shifts[f"claim.{claim}"])[:_MOST_CLAIMS]
    if len(most) == len(every):
        return every, ()
    return sorted(most), (
        f"Of {len(every):,} fitted claims, the {_MOST_CLAIMS} that weigh most by power scaling are left out "
        "in turn, and their claimants graded otherwise.",
    )


# --- fits ----------------------------------------------------------------------------------------


@frozen
class Basis:
    """Common part of all fits.

    Parameters
    ----------
    case, given, settings
        Case whose choices are changed, and how it is fitted.
    name
        Name of the estimate.
    """

    case: Case
    given: Conditioning
    settings: Settings
    name: str


class Outcome(NamedTuple):
    """Estimate of one fit.

    Parameters
    ----------
    quantiles
        5%, 50% and 95% quantiles.
    mcse
        Monte Carlo standard error of the median.
    runs
        The same quantiles of each run.
    not_quotable
        Reason why they must not be quoted, or ``None``.
    error
        Reason why there is no estimate, or ``None``.
    """

    quantiles: tuple[float, ...] = ()
    mcse: float = 0.0
    runs: tuple[tuple[float, ...], ...] = ()
    not_quotable: str | None = None
    error: str | None = None


def fit_alternatives(basis: Basis, listed: Sequence[Alternative]) -> list[Outcome]:
    """Fit with one choice changed at a time, and summarise the estimate; one that fails has its error."""
    with shared_priors():
        return [_fit(basis, each) for each in listed]


def _fit(basis: Basis, alternative: Alternative) -> Outcome:
    case, given = basis.case, basis.given
    settings = dataclasses.replace(basis.settings, allow_unconverged=True)
    try:
        if alternative.changes:
            case = with_changes(case, dict(alternative.changes))
        if alternative.without is not None:
            given = conditioning(case, given, without=(f"claim:{alternative.without}",))
        posterior = LATEST.fit(case, settings, given=given)
        quantity = parse_quantity(case, basis.name)
        estimate, draws = posterior.estimate_of(quantity), posterior.draws_of(quantity)
    except ShellcountError as error:
        return Outcome(error=one_line(str(error), _LONGEST))
    if estimate.not_quotable is not None and not basis.settings.allow_unconverged:
        return Outcome(error=f"it has not converged, since {estimate.not_quotable}")
    if not (draws.min() > 0 and estimate.p05 < estimate.p95):
        return Outcome(error="nothing is left that varies")
    return _summary(estimate, draws)


def _summary(estimate: Estimate, draws: Array) -> Outcome:
    runs = np.quantile(draws, _QUANTILES, axis=1)
    return Outcome(
        (estimate.p05, estimate.p50, estimate.p95),
        estimate.mcse_p50,
        tuple(map(tuple, runs.tolist())),
        estimate.not_quotable,
    )


def _tried(case: Case, alternative: Alternative, base: Outcome, other: Outcome) -> Tried:
    """Compare an estimate with that of the case, run by run."""
    whole = [_moves(np.array(each.quantiles)[:, None]) for each in (base, other)]
    by_run = [_moves(np.array(each.runs)) for each in (base, other)]
    move, widening = (whole[1] - whole[0])[:, 0].tolist()
    apart = by_run[1] - by_run[0]
    mcse_move, mcse_widening = (apart.std(axis=1, ddof=1) / math.sqrt(apart.shape[1])).tolist()
    low, middle, high = other.quantiles
    return Tried(
        alternative.choice,
        _title(case, alternative),
        alternative.kind,
        alternative.side,
        alternative.setting,
        _change(alternative),
        *(low, middle, high, other.mcse),
        *(move, mcse_move, widening, mcse_widening),
        other.not_quotable,
    )


def _moves(quantiles: Array) -> Array:
    """Compute the log of the median, and the log of the width of the 90% range on the log scale; by run."""
    low, middle, high = np.log(quantiles)
    return np.stack([middle, np.log(high - low)])


def _change(alternative: Alternative) -> str:
    if alternative.without is not None:
        return f"without={alternative.without}"
    return ",".join(f"{name}={written_change(value)}" for name, value in alternative.changes)


def _title(case: Case, alternative: Alternative) -> str:
    """Name a choice in words, which a sentence can put "the" before."""
    kind, (first, _, rest) = alternative.kind, alternative.choice.partition(".")
    titles = {claimant.id: claimant.title for claimant in case.claimant}
    natures = {nature.id for nature in case.nature}
    if kind == "claim":
        return f"claim {rest}"
    if first == "claimant":
        claimant, _, measure = rest.rpartition(".")
        return f"{'grade' if measure == 'grade' else 'bias'} of {titles[claimant]}"
    if kind == "correlation":
        return f"correlation of {rest.rpartition('.')[0]}"
    if kind == "share" and first == "mix":
        return f"weight of {rest} in the mix"
    if first in natures and "." in rest:
        stow, _, measure = rest.rpartition(".")
        what = {"mass_kg": "mass", "volume_m3": "volume", "base_share": "share"}[measure]
        return f"{what} of {first}, {stow}"
    words = {"hedges": "reading of hedges", "outliers": "chance that a claim is off"}
    return words.get(kind) or title_of(case, alternative.choice)
