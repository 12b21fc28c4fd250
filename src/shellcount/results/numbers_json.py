"""numbers.json: every number of a run, named, with what made it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable

from shellcount.checks.stated import Check, Checks
from shellcount.digest import Json
from shellcount.posterior.posterior import Posterior
from shellcount.results.estimate import Estimate
from shellcount.text import printable

SCHEMA = "shellcount/numbers/1"
INTERVALS: dict[str, Json] = {"kind": "equal-tailed", "inner": 0.5, "outer": 0.9}


def numbers_json(
    posterior: Posterior,
    checks: Checks | None = None,
    *,
    estimates: Iterable[Estimate] | None = None,
    at: Iterable[dt.date] | None = None,
) -> dict[str, Json]:
    """Collect every number of a run in the form of numbers.json, with the whole case.

    :func:`shellcount.results.numbers_file.read_numbers` reads the file back.

    Parameters
    ----------
    posterior
        The posterior.
    checks
        Checks to include, if any.
    estimates
        Estimates to include; by default the standard ones.
    at
        Dates for the standard estimates, instead of those that claims speak of.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> numbers(posterior)["estimates"]["load"]["unit"]
    'share'
    """
    chosen = tuple(posterior.estimates(at=at) if estimates is None else estimates)
    results = () if checks is None else checks.results
    made = (*chosen, *(check.estimate for check in results))
    unconverged: list[Json] = [
        *sorted({estimate.name for estimate in made if estimate.not_quotable is not None})
    ]
    evidence = posterior.sampler_report.log_evidence
    return {
        "schema": SCHEMA,
        "run": posterior.run.document(),
        "case": posterior.case.transcript(),
        "intervals": INTERVALS,
        "log_evidence": evidence and {"mean": evidence[0], "mcse": evidence[1], "unit": "nats"},
        "unconverged": unconverged,
        "estimates": {estimate.name: estimate_values(estimate) for estimate in chosen},
        "checks": [check_values(check) for check in results],
    }


def estimate_values(estimate: Estimate) -> dict[str, Json]:
    """An estimate as plain values; its name and run stand around it in numbers.json."""
    values: dict[str, Json] = dataclasses.asdict(estimate)
    return {name: value for name, value in values.items() if name not in {"name", "run_digest"}}


def check_values(check: Check) -> dict[str, Json]:
    """A check as plain values, its posterior range among them."""
    values: dict[str, Json] = {
        field.name: getattr(check, field.name)
        for field in dataclasses.fields(check)
        if field.name not in {"estimate", "day"}
    }
    ranges = estimate_values(check.estimate)
    values["day"] = check.day.isoformat()
    values["run_digest"] = check.estimate.run_digest
    return {**values, **{name: ranges[name] for name in ("p05", "p25", "p50", "p75", "p95", "mcse_p50")}}


def to_json(values: Json) -> str:
    """Write values as people and programs both like them: sorted, indented, UTF-8.

    Examples
    --------
    >>> print(to_json({"b": 1.5, "a": None}))
    {
      "a": null,
      "b": 1.5
    }
    """
    text = json.dumps(values, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    # What could steer a terminal is escaped as JSON has it; the values are the same.
    return "".join(c if c == "\n" or printable(c) == c else json.dumps(c)[1:-1] for c in text)
