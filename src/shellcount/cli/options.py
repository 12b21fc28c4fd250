"""Define the options that commands share, and gather them into one request."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

import click

from shellcount.cli import completing
from shellcount.cli.numbers import WHOLE, Whole, Word
from shellcount.cli.output import write_note
from shellcount.cli.requests import CaseRequest, FitRequest, GivenRequest, SamplingRequest
from shellcount.cli.settings import asks_for_settings, changes_made, write_settings
from shellcount.cli.working import Workers
from shellcount.engines import settings as defaults
from shellcount.engines.settings import Settings
from shellcount.limits import announced, parse_limit, raised, shown_limits
from shellcount.results.run import ENGINES

# Options whose values a FitRequest holds.
_GIVEN = frozenset({"given", "without", "with_"})
_HOW = _GIVEN | frozenset(
    {"hedges", "engine", "seed", "points", "particles", "runs", "draws", "allow_unconverged"}
)
_WORKERS = frozenset({"jobs", "dask"})
_REQUESTED = _HOW | {"case", "changes", "scenarios"}

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
    help="What-if change, such as load=0.5:0.9, claim.ID=12000, claimant.ID.grade=D or "
    "claimant.ID.group=none; --set help lists all names, values and examples. Repeatable.",
)
_HEDGES = click.option(
    "--hedges",
    metavar="LEXICON",
    shell_complete=completing.lexicons,
    help="What-if change: read all hedges by a lexicon, shellcount or ferson-2015.",
)
_SCENARIO = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="ID",
    shell_complete=completing.scenarios,
    help="Cargo mix: the id of one in the case, or a new one as ID=NATURE:SHARE,NATURE:SHARE. Repeatable.",
)
_GIVEN_OPTION = click.option(
    "--given",
    default="counts",
    show_default=True,
    metavar="CLAIMS",
    shell_complete=completing.conditionings,
    help="Claims to condition on: counts or all, or either with -but:CLAIM,CLAIM and -and:CLAIM,CLAIM.",
)
_NAMES_OPTIONS = (
    click.option(
        "--without",
        multiple=True,
        metavar="NAME",
        shell_complete=completing.held_out,
        help="Hold out a claim, or all of a claimant or group, such as 'South Korea': an id, or part of one "
        "title. Repeatable.",
    ),
    click.option(
        "--with",
        "with_",
        multiple=True,
        metavar="NAME",
        shell_complete=completing.added,
        help="Condition on a claim besides, such as ua-gur-2024, or on all of a claimant or group. "
        "Repeatable.",
    ),
)
seed = click.option(
    "--seed",
    type=WHOLE,
    default=defaults.SEED,
    show_default=True,
    help="Random seed: same seed, same digits.",
)
_SAMPLING = (
    _GIVEN_OPTION,
    *_NAMES_OPTIONS,
    click.option(
        "--engine",
        type=Word(ENGINES),
        default=defaults.DEFAULTS.engine,
        show_default=True,
        help="Sampler: importance sampling, sequential Monte Carlo or No-U-Turn.",
    ),
    seed,
    click.option(
        "--points",
        type=WHOLE,
        help="Points per run of is, a power of two; four times as many at least halve the Monte Carlo "
        f"error. [default: {defaults.POINTS}]",
    ),
    click.option(
        "--particles",
        type=WHOLE,
        help=f"Particles per run of smc; four times as many halve the Monte Carlo error. "
        f"[default: {defaults.PARTICLES}]",
    ),
    click.option(
        "--runs",
        type=WHOLE,
        help=f"Independent runs of is or smc, or chains of nuts. "
        f"[default: {defaults.RUNS} runs, {defaults.CHAINS} chains]",
    ),
    click.option("--draws", type=WHOLE, help=f"Draws per chain of nuts. [default: {defaults.DRAWS}]"),
    click.option(
        "--allow-unconverged",
        is_flag=True,
        help="Allow numbers that fail the convergence gate, marked as not converged.",
    ),
)
scale = click.option(
    "--scale",
    type=Word(["icd203", "phia", "ipcc"]),
    default="icd203",
    show_default=True,
    help="Scale of probability words.",
)
_JOBS = click.option("--jobs", type=Whole(1), help="Number of processes. [default: one per core]")
_DASK = click.option(
    "--dask", metavar="ADDRESS", help="Address of a Dask scheduler, whose workers fit instead of processes."
)
as_json = click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
dates = click.option(
    "--at",
    "dates",
    multiple=True,
    metavar="WHEN",
    shell_complete=completing.dates,
    help="Date, month or period of the estimates: 2024-06-14, 2023-12 or 2023-10..2023-12. Repeatable.",
)
_LIMIT = click.Option(
    ["--limit", "limits"],
    multiple=True,
    metavar="NAME=AMOUNT",
    shell_complete=completing.limits,
    help=f"Raise a limit on what an input may ask for. Repeatable. [{shown_limits()}]",
)


type _Command = Callable[..., Any] | click.Command


class Command(click.Command):
    """Command with limits on what its input may ask for, which ``--limit`` raises.

    Where it fits, if it takes :func:`takes_workers`, reaches it as :class:`Workers`.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """List the parameters, with ``--limit`` before ``--help``."""
        *params, last = super().get_params(ctx)
        return [*params, _LIMIT, last]

    def invoke(self, ctx: click.Context) -> object:
        """Run the command within its limits, and note what takes long before it begins."""
        kept = {name: value for name, value in ctx.params.items() if name != _LIMIT.name}
        amounts = dict(map(parse_limit, ctx.params[str(_LIMIT.name)]))
        workers = Workers(1, None)
        if kept.keys() >= _WORKERS:
            workers = kept["workers"] = Workers(kept.pop("jobs"), kept.pop("dask"))
        ctx.params = kept
        with raised(amounts), announced(write_note, workers.processes):
            return super().invoke(ctx)


