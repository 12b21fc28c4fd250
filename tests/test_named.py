"""A sequence with names is a tuple, and is looked up by name as well."""

from __future__ import annotations

import copy
import pickle

import pytest

from shellcount.errors import UnknownNameError
from shellcount.named import Named


class Words(Named[str]):
    """Words by their first two letters."""

    __slots__ = ()

    @property
    def kind(self) -> str:
        return "word"

    def _name(self, entry: str) -> str:
        return entry[:2]


WORDS = Words(("load", "lorry", "mix", "louder"))


def test_it_is_a_tuple() -> None:
    assert tuple(WORDS) == WORDS == ("load", "lorry", "mix", "louder")
    assert (len(WORDS), WORDS[0], WORDS[-1], WORDS.index("mix")) == (4, "load", "louder", 2)
    assert {WORDS: 1}["load", "lorry", "mix", "louder"] == 1


def test_the_first_of_a_name_is_found_by_it() -> None:
    assert WORDS["mi"] == "mix"
    assert WORDS["lo"] == "load"
    assert WORDS.keys() == ("lo", "mi")
    assert dict(WORDS) == {"lo": "load", "mi": "mix"}


def test_some_of_its_places_are_as_it_is() -> None:
    assert isinstance(WORDS[1:3], Words)
    assert WORDS[1:3]["lo"] == "lorry"


def test_names_and_entries_are_members() -> None:
    assert "mi" in WORDS
    assert "mu" not in WORDS


def test_an_unknown_name_is_answered_with_close_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"^no word is called 'mj'; known are lo, mi$"):
        WORDS["mj"]
    with pytest.raises(IndexError):
        WORDS[9]
    with pytest.raises(UnknownNameError, match="there are none"):
        Words()["lo"]


def test_the_tab_key_completes_names() -> None:
    assert WORDS._ipython_key_completions_() == ["lo", "mi"]


def test_a_copy_is_as_it_is() -> None:
    stored = pickle.loads(pickle.dumps(WORDS))  # noqa: S301  # of our own
    for again in (copy.copy(WORDS), copy.deepcopy(WORDS), stored):
        assert isinstance(again, Words)
        assert (again, again["mi"]) == (WORDS, "mix")


def test_without_names_it_cannot_be_used() -> None:
    with pytest.raises(NotImplementedError):
        Named((1, 2)).keys()
    assert Named().kind == "entry"
