"""Texts that differ only in how they look are one text; those that mean something else stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.typed.plain import POINT, plain

SCRIPTS = {"arabic": 0x660, "persian": 0x6F0, "devanagari": 0x966, "bengali": 0x9E6, "full width": 0xFF10}


@pytest.mark.parametrize("space", " \t\n\u00a0\u2002\u2007\u2009\u200a\u202f\u205f\u3000")
def test_every_space_is_one(space: str) -> None:
    assert plain(f"{space}10{space}{space}000{space}") == "10 000"


@pytest.mark.parametrize("dash", "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d")
def test_every_dash_is_one(dash: str) -> None:
    assert plain(f"4{dash}5") == "4-5"


@pytest.mark.parametrize("mark", "'\u2019\u02bc\u066c\uff07")
def test_what_sets_thousands_apart_without_meaning_anything_else_is_an_apostrophe(mark: str) -> None:
    assert plain(f"1{mark}000") == "1'000"


@pytest.mark.parametrize("zero", SCRIPTS.values(), ids=SCRIPTS)
@given(number=st.integers(0, 10**12))
def test_digits_of_one_script_are_digits(zero: int, number: int) -> None:
    assert plain("".join(chr(zero + int(digit)) for digit in str(number))) == str(number)


@pytest.mark.parametrize(
    "text", ["1\u0662", "\u0661\u06f2", "6,700\u00b9", "10\u00b2", "\u2460", "\u2155", "\u216b"]
)
def test_other_digits_stay(text: str) -> None:
    assert not plain(text).isascii()


def test_marks_that_are_not_seen_are_dropped() -> None:
    assert plain("\ufeff6\u200b7\u00ad00\u200f") == "6700"


def test_a_decimal_separator_of_arabic_is_kept_apart() -> None:
    assert plain(f"\u0664{POINT}\u0668") == f"4{POINT}8"


@given(st.text())
def test_folding_twice_folds_no_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)
