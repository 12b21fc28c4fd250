"""Read tables of written results with strict types, and describe their faults in plain words."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from shellcount.digest import Json
from shellcount.results.run import Engine, Run
from shellcount.results.verifying import verify_run
from shellcount.text import one_line

_FAULTS_SHOWN = 3


class StrictTable(BaseModel):
    """Table of a file: values are not converted, numbers are finite, unknown names are passed over."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class RunTable(StrictTable):
    """Run, as written."""

    digest: str
    case: str
    case_digest: str
    model_version: int
    given: str
    engine: Engine
    seed: NonNegativeInt
    settings: dict[str, PositiveInt]
    versions: dict[str, str]

    def run(self) -> Run:
        """Build the run, and verify its digest and that this version can use it.

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
        if run.digest != self.digest:
            raise ValueError("the digest of its run does not match the run")
        verify_run(run)
        return run


def read_table[T: BaseModel](kind: type[T], value: Json) -> T:
    """Read a table from plain values.

    Raises
    ------
    ValueError
        With the first faults of shape in plain words.

    Examples
    --------
    >>> read_table(RunTable, {"seed": True})
    Traceback (most recent call last):
    ...
    ValueError: digest is missing; case is missing; case_digest is missing; and 6 more
    """
    try:
        return kind.model_validate_json(json.dumps(value, allow_nan=False))
    except ValidationError as error:
        raise ValueError(described(error)) from None


def described(error: ValidationError) -> str:
    """Describe the first faults of shape."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [
        f"{one_line('.'.join(map(str, fault['loc'])), 100)} {_in_words(fault['type'])}" for fault in faults
    ]
    more = f"; and {len(lines) - _FAULTS_SHOWN} more" if len(lines) > _FAULTS_SHOWN else ""
    return "; ".join(lines[:_FAULTS_SHOWN]) + more


def _in_words(kind: str) -> str:
    plain = {
        "missing": "is missing",
        "extra_forbidden": "is unknown",
        "finite_number": "is not a finite number",
        "literal_error": "is not one of the allowed values",
    }
    return plain.get(kind, "has a wrong type" if kind.endswith("_type") else "has a wrong value")
