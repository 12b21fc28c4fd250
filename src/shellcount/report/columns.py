"""Share the width of a page among the columns of a table, by their content."""

from __future__ import annotations

import math
import re

from shellcount.wording.tables import Table

BREAK = "\N{ZERO WIDTH SPACE}"
_BETWEEN = 2  # characters that the space between columns is as wide as
_POWER = 0.75  # of the length of the texts of a column, which gives tables the fewest lines
_LONG = re.compile(r"\S{17,}")  # a word that may be broken within
_NARROW = 20  # characters: a column of at most so many is as wide as its content, where there is room
_WIDEST = 24  # characters: no word is given more room
_JOINTS = re.compile(r"(?<=[-_.@/=+&?])(?=[^\W_])")
_WORDS = re.compile(rf"\s|{BREAK}|(?<=-)(?!\d)")


def breakable(text: str) -> str:
    r"""Mark where long words, such as names of estimates, may break: after their punctuation.

    Examples
    --------
    >>> breakable("rounds.mixed@2024-06-14, 1.5 million").split("\u200b")
    ['rounds.', 'mixed@', '2024-', '06-', '14, 1.5 million']
    """
    return _LONG.sub(lambda word: _JOINTS.sub(BREAK, word[0]), text)


def column_widths(table: Table, across: float) -> list[float]:
    r"""Compute the widths of the columns of a table, in characters.

    A column that needs less than its share is as wide as its longest line; the others share the rest by the
    power 3/4 of their typical length. No column is narrower than its longest word.

    Parameters
    ----------
    table
        Table.
    across
        Characters that the page is wide.

    Returns
    -------
    list
        Widths, of the sum ``across``, the space between columns included.

    Examples
    --------
    >>> column_widths(Table("", ("name", "basis"), (("load", "x " * 300),)), 100)
    [6, 94.0]
    """
    columns = _columns(table)
    least = [*map(_least, columns)]
    most = [max(max(map(len, column)) + _BETWEEN, low) for column, low in zip(columns, least, strict=True)]
    roomy = [high if high <= _NARROW else low for low, high in zip(least, most, strict=True)]
    least = roomy if sum(roomy) <= across else least
    weights = [_weight([*map(len, column)]) for column in columns]
    widths = _shared(least, most, weights, across)
    left = across - sum(widths)
    if left <= 0:
        return widths
    # What is left widens all columns of a table of numbers alike, and otherwise that with the longest texts.
    numbers = len(table.numeric) + 1 >= len(table.head)
    wider = range(len(widths)) if numbers else [max(range(len(widths)), key=weights.__getitem__)]
    return [width + left / len(wider) * (place in wider) for place, width in enumerate(widths)]


def narrowest(table: Table) -> int:
    """Compute the width that a table needs at least, in characters."""
    return sum(map(_least, _columns(table)))


def _columns(table: Table) -> list[list[str]]:
    """List the lines of each column."""
    return [
        [line for text in column for line in breakable(text).split("\n")]
        for column in zip(table.head, *table.rows, strict=True)
    ]


def _least(column: list[str]) -> int:
    """Compute the width of the longest word of a column, with the space between columns."""
    return min(max(len(word) for text in column for word in _WORDS.split(text)), _WIDEST) + _BETWEEN


def _weight(lengths: list[int]) -> float:
    """Compute the weight of a column: its root mean square length, as long cells decide how high a row is."""
    return math.pow(1 + sum(length**2 for length in lengths) / len(lengths), _POWER / 2)


def _shared(least: list[int], most: list[int], weights: list[float], across: float) -> list[float]:
    """Divide a width by weight, within the bounds of each column."""
    widths: list[float] = [float(low) for low in least]
    free = set(range(len(widths)))
    while free:
        room = across - sum(width for place, width in enumerate(widths) if place not in free)
        shares = {place: room * weights[place] / sum(weights[each] for each in free) for place in free}
        bound = {place: most[place] for place, share in shares.items() if share >= most[place]}
        bound = bound or {place: least[place] for place, share in shares.items() if share <= least[place]}
        for place in free:
            widths[place] = bound.get(place, shares[place])
        if not bound:
            break
        free -= set(bound)
    return widths
