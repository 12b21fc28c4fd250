"""Refuse options that cannot apply: to files that hold their own numbers, with a flag, or without one."""

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
    refused = _others(allowed)
    if refused:
        files = phrases.listing([one_line(path) for path in dict.fromkeys(paths)])
        hold = "holds its" if len(set(paths)) == 1 else "hold their"
        raise UsageError(f"{files} {hold} own numbers: leave out {phrases.listing(refused)}")


def refuse_without(flag: str, allowed: Collection[str]) -> None:
    """Refuse options of the current command line that decide nothing without a flag.

    Parameters
    ----------
    flag
        The flag, which was not given.
    allowed
        Names of the parameters that apply without it.

    Raises
    ------
    UsageError
        When the command line has any other option.
    """
    refused = _others(allowed)
    if refused:
        raise UsageError(f"{_decides_nothing(refused)} without {flag}")


def refuse_with(flag: str, allowed: Collection[str]) -> None:
    """Refuse options of the current command line that decide nothing with a flag.

    Parameters
    ----------
    flag
        The flag, which was given.
    allowed
        Names of the parameters that apply with it.

    Raises
    ------
    UsageError
        When the command line has any other option.
    """
    refused = _others(allowed)
    if refused:
        them = "it" if len(refused) == 1 else "them"
        raise UsageError(f"{_decides_nothing(refused)} with {flag}: leave {them} out")


def _decides_nothing(refused: list[str]) -> str:
    verb = "decides" if len(refused) == 1 else "decide"
    return f"{phrases.listing(refused)} {verb} nothing"


def _others(allowed: Collection[str]) -> list[str]:
    """List the options of the current command line that are not among those allowed."""
    context = click.get_current_context()
    return [
        parameter.opts[-1]
        for parameter in context.command.params
        if parameter.name not in allowed
        and context.get_parameter_source(str(parameter.name)) is ParameterSource.COMMANDLINE
    ]
