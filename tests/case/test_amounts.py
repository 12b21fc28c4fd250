"""Amounts are numbers, ranges and words; each has a middle, and words come from a lexicon with sources."""

from __future__ import annotations

import itertools
import math
import tomllib
from importlib import resources
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shellcount.case.amounts import (
    Amount,
    Interval,
    StatedRange,
    interval_of,
    lexicon,
    middle,
    worded,
    words_hint,
)
from shellcount.errors import ShellcountError

DOCUMENT = tomllib.loads(
    (resources.files("shellcount") / "data" / "amounts.toml").read_text(encoding="utf-8")
)
FAMILIES = [
    (
        "several",
        "several dozen",
        "several hundred",
        "several thousand",
        "several hundred thousand",
        "several million",
    ),
    ("a few", "a few dozen", "a few hundred", "a few thousand", "a few hundred thousand", "a few million"),
    ("a couple", "a couple of dozen", "a couple of hundred", "a couple of thousand", "a couple of million"),
    (
        "tens",
        "hundreds",
        "thousands",
        "tens of thousands",
        "hundreds of thousands",
        "millions",
        "tens of millions",
    ),
]


def read(value: object) -> object:
    return TypeAdapter(Amount).validate_python(value, strict=True)


# --- the lexicon -------------------------------------------------------------------------


@pytest.mark.parametrize("word", DOCUMENT["words"])
def test_every_word_is_a_range_with_its_basis_and_known_sources(word: str) -> None:
    entry = DOCUMENT["words"][word]
    assert 0 < entry["low"] < entry["high"]
    assert entry["basis"].endswith(".")
    assert set(entry["sources"]) <= set(DOCUMENT["source"])


def test_every_source_is_used_and_says_something() -> None:
    used = {name for entry in DOCUMENT["words"].values() for name in entry["sources"]}
    assert used == set(DOCUMENT["source"])
    assert all({"title", "publisher", "says"} <= set(source) for source in DOCUMENT["source"].values())


@pytest.mark.parametrize("word", lexicon())
def test_every_word_is_read_as_it_is_listed(word: str) -> None:
    assert read(word) == read(f"  {word.upper()} ") == read(word.replace(" ", "  ")) == word


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_larger_words_mean_larger_amounts(family: tuple[str, ...]) -> None:
    ranges = [lexicon()[word] for word in family]
    for less, more in itertools.pairwise(ranges):
        assert (less.low, less.high) < (more.low, more.high)
        assert less.low < more.low


@pytest.mark.parametrize("unit", ["hundred", "thousand", "million"])
def test_a_couple_is_less_than_a_few_and_a_few_less_than_several(unit: str) -> None:
    couple, few, several = (middle(f"{word} {unit}") for word in ("a couple of", "a few", "several"))
    assert couple < few < several < middle(f"{unit}s")


def test_aliases_mean_the_same() -> None:
    assert lexicon()["few"] == lexicon()["a handful"] == lexicon()["a few"]
    assert len(lexicon()) == sum(1 + len(entry.get("also", ())) for entry in DOCUMENT["words"].values())


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("6.7k", "write 6700, without quotes"),
        ("1.234.567", "write 1234567, without quotes"),
        ("1,234", "write 1234 or 1.234, whichever is meant, without quotes"),
        ("hundrets", "did you mean hundreds?"),
        ("at least 6.7k", 'write value = 6700 and hedge = "at_least"'),
        ("-5", "write a number that is 0 or more"),
        (
            "rund 6.700",
            "leave out 'rund', or write a hedge: exact, about, more than, at least, up to, less than, nearly",
        ),
    ],
)
def test_words_that_are_none_are_told_what_to_write(text: str, hint: str) -> None:
    assert words_hint(text) == hint


# --- middles -----------------------------------------------------------------------------

POSITIVE = st.floats(1e-6, 1e12)
SHARES = st.floats(1e-6, 1 - 1e-6)


@given(POSITIVE, POSITIVE)
def test_the_middle_of_a_range_is_its_geometric_mean(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert middle(StatedRange(low=low, high=high)) == pytest.approx(math.sqrt(low) * math.sqrt(high))


@given(SHARES, SHARES)
def test_the_middle_of_a_share_is_the_mean_of_its_logits(one: float, other: float) -> None:
    low, high = sorted((one, other))
    found = middle(StatedRange(low=low, high=high), logit=True)
    odds = math.sqrt(low / (1 - low) * (high / (1 - high)))
    assert found == pytest.approx(odds / (1 + odds))
    assert low <= found * (1 + 1e-12)
    assert found <= high * (1 + 1e-12)


def test_ends_as_far_from_a_share_as_from_its_complement_meet_in_a_half() -> None:
    assert middle(StatedRange(low=0.2, high=0.8), logit=True) == pytest.approx(0.5)


def test_numbers_are_their_own_middle_and_unknown_words_have_none() -> None:
    assert (middle(6700), middle(0), middle(0.3, logit=True)) == (6700.0, 0.0, 0.3)
    assert math.isnan(middle("lots"))
    assert interval_of("lots") is interval_of(5.0) is None


def test_words_have_the_level_of_the_lexicon_and_ranges_their_own() -> None:
    assert interval_of("several thousand") == Interval(2000.0, 9000.0, DOCUMENT["level"])
    assert interval_of(StatedRange(low=1, high=2, level=0.5)) == Interval(1.0, 2.0, 0.5)
    assert StatedRange(low=1, high=2).level == DOCUMENT["level"] == 0.9


def test_a_lognormal_of_a_range_has_its_ends_as_quantiles() -> None:
    stated = StatedRange(low=4.2e6, high=5.8e6, level=0.8)
    sigma = math.log(stated.high / stated.low) / (2 * NormalDist().inv_cdf((1 + stated.level) / 2))
    error = NormalDist(math.log(middle(stated)), sigma)
    assert error.cdf(math.log(stated.high)) - error.cdf(math.log(stated.low)) == pytest.approx(0.8)


# --- read and written --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "hedge", "said"),
    [
        (6700.0, "about", "about 6,700"),
        (6700.0, None, "6,700"),
        (0.0, None, "none"),
        (0.0, "exact", "none"),
        (StatedRange(low=0.5, high=0.67), None, "0.5 to 0.67"),
        ("hundreds", "between", "hundreds"),
    ],
)
def test_amounts_are_written_in_words(
    amount: float | StatedRange | str, hedge: str | None, said: str
) -> None:
    assert worded(amount, hedge) == said


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, 2e15, True, None, "", " ", "x" * 61, [1, 2]])
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises((ValueError, ShellcountError)):
        read(value)
