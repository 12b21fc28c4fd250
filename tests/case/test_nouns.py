"""Nouns of a case begin the names of its estimates, so that each must give a word of its own."""

from __future__ import annotations

import pytest

from shellcount.case.header import Header
from shellcount.case.nouns import RESERVED, noun_faults
from shellcount.case.schema import Case


def faults(about: Header, item: str, carrier: str = "trucks") -> list[str]:
    return [str(fault) for fault in noun_faults(about.model_copy(update={"item": item, "carrier": carrier}))]


@pytest.mark.parametrize(("item", "carrier"), [("rounds", "containers"), ("mixes", "ящики"), ("été", "2")])
def test_nouns_that_give_two_words_are_accepted(case: Case, item: str, carrier: str) -> None:
    assert faults(case.about, item, carrier) == []


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_noun_may_not_begin_other_names(case: Case, word: str) -> None:
    message = f"names of another kind begin with '{word}' (found '{word.upper()}'); choose another noun"
    assert faults(case.about, word.upper()) == [f"case.item: {message}"]
    assert faults(case.about, "rounds", word.upper()) == [f"case.carrier: {message}"]


def test_a_noun_has_a_letter_or_a_digit(case: Case) -> None:
    assert faults(case.about, "***") == [
        "case.item: has no letter or digit (found '***'); names of estimates begin with it"
    ]
    assert len(faults(case.about, "***", "—")) == 2


def test_two_nouns_that_give_one_word_are_refused(case: Case) -> None:
    assert faults(case.about, "Boîtes", "boites!") == [
        "case.carrier: gives the same names as the item, 'boites' (found 'boites!'); "
        "names of estimates begin with them: choose another noun for one"
    ]
