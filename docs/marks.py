"""Marks that the library must meet, and whether the measured data meet them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import scoring
from scoring import Spread

type Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A limit and what was measured; ``kept`` is ``None`` where it was not."""

    title: str
    limit: str
    measured: str
    kept: bool | None


def all_marks(data: Data) -> list[Mark]:
    """Hold all marks against the data of the parts."""
    found = [
        _at_most(
            "`shellcount estimate --json`, whole process",
            0.5,
            "s",
            lambda: _median(_default(data)["seconds"]),
        ),
        _at_most("its peak memory", 110, "MB", lambda: max(_default(data)["peak_mb"])),
        _at_least("the PyMC script with a warm cache, times as long", 25, lambda: _ratio(data, "pymc")),
        _at_least("the PyMC script with a cold cache, times as long", 80, lambda: _ratio(data, "pymc_cold")),
        _at_most("`fit` given `counts`, conflicts included", 50, "ms", lambda: 1000 * _own(data, "counts")),
        _at_most("`fit` given `all`, conflicts included", 250, "ms", lambda: 1000 * _own(data, "all")),
        _at_most(
            "explorer: a move that needs no fit, until the answer is drawn",
            200,
            "ms",
            lambda: _move(data, "kept"),
        ),
        _at_most(
            "explorer: a move with a fit, until the answer is drawn",
            500,
            "ms",
            lambda: _move(data, "refitted"),
        ),
        _at_most("quantiles of the headline: largest error of any fit", 1, "%", lambda: 100 * _worst(data)),
    ]
    for given, known in (("counts", -2.50), ("all", -2.74)):
        title = f"log evidence given `{given}`: largest distance from {known:.2f}"
        found.append(_at_most(title, 0.05, "", functools.partial(_evidence, data, given, known)))
    found += [
        _at_most(
            "1,000 calibration refits given `counts`, 2 cores", 25, "s", lambda: data["refits"]["seconds"]
        ),
        _at_least("two workers, times as fast as one", 1.8, lambda: _scaling(data["refits"])),
    ]
    for name, what in (("likelihood", "moves the likelihood"), ("prior", "no claim informs")):
        title = f"10,000 fits of a sweep over what {what}, 2 cores"
        found.append(_at_most(title, 300, "s", functools.partial(_swept, data["refits"], name, 10_000)))
    for claims, claimants, limit in ((300, 30, 1), (10_000, 50, 10), (100_000, 50, 60)):
        title = f"{claims:,} claims of {claimants} claimants"
        found.append(_at_most(title, limit, "s", functools.partial(_grown, data, claims, "fit_s", 1.0)))
    found.append(
        _at_most("their peak memory", 2000, "MB", functools.partial(_grown, data, 100_000, "bytes", 1e6))
    )
    return found


def _grown(data: Data, claims: int, measure: str, unit: float) -> float:
    """Give a measure of the fit with so many claims; infinite where it gave no answer."""
    (row,) = (row for row in data["growth"]["rows"]["claims"] if row["size"] == claims)
    return math.inf if row["refused"] or row[measure] is None else float(row[measure] / unit)


def _at_most(title: str, limit: float, unit: str, measure: Callable[[], float]) -> Mark:
    return _mark(
        title, f"at most {_with_unit(f'{limit:g}', unit)}", unit, measure, lambda value: value <= limit
    )


def _with_unit(number: str, unit: str) -> str:
    return number + unit if unit == "%" else f"{number} {unit}".rstrip()


def _at_least(title: str, limit: float, measure: Callable[[], float]) -> Mark:
    return _mark(title, f"at least {limit:g}", "", measure, lambda value: value >= limit)


def _mark(
    title: str, limit: str, unit: str, measure: Callable[[], float], keeps: Callable[[float], bool]
) -> Mark:
    try:
        value = measure()
    except (KeyError, TypeError, ValueError):  # a part or a tool that was left out
        return Mark(title, limit, "", None)
    if value == math.inf:
        return Mark(title, limit, "no answer", kept=False)
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return Mark(title, limit, _with_unit(f"{value:,.{digits}f}", unit), keeps(value))


def _default(data: Data) -> Mapping[str, Any]:
    row: Mapping[str, Any] = data["start"]["rows"]["default"]
    return row


def _median(values: Sequence[float]) -> float:
    return Spread.of(values).median


def _ratio(data: Data, name: str) -> float:
    return scoring.ratios(_default(data)["seconds"], data["start"]["rows"][name]["seconds"]).median


def _own(data: Data, given: str) -> float:
    return _median(data["fits"]["own"][given]["seconds"])


def _move(data: Data, name: str) -> float:
    return _median(data["explorer"]["moves"][name]["answer"])


def _worst(data: Data) -> float:
    """Largest relative error of any quantile of any default fit."""
    reference = data["reference"]["quantiles"]
    fits = data["fits"]["tools"]["is"]["fits"]
    return max(max(scoring.errors([fit["quantiles"]], reference)) for fit in fits)


def _evidence(data: Data, given: str, known: float) -> float:
    return max(abs(float(value) - known) for value in data["fits"]["own"][given]["log_evidence"])


def _scaling(refits: Mapping[str, Any]) -> float:
    speed: float = scoring.ratios(refits["two_workers"], refits["one_worker"]).median
    return speed


def _swept(refits: Mapping[str, Any], name: str, fits: int) -> float:
    """Seconds of a number of fits, in proportion to those measured."""
    sweep = refits["sweeps"][name]
    return float(sweep["seconds"] * fits / sweep["fits"])
