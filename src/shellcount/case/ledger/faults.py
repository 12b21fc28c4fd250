"""Name the faults of a ledger by row and column, as a spreadsheet shows them."""

from __future__ import annotations

from shellcount.errors import Fault
from shellcount.frozen import frozen
from shellcount.text import one_line

_WIDTH = 40


@frozen
class LedgerFault(Fault):
    """A single fault of a ledger, whose path is its place in words.

    Parameters
    ----------
    row
        Number of the row, from 1; ``None`` for a whole column, or the whole ledger.
    column
        Number of the column, from 1; ``None`` for a whole row, or where the column is missing.
    header
        Header of the column as the ledger has it, or of the column that is missing.
    """

    row: int | None = None
    column: int | None = None
    header: str | None = None

    @property
    def order(self) -> tuple[int, int]:
        """Key by which faults are sorted: row by row, and from left to right."""
        return self.row or 0, self.column or 0


def ledger_fault(
    message: str,
    row: int | None = None,
    column: int | None = None,
    header: str | None = None,
    value: str | None = None,
    hint: str | None = None,
) -> LedgerFault:
    """Make a fault at a place of a ledger.

    Parameters
    ----------
    message, value, hint
        As for :class:`~shellcount.errors.Fault`.
    row, column, header
        As for :class:`LedgerFault`.

    Examples
    --------
    >>> print(ledger_fault("missing", 14, 6, "as of"))
    row 14, column F (as of): missing
    >>> print(ledger_fault("missing", 14, header="scope"))
    row 14, no column (scope): missing
    """
    title = "" if header is None else f" ({one_line(header, _WIDTH)})"
    where = "no column" if column is None else f"column {letter(column)}"
    place = [
        *([] if row is None else [f"row {row}"]),
        *([f"{where}{title}"] if column is not None or title else []),
    ]
    return LedgerFault(", ".join(place), message, value, hint, None, row, column, header)


def letter(place: int) -> str:
    """Write the letter of a column, as spreadsheets do.

    Parameters
    ----------
    place
        Place of the column, from 1.

    Examples
    --------
    >>> letter(1), letter(28)
    ('A', 'AB')
    """
    letters = ""
    while place > 0:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
