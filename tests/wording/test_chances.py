"""A probability is printed with as many digits as its Monte Carlo error allows, and never as none or all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.wording.chances import error, exact, printed, words


@pytest.mark.parametrize(
    ("value", "mcse", "text"),
    [
        (0.1412, 0.0012, "14%"),
        (0.5, 0.002, "50%"),
        (0.14, 0.02, "10%"),
        (0.00591, 0.00003, "0.59%"),
        (0.00543, 0.0003, "0.5%"),
        (0.0099, 0.0001, "1.0%"),
        (0.00999, 0.00001, "1%"),
        (0.0002, 0.000003, "0.020%"),
        (0.9946, 0.0003, "99.5%"),
        (0.9946, 0.00003, "99.46%"),
        (0.0, 1.5e-5, "less than 0.01%"),
        (1.0, 1.5e-5, "more than 99.99%"),
        (0.0003, 0.0002, "less than 0.1%"),
        (0.9998, 0.0002, "more than 99.9%"),
        (0.0003, 0.0, "0.030%"),
        (0.0, 0.0, "less than 0.01%"),
        (5.6e-7, 4e-9, "about 1 in 1,800,000"),
        (5.6e-7, 1e-7, "about 1 in 2,000,000"),
        (1e-7, 1e-7, "less than 0.0001%"),
        (1 - 1e-6, 1e-8, "more than 99.99%"),
    ],
)
def test_words_of_a_probability(value: float, mcse: float, text: str) -> None:
    assert words(value, mcse) == text


@given(st.floats(0, 1), st.floats(1e-9, 0.1))
def test_a_printed_probability_is_near_the_value_and_never_none_or_all(value: float, mcse: float) -> None:
    text = words(value, mcse)
    if text.startswith("less than "):
        assert value < float(text.removeprefix("less than ").removesuffix("%")) / 100
    elif text.startswith("more than "):
        assert value > float(text.removeprefix("more than ").removesuffix("%")) / 100
    elif text.startswith("about 1 in "):
        assert value == pytest.approx(1 / float(text.removeprefix("about 1 in ").replace(",", "")), rel=0.5)
    else:
        number = float(text.removesuffix("%")) / 100
        assert 0 < number < 1
        assert abs(number - value) <= max(0.00501, 10 * mcse)
        assert re.fullmatch(r"\d\d?(\.\d+)?%", text)


def test_the_word_beside_a_probability_is_of_what_is_printed() -> None:
    assert printed(0.7996, 0.001) == 0.8
    assert printed(0.0003, 0.0002) == 0.0003
    assert printed(1.0, 1e-5) == 1.0


def test_errors_and_stated_amounts() -> None:
    assert (error(0.00123), error(0.0003)) == ("0.1%", "0.03%")
    assert (exact(0.125, "share"), exact(400.0, "rounds"), exact(4.8e6, "rounds")) == (
        "12.5%",
        "400",
        "4.8 million",
    )
