"""Put the families of commands together."""

from __future__ import annotations

import io
import sys

import click

from shellcount.cli.endings import STATUSES
from shellcount.cli.group import Commands, Modules
from shellcount.cli.output import examples
from shellcount.version import __version__

# Where each command is, in the order of their use, which is that of the help.
_COMMANDS = Modules(
    {
        "new": "starting.new",
        "import": "ledgers.import_",
        "validate": "inspecting.validate",
        "evidence": "evidence.evidence",
        "lint": "inspecting.lint",
        "estimate": "estimating.estimate",
        "check": "estimating.check",
        "report": "reporting.report",
        "plot": "plotting.plot",
        "explore": "exploring.explore",
        "cite": "citing.cite",
        "fill": "citing.fill",
        "audit": "citing.audit",
        "compare": "comparing.compare",
        "diff": "comparing.diff",
        "drivers": "driving.drivers",
        "require": "requiring.require",
        "sensitivity": "sensitivity.sensitivity",
        "voi": "learning.voi",
        "sweep": "sweeping.sweep",
        "calibrate": "studies.calibrate",
        "verify": "studies.verify",
        "schema": "inspecting.schema",
        "completion": "starting.completion",
    }
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
        "shellcount explore",
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
