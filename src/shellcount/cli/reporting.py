"""Write the report of a case, or of a numbers.json: report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import examples, warn, write_json, write_prose, write_text, write_warning
from shellcount.cli.refusing import refuse_options
from shellcount.cli.requests import FitRequest, parse_dates
from shellcount.cli.working import Workers
from shellcount.engines.settings import Settings
from shellcount.errors import EvidenceError, LimitError, UsageError
from shellcount.progress import bar
from shellcount.text import one_line

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from collections.abc import Callable

    from shellcount.digest import Json
    from shellcount.results.results import Results

# Arguments and options that a report of a numbers.json takes.
_WITH_NUMBERS = frozenset({"case", "output", "formats", "allow_unconverged", "jobs", "dask", "as_json"})


@click.command(
    cls=options.FitCommand,
    short_help="Write the report.",
    epilog=examples(
        "shellcount report",
        "shellcount report mycase.toml -o briefing --format html,brief",
        "shellcount report --given all --at 2024-03-31 --scale phia",
        "shellcount report old/numbers.json -o again",
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
    help="Formats, separated by commas: html, pdf, md, json, brief (two pages), npz (the draws).",
)
@click.option(
    "--leave-one-out/--no-leave-one-out",
    default=True,
    show_default=True,
    help="Predict each fitted claim from all others, with a fit for each.",
)
@click.option(
    "--one-step-ahead",
    is_flag=True,
    help="Predict each fitted claim from those stated before it, with a fit for each date.",
)
@options.scale
@options.takes_workers
@options.as_json
def report(
    request: FitRequest,
    dates: tuple[str, ...],
    output: str,
    formats: str,
    scale: str,
    workers: Workers,
    *,
    leave_one_out: bool,
    one_step_ahead: bool,
    as_json: bool,
) -> None:
    """Write the report: ranges, checks, figures, evidence, assumptions and diagnostics.

    CASE may also be a numbers.json: its report is written again, without fitting. --scenario with the id of
    one of the case answers the question for it instead of for the first.
    """
    from shellcount.files.manifest import NAME
    from shellcount.files.writing import require_writable
    from shellcount.report.content import answer, verdicts
    from shellcount.report.writing import FILES, parse_formats, write_formats
    from shellcount.results.file_kinds import file_kind

    wanted = parse_formats(formats)
    require_writable(Path(output), [FILES[name] for name in wanted], manifest=NAME)
    draws = None
    if request.path is not None and file_kind(request.path) == "numbers":
        results = _read(request.path, allow_unconverged=request.settings.allow_unconverged)
    else:
        results, draws = _fitted(request, dates, scale)
        if leave_one_out:
            results = _leave_one_out(results, workers)
        if one_step_ahead:
            results = _one_step_ahead(results, workers)
    written = write_formats(results, output, formats=wanted, draws=draws)
    warn(results)
    for remark in written.remarks:
        write_warning(remark, "yellow")
    if as_json:
        files: list[Json] = [str(path) for path in written.paths]
        write_json({"digest": results.run.digest, "files": files, "remarks": list(written.remarks)})
        return
    write_prose(f"{answer(results)}\n\n{verdicts(results)}\n")
    for path in written.paths:
        write_text(str(path))


def _read(path: str, *, allow_unconverged: bool) -> Results:
    """Read a numbers.json; options that would decide its numbers are refused."""
    from shellcount.analysis import read_results

    refuse_options([path], _WITH_NUMBERS)
    results = read_results(path, settings=Settings(allow_unconverged=allow_unconverged))
    if not results.figures:
        raise UsageError(f"{one_line(path)} holds only a part of a report: write it with shellcount report")
    return results


def _fitted(request: FitRequest, dates: tuple[str, ...], scale: str) -> tuple[Results, Callable[[], bytes]]:
    """Fit the case and analyse it; the second is what writes the draws."""
    from shellcount.analysis import Parts, analyse

    case = request.case(selecting=True)
    days = parse_dates(case, dates)
    parts = Parts(days=days, answer=request.answer(case, days))
    posterior = request.fit(case)
    results = analyse(posterior, parts, scale=scale, command=request.command_line(posterior.run))
    return results, posterior.to_bytes


def _leave_one_out(results: Results, workers: Workers) -> Results:
    """Add leave-one-out, or warn where the remaining claims cannot be fitted."""
    from shellcount.checks.held_out import leave_one_out_results

    with workers.start() as executor, bar("leaving one out") as show:
        try:
            return leave_one_out_results(results, executor=executor, progress=show)
        except (EvidenceError, LimitError) as error:
            write_warning(f"leave-one-out: {error}", "yellow")
            return results


def _one_step_ahead(results: Results, workers: Workers) -> Results:
    """Add the predictions of claims from those before them, or warn where these cannot be fitted."""
    from shellcount.checks.held_out import one_step_ahead_results

    with workers.start() as executor, bar("predicting one step ahead") as show:
        try:
            return one_step_ahead_results(results, executor=executor, progress=show)
        except (EvidenceError, LimitError) as error:
            write_warning(f"one step ahead: {error}", "yellow")
            return results
