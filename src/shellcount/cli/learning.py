"""Tell what to find out next: voi, the value of information."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, options
from shellcount.cli.numbers import Whole
from shellcount.cli.output import (
    examples,
    warn_of,
    write_json,
    write_prose,
    write_table,
)
from shellcount.cli.working import Workers
from shellcount.progress import bar

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import FitRequest

_CLAIM = "quantity=containers scope=munitions grade=B"


@click.command(
    cls=options.FitCommand,
    short_help="Tell what to find out next (value of information).",
    epilog=examples(
        "shellcount voi",
        "shellcount voi --given all --precision 5%",
        "shellcount voi --measure load:10% --measure capacity.mixed:20%",
        f"shellcount voi --claim '{_CLAIM}'",
        "shellcount voi --estimate containers.munitions@2024-02-26 --json",
        "shellcount voi black-sea-grain-2022 --figure next.svg",
    ),
)
@options.takes_fit
@click.option(
    "--estimate",
    "name",
    metavar="NAME",
    shell_complete=completing.quotations,
    help="Estimate whose range is to be narrowed. [default: what was sent by the latest date]",
)
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="FIELDS",
    help="Claim to value, instead of those that follow from the case: KEY=VALUE KEY=VALUE, with the keys of "
    "the case file, and claimant=ID, or grade=LETTER or bias_sd=SD for a new one. Repeatable.",
)
@click.option(
    "--measure",
    "measured",
    multiple=True,
    metavar="NAME[:PRECISION]",
    shell_complete=completing.quotations,
    help="Measurement to value, such as load:10%, of an estimate, or of net_tonnes or gross_tonnes of a "
    "carrier. Repeatable.",
)
@click.option(
    "--precision",
    default="10%",
    show_default=True,
    metavar="ERROR",
    help="Relative error of measurements that state none.",
)
@click.option(
    "--confirm",
    type=Whole(0),
    default=3,
    show_default=True,
    help="Number of candidates, the best first, that are confirmed by refits.",
)
@click.option("--figure", metavar="FILE", help="Figure to write, as SVG.")
@options.takes_workers
@options.as_json
def voi(
    request: FitRequest,
    name: str | None,
    claims: tuple[str, ...],
    measured: tuple[str, ...],
    precision: str,
    confirm: int,
    figure: str | None,
    workers: Workers,
    *,
    as_json: bool,
) -> None:
    """Tell which further claim or measurement would narrow a range most.

    Candidates follow from the case: a further total and a further count, from each claimant and from new
    ones, and a measurement of every assumption. Each is worth the share of the variance (of the logarithm of
    the estimate) that it is expected to take away, whatever it finds. The best are confirmed by refits.
    """
    from shellcount.files.writing import require_writable_file
    from shellcount.insight.asked import parse_precision, require_each
    from shellcount.insight.information_value import value_of_information
    from shellcount.results.run import INSTEAD

    if figure is not None:
        require_writable_file(Path(figure))
    error = parse_precision(precision)
    asked = require_each(claims, measured)
    posterior = request.fit(request.case())
    with workers.start() as executor, bar("valuing") as show:
        found = value_of_information(
            posterior,
            name,
            candidates=asked or None,
            precision=error,
            confirm=confirm,
            executor=executor,
            progress=show,
        )
    warn_of(found.estimate.marks, [found.estimate], dict(posterior.sampler_report.facts).get(INSTEAD))
    if as_json:
        write_json(found.document())
    else:
        write_table(found.table())
        write_prose(found.note)
        write_prose(found.sentence)
    if figure is not None:
        from shellcount import plots
        from shellcount.files.writing import write_files

        path = Path(figure)
        write_files(path.parent, {path.name: plots.svg(plots.plot_value_of_information(found))})
