"""Columns of a ledger: every key of a claim has one, and no header could mean two."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel

from shellcount.case.amounts import StatedRange
from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.headers import _plain
from shellcount.case.schema import Claim, DateRange, Reading, Report


def test_every_key_of_a_claim_has_a_column() -> None:
    tables: dict[str, type[BaseModel]] = {
        "": Claim,
        "value.": StatedRange,
        "as_of.": DateRange,
        "under_all.": Reading,
        "reports.": Report,
        "reports.value.": StatedRange,
    }
    keys = {f"{head}{name}" for head, model in tables.items() for name in model.model_fields}
    assert {column.key for column in COLUMNS} == keys - {"reports"}


def test_no_header_means_two_columns() -> None:
    names = [{_plain(name) for name in (column.name, column.key, *column.also)} for column in COLUMNS]
    assert [
        name for name, count in Counter(name for each in names for name in each).items() if count > 1
    ] == []


def test_what_a_claim_must_have_is_needed() -> None:
    needed = {column.key.partition(".")[0] for column in COLUMNS if column.needed}
    required = {name for name, field in Claim.model_fields.items() if field.is_required()}
    assert needed == required - {"id"}  # which is made


def test_every_column_says_what_it_takes_in_a_sentence() -> None:
    assert [column.name for column in COLUMNS if not column.says.endswith(".") or not column.example] == []
