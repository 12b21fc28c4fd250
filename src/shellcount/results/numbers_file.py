"""Read numbers.json into results, and verify it before anything is used."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import FailFast, Field, JsonValue, TypeAdapter

from shellcount import limits
from shellcount.case.schema import Case
from shellcount.digest import Json
from shellcount.errors import CaseError, NumbersError, UnknownNameError, UsageError
from shellcount.files.reading import io_errors_as, read_regular
from shellcount.files.strict_json import parse_json
from shellcount.frozen import frozen
from shellcount.results.claim_check import Check, Checks
from shellcount.results.components import ClaimComponents, Components
from shellcount.results.conflict import Conflict
from shellcount.results.drivers import Drivers
from shellcount.results.earlier import is_earlier, read_earlier
from shellcount.results.estimate import Estimate
from shellcount.results.names import name_of
from shellcount.results.numbers_json import SCHEMA, checksum, numbers_json
from shellcount.results.prediction import PredictiveCheck
from shellcount.results.prior_comparison import PriorComparison
from shellcount.results.probability import Probability
from shellcount.results.results import Results
from shellcount.results.standard import standard
from shellcount.results.strict_tables import RunTable, StrictTable, read_case, read_each, read_table
from shellcount.results.threshold import parse_threshold
from shellcount.results.verifying import verify
from shellcount.results.what_if import WhatIf
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
# The faults of hundreds of thousands of values would fill the memory: the first is enough.
type _Row[T] = Annotated[tuple[T, ...], FailFast()]


class _Document(StrictTable):
    """Whole file, as written."""

    run: RunTable
    case: dict[str, JsonValue]
    changes: _Row[str]
    marks: _Row[_Values]
    intervals: _Intervals
    unconverged: _Row[str]
    forecast: _Row[str]
    answer: str
    command: str | None
    scale: str
    figures: bool
    days: _Row[dt.date]
    log_evidence: _Evidence | None
    diagnostics: _Row[tuple[str, str]]
    estimates: _Values
    supporting: _Values
    claimed: _Values
    probabilities: _Values
    probability_errors: _Values
    checks: _Row[_Values]
    left_out: _Row[_Values] | None
    one_step_ahead: _Row[_Values] | None = None
    predictions: _Row[PredictiveCheck]
    components: _Row[ClaimComponents]
    conflicts: _Row[Conflict]
    prior_comparisons: _Row[PriorComparison]
    remarks: _Row[str]
    drivers: _Values | None = None  # absent from older files
    what_if: _Values | None = None
    checksum: str


_ESTIMATES = TypeAdapter(dict[str, Estimate], config=StrictTable.model_config)
_CHECKS = TypeAdapter(dict[str, Check], config=StrictTable.model_config)
_DRIVERS = TypeAdapter(dict[str, Drivers], config=StrictTable.model_config)
_WHAT_IFS = TypeAdapter(dict[str, WhatIf], config=StrictTable.model_config)
_NUMBERS = TypeAdapter(dict[str, float], config=StrictTable.model_config)
_OF_ESTIMATE = {field.name for field in dataclasses.fields(Estimate)} - {"marks"}


def read_numbers(path: str | Path, *, earlier: bool = False) -> Results:
    """Read a numbers.json, and verify that it is consistent.

    Parameters
    ----------
    path
        The file.
    earlier
        Whether to read the estimates of a file of an earlier schema or model, for a comparison.

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
    return parse_numbers(content, origin=str(path), earlier=earlier)


