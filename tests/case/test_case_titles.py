"""A part of one title names a claimant, whatever its capitals."""

from __future__ import annotations

import pytest

from shellcount.case.schema import Case
from shellcount.case.titles import claimant_alike, claimant_by_title, folded, titled
from shellcount.errors import UsageError


@pytest.mark.parametrize(
    ("name", "claimant"),
    [
        ("South Korea", "rok-mnd"),
        ("  SOUTH   korean ", "rok-mnd"),
        ("white house", "us-white-house"),
        ("the White House", "us-white-house"),
        ("North Korea", None),
    ],
)
def test_a_passage_of_one_title_names_its_claimant(case: Case, name: str, claimant: str | None) -> None:
    assert claimant_by_title(case, name) == claimant


def test_a_passage_of_several_titles_is_refused(case: Case) -> None:
    message = r"^'the' may mean us-white-house \(the White House\), us-state .*: write the id of one$"
    with pytest.raises(UsageError, match=message):
        claimant_by_title(case, "the")


@pytest.mark.parametrize(("name", "claimant"), [("Sotuh Korean", "rok-mnd"), ("zzz", None), ("", None)])
def test_a_mistyped_passage_is_like_one(case: Case, name: str, claimant: str | None) -> None:
    assert claimant_alike(case, name) == claimant


def test_forms_of_characters_do_not_tell_names_apart() -> None:
    assert folded("\N{FULLWIDTH LATIN CAPITAL LETTER A}\n B") == "a b"


def test_an_id_is_written_with_its_title(case: Case) -> None:
    assert titled(case, "us-white-house") == "us-white-house (the White House)"
