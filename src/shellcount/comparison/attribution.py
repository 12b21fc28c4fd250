"""Attribute moves to changes: refit with the changes applied one at a time."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor

from shellcount.analysis import Parts, analyse_apart
from shellcount.comparison.change import Change
from shellcount.comparison.grouping import Between, End, Medians, Task, is_current
from shellcount.errors import EvidenceError, LimitError, ShellcountError, UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.parallel.tasks import finish
from shellcount.results.names import parse_quantity
from shellcount.results.quantity import Quantity
from shellcount.text import one_line


@frozen
class Step:
    """Effect of a change, or of several that are counted together, on the median of an estimate.

    Parameters
    ----------
    paths
        Paths of the changes.
    log_step
        Step of the log median: the mean of ``forward`` and ``reverse``.
    step
        Step of the median, averaged in the same way, in the unit of the estimate.
    forward, reverse
        Step of the log median with the changes applied in order, and in reverse order.
    """

    paths: tuple[str, ...]
    log_step: float
    step: float
    forward: float
    reverse: float


@frozen
class Attribution:
    """Steps of the explained estimates.

    Parameters
    ----------
    steps
        Steps by name of the estimate; they sum to its move.
    refits
        Number of fits between the two ends.
    remarks
        Caveats for the reader.
    """

    steps: Mapping[str, tuple[Step, ...]]
    refits: int
    remarks: tuple[str, ...]


def attribute(
    old: End,
    new: End,
    changes: Sequence[Change],
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Attribution:
    r"""Divide the moves of medians among the changes.

    The changes are applied one at a time, in order and in reverse, with a fit after each; the step of
    a change is :math:`\tfrac12 [\log m(S \cup c) - \log m(S)]` summed over the two orders, the mean
    over two of the orders that Shapley values average over (Shapley 1953). Every fit uses the seed of
    its side, so that Monte Carlo noise is shared and largely cancels.

    Parameters
    ----------
    old, new
        Ends of the move, with medians of the same names.
    changes
        All changes between them.
    executor
        Where to fit: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        Called with the share of the work done, from 0 to 1.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.comparison.differences import difference
    >>> old = shellcount.load_case()
    >>> new = shellcount.with_changes(old, {"load": (0.5, 0.9)})
    >>> fits = [shellcount.fit(case) for case in (old, new)]
    >>> ends = [End(one.case, one.run, {"load": one.estimate("load").p50}) for one in fits]
    >>> [step.paths for step in attribute(*ends, difference(old, new)).steps["load"]]
    [('priors.load',)]
    """
    between = Between(old, new, changes)
    groups, remarks = between.groups()
    if not groups and is_current(old.run) and is_current(new.run) and old.medians != new.medians:
        remark = (
            "the numbers differ although nothing that determines them does: "
            "one of the files was changed after it was written"
        )
        return Attribution({}, 0, (remark,))
    chain = _Chain(between, groups)
    refits = chain.fit(executor, progress)
    failures = [refit for refit in refits if isinstance(refit, str)]
    if failures:
        remark = f"the moves are not explained, because a refit failed: {failures[0]}"
        return Attribution({}, chain.refits, (*remarks, remark))
    if any(refit.not_quotable for refit in refits if not isinstance(refit, str)):
        remarks += ("a refit between the two has not converged, so the steps are approximate",)
    steps = {name: chain.steps(name) for name in old.medians}
    lacking = [name for name in steps if not steps[name] and old.medians[name] != new.medians[name]]
    if lacking:
        names = ", ".join(lacking)
        remarks += (f"not explained, because a case between the two lacks the estimate: {names}",)
    return Attribution({name: steps[name] for name in steps if steps[name]}, chain.refits, remarks)


@frozen
class _Refit:
    """Medians of a fit, and why they must not be quoted, or ``None``."""

    medians: Medians
    not_quotable: str | None


def _refits(names: tuple[str, ...], tasks: Sequence[Task]) -> list[_Refit | str]:
    return [_refit(names, task) for task in tasks]


def _refit(names: tuple[str, ...], task: Task) -> _Refit | str:
    """Fit, and compute the medians of the names that the case has; give the reason where that fails."""
    case, run = task
    quantities: dict[str, Quantity] = {}
    for name in names:
        try:
            quantities[name] = parse_quantity(case, name)
        except (UnknownNameError, UsageError):
            continue
    parts = Parts(quantities=tuple(quantities.values()), checks=(), figures=False)
    try:
        (results,) = analyse_apart(case, [parts], run=run)
    except (EvidenceError, LimitError, UsageError) as error:
        return one_line(str(error))
    if isinstance(results, ShellcountError):
        raise results
    estimates = {name: results.estimate(name) for name in quantities}
    reasons = (estimate.not_quotable for estimate in estimates.values())
    medians = {name: estimate.p50 for name, estimate in estimates.items()}
    return _Refit(medians, next(filter(None, reasons), None))


class _Chain:
    """Fits from one end to the other, with the changes in order and in reverse."""

    def __init__(self, between: Between, groups: list[frozenset[str]]) -> None:
        self._between, self._groups = between, groups
        everything = frozenset[str]().union(*groups)
        self._forward = [frozenset[str]().union(*groups[:place]) for place in range(len(groups) + 1)]
        self._reverse = [everything - paths for paths in self._forward]
        self._stored: dict[frozenset[str], Medians] = {}
        for paths, end in ((self._forward[0], between.old), (everything, between.new)):
            if is_current(end.run) or not groups:
                self._stored[paths] = end.medians
        states = dict.fromkeys((*self._forward, *self._reverse))
        self.states = [paths for paths in states if paths not in self._stored]
        self.refits = 0

    def fit(self, executor: Executor | None, progress: Callable[[float], None]) -> list[_Refit | str]:
        """Run every fit that is needed, each distinct one once."""
        tasks = {paths: self._between.task(paths) for paths in self.states}
        keys = {paths: _key(task) for paths, task in tasks.items()}
        distinct = {keys[paths]: task for paths, task in tasks.items()}
        refit = functools.partial(_refits, tuple(self._between.old.medians))
        results = finish(refit, distinct, executor=executor, progress=progress)
        self.refits = len(distinct)
        for paths, key in keys.items():
            result = results[key]
            self._stored[paths] = {} if isinstance(result, str) else result.medians
        return [results[key] for key in distinct]

    def steps(self, name: str) -> tuple[Step, ...]:
        """Compute the step of each group of changes, then of the versions; none if a median is missing."""
        states = {paths: medians.get(name, 0.0) for paths, medians in self._stored.items()}
        ends = self._between.old.medians[name], self._between.new.medians[name]
        if min(*states.values(), *ends) <= 0:
            return ()
        steps = []
        for place, group in enumerate(self._groups):
            forward = states[self._forward[place]], states[self._forward[place + 1]]
            reverse = states[self._reverse[place + 1]], states[self._reverse[place]]
            steps.append(_step(tuple(sorted(group)), forward, reverse))
        refit = states[self._forward[0]], states[self._forward[-1]]
        if refit != ends:
            outside = ends[1] * refit[0] / refit[1]
            step = _step(self._between.versions, (ends[0], outside), (ends[0], outside))
            change = (ends[1] - ends[0]) - (refit[1] - refit[0])
            steps.append(dataclasses.replace(step, step=change))
        return tuple(steps)


def _step(paths: tuple[str, ...], forward: tuple[float, float], reverse: tuple[float, float]) -> Step:
    logs = [math.log(after / before) for before, after in (forward, reverse)]
    steps = [after - before for before, after in (forward, reverse)]
    return Step(paths, sum(logs) / 2, sum(steps) / 2, logs[0], logs[1])


type _Key = tuple[str, str, str, int, tuple[tuple[str, int], ...]]


def _key(task: Task) -> _Key:
    """Identify a task by everything that decides its result on one machine."""
    case, run = task
    return case.digest, run.given, run.engine, run.seed, tuple(sorted(run.settings.items()))
