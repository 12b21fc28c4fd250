"""Sweep over settings: fit a case for many combinations of assumptions, claims and conditionings."""

from __future__ import annotations

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, TypeAdapter

from shellcount.case.changes import written_change
from shellcount.case.schema import Case
from shellcount.digest import Json, digest
from shellcount.engines.announcing import require_study
from shellcount.engines.forecast import require_affordable, suited
from shellcount.engines.settings import DEFAULTS, Settings
from shellcount.errors import ShellcountError, UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.limits import require_within
from shellcount.model.model import build_model
from shellcount.parallel.journal import Journal
from shellcount.parallel.tasks import finish
from shellcount.posterior.remapping import LATEST
from shellcount.progress import Progress, showing
from shellcount.results.names import name_of, parse_quantity
from shellcount.results.standard import answering, standard
from shellcount.results.sweep import Outcome, Sweep
from shellcount.results.when import When
from shellcount.studies.design import Space, parse_design
from shellcount.studies.sweep_fit import Basis, fit_points, together
from shellcount.studies.variation import Choices, Point, Value, require_known, setting

_LARGEST_BATCH = 16  # fits that are sent to a worker together: enough to make the cost of sending small
_BATCHES = 32  # of a sweep, at least, so that no worker waits long for another at the end
_ROW = 700  # bytes of memory of an estimate in the table
_TRIED = 8  # combinations in which a value is tried before it is refused


@frozen
class Plan:
    """All fits of a sweep, checked before any of them.

    Parameters
    ----------
    basis
        All that the fits have in common.
    space
        Settings that vary.
    points
        Values of the settings of each fit.
    command
        Command line that makes the same table, to be recorded.
    """

    basis: Basis
    space: Space
    points: tuple[Point, ...]
    command: str | None = None

    def document(self) -> dict[str, Json]:
        """Write the provenance of the sweep: everything that decides its table."""
        space, keys = self.space, self.keys()
        return {
            "schema": "shellcount/sweep/1",
            **self.basis.document(),
            "vary": {
                each.name: [written_change(value) for value in each.values]
                if isinstance(each, Choices)
                else each.words
                for each in space.settings
            },
            "listed": len(space.rows),
            "design": None if space.design is None else str(space.design),
            "fits": len(self.points),
            "digest": digest(list(keys)),
            "command": self.command,
        }

    def keys(self) -> dict[str, Point]:
        """Map the digest of each fit to its settings; fits that do not differ are one."""
        basis = digest(self.basis.document())
        return {self.basis.key(basis, point): point for point in self.points}


def plan_sweep(
    case: Case,
    vary: Mapping[str, str | Iterable[Value]] | None = None,
    *,
    rows: Iterable[Point] = (),
    design: str | None = None,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    at: Iterable[When | str] = (),
    estimates: Iterable[str] = (),
    settings: Settings = DEFAULTS,
    command: str | None = None,
) -> Plan:
    """Prepare a sweep, and refuse one that cannot be made, before any fit; see :func:`sweep`.

    Raises
    ------
    LimitError
        When a fit, or all together, are forecast to need more memory or work than is allowed.
    CaseError, UnknownNameError, UsageError
        When an argument is invalid.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> len(plan_sweep(load_case(), {"load": "0.5..0.9:5", "given": "counts,all"}).points)
    10
    """
    listed = tuple(rows)
    require_known(case, dict.fromkeys(name for row in listed for name in row))
    varied = tuple(setting(case, name, values) for name, values in (vary or {}).items())
    space = Space(varied, listed, None if design is None else parse_design(design))
    if not space.names:
        raise UsageError("nothing varies: name a setting and its values, such as load=0.5..0.9:5")
    basis = Basis(case, given, tuple(without), tuple(with_), settings, ())
    names = tuple(dict.fromkeys(estimates)) or _names(case, tuple(at))
    _require_affordable(basis, len(space), len(names))
    points = tuple(space.points(settings.seed))
    _require_usable(basis, space, points, names)
    return Plan(replace(basis, names=names), space, points, command)


def _names(case: Case, at: tuple[When | str, ...]) -> tuple[str, ...]:
    """Name the headline, and what was sent by the latest date, or by the dates that are asked for."""
    dated = (each for each in standard(case, at or [case.last_date]) if each.day is not None)
    return tuple(dict.fromkeys(name_of(case, each) for each in (answering(case, at), *dated)))


def _require_affordable(basis: Basis, fits: int, names: int) -> None:
    subject = f"a sweep of {fits:,} fits"
    require_within("memory", _ROW * fits * names, f"{subject} with {names:,} estimates each")
    model = build_model(basis.case, basis.given_at({}, basis.case))
    settings = suited(model, basis.settings)
    require_affordable(model, settings.engine, settings.sizes())
    require_study(
        model,
        settings.engine,
        settings.sizes(),
        fits,
        subject,
        remedy=f"--{settings.size_of_a_run} gives fewer draws in less time, and when interrupted, the same "
        "command goes on",
    )


