"""How much of a move each change explains: refits with the changes carried over one at a time."""

from __future__ import annotations

import dataclasses
import functools
import importlib.metadata
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from shellcount.analysis import Parts, analyse_apart
from shellcount.case.schema import Case
from shellcount.comparison.differences import SUPPORT, Change, ever_fitted
from shellcount.comparison.mixing import mixed
from shellcount.errors import CaseError, EvidenceError, ShellcountError, UnknownNameError, UsageError
from shellcount.parallel.executors import each
from shellcount.results.given import parse_given
from shellcount.results.names import parse_quantity
from shellcount.results.run import MODEL_VERSION, Run, versions
from shellcount.text import one_line

MOST_CHANGES = 40
VERSIONS = ("run.versions", "run.model_version")

type Medians = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Step:
    """What a change, or several that are counted together, did to the median of an estimate.

    Parameters
    ----------
    paths
        Of the changes.
    log_step
        Step of the log median: the mean of ``forward`` and ``reverse``.
    step
        Step of the median, likewise averaged, in the unit of the estimate.
    forward, reverse
        Step of the log median where the change comes in its turn, and with all in reverse order.
    """

    paths: tuple[str, ...]
    log_step: float
    step: float
    forward: float
    reverse: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """The steps of every estimate asked for.

    Parameters
    ----------
    steps
        By the name of the estimate; they sum to its move.
    refits
        How many fits were made.
    remarks
        What a reader must know of them.
    """

    steps: Mapping[str, tuple[Step, ...]]
    refits: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a move.

    Parameters
    ----------
    case, run
        What was fitted, and how.
    medians
        By the name of the estimate.
    """

    case: Case
    run: Run
    medians: Medians


def attribute(
    old: End,
    new: End,
    changes: Sequence[Change],
    *,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Attribution:
    r"""Share the moves of medians out among changes.

    The changes are carried over one at a time, in order and in reverse, with a fit after each; the
    step of a change is :math:`\tfrac12 [\log m(S \cup c) - \log m(S)]` summed over the two orders,
    the mean over two of the orders that Shapley values average over (Shapley 1953). All fits have the
    seed of their side, so that their noise is shared and largely cancels.

    Parameters
    ----------
    old, new
        The ends, with the medians of the same names.
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
    >>> ends = [End(made.case, made.run, {"load": made.estimate("load").p50}) for made in fits]
    >>> [step.paths for step in attribute(*ends, difference(old, new)).steps["load"]]
    [('priors.load',)]
    """
    between = _Between(old, new, changes)
    groups, remarks = between.groups()
    if not groups and is_current(old.run) and is_current(new.run) and old.medians != new.medians:
        remark = "the numbers differ though nothing that decides them does: a file is not as it was written"
        return Attribution({}, 0, (remark,))
    chain = _Chain(between, groups)
    found = chain.fit(executor, progress)
    faults = [result for result in found if isinstance(result, str)]
    if faults:
        remark = f"what explains the moves is not known, since a refit failed: {faults[0]}"
        return Attribution({}, chain.refits, (*remarks, remark))
    if any(result.not_quotable for result in found if not isinstance(result, str)):
        remarks += ("a refit between the two has not converged: its steps are rough",)
    steps = {name: chain.steps(name) for name in old.medians}
    lacking = [name for name, made in steps.items() if not made and old.medians[name] != new.medians[name]]
    if lacking:
        remarks += (f"not explained, since some case between the two lacks it: {', '.join(lacking)}",)
    return Attribution({name: made for name, made in steps.items() if made}, chain.refits, remarks)


@dataclass(frozen=True, slots=True)
class _Refit:
    """The medians of a fit, and why they must not be quoted, if so."""

    medians: Medians
    not_quotable: str | None


type _Task = tuple[Case, Run]


def _refit(names: tuple[str, ...], task: _Task) -> _Refit | str:
    """Fit, and give the medians of those names that the case has; or say why that is not possible."""
    case, run = task
    known: dict[str, Parts] = {}
    for name in names:
        try:
            known[name] = Parts(quantities=(parse_quantity(case, name),), checks=(), figures=False)
        except (UnknownNameError, UsageError):
            continue
    try:
        analysed = analyse_apart(case, list(known.values()), run=run)
    except (EvidenceError, UsageError) as error:
        return one_line(str(error))
    medians: dict[str, float] = {}
    faults = []
    for name, results in zip(known, analysed, strict=True):
        if isinstance(results, ShellcountError):
            raise results
        estimate = results.estimate(name)
        medians[name] = estimate.p50
        faults.append(estimate.not_quotable)
    return _Refit(medians, next(filter(None, faults), None))


def is_current(run: Run) -> bool:
    """Whether a run was made by the libraries and the model that are installed, so that it repeats.

    Examples
    --------
    >>> import shellcount
    >>> is_current(shellcount.fit(shellcount.load_case()).run)
    True
    """
    try:
        installed = versions(run.engine)
    except importlib.metadata.PackageNotFoundError:
        return False
    return run.model_version == MODEL_VERSION and dict(run.versions) == installed


class _Between:
    """Two ends, and everything that can stand between them."""

    def __init__(self, old: End, new: End, changes: Sequence[Change]) -> None:
        self.old, self.new = old, new
        held = {f"claim.{run.given.partition(':')[2]}" for run in (old.run, new.run)}
        moving = [change.path for change in changes if _moves(change, held)]
        self.versions = tuple(path for path in moving if path in VERSIONS) or VERSIONS[:1]
        self._moving = [path for path in moving if path not in VERSIONS]
        self._free = _free(change for change in changes if not _moves(change, held))
        self._free |= {path for change in changes for path in change.brings}
        fitted = ever_fitted((old.case, new.case), (old.run.given, new.run.given))
        claims = {claim.id for case in (old.case, new.case) for claim in case.claim}
        self._unfitted = {name for name in claims - fitted if f"claim.{name}" not in held}
        self._cases: dict[frozenset[str], Case | None] = {}

    def groups(self) -> tuple[list[frozenset[str]], tuple[str, ...]]:
        """Changes to be carried over, those that cannot stand alone together."""
        groups = [frozenset({path}) for path in self._moving]
        remarks: tuple[str, ...] = ()
        sizes = [group for group in groups if group <= {"run.engine", "run.settings"}]
        if len(sizes) == 2:  # each engine has sizes of its own
            groups = [group for group in groups if group not in sizes] + [sizes[0] | sizes[1]]
        if len(groups) > MOST_CHANGES:
            remarks = (f"{len(groups)} changes are too many to refit one by one: counted by table",)
            tables = dict.fromkeys(path.partition(".")[0] for group in groups for path in sorted(group))
            every = frozenset().union(*groups)
            groups = [frozenset(path for path in every if path.partition(".")[0] == one) for one in tables]
        return self._standing(groups), remarks

    def _standing(self, groups: list[frozenset[str]]) -> list[frozenset[str]]:
        """Join groups until each can be carried over in its turn, in order and in reverse."""
        count = 0
        while count != len(groups):
            count = len(groups)
            for direction in (1, -1):
                groups = groups[::direction]
                self._join(groups)
                groups = groups[::direction]
        return groups

    def _join(self, groups: list[frozenset[str]]) -> None:
        """Where the case is not usable half way, join a change with the first that mends it, or the next."""
        place = 1
        while place < len(groups):
            done = frozenset[str]().union(*groups[:place])
            if self.case(done) is not None:
                place += 1
                continue
            mending = (at for at in range(place, len(groups)) if self.case(done | groups[at]) is not None)
            groups[place - 1] |= groups.pop(next(mending, place))

    def case(self, paths: frozenset[str]) -> Case | None:
        """The case with some changes carried over, or ``None`` if it is not usable."""
        if paths not in self._cases:
            # Claims that nothing fits move no estimate, and could only make the case unusable.
            found = (self._mixed(paths, without) for without in (self._unfitted, ()))
            self._cases[paths] = next((case for case in found if case is not None), None)
        return self._cases[paths]

    def _mixed(self, paths: frozenset[str], without: Collection[str]) -> Case | None:
        try:
            case = mixed(self.old.case, self.new.case, paths | self._free, without)
            parse_given(case, self._run("run.given", paths).given)
        except (CaseError, UnknownNameError, UsageError):
            return None
        return case

    def _run(self, path: str, paths: frozenset[str]) -> Run:
        return self.new.run if path in paths else self.old.run

    def task(self, paths: frozenset[str]) -> _Task:
        """The fit with some changes carried over."""
        case = self.case(paths) or self.new.case
        run = dataclasses.replace(
            self._run("run.engine", paths),
            case=case.about.id,
            case_digest=case.digest,
            given=self._run("run.given", paths).given,
            seed=self._run("run.seed", paths).seed,
            settings=self._run("run.settings", paths).settings,
        )
        return case, run


def _moves(change: Change, held: Collection[str]) -> bool:
    """Whether a change may move an estimate, or brings or takes a claim that is held out by name."""
    return change.effect == "estimates" or (change.path in held and change.kind != "changed")


def _free(unmoving: Iterable[Change]) -> frozenset[str]:
    """What moves no estimate, and is carried over beforehand; but what others may still need stays."""
    return frozenset(
        change.path
        for change in unmoving
        if change.kind != "removed" or change.path.partition(".")[0] not in SUPPORT
    )


class _Chain:
    """The fits from one end to the other, in order and in reverse."""

    def __init__(self, between: _Between, groups: list[frozenset[str]]) -> None:
        self._between, self._groups = between, groups
        everything = frozenset[str]().union(*groups)
        self._forward = [frozenset[str]().union(*groups[:place]) for place in range(len(groups) + 1)]
        self._reverse = [everything - done for done in self._forward]
        self._stored: dict[frozenset[str], Medians] = {}
        for paths, end in ((self._forward[0], between.old), (everything, between.new)):
            if is_current(end.run) or not groups:
                self._stored[paths] = end.medians
        states = dict.fromkeys((*self._forward, *self._reverse))
        self.states = [paths for paths in states if paths not in self._stored]
        self.refits = 0

    def fit(self, executor: Executor | None, progress: Callable[[float], None]) -> list[_Refit | str]:
        """Make every fit that is needed, each distinct one once."""
        tasks = {paths: self._between.task(paths) for paths in self.states}
        keys = {paths: _key(task) for paths, task in tasks.items()}
        distinct = {keys[paths]: task for paths, task in tasks.items()}
        work = functools.partial(_refit, tuple(self._between.old.medians))
        results: dict[_Key, _Refit | str] = {}
        for place, result in each(work, list(distinct.values()), executor):
            results[list(distinct)[place]] = result
            progress(len(results) / len(distinct))
        self.refits = len(distinct)
        for paths, key in keys.items():
            result = results[key]
            self._stored[paths] = {} if isinstance(result, str) else result.medians
        return [results[key] for key in distinct]

    def steps(self, name: str) -> tuple[Step, ...]:
        """The step of each group of changes, then that of the versions; none where a median is missing."""
        states = {paths: medians.get(name, 0.0) for paths, medians in self._stored.items()}
        ends = self._between.old.medians[name], self._between.new.medians[name]
        if min(*states.values(), *ends) <= 0:
            return ()
        found = []
        for place, group in enumerate(self._groups):
            forward = states[self._forward[place]], states[self._forward[place + 1]]
            reverse = states[self._reverse[place + 1]], states[self._reverse[place]]
            found.append(_step(tuple(sorted(group)), forward, reverse))
        refit = states[self._forward[0]], states[self._forward[-1]]
        if refit != ends:
            outside = ends[1] * refit[0] / refit[1]
            step = _step(self._between.versions, (ends[0], outside), (ends[0], outside))
            change = (ends[1] - ends[0]) - (refit[1] - refit[0])
            found.append(dataclasses.replace(step, step=change))
        return tuple(found)


def _step(paths: tuple[str, ...], forward: tuple[float, float], reverse: tuple[float, float]) -> Step:
    logs = [math.log(after / before) for before, after in (forward, reverse)]
    steps = [after - before for before, after in (forward, reverse)]
    return Step(paths, sum(logs) / 2, sum(steps) / 2, logs[0], logs[1])


type _Key = tuple[str, str, str, int, tuple[tuple[str, int], ...]]


def _key(task: _Task) -> _Key:
    """What decides the result of a task on this machine: library versions are what they are."""
    case, run = task
    return case.digest, run.given, run.engine, run.seed, tuple(sorted(run.settings.items()))
