"""Read the rows of a ledger as claims, each with the columns that its keys stand in."""

from __future__ import annotations

from collections.abc import Mapping

from shellcount.case.ledger import cells
from shellcount.case.ledger.faults import LedgerFault
from shellcount.case.ledger.grid import Row
from shellcount.case.ledger.names import separated
from shellcount.case.ledger.reader import Layout, Reader
from shellcount.case.ledger.words import flag, odds, per, text_of, thing, word
from shellcount.case.schema import DateRange
from shellcount.case.shape import Raw
from shellcount.frozen import frozen

_TEXTS = ("id", "summary", "note", "derived_from", "restates", "supersedes")
_NAMES = ("claimant", "scope", "trip")
_NUMBERS = ("containers", "resolution")
_FLAGS = ("withdrawn", "outcome")


@frozen
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
    reader = Reader(row, layout, unread)
    for key in _TEXTS:
        reader.put(key, text_of)
    for key in _NAMES:
        reader.put_name(key)
    for key in _NUMBERS:
        reader.fill(key, reader.number(key))
    reader.put("quantity", lambda cell: word(cell, layout.nouns))
    reader.put("of", lambda cell: thing(cell, layout.nouns, reader.raw.get("quantity")))
    reader.put("per", per)
    reader.put("use", word)
    for key in _FLAGS:
        reader.put(key, flag)
    _natures(reader)
    _figure(reader)
    _times(reader)
    _under_all(reader)
    _reports(reader)
    return Entry(row.number, reader.raw, reader.places(), frozenset(reader.told()), tuple(reader.faults))


# --- keys of several cells ---------------------------------------------------------------


def _natures(reader: Reader) -> None:
    text = reader.read("nature", text_of)
    if text is None:
        return
    names = reader.layout.names
    several = (text,) if names.has("nature", text) else separated(text)
    others = separated(text, (",", " or "))
    if (
        len(several) == 1
        and not names.has("nature", text)
        and all(names.find("nature", name) for name in others)
    ):
        several = others
    named = tuple(reader.name("nature", "nature", name) for name in several)
    # A single name is a list of one where a separator says so.
    reader.raw["nature"] = named[0] if len(named) == 1 and text[-1] not in ";\n" else named
    stated = reader.read("reading_odds", odds)
    if stated is not None:
        reader.raw["reading_odds"] = {
            reader.name("reading_odds", "nature", name): number for name, number in stated.items()
        }


@frozen
class _Figure:
    """Value and hedge as a claim or one of its reports states them, and the resolution of the value."""

    value: object = None
    hedge: str | None = None
    resolution: float | None = None


def _stated(reader: Reader, head: str = "") -> _Figure:
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
    if amount.percent and reader.raw.get("quantity") not in {None, "share"}:
        reader.fault(key, "is a percentage, which only a share can be", "write the number")
    value = amount.value
    figure = {"low": value[0], "high": value[1]} if isinstance(value, tuple) else value
    return _Figure(figure, hedge or amount.hedge, amount.resolution)


def _figure(reader: Reader) -> None:
    """Read the value of a claim, with the hedge and resolution that its cell may have besides."""
    figure = _stated(reader)
    stated = {"value": figure.value, "hedge": figure.hedge, "resolution": figure.resolution}
    for key, value in stated.items():
        if value is not None and reader.cell(key) is None and "value" in reader.inputs:
            reader.columns[key] = reader.inputs["value"]
        if value is not None:
            reader.raw.setdefault(key, value)


def _times(reader: Reader) -> None:
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
        said = f"{day.earliest} and {day.latest}"
        hint = f"for a period write since and as of, for an open date earliest and latest: {said}"
        reader.fault("as_of", "may be a period, or an open date", hint)
    elif isinstance(day, DateRange):
        ends = {"earliest": day.earliest, "latest": day.latest}
    elif day is not None:
        reader.raw["as_of"] = day
    if ends:
        reader.raw["as_of"] = ends


def _range(reader: Reader, key: str, ends: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for end in ends:
        day = reader.date(f"{key}.{end}")
        if isinstance(day, DateRange):
            reader.fault(f"{key}.{end}", "must be one day")
        elif day is not None:
            found[end] = day
    return found


def _under_all(reader: Reader) -> None:
    wanted = reader.read("under_all", flag)
    reading: dict[str, object] = _range(reader, "under_all", ("as_of",))
    nature = reader.read("under_all.nature", text_of)
    if nature is not None:
        reading["nature"] = reader.name("under_all.nature", "nature", nature)
    if wanted is False and reading:
        reader.fault("under_all", "contradicts the columns beside it", "leave them empty, or write yes")
    elif wanted or reading:
        reader.raw["under_all"] = reading


# --- reports -----------------------------------------------------------------------------


def _reports(reader: Reader) -> None:
    """Read the sources of a claim, each of which words it as the claim does unless it says otherwise."""
    reports: list[Raw] = []
    for place in reader.layout.sources:
        head = f"reports[{place}]"
        columns = {key: column for key, column in reader.inputs.items() if key.startswith(f"{head}.")}
        if all(reader.cell(key) is None for key in columns):
            continue
        wording = _wording(reader, f"{head}.")
        text = reader.read(f"{head}.source", text_of)
        sources = (None,) if text is None else _sources(reader, f"{head}.source", text)
        for source in sources:
            reader.record_report(head, len(reports), is_inherited=_is_inherited(reader, head))
            reports.append(wording if source is None else {"source": source, **wording})
    if reports:
        reader.raw["reports"] = tuple(reports)


def _sources(reader: Reader, key: str, text: str) -> tuple[str | None, ...]:
    """List the ids of the sources in a cell, whose titles may themselves have a separator."""
    several = (text,) if reader.layout.names.has("source", text) else separated(text)
    return tuple(reader.name(key, "source", name) for name in several)


def _wording(reader: Reader, head: str) -> Raw:
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


def _is_inherited(reader: Reader, head: str) -> bool:
    """Tell whether a report takes value and hedge from its claim, whose faults are told there."""
    return all(reader.cell(f"{head}.{key}") is None for key in ("value", "value.low", "value.high", "hedge"))
