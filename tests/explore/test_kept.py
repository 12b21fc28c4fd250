"""Edits are kept at every change, are taken up again, and no file in their folder is trusted."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shellcount.case.reading import load_case, read_shipped
from shellcount.errors import UsageError
from shellcount.explore.edits import Edits
from shellcount.explore.kept import (
    FORMAT,
    STATE_VARIABLE,
    State,
    keep,
    offered,
    state_folder,
    state_name,
    take_up,
)

NAME = "dprk-russia-2024"
CASE = load_case()
EDITS = Edits({"load": "0.5:0.9"}, {"claim:ua-gur-2024": "fit"}, day="2024-02")
NOON = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
STATE = State(CASE, read_shipped(NAME), f"{NAME}.toml", EDITS, "counts", NAME, NOON)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path / "state"))
    return tmp_path / "state" / "explored"


def file_of(token: str) -> Path:
    return state_folder() / f"{state_name(token)}.json"


def written(**changes: Any) -> Path:
    """The file of a kept state, of which some values are others."""
    assert keep("token", STATE) is None
    path = file_of("token")
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}), "utf-8")
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_kept_is_taken_up_again() -> None:
    assert keep("token", STATE) is None
    assert take_up(state_name("token")) == STATE


def test_a_state_takes_the_place_of_the_one_before_and_leaves_nothing_else(folder: Path) -> None:
    for load in ("0.5:0.9", "0.6:0.9"):
        assert keep("token", replace(STATE, edits=Edits({"load": load}))) is None
    assert take_up(state_name("token")).edits.changes == {"load": "0.6:0.9"}
    assert names(folder) == [f"{state_name('token')}.json"]


def test_each_token_has_a_file_whose_name_does_not_give_it_away(folder: Path) -> None:
    for token in ("../../etc/passwd", "secret\0", "ünïcode", "secret"):
        assert keep(token, STATE) is None
    assert len(names(folder)) == 4
    assert not any("secret" in name for name in names(folder))


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_folder_is_private(folder: Path) -> None:
    keep("token", STATE)
    assert folder.stat().st_mode & 0o077 == 0


def test_a_dropped_case_is_kept_whole() -> None:
    grain = load_case("black-sea-grain-2022")
    dropped = replace(STATE, case=grain, content=read_shipped("black-sea-grain-2022"), origin="mine.toml")
    keep("token", dropped)
    assert take_up(state_name("token")).case.digest == grain.digest
    (offer,) = offered(CASE)[0]
    assert (offer.title, offer.is_same) == (grain.about.title, False)
    (offer,) = offered(grain)[0]
    assert offer.is_same


# --- offers ------------------------------------------------------------------------------


def test_earlier_states_of_the_case_are_offered_the_latest_first() -> None:
    keep("early", STATE)
    keep("late", replace(STATE, edits=Edits({"load": "0.7"}), saved=NOON + dt.timedelta(days=1)))
    keep(
        "grain",
        replace(
            STATE,
            case=load_case("black-sea-grain-2022"),
            started="x",
            content=read_shipped("black-sea-grain-2022"),
        ),
    )
    offers, notes = offered(CASE)
    assert [(offer.name, offer.changes, offer.is_same) for offer in offers] == [
        (state_name("late"), 1, True),
        (state_name("early"), 3, True),
    ]
    assert [offer.saved.day for offer in offers] == [27, 26]
    assert notes == ()


def test_the_state_of_this_run_is_not_offered() -> None:
    keep("token", STATE)
    assert offered(CASE, "token") == ((), ())


def test_nothing_is_offered_where_nothing_was_kept(folder: Path) -> None:
    assert offered(CASE) == ((), ())
    assert not folder.exists()


# --- files that are not trusted ----------------------------------------------------------


DAMAGED: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-100]),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
    "a list": lambda path: path.write_text("[]"),
    "deep": lambda path: path.write_text("[" * 10_000),
    "many": lambda path: path.write_text(json.dumps([0] * 30_000)),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_told_and_set_aside(damage: Callable[[Path], object], folder: Path) -> None:
    damage(written())
    keep("whole", STATE)
    offers, notes = offered(CASE)
    assert [offer.name for offer in offers] == [state_name("whole")]
    assert len(notes) == 1
    assert notes[0].startswith(f"the edits in {file_of('token')}.damaged-1 cannot be read: ")
    assert notes[0].isprintable()
    assert offered(CASE) == (offers, ())
    assert f"{state_name('token')}.json.damaged-1" in names(folder)


HOSTILE: dict[str, dict[str, Any]] = {
    "another format": {"format": "shellcount/explored/2"},
    "another key": {"path": "/etc/passwd"},
    "no time": {"saved": "yesterday"},
    "no zone": {"saved": "2026-11-26T12:00:00"},
    "a time that is none": {"saved": 5},
    "no case": {"content": "x = 1"},
    "edits of another kind": {"edits": {"changes": {"load": 1}}},
    "a use that is none": {"edits": {"uses": {"claim:ua-gur-2024": "burn"}}},
    "claims that the case lacks": {"given": "counts-and:nobody"},
    "a long name": {"origin": "x" * 501},
    "letters that turn text": {"started": 5, "origin": "\u202e\x1b[31m"},
}


@pytest.mark.parametrize("changes", HOSTILE.values(), ids=HOSTILE)
def test_a_file_of_other_content_is_told_and_set_aside(changes: dict[str, Any]) -> None:
    path = written(**changes)
    with pytest.raises(UsageError, match="cannot be read: ") as refused:
        take_up(state_name("token"))
    assert str(refused.value).isprintable()
    assert not path.exists()
    assert keep("token", STATE) is None
    written(**changes)
    assert len(offered(CASE)[1]) == 1
    assert path.with_name(f"{path.name}.damaged-2").exists()


def test_hostile_texts_of_a_case_stay_texts() -> None:
    title = CASE.about.title
    hostile = read_shipped(NAME).decode().replace(title, r"\u001b[31m\u202e <b>x</b>", 1)
    written(content=hostile)
    (offer,) = offered(CASE)[0]
    assert offer.title == r"\x1b[31m\u202e <b>x</b>"
    assert not offer.is_same


@pytest.mark.parametrize("name", ["", "../x", "/etc/passwd", "A" * 33, "a" * 31 + "/", "a" * 31 + "é"])
def test_a_name_that_no_state_has_opens_no_file(name: str) -> None:
    with pytest.raises(UsageError, match="no edits are kept under"):
        take_up(name)


def test_a_state_that_is_gone_is_told() -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file or directory"):
        take_up(state_name("token"))


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_a_link_or_pipe_in_its_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.txt"
    target.write_text("kept")
    folder.mkdir(parents=True)
    file_of("link").symlink_to(target)
    os.mkfifo(file_of("pipe"))
    file_of("folder").mkdir()
    assert len(offered(CASE)[1]) == 3
    assert target.read_text() == "kept"
    file_of("link").symlink_to(target)
    for token in ("link", "folder"):
        assert keep(token, STATE) is None
        assert take_up(state_name(token)) == STATE
    assert target.read_text() == "kept"


def test_a_folder_that_cannot_be_written_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(STATE_VARIABLE, str(tmp_path / "file"))
    note = keep("token", STATE)
    assert note is not None
    assert note.startswith("edits are not kept: ")
    assert note.endswith("; name another folder with SHELLCOUNT_STATE")
    assert offered(CASE) == ((), ())


def test_two_writers_leave_the_whole_state_of_one(folder: Path) -> None:
    states = [replace(STATE, edits=Edits({"load": f"0.{place}"})) for place in range(1, 9)]
    notes: list[str | None] = []

    def work(mine: list[State]) -> None:
        notes.extend(keep("token", state) for state in mine)

    threads = [threading.Thread(target=work, args=(states[start::2],)) for start in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes == [None] * len(states)
    assert take_up(state_name("token")) in states
    assert names(folder) == [f"{state_name('token')}.json"]


def test_the_format_is_named_in_the_file() -> None:
    document = json.loads(STATE.to_bytes())
    assert document["format"] == FORMAT
    assert document["saved"] == "2026-11-26T12:00:00+00:00"


def test_the_user_folder_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(STATE_VARIABLE)
    assert state_folder().parts[-2:] == ("shellcount", "explored")
