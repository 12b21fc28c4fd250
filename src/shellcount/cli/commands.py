"""The commands, in the order of the pipeline."""

from __future__ import annotations

import dataclasses
import io
import sys
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import examples, progress, write_json, write_table, write_text
from shellcount.errors import CaseError, EvidenceError, ShellcountError, UnknownNameError
from shellcount.text import printable
from shellcount.version import __version__

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.case import Case
    from shellcount.checks import Checks
    from shellcount.digest import Json
    from shellcount.estimates import Estimate
    from shellcount.posterior import Posterior
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


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
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


@main.command(epilog=examples("shellcount evidence", "shellcount evidence mycase.toml --json"))
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


@main.command(epilog=examples("shellcount validate mycase.toml", "shellcount validate - < mycase.toml"))
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
    epilog=examples(
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
    _warn(posterior, estimates)
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
    epilog=examples(
        "shellcount check",
        "shellcount check --given all-but:rok-mnd-2024-06-capacity --json",
        "shellcount check --leave-one-out --given all",
    )
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
    from shellcount import checks as questions

    case = options.Inputs.current().case()
    results = _left_out(case, scale, jobs) if leave_one_out else None
    posterior = options.fit_posterior(case)
    results = questions.check(posterior, scale=scale) if results is None else results
    _warn(posterior, [result.estimate for result in results])
    if as_json:
        from shellcount.citations import numbers

        write_json(numbers(posterior, results, estimates=()))
    else:
        write_table(case.case.title, questions.HEAD, questions.rows(results), numeric=(3, 4, 5))
        for result in results:
            write_text(f"- {result.sentence}")
    if results.failed:
        raise click.exceptions.Exit(1)


def _left_out(case: Case, scale: str, jobs: int | None) -> Checks:
    from shellcount.crosschecks import leave_one_out

    with options.workers(jobs) as executor, progress("leaving one out") as show:
        return leave_one_out(
            case,
            given=options.given_to_fit(),
            **options.settings(),
            scale=scale,
            executor=executor,
            progress=show,
        )


@main.command(
    epilog=examples(
        "shellcount report",
        "shellcount report mycase.toml -o briefing --format html,pdf",
        "shellcount report --given all --at 2024-03-31 --scale phia",
    )
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

    Unless --particles says how many, as many are used as the headline needs to be the same with any seed.
    """
    from shellcount import report as reports
    from shellcount.checks import check as hold
    from shellcount.quantities import answering

    case = options.Inputs.current().case()
    days = options.parse_dates(case, dates)
    wanted = reports.parse_formats(formats)
    posterior = options.fit_settled(case, [answering(case)])
    results = hold(posterior, scale=scale)
    crosschecks = _left_out_for_report(posterior, jobs) if leave_one_out and wanted != ("json",) else None
    paths = reports.write_report(
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
    _warn(posterior, [*quoted, *(result.estimate for result in results)])
    if as_json:
        write_json({"digest": posterior.digest, "files": [str(path) for path in paths]})
        return
    write_text(f"{reports.answer(posterior)}\n\n{reports.verdicts(posterior, results)}\n")
    for path in paths:
        write_text(str(path))


def _left_out_for_report(posterior: Posterior, jobs: int | None) -> Checks | None:
    """Leave-one-out where there is something to leave out; what cannot be fit is no fault of the report."""
    from shellcount.crosschecks import leave_one_out

    given = posterior.model.given
    if given.held_out is not None or len({read.claim.id for read in posterior.model.fitted}) < 2:
        return None
    with options.workers(jobs) as executor, progress("leaving one out") as show:
        try:
            return leave_one_out(
                posterior.case,
                given=str(given),
                seed=posterior.run.seed,
                allow_unconverged=True,
                executor=executor,
                progress=show,
            )
        except EvidenceError as error:
            click.secho(printable(f"leave-one-out: {error}"), fg="yellow", err=True)
            return None


@main.command(
    epilog=examples(
        "shellcount calibrate",
        "shellcount calibrate mycase.toml --given all --runs 200 -o calibration --json",
        "",
        "Killed and started again, it goes on where it was.",
    )
)
@options.takes_case
@options.given
@click.option("--runs", type=int, default=1000, show_default=True, help="Number of simulated truths.")
@options.seed
@click.option(
    "-o", "--output", default="calibration", show_default=True, metavar="DIR", help="Folder to write into."
)
@options.jobs
@options.as_json
def calibrate(runs: int, output: str, jobs: int | None, *, as_json: bool) -> None:
    """Simulate truths, refit each, and rank them; exit 1 if they are not recovered as stated."""
    from shellcount import calibration, plots
    from shellcount.citations import to_json
    from shellcount.files import make_folder, write_files

    case = options.Inputs.current().case()
    given = options.given_to_fit()
    folder = make_folder(output)
    stem = given.replace(":", "-")
    with options.workers(jobs) as executor, progress("calibrating") as show:
        found = calibration.calibrate(
            case,
            given=given,
            runs=runs,
            seed=options.seed_given(),
            journal=folder / f"{stem}.jsonl",
            executor=executor,
            progress=show,
        )
    document = to_json(found.document()) + "\n"
    drawing = plots.svg(plots.plot_calibration(found))
    paths = write_files(folder, {f"{stem}.json": document.encode(), f"{stem}.svg": drawing})
    if as_json:
        write_json(found.document())
    else:
        write_table(case.case.title, calibration.HEAD, calibration.rows(found), numeric=(1, 2, 3))
        write_text(found.sentence)
        for path in paths:
            write_text(str(path))
    if not found.passed:
        raise click.exceptions.Exit(1)


@main.command(
    epilog=examples("shellcount verify", "shellcount verify mycase.toml --refits 100 --given counts")
)
@options.takes_case
@click.option(
    "--given",
    type=click.Choice(["counts", "all", "both"]),
    default="both",
    show_default=True,
    help="What to condition on.",
)
@click.option("--refits", type=int, default=1000, show_default=True, help="Simulated truths to calibrate on.")
@options.seed
@options.jobs
@options.as_json
def verify(given: str, refits: int, jobs: int | None, *, as_json: bool) -> None:
    """Prove the numbers: engines agree, truths are recovered, every digit repeats; exit 1 if not."""
    from shellcount import verification

    case = options.Inputs.current().case()
    conditionings = ("counts", "all") if given == "both" else (given,)
    findings = []
    with options.workers(jobs) as executor, progress("calibrating") as show:
        for found in verification.verify(
            case,
            seed=options.seed_given(),
            refits=refits,
            conditionings=conditionings,
            executor=executor,
            progress=show,
        ):
            findings.append(found)
            if not as_json:
                if found.rows:
                    write_table(found.name, verification.HEAD, found.rows, numeric=(1, 2, 3))
                write_text(f"{'passed' if found.passed else 'FAILED'}: {found.name}: {found.sentence}")
    if as_json:
        write_json({found.name: {"passed": found.passed, "finding": found.sentence} for found in findings})
    if not all(found.passed for found in findings):
        raise click.exceptions.Exit(1)


@main.command(epilog=examples("shellcount schema > case.schema.json"))
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


def _warn(posterior: Posterior, estimates: list[Estimate]) -> None:
    """Say on standard error that numbers must not be quoted, or rest on claims in conflict."""
    from shellcount.predictive import conflicts

    warnings = [f"CONFLICT: {found}" for found in conflicts(posterior)]
    failed = [made for made in estimates if made.fault is not None]
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        warnings.append(f"NOT CONVERGED, do not quote: {failed[0].name}: {failed[0].fault}{more}")
    for warning in warnings:
        click.secho(printable(warning), fg="red", bold=True, err=True)
