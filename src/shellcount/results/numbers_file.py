"""Read numbers.json into results, and verify it before anything is used."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter, ValidationError
from pydantic_core import to_json

from shellcount import limits
from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.errors import CaseError, NumbersError, UnknownNameError, UsageError
from shellcount.files import io_errors_as, read_regular
from shellcount.results.claim_check import Check, Checks
from shellcount.results.estimate import Estimate
from shellcount.results.names import name_of, standard
from shellcount.results.numbers_json import SCHEMA, numbers_json
from shellcount.results.prediction import Conflict, PredictiveCheck
from shellcount.results.prior_comparison import PriorComparison
from shellcount.results.results import Results
from shellcount.results.strict_tables import RunTable, StrictTable, described
from shellcount.results.verifying import verify
from shellcount.strict_json import parse_json
from shellcount.text import one_line

_BYTES_OF_A_VALUE = 25  # at least, of those that are written


class _Intervals(StrictTable):
    """Intervals of all ranges, as written: there is no choice."""

    kind: Literal["equal-tailed"]
    inner: Annotated[float, Field(ge=0.5, le=0.5)]
    outer: Annotated[float, Field(ge=0.9, le=0.9)]


class _Evidence(StrictTable):
    """Log evidence, as written."""

    mean: float
    mcse: float
    unit: Literal["nats"]


type _Values = dict[str, JsonValue]


class _Document(StrictTable):
    """Whole file, as written."""

    run: RunTable
    case: Case
    changes: tuple[str, ...]
    marks: tuple[_Values, ...]
    intervals: _Intervals
    unconverged: tuple[str, ...]
    command: str | None
    scale: str
    figures: bool
    days: tuple[dt.date, ...]
    log_evidence: _Evidence | None
    diagnostics: tuple[tuple[str, str], ...]
    estimates: dict[str, _Values]
    supporting: dict[str, _Values]
    claimed: dict[str, _Values]
    probabilities: dict[str, float]
    checks: tuple[_Values, ...]
    left_out: tuple[_Values, ...] | None
    predictions: tuple[PredictiveCheck, ...]
    conflicts: tuple[Conflict, ...]
    prior_comparisons: tuple[PriorComparison, ...]
    remarks: tuple[str, ...]


_ESTIMATES = TypeAdapter(dict[str, Estimate], config=StrictTable.model_config)
_CHECKS = TypeAdapter(tuple[Check, ...], config=StrictTable.model_config)
_OF_ESTIMATE = {field.name for field in dataclasses.fields(Estimate)}


def read_numbers(path: str | Path) -> Results:
    """Read a numbers.json, and verify that it is consistent.

    Raises
    ------
    NumbersError
        When the file cannot be read, is not a numbers.json, or contradicts itself.
    LimitError
        When it is larger than is allowed.

    Examples
    --------
    >>> import shellcount, tempfile
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case()))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = shellcount.write_report(results, folder, formats=["json"])
    ...     read_numbers(paths[0]) == results
    True
    """
    shown = one_line(str(path))
    with io_errors_as(lambda reason: NumbersError(f"{shown} cannot be read: {reason}")):
        content = read_regular(
            path, limits.allowed("results"), lambda size: limits.require_within("results", size, shown)
        )
    return parse_numbers(content, origin=str(path))


def parse_numbers(content: bytes, *, origin: str) -> Results:
    """Parse the bytes of a numbers.json into results.

    Parameters
    ----------
    content
        Content of the file.
    origin
        Name of the file in messages.

    Raises
    ------
    NumbersError
        When it is not a numbers.json, or contradicts itself.
    LimitError
        When it is larger than is allowed.

    Examples
    --------
    >>> parse_numbers(b"[]", origin="list.json")
    Traceback (most recent call last):
    ...
    shellcount.errors.NumbersError: list.json is not a numbers.json: its schema is not shellcount/numbers/2
    """
    shown = one_line(origin)
    limits.require_within("results", len(content), shown)
    try:
        raw = parse_json(content, limits.allowed("results") / _BYTES_OF_A_VALUE)
    except ValueError as error:
        raise NumbersError(f"{shown} is not valid JSON: {one_line(str(error), 200)}") from None
    if not isinstance(raw, dict) or raw.get("schema") != SCHEMA:
        raise NumbersError(f"{shown} is not a numbers.json: its schema is not {SCHEMA}")
    del raw  # the same once more, with types
    try:
        document = _Document.model_validate_json(content)
        parts = _read(document)
    except ValidationError as error:
        raise NumbersError(f"{shown} is not a numbers.json: {described(error)}") from None
    try:
        results = _assembled(document, parts)
        verify(results)
        _verify_derived(results, document)
    except (CaseError, UnknownNameError, UsageError, ValueError) as error:
        raise NumbersError(f"{shown} is inconsistent: {one_line(str(error), 300)}") from None
    return results


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of the file whose run is written only once."""

    estimates: dict[str, Estimate]
    supporting: dict[str, Estimate]
    claimed: dict[str, Estimate]
    checks: Checks
    left_out: Checks | None


