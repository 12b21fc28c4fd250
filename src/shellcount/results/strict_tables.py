"""Read tables of written results with strict types, and describe their faults in plain words."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    NonNegativeInt,
    PositiveInt,
    TypeAdapter,
    ValidationError,
)

from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.limits import require_within
from shellcount.results.run import Engine, Run
from shellcount.text import one_line

_FAULTS_SHOWN = 3
_MOST_LIBRARIES = 100

# To build what reads a table takes far longer than to read one: it is built once.
_adapter: Callable[[Any], TypeAdapter[Any]] = functools.cache(TypeAdapter)


class StrictTable(BaseModel):
    """Table of a file: values are not converted, numbers are finite, unknown names are passed over."""

    # Building the schema waits for the first file that is read: most runs read none.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False, defer_build=True)


def _few(value: object) -> object:
    """Refuse a table of so many values that the faults of each would fill the memory."""
    if isinstance(value, dict) and len(value) > _MOST_LIBRARIES:
        raise ValueError("there are too many")
    return value


class RunTable(StrictTable):
    """Run, as written."""

    digest: str
    case: str
    case_digest: str
    model_version: int
    given: str
    engine: Engine
    seed: NonNegativeInt
    settings: Annotated[dict[str, PositiveInt], BeforeValidator(_few)]
    versions: Annotated[dict[str, str], BeforeValidator(_few)]

    def run(self, *, earlier: bool = False) -> Run:
        """Build the run, and verify its digest and that this version can use it.

        Parameters
        ----------
        earlier
            Whether an earlier version of the model may have made it.

        Raises
        ------
        ValueError
            When the digest is not that of the run, or this version of the model differs.
        """
        run = Run(
            self.case,
            self.case_digest,
            self.given,
            self.engine,
            self.seed,
            self.settings,
            self.versions,
            self.model_version,
        )
        from shellcount.results.verifying import verify_run  # with all that results hold

        if run.digest != self.digest:
            raise ValueError("the digest of its run does not match the run")
        verify_run(run, earlier=earlier)
        return run


def read_table[T](kind: type[T] | TypeAdapter[T], value: Json, name: str = "") -> T:
    """Read a table from plain values.

    Parameters
    ----------
    kind
        Type of the table.
    value
        Its values.
    name
        Name of the table in messages.

    Raises
    ------
    ValueError
        With the first faults of shape in plain words.

    Examples
    --------
    >>> read_table(RunTable, {"seed": True})
    Traceback (most recent call last):
    ...
    ValueError: digest is missing; case is missing; case_digest is missing; and 5 more
    """
    adapter: TypeAdapter[T] = kind if isinstance(kind, TypeAdapter) else _adapter(kind)
    if not isinstance(kind, TypeAdapter) and isinstance(value, dict):
        _require_fields(kind, value, name)
    try:
        return adapter.validate_json(json.dumps(value, allow_nan=False))
    except ValidationError as error:
        raise ValueError(_described(error, name)) from None


def _require_fields(kind: type[object], value: Mapping[str, Json], name: str) -> None:
    """Refuse a table that lacks fields: pydantic would keep a copy of the whole table with each of them."""
    fields = kind.model_fields.items() if issubclass(kind, BaseModel) else ()
    required = [field.alias or own for own, field in fields if field.is_required()]
    faults = [f"{name}.{each}" if name else each for each in required if each not in value]
    if faults:
        raise ValueError(_listed([f"{each} is missing" for each in faults[:_FAULTS_SHOWN]], len(faults)))


def read_each[T](kind: TypeAdapter[dict[str, T]], tables: Mapping[str, Json]) -> dict[str, T]:
    """Read values by name, one after the other, and stop at the first that has a fault.

    Raises
    ------
    ValueError
        With the first faults of that value in plain words.
    """
    values: dict[str, T] = {}
    for name, table in tables.items():
        one: dict[str, T] = read_table(kind, {name: table})
        values |= one
    return values


def read_case(value: Json) -> Case:
    """Read a case from plain values.

    Raises
    ------
    ValueError
        With the first faults of shape in plain words.
    CaseError
        With the faults of meaning.
    LimitError
        When there are more entries than are allowed.
    """
    lists = value.values() if isinstance(value, dict) else ()
    require_within("entries", sum(map(_entries, lists)), "its case")
    return build_case(read_table(Case, value, "case").model_dump(by_alias=True), "its case")


def _entries(table: Json) -> int:
    """Count the values of a list or table, and those within them."""
    inner = table if isinstance(table, list) else table.values() if isinstance(table, dict) else ()
    return len(inner) + sum(len(values) for each in inner for values in _lists(each))


def _lists(entry: Json) -> list[list[Json]]:
    values = entry.values() if isinstance(entry, dict) else ()
    return [value for value in values if isinstance(value, list)]


def _described(error: ValidationError, name: str) -> str:
    """Describe the first faults of shape."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    lines = []
    for fault in faults[:_FAULTS_SHOWN]:
        place = ".".join(map(str, (name, *fault["loc"]) if name else fault["loc"]))
        lines.append(f"{one_line(place, 100)} {_in_words(fault['type'])}")
    return _listed(lines, len(faults))


def _listed(lines: list[str], count: int) -> str:
    more = f"; and {count - _FAULTS_SHOWN} more" if count > _FAULTS_SHOWN else ""
    return "; ".join(lines) + more


def _in_words(kind: str) -> str:
    plain = {
        "missing": "is missing",
        "extra_forbidden": "is unknown",
        "finite_number": "is not a finite number",
        "literal_error": "is not one of the allowed values",
    }
    return plain.get(kind, "has a wrong type" if kind.endswith("_type") else "has a wrong value")
