"""The command that compares two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.commands import main
from shellcount.cli.output import examples, progress, write_json, write_table, write_text

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.comparison.moves import Comparison


@main.command(
    short_help="Say what moved between two runs, and why.",
    epilog=examples(
        "shellcount diff old/numbers.json mycase.toml",
        "shellcount diff old/posterior.nc mycase.toml --given all",
        "shellcount diff old/numbers.json mycase.toml --name munitions_share --json",
    ),
)
@click.argument("old")
@click.argument("new")
@click.option("--name", "names", multiple=True, metavar="NAME", help="Estimate to explain. May be repeated.")
@options.samples
@options.jobs
@options.as_json
def diff(old: str, new: str, names: tuple[str, ...], jobs: int | None, *, as_json: bool) -> None:
    """Say which estimates moved between two runs, by how much, and why.

    OLD and NEW are each a numbers.json, a saved posterior (.nc) or a case file. A case file is fitted as
    the options say; the others bring their own numbers. To explain the moves, the case is fitted again
    with the changes carried over one at a time, in order and in reverse.
    """
    from shellcount.comparison.moves import compare
    from shellcount.comparison.sides import read_side

    wanted = options.settings()
    found = []
    for path in (old, new):
        with options.fitting(wanted) as show:
            given = options.given_to_fit()
            found.append(read_side(path, given=given, settings=wanted, names=names, progress=show))
    with options.workers(jobs) as executor, progress("explaining") as show:
        comparison = compare(found[0], found[1], names=names, executor=executor, progress=show)
    if as_json:
        write_json(comparison.document())
        return
    _write(comparison)


def _write(found: Comparison) -> None:
    from shellcount.comparison.moves import CHANGES_HEAD, HEAD, STEPS_HEAD

    title = f"From {found.old.origin} to {found.new.origin}"
    if not found.identical:
        write_table(title, HEAD, found.rows(), numeric=(1, 2, 3, 4))
        if found.changes:
            write_table("What changed", CHANGES_HEAD, found.change_rows())
        if found.step_rows():
            write_table("Why the estimates moved", STEPS_HEAD, found.step_rows(), numeric=(2, 3))
    for sentence in found.sentences:
        write_text(f"- {sentence}")
