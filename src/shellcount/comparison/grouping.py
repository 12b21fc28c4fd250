"""Group changes so that every case between the two ends is usable."""

from __future__ import annotations

import dataclasses
import importlib.metadata
from collections.abc import Collection, Iterable, Mapping, Sequence

from shellcount.case.schema import Case
from shellcount.comparison.change import Change
from shellcount.comparison.differences import SUPPORT, ever_fitted
from shellcount.comparison.mixing import mixed
from shellcount.errors import CaseError, UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.results.given import parse_given, split_given
from shellcount.results.run import MODEL_VERSION, Run, versions

MOST_CHANGES = 40
_VERSIONS = ("run.versions", "run.model_version")

type Medians = Mapping[str, float]
type Task = tuple[Case, Run]


@frozen
class End:
    """End of a move.

    Parameters
    ----------
    case, run
        Case that was fitted, and run that fitted it.
    medians
        Posterior medians by name of the estimate.
    """

    case: Case
    run: Run
    medians: Medians


def is_current(run: Run) -> bool:
    """Tell whether a run was made with the installed libraries and model, so that a refit repeats it.

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


class Between:
    """Two ends of a comparison, and the cases and runs between them.

    Parameters
    ----------
    old, new
        Ends of the comparison.
    changes
        All changes between them.
    """

    def __init__(self, old: End, new: End, changes: Sequence[Change]) -> None:
        self.old, self.new = old, new
        named = [split_given(run.given) for run in (old.run, new.run)]
        held_out = {f"claim.{name}" for given in named for name in (*given.without, *given.added)}
        moving = [change.path for change in changes if _moves(change, held_out)]
        self.versions = tuple(path for path in moving if path in _VERSIONS) or _VERSIONS[:1]
        self._moving = [path for path in moving if path not in _VERSIONS]
        self._free = _free(change for change in changes if not _moves(change, held_out))
        self._free |= {path for change in changes for path in change.brings}
        fitted = ever_fitted((old.case, new.case), (old.run.given, new.run.given))
        claims = {claim.id for case in (old.case, new.case) for claim in case.claim}
        self._unfitted = {name for name in claims - fitted if f"claim.{name}" not in held_out}
        self._cases: dict[frozenset[str], Case | None] = {}

    def groups(self) -> tuple[list[frozenset[str]], tuple[str, ...]]:
        """Group changes that can only be applied together; give the groups, and caveats for the reader."""
        groups = [frozenset({path}) for path in self._moving]
        remarks: tuple[str, ...] = ()
        sizes = [group for group in groups if group <= {"run.engine", "run.settings"}]
        if len(sizes) == 2:  # each engine has sizes of its own
            groups = [group for group in groups if group not in sizes] + [sizes[0] | sizes[1]]
        if len(groups) > MOST_CHANGES:
            remarks = (f"{len(groups)} changes are too many to refit one by one, and are grouped by table",)
            tables = dict.fromkeys(path.partition(".")[0] for group in groups for path in sorted(group))
            every = frozenset().union(*groups)
            groups = [frozenset(path for path in every if path.partition(".")[0] == one) for one in tables]
        return self._standing(groups), remarks

    def _standing(self, groups: list[frozenset[str]]) -> list[frozenset[str]]:
        """Join groups until each can be applied in turn, in order and in reverse."""
        count = 0
        while count != len(groups):
            count = len(groups)
            for direction in (1, -1):
                groups = groups[::direction]
                self._join(groups)
                groups = groups[::direction]
        return groups

    def _join(self, groups: list[frozenset[str]]) -> None:
        """Join each change that leaves the case unusable with the first that repairs it, or with the next."""
        place = 1
        while place < len(groups):
            before = frozenset[str]().union(*groups[:place])
            if self.case(before) is not None:
                place += 1
                continue
            repairing = (at for at in range(place, len(groups)) if self.case(before | groups[at]) is not None)
            groups[place - 1] |= groups.pop(next(repairing, place))

    def case(self, paths: frozenset[str]) -> Case | None:
        """Apply some of the changes to the old case; give ``None`` if the result is not usable."""
        if paths not in self._cases:
            # Claims that no run fits move no estimate, and could only make the case unusable.
            candidates = (self._mixed(paths, without) for without in (self._unfitted, ()))
            self._cases[paths] = next((case for case in candidates if case is not None), None)
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

    def task(self, paths: frozenset[str]) -> Task:
        """Describe the fit with some of the changes applied: its case and its run."""
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


def _moves(change: Change, held_out: Collection[str]) -> bool:
    """Tell whether a change may move an estimate, or adds or removes a claim that a conditioning names."""
    return change.effect == "estimates" or (change.path in held_out and change.kind != "changed")


def _free(unmoving: Iterable[Change]) -> frozenset[str]:
    """Collect the changes that move no estimate and are applied first, except removals that others need."""
    return frozenset(
        change.path
        for change in unmoving
        if change.kind != "removed" or change.path.partition(".")[0] not in SUPPORT
    )
