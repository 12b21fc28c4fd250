"""Read the rows of a ledger as claims, each with the columns that its keys stand in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shellcount.case.kinds import KINDS
from shellcount.case.ledger import cell_dates, cells
from shellcount.case.ledger.cells import CellError
from shellcount.case.ledger.faults import LedgerFault
from shellcount.case.ledger.grid import CellValue, Row
from shellcount.case.ledger.headers import Header
from shellcount.case.ledger.names import Names, identifier, separated
from shellcount.case.schema import DateRange
from shellcount.case.shape import Raw
from shellcount.case.typed.days import Order
from shellcount.case.typed.numbers import Mark
from shellcount.text import shown

_TEXTS = ("id", "summary", "note", "derived_from", "restates", "supersedes")
_NAMES = ("claimant", "scope", "trip")
_NUMBERS = ("containers", "resolution")
_YES, _NO = frozenset({"yes", "true", "y", "x", "1"}), frozenset({"no", "false", "n", "0"})
_PER = re.compile(r"(?:per|an?|each|every)\s+")
_UNITS = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "days": "day",
    "weeks": "week",
    "months": "month",
}
_ODDS = re.compile(r"(?P<name>.+?)\s*[:=]\s*(?P<odds>\d+(?:\.\d+)?(?:e[+-]?\d+)?)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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
    names
        Entries of the case.
    nouns
        Words for containers and rounds in the case.
    """

    headers: Mapping[int, Header]
    titles: Mapping[int, str]
    settled: Mapping[int, Settled]
    names: Names
    nouns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """Row of a ledger, as a claim.

    Parameters
    ----------
    row
        Number of the row.
    raw
        Claim as a case file has it; keys whose cells cannot be read are left out.
    columns
        Number of the column by key of the claim, such as ``reports[0].hedge``.
    closed
        Keys of which no other fault is told: they have one already, or are taken from another key.
    faults
        Faults of its cells.
    is_named
        Whether its id was made.
    """

    row: int
    raw: Raw
    columns: Mapping[str, int]
    closed: frozenset[str]
    faults: tuple[LedgerFault, ...]
    is_named: bool = False


def read_row(row: Row, layout: Layout, unread: frozenset[int] = frozenset()) -> Entry:
    """Read a row as a claim.

    Parameters
    ----------
    row
        The row.
    layout
        Columns of the ledger.
    unread
        Columns whose cell in this row has a fault already.
    """
    reader = _Reader(row, layout, unread)
    for key in _TEXTS:
        reader.put(key, text_of)
    for key in _NAMES:
        reader.put_name(key)
    for key in _NUMBERS:
        reader.set(key, reader.number(key))
    reader.put("quantity", lambda cell: _word(cell, layout.nouns))
    reader.put("of", lambda cell: _thing(cell, layout.nouns, reader.raw.get("quantity")))
    reader.put("per", _per)
    reader.put("use", _word)
    reader.put("withdrawn", _flag)
    _natures(reader)
    _figure(reader)
    _times(reader)
    _under_all(reader)
    _reports(reader)
    return Entry(row.number, reader.raw, reader.columns, frozenset(reader.told()), tuple(reader.faults))


class _Reader:
    """Row that is being read."""

    def __init__(self, row: Row, layout: Layout, unread: frozenset[int]) -> None:
        self.row, self.layout = row, layout
        self.inputs = {header.key: column for column, header in layout.headers.items()}
        self.columns = {key: column for key, column in self.inputs.items() if not key.startswith("reports")}
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
            self.fault(key, error.message, error.hint)
            return None

    def put(self, key: str, read: Callable[[CellValue], object]) -> None:
        """Read the cell of a key into the claim."""
        self.set(key, self.read(key, read))

    def set(self, key: str, value: object) -> None:
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

    def told(self) -> set[str]:
        """List the keys of which no other fault is told."""
        return {key for key in self.closed if not key.startswith("reports")} | self.done

    def fault(self, key: str, message: str, hint: str | None = None, value: CellValue = None) -> None:
        """Record a fault of the cell of a key, of which no other is then told."""
        column = self.inputs.get(key)
        title = None if column is None else self.layout.titles[column]
        found = self.cell(key) if value is None else value
        said = None if found is None else shown(found)
        self.faults.append(LedgerFault(message, self.row.number, column, title, said, hint))
        self.closed.add(key)


