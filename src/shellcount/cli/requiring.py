"""Ask what would have to be true for a statement: require."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import (
    examples,
    write_json,
    write_prose,
    write_sentences,
    write_table,
    write_text,
    write_warning,
)
from shellcount.files.writing import require_writable_file, write_files
from shellcount.progress import bar

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import FitRequest
    from shellcount.results.requirement import Requirement


@click.command(
    cls=options.FitCommand,
    short_help="Tell what would have to be true.",
    epilog=examples(
        "shellcount require 'rounds.mixed@2024-06-14 >= 4.8 million'",
        "shellcount require 'rounds.mixed@2024-06-14 <= 500k' --given all",
        "shellcount require 'capacity.mixed >= 480' --figure required.svg",
    ),
)
@click.argument("statement")
@options.quotes_fit
@click.option("--figure", metavar="FILE", help="Figure of what moves to write, as SVG.")
@options.as_json
def require(request: FitRequest, statement: str, figure: str | None, *, as_json: bool) -> None:
    """Tell what would have to be true for a statement, and how probable it is.

    STATEMENT is NAME >= AMOUNT or NAME <= AMOUNT, in quotes. NAME is an estimate, as listed by shellcount
    estimate, at any date or period; AMOUNT is written as 4800000, 4.8e6, 4.8M or 4.8 million.

    The table compares each assumption, number of carriers, capacity, reading and chance of a claim of being
    off with what it would have to be, those that move most first. Shifts are in standard deviations.
    """
    from shellcount.insight.requirement import require as find_required
    from shellcount.insight.support import require_possible
    from shellcount.results.threshold import parse_threshold

    case = request.case()
    threshold = parse_threshold(case, statement)
    if figure is not None:
        require_writable_file(Path(figure))
    posterior = request.fit(case)
    require_possible(posterior, threshold)
    with bar("conditioning") as show:
        found = find_required(posterior, statement, progress=show)
    for mark in found.marks:
        if mark.kind == "conflict":
            write_warning(f"CONFLICT, every number is marked: {mark.long.removeprefix('claims conflict: ')}.")
    if found.probability.not_quotable is not None:
        write_warning(f"NOT CONVERGED, do not quote: {found.probability.not_quotable}")
    drawn = () if figure is None else _draw(found, Path(figure))
    if as_json:
        write_json({**found.document(), "files": [str(path) for path in drawn]})
        return
    if found.movers or found.chances:
        write_table(found.table())
    write_prose(found.sentence)
    write_sentences(found.remarks)
    for path in drawn:
        write_text(str(path))


def _draw(found: Requirement, path: Path) -> list[Path]:
    """Write the figure of what moves."""
    from shellcount import plots

    return write_files(path.parent, {path.name: plots.svg(plots.plot_requirement(found))})
