"""Fit a case for many combinations of its settings: sweep."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, options
from shellcount.cli.output import (
    examples,
    write_json,
    write_prose,
    write_table,
    write_text,
)
from shellcount.cli.requests import parse_dates, repeated
from shellcount.cli.working import Workers
from shellcount.errors import OutputError
from shellcount.progress import bar
from shellcount.text import one_line

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import FitRequest
    from shellcount.results.sweep import Sweep
    from shellcount.studies.sweep import Plan

_UNDECIDING = frozenset({"--output", "--figure", "--json"})  # options that decide no number


@click.command(
    cls=options.FitCommand,
    short_help="Try many assumptions, claims and conditionings.",
    epilog=examples(
        "shellcount sweep --vary load=0.5..0.9:5",
        "shellcount sweep --vary claimant.rok-mnd.grade=A,B,C -o grades.csv",
        "shellcount sweep --vary load=prior --design sobol:64 -o design.csv",
        "shellcount sweep --list settings.csv --estimate load -o listed.csv",
        "shellcount sweep --vary 'without=none;South Korea' -o a.csv --figure a.svg",
        "",
        "When interrupted, run the same command again to resume.",
    ),
)
@options.takes_fit
@click.option(
    "--vary",
    "varied",
    multiple=True,
    metavar="NAME=VALUES",
    shell_complete=completing.changes,
    help="Setting to vary, as --set names it, or given, without, with or seed. Values: A,B,C, or A;B;C where "
    "they contain commas; LOW..HIGH:COUNT; prior:COUNT; for a design LOW..HIGH or prior. Repeatable.",
)
@click.option(
    "--list", "listed", metavar="FILE", help="CSV or TOML file with the settings of one fit in each row."
)
@click.option(
    "--design", metavar="KIND:COUNT", help="Sample ranges and priors: sobol:256 or lhs:100. [default: a grid]"
)
@click.option(
    "--seeds",
    metavar="SEEDS",
    help="Seeds to vary, such as 1..20; by default all fits share one, so that settings alone differ.",
)
@options.dates
@click.option(
    "--estimate",
    "estimates",
    multiple=True,
    metavar="NAME",
    help="Estimate to tabulate, the headline first. [default: what was sent by the latest date] Repeatable.",
)
@click.option(
    "-o",
    "--output",
    default="sweep.csv",
    show_default=True,
    metavar="FILE",
    help="Table to write: .csv or .parquet.",
)
@click.option("--figure", metavar="FILE", help="Figure of the headline to write, as SVG.")
@options.takes_workers
@options.as_json
def sweep(
    request: FitRequest,
    varied: tuple[str, ...],
    listed: str | None,
    design: str | None,
    seeds: str | None,
    dates: tuple[str, ...],
    estimates: tuple[str, ...],
    output: str,
    figure: str | None,
    workers: Workers,
    *,
    as_json: bool,
) -> None:
    """Fit a case for every combination of some settings, and tabulate the estimates.

    The table has a row for each estimate of each fit, and is the same whatever does the work. A fit that
    fails has its error in its rows; the exit status is then 1.
    """
    from shellcount.files.writing import make_folder
    from shellcount.results.sweep_files import save_sweep
    from shellcount.studies.sweep import run_sweep

    place = Path(output)
    _require_free(place, figure)
    plan = _plan(request, _all(varied, request.given.base, seeds), listed, design, dates, estimates)
    make_folder(place.parent)
    fits, journal = len(plan.points), Path(f"{place}.jsonl")
    with workers.start(request.settings.engine) as executor, bar("fitting", fits=fits) as show:
        found = run_sweep(plan, journal=journal, executor=executor, progress=show)
    paths = [*save_sweep(found, place), *_draw(found, figure)]
    if as_json:
        write_json({**found.document(), "files": [str(path) for path in paths]})
    else:
        write_table(found.table())
        write_prose(found.sentence)
        for path in paths:
            write_text(str(path))
    if found.failed:
        raise click.exceptions.Exit(1)


def _plan(
    request: FitRequest,
    varied: Iterable[str],
    listed: str | None,
    design: str | None,
    dates: Iterable[str],
    estimates: Iterable[str],
) -> Plan:
    """Prepare the sweep that a command line asks for."""
    from shellcount.studies.listed import read_rows
    from shellcount.studies.sweep import plan_sweep
    from shellcount.studies.variation import settings_of, split_values

    case = request.case()
    return plan_sweep(
        case,
        settings_of(varied),
        rows=() if listed is None else read_rows(case, listed),
        design=design,
        given=split_values("given", request.given.base)[0],
        without=request.given.without,
        with_=request.given.with_,
        at=parse_dates(case, dates),
        estimates=estimates,
        settings=request.settings,
        command=_command(request),
    )


def _all(varied: Iterable[str], given: str, seeds: str | None) -> Iterator[str]:
    """List all settings that vary, those of options of their own too."""
    from shellcount.studies.variation import split_values

    yield from varied
    if len(split_values("given", given)) > 1:
        yield f"given={given}"
    if seeds is not None:
        yield f"seed={seeds}"


def _require_free(table: Path, figure: str | None) -> None:
    """Refuse files that exist or cannot be written, before the work whose results they are to hold."""
    from shellcount.files.writing import require_writable, require_writable_file
    from shellcount.results.sweep_files import names_of_files

    names = names_of_files(table)
    for name in names:
        if (table.parent / name).exists():
            raise OutputError(
                f"{one_line(str(table.parent / name))} already exists, not overwritten; name another file "
                "with -o, or remove it"
            )
    require_writable(table.parent, names)
    if figure is not None:
        require_writable_file(Path(figure))


def _command(request: FitRequest) -> str:
    """Write a command line that makes the same table."""
    given = request.given
    words = [
        *("shellcount", "sweep", *(() if request.path is None else (request.path,))),
        *repeated("--set", request.changes),
        *("--given", given.base),
        *repeated("--without", given.without),
        *repeated("--with", given.with_),
        *request.settings.flags(),
        *(("--allow-unconverged",) if request.settings.allow_unconverged else ()),
        *repeated("--scenario", request.scenarios),
        *_deciding(request.options),
    ]
    return shlex.join(words)


def _deciding(words: Iterable[str]) -> Iterator[str]:
    """Leave out the options that decide no number of the table."""
    rest = iter(words)
    for flag in rest:
        value = () if flag == "--json" else (next(rest),)
        if flag not in _UNDECIDING:
            yield from (flag, *value)


def _draw(found: Sweep, name: str | None) -> list[Path]:
    """Write the figure, if one is asked for and there is something to draw."""
    if name is None or all(each.p50 is None for each in found.headline):
        return []
    from shellcount import plots
    from shellcount.files.writing import write_files

    path = Path(name)
    return write_files(path.parent, {path.name: plots.svg(plots.plot_sweep(found))})
