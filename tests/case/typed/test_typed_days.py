"""Dates as people write them are the days that they mean, in either order of day and month."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shellcount.case.typed.days import MONTHS, ORDERS, Days, Kind, Order, days, stretch
from shellcount.case.typed.plain import plain


def read(text: str, order: Order = "day") -> tuple[Kind, str, str] | None:
    found = stretch(plain(text), order)
    return None if found is None else (found.kind, found.first.isoformat(), found.last.isoformat())


def both(text: str) -> tuple[Kind, str, str] | None:
    """What a text means in both orders, which must agree."""
    (found,) = {read(text, order) for order in ORDERS}
    return found


# --- days --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-06-14",
            "2024-6-14",
            "2024/06/14",
            "2024.06.14.",
            "20240614",
            "2024-06-14T00:00",
            "2024-06-14 00:00:00",
        ),
        *(
            "14 June 2024",
            "14 june 2024",
            "14. Jun 2024",
            "14th of June 2024",
            "14th June, 2024",
            "14-Jun-2024",
        ),
        *(
            "14Jun2024",
            "14/Jun/2024",
            "June 14, 2024",
            "Jun. 14 2024",
            "June 14th, 2024",
            "2024 June 14",
            "2024-Jun-14",
        ),
        *(
            "Fri 14 June 2024",
            "Friday, June 14, 2024",
            "Fri. 14 Jun 2024",
            "on 14 June 2024",
            "as of June 14, 2024",
        ),
        *(
            "\uff12\uff10\uff12\uff14-06-14",
            "\u0662\u0660\u0662\u0664-\u0660\u0666-\u0661\u0664",
            "14\u00a0June\u20092024",
        ),
    ],
)
def test_a_day_is_read_whatever_the_order(text: str) -> None:
    assert both(text) == ("day", "2024-06-14", "2024-06-14")


@pytest.mark.parametrize(
    "text", ["6/7/2024", "06/07/2024", "6.7.2024", "06-07-2024", "6 7 2024", "6. 7. 2024"]
)
def test_the_order_decides_where_both_are_at_most_twelve(text: str) -> None:
    assert read(text, "day") == ("day", "2024-07-06", "2024-07-06")
    assert read(text, "month") == ("day", "2024-06-07", "2024-06-07")


@pytest.mark.parametrize("text", ["14/06/2024", "14.6.2024", "14-06-2024"])
def test_a_day_above_twelve_comes_first_in_one_order_only(text: str) -> None:
    assert read(text, "day") == ("day", "2024-06-14", "2024-06-14")
    assert read(text, "month") is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "tomorrow",
            "June",
            "14 June",
            "14 Juni 2024",
            "2024-02-30",
            "31 June 2024",
            "2024-13-01",
            "2024-14-06",
        ),
        *(
            "14.06.24",
            "14 Jun 24",
            "45457",
            "Thu 14 June 2024",
            "2024-06-14T12:30",
            "14 June 2024 AD",
            "0000-01-01",
        ),
        *(
            "2024-W54",
            "Q5 2024",
            "H3 2024",
            "5Q 2024",
            "0/0/2024",
            "\u0662024-06-14",
            "00 June 2024",
            "June 0, 2024",
            "2024-00",
            "13/2024",
        ),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert both(text) is None


# --- stretches ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "first", "last"),
    [
        *(
            (text, "month", "2024-06-01", "2024-06-30")
            for text in ("2024-06", "Jun 2024", "June 2024", "06/2024")
        ),
        *(
            (text, "month", "2024-06-01", "2024-06-30")
            for text in ("6.2024", "2024/6", "2024 June", "in June 2024")
        ),
        *(
            (text, "quarter", "2024-04-01", "2024-06-30")
            for text in ("Q2 2024", "2024Q2", "2024-Q2", "2Q 2024")
        ),
        *((text, "quarter", "2024-04-01", "2024-06-30") for text in ("second quarter of 2024", "Q2/2024")),
        *(
            (text, "half", "2024-07-01", "2024-12-31")
            for text in ("H2 2024", "2024-H2", "the second half of 2024")
        ),
        *((text, "year", "2024-01-01", "2024-12-31") for text in ("2024", "in 2024")),
        ("2024-W01", "week", "2024-01-01", "2024-01-07"),
        ("early June 2024", "part", "2024-06-01", "2024-06-10"),
        ("mid-June 2024", "part", "2024-06-11", "2024-06-20"),
        ("late February 2024", "part", "2024-02-21", "2024-02-29"),
        ("the end of February 2023", "part", "2023-02-21", "2023-02-28"),
        ("mid-2024", "part", "2024-05-01", "2024-08-31"),
    ],
)
def test_a_stretch_has_its_first_and_last_day(text: str, kind: Kind, first: str, last: str) -> None:
    assert both(text) == (kind, first, last)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-02-01..2024-02-12",
            "2024-02-01 - 2024-02-12",
            "2024-02-01/2024-02-12",
            "2024-02-01 to 2024-02-12",
        ),
        *(
            "between 1 and 12 February 2024",
            "from 1 to 12 February 2024",
            "1-12 Feb 2024",
            "1\u201312 February 2024",
        ),
        *(
            "1st to 12th February 2024",
            "February 1-12, 2024",
            "February 1 - February 12, 2024",
            "1 Feb - 12 Feb 2024",
        ),
        *(
            "1 Feb 2024 until 12 Feb 2024",
            "between 1 February and 12 February 2024",
            "1 through 12 February 2024",
        ),
        *("between 1 February 2024 and 12 February 2024", "2024-02-01\u20262024-02-12"),
    ],
)
def test_a_range_of_days_is_read(text: str) -> None:
    assert both(text) == ("range", "2024-02-01", "2024-02-12")


@pytest.mark.parametrize(
    "text", ["Nov 2023 - Feb 2024", "2023-11..2024-02", "between November 2023 and Feb 2024"]
)
def test_a_range_of_months_is_read(text: str) -> None:
    assert both(text) == ("range", "2023-11-01", "2024-02-29")


def test_ends_in_digits_are_read_in_one_order() -> None:
    assert read("1/2/2024 - 12/2/2024", "day") == ("range", "2024-02-01", "2024-02-12")
    assert read("1/2/2024 - 12/2/2024", "month") == ("range", "2024-01-02", "2024-12-02")
    assert read("1.2.2024 - 13.2.2024", "month") is None


@pytest.mark.parametrize(
    "text",
    [
        "12 to 1 Feb 2024",
        "2024-02-12..2024-02-01",
        "2024-02..2024-03-05",
        "Q1 2024 - Q2 2024",
        "1 to 12",
        "..2024-02",
    ],
)
def test_what_ends_before_it_begins_or_mixes_days_and_months_is_none(text: str) -> None:
    assert both(text) is None


# --- whatever the day --------------------------------------------------------------------

DAYS = st.dates(min_value=dt.date(1000, 1, 1))


def day_first(day: dt.date) -> list[str]:
    return [f"{day.day}{sign}{day.month:02}{sign}{day.year}" for sign in "./-"]


@given(DAYS)
def test_a_day_in_any_style_is_read_back(day: dt.date) -> None:
    name, short = calendar.month_name[day.month], calendar.month_abbr[day.month]
    for text in (
        *(f"{day.day} {name} {day.year}", f"{name} {day.day}, {day.year}", f"{day.day}-{short}-{day.year}"),
        *(
            day.isoformat(),
            f"{day:%Y%m%d}",
            f"{day.year}/{day.month}/{day.day}",
            f"{day:%A}, {day.day} {name} {day.year}",
        ),
    ):
        assert both(text) == ("day", day.isoformat(), day.isoformat())
    for text in day_first(day):
        assert read(text, "day") == ("day", day.isoformat(), day.isoformat())


@given(DAYS, st.integers(1, 400))
def test_a_range_in_any_style_is_read_back(first: dt.date, length: int) -> None:
    assume(first.year < 9000)
    last = first + dt.timedelta(days=length)
    begins, ends = (f"{day.day} {day:%B}" for day in (first, last))
    texts = [f"{begins} {first.year} to {ends} {last.year}", f"{first}..{last}", f"{first} - {last}"]
    if first.year == last.year:
        texts.append(f"between {begins} and {ends} {last.year}")
    if (first.year, first.month) == (last.year, last.month):
        texts += [f"{first.day}-{ends} {last.year}", f"{first:%B} {first.day}-{last.day}, {last.year}"]
    for text in texts:
        assert both(text) == ("range", first.isoformat(), last.isoformat())


@given(st.text(max_size=60))
def test_any_text_is_read_or_not(text: str) -> None:
    for order in ORDERS:
        found = stretch(plain(text), order)
        assert found is None or found.first <= found.last


def test_months_have_their_names() -> None:
    assert {MONTHS[name.lower()] for name in calendar.month_name[1:]} == set(range(1, 13))
    assert days("1 sept 2024", "day") == Days("day", dt.date(2024, 9, 1), dt.date(2024, 9, 1))
