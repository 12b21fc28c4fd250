"""Compare two runs, and explain what moved: diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import (
    examples,
    progress,
    warn_of_conflicts,
    write_json,
    write_sentences,
    write_table,
)
from shellcount.cli.refusing import refuse_options
from shellcount.cli.working import Workers

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import SamplingRequest

# Arguments and options that a comparison takes where neither side is a case file.
_WITHOUT_CASE = frozenset({"old", "new", "names", "allow_unconverged", "jobs", "dask", "as_json"})


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
    from shellcount.comparison.comparison import compare
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
    with workers.start(request.settings.engine) as executor, progress("explaining") as show:
        comparison = compare(sides[0], sides[1], names=names, executor=executor, progress=show)
    warn_of_conflicts(*(side.results for side in sides))
    if as_json:
        write_json(comparison.document())
        return
    for table in comparison.tables():
        write_table(table)
    write_sentences(comparison.sentences)
