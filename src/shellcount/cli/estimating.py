"""Fit a case, and print what follows: estimate and check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from shellcount.cli import options
from shellcount.cli.output import (
    examples,
    warn,
    write_json,
    write_prose,
    write_sentences,
    write_table,
    write_text,
)
from shellcount.cli.requests import parse_dates
from shellcount.cli.working import Workers
from shellcount.errors import UsageError
from shellcount.progress import bar
from shellcount.wording import phrases

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.case.schema import Case
    from shellcount.cli.requests import FitRequest
    from shellcount.results.claim_check import Checks
    from shellcount.results.quantity import Quantity
    from shellcount.results.results import Results
    from shellcount.results.threshold import Threshold


@click.command(
    cls=options.FitCommand,
    short_help="Compute posterior ranges.",
    epilog=examples(
        "shellcount estimate",
        "shellcount estimate --at 2024-06-14 --scenario all-152mm-howitzer --json",
        "shellcount estimate --at 2023-12 --at 2023-10..2023-12",
        "shellcount estimate --scenario half=152mm-howitzer:0.5,122mm-rocket:0.5",
        "shellcount estimate --set load=0.5:0.9 --set claim.rok-mnd-2024-06=12000",
        "shellcount estimate --without 'South Korea' --with ua-gur-2024",
        "shellcount estimate --set 'claimant.South Korea.grade=D'",
        "shellcount estimate --set help",
        "shellcount estimate --threshold '3 million' --threshold 'load >= 80%'",
    ),
)
@options.takes_fit
@options.dates
@click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="AMOUNT",
    help="Add the chance of at least so much, such as 3e6 or '3 million', by the latest date; or of a "
    "statement, 'NAME >= AMOUNT' or 'NAME <= AMOUNT'. Repeatable.",
)
@options.as_json
def estimate(
    request: FitRequest, dates: tuple[str, ...], thresholds: tuple[str, ...], *, as_json: bool
) -> None:
    """Compute posterior ranges: rounds and containers by date or in a period, and what a container holds."""
    from shellcount.analysis import Parts, analyse
    from shellcount.results.estimate import estimates_table
    from shellcount.results.mark import marked
    from shellcount.results.numbers_json import numbers_json
    from shellcount.results.probability import probabilities_table

    case = request.case(selecting=True)
    quantities = _chosen(case, request, dates)
    statements = tuple(_statements(case, thresholds, dates))
    posterior = request.fit(case)
    parts = Parts(quantities=quantities, thresholds=statements, checks=(), figures=False)
    results = analyse(posterior, parts)
    warn(results)
    if as_json:
        write_json(numbers_json(results))
        return
    estimates = [results.estimate_of(quantity) for quantity in quantities if quantity.kind != "parameter"]
    write_table(estimates_table(estimates, marked(case.about.title, results.marks)))
    if statements:
        write_table(probabilities_table(case, results.probabilities.values()))
    write_text(repr(posterior)[1:-1])
    _write_marks(results)


def _statements(case: Case, texts: Iterable[str], dates: Iterable[str]) -> Iterator[Threshold]:
    """Parse statements; an amount alone is one of what the case asks for, by the latest date."""
    from shellcount.results.standard import answering
    from shellcount.results.threshold import Threshold, is_compared, parse_amount, parse_threshold

    for text in texts:
        if is_compared(text):
            yield parse_threshold(case, text)
            continue
        try:
            value = parse_amount(text)
        except UsageError as error:
            raise UsageError(f"{error}; or write a statement, 'NAME >= AMOUNT'") from None
        yield Threshold(answering(case, parse_dates(case, dates)), value)


def _write_marks(results: Results) -> None:
    """Print the caveats on all numbers of a run in full, if there are any."""
    from shellcount.results.mark import sentences

    if results.marks:
        write_prose(sentences(results.marks))


def _chosen(case: Case, request: FitRequest, dates: Iterable[str]) -> tuple[Quantity, ...]:
    """Select the estimates of the times and scenarios asked for, or all."""
    from shellcount.results.standard import standard

    wanted = request.scenario_ids
    return tuple(
        quantity
        for quantity in standard(case, parse_dates(case, dates) or None)
        if quantity.kind != "rounds" or not wanted or quantity.subject in wanted
    )


@click.command(
    cls=options.FitCommand,
    short_help="Check stated figures against the posterior.",
    epilog=examples(
        "shellcount check",
        "shellcount check --given all-but:ua-gur-2024 --json",
        "shellcount check --leave-one-out --given all",
        "shellcount check --one-step-ahead",
        "shellcount check --given all --without 'South Korea'",
    ),
)
@options.takes_fit
@click.option(
    "--leave-one-out", is_flag=True, help="Predict each fitted claim from all others, with a fit for each."
)
@click.option(
    "--one-step-ahead",
    is_flag=True,
    help="Predict each fitted claim from those stated before it, with a fit for each date.",
)
@options.takes_workers
@options.scale
@options.as_json
def check(
    request: FitRequest,
    workers: Workers,
    scale: str,
    *,
    leave_one_out: bool,
    one_step_ahead: bool,
    as_json: bool,
) -> None:
    """Check stated figures against the posterior.

    Verdicts: consistent, if the model gives a chance of at least 10% that the claimant's figure was that
    high, or that low, with its hedge, its rounding and the claimant's bias; high or low below 10%; very high
    or very low below 1%; impossible if more than the carriers can physically hold. Beside the verdict stand
    the figures that would have passed.

    If the case has outcomes, the first sentences tell whether they lie in the 50% and 90% ranges.

    Below stand the fitted claims: the chance that each is off, and the probability of each nature and
    date that it leaves open.

    The exit status is 1 if any figure is very high, very low or impossible, or if fitted claims conflict.
    """
    from shellcount.analysis import Parts, analyse
    from shellcount.results.coverage import coverage_of
    from shellcount.results.mark import marked
    from shellcount.results.numbers_json import numbers_json
    from shellcount.results.outcome import outcomes
    from shellcount.results.standing import set_aside

    if leave_one_out and one_step_ahead:
        raise UsageError("--leave-one-out and --one-step-ahead exclude each other: ask for one at a time")
    case = request.case()
    left_out = _left_out(case, request, scale, workers) if leave_one_out else None
    ahead = _one_step_ahead(case, request, scale, workers) if one_step_ahead else None
    posterior = request.fit(case)
    stated = None if left_out is None and ahead is None else ()
    parts = Parts(quantities=(), checks=stated, figures=False, components=True)
    results = analyse(posterior, parts, scale=scale)
    if left_out is not None:
        results = results.with_left_out(left_out)
    if ahead is not None:
        results = results.with_one_step_ahead(ahead)
    warn(results)
    checks = results.left_out or results.one_step_ahead or results.checks
    if as_json:
        write_json(numbers_json(results))
    else:
        carrier = phrases.singular(case.about.carrier)
        write_table(replace(checks.table(carrier), caption=marked(case.about.title, results.marks)))
        write_sentences(outcomes(case, checks))
        write_sentences(marked(found.sentence, results.marks) for found in checks)
        write_sentences(set_aside(case))
        write_text("")
        for note in (*checks.notes, *([] if ahead is None else [coverage_of(ahead).sentence])):
            write_prose(note)
        _write_components(results)
        _write_marks(results)
        write_sentences(conflict.sentence for conflict in results.conflicts)
    if checks.failed or results.conflicts:
        raise click.exceptions.Exit(1)


def _write_components(results: Results) -> None:
    """Print how probable it is that each fitted claim is off, and what it leaves open, if anything."""
    table = results.components.table()
    if table.rows:
        write_text("")
        write_table(table)


def _left_out(case: Case, request: FitRequest, scale: str, workers: Workers) -> Checks:
    from shellcount.checks.leave_one_out import leave_one_out

    return _in_turn(leave_one_out, "leaving one out", case, request, scale, workers)


def _one_step_ahead(case: Case, request: FitRequest, scale: str, workers: Workers) -> Checks:
    from shellcount.checks.one_step_ahead import one_step_ahead

    return _in_turn(one_step_ahead, "predicting one step ahead", case, request, scale, workers)


def _in_turn(
    check: Callable[..., Checks], task: str, case: Case, request: FitRequest, scale: str, workers: Workers
) -> Checks:
    """Check each fitted claim by a fit of its own, and show progress."""
    with workers.start(request.settings.engine) as executor, bar(task) as show:
        return check(
            case,
            given=str(request.given.conditioning(case)),
            settings=request.settings,
            scale=scale,
            executor=executor,
            progress=show,
        )
