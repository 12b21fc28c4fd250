"""The slot of the explorer's worker: the last move wins, and what was asked for is done in order."""

from __future__ import annotations

import functools
import threading

import pytest

from shellcount.explore.slot import Slot, work
from shellcount.limits import allowed, raised


class Gate:
    """A task that tells when it has begun, and ends when it is let."""

    def __init__(self) -> None:
        self.begun, self.may_end = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.begun.set()
        self.may_end.wait()


def blocked(slot: Slot) -> Gate:
    """Keep the worker of a slot busy."""
    gate = Gate()
    slot.ask(gate)
    work(slot)
    gate.begun.wait()
    return gate


def test_the_last_of_many_moves_is_the_one_that_is_answered() -> None:
    slot, done = Slot(), list[int]()
    gate = blocked(slot)
    for number in range(100):
        slot.move(functools.partial(done.append, number))
    gate.may_end.set()
    slot.wait()
    assert done == [99]


def test_what_is_asked_for_is_done_in_order_and_after_the_moves() -> None:
    slot, done = Slot(), []
    gate = blocked(slot)
    slot.ask(lambda: done.append("first"))
    slot.ask(lambda: done.append("second"))
    slot.move(lambda: done.append("move"))
    gate.may_end.set()
    slot.wait()
    assert done == ["move", "first", "second"]


def test_work_learns_that_a_later_move_waits() -> None:
    slot, found = Slot(), []
    gate = blocked(slot)
    assert not slot.is_moved()
    slot.move(lambda: found.append(slot.is_moved()))
    assert slot.is_moved()
    gate.may_end.set()
    slot.wait()
    assert found == [False]


def test_waiting_ends_only_with_the_work() -> None:
    slot = Slot()
    gate = blocked(slot)
    waited = threading.Thread(target=slot.wait)
    waited.start()
    assert waited.is_alive()
    gate.may_end.set()
    waited.join()


def test_a_closed_slot_lets_go_of_all_that_waits() -> None:
    slot, done = Slot(), []
    gate = blocked(slot)
    slot.move(lambda: done.append("move"))
    slot.ask(lambda: done.append("task"))
    slot.close()
    assert slot.is_moved()  # so that long work gives up
    gate.may_end.set()
    assert slot.take() is None
    slot.wait()
    assert done == []


def failing() -> None:
    raise KeyError("no such thing")


def test_after_an_error_another_worker_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[object] = []
    monkeypatch.setattr(threading, "excepthook", shown.append)
    slot, told, done = Slot(), [], []
    slot.ask(failing)
    slot.ask(lambda: done.append("next"))
    first = work(slot, lambda: told.append("failed"))
    slot.wait()
    first.join()  # it shows its error as it ends
    assert len(shown) == 1
    assert (told, done) == (["failed"], ["next"])


def test_a_worker_has_the_limits_of_its_caller() -> None:
    slot, found = Slot(), []
    with raised({"memory": 6e9}):
        work(slot)
    slot.ask(lambda: found.append(allowed("memory")))
    slot.wait()
    assert found == [6e9]
