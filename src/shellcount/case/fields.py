"""Define the types of the fields of a case file, and the rules that all of its tables share."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo

from shellcount.maths.priors import SMALLEST

type Hedge = Literal["exact", "about", "more_than", "at_least", "up_to", "less_than", "nearly", "between"]
HEDGES: tuple[Hedge, ...] = get_args(Hedge.__value__)
# Words that say the same as a hedge, which replaces them when a case is read.
SYNONYMS: dict[str, Hedge] = {
    **dict.fromkeys(("at_most", "no_more_than"), "up_to"),
    **dict.fromkeys(("fewer_than", "below"), "less_than"),
    **dict.fromkeys(("around", "approximately", "circa", "roughly", "some"), "about"),
    **dict.fromkeys(("over", "above", "in_excess_of"), "more_than"),
    **dict.fromkeys(("almost", "close_to"), "nearly"),
    **dict.fromkeys(("no_fewer_than",), "at_least"),
}
# Lexicons of hedges that are shipped; the first is ours.
type LexiconName = Literal["shellcount", "ferson-2015"]
LEXICONS: tuple[LexiconName, ...] = get_args(LexiconName.__value__)
type Grade = Literal["A", "B", "C", "D", "E", "F"]
type Certainty = Literal["A", "B", "C", "U"]

type Use = Literal["fit", "check", "context"]
USES: tuple[Use, ...] = get_args(Use.__value__)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# Beyond these bounds arithmetic would overflow or underflow, and nothing physical lies there.
Positive = Annotated[float, Field(ge=SMALLEST, le=1e15, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Proportion = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]

_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)


def _normal_hedge(value: object) -> object:
    return SYNONYMS.get(value, value) if isinstance(value, str) else value


def _month(value: object) -> tuple[int, int] | None:
    match = _MONTH.fullmatch(value) if isinstance(value, str) else None
    if match is None or not (1 <= int(match[2]) <= 12 and int(match[1])):
        return None
    return int(match[1]), int(match[2])


def is_month(text: str) -> bool:
    """Tell whether a text is a month as a case file has it.

    Examples
    --------
    >>> is_month("2024-02"), is_month("2024-13")
    (True, False)
    """
    return _month(text) is not None


def _first_day(value: object, info: ValidationInfo) -> object:
    month = _month(value)
    return _day(value, info) if month is None else dt.date(*month, 1)


def _last_day(value: object, info: ValidationInfo) -> object:
    month = _month(value)
    return _day(value, info) if month is None else dt.date(*month, calendar.monthrange(*month)[1])


def _day(value: object, info: ValidationInfo) -> object:
    """Read the text of a date where it stands in JSON, which has no dates."""
    if info.mode != "json" or not isinstance(value, str):
        return value
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return value


SaidHedge = Annotated[Hedge, BeforeValidator(_normal_hedge)]
type DayOrMonth = dt.date | Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
FirstDay = Annotated[dt.date, BeforeValidator(_first_day, json_schema_input_type=DayOrMonth)]
LastDay = Annotated[dt.date, BeforeValidator(_last_day, json_schema_input_type=DayOrMonth)]


class FileTable(BaseModel):
    """Table of a case file: frozen, without coercion of values, and closed to unknown keys."""

    # A case builds what reads its tables together with its own; seldom is one read alone.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)

    def __dir__(self) -> list[str]:
        """List fields and methods for the tab key, without those of pydantic, which are of no use here."""
        kinds = type(self).__mro__
        of_ours = (name for kind in kinds[: kinds.index(BaseModel)] for name in vars(kind))
        names = (name for name in of_ours if not name.startswith(("_", "model_")))
        return sorted({*type(self).model_fields, *names})
