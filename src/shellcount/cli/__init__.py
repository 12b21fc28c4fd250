"""The command line: one command a stage, each a thin layer over the library."""

from shellcount.cli.commands import main

__all__ = ["main"]
