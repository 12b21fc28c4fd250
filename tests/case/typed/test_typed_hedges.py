"""Words for a hedge mean that hedge, and no slip of a letter turns one into its opposite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shellcount.case.fields import HEDGES, SYNONYMS, Hedge
from shellcount.case.hints import hedge_hint
from shellcount.case.typed.hedges import AFTER, BEFORE, hedge_named, split_hedge

UPPER, LOWER = {"up_to", "less_than", "nearly"}, {"more_than", "at_least"}


def test_the_words_of_the_format_mean_what_they_mean_there() -> None:
    assert {hedge_named(hedge) for hedge in HEDGES} == set(HEDGES)
    assert {word: hedge_named(word) for word in SYNONYMS} == SYNONYMS


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        *(
            ("At least", "at_least"),
            ("AT_LEAST", "at_least"),
            ("at-least", "at_least"),
            ("atleast", "at_least"),
        ),
        *(
            ("no less than", "at_least"),
            ("not fewer than", "at_least"),
            ("minimum", "at_least"),
            (">=", "at_least"),
        ),
        *(("no more than", "up_to"), ("not exceeding", "up_to"), ("max.", "up_to"), ("\u2264", "up_to")),
        *(("approx.", "about"), (" ca. ", "about"), ("~", "about"), ("\u2248", "about"), ("or so", "about")),
        *(("under", "less_than"), ("<", "less_than"), ("just under", "nearly"), (">", "more_than")),
        *(("or more", "at_least"), ("or less", "up_to"), ("+", "at_least"), ("precisely", "exact")),
    ],
)
def test_a_word_or_sign_means_its_hedge(text: str, hedge: Hedge) -> None:
    assert hedge_named(text) == hedge


@pytest.mark.parametrize(
    "text", ["", " ", "not", "not about", "rund", "about 5", "no", "than", "some more", "5"]
)
def test_other_words_mean_none(text: str) -> None:
    assert hedge_named(text) is None


def test_what_is_said_before_and_after_a_number_does_not_contradict() -> None:
    assert {words: AFTER[words] for words in AFTER.keys() & BEFORE.keys()} == {
        words: BEFORE[words] for words in AFTER.keys() & BEFORE.keys()
    }


@pytest.mark.parametrize("text", ["somewhere 5", "overall 5", "mini 5", "cats 5", "5 or", "approximation 5"])
def test_a_word_that_begins_like_a_hedge_is_none(text: str) -> None:
    assert split_hedge(text) == ((), text)


# --- slips -------------------------------------------------------------------------------


def slips(words: str) -> Iterator[str]:
    for place in range(len(words)):
        yield words[:place] + words[place + 1 :]
        yield words[:place] + "x" + words[place + 1 :]
        yield words[:place] + words[place : place + 1] + words[place:]
        yield words[:place] + words[place + 1 : place + 2] + words[place : place + 1] + words[place + 2 :]


def sides(hedge: str) -> set[str]:
    return {name for name, side in (("upper", UPPER), ("lower", LOWER)) if hedge in side}


@pytest.mark.parametrize("words", sorted(words for words in ({**AFTER, **BEFORE}) if len(words) > 4))
def test_no_slip_of_one_letter_is_answered_by_the_opposite(words: str) -> None:
    meant = sides(hedge_named(words) or "")
    for slip in slips(words):
        hint = hedge_hint(slip, HEDGES)
        if not hint.startswith("known are"):
            told = {side for hedge in HEDGES if hedge in hint for side in sides(hedge)}
            assert not (meant and told - meant), (slip, hint)
