"""Predict each fitted claim from all the others (leave-one-out)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor

from shellcount.case.schema import Case
from shellcount.checks.stated import check
from shellcount.engines.announcing import require_study
from shellcount.engines.forecast import require_affordable, suited
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import UsageError
from shellcount.model.model import build_model
from shellcount.parallel.tasks import finish
from shellcount.posterior.fitting import fit_with
from shellcount.progress import Progress, showing
from shellcount.results.claim_check import Checks
from shellcount.results.conditioning import conditioning
from shellcount.results.given import Conditioning, fitted_claims
from shellcount.results.run import Run
from shellcount.wording.scales import ICD203


def leave_one_out(
    case: Case,
    *,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    claims: Collection[str] | None = None,
    settings: Settings = DEFAULTS,
    scale: str = ICD203,
    executor: Executor | None = None,
    progress: Progress = False,
) -> Checks:
    r"""Check each fitted claim against the posterior given all the others.

    The percentile of a claim is its place in the leave-one-out predictive,
    :math:`\Pr(\tilde y_c \le y_c \mid y_{-c})` (Gelfand, Dey and Chang 1992; Vehtari, Gelman and Gabry
    2017, *Statistics and Computing* 27:1413). With a handful of claims each of which weighs heavily,
    importance sampling from the full posterior is unreliable, so the case is fit again each time.

    Parameters
    ----------
    case
        Evidence and assumptions.
    given
        Any conditioning, such as ``all`` or ``counts-but:CLAIM``: its claims are left out in turn.
    without, with_
        Names of claims, claimants and groups that no fit has, or each has besides, as for
        :func:`shellcount.fit`.
    claims
        Ids of the claims to leave out in turn; by default all that are fit.
    settings
        Engine, seed and sizes of each fit.
    scale
        Scale of probability words, as for :func:`shellcount.check`.
    executor
        Where to fit: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        True to show a bar, or what to call with the share of the work done, from 0 to 1.

    Returns
    -------
    Checks
        One check for each reading of each fitted claim.

    Raises
    ------
    ConvergenceError
        When the draws of a fit must not be quoted.
    EvidenceError
        When the remaining claims contradict each other.
    LimitError
        When a fit, or all together, are forecast to need more memory or work than is allowed.
    UsageError
        When an argument is invalid, or fewer than two claims are fit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [check.verdict for check in leave_one_out(load_case())][:1]
    ['consistent']
    """
    base = conditioning(case, given, without, with_)
    names = [read.claim.id for read in fitted_claims(case, base)]
    if len(names) < 2:
        number = "no claim is" if not names else "only one claim is"
        raise UsageError(f"given {base.brief}, {number} fit; leaving one out needs at least two")
    tasks = {
        name: (str(conditioning(case, base, without=(f"claim:{name}",))), (name,))
        for name in names
        if claims is None or name in claims
    }
    with showing(progress, "leaving one out") as show:
        return check_in_turn(
            case,
            tasks,
            base=base,
            subject="leave-one-out",
            settings=settings,
            scale=scale,
            executor=executor,
            progress=show,
        )


def refit_settings(run: Run) -> Settings:
    """Choose the settings of fits that hold claims out of a run: as the run, but by a quick engine.

    Examples
    --------
    >>> import shellcount
    >>> refit_settings(shellcount.fit(shellcount.load_case(), seed=7).run).seed
    7
    """
    rough = Settings(seed=run.seed, allow_unconverged=True)  # quicker than nuts, and as good for this
    return rough if run.engine == "nuts" else Settings.of_run(run, allow_unconverged=True)


type Held = tuple[str, tuple[str, ...]]  # what a fit is conditioned on, and the claims that it is to predict


def check_in_turn[K](
    case: Case,
    tasks: Mapping[K, Held],
    *,
    base: Conditioning,
    subject: str,
    settings: Settings,
    scale: str,
    executor: Executor | None,
    progress: Callable[[float], None],
) -> Checks:
    """Check claims against fits that each hold some out.

    Parameters
    ----------
    case
        Evidence and assumptions.
    tasks
        Conditioning of each fit, and the claims to check against it.
    base
        Conditioning that no fit has more claims than, by which the work is forecast.
    subject
        Name of the work in messages.
    settings, scale, executor, progress
        As for :func:`leave_one_out`.

    Raises
    ------
    ConvergenceError, EvidenceError, LimitError
        As for :func:`leave_one_out`.
    """
    model = build_model(case, base)
    sizes = suited(model, settings).sizes()
    require_affordable(model, settings.engine, sizes)
    claims = sum(len(names) for _, names in tasks.values())
    require_study(model, settings.engine, sizes, len(tasks), f"{subject} of {claims:,} claims")
    held_out = functools.partial(_check, case, settings, scale)
    checks = finish(held_out, tasks, executor=executor, progress=progress)
    return Checks(tuple(result for each in checks.values() for result in each))


def _check(case: Case, settings: Settings, scale: str, tasks: Sequence[Held]) -> list[Checks]:
    return [check(fit_with(case, settings, given=given), names, scale=scale) for given, names in tasks]
