"""Kinds of claims: the table has each kind once, and units that can be written."""

from __future__ import annotations

from typing import get_args

import pytest

from shellcount.case.kinds import FIELDS, KINDS, ClaimKind
from shellcount.case.overview import claims_table
from shellcount.case.schema import Case, Claim


def test_every_kind_has_an_entry() -> None:
    assert tuple(KINDS) == get_args(ClaimKind.__value__)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_needs_and_allows_are_fields_of_a_claim(kind: ClaimKind) -> None:
    entry = KINDS[kind]
    assert entry.needs | entry.allows <= set(FIELDS) <= set(Claim.model_fields)
    assert not entry.needs & entry.allows


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("containers", "ships (grain)"),
        ("rounds", "tonnes"),
        ("rate", "ships a week"),
        ("capacity", "tonnes in 1,000 ships"),
        ("carried", "tonnes in 1,000 ships"),
        ("share", "share"),
        ("mass", "tonnes"),
        ("trips", "trips (voyage)"),
        ("ratio", "to 1"),
        ("comparator", "tonnes"),
    ],
)
def test_a_unit_is_written_in_the_nouns_of_the_case(kind: ClaimKind, unit: str) -> None:
    fields = {"scope": "grain", "containers": "1,000", "of": "ships", "per": "week", "trip": "voyage"}
    assert KINDS[kind].unit.format(item="tonnes", carrier="ships", **fields) == unit


def test_a_claim_is_shown_with_the_unit_of_its_kind(case: Case) -> None:
    figures = {row[0]: row[3] for row in claims_table(case).rows}
    assert figures["rok-mnd-2024-02"] == "about 6,700 containers (munitions)"
    assert figures["rok-mnd-2024-06-capacity"] == "up to 4.8 million rounds in 10,000 containers"
