"""Marks in plain text, in characters that readers do not see and editors keep."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator

from shellcount.digest import Json, canonical_json

# The digits 0 to 3, and what opens and closes a number or a record.
_DIGITS = "\u200b\u200c\u200d\u2060"
_OPEN, _CLOSE, _LAST = "\u2061", "\u2062", "\u2063"
_HIDDEN = re.compile(f"{_OPEN}(?P<id>[{_DIGITS}]+){_OPEN}(?P<text>[^{_OPEN}{_CLOSE}]*){_CLOSE}")
_HIDDEN_RECORD = re.compile(f"{_LAST}(?P<data>[{_DIGITS}]+){_LAST}")
_LARGEST_RECORD = 10_000_000
_VALUE_OF = {digit: value for value, digit in enumerate(_DIGITS)}


def marked(name: str, text: str) -> str:
    """A text between marks that name it."""
    return f"{_OPEN}{_hidden(name.encode())}{_OPEN}{text}{_CLOSE}"


def marks(text: str) -> Iterator[tuple[int, str, str]]:
    """Place, name and text of everything that was marked.

    Examples
    --------
    >>> list(marks(f"It was {marked('a1', 'seven')}."))
    [(7, 'a1', 'seven')]
    """
    for mark in _HIDDEN.finditer(text):
        yield mark.start(), _shown(mark["id"]).decode("ascii", "replace"), mark["text"]


def written(record: Json) -> str:
    """A record, invisible."""
    return f"{_LAST}{_hidden(zlib.compress(canonical_json(record)))}{_LAST}"


def records(text: str) -> Iterator[Json]:
    """Every record in a text.

    Raises
    ------
    ValueError, RecursionError, zlib.error
        When one is damaged.

    Examples
    --------
    >>> list(records(f"Some text.{written({'a': 1})}"))
    [{'a': 1}]
    """
    for found in _HIDDEN_RECORD.finditer(text):
        yield json.loads(zlib.decompressobj().decompress(_shown(found["data"]), _LARGEST_RECORD))


def _hidden(data: bytes) -> str:
    return "".join(_DIGITS[byte >> shift & 3] for byte in data for shift in (6, 4, 2, 0))


def _shown(digits: str) -> bytes:
    values = [_VALUE_OF[digit] for digit in digits[: len(digits) // 4 * 4]]
    return bytes(
        values[at] << 6 | values[at + 1] << 4 | values[at + 2] << 2 | values[at + 3]
        for at in range(0, len(values), 4)
    )
