"""Answer --set help: list the settings of the case on the command line."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from shellcount.cli.output import write_json, write_table, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shellcount.case.schema import Case

_HELP = "help"
_WIDTH = 80


def asks_for_settings(words: Sequence[str]) -> bool:
    """Tell whether the words of a command line ask for a list of settings.

    Examples
    --------
    >>> asks_for_settings(["--seed", "1", "--set", "help"]), asks_for_settings(["--set", "load=0.9"])
    (True, False)
    """
    return f"--set={_HELP}" in words or ("--set", _HELP) in pairwise(words)


def changes_made(changes: Sequence[str]) -> tuple[str, ...]:
    """Leave out the word that asks for a list of settings."""
    return tuple(change for change in changes if change != _HELP)


def write_settings(case: Case, *, as_json: bool) -> None:
    """Write the settings of a case with their present values and examples, in lines of 80 cells at most."""
    from shellcount.case.settable import settings_document, settings_tables

    if as_json:
        write_json(settings_document(case))
        return
    write_text(f"Settings of {case.about.id}, each as --set NAME=VALUE:")
    write_text("")
    for table in settings_tables(case):
        write_table(table, _WIDTH)
