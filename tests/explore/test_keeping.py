"""Edits are kept for the browser that they are made in, and those of earlier runs offered to others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from shellcount.case.reading import read_shipped
from shellcount.errors import UsageError
from shellcount.explore.edits import Edits
from shellcount.explore.keeping import kept, offers, resumed, taken_up, told, worded
from shellcount.explore.kept import STATE_VARIABLE, Offer, state_folder, state_name
from shellcount.explore.opening import Opening, open_case
from shellcount.results.conditioning import conditioning

CASE, OTHER = "dprk-russia-2024", "channel-2023"
ONE, NOTEBOOK = replace(open_case(), browser="one"), open_case()
TWO = replace(ONE, browser="two")
EDITS = Edits({"load": "0.5:0.9"}, {"claim:us-state-2024-02": "out"}, given="all")


@pytest.fixture(autouse=True)
def folder_of_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path / "states"))
    return tmp_path / "states"


def keep(opening: Opening, edits: Edits = EDITS) -> None:
    assert kept(opening, edits, CASE) is None


# --- keeping and taking up ---------------------------------------------------------------


def test_the_same_browser_takes_up_what_it_left() -> None:
    keep(ONE)
    assert taken_up(ONE) == replace(ONE, edits=EDITS)
    assert taken_up(TWO) == TWO


def test_another_browser_resumes_what_is_offered() -> None:
    keep(ONE)
    (offer,) = offers(TWO)
    assert (offer.name, offer.changes, offer.is_same) == (state_name("one"), 3, True)
    assert resumed(TWO, offer.name) == replace(TWO, edits=EDITS)


def test_what_is_conditioned_on_is_taken_up_with_the_edits() -> None:
    held_out = replace(ONE, given=conditioning(ONE.case, "all", ["us-state-2024-02"]))
    keep(held_out, Edits({"load": "0.7"}))
    assert taken_up(ONE) == replace(held_out, edits=Edits({"load": "0.7"}))


def test_a_dropped_case_is_taken_up_in_place_of_the_one_that_was_started_with() -> None:
    dropped = replace(open_case(OTHER), browser="one", path="mine.toml", origin="mine.toml")
    keep(dropped, Edits(given="all"))
    found = taken_up(ONE)
    assert (found.case.digest, found.content) == (dropped.case.digest, read_shipped(OTHER))
    assert (found.path, found.origin, found.edits) == ("mine.toml", "mine.toml", Edits(given="all"))
    assert (found.browser, found.settings, found.limits) == ("one", ONE.settings, ONE.limits)


def test_the_path_stays_where_the_case_is_the_same() -> None:
    keep(replace(ONE, path="/a/folder/case.toml", origin="case.toml"))
    assert taken_up(replace(ONE, path="elsewhere.toml")).path == "elsewhere.toml"


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 32])
def test_edits_that_are_not_there_are_an_error(name: str) -> None:
    with pytest.raises(UsageError, match="edits"):
        resumed(ONE, name)


def test_a_damaged_state_leaves_the_browser_at_the_start() -> None:
    keep(ONE)
    (path,) = state_folder().iterdir()
    path.write_text("{}")
    assert taken_up(ONE) == ONE
    assert not path.exists()  # but set aside
    keep(ONE)
    assert taken_up(ONE).edits == EDITS


# --- offers ------------------------------------------------------------------------------


def test_the_three_latest_are_offered_that_have_edits() -> None:
    keep(replace(ONE, browser="none"), Edits())
    for place in range(5):
        keep(replace(ONE, browser=f"at {place}"), Edits({"load": f"0.{place + 1}"}))
    assert len(offers(TWO)) == 3
    assert {offer.changes for offer in offers(TWO)} == {1}
    assert state_name("none") not in {offer.name for offer in offers(TWO)}


def test_a_browser_is_not_offered_its_own() -> None:
    keep(ONE)
    assert offers(ONE) == ()


def test_edits_of_another_case_are_not_offered() -> None:
    assert kept(replace(open_case(OTHER), browser="one"), EDITS, OTHER) is None
    assert offers(TWO) == ()


def test_an_offer_is_told_in_a_sentence() -> None:
    local = dt.datetime(2026, 11, 6, 9, 5).astimezone()
    same = Offer("a", local.astimezone(dt.UTC), 1, "a title", is_same=True)
    assert worded(same) == "1 edit of 6 November 2026, 09:05, can be taken up again."
    other = replace(same, changes=2, is_same=False)
    assert worded(other) == "2 edits (a title) of 6 November 2026, 09:05, can be taken up again."


# --- where nothing can be kept -----------------------------------------------------------


def test_a_notebook_keeps_and_takes_up_nothing(folder_of_states: Path) -> None:
    assert kept(NOTEBOOK, EDITS, CASE) is None
    assert not folder_of_states.exists()
    keep(ONE)
    assert taken_up(NOTEBOOK) is NOTEBOOK
    assert offers(NOTEBOOK) == ()


def test_a_folder_that_cannot_be_written_is_told_and_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path / "file"))
    note = kept(ONE, EDITS, CASE)
    assert note is not None
    assert note.startswith("edits are not kept: ")
    assert note.endswith(f"; name another folder with {STATE_VARIABLE}")
    assert taken_up(ONE) == ONE
    assert offers(ONE) == ()


def test_what_becomes_of_edits_is_told_with_what_to_do() -> None:
    assert "start shellcount explore again" in told(ONE)
    assert "copy the command" in told(NOTEBOOK)
    assert "server" not in told(NOTEBOOK)
