"""Options that commands share, and what they lead to: a case, and a posterior."""

from __future__ import annotations

import contextlib
import functools
import shlex
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from shellcount.cli import completing
from shellcount.cli.output import progress
from shellcount.engines import settings as defaults
from shellcount.results.run import ENGINES

if TYPE_CHECKING:
    import datetime as dt
    from concurrent.futures import Executor

    from shellcount.case.schema import Case
    from shellcount.posterior.posterior import Posterior
    from shellcount.results.names import Quantity
    from shellcount.results.run import Run


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> Any:  # noqa: ANN401  # as click has it
    """Set an option's value aside for :func:`inputs` and :func:`settings`."""
    context.meta.setdefault(completing.KEPT, {})[parameter.name] = value
    return value


_KEEP: dict[str, Any] = {"callback": _keep, "expose_value": False}
_CASE = click.argument("case", required=False, shell_complete=completing.cases, **_KEEP)
_SET = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completing.changes,
    help="What if: PRIOR=LOW:HIGH, claim.ID=VALUE, mix.NATURE=SHARE and more. May be repeated.",
    **_KEEP,
)
given = click.option(
    "--given",
    default="counts",
    show_default=True,
    metavar="CLAIMS",
    shell_complete=completing.conditionings,
    help="Claims to condition on: counts, all, counts-but:CLAIM or all-but:CLAIM.",
    **_KEEP,
)
seed = click.option(
    "--seed", type=int, default=defaults.SEED, show_default=True, help="Decides every digit.", **_KEEP
)
_SAMPLING = (
    given,
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=ENGINES[0],
        show_default=True,
        help="Sampler.",
        **_KEEP,
    ),
    seed,
    click.option(
        "--particles",
        type=int,
        help=f"Particles in each run of smc; four times as many halve the Monte Carlo error. "
        f"[default: {defaults.PARTICLES}]",
        **_KEEP,
    ),
    click.option(
        "--runs",
        type=int,
        help=f"Independent runs of smc, chains of nuts. [default: {defaults.RUNS}, {defaults.CHAINS}]",
        **_KEEP,
    ),
    click.option(
        "--draws", type=int, help=f"Draws of each chain of nuts. [default: {defaults.DRAWS}]", **_KEEP
    ),
    click.option(
        "--allow-unconverged",
        is_flag=True,
        help="Give numbers that fail the convergence gate, marked as such.",
        **_KEEP,
    ),
)
_SCENARIO = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="ID",
    shell_complete=completing.scenarios,
    help="Cargo mix: one of the case, or your own as ID=NATURE:SHARE,NATURE:SHARE. May be repeated.",
    **_KEEP,
)
_CASE_OPTION = click.option(
    "--case",
    "case",
    metavar="CASE",
    shell_complete=completing.cases,
    help="Case file, name of a shipped case, or - for standard input. [default: dprk-russia-2024]",
    **_KEEP,
)
scale = click.option(
    "--scale",
    type=click.Choice(["icd203", "phia", "ipcc"]),
    default="icd203",
    show_default=True,
    help="Scale of probability words.",
)

jobs = click.option(
    "--jobs", type=click.IntRange(1), help="Processes to work in. [default: one for each core]"
)
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON for programs.")
dates = click.option(
    "--at",
    "dates",
    multiple=True,
    metavar="DATE",
    shell_complete=completing.dates,
    help="Date of the estimates, as 2024-06-14. May be repeated.",
)


