"""Test the numbers by fitting many times: calibrate and verify."""

from __future__ import annotations

import functools
import hashlib
import importlib
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.numbers import WHOLE, Word
from shellcount.cli.output import examples, write_json, write_prose, write_table, write_text
from shellcount.cli.working import Workers
from shellcount.progress import bar

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.cli.requests import CaseRequest, GivenRequest

_LONGEST_STEM = 100  # characters of the names of files, without their endings
_refits = click.option(
    "--refits", type=WHOLE, default=1000, show_default=True, help="Number of simulated truths to refit."
)


@click.command(
    cls=options.CaseCommand,
    short_help="Test whether intervals cover simulated truths.",
    epilog=examples(
        "shellcount calibrate",
        "shellcount calibrate mycase.toml --given all -o calibration --json",
        "",
        "When interrupted, run the same command again to resume.",
    ),
)
@options.takes_case
@options.takes_given
@_refits
@options.seed
@click.option(
    "-o", "--output", default="calibration", show_default=True, metavar="DIR", help="Folder to write into."
)
@options.takes_workers
@options.as_json
def calibrate(
    request: CaseRequest,
    given: GivenRequest,
    refits: int,
    seed: int,
    output: str,
    workers: Workers,
    *,
    as_json: bool,
) -> None:
    """Test calibration by simulation: draw truths from the prior, and rank each in its refit.

    Exit status 1: the posterior intervals do not cover the truths as often as they state.
    """
    from shellcount.files import manifest
    from shellcount.files.writing import make_folder, require_writable, write_files
    from shellcount.parallel.meanwhile import meanwhile
    from shellcount.results.numbers_json import to_json
    from shellcount.studies import calibration

    case = request.case()
    conditioning = str(given.conditioning(case))
    folder = make_folder(output)
    stem = _stem(conditioning)
    names, listing = (f"{stem}.json", f"{stem}.svg"), f"{stem}.{manifest.NAME}"
    require_writable(folder, names, manifest=listing)
    ahead = functools.partial(_prepare_figure, refits) if workers.processes != 1 else bool
    with workers.start() as executor, meanwhile(ahead), bar("calibrating") as show:
        found = calibration.calibrate(
            case,
            given=conditioning,
            refits=refits,
            seed=seed,
            journal=folder / f"{stem}.jsonl",
            executor=executor,
            progress=show,
        )
    from shellcount import plots

    document = to_json(found.document()) + "\n"
    drawing = plots.svg(plots.plot_calibration(found))
    files = dict(zip(names, (document.encode(), drawing), strict=True))
    paths = write_files(folder, files, manifest=listing)
    if as_json:
        write_json(found.document())
    else:
        write_table(found.table())
        write_prose(found.sentence)
        for path in paths:
            write_text(str(path))
    if not found.passed:
        raise click.exceptions.Exit(1)


def _prepare_figure(refits: int) -> None:
    """Load what draws the figure, and compute its band, while workers fit: seconds of one core otherwise."""
    from shellcount.results.calibration import band_of

    importlib.import_module("shellcount.plots")
    band_of(refits)


def _stem(given: str) -> str:
    """Name the files of a conditioning; where it names many claims, by a part of its digest.

    Examples
    --------
    >>> _stem("counts-but:b,c")
    'counts-but-b+c'
    """
    stem = given.replace(":", "-").replace(",", "+")
    if len(stem) <= _LONGEST_STEM:
        return stem
    return f"{stem.partition('-')[0]}-{hashlib.sha256(given.encode()).hexdigest()[:16]}"


@click.command(
    cls=options.CaseCommand,
    short_help="Test the engines, their calibration and their repeatability.",
    epilog=examples("shellcount verify", "shellcount verify mycase.toml --refits 100 --given counts"),
)
@options.takes_case
@click.option(
    "--given",
    type=Word(["counts", "all", "both"]),
    default="both",
    show_default=True,
    help="Claims to condition on.",
)
@options.takes_names
@_refits
@options.seed
@options.takes_workers
@options.as_json
def verify(
    request: CaseRequest, given: GivenRequest, refits: int, seed: int, workers: Workers, *, as_json: bool
) -> None:
    """Verify that both engines agree, truths are recovered, and every digit repeats; exit 1 if not."""
    from shellcount.studies import verification

    case = request.case()
    bases = ("counts", "all") if given.base == "both" else (given.base,)
    conditionings = tuple(str(replace(given, base=base).conditioning(case)) for base in bases)
    findings = []
    with workers.start() as executor, bar("calibrating") as show:
        for found in verification.verify(
            case, seed=seed, refits=refits, conditionings=conditionings, executor=executor, progress=show
        ):
            findings.append(found)
            if not as_json:
                if found.table is not None:
                    write_table(found.table)
                write_prose(f"{'passed' if found.passed else 'FAILED'}: {found.name}: {found.sentence}")
    if as_json:
        write_json({found.name: {"passed": found.passed, "finding": found.sentence} for found in findings})
    if not all(found.passed for found in findings):
        raise click.exceptions.Exit(1)
