"""Hold the entries of a table of the case file, by id and in their order."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, get_args

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shellcount.errors import require_library
from shellcount.named import Named
from shellcount.text import one_line
from shellcount.wording.tables import Table

if TYPE_CHECKING:
    import pandas as pd

type _Shown = str | float | dt.date | None


class Entry(Protocol):
    """Table of a case file that has an id."""

    @property
    def id(self) -> str:
        """Short name."""
        ...


class Entries[T: Entry](Named[T]):
    """Entries of a table of the case file: a tuple, whose entries are also found by id.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> load_case().claimant["ua-gur"].grade
    'C'
    >>> load_case().claimant
    <Claimant: us-white-house, us-state, rok-mnd, ua-gur, eu>
    """

    __slots__ = ()
    fewest: ClassVar[int] = 0

    @property
    def kind(self) -> str:
        """Name of the table."""
        return self._table.lower()

    @property
    def _table(self) -> str:
        return type(self[0]).__name__ if self else "entry"

    def _name(self, entry: T) -> str:
        return entry.id

    def table(self) -> Table:
        """Tabulate those fields of the entries that hold one value each."""
        rows = [_shown(entry) for entry in self]
        head = tuple(dict.fromkeys(name for row in rows for name, value in row.items() if value is not None))
        cells = tuple(tuple(_cell(row.get(name)) for name in head) for row in rows)
        numeric = tuple(place for place, name in enumerate(head) if _are_numbers(rows, name))
        return Table("", head, cells, numeric)

    def to_dataframe(self) -> pd.DataFrame:
        """Put the entries in a data frame of pandas, one to a row by id, with all of their fields.

        Raises
        ------
        UsageError
            When pandas is not installed.

        Examples
        --------
        >>> from shellcount.case.reading import load_case
        >>> load_case().claimant.to_dataframe()["grade"].to_list()
        ['B', 'B', 'B', 'C', 'C']
        """
        require_library("pandas")
        import pandas as pd

        return pd.DataFrame([_fields(entry) for entry in self]).set_index("id")

    def __repr__(self) -> str:
        """List the ids."""
        return f"<{self._table}: {', '.join(self.keys())}>"

    def _repr_html_(self) -> str:
        return self.table().html()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401  # as pydantic calls it
        """Validate a tuple of entries, and hold it as these."""
        items = [handler.generate_schema(entry) for entry in get_args(source)] or [core_schema.any_schema()]
        entries = core_schema.tuple_schema(items, variadic_item_index=0, min_length=cls.fewest or None)
        return core_schema.no_info_after_validator_function(cls, entries)


class Filled[T: Entry](Entries[T]):
    """Entries of a table that must have one at least."""

    __slots__ = ()
    fewest: ClassVar[int] = 1


def _fields(entry: object) -> dict[str, Any]:
    return entry.model_dump() if isinstance(entry, BaseModel) else {}


def _shown(entry: object) -> dict[str, _Shown]:
    """List those fields of an entry that are one word, text, number or date."""
    return {
        name: value
        for name, value in _fields(entry).items()
        if value is None or isinstance(value, str | int | float | dt.date)
    }


def _are_numbers(rows: list[dict[str, _Shown]], name: str) -> bool:
    values = [row[name] for row in rows if row.get(name) is not None]
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _cell(value: _Shown) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,.15g}" if isinstance(value, int | float) else one_line(str(value))
