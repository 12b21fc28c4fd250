"""Define the types of the fields of a case file, and the rules that all of its tables share."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shellcount.maths.priors import SMALLEST

type Hedge = Literal["exact", "about", "more_than", "at_least", "up_to", "nearly"]
HEDGES: tuple[Hedge, ...] = get_args(Hedge.__value__)
type Grade = Literal["A", "B", "C", "D", "E", "F"]
type Certainty = Literal["A", "B", "C", "U"]

type Use = Literal["fit", "check", "context"]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# Beyond these bounds arithmetic would overflow or underflow, and nothing physical lies there.
Positive = Annotated[float, Field(ge=SMALLEST, le=1e15, allow_inf_nan=False)]
Finite = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class FileTable(BaseModel):
    """Table of a case file: frozen, without coercion of values, and closed to unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
