"""Complete names in a shell: those of shipped cases, and those in the case on the command line."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from shellcount.errors import ShellcountError
from shellcount.limits import LIMITS

if TYPE_CHECKING:
    from shellcount.case.schema import Case

type Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def shipped_cases(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the names of shipped cases."""
    from shellcount.case.reading import shipped_names

    return _starting(incomplete, shipped_names())


def ledgers(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of spreadsheets, or of any file where none matches."""
    found = [CompletionItem(name) for suffix in ("csv", "xlsx") for name in _files(incomplete, suffix)]
    return found or [CompletionItem(incomplete, type="file")]


def cases(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of shipped cases and case files, or of any file where none matches."""
    files = map(CompletionItem, _files(incomplete, "toml"))
    found = [*shipped_cases(context, parameter, incomplete), *files]
    return found or [CompletionItem(incomplete, type="file")]


def lexicons(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of lexicons of hedges."""
    from shellcount.case.fields import LEXICONS

    return _starting(incomplete, LEXICONS)


def _files(incomplete: str, suffix: str) -> list[str]:
    folder, start = os.path.split(incomplete)
    return sorted(str(path) for path in Path(folder).glob(f"{glob.escape(start)}*.{suffix}"))


def limits(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of limits."""
    return _starting(incomplete, (f"{name}=" for name in LIMITS))


def _names_of_the_case(names: Callable[[Case], Iterable[str]]) -> Completion:
    """Complete names in the case; offer none, and print no message, where it cannot be read."""
    return _names_on_the_line(lambda case, _given: names(case))


def _names_on_the_line(names: Callable[[Case, str], Iterable[str]]) -> Completion:
    """Complete names in the case, as those that the line gives to condition on decide."""

    def complete(
        context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from shellcount.case.reading import load_case

        path = _case_of(context)
        if path == "-":
            return []
        try:
            given = context.params.get("given") or "counts"
            return _starting(incomplete, names(load_case(path), given))
        except ShellcountError:
            return []

    return complete


def _case_of(context: click.Context) -> str | None:
    """Find the case on the line, even where the line ends in an option without its value."""
    named: str | None = context.params.get("case")
    takes_argument = any(
        isinstance(each, click.Argument) and each.name == "case" for each in context.command.params
    )
    return context.args[0] if named is None and takes_argument and context.args else named


def _conditionings(case: Case) -> Iterator[str]:
    from shellcount.results.given import Conditioning, fitted_claims

    bases = (Conditioning("counts"), Conditioning("all"))
    yield from map(str, bases)
    for base in bases:
        yield from (f"{base}-but:{fitted.claim.id}" for fitted in fitted_claims(case, base))


def _held_out(case: Case, given: str) -> tuple[str, ...]:
    from shellcount.results.conditioning import names_to_hold_out
    from shellcount.results.given import parse_given

    return names_to_hold_out(case, parse_given(case, given))


def _added(case: Case, given: str) -> tuple[str, ...]:
    from shellcount.results.conditioning import names_to_add
    from shellcount.results.given import parse_given

    return names_to_add(case, parse_given(case, given))


def changes(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of inputs that can be changed, and behind one the words that it takes."""
    name, equals, _ = incomplete.partition("=")
    listed = _choices(name) if equals else _changes
    return _names_of_the_case(listed)(context, parameter, incomplete)


def _changes(case: Case) -> Iterator[str]:
    from shellcount.case.inputs import changeable

    yield from (f"{name}=" for name in changeable(case))


def _choices(name: str) -> Callable[[Case], Iterator[str]]:
    """List the changes that set an input to one of the words that it takes."""

    def listed(case: Case) -> Iterator[str]:
        from shellcount.case.inputs import words

        yield from (f"{name}={word}" for word in words(case, name))

    return listed


def _estimates(case: Case) -> Iterator[str]:
    from shellcount.results.names import name_of
    from shellcount.results.standard import standard

    yield from (name_of(case, quantity) for quantity in standard(case))


def _quotations(case: Case) -> Iterator[str]:
    from shellcount.results.names import name_of
    from shellcount.results.standard import standard
    from shellcount.results.when import months

    names = [name_of(case, quantity) for quantity in standard(case)]
    yield from names
    for stem in dict.fromkeys(name.partition("@")[0] for name in names if "@" in name):
        yield from (f"{stem}@{month}" for month in months(case))
    for claim in case.claim:
        yield f"claim.{claim.id}"
        if claim.use == "check":
            yield f"check.{claim.id}"


def _dates(case: Case) -> list[str]:
    """List the dates and periods of the claims, and the months from the first shipment to the last claim."""
    from shellcount.results.names import time_of
    from shellcount.results.standard import standard
    from shellcount.results.when import months

    times = [time_of(case, quantity) for quantity in standard(case)]
    return sorted({str(time) for time in (*times, *months(case)) if time is not None})


conditionings = _names_of_the_case(_conditionings)
held_out = _names_on_the_line(_held_out)
added = _names_on_the_line(_added)
estimates = _names_of_the_case(_estimates)
quotations = _names_of_the_case(_quotations)
dates = _names_of_the_case(_dates)
scenarios = _names_of_the_case(lambda case: (scenario.id for scenario in case.scenario))


def _starting(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
