"""Parse JSON strictly: finite numbers, names that are unique in their table, and limited depth and count."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable

from shellcount.digest import Json
from shellcount.text import one_line

DEEPEST = 50


def parse_json(content: bytes, most_values: float = math.inf) -> Json:
    """Parse JSON strictly.

    Parameters
    ----------
    content
        Text in UTF-8.
    most_values
        Largest number of values, counting lists and tables and all that they hold.

    Raises
    ------
    ValueError
        When it is not JSON, or a name appears twice in a table, a number is not finite, a text contains half
        of a character, values are nested too deeply, or there are too many.

    Examples
    --------
    >>> parse_json(b'{"a": [1, 2.5, null]}')
    {'a': [1, 2.5, None]}
    >>> parse_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    ValueError: the name 'a' appears twice in a table
    """
    try:
        value: Json = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_table,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise ValueError("values are nested too deeply") from None
    _verify(value, most_values)
    return value


def _table(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    table = dict(pairs)
    if len(table) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the name {one_line(twice, 60)!r} appears twice in a table")
    return table


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is not a finite number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:30]} is too large a number")
    return number


def _verify(value: Json, most_values: float) -> None:
    """Verify texts, depth and number of values, one level of depth after the other."""
    level: list[Json] = [value]
    count = 0
    for _ in range(DEEPEST):
        count += len(level)
        if count > most_values:
            raise ValueError(f"there are more than {most_values:,.0f} values")
        deeper: list[Json] = []
        for each in level:
            if isinstance(each, str):
                _verify_text(each)
            elif isinstance(each, list):
                deeper += each
            elif isinstance(each, dict):
                _verify_texts(each)
                deeper += each.values()
        if not deeper:
            return
        level = deeper
    raise ValueError("values are nested too deeply")


def _verify_texts(texts: Iterable[str]) -> None:
    for text in texts:
        _verify_text(text)


def _verify_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"the text {one_line(text, 60)!r} contains half of a character") from None
