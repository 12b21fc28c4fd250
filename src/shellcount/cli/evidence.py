"""Show the claims of a case, and tell whether those that are fit hold together: evidence."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import (
    examples,
    write_bytes,
    write_json,
    write_sentences,
    write_table,
    write_text,
)
from shellcount.cli.refusing import refuse_without
from shellcount.cli.working import Workers
from shellcount.errors import UsageError
from shellcount.progress import bar

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.case.schema import Case
    from shellcount.cli.requests import FitRequest
    from shellcount.results.consistency import Consistency

# Arguments and options that take no fit.
_UNFITTED = frozenset({"case", "changes", "hedges", "ledger", "model", "as_json"})


@click.command(
    cls=options.FitCommand,
    short_help="List the claims, and those that contradict each other.",
    epilog=examples(
        "shellcount evidence",
        "shellcount evidence mycase.toml --json",
        "shellcount evidence mycase.toml --csv ledger.csv",
        "shellcount evidence mycase.toml --csv ledger.xlsx",
        "shellcount evidence --model --given all --figure pairs.svg",
    ),
)
@options.takes_fit
@click.option(
    "--csv",
    "ledger",
    metavar="FILE",
    help="Write the claims as a spreadsheet, one a row, and list nothing: CSV, or a workbook where FILE ends "
    "in .xlsx; - for CSV on standard output.",
)
@click.option("--model", is_flag=True, help="Tell by the model whether the fitted claims hold together.")
@click.option("--figure", metavar="FILE", help="With --model: figure of all pairs to write, as SVG.")
@options.takes_workers
@options.as_json
def evidence(
    request: FitRequest,
    ledger: str | None,
    figure: str | None,
    workers: Workers,
    *,
    model: bool,
    as_json: bool,
) -> None:
    """List the claims: who made them, how each is used, and which contradict each other.

    With --model, tell whether the fitted claims hold together: all of them, each pair on what the two share,
    and, if they do not, which smallest sets of claims would have to go so that the others do. At most 128
    fits search for these. The exit status is then 1 if the claims do not hold together. Options of a fit
    need --model.
    """
    if model:
        if ledger is not None:
            raise UsageError("--model and --csv exclude each other: ask for one at a time")
        _hold_together(request, workers, figure, as_json=as_json)
        return
    refuse_without("--model", _UNFITTED)
    if ledger is not None:
        _export(request.case(), ledger, as_json=as_json)
        return
    from shellcount.case.overview import WORDINGS, claims_table
    from shellcount.checks import evidence as findings
    from shellcount.checks import lint as implications

    case = request.case()
    if as_json:
        write_json(findings.document(case))
        return
    table = claims_table(case).without(WORDINGS)  # they are for the report, and for --json
    write_table(dataclasses.replace(table, caption=case.about.title))
    implied = implications.lint_table(implications.lint(case))
    if implied.rows:
        write_table(implied)
    write_sentences(findings.remarks(case))


def _export(case: Case, file: str, *, as_json: bool) -> None:
    """Write the claims as a spreadsheet."""
    from shellcount.case.ledger.exporting import encode_ledger, write_ledger

    if file == "-":
        if as_json:
            raise UsageError("--json and --csv - exclude each other: both would write to standard output")
        write_bytes(encode_ledger(case))
        return
    written = write_ledger(case, file)
    if as_json:
        write_json({"case": case.about.id, "file": str(written), "claims": len(case.claim)})
        return
    again = shlex.join(["shellcount", "import", str(written)])
    write_text(f"wrote {written}, {len(case.claim)} claims; to read them: {again}")


def _hold_together(request: FitRequest, workers: Workers, figure: str | None, *, as_json: bool) -> None:
    """Tell by the model whether the fitted claims hold together."""
    from shellcount.files.writing import require_writable_file
    from shellcount.insight.consistency import consistency

    if figure is not None:
        require_writable_file(Path(figure))
    case = request.case()
    posterior = request.fit(case)
    with workers.start(request.settings.engine) as executor, bar("comparing claims") as show:
        found = consistency(posterior, executor=executor, progress=show)
    paths = _draw(found, figure)
    if as_json:
        write_json({**found.document(), "files": [str(path) for path in paths]})
    else:
        write_table(found.table())
        write_sentences(found.sentences)
        write_sentences(series.sentence for series in found.series)
        for path in paths:
            write_text(str(path))
    if not found.hold_together:
        raise click.exceptions.Exit(1)


def _draw(found: Consistency, name: str | None) -> list[Path]:
    """Write the figure, if one is asked for."""
    if name is None:
        return []
    from shellcount import plots
    from shellcount.files.writing import write_files

    path = Path(name)
    return write_files(path.parent, {path.name: plots.svg(plots.plot_consistency(found))})
