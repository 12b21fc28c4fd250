"""Analyse a case or a posterior: compute all :class:`~shellcount.results.results.Results`.

Reports, figures, quotations and comparisons are made from results, and ask here if something must be computed
again. Modules that fit and draw are imported only when they are needed, so that a report of known results
loads none of them.
"""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from shellcount.case.changes import Change, with_changes
from shellcount.case.reading import DEFAULT_CASE, load_case, shipped_names
from shellcount.case.schema import Case
from shellcount.errors import ShellcountError, UsageError
from shellcount.frozen import frozen
from shellcount.progress import Progress, showing
from shellcount.results.claim_check import Checks
from shellcount.results.components import Components
from shellcount.results.conditioning import conditioning
from shellcount.results.file_kinds import file_kind
from shellcount.results.names import name_of, parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.results.run import Run
from shellcount.results.standard import answering, standard_and, supporting_quantities
from shellcount.results.threshold import Threshold
from shellcount.results.when import When, standard_dates
from shellcount.wording.scales import ICD203, load_scale

if TYPE_CHECKING:
    from shellcount.engines.settings import Settings
    from shellcount.posterior.posterior import Posterior
    from shellcount.results.estimate import Estimate


@frozen
class Parts:
    """Parts that an analysis computes.

    Parameters
    ----------
    quantities
        Quantities to estimate; ``None`` for the standard ones of the case, at the times of its claims and
        at ``days``.
    names
        Names of further estimates.
    days
        Further dates for the standard estimates and the tables, and periods for the standard estimates; the
        latest is that of the answer.
    thresholds
        Statements whose posterior probability to compute.
    checks
        Ids of the claims to check; ``None`` for all that are neither fit nor only context.
    figures
        Whether to compute what figures and reports need: supporting estimates, predictions, and comparisons
        of priors and posteriors.
    components
        Whether to compute how probable each reading of the fitted claims is, also without ``figures``.
    drivers
        Whether to compute what drives the answer, also without ``figures``.
    refits
        Whether fits without single claims decide on conflicts, where draws cannot tell.
    answer
        Quantity that answers the question; ``None`` for that of the first scenario at the latest of ``days``.
    """

    quantities: tuple[Quantity, ...] | None = None
    names: tuple[str, ...] = ()
    days: tuple[When, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    checks: tuple[str, ...] | None = None
    figures: bool = True
    components: bool = False
    drivers: bool = False
    refits: bool = True
    answer: Quantity | None = None


WHOLE = Parts()
type Source = Case | Posterior  # what is analysed


def analyse(
    source: Source,
    parts: Parts = WHOLE,
    *,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    settings: Settings | None = None,
    scale: str = ICD203,
    command: str | None = None,
    progress: Progress = False,
) -> Results:
    """Compute the results of a case: estimates, checks, predictions and diagnostics.

    Parameters
    ----------
    source
        Case, which is fitted as by :func:`shellcount.fit`, or posterior.
    parts
        Parts to compute; by default all that a report shows.
    given, without, with_, settings
        How to fit a case, as for :func:`shellcount.fit`. For a posterior ``given`` and ``settings`` are
        ignored, and the others are refused.
    scale
        Id of the scale of probability words.
    command
        Command that repeats the analysis, to be recorded.
    progress
        True to show a bar, or what to call with the finished share of the fit, from 0 to 1.

    Raises
    ------
    ConvergenceError
        When an estimate must not be quoted.
    EvidenceError, UnknownNameError, UsageError
        As :func:`shellcount.fit` and :func:`shellcount.check`.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.load_case())
    >>> results.answer.name
    'rounds.mixed@2024-06-14'
    """
    if isinstance(source, Case):
        from shellcount.engines.settings import DEFAULTS
        from shellcount.posterior.conflicts import warn_of
        from shellcount.posterior.fitting import fit_with

        chosen = conditioning(source, given, without, with_)
        with showing(progress, "fitting") as show:
            source = fit_with(source, settings or DEFAULTS, given=chosen, progress=show)
        warn_of(source.conflicts)
    elif tuple(without) or tuple(with_):
        raise UsageError("a posterior has been fitted already: hold claims out of a case, or add them to it")
    results = _results(source, parts, scale)
    return replace(results, command=_command(results, parts) if command is None else command)


def analyse_apart(
    case: Case,
    parts: Sequence[Parts],
    *,
    run: Run,
    scale: str = ICD203,
    progress: Callable[[float], None] = lambda _: None,
) -> list[Results | ShellcountError]:
    """Repeat a run, and compute several sets of parts independently.

    Parameters
    ----------
    case
        Case to fit.
    parts
        Sets of parts. For a set that cannot be computed, its error is returned instead of results.
    run
        Run to repeat. Numbers that fail the convergence gate are marked.
    scale, progress
        As for :func:`analyse`.

    Raises
    ------
    EvidenceError, UnknownNameError, UsageError
        As :func:`shellcount.fit`.
    """
    from shellcount.engines.settings import Settings
    from shellcount.posterior.fitting import fit_with

    settings = Settings.of_run(run, allow_unconverged=True)
    posterior = fit_with(case, settings, given=run.given, progress=progress)
    outcomes: list[Results | ShellcountError] = []
    for each in parts:
        try:
            outcomes.append(_results(posterior, each, scale))
        except ShellcountError as error:
            outcomes.append(error)
    return outcomes


def _results(posterior: Posterior, parts: Parts, scale: str) -> Results:
    case = posterior.case
    days = tuple(sorted({*standard_dates(case), *(day for day in parts.days if isinstance(day, dt.date))}))
    quantities = standard_and(case, (*days, *parts.days)) if parts.quantities is None else parts.quantities
    named = (parse_quantity(case, name) for name in parts.names)
    compared = (threshold.quantity for threshold in parts.thresholds)
    requested = dict.fromkeys((*quantities, *named, *compared))
    asked = parts.answer or answering(case, parts.days)
    dates = {each.day for each in requested if each.day and not (each.since or each.per)}
    supporting = dict.fromkeys(supporting_quantities(case, days, asked) if parts.figures else ())
    results = Results(
        case=case,
        run=posterior.run,
        estimates=_by_name(posterior.estimates_of(requested)),
        supporting=_by_name(posterior.estimates_of(each for each in supporting if each not in requested)),
        probabilities={each.name: each for each in posterior.probabilities(parts.thresholds)},
        checks=Checks(()),
        left_out=None,
        claimed={},
        predictions=(),
        components=Components(()),
        conflicts=posterior.conflicts,
        prior_comparisons=(),
        remarks=(),
        diagnostics=posterior.sampler_report.facts,
        log_evidence=posterior.sampler_report.log_evidence,
        figures=parts.figures,
        days=days if parts.figures else tuple(sorted(dates)),
        scale=load_scale(scale).id,
        answer_name=name_of(case, asked),
    )
    results = _with_more(posterior, results, parts, asked)
    if not (parts.refits and (parts.figures or parts.checks is None)):
        return results
    from shellcount.checks.conflicts import conflicts

    found = conflicts(posterior)
    return results if found == results.conflicts else results.with_conflicts(found)


def _with_more(posterior: Posterior, results: Results, parts: Parts, asked: Quantity) -> Results:
    """Add what not every analysis asks for; modules are imported for what is asked for alone."""
    if parts.checks != ():
        from shellcount.checks.stated import check

        results = replace(results, checks=check(posterior, parts.checks, scale=results.scale))
    if parts.figures or parts.components:
        from shellcount.checks.components import claim_components

        results = replace(results, components=claim_components(posterior))
    if parts.figures or parts.drivers:
        from shellcount.insight.drivers import drivers_of

        results = replace(results, drivers=drivers_of(posterior, asked))
    return _with_figures(posterior, results, asked) if parts.figures else results


def _with_figures(posterior: Posterior, results: Results, asked: Quantity) -> Results:
    from shellcount.checks.components import likely_readings
    from shellcount.checks.evidence import remarks
    from shellcount.checks.predictive import predictive_checks
    from shellcount.checks.prior_comparison import compare_priors
    from shellcount.checks.stated import estimate_claimed
    from shellcount.insight.what_if import what_if_of

    likely = likely_readings(posterior, results.components)
    return replace(
        results,
        claimed={read.claim.id: estimate_claimed(posterior, read) for read in likely},
        predictions=predictive_checks(posterior),
        prior_comparisons=compare_priors(posterior),
        remarks=tuple(remarks(posterior.case)),
        what_if=what_if_of(posterior, asked, results.drivers),
    )


def _command(results: Results, parts: Parts) -> str | None:
    """Write the command that repeats an analysis; where the case was changed in Python, there is none."""
    from shellcount.engines.settings import Settings

    if results.changes or not parts.figures:
        return None
    run = results.run
    shipped = {load_case(name).digest: name for name in shipped_names()}
    name = shipped.get(run.case_digest, f"{run.case}.toml")
    case = [] if name == DEFAULT_CASE else [name]
    days = [word for day in sorted(map(str, parts.days)) for word in ("--at", day)]
    asked = results.answering.subject
    scenario = [] if asked == results.case.scenario[0].id else ["--scenario", asked]
    scale = [] if results.scale == ICD203 else ["--scale", results.scale]
    flags = [*Settings.of_run(run).flags(), *scenario, *days, *scale]
    return shlex.join(["shellcount", "report", *case, "-o", "report", "--given", run.given, *flags])


def _by_name(estimates: Iterable[Estimate]) -> dict[str, Estimate]:
    return {estimate.name: estimate for estimate in estimates}


def read_results(
    path: str | Path,
    parts: Parts = WHOLE,
    *,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    settings: Settings | None = None,
    changes: Mapping[str, Change] | None = None,
    earlier: bool = False,
    progress: Callable[[float], None] = lambda _: None,
) -> Results:
    """Read results from a numbers.json, a saved posterior, or a case file, which is fitted.

    Parameters
    ----------
    path
        File, whose kind is told by its ending, or else by its first bytes.
    parts
        Parts to compute, except for a numbers.json.
    given, without, with_, settings, changes
        How to fit a case file, as for :func:`shellcount.fit` and :func:`shellcount.with_changes`. For every
        kind of file, the settings say whether numbers that fail the convergence gate are returned, marked.
    earlier
        Whether to read the estimates of a numbers.json of an earlier schema or version of the model.
    progress
        Called with the finished share of the work, from 0 to 1.

    Raises
    ------
    CaseError, NumbersError, SavedRunError
        When the file cannot be used.
    ConvergenceError
        When its numbers must not be quoted.
    UsageError
        When an argument is invalid.

    Examples
    --------
    >>> read_results("missing.json")
    Traceback (most recent call last):
    ...
    shellcount.errors.NumbersError: missing.json cannot be read: No such file or directory
    """
    from shellcount.engines.settings import Settings
    from shellcount.posterior.fitting import fit_with
    from shellcount.posterior.posterior import Posterior
    from shellcount.results.numbers_file import read_numbers

    settings = settings or Settings()
    if (kind := file_kind(path)) == "numbers":
        results = read_numbers(path, earlier=earlier)
        if not settings.allow_unconverged:
            results.require_converged(str(path))
        return results
    if kind == "draws":
        posterior = Posterior.read(path, allow_unconverged=settings.allow_unconverged)
    else:
        case = with_changes(load_case(path), changes or {})
        chosen = conditioning(case, given, without, with_)
        posterior = fit_with(case, settings, given=chosen, progress=progress)
    return analyse(posterior, parts)
