"""The commands that prove the numbers: calibrate and verify; and the schema of what goes in."""

from __future__ import annotations

import click

from shellcount.cli import options
from shellcount.cli.commands import main
from shellcount.cli.output import examples, progress, write_json, write_table, write_text


@main.command(
    short_help="Simulate truths, refit each, and rank them.",
    epilog=examples(
        "shellcount calibrate",
        "shellcount calibrate mycase.toml --given all --runs 200 -o calibration --json",
        "",
        "Killed and started again, it goes on where it was.",
    ),
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
    from shellcount import plots
    from shellcount.files import make_folder, write_files
    from shellcount.results.numbers_json import to_json
    from shellcount.studies import calibration

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
        write_table(case.about.title, calibration.HEAD, calibration.rows(found), numeric=(1, 2, 3))
        write_text(found.sentence)
        for path in paths:
            write_text(str(path))
    if not found.passed:
        raise click.exceptions.Exit(1)


@main.command(
    short_help="Test the numbers: engines, calibration, repetition.",
    epilog=examples("shellcount verify", "shellcount verify mycase.toml --refits 100 --given counts"),
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
    from shellcount.studies import verification

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
    from shellcount.case.schema import json_schema

    write_json(json_schema())
