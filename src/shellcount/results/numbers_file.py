"""numbers.json read back: its case, its run and its estimates, verified before anything is used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, TypeAdapter, ValidationError
from pydantic_core import from_json

from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.digest import Json, canonical_json
from shellcount.errors import CaseError, NumbersError, UnknownNameError, UsageError
from shellcount.results.estimate import Estimate
from shellcount.results.given import parse_given
from shellcount.results.names import parse_quantity
from shellcount.results.numbers_json import SCHEMA
from shellcount.results.run import Engine, Run
from shellcount.text import one_line

MAX_BYTES = 64 * 2**20
_FAULTS_SHOWN = 3
_EVIDENCE = ("source", "claimant", "claim")  # tables whose order is no part of the digest
_SIZES: dict[Engine, set[str]] = {"smc": {"runs", "particles", "draws"}, "nuts": {"runs", "draws", "tune"}}


class _Table(BaseModel):
    """A part of the file: values are not coerced; keys of later versions are passed over."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)


class _Made(_Table):
    """The run as written."""

    digest: str
    case: str
    case_digest: str
    model_version: int
    given: str
    engine: Engine
    seed: NonNegativeInt
    settings: dict[str, PositiveInt]
    versions: dict[str, str]


class _Document(_Table):
    """What is read of the file."""

    run: _Made
    case: Case
    estimates: dict[str, dict[str, float | str | None]]


_ESTIMATES = TypeAdapter(dict[str, Estimate])


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a numbers.json holds of a run.

    Parameters
    ----------
    case
        The case that was fitted.
    run
        What made the numbers.
    estimates
        Estimates by name.
    """

    case: Case
    run: Run
    estimates: dict[str, Estimate]


def read_numbers(path: str | Path) -> Numbers:
    """Read a numbers.json, and verify that it holds together.

    Raises
    ------
    NumbersError
        When the file cannot be read, is no numbers.json, or contradicts itself.

    Examples
    --------
    >>> import shellcount, tempfile
    >>> posterior = shellcount.fit(shellcount.load_case())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = shellcount.write_report(posterior, folder, formats=["json"])
    ...     read_numbers(paths[0]).run.digest == posterior.digest
    True
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NumbersError(f"{one_line(str(path))} cannot be read: {reason}") from None
    return parse_numbers(content, origin=str(path))


def parse_numbers(content: bytes, *, origin: str) -> Numbers:
    """Turn the bytes of a numbers.json into its case, run and estimates.

    Parameters
    ----------
    content
        The file's bytes.
    origin
        What to call it in messages.

    Raises
    ------
    NumbersError
        When it is no numbers.json, or contradicts itself.

    Examples
    --------
    >>> parse_numbers(b"[]", origin="list.json")
    Traceback (most recent call last):
    ...
    shellcount.errors.NumbersError: list.json is no numbers.json: it has no schema shellcount/numbers/1
    """
    shown = one_line(origin)
    if len(content) > MAX_BYTES:
        raise NumbersError(f"{shown} is no numbers.json: it is larger than {MAX_BYTES // 2**20} MB")
    try:
        raw: Any = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise NumbersError(f"{shown} is not valid JSON: {one_line(str(error), 200)}") from None
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise NumbersError(f"{shown} is no numbers.json: it has no schema {SCHEMA}")
    try:
        document = _Document.model_validate_json(content)
        estimates = _estimates(document)
    except ValidationError as error:
        raise NumbersError(f"{shown} is no numbers.json: {_faults(error)}") from None
    try:
        return _verified(document, estimates)
    except (CaseError, UnknownNameError, UsageError, ValueError) as error:
        raise NumbersError(f"{shown} does not hold together: {one_line(str(error), 300)}") from None


def _faults(error: ValidationError) -> str:
    """The first faults of shape, in plain words."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    lines = [f"{one_line('.'.join(map(str, fault['loc'])), 100)} {_said(fault['type'])}" for fault in found]
    more = f"; and {len(lines) - _FAULTS_SHOWN} more" if len(lines) > _FAULTS_SHOWN else ""
    return "; ".join(lines[:_FAULTS_SHOWN]) + more


def _said(kind: str) -> str:
    plain = {
        "missing": "is missing",
        "extra_forbidden": "is unknown",
        "finite_number": "is not a finite number",
        "literal_error": "is not one of the allowed values",
    }
    return plain.get(kind, "has a wrong type" if kind.endswith("_type") else "has a wrong value")


def _estimates(document: _Document) -> dict[str, Estimate]:
    """The estimates with name and run, which stand around them in the file."""
    named: dict[str, Json] = {
        name: {**values, "name": name, "run_digest": document.run.digest}
        for name, values in document.estimates.items()
    }
    return _ESTIMATES.validate_json(canonical_json(named), strict=True)


def _verified(document: _Document, estimates: dict[str, Estimate]) -> Numbers:
    case = build_case(document.case.model_dump(by_alias=True), "its case")
    made = document.run.model_dump()
    stated = made.pop("digest")
    run = Run(**made)
    if run.digest != stated:
        raise ValueError("the digest of its run is not that of what stands there")
    if case.about.id != run.case or run.case_digest != case.digest:
        raise ValueError("its case is not the one that was fitted")
    parse_given(case, run.given)
    if set(run.settings) != _SIZES[run.engine]:
        raise ValueError(f"engine {run.engine} has the settings {', '.join(sorted(_SIZES[run.engine]))}")
    for name, estimate in estimates.items():
        parse_quantity(case, name)
        _check_numbers(estimate)
    return Numbers(case, run, estimates)


def _check_numbers(estimate: Estimate) -> None:
    quantiles = (estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95)
    spreads = (
        *(estimate.mcse_p05, estimate.mcse_p25, estimate.mcse_p50, estimate.mcse_p75, estimate.mcse_p95),
        *(estimate.mcse_mean, estimate.sd),
    )
    if quantiles != tuple(sorted(quantiles)) or estimate.p05 < 0:
        raise ValueError(f"the quantiles of {estimate.name} are not in order")
    if min(spreads) < 0:
        raise ValueError(f"an error of {estimate.name} is negative")
