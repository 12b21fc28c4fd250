"""Times in words: a reader can tell a total from an amount within a period, and a rate from both."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.wording.times import is_month, period, when


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("since", "as_of", "per", "words"),
    [
        (None, "2024-06-14", None, "by 14 June 2024"),
        (None, "2024-06-14", "day", "a day on average up to 14 June 2024"),
        ("2023-12-01", "2023-12-31", None, "in December 2023"),
        ("2024-02-01", "2024-02-29", "week", "a week on average in February 2024"),
        ("2024-02-01", "2024-02-28", None, "from 1 to 28 February 2024"),
        ("2023-10-01", "2023-12-31", None, "from 1 October to 31 December 2023"),
        ("2023-10-01", "2024-06-14", "month", "a month on average from 1 October 2023 to 14 June 2024"),
        ("2023-01-01", "2023-12-31", None, "in 2023"),
        ("2023-10-03", "2023-10-03", None, "on 3 October 2023"),
        ("0999-01-01", "0999-01-31", None, "in January 999"),
    ],
)
def test_a_time_in_words(since: str | None, as_of: str, per: str | None, words: str) -> None:
    assert when(day(as_of), None if since is None else day(since), per) == words


@given(st.dates(), st.dates())
def test_different_periods_have_different_words(first: dt.date, second: dt.date) -> None:
    since, as_of = sorted((first, second))
    words = period(since, as_of)
    assert (words.startswith("on ")) == (since == as_of)
    later = as_of + dt.timedelta(days=1) if as_of < dt.date.max else as_of - dt.timedelta(days=1)
    if later >= since:
        assert period(since, later) != words


@given(st.dates(max_value=dt.date(9998, 1, 1)))
def test_a_month_begins_on_its_first_day_and_ends_before_the_next(first: dt.date) -> None:
    since = first.replace(day=1)
    next_month = (since + dt.timedelta(days=31)).replace(day=1)
    assert is_month(since, next_month - dt.timedelta(days=1))
    assert not is_month(since, next_month)
    assert not is_month(since + dt.timedelta(days=1), next_month - dt.timedelta(days=1))
