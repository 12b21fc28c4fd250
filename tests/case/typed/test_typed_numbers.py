"""Numbers of many countries have the value that people there give them, and no other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.typed.numbers import MARKS, Mark, numerals, written
from shellcount.case.typed.plain import plain


def values(text: str, mark: Mark) -> list[str]:
    return [written(number.value) for number in numerals(plain(text), mark)]


# --- one meaning -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0", "0"), ("7", "7"), ("6700", "6700"), ("6700.", "6700"), ("+7", "7"), ("007", "7")),
        *(("10 000", "10000"), ("1'000", "1000"), ("1_000_000", "1000000"), ("10\u202f000", "10000")),
        *(("6k", "6000"), ("6 K", "6000"), ("3 tsd.", "3000"), ("3 Tausend", "3000"), ("3 thousand", "3000")),
        *(
            ("5M", "5000000"),
            ("5m", "5000000"),
            ("5 mln", "5000000"),
            ("5 Mio.", "5000000"),
            ("5Mn", "5000000"),
        ),
        *(("2 bn", "2000000000"), ("2 Mrd", "2000000000"), ("2 billion", "2000000000"), ("2B", "2000000000")),
        *(("1 trillion", "1000000000000"), ("2 lakh", "200000"), ("2 crore", "20000000"), ("3 dozen", "36")),
        *(("70%", "0.7"), ("70 %", "0.7"), ("70 per cent", "0.7"), ("70 percent", "0.7"), ("70 pct", "0.7")),
        *(("6 hundred", "600"), ("2 hundred thousand", "200000"), ("3 hundred million", "300000000")),
        *(
            ("three million", "3000000"),
            ("Twelve", "12"),
            ("a million", "1000000"),
            ("half a million", "500000"),
        ),
        *(
            ("two dozen", "24"),
            ("a dozen", "12"),
            ("1e6", "1000000"),
            ("1E+06", "1000000"),
            ("4\u066b8", "4.8"),
        ),
    ],
)
def test_a_number_without_decimal_mark_is_the_same_under_both(text: str, value: str) -> None:
    assert values(text, ".") == values(text, ",") == [value]


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        *(("6.7k", "6700", "."), ("4.8M", "4800000", "."), (".5", "0.5", "."), ("0.123", "0.123", ".")),
        *(("1,234,567", "1234567", "."), ("1,234.5", "1234.5", "."), ("12.5 lakh", "1250000", ".")),
        *(("1 234.567", "1234.567", "."), ("1'234.567", "1234.567", "."), ("1234.567", "1234.567", ".")),
        *(("1,5 Mio", "1500000", ","), ("1.234.567", "1234567", ","), ("1.234,5", "1234.5", ",")),
        *(
            ("0,5", "0.5", ","),
            ("0,123", "0.123", ","),
            ("1 234,567", "1234.567", ","),
            ("12,5 %", "0.125", ","),
        ),
        *(("1234,567", "1234.567", ","), ("1,5E+06", "1500000", ","), ("1.234.567,89", "1234567.89", ",")),
    ],
)
def test_a_number_of_one_mark_is_none_under_the_other(text: str, value: str, mark: Mark) -> None:
    other = MARKS[1 - MARKS.index(mark)]
    assert (values(text, mark), values(text, other)) == ([value], [])


# --- two meanings, or none ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        *(("1.234", "1.234", "1234"), ("1,234", "1234", "1.234"), ("12,345", "12345", "12.345")),
        *(("1,234 million", "1234000000", "1234000"), ("1.234k", "1234", "1234000")),
    ],
)
def test_three_digits_after_one_mark_are_ambiguous(text: str, point: str, comma: str) -> None:
    assert (values(text, "."), values(text, ",")) == ([point], [comma])


@pytest.mark.parametrize(
    ("text", "meant"),
    [("5 mil", ["5000", "5000000"]), ("5 MM", ["5", "5000000"]), ("5 t", ["5", "5000"])],
)
def test_units_that_people_use_differently_are_ambiguous(text: str, meant: list[str]) -> None:
    assert values(text, ".") == meant


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "-5", "(5)", "5 boxes", "$5m", "6,700\u00b9", "12,34,567", "1,50,000", "1.2.3", "1,,2"),
        *("1,234.567.8", "0,123,456", "1 23", "12 34", "1'00", "1, 234", "5 %%", "5 k k", "0x10", "1e400"),
        *("1e", "e5", "nan", "inf", "\u0661\u06f2", "\u00bd million", "a", "an", "half a", "a boat", "."),
    ],
)
def test_what_is_no_number_is_none_under_either_mark(text: str) -> None:
    assert values(text, ".") == values(text, ",") == []


# --- the last digit that means something -------------------------------------------------


@pytest.mark.parametrize(
    ("text", "step"),
    [
        *(
            ("6700", "100"),
            ("6 700", "100"),
            ("6.7k", "100"),
            ("6.70k", "10"),
            ("4.8M", "100000"),
            ("5M", "1000000"),
        ),
        *(("10 000", "10000"), ("7", "1"), ("1.50", "0.01"), ("70%", "0.1"), ("72%", "0.01"), ("0.5", "0.1")),
        *(("three million", "1000000"), ("half a million", "500000"), ("1.5e6", "100000")),
    ],
)
def test_the_place_of_the_last_digit_that_means_something(text: str, step: str) -> None:
    (number,) = numerals(plain(text), ".")
    assert written(number.resolution) == step


def test_per_cent_is_told() -> None:
    assert [number.percent for text in ("7%", "7k", "7") for number in numerals(text, ".")] == [
        True,
        False,
        False,
    ]


# --- what any locale writes --------------------------------------------------------------

GROUPS = {".": [",", "'", " ", "_"], ",": [".", "'", " ", "_"]}
SCALES = {
    "": Decimal(1),
    **dict.fromkeys(("k", " thousand"), Decimal(10**3)),
    **dict.fromkeys((" Mio", "M"), Decimal(10**6)),
    " bn": Decimal(10**9),
    "%": Decimal("0.01"),
}


@st.composite
def styled(draw: st.DrawFn) -> tuple[str, Mark, Decimal]:
    """A number in the style of some locale, with its decimal mark and value."""
    mark = draw(st.sampled_from(MARKS))
    number = draw(st.decimals(0, 10**9, places=draw(st.integers(0, 4))))
    unit = draw(st.sampled_from(sorted(SCALES)))
    group = draw(st.sampled_from(GROUPS[mark]))
    text = f"{number:,f}".replace(",", "\0").replace(".", mark).replace("\0", group)
    return f"{text}{unit}", mark, number * SCALES[unit]


@given(styled())
def test_a_number_in_the_style_of_a_locale_is_read_back_under_its_mark(
    drawn: tuple[str, Mark, Decimal],
) -> None:
    text, mark, value = drawn
    (number,) = numerals(plain(text), mark)
    assert number.value == value


@given(styled())
def test_under_the_other_mark_it_is_the_same_or_three_digits_follow_its_only_mark(
    drawn: tuple[str, Mark, Decimal],
) -> None:
    text, mark, value = drawn
    other = list(numerals(plain(text), MARKS[1 - MARKS.index(mark)]))
    if other and other[0].value != value:
        signs = [sign for sign in text if sign in ".,"]
        assert len(signs) == 1
        assert len(text.partition(signs[0])[2].strip("kMioblnthusad% ")) == 3


@given(st.decimals(0, 10**12, places=6))
def test_what_is_written_is_read(number: Decimal) -> None:
    (read,) = numerals(written(number), ".")
    assert read.value == number
    assert "e" not in written(number).lower()
