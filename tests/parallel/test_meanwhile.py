"""Work is done beside a block, which ends when both have ended."""

from __future__ import annotations

import threading

import pytest

from shellcount.parallel.meanwhile import meanwhile


def test_work_and_block_run_side_by_side_and_both_end() -> None:
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait()
        done.set()

    with meanwhile(work):
        begun.wait()
        go.set()
    assert done.is_set()


def test_a_block_that_fails_does_not_wait() -> None:
    never = threading.Event()
    with pytest.raises(ZeroDivisionError), meanwhile(never.wait):
        raise ZeroDivisionError
    never.set()


def test_what_cannot_be_imported_is_left_to_whoever_needs_it() -> None:
    def work() -> None:
        raise ImportError

    with meanwhile(work):
        pass
