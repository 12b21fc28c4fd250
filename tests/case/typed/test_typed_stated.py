"""Amounts are read with the hedge beside them, and ranges with the unit that their ends share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case.fields import Hedge
from shellcount.case.typed.stated import LONGEST, numbers, stated


def meanings(text: str) -> set[str]:
    return {str(meant) for meant in stated(text)}


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        *(("4.2-5.8 million", "4200000 to 5800000"), ("4.2\u20135.8M", "4200000 to 5800000")),
        *(("4.2 to 5.8 million", "4200000 to 5800000"), ("1.5 to 2 million", "1500000 to 2000000")),
        *(("1,5 - 2 Mio", "1500000 to 2000000"), ("between 4.2 and 5.8 million", "4200000 to 5800000")),
        *(
            ("from 5 to 6", "5 to 6"),
            ("between 4-5", "4 to 5"),
            ("10-20k", "10000 to 20000"),
            ("10k-2M", "10000 to 2000000"),
        ),
        *(
            ("10-20%", "0.1 to 0.2"),
            ("5% to 10%", "0.05 to 0.1"),
            ("100..200", "100 to 200"),
            ("4\u20265", "4 to 5"),
        ),
        *(("800 thousand to 1 million", "800000 to 1000000"), ("5000 to 1 million", "5000 to 1000000")),
        *(
            ("150-350", "150 to 350"),
            ("ten to twelve", "10 to 12"),
            ("0 - 5", "0 to 5"),
            ("1.5 to 2.5", "1.5 to 2.5"),
        ),
    ],
)
def test_a_range_is_read(text: str, ends: str) -> None:
    assert meanings(text) == {ends}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("800 to 1 million", {"800 to 1000000", "800000 to 1000000"}),
        ("1.234-1.500", {"1.234 to 1.5", "1234 to 1500"}),
        ("800,000 to 1 million", {"800000 to 1000000", "800 to 1000000"}),
        ("about 6,700", {"6700", "6.7"}),
    ],
)
def test_an_ambiguous_amount_has_all_its_meanings(text: str, meant: set[str]) -> None:
    assert meanings(text) == meant


@pytest.mark.parametrize(
    "text", ["1.5 - 2,5 million", "1 to 2 to 3", "4 to", "to 5", "4 and 5", "-5", "4--", "5 - -4"]
)
def test_what_is_neither_number_nor_range_is_nothing(text: str) -> None:
    assert stated(text) == ()


@pytest.mark.parametrize(
    ("text", "hedges"),
    [
        *(
            ("6700", ()),
            ("about 67", ("about",)),
            ("~67", ("about",)),
            ("c. 67", ("about",)),
            ("ca.67", ("about",)),
        ),
        *(
            ("some 67", ("about",)),
            ("circa67", ("about",)),
            ("67 or so", ("about",)),
            ("67 approx.", ("about",)),
        ),
        *((">67", ("more_than",)), ("over 67k", ("more_than",)), ("\u2265 67", ("at_least",))),
        *(
            (">=67", ("at_least",)),
            ("67+", ("at_least",)),
            ("67k +", ("at_least",)),
            ("67 or more", ("at_least",)),
        ),
        *(
            ("at least 67", ("at_least",)),
            ("67 at least", ("at_least",)),
            ("not less than 67", ("at_least",)),
        ),
        *(
            ("no fewer than 67%", ("at_least",)),
            ("min. 67", ("at_least",)),
            ("a minimum of 67", ("at_least",)),
        ),
        *(
            ("up to 6.7M", ("up_to",)),
            ("at most 67", ("up_to",)),
            ("67 at most", ("up_to",)),
            ("<= 67", ("up_to",)),
        ),
        *(("not more than 67", ("up_to",)), ("no more than 67", ("up_to",)), ("as many as 67", ("up_to",))),
        *(("< 67", ("less_than",)), ("fewer than 67", ("less_than",)), ("under 67", ("less_than",))),
        *(("nearly 67", ("nearly",)), ("just under 67", ("nearly",)), ("just over 67", ("more_than",))),
        *(("exactly 67", ("exact",)), ("= 67", ("exact",)), ("about 67 or more", ("about", "at_least"))),
        *(("about 67-70", ("about",)), ("up to about 67", ("up_to", "about"))),
    ],
)
def test_a_hedge_beside_a_number_is_told(text: str, hedges: tuple[Hedge, ...]) -> None:
    assert {meant.hedges for meant in stated(text)} == {hedges}


def test_a_number_alone_has_no_hedge_and_no_other_end() -> None:
    assert {str(number.value) for _, number in numbers("1,234")} == {"1234.0", "1.234"}
    assert numbers("about 67") == numbers("6-7") == ()


def test_what_is_too_long_is_not_read() -> None:
    assert stated("9" * LONGEST)
    assert stated("9" * (LONGEST + 1)) == ()


HEDGE_WORDS = ["", "about ", "at least ", "up to ", ">", "~"]


@given(
    low=st.integers(1, 10**6),
    more=st.integers(1, 10**6),
    joint=st.sampled_from([" to ", "-", " - ", "\u2013", " \u2013 ", ".."]),
    unit=st.sampled_from(["", "k", " million", "%"]),
)
def test_a_range_of_whole_numbers_is_read_back(low: int, more: int, joint: str, unit: str) -> None:
    scale = {"": 1, "k": 1000, " million": 10**6, "%": 0.01}[unit]
    for text in (f"{low}{joint}{low + more}{unit}", f"{low}{unit}{joint}{low + more}{unit}"):
        (meant,) = {(float(each.low.value), float(each.high.value)) for each in stated(text) if each.high}
        assert meant == pytest.approx((low * scale, (low + more) * scale))


@given(st.text(max_size=LONGEST))
def test_any_text_is_read_or_not(text: str) -> None:
    assert all(meant.low.value >= 0 for meant in stated(text))