# --- cells -------------------------------------------------------------------------------


def text_of(cell: CellValue) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{cell:.0f}" if float(cell).is_integer() else repr(cell)
    return str(cell).strip()


def _word(cell: CellValue, words: Mapping[str, str] | None = None) -> str:
    word = " ".join(text_of(cell).casefold().split())
    return word if words is None or word in KINDS else words.get(word, word)


def _thing(cell: CellValue, nouns: Mapping[str, str], quantity: object) -> str:
    """Read what a rate or share is of: a rate of containers or rounds, a share of carriers or items."""
    word = _word(cell, nouns)
    roles = {"containers": "carriers", "rounds": "items"}
    return roles.get(word, word) if quantity == "share" else word


def _per(cell: CellValue) -> str:
    word = _PER.sub("", _word(cell), count=1)
    return _UNITS.get(word, word)


def _flag(cell: CellValue) -> bool:
    word = _word(cell)
    if word not in _YES | _NO:
        raise CellError("must be yes or no")  # as no spreadsheet translates them
    return word in _YES


# --- keys of several cells ---------------------------------------------------------------


def _natures(reader: _Reader) -> None:
    text = reader.read("nature", text_of)
    if text is None:
        return
    find = reader.layout.names.find
    several = separated(text)
    if len(several) == 1 and find("nature", text) is None:
        others = separated(text, (",", " or "))
        several = others if all(find("nature", name) for name in others) else several
    named = tuple(reader.name("nature", "nature", name) for name in several)
    # A single name is a list of one where a separator says so.
    reader.raw["nature"] = named[0] if len(named) == 1 and text[-1] not in ";\n" else named
    odds = reader.read("reading_odds", lambda cell: _odds(text_of(cell)))
    if odds is not None:
        reader.raw["reading_odds"] = {
            reader.name("reading_odds", "nature", name): number for name, number in odds.items()
        }


def _odds(text: str) -> dict[str, float]:
    odds: dict[str, float] = {}
    for part in separated(text):
        match = _ODDS.fullmatch(part)
        if match is None or match["name"] in odds:
            raise CellError("must give each nature its odds once, as in maize = 3; wheat = 1")
        odds[match["name"]] = float(match["odds"])
    return odds


@dataclass(frozen=True, slots=True)
class _Figure:
    """Value and hedge as a claim or one of its reports states them, and the resolution of the value."""

    value: object = None
    hedge: str | None = None
    resolution: float | None = None


def _stated(reader: _Reader, head: str = "") -> _Figure:
    """Read a value, or the range in its place, and the hedge, which may stand before the value or alone."""
    key = f"{head}value"
    ends = {
        end: number
        for end in ("low", "high", "level")
        if (number := reader.number(f"{key}.{end}")) is not None
    }
    amount = reader.amount(key)
    hedge = reader.read(f"{head}hedge", cells.hedge)
    if ends and amount is not None:
        reader.fault(key, "contradicts low and high", "state a value or a range")
    if ends or amount is None:
        return _Figure(ends or None, hedge)
    if hedge is not None and amount.hedge not in {None, hedge}:
        reader.fault(f"{head}hedge", f"contradicts the value, which says {amount.hedge}", "state one hedge")
    return _Figure(amount.value, hedge or amount.hedge, amount.resolution)


def _figure(reader: _Reader) -> None:
    """Read the value of a claim, with the hedge and resolution that its cell may have besides."""
    figure = _stated(reader)
    stated = {"value": figure.value, "hedge": figure.hedge, "resolution": figure.resolution}
    for key, value in stated.items():
        if reader.cell(key) is None and "value" in reader.inputs:
            reader.columns[key] = reader.inputs["value"]
        if value is not None:
            reader.raw.setdefault(key, value)


