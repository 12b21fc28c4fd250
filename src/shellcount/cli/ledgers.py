"""Read claims from spreadsheets: import."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shellcount.cli import completing, options
from shellcount.cli.numbers import Word
from shellcount.cli.output import examples, write_json, write_sentences, write_text
from shellcount.errors import CaseError, Fault, UsageError
from shellcount.text import one_line
from shellcount.wording import phrases

# What is heavy is imported where it is used, so that --help is quick.
if TYPE_CHECKING:
    from shellcount.case.ledger.importing import Ledger
    from shellcount.case.typed.days import Order
    from shellcount.case.typed.numbers import Mark
    from shellcount.digest import Json

_MARKS: dict[str | None, Mark | None] = {None: None, "point": ".", "comma": ","}
_ORDERS: dict[str | None, Order | None] = {None: None, "day-first": "day", "month-first": "month"}


@click.command(
    "import",
    cls=options.Command,
    short_help="Read claims from a spreadsheet, and add them to a case file.",
    epilog=examples(
        "shellcount import ledger.csv",
        "shellcount import ledger.xlsx --into mycase.toml",
        "shellcount import ledger.xlsx --tab 2024 --into mycase.toml --dry-run",
        "shellcount import ledger.csv --into dprk-russia-2024 -o copy.toml",
    ),
)
@click.argument("ledger", shell_complete=completing.ledgers)
@click.option(
    "--into",
    metavar="CASE",
    shell_complete=completing.cases,
    help="Case file that the claims are added to, at its end; with -o also the name of a shipped case. "
    "[default: write the claims as TOML]",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="New file to write instead: the case with the claims, or without --into the claims. "
    "[default: CASE itself, or standard output]",
)
@click.option("--tab", metavar="NAME", help="Tab of a workbook. [default: the first that is not hidden]")
@click.option(
    "--decimal",
    type=Word(["point", "comma"]),
    help="Decimal mark of the numbers. [default: as the cells of a column settle it]",
)
@click.option(
    "--dates",
    type=Word(["day-first", "month-first"]),
    help="Order of dates such as 6/7/2024. [default: as the cells of a column settle it]",
)
@click.option("--dry-run", is_flag=True, help="Check everything, and write nothing.")
@options.as_json
def import_(
    ledger: str,
    into: str | None,
    output: str | None,
    tab: str | None,
    decimal: str | None,
    dates: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read claims from a spreadsheet, one a row, and add them to a case file: all of them or none.

    LEDGER is a CSV file or an XLSX workbook, whose first row names the columns; `shellcount new --ledger`
    writes one to start from. Numbers, dates and hedges may be written as people write them. Where anything
    is wrong or has two meanings, every fault is listed with its row and column, nothing is written, and the
    exit status is 2. Claims that the case has already, with the same id and content, are skipped.
    """
    from shellcount.case.ledger.importing import import_ledger, read_ledger
    from shellcount.files.writing import write_new_file

    if output == "-":
        raise UsageError(
            "-o takes the name of a new file; claims go to standard output without --into and -o"
        )
    mark, order = _MARKS[decimal], _ORDERS[dates]
    try:
        if into is None:
            read = read_ledger(ledger, tab=tab, decimal=mark, order=order)
            read.require_valid()
        else:
            read = import_ledger(
                ledger, into, output=output, tab=tab, decimal=mark, order=order, dry_run=dry_run
            )
    except CaseError as error:
        if not as_json:
            raise
        write_json(
            {"valid": False, "origin": error.origin, "faults": [_fault(fault) for fault in error.faults]}
        )
        raise click.exceptions.Exit(error.exit_status) from None
    file = output if into is None or output is not None or not read.claims else into
    if into is None and output is not None and not dry_run:
        write_new_file(Path(output), read.toml.encode())
    if as_json:
        write_json(_document(read, None if dry_run else file))
    elif into is None and output is None and not dry_run:
        write_text(read.toml.rstrip("\n"))
    else:
        _tell(read, file or "standard output", dry_run=dry_run)


def _fault(fault: Fault) -> Json:
    from shellcount.case.ledger.faults import LedgerFault, letter

    found: dict[str, Json] = dataclasses.asdict(fault)
    if isinstance(fault, LedgerFault) and fault.column is not None:
        found["column"] = letter(fault.column)
    return found


def _document(read: Ledger, file: str | None) -> dict[str, Json]:
    return {
        "valid": True,
        "ledger": read.path,
        "file": file,
        "case": None if read.case is None else read.case.about.id,
        "case_digest": None if read.case is None else read.case.digest,
        "claims": [claim.model_dump(mode="json", exclude_defaults=True) for claim in read.claims],
        "present": list(read.present),
        "named": {table: list(ids) for table, ids in read.named.items()},
        "notes": list(read.notes),
    }


def _tell(read: Ledger, file: str, *, dry_run: bool) -> None:
    """Tell how many claims were added, what was skipped, and what was not in the cells."""
    count = len(read.claims)
    claims = f"{phrases.exact(count)} claim{'s' if count != 1 else ''}"
    if dry_run:
        write_text(f"valid, nothing written: {claims} to add")
    elif not count:
        write_text("nothing to add")
    elif read.case is None:
        write_text(f"wrote {claims} to {file}")
    else:
        words = shlex.join(["shellcount", "validate", file])
        write_text(f"added {claims} to {one_line(file)}; try: {words}")
    notes = list(read.notes)
    if read.present:
        notes.append(f"already in the case, skipped: {', '.join(read.present)}")
    write_sentences(notes)
