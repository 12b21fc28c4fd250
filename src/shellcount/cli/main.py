"""All commands, put together."""

from shellcount.cli import briefing, comparing, proofs, reporting, starting
from shellcount.cli.commands import main

__all__ = ["briefing", "comparing", "main", "proofs", "reporting", "starting"]
