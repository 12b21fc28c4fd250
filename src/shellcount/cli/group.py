"""Group the commands: list them in the order of their use, and turn errors into messages."""

from __future__ import annotations

import click

from shellcount.cli.endings import Endings


class Commands(click.Group):
    """Group of commands in the order of their use; their errors become messages and exit statuses."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command, and exit with a message where it fails."""
        with Endings():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # as click has it
        """List the commands in the order in which they were added."""
        return list(self.commands)
