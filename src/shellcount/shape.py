"""Faults of shape: what pydantic found wrong, said in the terms of the case file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from shellcount.case import Case
from shellcount.errors import Fault, suggestion
from shellcount.text import one_line

# Raw TOML, before it has a type; nothing behind the case file's border sees it.
type Raw = dict[str, Any]


def faults(error: ValidationError, raw: Raw) -> list[Fault]:
    """List every fault of shape with its path in the file.

    Parameters
    ----------
    error
        What validation raised.
    raw
        What was validated.
    """
    details = error.errors(include_url=False)
    return [_fault(detail, raw) for detail in details if not _redundant(detail)]


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


_PLAIN = {
    "missing": "missing",
    "string_type": "must be text in quotes",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "date_type": "must be a date such as 2024-02-26, without quotes",
    "tuple_type": "must be a list",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "finite_number": "must be a finite number",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
}


def _redundant(detail: Mapping[str, Any]) -> bool:
    """Whether another error says the same: of a union, keep the member that fits what was found."""
    value = detail["input"]
    if detail["type"] == "too_short":  # pydantic counts only the well-formed entries
        return len(value) > 0
    branches = {"as_of": dict, "nature": tuple}
    field = next((step for step in reversed(detail["loc"]) if step in branches), None)
    if field is None:
        return False
    several = isinstance(value, branches[str(field)])
    if detail["type"] in {"string_type", "date_type"} and detail["loc"][-1] in {
        "date",
        "str",
        "constrained-str",
    }:
        return several
    return detail["type"] in {"model_type", "tuple_type"} and not several


def _fault(detail: Mapping[str, Any], raw: Raw) -> Fault:
    """Say one pydantic error in the terms of the case file."""
    kind, value = detail["type"], detail["input"]
    # Members of a union and tagged keys are no place in the file: keep what can be walked.
    location = _walkable(detail["loc"], raw, absent=kind == "missing")
    path = _path(location)
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = _fields(location[:-1])
        return Fault(path, "unknown key", None, suggestion(str(location[-1]), known))
    if kind == "literal_error":
        if isinstance(value, tuple):
            return Fault(
                path, "must be one value, not several", _shown(value), f"one of {context['expected']}"
            )
        known = [name.strip("'") for name in context["expected"].replace(" or ", ", ").split(", ")]
        return Fault(path, "not one of the allowed values", _shown(value), suggestion(str(value), known))
    if kind == "missing":
        return Fault(path, "missing")
    if kind == "string_pattern_mismatch":
        hint = "64 hex digits" if path.endswith("sha256") else "lower-case words and digits joined by hyphens"
        return Fault(path, "has the wrong form", _shown(value), hint)
    message = _PLAIN.get(kind) or detail["msg"].removeprefix("Input should be ")
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        message = f"must be {message}"
    return Fault(path, message, _shown(value))


def _shown(value: Any) -> str:  # noqa: ANN401  # raw TOML
    try:
        return one_line(str(value) if isinstance(value, dt.date) else repr(value), 60)
    except ValueError:  # an integer of more digits than Python will print
        return "a number of thousands of digits"


def _walkable(location: tuple[int | str, ...], raw: Raw, *, absent: bool) -> tuple[int | str, ...]:
    """Drop the steps of a pydantic location that are not keys of the file."""
    kept: list[int | str] = []
    here: Any = raw
    for place, step in enumerate(location):
        last = absent and place == len(location) - 1
        if isinstance(here, dict) and (step in here or last):
            kept.append(step)
            here = here.get(step)
        elif isinstance(here, tuple) and isinstance(step, int) and step < len(here):
            kept.append(step)
            here = here[step]
    return tuple(kept)


def _fields(location: tuple[int | str, ...]) -> list[str]:
    """Names of the fields that the table at a location may have."""
    here: Any = Case
    for step in location:
        if isinstance(step, str) and isinstance(here, type) and issubclass(here, BaseModel):
            annotation = here.model_fields[step].annotation if step in here.model_fields else None
            here = _table(annotation)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _table(annotation: Any) -> Any:  # noqa: ANN401  # any type annotation
    """Find the table type inside an annotation such as ``tuple[Claim, ...] | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _table(part)
        if found is not None:
            return found
    return None
