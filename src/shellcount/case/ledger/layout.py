"""Lay out the columns of a ledger: recognise its header, and settle how each column is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shellcount.case.ledger.cell_dates import order_of
from shellcount.case.ledger.cells import CellError, decimal_of
from shellcount.case.ledger.faults import LedgerFault, ledger_fault, letter
from shellcount.case.ledger.grid import CellValue, Row
from shellcount.case.ledger.headers import Header, meant_columns, missing_columns, recognise, unknown_header
from shellcount.case.ledger.names import Names
from shellcount.case.ledger.reader import Layout, Settled
from shellcount.case.ledger.sheets import Sheet
from shellcount.case.ledger.words import text_of
from shellcount.case.shape import Raw
from shellcount.case.typed.days import Order
from shellcount.case.typed.numbers import Mark
from shellcount.text import shown

_IGNORED = "#"
_NOUNS = {"items": "rounds", "carriers": "containers"}


def lay_out(sheet: Sheet, raw: Raw | None, told: Settled) -> tuple[Layout, list[LedgerFault]]:
    """Identify the columns of a ledger, and list the faults of its header.

    Parameters
    ----------
    sheet
        Ledger as a sheet.
    raw
        Case that its claims belong to, as parsed from TOML; ``None`` if it is not known.
    told
        Way of writing numbers and dates that the user has told, which no cell then settles.
    """
    header, data = sheet.rows[0], sheet.rows[1:]
    titles = {column: text_of(cell) for column, cell in enumerate(header.cells, 1) if cell is not None}
    read = {column: title for column, title in titles.items() if not title.startswith(_IGNORED)}
    headers = {column: found for column, title in read.items() if (found := recognise(title)) is not None}
    faults = [*_unnamed(header, data), *_unknown(header, read, headers), *_twice(header, read, headers)]
    unknown = [title for column, title in read.items() if column not in headers]
    meant = {column.key for title in unknown for column in meant_columns(title)}
    faults += [
        ledger_fault("missing", header.number, None, column.name, hint=f"add a column {column.name}")
        for column in missing_columns(list(headers.values()))
        if column.key not in meant
    ]
    about = (raw or {}).get("case")
    nouns = about if isinstance(about, dict) else {}
    words = {nouns.get("item"): "rounds", nouns.get("carrier"): "containers"}
    first = _first(headers)
    settled, mixed = _settled(first, titles, data, told)
    layout = Layout(
        first,
        titles,
        settled,
        frozenset(meant.union(column.key for column in missing_columns(list(headers.values())))),
        Names({}) if raw is None else Names.of(raw),
        _NOUNS | {word.casefold(): kind for word, kind in words.items() if isinstance(word, str)},
    )
    return layout, [*faults, *mixed]


def _settled(
    headers: Mapping[int, Header], titles: Mapping[int, str], data: tuple[Row, ...], told: Settled
) -> tuple[dict[int, Settled], list[LedgerFault]]:
    """Settle how numbers and dates are written: by the cells of a column, or else by those of the others."""
    marks: dict[int, Mark | None] = {}
    orders: dict[int, Order | None] = {}
    faults: list[LedgerFault] = []
    for column, header in headers.items():
        cells = {row.number: _cell(row, column) for row in data}
        try:
            if header.column.takes in {"amount", "number"} and told.decimal is None:
                marks[column] = decimal_of(cells)
            elif header.column.takes == "date" and told.order is None:
                orders[column] = order_of(cells)
        except CellError as error:
            faults.append(ledger_fault(error.message, None, column, titles[column], None, error.hint))
    mixed = {fault.column for fault in faults}
    mark: Mark | None = told.decimal or _only(marks.values())
    order: Order | None = told.order or _only(orders.values())
    settled = {
        column: Settled(marks.get(column) or mark, orders.get(column) or order)
        for column in headers
        if column not in mixed
    }
    return settled, faults


def _only[T](told: Iterable[T | None]) -> T | None:
    """Give the one thing that is told, if all that tell agree."""
    several = {each for each in told if each is not None}
    return several.pop() if len(several) == 1 else None


def _unnamed(header: Row, data: tuple[Row, ...]) -> Iterator[LedgerFault]:
    """Find columns that have cells and no header, each at its first cell."""
    for column, title in enumerate(header.cells, 1):
        first = next((row for row in data if title is None and _cell(row, column) is not None), None)
        if first is not None:
            said = shown(_cell(first, column))
            hint = "name the column, or begin its header with # if it is not to be read"
            yield ledger_fault("a cell of a column without header", first.number, column, None, said, hint)


def _unknown(header: Row, titles: Mapping[int, str], headers: Mapping[int, Header]) -> Iterator[LedgerFault]:
    for column, title in titles.items():
        if column not in headers:
            hint = f"{unknown_header(title)} (a header that begins with # is not read)"
            yield ledger_fault("unknown column", header.number, column, title, None, hint)


def _twice(header: Row, titles: Mapping[int, str], headers: Mapping[int, Header]) -> Iterator[LedgerFault]:
    first: dict[str, int] = {}
    for column, found in headers.items():
        other = first.setdefault(found.key, column)
        if other != column:
            message = f"the same column as {letter(other)} ({titles[other]})"
            hint = f"both mean {found.name}: leave one out, or begin its header with #"
            yield ledger_fault(message, header.number, column, titles[column], None, hint)


def _first(headers: Mapping[int, Header]) -> dict[int, Header]:
    """Keep the first column of each key."""
    seen: set[str] = set()
    return {
        column: found
        for column, found in headers.items()
        if not (found.key in seen or seen.add(found.key))  # type: ignore[func-returns-value]
    }


def _cell(row: Row, column: int) -> CellValue:
    return row.cells[column - 1] if column <= len(row.cells) else None
