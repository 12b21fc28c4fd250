"""Replace values within the text of a case file, of which all else stays: comments, order and layout."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from shellcount.case.ledger.toml import toml_value
from shellcount.frozen import frozen

type Place = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)(?P<name>[^\[\]]+)\]\]?\s*(#.*)?")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_LONGEST = 200  # lines of a value


class UnchangeableError(Exception):
    """Text in which a value stands in a way that cannot be exchanged."""


def exchanged(text: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    r"""Replace those values of a text that differ between two documents.

    Values are exchanged where they stand. What is new comes in the place of what is gone in the same table,
    or else last in it; new tables come last. Comments stay, also those of what is gone.

    Parameters
    ----------
    text
        TOML. What it leaves to defaults stays so.
    old, new
        Its tables, and those wanted, both with all defaults.

    Raises
    ------
    UnchangeableError
        When the text has another form than one key or header to a line.

    Examples
    --------
    >>> text = "[load] # of a truck\nlow = 1\nhigh = 2\n# as seen\nbasis = 'x'\n"
    >>> before = {"load": {"low": 1, "high": 2, "basis": "x"}}
    >>> print(exchanged(text, before, {"load": {"value": 3, "basis": "x"}}), end="")
    [load] # of a truck
    value = 3
    # as seen
    basis = 'x'
    """
    sheet = _Text(text)
    sheet.exchange((), old, new)
    return sheet.written()


@frozen
class _Key:
    """Lines of a key and its value."""

    start: int
    end: int


@dataclass(slots=True)
class _Table:
    """Line of the header of a table, the lines of its keys, and the last line of it and the tables in it."""

    header: int
    last: int
    keys: dict[str, _Key] = field(default_factory=dict)


class _Text:
    """Text of a case file, with the places of its tables and keys."""

    def __init__(self, text: str) -> None:
        self.lines: list[str] = _LINE.findall(text)
        self._end = "\r\n" if text.count("\r\n") > text.count("\n") / 2 else "\n"
        self._gone: set[int] = set()
        self._instead: dict[int, list[str]] = {}  # what stands before a line
        self._tables: dict[Place, _Table] = {(): _Table(-1, -1)}
        self._counts: dict[Place, int] = {}
        self._find()

    def _find(self) -> None:
        """Find the headers and keys."""
        here: Place = ()
        place = 0
        while place < len(self.lines):
            line = self.lines[place].removeprefix("\ufeff")
            end = place + 1
            if header := _HEADER.fullmatch(line.strip("\r\n")):
                here = self._opened(_steps(header["name"]), is_entry=header[1] == "[[")
                self._tables[here] = _Table(place, place)
            elif line.strip() and not line.lstrip().startswith("#"):
                key, end = self._key(place)
                self._tables[here].keys[key] = _Key(place, end)
            if line.strip() and not line.lstrip().startswith("#"):
                for around in (here[:depth] for depth in range(len(here) + 1)):
                    if around in self._tables:
                        self._tables[around].last = end - 1
            place = end

    def _opened(self, steps: list[str], *, is_entry: bool) -> Place:
        """Give the place of a table, whose header names the lists that it is in, but no entries of them."""
        here: Place = ()
        for number, step in enumerate(steps, 1):
            here = (*here, step)
            if is_entry and number == len(steps):
                self._counts[here] = self._counts.get(here, -1) + 1
            if here in self._counts:
                here = (*here, self._counts[here])
        return here

    def _key(self, start: int) -> tuple[str, int]:
        """Find the key of a line, and the line after its value."""
        text = ""
        for end in range(start, min(len(self.lines), start + _LONGEST)):
            text += self.lines[end].removeprefix("\ufeff")
            try:
                (key,) = tomllib.loads(text)
            except (tomllib.TOMLDecodeError, ValueError):
                continue
            return key, end + 1
        raise UnchangeableError

    # --- exchanging ----------------------------------------------------------------------

    def exchange(self, place: Place, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Replace what differs in a table, and in the tables within it."""
        gone = [self._remove(place, key) for key in old if key not in new]
        slot = min((line for line in gone if line is not None), default=None)
        for key, value in new.items():
            before = old.get(key)
            if before == value:
                continue
            if place in self._tables and key in self._tables[place].keys:
                self._replace(self._tables[place].keys[key], key, before, value)
            elif isinstance(value, Mapping) and isinstance(before, Mapping) and self._is_table(place, key):
                self.exchange((*place, key), before, value)
            elif _is_list_of_tables(value) and (not before or self._is_table(place, key)):
                self._exchange_entries((*place, key), before or (), value)
            else:
                self._add(place, key, value, slot)

    def _is_table(self, place: Place, key: str) -> bool:
        """Tell whether a table, or a list of tables, has headers."""
        size = len(place) + 1
        return any(each[:size] == (*place, key) for each in self._tables if len(each) >= size)

    def _remove(self, place: Place, key: str) -> int | None:
        """Remove a key, or the tables of this name, and give the line that a key was on."""
        own = self._tables[place].keys.pop(key, None) if place in self._tables else None
        if own is not None:
            self._gone.update(range(own.start, own.end))
            return own.start
        self._remove_tables((*place, key))
        return None

    def _remove_tables(self, place: Place) -> None:
        """Remove a table and those within it, but for their comments."""
        for each, table in self._tables.items():
            if each[: len(place)] == place:
                self._gone.add(table.header)
                for own in table.keys.values():
                    self._gone.update(range(own.start, own.end))

    def _replace(self, lines: _Key, key: str, old: Any, new: Any) -> None:  # noqa: ANN401  # any value
        """Replace the value of a key, or what differs in it."""
        try:
            node = tomlkit.parse("".join(self.lines[lines.start : lines.end]))
            _exchange_inline(node, {key: old}, {key: new})
            text = tomlkit.dumps(node)
        except (TOMLKitError, LookupError, TypeError, ValueError, AttributeError):
            raise UnchangeableError from None
        self._gone.update(range(lines.start, lines.end))
        self._instead.setdefault(lines.start, []).append(text)

    def _add(self, place: Place, key: str, value: Any, slot: int | None) -> None:  # noqa: ANN401  # any value
        if not place and isinstance(value, Mapping):
            self._append(f"[{key}]", value, len(self.lines))
            return
        if place not in self._tables or not place:
            raise UnchangeableError
        table = self._tables[place]
        after = max([own.end for own in table.keys.values()], default=table.header + 1)
        line = f"{key} = {toml_value(value)}{self._end}"
        self._instead.setdefault(after if slot is None else slot, []).append(line)

    def _append(self, header: str, values: Mapping[str, Any], before: int) -> None:
        """Write a table of its own before a line."""
        lines = ["", header, *(f"{key} = {toml_value(value)}" for key, value in values.items())]
        self._instead.setdefault(before, []).extend(f"{line}{self._end}" for line in lines)

    def _exchange_entries(self, place: Place, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
        """Replace the entries of a list of tables that differ, by their ids; new ones come last."""
        kept, places = _by_id(new), {name: number for number, name in enumerate(_by_id(old))}
        last = self._tables[*place, len(old) - 1].last + 1 if old else len(self.lines)
        for name, number in places.items():
            if name in kept:
                self.exchange((*place, number), old[number], kept[name])
            else:
                self._remove_tables((*place, number))
        for name, entry in kept.items():
            if name not in places:
                self._append(f"[[{'.'.join(map(str, place))}]]", entry, last)

    def written(self) -> str:
        """Write the text."""
        parts: list[str] = []
        for number, line in enumerate((*self.lines, "")):
            if number in self._instead and parts and not parts[-1].endswith("\n"):
                parts.append(self._end)
            parts.extend(self._instead.get(number, ()))
            if number not in self._gone:
                parts.append(line)
        return "".join(parts)


def _steps(name: str) -> list[str]:
    """Split the name in a header."""
    here: Any = tomllib.loads(f"[{name}]")
    steps = []
    while here:
        ((step, here),) = here.items()
        steps.append(step)
    return steps


def _by_id(entries: tuple[Any, ...]) -> dict[str | int, Any]:
    return {entry.get("id", number): entry for number, entry in enumerate(entries)}


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(entry, Mapping) for entry in value)


def _exchange_inline(node: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:  # noqa: ANN401  # of tomlkit
    """Replace what differs within the value of a key."""
    for key in old:
        if key not in new and key in node:
            del node[key]
    for key, value in new.items():
        before = old.get(key)
        if before == value:
            continue
        if isinstance(before, Mapping) and isinstance(value, Mapping) and key in node:
            _exchange_inline(node[key], before, value)
        elif before and _is_list_of_tables(value) and key in node:
            _exchange_inline_entries(node[key], before, value)
        else:
            node[key] = tomlkit.value(toml_value(value))


def _exchange_inline_entries(nodes: Any, old: tuple[Any, ...], new: tuple[Any, ...]) -> None:  # noqa: ANN401  # of tomlkit
    """Replace what differs within a list of tables that is the value of a key."""
    kept, places = _by_id(new), {name: number for number, name in enumerate(_by_id(old))}
    for name, number in places.items():
        if name in kept:
            _exchange_inline(nodes[number], old[number], kept[name])
    for name in reversed(places):
        if name not in kept:
            del nodes[places[name]]
    for name, entry in kept.items():
        if name not in places:
            nodes.append(tomlkit.value(toml_value(entry)))
