"""Name the forms in which dates and amounts are written in one place or another."""

from __future__ import annotations

from shellcount.frozen import frozen

# Fields of a case file that take a month in quotes for its first or last day.
MONTH_FIELDS = frozenset({"since", "as_of", "earliest", "latest"})


@frozen
class DateForm:
    """Form of the dates in one place: what else than a day may stand there, and how it is written.

    Parameters
    ----------
    month
        Form of a month, with ``{month}``; ``None`` where a day must stand.
    span
        Form of the first and last day that a date may be, with ``{first}`` and ``{last}``; ``None`` where no
        open date can stand.
    period
        Form of a period, likewise.
    """

    month: str | None = None
    span: str | None = None
    period: str | None = None

    @classmethod
    def of_field(cls, field: str) -> DateForm:
        """Give the form of a field of a case file."""
        return _FIELDS.get(field, DAY)


DAY = DateForm()
MONTH = DateForm('"{month}"')
CELL = DateForm("{month}", "{first}..{last}")
WHEN = DateForm("{month}", period="{first}..{last}")
_OPEN = "{{ earliest = {first}, latest = {last} }} for one of these days"
_FIELDS = dict.fromkeys(MONTH_FIELDS, MONTH) | {
    "as_of": DateForm('"{month}"', f"{_OPEN}, or since = {{first}} and as_of = {{last}} for all of them")
}


@frozen
class AmountForm:
    """Form of the amounts in one place.

    Parameters
    ----------
    number
        Form of a number, with ``{value}``.
    span
        Form of a range, with ``{low}`` and ``{high}``.
    hedged
        Form of a number and its hedge, with ``{value}`` and ``{hedge}``.
    note
        What follows a number, such as how it is not written.
    """

    number: str = "{value}"
    span: str = "{{ low = {low}, high = {high} }}"
    hedged: str = 'value = {value} and hedge = "{hedge}"'
    note: str = ""


IN_QUOTES = AmountForm(note=", without quotes")
