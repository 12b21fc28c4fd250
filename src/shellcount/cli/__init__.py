"""The command line: one command a stage, each a thin layer over the library."""

from shellcount.cli import briefing, comparing, proofs, reporting, starting
from shellcount.cli.commands import main

__all__ = ["briefing", "comparing", "main", "proofs", "reporting", "starting"]
