"""Write numbers.json: every number of a run by name, with the run and the case."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from shellcount.digest import Json, digest
from shellcount.results.names import name_of
from shellcount.text import escaped

if TYPE_CHECKING:
    from shellcount.results.claim_check import Check
    from shellcount.results.components import ClaimComponents
    from shellcount.results.estimate import Estimate
    from shellcount.results.prior_comparison import PriorComparison
    from shellcount.results.results import Results

SCHEMA = "shellcount/numbers/2"
INTERVALS: dict[str, Json] = {"kind": "equal-tailed", "inner": 0.5, "outer": 0.9}


def numbers_json(results: Results) -> dict[str, Json]:
    """Convert results to plain values, as numbers.json contains them, with the whole case.

    :func:`shellcount.results.numbers_file.read_numbers` reads the file back.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> numbers_json(results)["estimates"]["load"]["unit"]
    'share'
    """
    evidence = results.log_evidence
    unconverged = {estimate.name for estimate in results.quoted if estimate.not_quotable is not None}
    left_out, ahead = results.left_out, results.one_step_ahead
    contents: dict[str, Json] = {
        "schema": SCHEMA,
        "run": results.run.document(),
        "case": results.case.transcript(),
        "changes": list(results.changes),
        "marks": [mark.values() for mark in results.marks],
        "command": results.command,
        "scale": results.scale,
        "figures": results.figures,
        "days": [day.isoformat() for day in results.days],
        "intervals": INTERVALS,
        "log_evidence": evidence and {"mean": evidence[0], "mcse": evidence[1], "unit": "nats"},
        "diagnostics": [list(pair) for pair in results.diagnostics],
        "unconverged": [*sorted(unconverged)],
        "forecast": [*sorted(results.forecasts)],
        "answer": name_of(results.case, results.answering),
        "estimates": _estimates(results.estimates),
        "supporting": _estimates(results.supporting),
        "claimed": {claim: _claimed_values(estimate) for claim, estimate in results.claimed.items()},
        "probabilities": {name: each.value for name, each in results.probabilities.items()},
        "probability_errors": {name: each.mcse for name, each in results.probabilities.items()},
        "checks": [check_values(check) for check in results.checks],
        "left_out": None if left_out is None else [check_values(check) for check in left_out],
        "one_step_ahead": None if ahead is None else [check_values(check) for check in ahead],
        "predictions": [dataclasses.asdict(prediction) for prediction in results.predictions],
        "components": [_component_values(each) for each in results.components],
        "conflicts": [dataclasses.asdict(conflict) for conflict in results.conflicts],
        "prior_comparisons": [_comparison_values(each) for each in results.prior_comparisons],
        "remarks": list(results.remarks),
        "drivers": None if results.drivers is None else results.drivers.values(),
        "what_if": None if results.what_if is None else results.what_if.document(),
    }
    return {**contents, "checksum": checksum(contents)}


def checksum(contents: Mapping[str, Json]) -> str:
    """Compute the SHA-256 of all that numbers.json contains besides its checksum."""
    return digest({name: value for name, value in contents.items() if name != "checksum"})


def _estimates(estimates: Mapping[str, Estimate]) -> dict[str, Json]:
    return {name: estimate_values(estimate) for name, estimate in estimates.items()}


def _claimed_values(estimate: Estimate) -> dict[str, Json]:
    return {"quantity": estimate.name, **estimate_values(estimate)}


def _comparison_values(comparison: PriorComparison) -> dict[str, Json]:
    return {"name": comparison.name, "scores": list(comparison.scores), "informed": comparison.informed}


def _component_values(components: ClaimComponents) -> dict[str, Json]:
    values: dict[str, Json] = dataclasses.asdict(components)
    ends = {} if components.date is None else dataclasses.asdict(components.date)
    date: dict[str, Json] = {name: day.isoformat() for name, day in ends.items()}
    readings: list[Json] = [dataclasses.asdict(reading) for reading in components.readings]
    return {**values, "readings": readings, "date": date or None}


def estimate_values(estimate: Estimate) -> dict[str, Json]:
    """Convert an estimate to plain values, without name, run and marks, which numbers.json has elsewhere."""
    values: dict[str, Json] = dataclasses.asdict(estimate)
    return {name: value for name, value in values.items() if name not in {"name", "run_digest", "marks"}}


def check_values(check: Check) -> dict[str, Json]:
    """Convert a check to plain values, together with those of its posterior range."""
    values: dict[str, Json] = {
        field.name: getattr(check, field.name)
        for field in dataclasses.fields(check)
        if field.name not in {"estimate", "day"}
    }
    day: dict[str, Json] = {"day": check.day.isoformat(), "run_digest": check.estimate.run_digest}
    return {**values, **day, **estimate_values(check.estimate)}


def to_json(values: Json) -> str:
    """Write values as JSON, sorted and indented.

    Examples
    --------
    >>> print(to_json({"b": 1.5, "a": None}))
    {
      "a": null,
      "b": 1.5
    }
    """
    text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    # Characters that could steer a terminal are escaped, as JSON allows; the values are the same.
    return escaped(text, lambda character: json.dumps(character)[1:-1])
