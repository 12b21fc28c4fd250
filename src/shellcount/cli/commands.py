"""The commands, in the order of the pipeline."""

from __future__ import annotations

import dataclasses
import io
import sys
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import examples, progress, warn, write_json, write_table, write_text
from shellcount.errors import CaseError, ShellcountError, UnknownNameError
from shellcount.text import printable
from shellcount.version import __version__

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.case.schema import Case
    from shellcount.checks.stated import Checks
    from shellcount.digest import Json
    from shellcount.results.names import Quantity


_ORDER = (
    *("new", "validate", "evidence", "estimate", "check", "report"),
    *("cite", "fill", "audit", "diff"),
    *("calibrate", "verify", "schema", "completion"),
)


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
        """The commands, in the order of their use."""
        return sorted(self.commands, key=_ORDER.index)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "shellcount evidence",
        "shellcount estimate --at 2024-06-14",
        "shellcount check --given all-but:ua-gur-2024",
        "shellcount report black-sea-grain-2022 -o report",
        "shellcount new mycase",
        "",
        "Exit status: 0 done, 1 something is not as it should be, 2 bad input or usage, 3 not converged.",
    ),
)
@click.version_option(__version__, prog_name="shellcount")
def main() -> None:
    """Honest posterior ranges from hedged public claims about container shipments.

    CASE is a case file, the name of a case that is shipped, - for standard input, or absent for
    dprk-russia-2024.
    """
    for stream in (sys.stdout, sys.stderr):  # text that an old terminal cannot show is escaped
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@main.command(
    short_help="Show the claims, and what contradicts what.",
    epilog=examples("shellcount evidence", "shellcount evidence mycase.toml --json"),
)
@options.takes_case
@options.as_json
def evidence(*, as_json: bool) -> None:
    """Show the claims: who made them, how each is used, what contradicts what."""
    from shellcount.checks import evidence as findings

    case = options.Inputs.current().case()
    if as_json:
        write_json(findings.document(case))
        return
    brief = slice(-1)  # each source's wording is for the report, and for --json
    write_table(case.about.title, findings.HEAD[brief], [row[brief] for row in findings.rows(case)])
    for remark in findings.remarks(case):
        write_text(f"- {remark}")


@main.command(
    short_help="Check a case file, and list all its faults.",
    epilog=examples("shellcount validate mycase.toml", "shellcount validate - < mycase.toml"),
)
@options.takes_case
@options.as_json
def validate(*, as_json: bool) -> None:
    """Check a case file: list all its faults, or say that it has none, and what is still to be written."""
    from shellcount.case.blank import TODO, unfinished

    inputs = options.Inputs.current()
    try:
        case = inputs.case()
    except CaseError as error:
        if not as_json:
            raise
        faults: list[Json] = [dataclasses.asdict(fault) for fault in error.faults]
        write_json({"valid": False, "origin": error.origin, "faults": faults, "unfinished": []})
        raise click.exceptions.Exit(error.exit_status) from None
    if as_json:
        found: dict[str, Json] = {
            "valid": True,
            "case": case.about.id,
            "case_digest": case.digest,
            "faults": [],
        }
        write_json({**found, "unfinished": list(unfinished(case))})
        return
    write_text(f"valid: {repr(case)[1:-1]}")
    for path in unfinished(case):
        write_text(f"  {path}: still says {TODO}")


@main.command(
    short_help="Give posterior ranges.",
    epilog=examples(
        "shellcount estimate",
        "shellcount estimate --at 2024-06-14 --scenario all-152mm-howitzer --json",
        "shellcount estimate --scenario half=152mm-howitzer:0.5,122mm-rocket:0.5",
        "shellcount estimate --set load=0.5:0.9 --set claim.rok-mnd-2024-06=12000",
    ),
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
    warn(posterior, estimates)
    if as_json:
        from shellcount.results.numbers_json import numbers_json

        write_json(numbers_json(posterior, estimates=estimates))
        return
    rows = [
        (made.name, *made.words(), made.unit)
        for made, quantity in zip(estimates, chosen, strict=True)
        if quantity.kind != "parameter"
    ]
    head = ("estimate", "median", "50% interval", "90% interval", "unit")
    write_table(case.about.title, head, rows, numeric=(1, 2, 3))
    write_text(repr(posterior)[1:-1])


@main.command(
    short_help="Hold stated figures against the posterior.",
    epilog=examples(
        "shellcount check",
        "shellcount check --given all-but:rok-mnd-2024-06-capacity --json",
        "shellcount check --leave-one-out --given all",
    ),
)
@options.takes_fit
@click.option(
    "--leave-one-out", is_flag=True, help="Predict each fitted claim from all others, fitting anew each time."
)
@options.jobs
@options.scale
@options.as_json
def check(jobs: int | None, scale: str, *, leave_one_out: bool, as_json: bool) -> None:
    """Hold stated figures against the posterior; exit 1 if one is inconsistent or impossible."""
    from shellcount.checks import stated as questions

    case = options.Inputs.current().case()
    results = _left_out(case, scale, jobs) if leave_one_out else None
    posterior = options.fit_posterior(case)
    results = questions.check(posterior, scale=scale) if results is None else results
    warn(posterior, [result.estimate for result in results])
    if as_json:
        from shellcount.results.numbers_json import numbers_json

        write_json(numbers_json(posterior, results, estimates=()))
    else:
        write_table(case.about.title, questions.HEAD, questions.rows(results), numeric=(3, 4, 5))
        for result in results:
            write_text(f"- {result.sentence}")
    if results.failed:
        raise click.exceptions.Exit(1)


def _left_out(case: Case, scale: str, jobs: int | None) -> Checks:
    from shellcount.checks.leave_one_out import leave_one_out

    with options.workers(jobs) as executor, progress("leaving one out") as show:
        return leave_one_out(
            case,
            given=options.given_to_fit(),
            **options.settings(),
            scale=scale,
            executor=executor,
            progress=show,
        )


def _chosen(case: Case, dates: tuple[str, ...]) -> tuple[Quantity, ...]:
    """The estimates asked for: of these dates and scenarios, or of all."""
    from shellcount.results.names import standard

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
