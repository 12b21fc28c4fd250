"""Translate the errors of pydantic into faults of shape, in the terms of the case file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from shellcount.case.fields import HEDGES
from shellcount.case.forms import MONTH_FIELDS, DateForm
from shellcount.case.schema import Case
from shellcount.errors import Fault, suggestion
from shellcount.text import one_line, shown

# Raw TOML before it is typed; only modules that read case files see it.
type Raw = dict[str, Any]


def faults(error: ValidationError, raw: Raw) -> list[Fault]:
    """List every fault of shape with its path in the file.

    Parameters
    ----------
    error
        Error of the validation.
    raw
        Values that were validated.
    """
    details = error.errors(include_url=False)
    return [_fault(detail, raw) for detail in details if not _redundant(detail, raw)]


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        name = step if isinstance(step, int) else one_line(step, 60)
        path += f"[{name}]" if isinstance(name, int) else f".{name}" if path else name
    return path


_PLAIN = {
    "missing": "missing",
    "string_type": "must be text in quotes",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "date_type": "must be a date such as 2024-02-26, without quotes",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "finite_number": "must be a finite number",
    "greater_than_equal": "must be at least {ge:g}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_unicode": "must be text in UTF-8",
    "string_pattern_mismatch": "has the wrong form",
    "too_short": "must not be empty",
}


# Members of unions, by how pydantic names them, and the member that a value of each type is meant as.
_MEMBERS = {
    "constrained-float": "number",
    "function-before[": "date",
    "function-after[": "words",
    "constrained-str": "text",
    "StatedRange": "table",
    "DateRange": "table",
    "tuple[": "list",
}
_MEANT: dict[str, tuple[dict[type, str], str]] = {
    "value": ({dict: "table", str: "words"}, "number"),
    "as_of": ({dict: "table"}, "date"),
    "nature": ({tuple: "list"}, "text"),
}


def _redundant(detail: Mapping[str, Any], raw: Raw) -> bool:
    """Tell whether another error covers this one: of a union, keep the member that the value is meant as."""
    if detail["type"] == "too_short":  # pydantic counts only the well-formed entries
        return len(detail["input"]) > 0
    here: Any = raw
    field: int | str = ""
    for step in detail["loc"]:
        if _leads_on(here, step):
            field = step if isinstance(step, str) else field
            here = here[step]
            continue
        member = next((kind for name, kind in _MEMBERS.items() if str(step).startswith(name)), None)
        if member is None or field not in _MEANT:
            return False
        of_types, otherwise = _MEANT[str(field)]
        return member != of_types.get(type(here), otherwise)
    return False


def _leads_on(here: Any, step: int | str) -> bool:  # noqa: ANN401  # raw TOML
    """Tell whether a step is a key or place of a value."""
    if isinstance(here, dict):
        return step in here
    return isinstance(here, tuple) and isinstance(step, int) and step < len(here)


def _fault(detail: Mapping[str, Any], raw: Raw) -> Fault:
    """Translate one pydantic error into the terms of the case file."""
    kind, value = detail["type"], detail["input"]
    # Members of a union and tagged keys are not keys of the file: keep the steps that are.
    location = _walkable(detail["loc"], raw, absent=kind == "missing")
    from shellcount.case.hints import date_hint, number_hint  # slow to import, and only faults need them

    path = _path(location)
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        return Fault(path, "unknown key", None, suggestion(str(location[-1]), _fields(location[:-1])))
    if kind == "missing":
        return Fault(path, "missing")
    if kind == "literal_error":
        return _not_allowed(path, value, context["expected"])
    hint = None
    months = location[-1] in MONTH_FIELDS
    if isinstance(value, str | int | dt.datetime) and kind in {"date_type", "date_from_datetime_inexact"}:
        hint = date_hint(str(value), DateForm.of_field(str(location[-1])))
    elif isinstance(value, str) and kind in {"float_type", "int_type"}:
        hint = number_hint(value)
    if kind == "string_pattern_mismatch":
        hint = "64 hex digits" if path.endswith("sha256") else "lower-case words and digits joined by hyphens"
    plain = _PLAIN.get(kind)
    expected = detail["msg"].removeprefix("Input should be ")
    message = f"must be {expected}" if plain is None else plain.format_map(context)
    if kind == "date_type" and months:
        message += ', or a month such as "2024-02"'
    if kind == "float_type" and detail["loc"][-1] not in location:  # the number of a union
        message += ", a range or words"
    return Fault(path, message, shown(value), hint)


def _not_allowed(path: str, value: Any, expected: str) -> Fault:  # noqa: ANN401  # raw TOML
    from shellcount.case.hints import hedge_hint

    text = shown(value)
    if isinstance(value, tuple):
        return Fault(path, "must be one value, not several", text, f"one of {expected}")
    known = tuple(name.strip("'") for name in expected.replace(" or ", ", ").split(", "))
    name = text.strip("'")
    hint = hedge_hint(name, known) if known == HEDGES else suggestion(name, known)
    return Fault(path, "not one of the allowed values", text, hint)


def _walkable(location: tuple[int | str, ...], raw: Raw, *, absent: bool) -> tuple[int | str, ...]:
    """Drop the steps of a pydantic location that are not keys of the file."""
    steps: list[int | str] = []
    here: Any = raw
    for place, step in enumerate(location):
        last = absent and place == len(location) - 1
        if _leads_on(here, step):
            steps.append(step)
            here = here[step]
        elif isinstance(here, dict) and last:
            steps.append(step)
    return tuple(steps)


def _fields(location: tuple[int | str, ...]) -> list[str]:
    """List the fields of the table at a location."""
    here: Any = Case
    for step in location:
        # A step leads to a field of a table, to a place in a list, or to a key of a table of tables.
        is_table = isinstance(here, type) and issubclass(here, BaseModel)
        here = _field(here, step).annotation if is_table and isinstance(step, str) else _table(here)
        if get_origin(here) not in {tuple, dict}:
            here = _table(here)
    return [field.alias or name for name, field in here.model_fields.items()]


def _field(table: type[BaseModel], key: int | str) -> FieldInfo:
    """Find the field of a table by its key in the file."""
    return next(field for name, field in table.model_fields.items() if (field.alias or name) == key)


def _table(annotation: Any) -> Any:  # noqa: ANN401  # any type annotation
    """Find the table type inside an annotation such as ``tuple[Claim, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        table = _table(part)
        if table is not None:
            return table
    return None
