"""Read the cells of ledgers that hold words: texts, units, yes and no, and odds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from shellcount.case.kinds import KINDS
from shellcount.case.ledger.cells import CellError
from shellcount.case.ledger.grid import CellValue
from shellcount.case.ledger.names import separated

_YES, _NO = frozenset({"yes", "true", "y", "x", "1"}), frozenset({"no", "false", "n", "0"})
_PER = re.compile(r"(?:per|an?|each|every)\s+")
_UNITS = {f"{unit}{end}": unit for unit in ("day", "week", "month") for end in ("s", "ly")} | {"daily": "day"}
_ROLES = {"containers": "carriers", "rounds": "items"}
_ODDS = re.compile(r"(?P<name>.+?)\s*[:=]\s*(?P<odds>\d+(?:\.\d+)?(?:e[+-]?\d+)?)", re.ASCII | re.IGNORECASE)


def text_of(cell: CellValue) -> str:
    """Read a text, also where a spreadsheet has taken it for a number or date.

    Examples
    --------
    >>> text_of("  Ships left. "), text_of(122.0)
    ('Ships left.', '122')
    """
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{cell:.0f}" if float(cell).is_integer() else repr(cell)
    return str(cell).strip()


def word(cell: CellValue, meant: Mapping[str, str] | None = None) -> str:
    """Read a word of the case format, or another that means one.

    Examples
    --------
    >>> word("Ships", {"ships": "containers"}), word(" Fit ")
    ('containers', 'fit')
    """
    found = " ".join(text_of(cell).casefold().split())
    return found if meant is None or found in KINDS else meant.get(found, found)


def thing(cell: CellValue, meant: Mapping[str, str], quantity: object) -> str:
    """Read what a rate or share is of: a rate of containers or rounds, a share of carriers or items.

    Examples
    --------
    >>> thing("ships", {"ships": "containers"}, "share")
    'carriers'
    """
    found = word(cell, meant)
    return _ROLES.get(found, found) if quantity == "share" else found


def per(cell: CellValue) -> str:
    """Read a unit of time.

    Examples
    --------
    >>> per("per week"), per("daily")
    ('week', 'day')
    """
    found = _PER.sub("", word(cell), count=1)
    return _UNITS.get(found, found)


def flag(cell: CellValue) -> bool:
    """Read yes or no.

    Raises
    ------
    CellError
        When it is neither.

    Examples
    --------
    >>> flag("Yes"), flag(0.0)
    (True, False)
    """
    found = word(cell)
    if found not in _YES | _NO:
        raise CellError("is neither yes nor no")
    return found in _YES


def odds(cell: CellValue) -> dict[str, float]:
    """Read the odds of several natures.

    Raises
    ------
    CellError
        When they are written in another way, or a nature has two.

    Examples
    --------
    >>> odds("maize = 3; wheat: 1")
    {'maize': 3.0, 'wheat': 1.0}
    """
    found: dict[str, float] = {}
    for part in separated(text_of(cell)):
        match = _ODDS.fullmatch(part)
        if match is None or match["name"] in found:
            raise CellError("does not give each nature its odds once", hint="write maize = 3; wheat = 1")
        found[match["name"]] = float(match["odds"])
    return found
