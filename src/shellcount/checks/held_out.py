"""Add to results the checks of fitted claims against fits that hold them out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor

from shellcount.checks.leave_one_out import leave_one_out, refit_settings
from shellcount.checks.one_step_ahead import one_step_ahead
from shellcount.results.results import Results


def leave_one_out_results(
    results: Results,
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Results:
    """Check each fitted claim against the posterior given the others, and add the checks to results.

    Parameters
    ----------
    results
        Results of a run. Those with fewer than two fitted claims are returned unchanged.
    executor
        Executor of the fits, any :class:`concurrent.futures.Executor`; by default this process.
    progress
        Called with the finished share of the work, from 0 to 1.

    Raises
    ------
    EvidenceError
        When the remaining claims contradict each other.
    """
    if len(results.fitted) < 2:
        return results
    checks = leave_one_out(
        results.case,
        given=results.run.given,
        settings=refit_settings(results.run),
        scale=results.scale,
        executor=executor,
        progress=progress,
    )
    return results.with_left_out(checks)


def one_step_ahead_results(
    results: Results,
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Results:
    """Check each fitted claim against the posterior given those stated before it, and add the checks.

    Parameters
    ----------
    results
        Results of a run. Those without a fitted claim are returned unchanged.
    executor, progress
        As for :func:`leave_one_out_results`.

    Raises
    ------
    EvidenceError
        When earlier claims contradict each other.
    """
    if not results.fitted:
        return results
    checks = one_step_ahead(
        results.case,
        given=results.run.given,
        settings=refit_settings(results.run),
        scale=results.scale,
        executor=executor,
        progress=progress,
    )
    return results.with_one_step_ahead(checks)
