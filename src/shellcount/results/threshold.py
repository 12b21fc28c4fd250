"""Define statements that a quantity is at least, or at most, a threshold, and parse them."""

from __future__ import annotations

import math
import re

from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.frozen import frozen
from shellcount.results.names import name_of, parse_quantity, unit
from shellcount.results.quantity import Quantity
from shellcount.results.standard import answering
from shellcount.text import one_line

_SIGNS = re.compile(r"[<>=\N{GREATER-THAN OR EQUAL TO}\N{LESS-THAN OR EQUAL TO}]+")
_AT_LEAST, _AT_MOST = (
    frozenset({">=", "\N{GREATER-THAN OR EQUAL TO}"}),
    frozenset({"<=", "\N{LESS-THAN OR EQUAL TO}"}),
)
# Amounts as shellcount itself writes them; all others may have only one meaning.
_VALUE = re.compile(
    r"(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9][0-9_]*)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?)\s*"
    r"(?P<word>thousand|million|billion)?"
)
_WORDS = {None: 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_FORMS = "write it as 1500000, 1.5e6 or 1.5 million"


@frozen
class Threshold:
    """Statement that a quantity is at least, or at most, a threshold.

    Parameters
    ----------
    quantity
        Quantity of the statement.
    value
        Threshold, in the unit of the quantity.
    at_least
        Whether the statement is "at least" or "at most".
    """

    quantity: Quantity
    value: float
    at_least: bool = True

    def name_in(self, case: Case) -> str:
        """Write the statement in the nouns of its case, such as ``rounds.mixed@2024-06-14>=1500000``."""
        return f"{name_of(case, self.quantity)}{'>=' if self.at_least else '<='}{self.value:.12g}"


def is_compared(text: str) -> bool:
    """Tell whether a text has a comparison sign, so that it is meant as a statement.

    Examples
    --------
    >>> is_compared("load >= 0.7"), is_compared("3 million")
    (True, False)
    """
    return _SIGNS.search(text) is not None


def parse_threshold(case: Case, text: str) -> Threshold:
    """Parse a statement: NAME >= AMOUNT or NAME <= AMOUNT, with the amount as people type it.

    Raises
    ------
    UnknownNameError
        When the case has no such quantity.
    UsageError
        When there is no comparison sign, or another or more than one, or the amount is none.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> parse_threshold(load_case(), "rounds.mixed@2024-06-14 >= 4.8M").value
    4800000.0
    >>> parse_threshold(load_case(), "load >= 80")
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: load is a share, which cannot be 80; write 80% or 0.8
    """
    name, *amounts = (part.strip() for part in _SIGNS.split(text))
    signs = _SIGNS.findall(text)
    shown = repr(one_line(text.strip(), 80))
    if not signs:
        raise UsageError(
            f"{shown} has no comparison sign; write NAME >= AMOUNT or NAME <= AMOUNT, such as "
            f"'{_example(case, text.strip())}'"
        )
    if len(signs) > 1:
        raise UsageError(f"{shown} has {len(signs)} comparison signs; state one bound at a time")
    if signs[0] not in _AT_LEAST | _AT_MOST:
        raise UsageError(f"{shown} compares by {signs[0][:10]!r}; write >= for at least, or <= for at most")
    quantity = parse_quantity(case, name)
    value = parse_amount(amounts[0])
    if value > 1 and unit(case, quantity) == "share":
        meant = f"{value:g}% or {value / 100:g}" if value <= 100 else "a percentage, such as 80%"
        raise UsageError(f"{name_of(case, quantity)} is a share, which cannot be {value:g}; write {meant}")
    return Threshold(quantity, value, signs[0] in _AT_LEAST)


def _example(case: Case, text: str) -> str:
    """Write a statement like the one that is meant by an amount or a name alone."""
    headline = name_of(case, answering(case))
    if not any(each.isalpha() for each in text.partition(" ")[0]):
        return f"{headline} >= {one_line(text, 40) or 'AMOUNT'}"
    return f"{one_line(text, 80)} >= AMOUNT"


def parse_amount(text: str) -> float:
    """Parse an amount as people type it: 1500000, 1,500,000, 1.5e6, 1.5 million, 1.5M or 1,5 Mio.

    Raises
    ------
    UsageError
        When it is none, or may be two.

    Examples
    --------
    >>> parse_amount("4.8M"), parse_amount("3e6"), parse_amount("1,500")
    (4800000.0, 3000000.0, 1500.0)
    >>> parse_amount("-1")
    Traceback (most recent call last):
    ...
    shellcount.errors.UsageError: '-1' is not an amount: it is negative; write a number that is 0 or more
    """
    match = _VALUE.fullmatch(text.strip())
    if match is not None:
        digits = match["digits"].replace(",", "").replace("_", "")
        values = {_to_name(float(digits) * _WORDS[match["word"]])}
    else:
        from shellcount.case.typed.stated import numbers

        values = {_to_name(float(number.value)) for _, number in numbers(text)}
    if len(values) == 1 and math.isfinite(value := values.pop()):
        return value
    raise UsageError(f"{one_line(text, 40)!r} is not an amount{_refusal(text)}")


def _to_name(value: float) -> float:
    """Round a value to the digits of its name, so that the name determines the value."""
    return float(f"{value:.12g}")


def _refusal(text: str) -> str:
    """Tell why a text is not an amount, and what to write instead."""
    from shellcount.case.hints import number_hint
    from shellcount.case.typed.refusals import no_number

    hint = None if text.lstrip().startswith("-") else number_hint(text)
    if hint is not None:
        return f"; {hint}"
    reason, instead = no_number(text)
    if instead is None or not any(each.isdigit() for each in text):
        return f"; {_FORMS}"
    return f": it {reason}; {instead}"