def _times(reader: _Reader) -> None:
    since = reader.date("since")
    if isinstance(since, DateRange):
        reader.fault("since", "must be one day", "write the first day, and the last under as of")
    elif since is not None:
        reader.raw["since"] = since
    ends = _range(reader, "as_of", ("earliest", "latest"))
    day = reader.date("as_of")
    if ends and day is not None:
        reader.fault("as_of", "contradicts earliest and latest", "state a date, or both ends of its range")
    elif isinstance(day, DateRange) and reader.cell("since") is None:
        hint = f"a period is since {day.earliest} and as of {day.latest}; an unknown day, earliest and latest"
        reader.fault("as_of", "may be a period, or a day of these", hint)
    elif isinstance(day, DateRange):
        ends = {"earliest": day.earliest, "latest": day.latest}
    elif day is not None:
        reader.raw["as_of"] = day
    if ends:
        reader.raw["as_of"] = ends


def _range(reader: _Reader, key: str, ends: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for end in ends:
        day = reader.date(f"{key}.{end}")
        if isinstance(day, DateRange):
            reader.fault(f"{key}.{end}", "must be one day")
        elif day is not None:
            found[end] = day
    return found


def _under_all(reader: _Reader) -> None:
    wanted = reader.read("under_all", _flag)
    reading: dict[str, object] = _range(reader, "under_all", ("as_of",))
    nature = reader.read("under_all.nature", text_of)
    if nature is not None:
        reading["nature"] = reader.name("under_all.nature", "nature", nature)
    if wanted is False and reading:
        reader.fault("under_all", "contradicts the columns beside it", "leave them empty, or write yes")
    elif wanted or reading:
        reader.raw["under_all"] = reading


# --- reports -----------------------------------------------------------------------------


def _reports(reader: _Reader) -> None:
    """Read the sources of a claim, each of which words it as the claim does unless it says otherwise."""
    heads = dict.fromkeys(key.partition(".")[0] for key in reader.inputs if key.startswith("reports"))
    reports: list[Raw] = []
    for head in sorted(heads, key=lambda head: int(head.strip("reports[]"))):
        columns = {key: column for key, column in reader.inputs.items() if key.startswith(f"{head}.")}
        if all(reader.cell(key) is None for key in columns):
            continue
        wording = _wording(reader, f"{head}.")
        text = reader.read(f"{head}.source", text_of)
        sources = [] if text is None else _sources(reader, f"{head}.source", text)
        for source in sources or [None]:
            path = f"reports[{len(reports)}]"
            for key, column in columns.items():
                reader.columns[f"{path}{key.removeprefix(head)}"] = column
                if key in reader.closed:
                    reader.done.add(f"{path}{key.removeprefix(head)}")
            if _is_inherited(reader, head):
                reader.done.update((f"{path}.value", f"{path}.hedge"))
            reports.append(wording if source is None else {"source": source, **wording})
    if reports:
        reader.raw["reports"] = tuple(reports)


def _sources(reader: _Reader, key: str, text: str) -> list[str]:
    """List the ids of the sources in a cell, whose titles may themselves have a separator."""
    whole = reader.layout.names.find("source", text) is not None
    several = (text,) if whole else separated(text)
    return [reader.name(key, "source", name) for name in several]


def _wording(reader: _Reader, head: str) -> Raw:
    """Read value, hedge and phrase of a source; a number that it states has the hedge of the claim."""
    figure = _stated(reader, head)
    claimed, hedge = reader.raw.get("value"), reader.raw.get("hedge")
    is_number = isinstance(figure.value, int | float) and figure.value > 0 and hedge != "between"
    wording = {
        "value": claimed if figure.value is None else figure.value,
        "hedge": figure.hedge or (hedge if figure.value is None or is_number else None),
        "phrase": reader.read(f"{head}phrase", text_of),
    }
    return {key: value for key, value in wording.items() if value is not None}


def _is_inherited(reader: _Reader, head: str) -> bool:
    """Tell whether a report takes value and hedge from its claim, whose faults are told there."""
    return all(reader.cell(f"{head}.{key}") is None for key in ("value", "value.low", "value.high", "hedge"))
