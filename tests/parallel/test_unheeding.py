"""Interrupts do not reach the processes that a command starts, at no moment of their lives."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from shellcount.parallel.unheeding import Context, Process

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")


def seven() -> None:
    os._exit(7)


def test_an_interrupt_before_the_first_instruction_is_held_back() -> None:
    process = Context().Process(target=seven)
    assert type(process) is Process
    process.start()
    os.kill(process.pid or 0, signal.SIGINT)  # while it still starts
    process.join()
    assert process.exitcode == 7


def test_the_parent_answers_interrupts_as_before() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    Context().Process(target=seven).start()
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
    assert signal.SIGINT not in before
