"""What resembles a number or a date is told why it is none, and what to write."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.typed.refusals import no_days, no_number, serial_day


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        *(
            (text, "is negative", "0 or more")
            for text in ("-5", "\u22125", "- 5.2", "(5)", "(1,234)", "-1 million")
        ),
        *((text, "three digits", "without separators") for text in ("12,34,567", "1 23", "1.2.3", "1'00")),
        ("6700 \u00b1 500", "with a margin", "LOW to HIGH"),
        ("6700 +/- 500", "with a margin", "LOW to HIGH"),
        ("6,700 boxes", "not a unit, 'boxes'", "leave out 'boxes'; units are thousand (k), million"),
        ("6,700\u00b9", "not a unit, '\u00b9'", "leave out"),
        ("5 Millionen", "not a unit, 'millionen'", "million (M, Mio)"),
        ("1.5 to 2,5 million", "mixes commas and points", "one decimal mark"),
        ("at least 12,34,567", "three digits", "without separators"),
        ("up to -5", "is negative", "0 or more"),
        ("rund 6.700", "not a hedge, 'rund'", "write a hedge: exact, about, more than"),
        ("$5m", "not a hedge, '$'", "leave out '$'"),
    ],
)
def test_what_is_no_number_is_told_why(text: str, message: str, hint: str) -> None:
    said, told = no_number(text)
    assert message in said
    assert hint in str(told)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        *((text, "serial number", "write 2024-06-14, which it would be") for text in ("45457", "45457.5")),
        *(
            (text, "two digits", "four digits")
            for text in ("14.06.24", "6/14/24", "14 Jun 24", "Jun-24", "June '24")
        ),
        ("2024-06-14 12:30", "time of day", "write 2024-06-14"),
        ("2024-06-14T23:59:59Z", "time of day", "write 2024-06-14"),
        *((text, "does not exist", "February 2024 has 29 days") for text in ("2024-02-30", "30 Feb 2024")),
        *(
            (text, "does not exist", "February 2024 has 29 days")
            for text in ("30.2.2024", "2/30/2024", "Feb 31, 2024")
        ),
        ("2024-14-06", "there are 12 and not 14", "write 2024-06-14"),
        ("2024-13-40", "there are 12 and not 13", "write year, month and day"),
        ("2024-13", "there are 12 and not 13", "from 01 to 12"),
        ("Thursday, 14 June 2024", "2024-06-14 is a Friday", "correct one"),
        *(
            (text, "English name", "as a number")
            for text in ("14 Juni 2024", "14. Juni 2024", "14 juin 2024", "Mai 2024")
        ),
        *(
            (text, "English name", "as a number")
            for text in ("14.VI.2024", "14 \u0438\u044e\u043d\u044f 2024")
        ),
        *(
            (text, "English name", "as a number")
            for text in ("vendredi 14 juin 2024", "14 de junio de 2024", "2024\u5e746\u670814\u65e5")
        ),
        ("before 14 June 2024", "'before'", "the last day that is counted"),
        ("after 14 June 2024", "'after'", "the day alone"),
        ("about 14 June 2024", "not exact", "such as 2024-06-11..2024-06-17"),
        ("2024-02-12..2024-02-01", "ends before it begins", "write 2024-02-01..2024-02-12"),
    ],
)
def test_what_is_no_date_is_told_why(text: str, message: str, hint: str) -> None:
    said, told = no_days(text)
    assert message in said
    assert hint in str(told)


@pytest.mark.parametrize("text", ["", "tomorrow", "12", "199999", "14 June", "0000-13-01", "\u0661"])
def test_other_texts_are_no_dates_without_more(text: str) -> None:
    assert no_days(text) == ("is not a date", None)


def test_serial_numbers_count_days_as_spreadsheets_do() -> None:
    assert serial_day("25569") == dt.date(1970, 1, 1)
    assert serial_day("45457.75") == dt.date(2024, 6, 14)
    assert serial_day("2024") is serial_day("20240614") is serial_day("99999") is serial_day("4545x") is None


@given(st.text(max_size=80))
def test_any_text_is_refused_without_failing(text: str) -> None:
    assert no_number(text)[0]
    assert no_days(text)[0]
