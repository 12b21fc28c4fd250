"""Read the cells of a row by the keys of a claim, and record the faults of those that cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from shellcount.case.ledger import cell_dates, cells
from shellcount.case.ledger.cells import CellError
from shellcount.case.ledger.faults import LedgerFault, ledger_fault
from shellcount.case.ledger.grid import CellValue, Row
from shellcount.case.ledger.headers import Header
from shellcount.case.ledger.names import Names, identifier
from shellcount.case.ledger.words import text_of
from shellcount.case.schema import DateRange
from shellcount.case.shape import Raw
from shellcount.case.typed.days import Order
from shellcount.case.typed.numbers import Mark
from shellcount.frozen import frozen
from shellcount.text import shown

# What settles the meaning of all cells, by what their column takes.
_DECIMAL = "; for all: --decimal point or --decimal comma"
_SETTLE = {"amount": _DECIMAL, "number": _DECIMAL, "date": "; for all: --dates day-first or month-first"}


@frozen
class Settled:
    """Way of writing numbers and dates that the cells of a column settle.

    Parameters
    ----------
    decimal
        Decimal mark; ``None`` where no cell tells.
    order
        What comes first in a date of digits, ``day`` or ``month``; ``None`` where no cell tells.
    """

    decimal: Mark | None = None
    order: Order | None = None


@frozen
class Layout:
    """Columns of a ledger, and what its cells are read by.

    Parameters
    ----------
    headers
        Headers by number of the column, from 1.
    titles
        Headers as the ledger has them.
    settled
        Ways of writing numbers and dates, as the cells of a column settle them.
    absent
        Keys whose columns are missing or have headers that name none, so that no other fault is told of them.
    names
        Entries of the case.
    nouns
        Words for containers and rounds in the case.
    """

    headers: Mapping[int, Header]
    titles: Mapping[int, str]
    settled: Mapping[int, Settled]
    absent: frozenset[str]
    names: Names
    nouns: Mapping[str, str]

    @property
    def sources(self) -> list[int]:
        """Places of the sources of a claim that the ledger has columns for."""
        places = {header.place for header in self.headers.values() if header.column.key.startswith("reports")}
        return sorted(places)


class Reader:
    """Row that is being read."""

    def __init__(self, row: Row, layout: Layout, unread: frozenset[int]) -> None:
        self.row, self.layout = row, layout
        self.inputs = {header.key: column for column, header in layout.headers.items()}
        self.columns = dict(self.inputs)
        self.closed = {key for key, column in self.inputs.items() if column in unread}
        self.done: set[str] = set()
        self.raw: Raw = {}
        self.faults: list[LedgerFault] = []

    def cell(self, key: str) -> CellValue:
        """Look up the cell of a key; ``None`` if it is empty, or there is no such column."""
        place = self.inputs.get(key, 0)
        return self.row.cells[place - 1] if 0 < place <= len(self.row.cells) else None

    def read[T](self, key: str, read: Callable[[CellValue], T]) -> T | None:
        """Read the cell of a key; ``None`` if it is empty, or has a fault."""
        cell = self.cell(key)
        if cell is None:
            return None
        try:
            return read(cell)
        except CellError as error:
            hint = error.hint
            if len(error.readings) > 1 and hint is not None:
                hint += _SETTLE.get(self.layout.headers[self.inputs[key]].column.takes, "")
            self.fault(key, error.message, hint)
            return None

    def put(self, key: str, read: Callable[[CellValue], object]) -> None:
        """Read the cell of a key into the claim."""
        self.fill(key, self.read(key, read))

    def fill(self, key: str, value: object) -> None:
        """Set a key of the claim, unless the cell was empty or has a fault."""
        if value is not None:
            self.raw[key] = value

    def put_name(self, key: str) -> None:
        """Read the name of an entry of the case into the claim."""
        text = self.read(key, text_of)
        if text is not None:
            self.raw[key] = self.name(key, key, text)

    def name(self, key: str, table: str, text: str) -> str:
        """Find the id that a name stands for; one that the case lacks is a fault, and stands for itself."""
        found = self.layout.names.find(table, text)
        if found:
            return found
        message = (
            f"no {table} has this id or title" if found is None else "no letter or digit to make an id of"
        )
        self.fault(key, message, self.layout.names.hint(table, text) if found is None else None, text)
        return identifier(text) or "unknown"

    def number(self, key: str) -> float | None:
        """Read the number in the cell of a key."""
        return self.read(key, lambda cell: cells.number(cell, self.settled(key).decimal))

    def amount(self, key: str) -> cells.Amount | None:
        """Read the amount in the cell of a key."""
        return self.read(key, lambda cell: cells.amount(cell, self.settled(key).decimal))

    def date(self, key: str) -> dt.date | str | DateRange | None:
        """Read the date in the cell of a key."""
        return self.read(key, lambda cell: cell_dates.date(cell, self.settled(key).order))

    def settled(self, key: str) -> Settled:
        """Look up how the cells of the column of a key are written."""
        return self.layout.settled.get(self.inputs[key], Settled())

    def record_report(self, head: str, place: int, *, is_inherited: bool) -> None:
        """Record which columns a report was read from, and what is told of elsewhere.

        Parameters
        ----------
        head
            Key of the report among the columns, such as ``reports[1]``.
        place
            Its place in the claim, which may be another where a row names fewer or more sources.
        is_inherited
            Whether it takes value and hedge from its claim.
        """
        for key, column in self.inputs.items():
            if key.startswith(f"{head}."):
                path = f"reports[{place}]{key.removeprefix(head)}"
                self.columns[path] = column
                if key in self.closed:
                    self.done.add(path)
        if is_inherited:
            self.done.update((f"reports[{place}].value", f"reports[{place}].hedge"))

    def places(self) -> dict[str, int]:
        """List the columns of keys, without empty cells where others fill the parts of the key."""
        cells = self.row.cells
        filled = {key for key, column in self.columns.items() if cells[column - 1] is not None}
        return {
            key: column
            for key, column in self.columns.items()
            if key in filled or not any(part.startswith(f"{key}.") for part in filled)
        }

    def told(self) -> set[str]:
        """List the keys of which no other fault is told."""
        return {key for key in self.closed if not key.startswith("reports")} | self.done

    def fault(self, key: str, message: str, hint: str | None = None, value: CellValue = None) -> None:
        """Record a fault of the cell of a key, of which no other is then told."""
        column = self.inputs.get(key)
        title = None if column is None else self.layout.titles[column]
        found = self.cell(key) if value is None else value
        said = None if found is None else shown(found)
        self.faults.append(ledger_fault(message, self.row.number, column, title, said, hint))
        self.closed.add(key)
