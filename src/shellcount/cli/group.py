"""Group the commands: load each when it is called, list them in order, and turn errors into messages."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, MutableMapping

import click

from shellcount.cli.endings import Endings


class Modules(MutableMapping[str, click.Command]):
    """Commands by name, each imported when it is first asked for.

    Parameters
    ----------
    places
        Module and name of each command in :mod:`shellcount.cli`, such as ``estimating.check``.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        self._commands: dict[str, click.Command | str] = dict(places)

    def __getitem__(self, name: str) -> click.Command:
        """Import a command."""
        command = self._commands[name]
        if isinstance(command, str):
            module, _, attribute = command.partition(".")
            command = getattr(importlib.import_module(f"shellcount.cli.{module}"), attribute)
            if not isinstance(command, click.Command):
                raise TypeError(f"shellcount.cli.{module}.{attribute} is not a command")
            self._commands[name] = command
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        """Add a command, or put it in the place of another."""
        self._commands[name] = command

    def __delitem__(self, name: str) -> None:
        """Remove a command."""
        del self._commands[name]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names, in the order of the help, without an import."""
        return iter(self._commands)

    def __len__(self) -> int:
        """Count the commands."""
        return len(self._commands)


class Commands(click.Group):
    """Group of commands in the order of their use; their errors become messages and exit statuses."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command, and exit with a message where it fails."""
        with Endings():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click has it
        """List the commands in the order in which they were added."""
        return list(self.commands)
