"""The command that writes the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.commands import main
from shellcount.cli.output import examples, progress, warn, write_json, write_text
from shellcount.errors import EvidenceError
from shellcount.text import printable

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.checks.stated import Checks
    from shellcount.posterior.posterior import Posterior


@main.command(
    short_help="Write the whole report.",
    epilog=examples(
        "shellcount report",
        "shellcount report mycase.toml -o briefing --format html,pdf",
        "shellcount report --given all --at 2024-03-31 --scale phia",
    ),
)
@options.takes_fit
@options.dates
@click.option(
    "-o", "--output", default="report", show_default=True, metavar="DIR", help="Folder to write into."
)
@click.option(
    "--format",
    "formats",
    default="html,pdf,md,json",
    show_default=True,
    help="Any of html, pdf, md, json, and nc for the draws.",
)
@click.option(
    "--leave-one-out/--no-leave-one-out",
    default=True,
    show_default=True,
    help="Predict each fitted claim from all others, with engine smc: a fit for each.",
)
@options.scale
@options.jobs
@options.as_json
def report(
    dates: tuple[str, ...],
    output: str,
    formats: str,
    scale: str,
    jobs: int | None,
    *,
    leave_one_out: bool,
    as_json: bool,
) -> None:
    """Write the whole report: ranges, checks, figures, evidence, assumptions, diagnostics.

    Where no number of particles is given, there are as many as the headline needs to be the same with
    any seed.
    """
    from shellcount.checks.stated import check as hold
    from shellcount.report.content import answer, verdicts
    from shellcount.report.writing import parse_formats, write_report
    from shellcount.results.names import answering

    case = options.Inputs.current().case()
    days = options.parse_dates(case, dates)
    wanted = parse_formats(formats)
    posterior = options.fit_settled(case, [answering(case)])
    results = hold(posterior, scale=scale)
    crosschecks = _left_out_for_report(posterior, jobs) if leave_one_out and wanted != ("json",) else None
    paths = write_report(
        posterior,
        output,
        checks=results,
        left_out=crosschecks,
        formats=wanted,
        at=days,
        command=options.command_line(posterior.run),
        scale=scale,
    )
    quoted = posterior.estimates(at=days or None) if posterior.allow_unconverged else ()
    warn(posterior, [*quoted, *(result.estimate for result in results)])
    if as_json:
        write_json({"digest": posterior.digest, "files": [str(path) for path in paths]})
        return
    write_text(f"{answer(posterior)}\n\n{verdicts(posterior, results)}\n")
    for path in paths:
        write_text(str(path))


def _left_out_for_report(posterior: Posterior, jobs: int | None) -> Checks | None:
    """Leave-one-out where there is something to leave out; what cannot be fit is no fault of the report."""
    from shellcount.checks.leave_one_out import leave_one_out
    from shellcount.engines.settings import Settings

    given = posterior.model.given
    if given.held_out is not None or len({read.claim.id for read in posterior.model.fitted}) < 2:
        return None
    with options.workers(jobs) as executor, progress("leaving one out") as show:
        try:
            return leave_one_out(
                posterior.case,
                given=str(given),
                settings=Settings(seed=posterior.run.seed, allow_unconverged=True),
                executor=executor,
                progress=show,
            )
        except EvidenceError as error:
            click.secho(printable(f"leave-one-out: {error}"), fg="yellow", err=True)
            return None