def _require_usable(basis: Basis, space: Space, points: Sequence[Point], names: Iterable[str]) -> None:
    """Refuse a value with which no combination can be used, and names that no case has."""
    case = _usable(basis, points[:1] if space.rows else points)
    for name in names:
        try:
            parse_quantity(basis.case, name)
        except UnknownNameError:  # a scenario that varies
            parse_quantity(case, name)
    for each in space.choices:
        for value in each.values:
            _usable(basis, (point for point in points if point[each.name] == value))


def _usable(basis: Basis, points: Iterable[Point]) -> Case:
    """Find a combination that can be used among the first few, or raise the error of the first."""
    first: ShellcountError | None = None
    for point in itertools.islice(points, _TRIED):
        try:
            case = basis.case_at(point)
            basis.given_at(point, case)
        except ShellcountError as error:
            first = first or error
        else:
            return case
    if first is None:
        return basis.case
    raise first


def run_sweep(
    plan: Plan,
    *,
    journal: Path | None = None,
    executor: Executor | None = None,
    batch: int | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> Sweep:
    """Run the fits of a plan; see :func:`sweep`."""
    keys = plan.keys()
    basis, size = plan.basis, batch or max(1, min(_LARGEST_BATCH, len(keys) // _BATCHES))
    with contextlib.ExitStack() as opened:
        opened.callback(LATEST.forget)
        kept = None
        if journal is not None:
            kept = opened.enter_context(Journal(journal, plan.basis.document(), _line(len(basis.names))))
        found = finish(
            functools.partial(fit_points, basis),
            together(basis, keys),
            batch=size,
            journal=kept,
            executor=executor,
            progress=progress,
        )
    basis_digest = digest(basis.document())
    outcomes = tuple(found[basis.key(basis_digest, point)] for point in plan.points)
    return Sweep(plan.document(), plan.space.names, basis.names, plan.points, outcomes)


def _line(count: int) -> TypeAdapter[tuple[str, Outcome]]:
    """Describe a line of the journal: a fit, and a summary of each estimate or an error."""

    def whole(outcome: Outcome) -> Outcome:
        if len(outcome.estimates) != (count if outcome.error is None else 0):
            raise ValueError("not all estimates, or an error besides")
        return outcome

    return TypeAdapter(tuple[str, Annotated[Outcome, AfterValidator(whole)]])


def sweep(
    case: Case,
    vary: Mapping[str, str | Iterable[Value]] | None = None,
    *,
    rows: Iterable[Point] = (),
    design: str | None = None,
    given: str = "counts",
    without: Iterable[str] = (),
    with_: Iterable[str] = (),
    at: Iterable[When | str] = (),
    estimates: Iterable[str] = (),
    settings: Settings = DEFAULTS,
    journal: Path | None = None,
    executor: Executor | None = None,
    batch: int | None = None,
    progress: Progress = False,
) -> Sweep:
    r"""Fit a case for every combination of some settings, and tabulate the estimates.

    All fits use the same seed, so that they share their random numbers (common random numbers; Glasserman
    and Yao 1992, *Management Science* 38:884) and differ by their settings alone; vary ``seed`` to see the
    Monte Carlo error. The table is the same in any order of the work, size of batches and number of workers.

    Parameters
    ----------
    case
        Evidence and assumptions.
    vary
        Values by name of the setting: every name that :func:`shellcount.with_changes` takes, and ``given``,
        ``without``, ``with`` and ``seed``. Values are a list, or a text as :func:`~.variation.setting` reads
        it: ``"0.5..0.9:5"``, ``"A,B,C"``, or with a design ``"0.5..0.9"`` or ``"prior"``.
    rows
        Rows of a list, each with values of its own; all of them are combined with ``vary``.
    design
        ``sobol:COUNT`` or ``lhs:COUNT``: points for those settings that have a range or a prior without a
        number of values.
    given, without, with_
        Claims to condition on, as for :func:`shellcount.fit`.
    at
        Dates, months and periods of the estimates, which all come from the same fits; by default the latest
        date of a claim.
    estimates
        Names of the estimates, the headline first; by default what was sent at those dates.
    settings
        Engine, seed and sizes of each fit.
    journal
        Journal of finished fits; a later call with the same file does only the rest.
    executor
        Where to fit: any :class:`concurrent.futures.Executor`, by default this process.
    batch
        Number of fits that are sent to a worker together.
    progress
        True to show a bar, or what to call with the share of the work done, from 0 to 1.

    Returns
    -------
    Sweep
        A row for each estimate of each fit. A fit that fails has its error in its rows.

    Raises
    ------
    LimitError
        When a fit, or all together, are forecast to need more memory or work than is allowed.
    OutputError
        When the journal cannot be written, or belongs to other work.
    CaseError, UnknownNameError, UsageError
        When an argument is invalid.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> found = sweep(load_case(), {"load": [0.5, 0.9]}, settings=Settings(engine="smc", particles=128))
    >>> found.columns()["load"][0], found.columns()["name"][0]
    (0.5, 'rounds.mixed@2024-06-14')
    >>> found.headline[0].p50 < found.headline[1].p50
    True
    """
    plan = plan_sweep(
        case,
        vary,
        rows=rows,
        design=design,
        given=given,
        without=without,
        with_=with_,
        at=at,
        estimates=estimates,
        settings=settings,
    )
    with showing(progress, "fitting") as show:
        return run_sweep(plan, journal=journal, executor=executor, batch=batch, progress=show)
