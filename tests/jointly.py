"""A case whose log quantities are jointly normal: a count, and what each container holds."""

from __future__ import annotations

import math
from typing import Any

from scipy.stats import norm

from building import case_of
from shellcount.case.schema import Case

TOTAL, COUNT = "rounds.mixed@2024-01-31", "containers.everything@2024-01-31"
PER_CARRIER = "capacity.shell"
LOW, HIGH, LOAD = 200.0, 400.0, 0.7


def lognormal_case(known: float | None = None) -> Case:
    """The case of one claim, with a constant rate, a known load, and a stated number in each container."""
    basis = {"basis": "made up", "certainty": "U"}
    each: dict[str, Any] = {"low": LOW, "high": HIGH} if known is None else {"value": known}

    def edit(document: dict[str, Any]) -> None:
        document["nature"] = (
            {"id": "shell", "title": "shells", "base_share": 1.0, "per_carrier": {**each, **basis}, **basis},
        )
        document["priors"]["load"] = {"value": LOAD, **basis}
        document["priors"]["rate_walk_sd"]["value"] = 0.0

    return case_of({}, edit=edit)


def two_natures() -> Case:
    """The case of a claim of what ten containers hold, of either of two natures."""
    basis = {"basis": "made up", "certainty": "U"}

    def edit(document: dict[str, Any]) -> None:
        document["nature"] = tuple(
            {"id": name, "title": name, "base_share": 1.0, "per_carrier": {**each, **basis}, **basis}
            for name, each in (("shell", {"low": LOW, "high": HIGH}), ("twin", {"low": 250.0, "high": 450.0}))
        )

    claim = {"quantity": "capacity", "scope": None, "containers": 10.0, "value": 3300.0}
    return case_of({**claim, "nature": ("shell", "twin")}, edit=edit)


def spreads() -> tuple[float, float, float]:
    """Posterior mean of the log total, and standard deviations of the logs of count and of content."""
    prior_sd = math.log(10) / (2 * norm.ppf(0.95))
    prior_mean = math.log(30) + math.log(math.sqrt(1000))
    error = math.hypot(math.hypot(0.08, 0.10), 1 / math.sqrt(12) / 2000)
    weight = prior_sd**2 / (prior_sd**2 + error**2)
    count = prior_mean + weight * (math.log(2000) - prior_mean)
    content = math.log(math.sqrt(LOW * HIGH)) + math.log(LOAD)
    return count + content, math.sqrt(weight) * error, math.log(HIGH / LOW) / (2 * norm.ppf(0.95))
