"""Sentences say neither more nor less than the numbers."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.wording.phrases import (
    chance,
    date,
    exact,
    factor,
    headline,
    hedged,
    likelihood,
    listing,
    number_of,
    probability,
    probability_word,
    singular,
)
from shellcount.wording.rounding import Range
from shellcount.wording.scales import SCALES, load_scale
from strategies import number_in, ranges


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4_800_000, "4.8 million"),
        (1_234_567, "1.234567 million"),
        (3e9, "3 billion"),
        (1e12, "1 trillion"),
        (1e15, "1,000 trillion"),
        (999_999, "999,999"),
        (6_700, "6,700"),
        (1.3, "1.3"),
        (0.25, "0.25"),
    ],
)
def test_a_stated_figure_is_not_rounded(value: float, text: str) -> None:
    assert exact(value) == text


@given(st.integers(1, 10**12))
def test_a_stated_whole_number_reads_back(value: int) -> None:
    assert number_in(exact(float(value))) == value


@pytest.mark.parametrize(
    ("stated", "measure", "text"),
    [
        (Range(9_580, 12_080, 15_870), "containers", "12,000 containers (90% interval 10,000 to 16,000)"),
        (
            Range(874_000, 2_004_000, 3_680_000),
            "rounds",
            "2.0 million rounds (90% interval 0.9 to 3.7 million)",
        ),
        (
            Range(600_000, 800_000, 1_200_000),
            "rounds",
            "0.80 million rounds (90% interval 0.60 to 1.20 million)",
        ),
        (Range(0.41, 0.734, 0.9), "", "0.73 (90% interval 0.41 to 0.90)"),
        (Range(0.01, 0.4, 0.9, mcse=0.1), "", "0.5 (90% interval 0.01 to 1.0)"),
        (Range(28_200, 28_200, 28_200), "kg", "28,000 kg (90% interval 28,000 to 28,000)"),
    ],
)
def test_headlines(stated: Range, measure: str, text: str) -> None:
    assert headline(stated, measure) == text


def test_a_median_that_would_vanish_keeps_one_digit() -> None:
    assert headline(Range(0.9, 1.1, 18.0, mcse=0.27)) == "1 (90% interval 0.9 to 20)"


@given(ranges())
def test_headlines_hold_numbers_in_order(stated: Range) -> None:
    text = headline(stated, "rounds")
    found = re.fullmatch(r"([\d.,]+)( \w+)? rounds \(90% interval ([\d.,]+) to ([\d.,]+)( \w+)?\)", text)
    assert found is not None, text
    middle, low, high = (Decimal(found[place].replace(",", "")) for place in (1, 3, 4))
    assert low <= middle <= high
    assert low > 0
    assert found[2] == found[5]


@given(ranges(largest_mcse=1e3))
def test_headlines_never_show_what_is_no_number(stated: Range) -> None:
    assert not re.search(r"nan|inf|-0|e[+-]?\d", headline(stated))


@pytest.mark.parametrize(
    ("stated", "text"),
    [
        (Range(9_580, 12_080, 15_870), "12,100 containers (90% interval 9,600 to 15,900)"),
        (Range(9_580, 12_080, 15_870, mcse=40), "12,000 containers (90% interval 9,500 to 16,000)"),
        (Range(1.6e6, 2.14e6, 2.9e6), "2.1 million containers (90% interval 1.6 to 2.9 million)"),
    ],
)
def test_the_exact_form_has_a_digit_more_where_the_interval_and_its_error_bear_it(
    stated: Range, text: str
) -> None:
    assert headline(stated, "containers", digits=3) == text


# --- words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "less than 1%"),
        (0.0002, "less than 1%"),
        (0.00999, "less than 1%"),
        (0.01, "1%"),
        (0.634, "63%"),
        (0.5, "50%"),
        (0.99, "99%"),
        (0.9901, "more than 99%"),
        (1, "more than 99%"),
    ],
)
def test_probabilities(value: float, text: str) -> None:
    assert probability(value) == text


@given(st.floats(0, 1))
def test_a_probability_is_never_certain(value: float) -> None:
    said = re.fullmatch(r"(less than |more than )?([1-9]\d?)%", probability(value))
    assert said is not None
    assert said[1] is not None or abs(100 * value - int(said[2])) <= 0.5 + 1e-9


@pytest.mark.parametrize("name", SCALES)
def test_a_word_suits_the_figure_that_stands_beside_it_whatever_the_probability(name: str) -> None:
    scale = load_scale(name)
    wrong = {}
    for place in range(1000, 99_001):  # 1% to 99%, every tie among them
        value = place / 100_000
        shown = int(probability(value).removesuffix("%")) / 100
        if probability_word(value, scale) != scale.word(shown):
            wrong[value] = probability(value), probability_word(value, scale)
    assert wrong == {}


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (1e-9, "exceptionally unlikely"),
        (0.006, "exceptionally unlikely"),
        (0.01, "extremely unlikely"),
        (0.99, "virtually certain"),
        (0.994, "virtually certain"),
        (1 - 1e-9, "virtually certain"),
    ],
)
def test_what_is_said_to_be_beyond_one_in_a_hundred_has_the_word_for_it(value: float, word: str) -> None:
    assert probability_word(value, load_scale("ipcc")) == word


@pytest.mark.parametrize("name", SCALES)
@given(st.floats(0, 1))
def test_a_likelihood_is_the_figure_with_its_word(name: str, value: float) -> None:
    scale = load_scale(name)
    assert likelihood(value, scale) == f"{probability(value)} ({probability_word(value, scale)})"
    assert any(band.word == probability_word(value, scale) for band in scale.bands)


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        (0.445, "icd203", "44% (unlikely)"),  # a tie, that goes to the even figure
        (0.795, "icd203", "80% (very likely)"),
        (0.7949, "icd203", "79% (likely)"),
        (0.005, "ipcc", "less than 1% (exceptionally unlikely)"),
        (0.0149, "ipcc", "1% (extremely unlikely)"),
        (0.992, "ipcc", "more than 99% (virtually certain)"),
        (0.075, "phia", "8% (highly unlikely)"),
        (0.07, "phia", "7% (remote chance)"),
        (0.0, "phia", "less than 1% (remote chance)"),
        (1.0, "icd203", "more than 99% (almost certain)"),
    ],
)
def test_likelihoods(value: float, name: str, text: str) -> None:
    assert likelihood(value, load_scale(name)) == text


def test_the_scale_of_icd_203_is_meant_where_none_is_named() -> None:
    assert likelihood(0.93) == likelihood(0.93, load_scale("icd203")) == "93% (very likely)"


@pytest.mark.parametrize("month", range(1, 13))
def test_dates_are_said_in_full_whatever_the_locale(month: int) -> None:
    first = ["January", "February", "March", "April", "May", "June"]
    second = ["July", "August", "September", "October", "November", "December"]
    assert date(dt.date(2024, month, 9)) == f"9 {[*first, *second][month - 1]} 2024"


@pytest.mark.parametrize(
    ("hedge", "text"),
    [
        ("exact", "6,700"),
        ("about", "about 6,700"),
        ("more_than", "more than 6,700"),
        ("at_least", "at least 6,700"),
        ("up_to", "up to 6,700"),
        ("nearly", "nearly 6,700"),
    ],
)
def test_hedges(hedge: str, text: str) -> None:
    assert hedged(6_700, hedge) == text


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_listings(words: list[str], text: str) -> None:
    assert listing(words) == text


def test_a_carrier_in_the_singular() -> None:
    plurals = ("containers", "lorries", "boxes", "trusses", "coaches", "wagons", "glass", "cargo", "")
    assert [singular(plural) for plural in plurals] == [
        *("container", "lorry", "box", "truss", "coach", "wagon", "glass", "cargo", "")
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.02, "a 2% chance"),
        (0.08, "an 8% chance"),
        (0.11, "an 11% chance"),
        (0.18, "an 18% chance"),
        (0.5, "a 50% chance"),
        (0.82, "an 82% chance"),
        (0.095, "less than a 10% chance"),
        (0.0999999, "less than a 10% chance"),
        (0.10, "a 10% chance"),
        (0.0, "less than a 1% chance"),
        (0.9999, "more than a 99% chance"),
    ],
)
def test_a_chance_has_its_article_and_never_reaches_a_limit_from_below(value: float, words: str) -> None:
    assert chance(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(1.0, "1.0"), (0.5, "0.50"), (45.6, "46"), (999.0, "1,000"), (1e9, "above 1,000"), (0.0, "below 0.001")],
)
def test_a_bayes_factor_has_two_digits_within_what_it_is_worth(value: float, words: str) -> None:
    assert factor(value) == words


@pytest.mark.parametrize(
    ("count", "noun", "text"),
    [
        (1, "lorries", "1 lorry"),
        (1.0, "ships", "1 ship"),
        (10, "lorries", "10 lorries"),
        (0.5, "ships", "0.5 ships"),
    ],
)
def test_one_carrier_is_in_the_singular(count: float, noun: str, text: str) -> None:
    assert number_of(count, noun) == text