def takes_case[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the argument CASE and what-if changes."""
    return _CASE(_SET(command))


def takes_fit[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the argument CASE and the options of a fit."""
    return takes_case(samples(_SCENARIO(command)))


def quotes_fit[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the options of a fit that is quoted from: the case is an option."""
    return _CASE_OPTION(_SET(samples(_SCENARIO(scale(command)))))


def samples[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the options that say how to fit."""
    return functools.reduce(lambda given, option: option(given), reversed(_SAMPLING), command)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a command was given, as parsed by click.

    Parameters
    ----------
    path
        The case file, or ``None`` for the default case.
    changes
        What-if changes as written.
    scenarios
        Scenarios as written.
    """

    path: str | None
    changes: tuple[str, ...]
    scenarios: tuple[str, ...]

    @classmethod
    def current(cls) -> Inputs:
        """Those of the command that is running."""
        kept = click.get_current_context().meta[completing.KEPT]
        return cls(kept["case"], kept["changes"], kept.get("scenarios", ()))

    def case(self) -> Case:
        """Load the case, changed as asked.

        Raises
        ------
        CaseError, UsageError
            When it is not usable.
        """
        from shellcount.case.changes import parse_change, with_changes
        from shellcount.case.reading import load_case

        changes = dict(parse_change(change) for change in self.written_changes())
        case = load_case(self.path)
        return with_changes(case, changes) if changes else case

    def written_changes(self) -> tuple[str, ...]:
        """What-if changes, scenarios of one's own among them, as ``NAME=VALUE``."""
        return (*self.changes, *(f"scenario.{scenario}" for scenario in self.scenarios if "=" in scenario))

    def scenario_ids(self) -> tuple[str, ...]:
        """The scenarios asked for, by id; empty for all."""
        return tuple(scenario.partition("=")[0].strip() for scenario in self.scenarios)


def given_to_fit() -> str:
    """What the running command conditions on."""
    return str(click.get_current_context().meta[completing.KEPT]["given"])


def seed_given() -> int:
    """The seed of the running command."""
    return int(click.get_current_context().meta[completing.KEPT]["seed"])


def settings() -> defaults.Settings:
    """How the running command is to fit."""
    kept = click.get_current_context().meta[completing.KEPT]
    return defaults.Settings(
        engine=kept["engine"],
        seed=kept["seed"],
        runs=kept["runs"],
        particles=kept["particles"],
        draws=kept["draws"],
        allow_unconverged=kept["allow_unconverged"],
    )


def fit_settled(case: Case, quantities: Iterable[Quantity]) -> Posterior:
    """As :func:`fit_posterior`, with as many particles as the headlines of some quantities need.

    Raises
    ------
    ShellcountError
        When the input is not usable.
    """
    from shellcount.posterior import settling

    wanted = settings()
    with fitting(wanted) as show:
        return settling.fit_settled(case, quantities, given=given_to_fit(), settings=wanted, progress=show)


def fit_posterior(case: Case) -> Posterior:
    """Fit a case as the options of the running command say, with progress.

    Raises
    ------
    ShellcountError
        When the input is not usable.
    """
    from shellcount.posterior.fitting import fit_with

    wanted = settings()
    with fitting(wanted) as show:
        return fit_with(case, wanted, given=given_to_fit(), progress=show)


def fitting(wanted: defaults.Settings) -> contextlib.AbstractContextManager[Callable[[float], None]]:
    """Show the progress of a fit."""
    slow = wanted.compiles
    return progress("compiling and fitting" if slow else "fitting", at_once=slow)


@contextlib.contextmanager
def workers(count: int | None) -> Iterator[Executor | None]:
    """Give processes to work in; none where one is enough."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    from shellcount.engines.nuts import cores

    wanted = count or cores()
    if wanted == 1:
        yield None
        return
    # Forking a process that has threads can leave the child waiting for a lock for ever.
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn")) as executor:
        yield executor


def parse_dates(case: Case, texts: tuple[str, ...]) -> tuple[dt.date, ...]:
    """Read dates as given on the command line.

    Raises
    ------
    UsageError
        When one is not a date, or not one that the case can speak of.
    """
    from shellcount.case.dates import parse_date
    from shellcount.results.names import check_date

    return tuple(check_date(case, parse_date(text)) for text in texts)


def command_line(run: Run) -> str:
    """Write the running command again, with every option that decides a digit spelt out."""
    context = click.get_current_context()
    kept = context.meta[completing.KEPT]
    words = ["shellcount", str(context.info_name)]
    words += [kept["case"]] if kept["case"] is not None else []
    sizes = defaults.Settings.of_run(run).given_sizes
    for parameter in context.command.params:
        if not isinstance(parameter, click.Option) or parameter.name is None:
            continue
        value = kept.get(parameter.name, context.params.get(parameter.name))
        value = sizes.get(parameter.name, value)
        flag = parameter.opts[-1]
        if parameter.is_flag:
            words += [flag] if value else []
        elif parameter.multiple:
            words += [word for item in value for word in (flag, item)]
        elif value is not None:
            words += [flag, str(value)]
    return shlex.join(words)
