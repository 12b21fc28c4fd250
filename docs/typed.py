"""Write the generated parts of the page on numbers, dates and hedges: how examples of them are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import cog

from shellcount.case.amounts import lexicon, words_hint
from shellcount.case.fields import HEDGES
from shellcount.case.forms import DateForm
from shellcount.case.hints import date_hint
from shellcount.case.ledger.cell_dates import date
from shellcount.case.ledger.cells import Amount, CellError, amount
from shellcount.case.schema import DateRange
from shellcount.case.typed.hedges import AFTER, BEFORE

AMOUNTS = (
    *(
        "6700",
        "6,700,000",
        "6.700.000",
        "6 700",
        "6'700",
        "6.7k",
        "1,5 Mio",
        "4.8M",
        "12.5 lakh",
        "three million",
    ),
    *(
        "70%",
        "1.234",
        "5 mil",
        "4.2-5.8 million",
        "1.5 to 2 million",
        "800 to 1 million",
        "about 6.7k",
        "> 4.8M",
    ),
    *("10 000+", "several thousand", "none seen", "-5", "6.7k boxes", "12,34,567", "n/a"),
)
DATES = (
    *(
        "2024-06-14",
        "14 June 2024",
        "June 14, 2024",
        "14.6.2024",
        "6/7/2024",
        "Jun 2024",
        "2024-06",
        "1-12 Feb 2024",
    ),
    *(
        "2024-02-01..2024-02-12",
        "Q1 2024",
        "2024",
        "mid-June 2024",
        "14.06.24",
        "45457",
        "14 Juni 2024",
        "2024-02-30",
    ),
)


def amounts() -> None:
    """Write how a cell of a ledger and the value of a claim read examples of amounts."""
    _table((text, _cell(text), None if text in lexicon() else words_hint(text)) for text in AMOUNTS)


def dates() -> None:
    """Write how a cell of a ledger and the date of a claim read examples of dates."""
    hints = ((text, date_hint(text, DateForm.of_field("as_of"))) for text in DATES)
    taken = ("write {}", 'write "{}"')
    _table(
        (text, _date(text), None if hint in [each.format(text) for each in taken] else hint)
        for text, hint in hints
    )


def hedges() -> None:
    """Write the words and signs for each hedge."""
    cog.outl("| hedge | before a number or alone | after a number |\n| --- | --- | --- |")
    for hedge in HEDGES:
        sides = (
            ", ".join(f"`{each}`" for each, meant in side.items() if meant == hedge)
            for side in (BEFORE, AFTER)
        )
        cog.outl(f"| `{hedge}` | {' | '.join(sides)} |")


def _table(rows: Iterable[tuple[str, str, str | None]]) -> None:
    cog.outl("| typed | in a ledger | in a case file |\n| --- | --- | --- |")
    for text, cell, hint in rows:
        refused = "taken" if hint is None else f"refused: {_code(hint)}"
        cog.outl(f"| `{text}` | {cell} | {refused} |")


def _cell(text: str) -> str:
    try:
        return _amount(amount(text))
    except CellError as error:
        return f"refused: {_code(str(error))}"


def _amount(found: Amount) -> str:
    value = found.value
    if isinstance(value, tuple):
        return f"{value[0]:,.15g} to {value[1]:,.15g}"
    written = f'"{value}"' if isinstance(value, str) else f"{value:,.15g}"
    return written if found.hedge is None else f"{written}, `{found.hedge}`"


def _date(text: str) -> str:
    try:
        found = date(text)
    except CellError as error:
        return f"refused: {_code(str(error))}"
    if isinstance(found, DateRange):
        return f"{found.earliest} to {found.latest}"
    return found.isoformat() if isinstance(found, dt.date) else f"month {found}"


def _code(text: str) -> str:
    """Keep the braces and signs of a message as they are."""
    return f"`{text}`"
