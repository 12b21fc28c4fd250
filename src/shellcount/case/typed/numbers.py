"""Read numbers in the forms of many countries: groups of digits, decimal marks and units."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from shellcount.case.typed.plain import POINT
from shellcount.frozen import frozen

type Mark = Literal[".", ","]
MARKS: tuple[Mark, Mark] = (".", ",")

UNITS: Mapping[str, Decimal] = MappingProxyType(
    {
        **dict.fromkeys(("%", "percent", "per cent", "pct"), Decimal("0.01")),
        "dozen": Decimal(12),
        **dict.fromkeys(("hundred", "hundreds"), Decimal(100)),
        **dict.fromkeys(("k", "thousand", "thousands", "tsd", "tausend"), Decimal(10**3)),
        **dict.fromkeys(("lakh", "lakhs", "lac"), Decimal(10**5)),
        **dict.fromkeys(("m", "mn", "mln", "mio", "million", "millions"), Decimal(10**6)),
        **dict.fromkeys(("crore", "crores"), Decimal(10**7)),
        **dict.fromkeys(("b", "bn", "mrd", "billion", "billions"), Decimal(10**9)),
        "trillion": Decimal(10**12),
        **{f"hundred {name}": Decimal(10**power) for name, power in (("thousand", 5), ("million", 8))},
    }
)
# Units that mean different things to different people.
UNCLEAR: Mapping[str, tuple[Decimal, ...]] = MappingProxyType(
    {
        "mm": (Decimal(1), Decimal(10**6)),  # millimetres, or a thousand thousands
        "mil": (Decimal(10**3), Decimal(10**6)),  # Spanish, or short for million
        "t": (Decimal(1), Decimal(10**3)),  # tonnes, or short for thousand
    }
)
_PER_CENT = frozenset({"%", "percent", "per cent", "pct"})
_FIRST = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED = {word: Decimal(place) for place, word in enumerate(_FIRST, start=1)}
# What stands before a unit alone.
_ARTICLES = {"a": Decimal(1), "an": Decimal(1), "half a": Decimal("0.5")}
_IN_WORDS = re.compile(rf"(?P<word>{'|'.join([*_SPELLED, *_ARTICLES])})(?: (?P<unit>[a-z ]+))?", re.ASCII)


def _pattern(mark: Mark) -> re.Pattern[str]:
    groups = {".": "[,' _]", ",": "[.' _]"}[mark]
    whole = rf"(?:[1-9]\d{{0,2}}(?P<sign>{groups})\d{{3}}(?:(?P=sign)\d{{3}})*|\d+)"
    digits = rf"(?P<whole>{whole})?(?:[{mark}{POINT}](?P<part>\d+))?"
    return re.compile(
        rf"\+?(?=[{mark}{POINT}]?\d){digits}(?P<power>e[+-]?\d\d?)?\s*(?P<unit>[a-z%]+(?: [a-z]+)?)?\.?",
        re.ASCII,
    )


_PATTERNS = {mark: _pattern(mark) for mark in MARKS}


@frozen
class Numeral:
    """Number as typed.

    Parameters
    ----------
    digits
        Number before its unit.
    step
        Place value of the last digit before the unit that means something: the last one after a decimal
        mark, otherwise the last that is not 0.
    unit
        Unit that multiplies it; ``None`` where there is none.
    percent
        Whether the unit is per cent.
    """

    digits: Decimal
    step: Decimal
    unit: Decimal | None = None
    percent: bool = False

    @property
    def value(self) -> Decimal:
        """Number with its unit."""
        return self.digits if self.unit is None else self.digits * self.unit

    @property
    def resolution(self) -> Decimal:
        """Place value of the last digit that means something, with the unit."""
        return self.step if self.unit is None else self.step * self.unit


def numerals(text: str, mark: Mark) -> Iterator[Numeral]:
    """Read a number in each of its meanings, of which it has several only where its unit is unclear.

    Parameters
    ----------
    text
        Text that :func:`~shellcount.case.typed.plain.plain` has folded.
    mark
        Decimal mark.

    Examples
    --------
    >>> [str(number.value) for mark in MARKS for number in numerals("1.234", mark)]
    ['1.234', '1234.0']
    >>> [f"{number.value:f}" for number in numerals("1,5 mio", ",")], list(numerals("1,5 mio", "."))
    (['1500000.0'], [])
    """
    spelled = _IN_WORDS.fullmatch(text)
    if spelled is not None:
        word, unit = spelled["word"], spelled["unit"]
        if (word in _SPELLED and unit is None) or unit in UNITS:
            digits = _SPELLED.get(word) or _ARTICLES[word]
            yield from _with_units(digits, min(digits, Decimal(1)), unit)
        return
    match = _PATTERNS[mark].fullmatch(text)
    if match is None:
        return
    whole = re.sub(r"\D", "", match["whole"] or "0")
    digits = Decimal(f"{whole}.{match['part'] or '0'}{match['power'] or ''}")
    yield from _with_units(digits, _step(whole, match["part"], match["power"]), match["unit"])


def _with_units(digits: Decimal, step: Decimal, unit: str | None) -> Iterator[Numeral]:
    if unit is None:
        yield Numeral(digits, step)
    elif unit in UNITS:
        yield Numeral(digits, step, UNITS[unit], percent=unit in _PER_CENT)
    else:
        yield from (Numeral(digits, step, meant) for meant in UNCLEAR.get(unit, ()))


def _step(whole: str, part: str | None, power: str | None) -> Decimal:
    place = -len(part) if part else len(whole) - len(whole.rstrip("0")) if whole.strip("0") else 0
    return Decimal(1).scaleb(place + int((power or "e0")[1:]))


def written(value: Decimal) -> str:
    """Write a number in digits alone, with a decimal point where it needs one.

    Examples
    --------
    >>> written(Decimal("1500000.0")), written(Decimal("0.70"))
    ('1500000', '0.7')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
