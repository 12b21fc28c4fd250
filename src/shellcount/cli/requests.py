"""Hold what a command line asks for: a case, and how to fit it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from shellcount.engines.settings import Settings
from shellcount.errors import UnknownNameError, UsageError
from shellcount.frozen import frozen
from shellcount.progress import bar
from shellcount.text import one_line

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.analysis import Parts
    from shellcount.case.changes import Change
    from shellcount.case.schema import Case
    from shellcount.posterior.posterior import Posterior
    from shellcount.results.given import Conditioning
    from shellcount.results.quantity import Quantity
    from shellcount.results.results import Results
    from shellcount.results.run import Run
    from shellcount.results.when import When


@frozen
class CaseRequest:
    """Case to load, and changes to make in it.

    Parameters
    ----------
    path
        Case file, name of a shipped case, or ``-``; ``None`` for the default case.
    changes
        What-if changes, as ``NAME=VALUE``.
    """

    path: str | None
    changes: tuple[str, ...]

    def case(self) -> Case:
        """Load the case, and make the changes.

        Raises
        ------
        CaseError, UnknownNameError, UsageError
            When the file or a change cannot be used.
        """
        return _load(self.path, self.changes)


@frozen
class GivenRequest:
    """Claims to condition on, whatever the case.

    Parameters
    ----------
    base
        Text of a conditioning, such as ``counts`` or ``all``.
    without, with_
        Names of claims, claimants and groups that are held out or fit besides.
    """

    base: str
    without: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()

    def conditioning(self, case: Case) -> Conditioning:
        """Find the claims of a case that are meant.

        Raises
        ------
        UnknownNameError, UsageError
            When the case cannot be conditioned on what is named.
        """
        from shellcount.results.conditioning import conditioning

        return conditioning(case, self.base, self.without, self.with_)


@frozen
class SamplingRequest:
    """Engine, seed and claims to condition on, whatever the case.

    Parameters
    ----------
    given
        Claims to condition on.
    settings
        Engine, seed and sizes.
    hedges
        Lexicon to read the hedges by, instead of as each case says.
    """

    given: GivenRequest
    settings: Settings
    hedges: str | None = None

    @property
    def changes(self) -> dict[str, Change]:
        """Changes to make in a case."""
        return {} if self.hedges is None else {"hedges": self.hedges}

    def progress(self) -> AbstractContextManager[Callable[[float], None]]:
        """Show the progress of a fit."""
        return _fit_progress(self.settings)


@frozen
class FitRequest:
    """Case to load, and how to fit it.

    Parameters
    ----------
    path, changes
        As in :class:`CaseRequest`.
    scenarios
        Scenarios as typed: ids, and new ones as ``ID=NATURE:SHARE,NATURE:SHARE``.
    given, settings
        As in :class:`SamplingRequest`.
    command, options
        Name of the command, and its options besides those above, as words of a command line.
    """

    path: str | None
    changes: tuple[str, ...]
    scenarios: tuple[str, ...]
    given: GivenRequest
    settings: Settings
    command: str = ""
    options: tuple[str, ...] = ()

    def case(self, *, selecting: bool = False) -> Case:
        """Load the case, make the changes, and add the new scenarios.

        Parameters
        ----------
        selecting
            Whether the command shows only the scenarios that are named, and so takes their ids.

        Raises
        ------
        CaseError, UnknownNameError, UsageError
            When the file, a change or a scenario cannot be used.
        """
        case = _load(self.path, self.written_changes)
        known = [scenario.id for scenario in case.scenario]
        for scenario in self.scenario_ids:
            if scenario not in known:
                raise UnknownNameError("scenario", scenario, known)
        for scenario in self.scenarios:
            if "=" not in scenario and not selecting:
                raise UsageError(
                    f"--scenario {one_line(scenario, 60)} selects nothing here: "
                    "write a new mix as ID=NATURE:SHARE,NATURE:SHARE"
                )
        return case

    @property
    def written_changes(self) -> tuple[str, ...]:
        """Changes and new scenarios, as ``NAME=VALUE``."""
        return (*self.changes, *(f"scenario.{scenario}" for scenario in self.scenarios if "=" in scenario))

    @property
    def scenario_ids(self) -> tuple[str, ...]:
        """Ids of the scenarios to show; empty for all."""
        return tuple(scenario.partition("=")[0].strip() for scenario in self.scenarios)

    def answer(self, case: Case, times: Iterable[When]) -> Quantity | None:
        """Name the quantity that answers the question in the scenario that is named; ``None`` without one.

        Raises
        ------
        UsageError
            When several scenarios are named by their ids.
        """
        from shellcount.results.standard import answering

        named = [scenario for scenario in self.scenarios if "=" not in scenario]
        if len(named) > 1:
            raise UsageError(
                f"the question is answered for one scenario: write one --scenario, not {len(named)}"
            )
        return replace(answering(case, times), subject=named[0].strip()) if named else None

    def progress(self) -> AbstractContextManager[Callable[[float], None]]:
        """Show the progress of fits."""
        return _fit_progress(self.settings)

    def fit(self, case: Case) -> Posterior:
        """Fit a case once, and show progress.

        Raises
        ------
        ShellcountError
            When the settings are invalid, or the case cannot be fitted.
        """
        from shellcount.posterior.fitting import fit_with

        with self.progress() as show:
            return fit_with(case, self.settings, given=self.given.conditioning(case), progress=show)

    def analyse(self, case: Case, parts: Parts, *, scale: str) -> Results:
        """Fit a case, and compute the parts that are needed.

        Raises
        ------
        ShellcountError
            When the settings are invalid, or the case cannot be fitted.
        """
        from shellcount.analysis import analyse

        return analyse(self.fit(case), parts, scale=scale)

    def command_line(self, run: Run) -> str:
        """Write a command line that repeats a run, with every option that decides a digit.

        CASE is written as an argument, as estimate, check and report take it.
        """
        settings = Settings.of_run(run)
        words = [
            "shellcount",
            self.command,
            *(() if self.path is None else (self.path,)),
            *repeated("--set", self.changes),
            *("--given", run.given),
            *settings.flags(),
            *(("--allow-unconverged",) if self.settings.allow_unconverged else ()),
            *repeated("--scenario", self.scenarios),
            *self.options,
        ]
        return shlex.join(words)


def parse_dates(case: Case, texts: Iterable[str]) -> tuple[When, ...]:
    """Parse dates, months and periods of a command line, and check that the case has estimates for them.

    Raises
    ------
    UsageError
        When one is neither, or lies outside the time of the case.
    """
    from shellcount.results.when import check_when, parse_when

    return tuple(check_when(case, parse_when(text)) for text in texts)


def _load(path: str | None, changes: Iterable[str]) -> Case:
    from shellcount.case.changes import parse_change, with_changes
    from shellcount.case.reading import load_case

    parsed: dict[str, Change] = {}
    for name, change in map(parse_change, changes):
        if name in parsed:
            raise UsageError(f"{one_line(name, 60)} is changed twice")
        parsed[name] = change
    case = load_case(path)
    return with_changes(case, parsed) if parsed else case


def _fit_progress(settings: Settings) -> AbstractContextManager[Callable[[float], None]]:
    task = "compiling and fitting" if settings.compiles else "fitting"
    return bar(task, at_once=settings.compiles)


def repeated(flag: str, values: Iterable[str]) -> Iterator[str]:
    """Repeat an option for each of its values."""
    for value in values:
        yield from (flag, value)
