"""Read the settings of the fits of a sweep from a list: a spreadsheet as CSV, or a TOML file."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.limits import allowed, require_within
from shellcount.studies.variation import SCENARIO, Point, Value, parse_value, require_known
from shellcount.text import one_line

_TABLE = "fit"  # of a TOML file


def read_rows(case: Case, path: str | Path) -> tuple[Point, ...]:
    """Read the rows of a list, each of which has the settings of one fit.

    Parameters
    ----------
    case
        Case whose settings they are.
    path
        CSV, whose first row names the settings, in UTF-8; a blank cell leaves a setting as in the case. Or
        TOML, with a table ``[[fit]]`` for each fit.

    Raises
    ------
    LimitError
        When there are more rows than are allowed.
    UnknownNameError, UsageError
        When the file cannot be read, or a setting is unknown.
    """
    place = Path(path)
    shown = one_line(str(path))
    with io_errors_as(lambda reason: UsageError(f"{shown} cannot be read: {reason}")):
        content = read_regular(place, allowed("sheet"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{shown} is not text in UTF-8") from None
    rows = tuple(_toml(text, shown) if place.suffix.lower() == ".toml" else _csv(text, shown))
    require_within("rows", len(rows), shown)
    if not rows:
        raise UsageError(f"{shown} has no rows")
    require_known(case, dict.fromkeys(name for row in rows for name in row))
    return rows


def _csv(text: str, shown: str) -> Iterator[Point]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        head = [name.strip() for name in next(lines, [])]
        if len({*head}) < len(head) or "" in head:
            raise UsageError(f"{shown} has a column without a name, or two of one name")
        for cells in lines:
            if len(cells) > len(head):
                raise UsageError(f"{shown}, line {lines.line_num}: more cells than the first line has names")
            where, named = f"{shown}, line {lines.line_num}", zip(head, cells, strict=False)
            if cells:  # no blank line
                yield {name: _value(name, cell, where) for name, cell in named if cell.strip()}
    except csv.Error as error:
        raise UsageError(f"{shown}, line {lines.line_num}: {error}") from None


def _value(name: str, text: str, where: str) -> Value:
    try:
        return parse_value(name, text)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _toml(text: str, shown: str) -> Iterator[Point]:
    try:
        tables = tomllib.loads(text).get(_TABLE)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{shown}: {one_line(str(error), 200)}") from None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise UsageError(f"{shown} has no rows: write a table [[{_TABLE}]] for each fit")
    for number, table in enumerate(tables, start=1):
        where = f"{shown}, {_TABLE} {number}"
        yield {name: _plain(name, value, where) for name, value in _flat(table)}


def _flat(table: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Join the names of tables in tables by dots: names with dots need no quotes."""
    for key, value in table.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and not name.startswith(SCENARIO):
            yield from _flat(value, f"{name}.")
        else:
            yield name, value


def _plain(name: str, value: object, where: str) -> Value:
    """Take a number, a pair of them, shares by nature, or a text as on the command line."""
    if isinstance(value, str):
        return _value(name, value, where)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)):
        return float(value[0]), float(value[1])
    if isinstance(value, dict) and all(map(_is_number, value.values())):
        return {nature: float(share) for nature, share in value.items()}
    raise UsageError(f"{where}: {one_line(name, 60)} takes a number, a pair of numbers, or text in quotes")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
