"""Predict each fitted claim from those that were stated before it (one step ahead)."""

from __future__ import annotations

import datetime as dt
import itertools
from concurrent.futures import Executor

from shellcount.case.schema import Case, Claim
from shellcount.checks.leave_one_out import check_in_turn
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import UsageError
from shellcount.progress import Progress, showing
from shellcount.results.claim_check import Checks
from shellcount.results.given import conditioned_on, fitted_claims, parse_given
from shellcount.wording.scales import ICD203


def one_step_ahead(
    case: Case,
    *,
    given: str = "counts",
    scale: str = ICD203,
    settings: Settings = DEFAULTS,
    progress: Progress = False,
    executor: Executor | None = None,
) -> Checks:
    r"""Check each fitted claim against the posterior given the claims that were stated before it.

    The percentile of a claim is its place in the prediction of that day,
    :math:`\Pr(\tilde y_t \le y_t \mid y_{<t})`. If the model is right, these percentiles are independent and
    uniform (Rosenblatt 1952, *Ann. Math. Statist.* 23:470; Dawid 1984, *J. R. Statist. Soc. A* 147:278), so
    that half of the claims lie in the middle half of their predictions. The first claim is predicted from the
    priors alone. Claims that were stated on one day are predicted from the same earlier claims.

    Parameters
    ----------
    case
        Evidence and assumptions.
    given
        Any conditioning, such as ``all`` or ``counts-but:CLAIM``: its claims are predicted in turn.
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
        One check for each reading of each fitted claim, in the order in which claims were stated.
        :func:`shellcount.results.coverage.coverage_of` counts how many lie within their intervals.

    Raises
    ------
    ConvergenceError
        When the draws of a fit must not be quoted.
    EvidenceError
        When the earlier claims contradict each other.
    LimitError
        When a fit, or all together, are forecast to need more memory or work than is allowed.
    UsageError
        When an argument is invalid, or no claim is fit.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> [check.claim for check in one_step_ahead(load_case())][0]
    'us-state-2024-02'
    """
    base = parse_given(case, given)
    fitted = [read.claim for read in fitted_claims(case, base)]
    if not fitted:
        raise UsageError(f"given {base.brief}, no claim is fit; there is none to predict")
    ordered = sorted((stated_on(case, claim), claim.id) for claim in fitted)
    tasks: dict[dt.date, tuple[str, tuple[str, ...]]] = {}
    before: set[str] = set()
    for day, pairs in itertools.groupby(ordered, key=lambda pair: pair[0]):
        names = tuple(name for _, name in pairs)
        tasks[day] = (str(conditioned_on(case, base.base, before)), names)
        before.update(names)
    with showing(progress, "predicting one step ahead") as show:
        return check_in_turn(
            case,
            tasks,
            base=base,
            subject="one step ahead",
            settings=settings,
            scale=scale,
            executor=executor,
            progress=show,
        )


def stated_on(case: Case, claim: Claim) -> dt.date:
    """Find the day on which a claim was stated: its earliest publication, or else its last date.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> {claim.id: stated_on(case, claim).isoformat() for claim in case.claim}["us-white-house-2023-10"]
    '2024-02-28'
    """
    sources = {report.source for report in claim.reports}
    published = [
        source.published for source in case.source if source.id in sources and source.published is not None
    ]
    return min(published, default=claim.dates[-1])
