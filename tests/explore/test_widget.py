"""The widget of the explorer: what it answers to which message, with a stand-in for the fits."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from panelling import EDITS
from shellcount.case.reading import read_shipped
from shellcount.errors import UsageError
from shellcount.explore import widget
from shellcount.explore.answers import SupersededError
from shellcount.explore.edits import Edits
from shellcount.explore.opening import Opening, open_case
from shellcount.explore.view import View
from shellcount.explore.widget import Explorer
from shellcount.results.results import Results

type Message = dict[str, Any]


class Fake:
    """Answers that name the edits that they are of, and begin when they are let."""

    def __init__(self, results: Results) -> None:
        self.known = results
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()
        self.asked: list[tuple[str, Edits]] = []
        self.given_up: list[int] = []

    def view(
        self,
        edits: Edits,
        *,
        serial: int = 0,
        asked: Any = None,
        tell: Callable[[View], None] = lambda _: None,
        superseded: Callable[[], bool] = lambda: False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> View:
        self.asked = list(asked.pins) if asked else []
        self.begun.set()
        self.may_end.wait()
        if stopped():
            return View(serial, "stopped")
        if edits.day == "never":
            raise UsageError("no such day")
        if edits.day == "broken":
            raise ZeroDivisionError
        if superseded():
            self.given_up.append(serial)
            raise SupersededError
        tell(View(serial, "ready", str(edits.changes), whole=False))
        return View(serial, "ready", str(edits.changes))

    def results(self, _: Edits) -> Results:
        return self.known

    def before(self) -> Results:
        return self.known


@pytest.fixture
def fake(results: Results, monkeypatch: pytest.MonkeyPatch) -> Fake:
    found = Fake(results)
    monkeypatch.setattr(widget, "Answers", lambda *_, **__: found)
    return found


@pytest.fixture(autouse=True)
def folder_of_states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELLCOUNT_STATE", str(tmp_path / "states"))


class Told(Explorer):
    """An explorer whose messages to the browser are noted."""

    def __init__(self, opening: Opening | None = None) -> None:
        self.told: list[Message] = []
        self.files: list[bytes] = []
        super().__init__(opening)

    def send(self, content: Message, buffers: list[bytes] | None = None) -> None:
        self.told.append(content)
        self.files += buffers or []

    def hear(self, message: Message, *buffers: bytes) -> None:
        """Hear what a browser sends."""
        self._handle_custom_msg(message, list(buffers))

    def of(self, kind: str) -> list[Message]:
        return [message for message in self.told if message["type"] == kind]


@pytest.fixture
def explorer(fake: Fake) -> Told:
    del fake
    found = Told()
    found.wait()
    return found


def move(serial: int, **parts: Any) -> Message:
    return {"type": "edits", "serial": serial, **EDITS, "pins": [], **parts}


def test_it_opens_with_the_controls_of_its_case_and_an_answer(explorer: Told) -> None:
    assert explorer.about["question"] == open_case().case.about.question
    assert [control["name"] for control in explorer.about["controls"]][:3] == ["given", "scenario", "day"]
    assert explorer.state["edits"] == EDITS
    assert explorer.state["view"]["serial"] == 1
    assert explorer.state["uses"]["claim:us-white-house-2023-10"] == "fit"


def test_how_long_a_case_takes_to_open_is_told(fake: Fake) -> None:
    told: list[str | None] = []
    fake.may_end.clear()
    explorer = Told()
    explorer.observe(lambda change: told.append(change["new"].get("message")), "about")
    fake.may_end.set()
    explorer.wait()
    assert told == ["{}", None]  # the message of the stand-in, then the controls


def test_the_last_of_many_moves_is_answered_and_every_one_received(explorer: Told, fake: Fake) -> None:
    fake.begun.clear()
    fake.may_end.clear()
    explorer.hear(move(2, changes={"load": "0.41:0.9"}))
    fake.begun.wait()  # the worker is within the first
    for serial in range(3, 30):
        explorer.hear(move(serial, changes={"load": f"0.{serial}:0.9"}))
    assert [message["serial"] for message in explorer.of("received")] == list(range(2, 30))
    assert explorer.of("view") == []
    fake.may_end.set()
    explorer.wait()
    assert fake.given_up == [2]
    first, whole = explorer.of("view")
    assert (first["view"]["serial"], first["view"]["whole"]) == (29, False)
    assert (whole["view"]["serial"], whole["view"]["whole"]) == (29, True)
    assert whole["view"]["message"] == "{'load': '0.29:0.9'}"
    assert explorer.state["view"] == whole["view"]
    assert explorer.state["edits"]["changes"] == {"load": "0.29:0.9"}


def test_a_fit_is_stopped_and_what_comes_later_is_not(explorer: Told, fake: Fake) -> None:
    fake.begun.clear()
    fake.may_end.clear()
    explorer.hear(move(2, changes={"load": "0.41:0.9"}))
    fake.begun.wait()
    explorer.hear({"type": "stop", "serial": 2})
    fake.may_end.set()
    explorer.wait()
    assert [message["view"]["status"] for message in explorer.of("view")] == ["stopped"]
    explorer.hear(move(3, changes={"load": "0.41:0.9"}))
    explorer.wait()
    assert explorer.of("view")[-1]["view"]["status"] == "ready"


def test_switches_of_claimants_and_the_question_tell_what_claims_are_used_for(explorer: Told) -> None:
    explorer.hear(move(2, given="all", uses={"claimant:us-state": "out"}))
    explorer.wait()
    uses = explorer.of("view")[-1]["uses"]
    assert (uses["claim:us-state-2024-02"], uses["claim:ua-gur-2024"]) == ("out", "fit")


def test_pins_are_answered_with_their_names(explorer: Told, fake: Fake) -> None:
    pinned = {**EDITS, "changes": {"load": "0.7"}}
    explorer.hear(move(2, pins=[{"label": "full\u202e", "edits": pinned}, "no pin"]))
    explorer.wait()
    ((label, edits),) = fake.asked
    assert edits == Edits({"load": "0.7"})
    assert "\u202e" not in label
    assert explorer.state["pins"] == [{"label": label, "edits": pinned}]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (move(2, changes={"load": 3}), "changes of edits must be text"),
        (move(2, uses={"claim:a": "perhaps"}), "must be fit, check or out"),
        (move(2, pins=[{"label": "a", "edits": 3}]), "edits must be a table"),
        (move(2, day="never"), "no such day"),
        ({"type": "export", "kind": "../secret", **EDITS}, "nothing is saved as '../secret'"),
        ({"type": "resume", "name": "../../etc/passwd"}, "no edits are kept under '../../etc/passwd'"),
    ],
)
def test_what_is_wrong_is_told_and_the_next_move_answered(
    explorer: Told, message: Message, said: str
) -> None:
    explorer.hear(message)
    explorer.wait()
    told = explorer.of("told")
    assert said in told[0]["text"]
    assert told[0]["wrong"]
    explorer.hear(move(9))
    explorer.wait()
    assert explorer.of("view")[-1]["view"]["serial"] == 9


@pytest.mark.parametrize("message", [None, "text", [1], {}, {"type": "open"}, {"type": 3, "serial": "x"}])
def test_messages_that_mean_nothing_change_nothing(explorer: Told, message: Any) -> None:
    before = (dict(explorer.about), dict(explorer.state))
    explorer.hear(message)
    explorer.wait()
    assert (dict(explorer.about), dict(explorer.state)) == before
    assert explorer.of("told") == explorer.of("view") == []


def test_an_error_of_ours_is_told_and_the_next_move_answered(
    explorer: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: shown.set())
    explorer.hear(move(2, day="broken"))
    explorer.wait()
    assert "the terminal" in explorer.of("told")[0]["text"]
    explorer.hear(move(3))
    explorer.wait()
    assert explorer.of("view")[-1]["view"]["serial"] == 3
    shown.wait()


def test_a_case_that_is_dropped_is_opened_and_a_fault_of_it_told(explorer: Told) -> None:
    explorer.hear({"type": "open", "name": "C:\\new\\channel.toml"}, read_shipped("channel-2023"))
    explorer.wait()
    assert explorer.about["question"] == open_case("channel-2023").case.about.question
    assert explorer.state["view"]["serial"] == 2
    assert explorer.of("told")[0]["text"].startswith("channel.toml is open.")
    explorer.hear({"type": "open", "name": "bad.toml"}, b"[case]\n")
    explorer.wait()
    assert explorer.of("told")[-1]["wrong"]
    assert explorer.about["question"] == open_case("channel-2023").case.about.question


LEDGER = b"""id,claimant,quantity,scope,value,resolution,hedge,as_of,use,source,summary
new-count,ua-gur,containers,military,11000,1000,about,2024-06-01,check,SOURCE,A count.
"""


def test_claims_of_a_ledger_are_added_and_the_edits_kept(explorer: Told) -> None:
    explorer.hear(move(2, changes={"load": "0.7"}))
    explorer.wait()
    source = open_case().case.source[0].id.encode()
    explorer.hear({"type": "open", "name": "new.csv"}, LEDGER.replace(b"SOURCE", source))
    explorer.wait()
    assert explorer.of("told")[-1]["text"].startswith("The claims of new.csv are added")
    explorer.hear({"type": "export", "kind": "case.toml", **EDITS})
    explorer.wait()
    assert b'id = "new-count"' in explorer.files[-1]
    assert explorer.state["edits"]["changes"] == {"load": "0.7"}
    explorer.hear({"type": "open", "name": "again.toml"}, read_shipped("dprk-russia-2024"))
    explorer.wait()
    assert explorer.state["edits"] == EDITS  # another file, if of the same case


def test_the_edited_case_is_saved_as_a_file(explorer: Told) -> None:
    explorer.hear({"type": "export", "ask": 7, "kind": "case.toml", **EDITS, "changes": {"load": "0.7"}})
    explorer.wait()
    (file,) = explorer.of("file")
    assert file == {"type": "file", "ask": 7, "name": "dprk-russia-2024.toml"}
    assert b"value = 0.7" in explorer.files[0]


def test_results_are_those_of_the_edits(explorer: Told, fake: Fake) -> None:
    assert explorer.results is fake.known


def test_explorers_that_were_not_moved_for_longer_rest_and_wake_up(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that is loaded again has an explorer of its own, and the one before would hold its draws."""
    made: list[Fake] = []

    def make(*_: object, **__: object) -> Fake:
        made.append(Fake(results))
        return made[-1]

    monkeypatch.setattr(widget, "Answers", make)
    first = Told()
    first.wait()
    others = [Told() for _ in range(4)]
    for each in others:
        each.wait()
    assert len(made) == 5
    first.hear(move(2))
    first.wait()
    assert first.of("view")[-1]["view"]["serial"] == 2
    assert len(made) == 6
    others[-1].hear(move(2))
    others[-1].wait()
    assert len(made) == 6