class _ChangingCommand(Command):
    """Command that takes --set, which answers --set help instead of running, whatever else is missing."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words of a command line, or list the settings of its case."""
        if asks_for_settings(args):
            ctx.resilient_parsing = True
            super().parse_args(ctx, args)
            case = CaseRequest(ctx.params["case"], changes_made(_changes(ctx.params))).case()
            write_settings(case, as_json=bool(ctx.params.get("as_json")))
            ctx.exit()
        return super().parse_args(ctx, args)


class CaseCommand(_ChangingCommand):
    """Command on a case: what its command line asks for reaches it as a :class:`CaseRequest`."""

    def invoke(self, ctx: click.Context) -> object:
        """Gather the request, and run the command."""
        params = ctx.params
        if params.keys() >= _GIVEN:
            given = _given(params)
            ctx.params = {name: value for name, value in params.items() if name not in _GIVEN}
            ctx.params["given"] = given
        _replace(ctx, {"case", "changes", "hedges"}, CaseRequest(params["case"], _changes(params)))
        return super().invoke(ctx)


class SamplingCommand(Command):
    """Command that fits whatever it is given: how to fit reaches it as a :class:`SamplingRequest`."""

    def invoke(self, ctx: click.Context) -> object:
        """Gather the request, and run the command."""
        params = ctx.params
        _replace(ctx, _HOW, SamplingRequest(_given(params), _settings(params), params["hedges"]))
        return super().invoke(ctx)


class FitCommand(_ChangingCommand):
    """Command that fits a case: what its command line asks for reaches it as a :class:`FitRequest`."""

    def invoke(self, ctx: click.Context) -> object:
        """Gather the request, and run the command."""
        params = ctx.params
        request = FitRequest(
            params["case"],
            _changes(params),
            params["scenarios"],
            _given(params),
            _settings(params),
            command=str(ctx.info_name),
            options=tuple(_other_options(ctx)),
        )
        _replace(ctx, _REQUESTED, request)
        return super().invoke(ctx)


def _given(params: Mapping[str, Any]) -> GivenRequest:
    return GivenRequest(*(params[name] for name in ("given", "without", "with_")))


def _changes(params: Mapping[str, Any]) -> tuple[str, ...]:
    hedges = params["hedges"]
    return params["changes"] if hedges is None else (*params["changes"], f"hedges={hedges}")


def _settings(params: Mapping[str, Any]) -> Settings:
    names = ("engine", "seed", "runs", "points", "particles", "draws", "allow_unconverged")
    return Settings(*(params[name] for name in names))


def _replace(ctx: click.Context, gathered: AbstractSet[str], request: object) -> None:
    """Put a request in the place of the parameters that it holds."""
    kept = {name: value for name, value in ctx.params.items() if name not in gathered}
    ctx.params = {**kept, "request": request}


def takes_case[T: _Command](command: T) -> T:
    """Add the argument CASE, --set and --hedges to a :class:`CaseCommand`."""
    return _all((_CASE, _SET, _HEDGES), command)


def takes_given[T: _Command](command: T) -> T:
    """Add the options that choose claims to a :class:`CaseCommand`, which takes them as one request."""
    return _all((_GIVEN_OPTION, *_NAMES_OPTIONS), command)


def takes_names[T: _Command](command: T) -> T:
    """Add --without and --with to a :class:`CaseCommand` with an option --given of its own."""
    return _all(_NAMES_OPTIONS, command)


def takes_sampling[T: _Command](command: T) -> T:
    """Add the options that say how to fit to a :class:`SamplingCommand`."""
    return _all((*_SAMPLING, _HEDGES), command)


def takes_fit[T: _Command](command: T) -> T:
    """Add the argument CASE and the options of a fit to a :class:`FitCommand`."""
    return _all((_CASE, _SET, _HEDGES, *_SAMPLING, _SCENARIO), command)


def quotes_fit[T: _Command](command: T) -> T:
    """Add --case and the options of a fit to a :class:`FitCommand`."""
    return _all((_CASE_OPTION, _SET, _HEDGES, *_SAMPLING, _SCENARIO), command)


def takes_workers[T: _Command](command: T) -> T:
    """Add --jobs and --dask to a :class:`Command`, which takes them as one request."""
    return _all((_JOBS, _DASK), command)


def _all[T: _Command](options: Iterable[Callable[[T], T]], command: T) -> T:
    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(tuple(options)), command)


def _other_options(context: click.Context) -> Iterator[str]:
    """Spell out the options of a command that are not part of its request, but for where it fits."""
    for parameter in (*context.command.params, _LIMIT):
        if isinstance(parameter, click.Option) and parameter.name not in _REQUESTED | _WORKERS:
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
