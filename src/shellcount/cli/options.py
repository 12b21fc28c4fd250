"""Define the options that commands share, and gather them into one request."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Concatenate

import click

from shellcount.cli import completing
from shellcount.cli.requests import CaseRequest, FitRequest, SamplingRequest
from shellcount.engines import settings as defaults
from shellcount.engines.settings import Settings
from shellcount.results.run import ENGINES, Engine

# Options whose values a FitRequest holds.
_REQUESTED = frozenset(
    {
        *("case", "changes", "scenarios", "given"),
        *("engine", "seed", "particles", "runs", "draws", "allow_unconverged"),
    }
)

_CASE = click.argument("case", required=False, shell_complete=completing.cases)
_CASE_OPTION = click.option(
    "--case",
    metavar="CASE",
    shell_complete=completing.cases,
    help="Case file, name of a shipped case, or - for standard input. [default: dprk-russia-2024]",
)
_SET = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completing.changes,
    help="What-if change, such as PRIOR=LOW:HIGH, claim.ID=VALUE or mix.NATURE=SHARE. Repeatable.",
)
_SCENARIO = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="ID",
    shell_complete=completing.scenarios,
    help="Cargo mix: the id of one in the case, or a new one as ID=NATURE:SHARE,NATURE:SHARE. Repeatable.",
)
given = click.option(
    "--given",
    default="counts",
    show_default=True,
    metavar="CLAIMS",
    shell_complete=completing.conditionings,
    help="Claims to condition on: counts, all, counts-but:CLAIM or all-but:CLAIM.",
)
seed = click.option(
    "--seed",
    type=int,
    default=defaults.SEED,
    show_default=True,
    help="Random seed: same seed, same digits.",
)
_SAMPLING = (
    given,
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=ENGINES[0],
        show_default=True,
        help="Sampler: sequential Monte Carlo or No-U-Turn.",
    ),
    seed,
    click.option(
        "--particles",
        type=int,
        help=f"Particles per run of smc; four times as many halve the Monte Carlo error. "
        f"[default: {defaults.PARTICLES}]",
    ),
    click.option(
        "--runs",
        type=int,
        help=f"Independent runs of smc, or chains of nuts. [default: {defaults.RUNS}, {defaults.CHAINS}]",
    ),
    click.option("--draws", type=int, help=f"Draws per chain of nuts. [default: {defaults.DRAWS}]"),
    click.option(
        "--allow-unconverged",
        is_flag=True,
        help="Allow numbers that fail the convergence gate, marked as not converged.",
    ),
)
scale = click.option(
    "--scale",
    type=click.Choice(["icd203", "phia", "ipcc"]),
    default="icd203",
    show_default=True,
    help="Scale of probability words.",
)
jobs = click.option("--jobs", type=click.IntRange(1), help="Number of processes. [default: one per core]")
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
dates = click.option(
    "--at",
    "dates",
    multiple=True,
    metavar="DATE",
    shell_complete=completing.dates,
    help="Date of the estimates, such as 2024-06-14. Repeatable.",
)


def takes_case[**P, R](command: Callable[Concatenate[CaseRequest, P], R]) -> Callable[..., R]:
    """Add the argument CASE and --set to a command, which gets them as a request."""

    @_CASE
    @_SET
    @functools.wraps(command)
    def run(case: str | None, changes: tuple[str, ...], *rest: P.args, **options: P.kwargs) -> R:
        return command(CaseRequest(case, changes), *rest, **options)

    return run


def takes_sampling[**P, R](command: Callable[Concatenate[SamplingRequest, P], R]) -> Callable[..., R]:
    """Add the options that say how to fit to a command, which gets them as a request."""

    @_sampling
    @functools.wraps(command)
    def run(
        given: str,
        engine: Engine,
        seed: int,
        particles: int | None,
        runs: int | None,
        draws: int | None,
        allow_unconverged: bool,  # noqa: FBT001  # click passes it by name
        *rest: P.args,
        **options: P.kwargs,
    ) -> R:
        settings = Settings(engine, seed, runs, particles, draws, allow_unconverged)
        return command(SamplingRequest(given, settings), *rest, **options)

    return run


def takes_fit[**P, R](command: Callable[Concatenate[FitRequest, P], R]) -> Callable[..., R]:
    """Add the argument CASE and the options of a fit to a command, which gets them as a request."""
    return _CASE(_requesting_fit(command))


def quotes_fit[**P, R](command: Callable[Concatenate[FitRequest, P], R]) -> Callable[..., R]:
    """Add --case and the options of a fit to a command, which gets them as a request."""
    return _CASE_OPTION(_requesting_fit(command))


def _requesting_fit[**P, R](command: Callable[Concatenate[FitRequest, P], R]) -> Callable[..., R]:
    @_SET
    @_sampling
    @_SCENARIO
    @functools.wraps(command)
    def run(
        case: str | None,
        changes: tuple[str, ...],
        scenarios: tuple[str, ...],
        given: str,
        engine: Engine,
        seed: int,
        particles: int | None,
        runs: int | None,
        draws: int | None,
        allow_unconverged: bool,  # noqa: FBT001  # click passes it by name
        *rest: P.args,
        **options: P.kwargs,
    ) -> R:
        settings = Settings(engine, seed, runs, particles, draws, allow_unconverged)
        context = click.get_current_context()
        request = FitRequest(
            case,
            changes,
            scenarios,
            given,
            settings,
            command=str(context.info_name),
            options=tuple(_other_options(context)),
        )
        return command(request, *rest, **options)

    return run


def _sampling[**P, R](command: Callable[P, R]) -> Callable[P, R]:
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(_SAMPLING), command)


def _other_options(context: click.Context) -> Iterator[str]:
    """Spell out the options of a command that are not part of its request."""
    for parameter in context.command.params:
        if isinstance(parameter, click.Option) and parameter.name not in _REQUESTED:
            yield from _spelled(parameter, context.params[str(parameter.name)])


def _spelled(option: click.Option, value: Any) -> Iterator[str]:  # noqa: ANN401  # of the option's own type
    flag = option.opts[-1]
    if option.is_flag:
        yield from [flag] if value else option.secondary_opts[-1:]
    elif option.multiple:
        for item in value:
            yield from (flag, item)
    elif value is not None:
        yield from (flag, str(value))
