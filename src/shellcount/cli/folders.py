"""Print the audit of a folder: which of its files belong to one run."""

from __future__ import annotations

import dataclasses

import click

from shellcount.cli.output import write_json, write_prose, write_table
from shellcount.cli.refusing import refuse_options


def print_audit(folder: str, *, as_json: bool) -> None:
    """Print the audit of a folder that the command line names, and exit with its status."""
    from shellcount.citing.auditing_folders import audit_folder

    refuse_options([folder], {"document", "as_json", "limits"})
    found = audit_folder(folder)
    if as_json:
        write_json(
            {"passed": found.passed, "files": [dataclasses.asdict(result) for result in found.results]}
        )
    else:
        write_table(dataclasses.replace(found.table(), caption=folder))
        write_prose(found.sentence)
    if not found.passed:
        raise click.exceptions.Exit(1)
