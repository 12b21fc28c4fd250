"""Times of estimates: days, months and periods are read in every form, and written in one."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.errors import ShellcountError, UsageError
from shellcount.results.when import Period, check_when, months, parse_when

CASE = load_case()
FIRST = CASE.containers.first_shipment


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-06-14", "2024-06-14"),
        ("2023-12", "2023-12"),
        ("2023-12-01..2023-12-31", "2023-12"),
        ("2023-12..2023-12", "2023-12"),
        ("2023-12-01..2023-12", "2023-12"),
        ("2023-10..2023-12", "2023-10-01..2023-12-31"),
        ("2023-10-01..2023-12-31", "2023-10-01..2023-12-31"),
        ("2023-10-05..2023-12", "2023-10-05..2023-12-31"),
        ("2023-10..2023-12-05", "2023-10-01..2023-12-05"),
        ("2024-02..2024-02-28", "2024-02-01..2024-02-28"),
        ("2024-02", "2024-02"),
        ("2024-02-03..2024-02-03", "2024-02-03..2024-02-03"),
    ],
)
def test_a_time_is_written_in_one_form(text: str, written: str) -> None:
    when = parse_when(text)
    assert str(when) == written
    assert parse_when(written) == when


def test_a_date_is_a_date_and_a_month_the_period_of_its_days() -> None:
    assert parse_when("2024-06-14") == dt.date(2024, 6, 14)
    assert parse_when("2024-02") == Period(dt.date(2024, 2, 1), dt.date(2024, 2, 29))


@given(st.dates(), st.dates())
def test_any_period_is_read_back(first: dt.date, second: dt.date) -> None:
    period = Period(*sorted((first, second)))
    assert parse_when(str(period)) == period


@given(st.text() | st.text(alphabet="0123456789-.", max_size=24))
def test_any_text_is_read_or_refused_on_purpose(text: str) -> None:
    try:
        when = parse_when(text)
    except ShellcountError:
        return
    assert parse_when(str(when)) == when


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "2023",
            "2023-13",
            "2023-00",
            "0000-05",
            "2023-2",
            "٢٠٢٣-١٢",
            "2023-10/2023-12",
            "2023-10-01..June",
        ),
        *(
            "..",
            "2023-10..",
            "..2023-12",
            "2023-10...2023-12",
            "2023-10..2023-12..2024-01",
            "2023-10 .. 2023-12",
        ),
    ],
)
def test_what_is_no_time_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not a date such as 2024-06-14[,;]"):
        parse_when(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("14 June 2024", "; write 2024-06-14"),
        ("June 2024", "; write 2024-06"),
        ("2024", "; write 2024-01..2024-12"),
        ("2023-10-01..Dec 2023", "; write 2023-12"),
        ("tomorrow", ", a month such as 2023-12, or a period such as 2023-10-01..2023-12-31"),
    ],
)
def test_what_is_meant_is_suggested(text: str, hint: str) -> None:
    with pytest.raises(UsageError, match=f" is not a date such as 2024-06-14{hint}$"):
        parse_when(text)


def test_a_period_that_ends_before_it_begins_is_answered_with_its_reverse() -> None:
    with pytest.raises(
        UsageError, match=r"2024-01\.\.2023-12 ends before it begins; write 2023-12\.\.2024-01"
    ):
        parse_when("2024-01..2023-12")
    with pytest.raises(UsageError, match="ends before it begins"):
        parse_when("2023-12-15..2023-11")


@pytest.mark.parametrize("text", ["2023-08", "2023-01..2023-08", "2023-08-31..2023-08-31"])
def test_a_period_before_the_first_shipment_is_refused(case: Case, text: str) -> None:
    with pytest.raises(UsageError, match=r"lies before the first shipment \(2023-09-01\)"):
        check_when(case, parse_when(text))


@pytest.mark.parametrize("text", ["2023-08..2023-09", "2023-09", "2023-09-01..2023-09-01", "2043-09"])
def test_a_period_of_the_flow_is_accepted(case: Case, text: str) -> None:
    when = parse_when(text)
    assert check_when(case, when) == when


def test_a_period_must_end_within_twenty_years(case: Case) -> None:
    with pytest.raises(UsageError, match="2044-01-31 is more than 20 years after the first shipment"):
        check_when(case, parse_when("2044-01"))


def test_months_adjoin_and_cover_the_case(case: Case) -> None:
    listed = months(case)
    assert listed[0].since <= FIRST <= listed[0].as_of
    assert listed[-1].since <= case.last_date <= listed[-1].as_of
    assert all(
        after.since - before.as_of == dt.timedelta(days=1) for before, after in itertools.pairwise(listed)
    )
    assert all(len(str(month)) == len("2023-12") for month in listed)
