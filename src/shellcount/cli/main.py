"""Put the families of commands together."""

from __future__ import annotations

import io
import sys

import click

from shellcount.cli import (
    citing,
    comparing,
    estimating,
    inspecting,
    ledgers,
    reporting,
    starting,
    studies,
    sweeping,
)
from shellcount.cli.endings import STATUSES
from shellcount.cli.group import Commands
from shellcount.cli.output import examples
from shellcount.version import __version__

# In the order of their use, which is that of the help.
_COMMANDS = (
    *(starting.new, ledgers.import_, inspecting.validate, inspecting.evidence, inspecting.lint),
    *(estimating.estimate, estimating.check, reporting.report),
    *(citing.cite, citing.fill, citing.audit, comparing.diff),
    sweeping.sweep,
    *(studies.calibrate, studies.verify, inspecting.schema, starting.completion),
)


@click.group(
    cls=Commands,
    commands=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "shellcount evidence",
        "shellcount estimate --at 2024-06-14",
        "shellcount check --given all-but:ua-gur-2024",
        "shellcount report black-sea-grain-2022 -o report",
        "shellcount new mycase",
    )
    + f"\n\n{STATUSES}",
)
@click.version_option(__version__, prog_name="shellcount")
def main() -> None:
    """Compute honest posterior ranges from hedged public claims about container shipments.

    CASE is a case file, the name of a shipped case, or - for standard input; omit for dprk-russia-2024.
    """
    for stream in (sys.stdout, sys.stderr):  # text that an old terminal cannot show is escaped
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
