"""Headers are recognised by name or synonym; others are told what may have been meant."""

from __future__ import annotations

import pytest

from shellcount.case.ledger.columns import COLUMNS
from shellcount.case.ledger.headers import Header, meant_columns, missing_columns, recognise, unknown_header


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("As_Of", "as_of"),
        (" date ", "as_of"),
        ("by", "as_of"),
        ("Who?", "claimant"),
        ("Source says", "claimant"),
        ("Number (carriers)", "value"),
        ("ＦＩＧＵＲＥ", "value"),
        ("from", "since"),
        ("to:", "as_of"),
        ("under_all.nature", "under_all.nature"),
        ("source", "reports[0].source"),
        ("Source 2", "reports[1].source"),
        ("source2 hedge", "reports[1].hedge"),
        ("source hedge 2", "reports[1].hedge"),
        ("Document 12 low", "reports[11].value.low"),
    ],
)
def test_a_header_is_recognised(text: str, key: str) -> None:
    found = recognise(text)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "text", ["", "hegde", "value 2", "source 0", "source 2 3", "source 5000", "2", "claim"]
)
def test_other_headers_name_none(text: str) -> None:
    assert recognise(text) is None


def test_the_names_that_are_written_are_read_again() -> None:
    headers = [
        Header(column, place)
        for column in COLUMNS
        for place in range(3)
        if place == 0 or "reports" in column.key
    ]
    assert [recognise(header.name) for header in headers] == headers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hegde", "did you mean hedge?"),
        ("claimnt", "did you mean claimant?"),
        ("claim", "write id or summary, whichever is meant"),
        ("Range", "write low and high"),
    ],
)
def test_an_unknown_header_is_told_what_to_write(text: str, said: str) -> None:
    assert unknown_header(text) == said


def test_a_header_like_none_is_told_all_columns() -> None:
    assert unknown_header("zzz") == f"known are {', '.join(column.name for column in COLUMNS)}"
    assert meant_columns("zzz") == ()


def test_low_and_high_stand_for_a_value_and_two_dates_for_one() -> None:
    whole = [
        recognise(name)
        for name in ("who", "text", "kind", "low", "high", "earliest", "latest", "use", "source")
    ]
    assert list(missing_columns([header for header in whole if header])) == []
    assert [column.name for column in missing_columns([header for header in whole[:-1] if header])] == [
        "source"
    ]