def parse_numbers(content: bytes, *, origin: str, earlier: bool = False) -> Results:
    """Parse the bytes of a numbers.json into results.

    Parameters
    ----------
    content
        Content of the file.
    origin
        Name of the file in messages.
    earlier
        As for :func:`read_numbers`.

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
    if not isinstance(raw, dict) or (raw.get("schema") != SCHEMA and not is_earlier(raw)):
        raise NumbersError(f"{shown} is not a numbers.json: its schema is not {SCHEMA}")
    if is_earlier(raw) and not earlier:
        raise NumbersError(
            f"{shown} was made by an earlier model, which only shellcount diff compares: write it again from "
            "its case"
        )
    try:
        if is_earlier(raw):
            _verify_checksum(raw)
            return read_earlier(raw)
        document = read_table(_Document, raw)
        parts = _read(document)
    except ValueError as error:
        raise NumbersError(f"{shown} is not a numbers.json: {one_line(str(error), 400)}") from None
    except (CaseError, UnknownNameError, UsageError) as error:
        raise NumbersError(f"{shown} is inconsistent: {one_line(str(error), 300)}") from None
    try:
        results = _assembled(document, parts)
        verify(results)
        _verify_derived(results, document)
        _verify_checksum(raw)
        return results.with_conflicts(results.conflicts)  # a file has their marks only once
    except (UnknownNameError, UsageError, ValueError) as error:
        raise NumbersError(f"{shown} is inconsistent: {one_line(str(error), 300)}") from None


@frozen
class _Parts:
    """Parts of the file that are read one by one, or whose run is written only once."""

    case: Case
    estimates: dict[str, Estimate]
    supporting: dict[str, Estimate]
    claimed: dict[str, Estimate]
    probabilities: dict[str, Probability]
    checks: Checks
    left_out: Checks | None
    one_step_ahead: Checks | None
    drivers: Drivers | None
    what_if: WhatIf | None


def _read(document: _Document) -> _Parts:
    case, estimates = (
        read_case(document.case).with_record_of(document.changes),
        _estimates(document, document.estimates),
    )
    return _Parts(
        case,
        estimates,
        _estimates(document, document.supporting),
        _estimates(document, document.claimed, named_by="quantity"),
        _probabilities(document, case, estimates),
        _checks(document.checks),
        None if document.left_out is None else _checks(document.left_out),
        None if document.one_step_ahead is None else _checks(document.one_step_ahead),
        _drivers(document),
        None if document.what_if is None else read_each(_WHAT_IFS, {"what_if": document.what_if})["what_if"],
    )


def _estimates(document: _Document, tables: _Values, *, named_by: str | None = None) -> dict[str, Estimate]:
    """Read estimates, whose name is their key, or else one of their values."""
    digest = document.run.digest
    values: _Values = {}
    for key, fields in tables.items():
        name = key if named_by is None or not isinstance(fields, dict) else fields.get(named_by)
        own: _Values = {"name": name, "run_digest": digest, "marks": []}
        values[key] = {**fields, **own} if isinstance(fields, dict) else fields
    return read_each(_ESTIMATES, values)


def _probabilities(
    document: _Document, case: Case, estimates: Mapping[str, Estimate]
) -> dict[str, Probability]:
    """Read probabilities with their errors; each must be quoted as the estimate of its quantity is."""
    values = read_each(_NUMBERS, document.probabilities)
    errors = read_each(_NUMBERS, document.probability_errors)
    if values.keys() != errors.keys():
        raise ValueError("it does not have the Monte Carlo error of each probability")
    found = {}
    for name, value in values.items():
        threshold = parse_threshold(case, name)
        estimate = estimates.get(name_of(case, threshold.quantity))
        if estimate is None or threshold.name_in(case) != name:
            raise ValueError(f"it has no estimate of the quantity of {one_line(name, 80)}")
        found[name] = Probability(name, value, errors[name], estimate.not_quotable)
    return found


def _checks(rows: tuple[_Values, ...]) -> Checks:
    """Read checks, each of which is written together with its posterior range."""
    values: _Values = {}
    for place, fields in enumerate(rows):
        estimate = {name: value for name, value in fields.items() if name in _OF_ESTIMATE}
        values[str(place)] = {**fields, "estimate": {**estimate, "name": fields.get("quantity")}}
    return Checks(tuple(read_each(_CHECKS, values).values()))


def _drivers(document: _Document) -> Drivers | None:
    """Read the drivers of the answer, which are written without their run."""
    if document.drivers is None:
        return None
    own: _Values = {"run_digest": document.run.digest, "marks": []}
    return read_each(_DRIVERS, {"drivers": {**document.drivers, **own}})["drivers"]


def _assembled(document: _Document, parts: _Parts) -> Results:
    """Assemble the results, after verifying what only a file contains."""
    evidence = document.log_evidence
    return Results(
        case=parts.case,
        run=document.run.run(),
        estimates=_in_standard_order(parts.case, parts.estimates),
        supporting=parts.supporting,
        probabilities=parts.probabilities,
        checks=parts.checks,
        left_out=parts.left_out,
        claimed=parts.claimed,
        predictions=document.predictions,
        components=Components(document.components),
        conflicts=document.conflicts,
        prior_comparisons=document.prior_comparisons,
        remarks=document.remarks,
        diagnostics=document.diagnostics,
        log_evidence=None if evidence is None else (evidence.mean, evidence.mcse),
        figures=document.figures,
        days=document.days,
        scale=document.scale,
        command=document.command,
        answer_name=document.answer,
        one_step_ahead=parts.one_step_ahead,
        drivers=parts.drivers,
        what_if=parts.what_if,
    )


def _verify_checksum(contents: Mapping[str, Json]) -> None:
    if contents["schema"] == SCHEMA and contents.get("checksum") != checksum(contents):
        raise ValueError(
            "it was edited, since its checksum does not match its contents; write it again from its case"
        )


def _verify_derived(results: Results, document: _Document) -> None:
    """Verify what a file says twice, for readers of the file alone."""
    written = numbers_json(results)
    if list(document.marks) != written["marks"]:
        raise ValueError("its marks are not those of its changes and its run")
    for kind in ("unconverged", "forecast"):
        if list(getattr(document, kind)) != written[kind]:
            raise ValueError(f"its list of {kind} estimates is not that of its estimates")


def _in_standard_order(case: Case, estimates: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """Sort estimates in the order of the case; the file has them in alphabetical order."""
    order = [name_of(case, quantity) for quantity in standard(case)]
    names = dict.fromkeys((*(name for name in order if name in estimates), *estimates))
    return {name: estimates[name] for name in names}
