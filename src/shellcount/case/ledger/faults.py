"""Name the faults of a ledger by row and column, as a spreadsheet shows them."""

from __future__ import annotations

from dataclasses import dataclass

from shellcount.errors import Fault
from shellcount.text import one_line

_WIDTH = 40


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """A single fault of a ledger.

    Parameters
    ----------
    message
        What is wrong.
    row
        Number of the row, from 1; ``None`` for the whole ledger.
    column
        Number of the column, from 1; ``None`` for the whole row.
    header
        Header of the column as the ledger has it, or of the column that is missing.
    value
        What was found there, shortened; ``None`` if nothing was found.
    hint
        What to do; ``None`` if there is nothing to suggest.
    """

    message: str
    row: int | None = None
    column: int | None = None
    header: str | None = None
    value: str | None = None
    hint: str | None = None

    @property
    def place(self) -> str:
        """Place in words, such as ``row 14, column F (as of)``.

        Examples
        --------
        >>> LedgerFault("missing", 14, 6, "as of").place
        'row 14, column F (as of)'
        >>> LedgerFault("missing", 14, None, "scope").place
        'row 14, no column (scope)'
        """
        header = "" if self.header is None else f" ({one_line(self.header, _WIDTH)})"
        column = "no column" if self.column is None else f"column {letter(self.column)}"
        parts = [
            *([] if self.row is None else [f"row {self.row}"]),
            *([f"{column}{header}"] if self.column is not None or header else []),
        ]
        return ", ".join(parts)

    @property
    def order(self) -> tuple[int, int]:
        """Key by which faults are sorted: row by row, and from left to right."""
        return self.row or 0, self.column or 0

    def as_fault(self) -> Fault:
        """Convert to a fault whose path is the place in the ledger."""
        return Fault(self.place, self.message, self.value, self.hint)


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
