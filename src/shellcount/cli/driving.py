"""Tell what drives a range: drivers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, options
from shellcount.cli.output import examples, warn, write_json, write_prose, write_table, write_text
from shellcount.files.writing import require_writable_file, write_files

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import FitRequest
    from shellcount.results.drivers import Drivers


@click.command(
    cls=options.FitCommand,
    short_help="Tell what drives a range, and how much of it is judgement.",
    epilog=examples(
        "shellcount drivers",
        "shellcount drivers --given all --shapley",
        "shellcount drivers --estimate capacity.mixed --json",
        "shellcount drivers mycase.toml --figure drivers.svg",
    ),
)
@options.takes_fit
@click.option(
    "--estimate",
    "name",
    metavar="NAME",
    shell_complete=completing.estimates,
    help="Estimate whose range to explain. [default: what was sent by the latest date]",
)
@click.option(
    "--shapley",
    is_flag=True,
    help="Divide what the claims inform by Shapley effects, which are never negative, not by covariance.",
)
@click.option("--figure", metavar="FILE", help="Figure of the shares to write, as SVG.")
@options.as_json
def drivers(
    request: FitRequest, name: str | None, figure: str | None, *, shapley: bool, as_json: bool
) -> None:
    """Tell what drives a range: the share of its variance that each assumption has, and the claims.

    Shares are of the variance of the logarithm of the estimate, or of the log odds of a share. Judgement is
    the part of assumptions that no claim informs.
    """
    from shellcount.analysis import Parts, analyse
    from shellcount.insight.drivers import drivers as find_drivers
    from shellcount.results.mark import sentences

    if figure is not None:
        require_writable_file(Path(figure))
    posterior = request.fit(request.case())
    found = find_drivers(posterior, name, shapley=shapley)
    warn(analyse(posterior, Parts(quantities=(), names=(found.name,), checks=(), figures=False)))
    paths = [] if figure is None else _draw(found, Path(figure))
    if as_json:
        write_json({**found.document(), "files": [str(path) for path in paths]})
        return
    write_table(found.table())
    write_prose(found.sentence)
    for note in (*found.notes, sentences(found.marks)):
        if note:
            write_prose(note)
    for path in paths:
        write_text(str(path))


def _draw(found: Drivers, path: Path) -> list[Path]:
    """Write the figure."""
    from shellcount import plots

    return write_files(path.parent, {path.name: plots.svg(plots.plot_drivers(found))})
