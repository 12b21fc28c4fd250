"""What people write for dates, numbers and hedges is answered by what to write, in all its meanings."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.fields import HEDGES
from shellcount.case.forms import CELL, DAY, MONTH, WHEN, AmountForm, DateForm
from shellcount.case.hints import amount_hint, date_hint, hedge_hint, is_number, number_hint

# --- dates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *(
            "14 June 2024",
            "14 june 2024",
            "14. Jun 2024",
            "14th of June 2024",
            "14-Jun-2024",
            "June 14, 2024",
        ),
        *(
            "Jun. 14 2024",
            "2024 June 14",
            "14.06.2024",
            "14.6.2024",
            "06/14/2024",
            "14/06/2024",
            "14-06-2024",
        ),
        *(
            "2024/06/14",
            "2024.06.14",
            "2024-6-14",
            "20240614",
            "2024-14-06",
            " 2024-06-14 ",
            "2024-06-14T00:00",
        ),
    ],
)
def test_a_date_of_one_meaning_is_told(text: str) -> None:
    assert date_hint(text) == "write 2024-06-14"


@pytest.mark.parametrize("text", ["06/07/2024", "6.7.2024", "06-07-2024"])
def test_a_date_of_two_meanings_is_told_both(text: str) -> None:
    assert date_hint(text) == "write 2024-07-06 or 2024-06-07, whichever is meant"


@pytest.mark.parametrize(
    "text", ["June 2024", "Jun 2024", "2024-06", "2024/6", "06/2024", "2024 June", "06.2024"]
)
def test_a_month_is_told_to_be_none_where_none_may_stand(text: str) -> None:
    assert date_hint(text) == "a month is not a date: write one of its days, such as its last, 2024-06-30"
    assert date_hint(text, MONTH) == 'write "2024-06"'


def test_february_ends_as_the_calendar_has_it() -> None:
    assert str(date_hint("February 2024")).endswith("2024-02-29")
    assert str(date_hint("February 2023")).endswith("2023-02-28")


@pytest.mark.parametrize(
    ("text", "part"), [("2024", "a year"), ("14-06-24", "four digits"), ("14 Jun 24", "four digits")]
)
def test_what_is_less_than_a_date_is_told_so(text: str, part: str) -> None:
    assert part in str(date_hint(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "0000-01",
        "June 0000",
        "2024-W24-5",
        "9" * 10_000,
        "14 Juni",
    ],
)
def test_what_means_no_date_gets_no_hint(text: str) -> None:
    assert date_hint(text) is None


@pytest.mark.parametrize(
    ("text", "form", "hint"),
    [
        ("1-12 Feb 2024", DAY, "write one day, such as the last that it may be, 2024-02-12"),
        ("1-12 Feb 2024", CELL, "write 2024-02-01..2024-02-12"),
        ("1-12 Feb 2024", WHEN, "write 2024-02-01..2024-02-12"),
        (
            "1-12 Feb 2024",
            DateForm.of_field("as_of"),
            "write { earliest = 2024-02-01, latest = 2024-02-12 } for one of these days, "
            "or since = 2024-02-01 and as_of = 2024-02-12 for all of them",
        ),
        (
            "1-12 Feb 2024",
            DateForm.of_field("since"),
            "write one day, such as the last that it may be, 2024-02-12",
        ),
        (
            "mid-June 2024",
            CELL,
            "write the first and last day that it may be, such as 2024-06-11..2024-06-20",
        ),
        ("mid-June 2024", WHEN, "write its first and last day, such as 2024-06-11..2024-06-20"),
        ("Q1 2024", DAY, "a quarter is not a date: its first day is 2024-01-01, its last 2024-03-31"),
        ("Q1 2024", WHEN, "write 2024-01-01..2024-03-31"),
        ("H2 2024", CELL, "a half year is not a date: its first day is 2024-07-01, its last 2024-12-31"),
        ("June 2024", WHEN, "write 2024-06"),
        ("6/7/2024", WHEN, "write 2024-07-06 or 2024-06-07, whichever is meant"),
        ("45457", DAY, "write 2024-06-14, which it would be"),
        ("2024-02-30", DAY, "February 2024 has 29 days"),
        ("31.06.2024", DAY, "June 2024 has 30 days"),
        ("14 Juni 2024", DAY, "write the month as a number, as 2024-06-14"),
    ],
)
def test_more_than_a_day_is_told_in_the_form_of_its_place(text: str, form: DateForm, hint: str) -> None:
    assert date_hint(text, form) == hint


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_a_day_and_its_name_are_read_as_that_day(day: dt.date) -> None:
    assert date_hint(f"{day.day} {day:%B} {day.year}") == f"write {day}"
    assert day.isoformat() in str(date_hint(f"{day.day}/{day.month}/{day.year}"))


# --- numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            ("1.234.567", "1234567"),
            ("1,234,567", "1234567"),
            ("1 234 567", "1234567"),
            ("1\u202f234", "1234"),
        ),
        *(("1'234'567", "1234567"), ("1_234", "1234"), ("4,8", "4.8"), ("0,5", "0.5"), ("0,123", "0.123")),
        *(("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1 234,5", "1234.5"), ("-4,8", "-4.8"), ("+7", "7")),
        *(("6.7k", "6700"), ("3 million", "3000000"), ("1,5 Mio", "1500000"), ("2.5 bn", "2500000000")),
        *(("40%", "0.4"), ("12,5 per cent", "0.125"), ("3 thousand", "3000")),
    ],
)
def test_a_number_of_one_meaning_is_told(text: str, number: str) -> None:
    assert number_hint(text) == f"write {number}"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("1,234", "1234 or 1.234"), ("12,345", "12345 or 12.345"), ("1,234k", "1234000 or 1234")],
)
def test_a_number_of_two_meanings_is_told_both(text: str, numbers: str) -> None:
    assert number_hint(text) == f"write {numbers}, whichever is meant"


@pytest.mark.parametrize(
    "text", ["", "abc", "12,34,567", "1.2.3", "about 3", "3 boxes", "1,,2", "0,123,456", "9" * 81]
)
def test_what_means_no_number_gets_no_hint(text: str) -> None:
    assert number_hint(text) is None


@given(st.integers(0, 10**15))
def test_a_number_with_its_thousands_set_apart_is_read(number: int) -> None:
    for sign in (" ", "'", "\u00a0", "\u2009"):
        assert number_hint(f"{number:,}".replace(",", sign)) == f"write {number}"
    assert str(number) in str(number_hint(f"{number:,}"))


@given(st.decimals(0, 1_000_000, places=2))
def test_a_decimal_comma_is_read(number: Decimal) -> None:
    meant = str(number_hint(f"{number:.2f}".replace(".", ","))).removeprefix("write ")
    assert Decimal(meant) == number
    assert is_number(meant)


@pytest.mark.parametrize(
    ("text", "is_one"), [("1_234", True), ("1e3", True), ("-1.5", True), ("1.234.5", False), ("", False)]
)
def test_numbers_of_toml_are_told_from_others(text: str, is_one: bool) -> None:  # noqa: FBT001  # what is expected
    assert is_number(text) is is_one


# --- amounts -----------------------------------------------------------------------------

ON_A_LINE = AmountForm("x={value}", "x={low}:{high}", "x={value} and x.hedge={hedge}")


@pytest.mark.parametrize(
    ("text", "in_file", "on_a_line"),
    [
        ("6.7k", "write 6700, without quotes", "write x=6700"),
        ("none seen", "write 0, without quotes", "write x=0"),
        ("at least 6700", 'write value = 6700 and hedge = "at_least"', "write x=6700 and x.hedge=at_least"),
        ("6700+", 'write value = 6700 and hedge = "at_least"', "write x=6700 and x.hedge=at_least"),
        ("at most 70%", 'write value = 0.7 and hedge = "up_to"', "write x=0.7 and x.hedge=up_to"),
        ("4.2-5.8M", "write { low = 4200000, high = 5800000 }", "write x=4200000:5800000"),
        ("about 4-5", "write { low = 4, high = 5 }", "write x=4:5"),
        (
            "1,234",
            "write 1234 or 1.234, whichever is meant, without quotes",
            "write x=1234 or x=1.234, whichever is meant",
        ),
    ],
)
def test_an_amount_is_told_in_the_form_of_its_place(text: str, in_file: str, on_a_line: str) -> None:
    assert (amount_hint(text), amount_hint(text, ON_A_LINE)) == (in_file, on_a_line)


@pytest.mark.parametrize("text", ["", "many", "5 - 4", "-5", "5 boxes", "several thousand", "9" * 1000])
def test_what_means_no_amount_gets_no_hint_of_one(text: str) -> None:
    assert amount_hint(text) is None


# --- hedges ------------------------------------------------------------------------------

UPPER, LOWER = {"up_to", "less_than", "nearly"}, {"more_than", "at_least"}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        *(
            ("at_most", "write up_to"),
            ("at most", "write up_to"),
            ("no more than", "write up_to"),
            ("<=", "write up_to"),
        ),
        *(("over", "write more_than"), (">", "write more_than"), ("no fewer than", "write at_least")),
        *(
            ("around", "write about"),
            ("circa", "write about"),
            ("~", "write about"),
            ("almost", "write nearly"),
        ),
        *(
            ("exactly", "write exact"),
            ("abuot", "did you mean about?"),
            ("at_lest", "did you mean at_least?"),
        ),
        ("zzz", f"known are {', '.join(HEDGES)}"),
    ],
)
def test_a_hedge_in_other_words_is_told(text: str, hint: str) -> None:
    assert hedge_hint(text, HEDGES) == hint


@pytest.mark.parametrize(
    "text",
    [
        "at_most",
        "at_mots",
        "atmost",
        "no_more_then",
        "fewer_than",
        "less_than",
        "lessthan",
        "below",
        "under",
        "<",
        "maximum",
    ],
)
def test_an_upper_bound_never_becomes_a_lower_one(text: str) -> None:
    said = hedge_hint(text, HEDGES).partition("; known are")[0]
    assert any(hedge in said for hedge in UPPER)
    assert not any(hedge in said for hedge in LOWER)


@pytest.mark.parametrize("text", ["at_lest", "over", "abov", "more_then", "minimum", "in excess of", ">="])
def test_a_lower_bound_never_becomes_an_upper_one(text: str) -> None:
    said = hedge_hint(text, HEDGES).partition("; known are")[0]
    assert any(hedge in said for hedge in LOWER)
    assert not any(hedge in said for hedge in UPPER)


@pytest.mark.parametrize("text", ["range", "from to"])
def test_a_range_is_told_its_hedge(text: str) -> None:
    assert hedge_hint(text, HEDGES) == "write between"


def test_what_comes_short_of_a_figure_is_no_bound_that_includes_it() -> None:
    assert {hedge_hint(text, HEDGES) for text in ("under", "below", "<", "fewer than")} == {"write less_than"}
