"""Read stated amounts: numbers with a hedge before or after them, and ranges whose ends share a unit."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import replace

from shellcount.case.fields import Hedge
from shellcount.case.typed.hedges import split_hedge
from shellcount.case.typed.numbers import MARKS, Mark, Numeral, numerals, written
from shellcount.case.typed.plain import plain
from shellcount.frozen import frozen

LONGEST = 80  # characters: nothing longer is a number or a range
NONE_SEEN = frozenset({"0", "none", "none seen", "nil", "zero", "nought"})
_BETWEEN = re.compile(r"(?:between )(.+?) and (.+)|(?:from )(.+?) to (.+)")
_DASH = re.compile(r"\s*(?: to |\.\.+|-)\s*")
# Below this, a number without unit before one with a unit is likely to lack it: 800 to 1 million.
_BARE = 1000


@frozen
class Stated:
    """Stated amount under one decimal mark.

    Parameters
    ----------
    mark
        Decimal mark under which the text was read.
    hedges
        Hedges before and after it.
    low
        Number, or lower end of a range.
    high
        Upper end of a range; ``None`` for a number.
    """

    mark: Mark
    hedges: tuple[Hedge, ...]
    low: Numeral
    high: Numeral | None = None

    @property
    def meaning(self) -> tuple[object, ...]:
        """Values alone, which two readings have in common where they mean the same."""
        return (self.hedges, self.low.value, None if self.high is None else self.high.value)

    def __str__(self) -> str:
        """Write it in digits, with a decimal point."""
        if self.high is None:
            return written(self.low.value)
        return f"{written(self.low.value)} to {written(self.high.value)}"


def stated(text: str) -> tuple[Stated, ...]:
    """Read a stated amount in every meaning that it may have, under either decimal mark.

    Examples
    --------
    >>> [str(meaning) for meaning in stated("1,5 - 2 Mio")]
    ['1500000 to 2000000']
    >>> [str(meaning) for meaning in stated("up to 1.234")]
    ['1.234', '1234']
    """
    return _stated(plain(text)) if len(text) <= LONGEST else ()


@functools.lru_cache(maxsize=4096)  # a column is read once to settle its mark, and once more
def _stated(folded: str) -> tuple[Stated, ...]:
    found: dict[tuple[object, ...], Stated] = {}
    for mark in MARKS:
        for meaning in _under(folded, mark):
            found.setdefault((mark, *meaning.meaning), meaning)
    return tuple(found.values())


def numbers(text: str) -> tuple[tuple[Mark, Numeral], ...]:
    """Read a number without hedge in every meaning that it may have.

    Examples
    --------
    >>> [(mark, str(number.value)) for mark, number in numbers("4,8")]
    [(',', '4.8')]
    """
    return tuple((each.mark, each.low) for each in stated(text) if each.high is None and not each.hedges)


def _under(text: str, mark: Mark) -> Iterator[Stated]:
    """Read an amount under a decimal mark: as a number, as a range, or without its hedges."""
    plain_numbers = [Stated(mark, (), number) for number in numerals(text, mark)]
    yield from plain_numbers
    if plain_numbers:
        return
    ranges = [Stated(mark, (), *ends) for ends in _ranges(text, mark)]
    yield from ranges
    if ranges:
        return
    hedges, rest = split_hedge(text)
    if hedges:
        yield from (replace(inner, hedges=(*hedges, *inner.hedges)) for inner in _under(rest, mark))


def _ranges(text: str, mark: Mark) -> Iterator[tuple[Numeral, Numeral]]:
    """Read a range in each of its meanings, low end first as typed."""
    match = _BETWEEN.fullmatch(text)
    sides = [part for part in match.groups() if part is not None] if match else _DASH.split(text)
    if len(sides) != 2 or not all(sides):
        return
    for high in numerals(sides[1], mark):
        for low in numerals(sides[0], mark):
            yield from ((end, high) for end in _lower_ends(low, high))


def _lower_ends(low: Numeral, high: Numeral) -> Iterator[Numeral]:
    """Give a lower end the unit of the upper one where it has none, as in 1.5 to 2 million."""
    if low.unit is not None or high.unit is None:
        yield low
        return
    shared = replace(low, unit=high.unit, percent=high.percent)
    if shared.value < high.value:
        yield shared
        return
    yield low
    if low.value < _BARE and not high.percent:
        yield replace(low, unit=high.unit / 1000)
