"""Refuse options that cannot apply to files that hold their own numbers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click
from click.core import ParameterSource

from shellcount.errors import UsageError
from shellcount.text import one_line
from shellcount.wording import phrases


def refuse_options(paths: Sequence[str], allowed: Collection[str]) -> None:
    """Refuse options of the current command line that would decide numbers which files already hold.

    Parameters
    ----------
    paths
        Files that hold their own numbers.
    allowed
        Names of the parameters that apply to such files.

    Raises
    ------
    UsageError
        When the command line has any other option.
    """
    context = click.get_current_context()
    refused = [
        parameter.opts[-1]
        for parameter in context.command.params
        if parameter.name not in allowed
        and context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    ]
    if refused:
        files = phrases.listing([one_line(path) for path in dict.fromkeys(paths)])
        hold = "holds its" if len(set(paths)) == 1 else "hold their"
        raise UsageError(f"{files} {hold} own numbers: leave out {phrases.listing(refused)}")
