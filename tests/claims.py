"""Cases with claims of every form, and with many claims."""

from __future__ import annotations

import datetime as dt
from typing import Any

from building import edited, with_claims
from shellcount.case.schema import Case
from shellcount.model.model import build_model

JUNE = dt.date(2024, 6, 14)
DECEMBER = {"since": dt.date(2023, 12, 1), "as_of": dt.date(2023, 12, 31)}
OPEN = {"as_of": {"earliest": dt.date(2024, 1, 5), "latest": dt.date(2024, 3, 20)}}

# What people say, each a claim of one claimant, by its id.
EVERY_FORM: dict[str, dict[str, Any]] = {
    "month": {
        "quantity": "containers",
        "scope": "munitions",
        "value": 1_000,
        "hedge": "at_least",
        **DECEMBER,
    },
    "none": {"quantity": "containers", "scope": "munitions", "value": 0, "resolution": 50, **DECEMBER},
    "rate": {
        "quantity": "rate",
        "of": "containers",
        "per": "day",
        "scope": "munitions",
        "value": 45,
        **DECEMBER,
    },
    "rounds-rate": {"quantity": "rate", "of": "rounds", "per": "month", "value": 200_000, "resolution": 1e5},
    "carried": {"quantity": "carried", "containers": 10_000, "value": 2_000_000, "resolution": 1e6},
    "holds": {
        "quantity": "capacity",
        "containers": 10_000,
        "value": 4_000_000,
        "hedge": "up_to",
        "nature": ("152mm-howitzer", "122mm-rocket"),
        "reading_odds": {"152mm-howitzer": 3.0, "122mm-rocket": 1.0},
    },
    "share": {"quantity": "share", "of": "items", "nature": "122mm-rocket", "value": 0.1, "resolution": 0.01},
    "mix-share": {
        "quantity": "share",
        "of": "carriers",
        "nature": "152mm-howitzer",
        "value": 0.6,
        "resolution": 0.1,
    },
    "scope-share": {
        "quantity": "share",
        "of": "carriers",
        "scope": "munitions",
        "value": 0.9,
        "resolution": 0.1,
    },
    "mass": {"quantity": "mass", "value": 150_000, "resolution": 10_000, **OPEN},
    "voyages": {"quantity": "trips", "scope": "munitions", "trip": "voyage", "value": 40, "resolution": 10},
    "range": {"quantity": "rounds", "value": {"low": 1_200_000, "high": 2_800_000}, "hedge": None, **OPEN},
    "words": {"quantity": "containers", "scope": "military", "value": "several thousand", "hedge": None},
}


def with_every_form(case: Case) -> Case:
    """The shipped case with a claim of every form that is fit, and a pause."""

    def add(document: dict[str, Any]) -> None:
        voyage = {"low": 150, "high": 350, "basis": "ships of that size", "certainty": "B"}
        document["trip"] = ({"id": "voyage", "carriers": voyage},)
        document["pause"] = (
            {"since": dt.date(2024, 3, 2), "as_of": dt.date(2024, 3, 12), "basis": "the port was closed"},
        )
        common = {
            "claimant": "rok-mnd",
            "summary": "A figure.",
            "resolution": 1,
            "hedge": "about",
            "as_of": JUNE,
        }
        for name, entry in EVERY_FORM.items():
            claim = {**common, "use": "fit", **entry, "id": name}
            if claim["value"] == 0 or claim["hedge"] is None:
                del claim["hedge"]
            if name in {"range", "words"}:
                del claim["resolution"]
            report = {
                "source": document["source"][0]["id"],
                "value": claim["value"],
                "hedge": claim.get("hedge"),
            }
            document["claim"] = (*document["claim"], {**claim, "reports": ({**report},)})

    return edited(case, add)


def with_many(case: Case, count: int) -> Case:
    """The case with many counts in place of its claims: those that it fits, at other dates."""
    fitted = [each.claim for each in build_model(case).fitted]
    start = case.containers.first_shipment
    return with_claims(
        case,
        tuple(
            fitted[place % len(fitted)].model_copy(
                update={"id": f"c{place:03}", "as_of": start + dt.timedelta(days=30 + 250 * place // count)}
            )
            for place in range(count)
        ),
    )
