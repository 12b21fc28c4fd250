"""Dates are read in one form, and months are counted by the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.dates import month_of, month_start, parse_date
from shellcount.case.hints import date_hint
from shellcount.errors import UsageError


@given(st.dates())
def test_a_date_reads_back_from_its_iso_form(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2024",
        "2024-06",
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "0000-01-01",
        "20240614",
        "2024-W24-5",
        "2024/06/14",
        "14-06-2024",
        "24-06-14",
        "2024-06-14T00:00",
        "2024-06-14 ",
        " 2024-06-14",
        "2024-6-14",
        "2024-06-4",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_date(text)
    hint = date_hint(text)
    assert str(refused.value) == f"{text.strip()!r} is not a date such as 2024-06-14" + (
        f"; {hint}" if hint else ""
    )


def test_a_date_in_another_form_is_told_how_to_write_it() -> None:
    with pytest.raises(
        UsageError, match=r"^'14 June 2024' is not a date such as 2024-06-14; write 2024-06-14$"
    ):
        parse_date("14 June 2024")


@pytest.mark.parametrize(("text", "shown"), [("x" * 41, "x" * 39 + "…"), ("\x1b[2J\n", r"\\x1b[2J")])
def test_the_refusal_is_short_and_harmless(text: str, shown: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_date(text)
    assert str(refused.value) == f"'{shown}' is not a date such as 2024-06-14"


@pytest.mark.parametrize(
    ("start", "day", "months"),
    [
        (dt.date(2023, 9, 1), dt.date(2023, 9, 30), 0),
        (dt.date(2023, 9, 30), dt.date(2023, 10, 1), 1),
        (dt.date(2023, 9, 1), dt.date(2024, 6, 14), 9),
        (dt.date(2023, 12, 31), dt.date(2024, 1, 1), 1),
        (dt.date(2023, 1, 1), dt.date(2033, 1, 1), 120),
        (dt.date(2024, 2, 1), dt.date(2024, 1, 31), -1),
    ],
)
def test_months_are_counted_by_the_calendar(start: dt.date, day: dt.date, months: int) -> None:
    assert month_of(start, day) == months


@pytest.mark.parametrize(
    ("month", "first"),
    [
        (0, dt.date(2023, 9, 13)),
        (1, dt.date(2023, 10, 1)),
        (3, dt.date(2023, 12, 1)),
        (4, dt.date(2024, 1, 1)),
        (16, dt.date(2025, 1, 1)),
    ],
)
def test_the_first_month_begins_with_the_start_and_the_others_on_their_first_day(
    month: int, first: dt.date
) -> None:
    assert month_start(dt.date(2023, 9, 13), month) == first


@given(st.dates(max_value=dt.date(2100, 1, 1)), st.integers(1, 1200))
def test_a_month_begins_within_itself(start: dt.date, month: int) -> None:
    first = month_start(start, month)
    assert first.day == 1
    assert month_of(start, first) == month
    assert month_of(start, first - dt.timedelta(days=1)) == month - 1
