"""Entries of a case are found by id, title or address; what none has is told with a suggestion."""

from __future__ import annotations

import pytest

from shellcount.case.ledger.names import Names, identifier, separated

RAW = {
    "source": (
        {"id": "gazette", "title": "The Gazette; weekly", "url": "https://gazette.example/w"},
        {"id": "post", "title": "Bulletin"},
        {"id": "herald", "title": "Bulletin"},
        {"id": "odd", "title": "post"},
        {"title": "without id"},
        "not a table",
    ),
    "claimant": ({"id": "mayor", "title": "the Mayor"},),
    "nature": "not a list",
}
NAMES = Names.of(RAW)


@pytest.mark.parametrize(
    ("table", "text", "found"),
    [
        ("source", "gazette", "gazette"),
        ("source", " the  GAZETTE; weekly", "gazette"),
        ("source", "https://gazette.example/w", "gazette"),
        ("source", "post", "post"),  # an id goes before a title
        ("source", "Bulletin", None),  # of two
        ("source", "without id", None),
        ("claimant", "Mayor", "mayor"),
        ("claimant", "the mayor", "mayor"),
        ("claimant", "nobody", None),
        ("nature", "wool", None),
        ("scope", "relief", None),
    ],
)
def test_an_entry_is_found_by_its_names(table: str, text: str, found: str | None) -> None:
    assert NAMES.find(table, text) == found


def test_what_no_entry_has_is_told_with_a_suggestion() -> None:
    assert (
        NAMES.hint("claimant", "mayro")
        == "did you mean mayor? otherwise add it to the case as a [[claimant]]"
    )
    assert NAMES.hint("claimant", "un") == "known are mayor; otherwise add it to the case as a [[claimant]]"
    assert NAMES.hint("source", "Bulletin") == "several have this title: write the id of one"


def test_without_a_case_any_name_becomes_an_id() -> None:
    assert Names({}).find("source", "The Valley Post") == "valley-post"
    assert Names({}).find("source", "un-2023-07") == "un-2023-07"
    assert not Names({}).has("source", "un-2023-07")


@pytest.mark.parametrize(
    ("text", "found"),
    [("Überblick № 3", "uberblick-no-3"), ("—", ""), ("a" * 80, "a" * 60), ("ящики 2", "2")],
)
def test_an_id_has_lower_case_letters_and_digits(text: str, found: str) -> None:
    assert identifier(text) == found


def test_names_are_separated_by_semicolons_and_lines() -> None:
    assert separated(" a; b\nc;") == ("a", "b", "c")
    assert separated(" ; ") == ()
