"""The commands, in the order of the pipeline."""

from __future__ import annotations

import dataclasses
import io
import sys
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import write_json, write_table, write_text
from shellcount.errors import CaseError, ShellcountError, UnknownNameError
from shellcount.text import printable
from shellcount.version import __version__

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.case import Case
    from shellcount.digest import Json
    from shellcount.posterior import Estimate
    from shellcount.quantities import Quantity


class _Commands(click.Group):
    """Commands in the order of their use, whose errors are messages."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except ShellcountError as error:
            click.echo(f"shellcount: {printable(str(error))}", err=True)
            raise click.exceptions.Exit(error.exit_status) from None

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click has it
        """The commands, as they were added."""
        return list(self.commands)


def _examples(*lines: str) -> str:
    return "\b\nExamples:\n  " + "\n  ".join(lines)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_examples(
        "shellcount evidence",
        "shellcount estimate --at 2024-06-14",
        "shellcount check --given all-but:ua-gur-2024",
        "shellcount report mycase.toml -o report",
        "",
        "Exit status: 0 done, 1 a check failed, 2 bad input or usage, 3 not converged.",
    ),
)
@click.version_option(__version__, prog_name="shellcount")
def main() -> None:
    """Honest posterior ranges from hedged public claims about container shipments.

    CASE is a case file, - for standard input, or absent for the case that is shipped.
    """
    for stream in (sys.stdout, sys.stderr):  # text that an old terminal cannot show is escaped
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@main.command(epilog=_examples("shellcount evidence", "shellcount evidence mycase.toml --json"))
@options.takes_case
@options.as_json
def evidence(*, as_json: bool) -> None:
    """Show the claims: who made them, how each is used, what contradicts what."""
    from shellcount import evidence as findings

    case = options.Inputs.current().case()
    if as_json:
        write_json(findings.document(case))
        return
    brief = slice(-1)  # each source's wording is for the report, and for --json
    write_table(case.case.title, findings.HEAD[brief], [row[brief] for row in findings.rows(case)])
    for remark in findings.remarks(case):
        write_text(f"- {remark}")


@main.command(epilog=_examples("shellcount validate mycase.toml", "shellcount validate - < mycase.toml"))
@options.takes_case
@options.as_json
def validate(*, as_json: bool) -> None:
    """Check a case file: list all its faults, or say that it has none."""
    inputs = options.Inputs.current()
    try:
        case = inputs.case()
    except CaseError as error:
        if not as_json:
            raise
        faults: list[Json] = [dataclasses.asdict(fault) for fault in error.faults]
        write_json({"valid": False, "origin": error.origin, "faults": faults})
        raise click.exceptions.Exit(error.exit_status) from None
    if as_json:
        write_json({"valid": True, "case": case.case.id, "case_digest": case.digest, "faults": []})
        return
    write_text(f"valid: {repr(case)[1:-1]}")


@main.command(
    epilog=_examples(
        "shellcount estimate",
        "shellcount estimate --at 2024-06-14 --scenario all-152mm-howitzer --json",
        "shellcount estimate --scenario half=152mm-howitzer:0.5,122mm-rocket:0.5",
        "shellcount estimate --set load=0.5:0.9 --set claim.rok-mnd-2024-06=12000",
    )
)
@options.takes_fit
@options.dates
@options.as_json
def estimate(dates: tuple[str, ...], *, as_json: bool) -> None:
    """Give posterior ranges: rounds and containers by date, and what a container holds."""
    case = options.Inputs.current().case()
    chosen = _chosen(case, dates)
    posterior = options.fit_posterior(case)
    estimates = [posterior.estimate_of(quantity) for quantity in chosen]
    _warn(estimates)
    if as_json:
        from shellcount.citations import numbers

        write_json(numbers(posterior, estimates=estimates))
        return
    rows = [
        (made.name, *made.words(), made.unit)
        for made, quantity in zip(estimates, chosen, strict=True)
        if quantity.kind != "parameter"
    ]
    head = ("estimate", "median", "50% interval", "90% interval", "unit")
    write_table(case.case.title, head, rows, numeric=(1, 2, 3))
    write_text(repr(posterior)[1:-1])


@main.command(
    epilog=_examples("shellcount check", "shellcount check --given all-but:rok-mnd-2024-06-capacity --json")
)
@options.takes_fit
@options.as_json
def check(*, as_json: bool) -> None:
    """Hold stated figures against the posterior; exit 1 if one is inconsistent or impossible."""
    from shellcount import checks as questions

    case = options.Inputs.current().case()
    posterior = options.fit_posterior(case)
    results = questions.check(posterior)
    _warn([result.estimate for result in results])
    if as_json:
        from shellcount.citations import numbers

        write_json(numbers(posterior, results, estimates=()))
    else:
        write_table(case.case.title, questions.HEAD, questions.rows(results), numeric=(3, 4, 5))
        for result in results:
            write_text(f"- {result.sentence}")
    if results.failed:
        raise click.exceptions.Exit(1)


@main.command(
    epilog=_examples(
        "shellcount report",
        "shellcount report mycase.toml -o briefing --format html,json",
        "shellcount report --given all --at 2024-03-31",
    )
)
@options.takes_fit
@options.dates
@click.option(
    "-o", "--output", default="report", show_default=True, metavar="DIR", help="Folder to write into."
)
@click.option(
    "--format", "formats", default="html,md,json", show_default=True, help="Any of html, md and json."
)
@options.as_json
def report(dates: tuple[str, ...], output: str, formats: str, *, as_json: bool) -> None:
    """Write the whole report: ranges, checks, figures, evidence, assumptions, diagnostics."""
    from shellcount import report as reports
    from shellcount.checks import check as hold

    case = options.Inputs.current().case()
    days = options.parse_dates(case, dates)
    wanted = reports.parse_formats(formats)
    posterior = options.fit_posterior(case)
    results = hold(posterior)
    paths = reports.write_report(
        posterior,
        output,
        checks=results,
        formats=wanted,
        at=days,
        command=options.command_line(posterior.run),
    )
    if posterior.allow_unconverged:
        _warn([*posterior.estimates(at=days or None), *(result.estimate for result in results)])
    if as_json:
        write_json({"digest": posterior.digest, "files": [str(path) for path in paths]})
        return
    write_text(f"{reports.answer(posterior)}\n\n{reports.verdicts(posterior, results)}\n")
    for path in paths:
        write_text(str(path))


@main.command(epilog=_examples("shellcount schema > case.schema.json"))
def schema() -> None:
    """Write the JSON Schema of the case file."""
    from shellcount.case import json_schema

    write_json(json_schema())


def _chosen(case: Case, dates: tuple[str, ...]) -> tuple[Quantity, ...]:
    """The estimates asked for: of these dates and scenarios, or of all."""
    from shellcount.quantities import standard

    wanted = options.Inputs.current().scenario_ids()
    known = [scenario.id for scenario in case.scenario]
    for scenario in wanted:
        if scenario not in known:
            raise UnknownNameError("scenario", scenario, known)
    days = options.parse_dates(case, dates)
    return tuple(
        quantity
        for quantity in standard(case, days or None)
        if quantity.kind != "rounds" or not wanted or quantity.subject in wanted
    )


def _warn(estimates: list[Estimate]) -> None:
    """Say on standard error that numbers must not be quoted."""
    failed = [made for made in estimates if made.fault is not None]
    if failed:
        message = f"NOT CONVERGED, do not quote: {failed[0].name}: {failed[0].fault}"
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        click.secho(printable(message + more), fg="red", bold=True, err=True)
