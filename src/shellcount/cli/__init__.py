"""The command line: one command a stage, each a thin layer over the library."""

from shellcount.cli.briefing import audit, cite, fill
from shellcount.cli.commands import main
from shellcount.cli.comparing import diff

__all__ = ["audit", "cite", "diff", "fill", "main"]