# --- keeping -----------------------------------------------------------------------------


def opened(browser: str) -> Told:
    found = Told(dataclasses.replace(open_case(), browser=browser))
    found.wait()
    return found


@pytest.mark.usefixtures("fake")
def test_edits_are_kept_for_their_browser_and_offered_to_others() -> None:
    first = opened("one")
    assert first.about["offers"] == []
    first.hear(move(2, changes={"load": "0.7"}, uses={"claim:us-state-2024-02": "out"}))
    first.wait()
    first.close()
    assert opened("one").state["edits"]["changes"] == {"load": "0.7"}  # the page was loaded again
    other = opened("two")
    assert other.state["edits"] == EDITS
    (offer,) = other.about["offers"]
    assert offer["text"].startswith("2 edits of ")
    other.hear({"type": "resume", "name": offer["name"]})
    other.wait()
    assert other.state["edits"]["uses"] == {"claim:us-state-2024-02": "out"}
    assert other.of("told") == [{"type": "told", "text": "Your earlier edits are back.", "wrong": False}]


@pytest.mark.usefixtures("fake")
def test_a_dropped_case_is_kept_with_its_edits() -> None:
    first = opened("one")
    first.hear({"type": "open", "name": "channel.toml"}, read_shipped("channel-2023"))
    first.hear(move(3, given="all"))
    first.wait()
    first.hear(move(4, given="all"))
    first.wait()
    again = opened("one")
    assert again.about["question"] == open_case("channel-2023").case.about.question
    assert again.state["edits"]["given"] == "all"


def test_a_notebook_keeps_nothing(explorer: Told, tmp_path: Path) -> None:
    explorer.hear(move(2, changes={"load": "0.7"}))
    explorer.wait()
    assert not (tmp_path / "states").exists()
    assert "kernel" in explorer.about["lost"]
