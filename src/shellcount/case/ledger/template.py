"""Write a ledger to start from: one example of each form of claim, and what each column takes."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter

from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.exporting import ledger_of
from shellcount.case.ledger.sheets import write_sheet
from shellcount.case.raw import frozen
from shellcount.case.schema import Claim

HELP = "Help"
_WORDS = {"name": "id or title", "amount": "number, range or words", "date": "day or month"}


@functools.cache
def example_claims() -> tuple[Claim, ...]:
    """Read the examples of claims, one of each form.

    Examples
    --------
    >>> [claim.id for claim in example_claims()][:3]
    ['example-count', 'example-total', 'example-month']
    """
    text = (resources.files("shellcount") / "data" / "ledger.toml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Claim, ...]).validate_python(frozen(tomllib.loads(text)["claim"]))


def column_table() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Tabulate the columns of a ledger: name, what it takes, what it says, an example and other names.

    Examples
    --------
    >>> head, rows = column_table()
    >>> head[0], rows[1][:2]
    ('column', ('claimant (needed)', 'id or title'))
    """
    head = ("column", "takes", "what it says", "for example", "also called")
    return head, [
        (
            f"{column.name} (needed)" if column.needed else column.name,
            _WORDS.get(column.takes, column.takes),
            column.says,
            column.example,
            ", ".join(column.also),
        )
        for column in COLUMNS
    ]


def start_ledger(path: str | Path) -> Path:
    """Write a ledger to start from: a workbook, with a tab of help, if its name ends in .xlsx; otherwise CSV.

    Parameters
    ----------
    path
        File to write.

    Raises
    ------
    OutputError
        When the file already exists, or cannot be written.
    UsageError
        When it is to be a workbook, and openpyxl is not installed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     start_ledger(Path(folder, "ledger.csv")).read_text("utf-8-sig")[:15]
    '"id","claimant"'
    """
    header, rows = ledger_of(example_claims())
    head, columns = column_table()
    return write_sheet(path, header, rows, more={HELP: [head, *columns]}, replace=False)
