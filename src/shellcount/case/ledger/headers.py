"""Recognise the headers of a ledger, and tell what to write instead of those that name no column."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from shellcount.case.ledger.columns import COLUMNS, Column
from shellcount.errors import suggestion
from shellcount.frozen import frozen
from shellcount.text import one_line

SOURCE = "source"
_CLOSE = "did you mean "
_MARKS = re.compile(r"\s*\([^)]*\)|[^\w%]+|_")
_NUMBERED = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
# Headers that may mean one column or another.
_UNCLEAR: Mapping[str, str] = MappingProxyType(
    {
        "claim": "write id or summary, whichever is meant",
        "unit": "write quantity, and the value in full",
        "period": "write since and as of, its first and its last day",
        "range": "write low and high",
        "grade": "the grade of a claimant stands in the case, not in a ledger",
        "published": "the date of a document stands in the case; write as of for that of the claim",
        "url": "the address of a document stands in the case; write source for its id, title or address",
        "title": "write summary for the statement, or source for the title of the document",
    }
)


@frozen
class Header:
    """Header of a column in a ledger, recognised.

    Parameters
    ----------
    column
        Column that it names.
    place
        Which of the sources of a claim the column is about, from 0; 0 for other columns.
    """

    column: Column
    place: int = 0

    @property
    def key(self) -> str:
        """Key of a claim that the column fills, with its place in the list of reports."""
        return self.column.key.replace("reports", f"reports[{self.place}]", 1)

    @property
    def name(self) -> str:
        """Header as shellcount writes it, such as ``source 2 hedge``."""
        if self.place == 0:
            return self.column.name
        return self.column.name.replace(SOURCE, f"{SOURCE} {self.place + 1}", 1)


@functools.lru_cache(maxsize=4096)
def recognise(text: str) -> Header | None:
    """Find the column that a header names, by its name or another that means the same.

    Case, blanks, punctuation and what stands in parentheses do not count.

    Examples
    --------
    >>> found = recognise("As_of (UTC)")
    >>> None if found is None else found.column.key
    'as_of'
    >>> found = recognise("source 2 hedge")
    >>> None if found is None else found.key
    'reports[1].hedge'
    """
    words = _plain(text).split()
    numbers = [word for word in words if word.isascii() and word.isdigit()]
    name = " ".join(word for word in words if word not in numbers)
    column = _by_name().get(name)
    if column is None or len(numbers) > 1:
        return None
    if not numbers:
        return Header(column)
    place = int(numbers[0][:4]) - 1
    return Header(column, place) if column.key.startswith("reports") and 0 <= place < 1000 else None


def meant_columns(text: str) -> tuple[Column, ...]:
    """List the columns that a header which names none may have been meant for.

    Examples
    --------
    >>> [column.name for column in meant_columns("hegde")]
    ['hedge']
    """
    # Other names only count where no column has a name like it: they are many, and alike.
    for names in ([_plain(column.name) for column in COLUMNS], _by_name()):
        close = suggestion(_plain(text), names)
        if close.startswith(_CLOSE):
            meant = close.removeprefix(_CLOSE).removesuffix("?").split(" or ")
            return tuple(dict.fromkeys(_by_name()[name] for name in meant))
    return ()


def unknown_header(text: str) -> str:
    """Tell what to write instead of a header that names no column.

    Examples
    --------
    >>> unknown_header("hegde"), unknown_header("range")
    ('did you mean hedge?', 'write low and high')
    """
    if _plain(text) in _UNCLEAR:
        return _UNCLEAR[_plain(text)]
    meant = [column.name for column in meant_columns(text)]
    return (
        f"{_CLOSE}{' or '.join(meant)}?"
        if meant
        else f"known are {', '.join(column.name for column in COLUMNS)}"
    )


def missing_columns(headers: Sequence[Header]) -> Iterator[Column]:
    """List the columns that a ledger needs and lacks; low and high stand for a value, two dates for one.

    Examples
    --------
    >>> [column.name for column in missing_columns([Header(COLUMNS[0])])][:2]
    ['claimant', 'summary']
    """
    keys = {header.column.key for header in headers}
    for column in COLUMNS:
        if column.needed and not any(key == column.key or key.startswith(f"{column.key}.") for key in keys):
            yield column


@functools.cache
def _by_name() -> Mapping[str, Column]:
    return MappingProxyType(
        {_plain(name): column for column in COLUMNS for name in (column.name, column.key, *column.also)}
    )


def _plain(text: str) -> str:
    """Fold case, width and punctuation of a header, and set numbers apart."""
    folded = unicodedata.normalize("NFKC", one_line(text, 200)).casefold()
    return " ".join(_NUMBERED.sub(" ", _MARKS.sub(" ", folded)).split())
