"""Change one choice of a case at a time, and tell how much each weighs: sensitivity."""

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
)
from shellcount.cli.working import Workers
from shellcount.progress import bar

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import FitRequest
    from shellcount.results.sensitivity import Sensitivity


@click.command(
    cls=options.FitCommand,
    short_help="Show how much each choice weighs.",
    epilog=examples(
        "shellcount sensitivity",
        "shellcount sensitivity --given all --figure tornado.svg",
        "shellcount sensitivity mycase.toml --estimate capacity.152mm-howitzer",
        "shellcount sensitivity --every --json",
    ),
)
@options.takes_fit
@click.option("--estimate", "name", metavar="NAME", help="Estimate to move. [default: the headline]")
@click.option("--every", is_flag=True, help="Show every setting, and not just the choices that weigh most.")
@click.option("--figure", metavar="FILE", help="Figure to write, as SVG: a bar for each choice.")
@options.takes_workers
@options.as_json
def sensitivity(
    request: FitRequest, name: str | None, figure: str | None, workers: Workers, *, every: bool, as_json: bool
) -> None:
    """Show how far an estimate moves with one choice changed at a time.

    Each prior is set to its 5% and its 95% point, and made half and twice as wide; each grade is one better
    and one worse; hedges are read by another lexicon; the chance that a claim is off, and the correlation of
    claimants, are 0 and higher; and each fitted claim is left out. The second table weighs priors and claims
    a little more, without a fit.
    """
    from shellcount.files.writing import require_writable_file
    from shellcount.insight.sensitivity import sensitivity as compute

    case = request.case()
    if name is not None:
        from shellcount.results.names import parse_quantity

        parse_quantity(case, name)  # refused before any fit
    if figure is not None:
        require_writable_file(Path(figure))
    posterior = request.fit(case)
    with workers.start(request.settings.engine) as executor, bar("changing") as show:
        found = compute(posterior, name, executor=executor, progress=show)
    paths = _draw(found, figure)
    if as_json:
        write_json({**found.document(), "files": [str(path) for path in paths]})
        return
    write_table(found.details() if every else found.table())
    write_table(found.scaling_table())
    write_prose(found.sentence)
    write_sentences(found.untried)
    _write_marks(found)
    for path in paths:
        write_text(str(path))


def _write_marks(found: Sensitivity) -> None:
    """Print the caveats on the estimate in full, if there are any."""
    from shellcount.results.mark import sentences

    if found.base.marks:
        write_prose(sentences(found.base.marks))


def _draw(found: Sensitivity, name: str | None) -> list[Path]:
    """Write the figure, if one is asked for."""
    if name is None:
        return []
    from shellcount import plots
    from shellcount.files.writing import write_files

    path = Path(name)
    return write_files(path.parent, {path.name: plots.svg(plots.plot_sensitivity(found))})
