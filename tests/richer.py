"""The shipped case with a claim of every form besides its own: periods, rates, ranges, words, none seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from building import edited
from shellcount.case.reading import load_case
from shellcount.case.schema import Case

BASIS = {"basis": "made up", "certainty": "U"}
DECEMBER = {"since": dt.date(2023, 12, 1), "as_of": dt.date(2023, 12, 31)}
QUARTER = {"since": dt.date(2024, 1, 1), "as_of": dt.date(2024, 3, 31)}
COUNT = {"quantity": "containers", "scope": "munitions", "use": "fit", "hedge": "about"}
TOTAL = {"quantity": "rounds", "use": "check", "hedge": "about"}

CLAIMS: dict[str, dict[str, Any]] = {
    "in-december": {**COUNT, **DECEMBER, "value": 1500.0},
    "a-day": {**COUNT, **QUARTER, "quantity": "rate", "of": "containers", "per": "day", "value": 40.0},
    "range": {
        **COUNT,
        "value": {"low": 9000.0, "high": 14000.0, "level": 0.9},
        "hedge": "between",
        "as_of": dt.date(2024, 5, 1),
    },
    "words": {
        **COUNT,
        "value": "several thousand",
        "hedge": "between",
        "as_of": {"earliest": dt.date(2023, 11, 1), "latest": dt.date(2023, 12, 15)},
    },
    "none-seen": {
        **COUNT,
        "value": 0.0,
        "resolution": 500.0,
        "hedge": None,
        "as_of": dt.date(2023, 9, 10),
    },
    "repeated": {
        **COUNT,
        "value": 10000.0,
        "use": "check",
        "restates": "rok-mnd-2024-06",
        "as_of": dt.date(2024, 5, 20),
    },
    "tonnes": {**TOTAL, "quantity": "mass", "value": 100000.0, "as_of": dt.date(2024, 6, 14)},
    "voyages": {
        **TOTAL,
        "quantity": "trips",
        "scope": "munitions",
        "trip": "voyage",
        "value": 40.0,
        "as_of": dt.date(2024, 6, 14),
    },
    "rockets": {
        **TOTAL,
        "quantity": "share",
        "of": "items",
        "nature": "122mm-rocket",
        "value": 0.2,
        "as_of": dt.date(2024, 6, 14),
    },
    "rounds-range": {
        **TOTAL,
        "value": {"low": 1.0e6, "high": 2.2e6, "level": 0.9},
        "hedge": "between",
        "as_of": dt.date(2024, 4, 1),
    },
    "rounds-in-december": {**TOTAL, **DECEMBER, "value": 250000.0},
    "rounds-a-month": {
        **TOTAL,
        **DECEMBER,
        "quantity": "rate",
        "of": "rounds",
        "per": "month",
        "value": 200000.0,
    },
    "rounds-a-day": {
        **TOTAL,
        "quantity": "rate",
        "of": "rounds",
        "per": "day",
        "value": 7000.0,
        "as_of": dt.date(2024, 6, 14),
    },
    "carried": {
        **TOTAL,
        "quantity": "carried",
        "containers": 100.0,
        "value": 30000.0,
        "as_of": dt.date(2024, 4, 1),
    },
}


def _add(document: dict[str, Any]) -> None:
    trip = {"id": "voyage", "carriers": {"low": 150.0, "high": 350.0, **BASIS}}
    document["trip"] = (trip,)
    like = next(claim for claim in document["claim"] if claim["id"] == "rok-mnd-2024-06")
    common = {key: like[key] for key in ("claimant", "summary")}
    added = []
    for name, claim in CLAIMS.items():
        stated = {key: claim[key] for key in ("value", "hedge")}
        resolution = {"resolution": 0.01} if isinstance(claim["value"], float) else {}
        report = {"source": like["reports"][0]["source"], **stated}
        added.append({"id": name, **common, **resolution, **claim, "reports": (report,)})
    document["claim"] = (*document["claim"], *added)


def rich_case() -> Case:
    """Add a claim of every form to the shipped case."""
    return edited(load_case(), _add)
