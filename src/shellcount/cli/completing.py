"""What a shell offers when the tab key is pressed: names from the case that the line speaks of."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from shellcount.errors import ShellcountError

if TYPE_CHECKING:
    from shellcount.case.schema import Case

type Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]

KEPT = "shellcount.options"  # where the options of the running command are kept


def shipped_cases(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The names of shipped cases."""
    from shellcount.case.reading import shipped_names

    return _starting(incomplete, shipped_names())


def cases(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of shipped cases, and case files; any file where there are none."""
    folder, start = os.path.split(incomplete)
    files = sorted(str(path) for path in Path(folder).glob(f"{glob.escape(start)}*.toml"))
    found = [*shipped_cases(context, parameter, incomplete), *map(CompletionItem, files)]
    return found or [CompletionItem(incomplete, type="file")]


def _names_of_the_case(names: Callable[[Case], Iterable[str]]) -> Completion:
    """Offer names that the case has, unless it cannot be read: a shell is no place for messages."""

    def complete(
        context: click.Context, _parameter: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        from shellcount.case.reading import load_case

        path = _case_of(context)
        if path == "-":
            return []
        try:
            return _starting(incomplete, names(load_case(path)))
        except ShellcountError:
            return []

    return complete


def _case_of(context: click.Context) -> str | None:
    """The case that the line names, also where it ends in an option that still wants its value."""
    kept: str | None = context.meta.get(KEPT, {}).get("case")
    argued = any(isinstance(each, click.Argument) and each.name == "case" for each in context.command.params)
    return context.args[0] if kept is None and argued and context.args else kept


def _conditionings(case: Case) -> Iterator[str]:
    from shellcount.results.given import Conditioning, fitted_claims

    bases = (Conditioning("counts"), Conditioning("all"))
    yield from map(str, bases)
    for base in bases:
        yield from (f"{base}-but:{read.claim.id}" for read in fitted_claims(case, base))


def _changes(case: Case) -> Iterator[str]:
    from shellcount.case.changes import changeable

    yield from (f"{name}=" for name in changeable(case))


def _quotations(case: Case) -> Iterator[str]:
    from shellcount.results.names import standard

    yield from (quantity.name for quantity in standard(case))
    for claim in case.claim:
        yield f"claim.{claim.id}"
        if claim.use == "check":
            yield f"check.{claim.id}"


def _dates(case: Case) -> list[str]:
    return sorted({day.isoformat() for claim in case.claim for day in claim.dates})


conditionings = _names_of_the_case(_conditionings)
changes = _names_of_the_case(_changes)
quotations = _names_of_the_case(_quotations)
dates = _names_of_the_case(_dates)
scenarios = _names_of_the_case(lambda case: (scenario.id for scenario in case.scenario))


def _starting(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