def _read(document: _Document) -> _Parts:
    digest = document.run.digest
    return _Parts(
        _estimates({name: {**values, "name": name} for name, values in document.estimates.items()}, digest),
        _estimates({name: {**values, "name": name} for name, values in document.supporting.items()}, digest),
        _estimates(
            {claim: {**values, "name": values.get("quantity")} for claim, values in document.claimed.items()},
            digest,
        ),
        _checks(document.checks),
        None if document.left_out is None else _checks(document.left_out),
    )


def _estimates(named: Mapping[str, _Values], digest: str) -> dict[str, Estimate]:
    values = {key: {**fields, "run_digest": digest} for key, fields in named.items()}
    return _ESTIMATES.validate_json(to_json(values, inf_nan_mode="constants"))


def _checks(rows: tuple[_Values, ...]) -> Checks:
    """Read checks, each of which is written together with its posterior range."""
    values = []
    for fields in rows:
        estimate = {name: value for name, value in fields.items() if name in _OF_ESTIMATE}
        values.append({**fields, "estimate": {**estimate, "name": fields.get("quantity")}})
    return Checks(_CHECKS.validate_json(to_json(values, inf_nan_mode="constants")))


def _assembled(document: _Document, parts: _Parts) -> Results:
    """Assemble the results, after verifying what only a file contains."""
    case = build_case(document.case.model_dump(by_alias=True), "its case")
    evidence = document.log_evidence
    return Results(
        case=case,
        run=document.run.run(),
        estimates=_in_standard_order(case, parts.estimates),
        supporting=parts.supporting,
        probabilities=document.probabilities,
        checks=parts.checks,
        left_out=parts.left_out,
        claimed=parts.claimed,
        predictions=document.predictions,
        conflicts=document.conflicts,
        prior_comparisons=document.prior_comparisons,
        remarks=document.remarks,
        diagnostics=document.diagnostics,
        log_evidence=None if evidence is None else (evidence.mean, evidence.mcse),
        figures=document.figures,
        days=document.days,
        scale=document.scale,
        changes=document.changes,
        command=document.command,
    )


def _verify_derived(results: Results, document: _Document) -> None:
    """Verify what a file says twice, for readers of the file alone."""
    written = numbers_json(results)
    if list(document.marks) != written["marks"]:
        raise ValueError("its marks are not those of its changes and its run")
    if list(document.unconverged) != written["unconverged"]:
        raise ValueError("its list of unconverged estimates is not that of its estimates")


def _in_standard_order(case: Case, estimates: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """Sort estimates in the order of the case; the file has them in alphabetical order."""
    order = [name_of(case, quantity) for quantity in standard(case)]
    names = dict.fromkeys((*(name for name in order if name in estimates), *estimates))
    return {name: estimates[name] for name in names}
