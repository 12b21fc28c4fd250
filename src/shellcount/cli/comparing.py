"""Compare analyses side by side, and explain what moved between two runs: compare and diff."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, options
from shellcount.cli.output import (
    examples,
    warn_of_conflicts,
    write_json,
    write_prose,
    write_sentences,
    write_table,
    write_text,
)
from shellcount.cli.refusing import refuse_options
from shellcount.cli.working import Workers
from shellcount.errors import ConflictWarning
from shellcount.files.writing import require_writable_file, write_files
from shellcount.progress import bar

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import FitRequest, SamplingRequest
    from shellcount.results.comparison import Comparison

# Arguments and options that a comparison takes where neither side is a case file.
_WITHOUT_CASE = frozenset({"old", "new", "names", "allow_unconverged", "jobs", "dask", "as_json"})


@click.command(
    cls=options.FitCommand,
    short_help="Show cases and what-ifs side by side.",
    epilog=examples(
        "shellcount compare load=0.5 load=0.7 load=0.9",
        "shellcount compare 'light: load=0.4:0.6; given=all' 'without=South Korea'",
        "shellcount compare scenario=all-152mm-howitzer scenario=all-122mm-rocket",
        "shellcount compare old/numbers.json mycase.toml --figure moved.svg",
    ),
)
@click.argument("items", nargs=-1, metavar="ITEM...", shell_complete=completing.cases)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="Estimate to compare. [default: the answer of each] Repeatable.",
)
@options.quotes_fit
@click.option("--figure", metavar="FILE", help="Figure of the first estimate to write, as SVG.")
@options.as_json
def compare(
    request: FitRequest, items: tuple[str, ...], names: tuple[str, ...], figure: str | None, *, as_json: bool
) -> None:
    """Compute the same estimates for several things, and show them side by side.

    An ITEM is a case file or the name of a shipped case, a numbers.json, a saved posterior (.npz), or a
    what-if of one case: NAME=VALUE as --set takes it, or given, without, with or scenario, several separated
    by semicolons. A label may stand before it, as LABEL: ITEM. Where all are what-ifs, the case as it stands
    comes first. Moves are those from the first.
    """
    from shellcount.comparison.items import Base, read_comparison

    given = request.given
    base = Base(
        request.path, request.written_changes, given.base, given.without, given.with_, request.settings
    )
    if figure is not None:
        require_writable_file(Path(figure))
    with request.progress() as show, warnings.catch_warnings():
        warnings.simplefilter("ignore", ConflictWarning)  # each is told below, once
        found = read_comparison(items, base, names=names, progress=show)
    warn_of_conflicts(*(side.results for side in found.sides))
    drawn = () if figure is None else _draw(found, Path(figure))
    if as_json:
        write_json({**found.document(), "files": [str(path) for path in drawn]})
        return
    write_table(found.table())
    write_prose(found.sentence)
    for path in drawn:
        write_text(str(path))


def _draw(found: Comparison, path: Path) -> list[Path]:
    """Write the figure of the first estimate."""
    from shellcount import plots

    return write_files(path.parent, {path.name: plots.svg(plots.plot_comparison(found))})


@click.command(
    cls=options.SamplingCommand,
    short_help="Show what moved between two runs, and why.",
    epilog=examples(
        "shellcount diff old/numbers.json mycase.toml",
        "shellcount diff old/posterior.npz mycase.toml --given all",
        "shellcount diff old/numbers.json mycase.toml --name munitions_share --json",
    ),
)
@click.argument("old")
@click.argument("new")
@click.option("--name", "names", multiple=True, metavar="NAME", help="Estimate to explain. Repeatable.")
@options.takes_sampling
@options.takes_workers
@options.as_json
def diff(
    request: SamplingRequest, old: str, new: str, names: tuple[str, ...], workers: Workers, *, as_json: bool
) -> None:
    """Show which estimates moved between two runs, by how much, and why.

    OLD and NEW are each a numbers.json, a saved posterior (.npz) or a case file. A case file is fitted as
    the options say; the others hold their own numbers, so options of a fit need a case file on one side.
    To explain the moves, the case is fitted again with the changes carried over one at a time, in order
    and in reverse.
    """
    from shellcount.comparison.diff import diff as compute_diff
    from shellcount.comparison.sides import read_side
    from shellcount.results.file_kinds import file_kind

    if "case" not in map(file_kind, (old, new)):
        refuse_options((old, new), _WITHOUT_CASE)
    sides = []
    for path in (old, new):
        with request.progress() as show:
            sides.append(
                read_side(
                    path,
                    given=request.given.base,
                    without=request.given.without,
                    with_=request.given.with_,
                    settings=request.settings,
                    changes=request.changes,
                    names=names,
                    progress=show,
                )
            )
    with workers.start(request.settings.engine) as executor, bar("explaining") as show:
        found = compute_diff(sides[0], sides[1], names=names, executor=executor, progress=show)
    warn_of_conflicts(*(side.results for side in sides))
    if as_json:
        write_json(found.document())
        return
    for table in found.tables():
        write_table(table)
    write_sentences(found.sentences)
