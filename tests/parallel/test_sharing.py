"""A task knows that it is one of many, for as long as it runs, and takes the limits of its maker along."""

from __future__ import annotations

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shellcount import limits
from shellcount.parallel.sharing import as_task, shares_cores


def test_a_task_shares_cores_until_it_ends() -> None:
    assert not shares_cores()
    assert as_task(shares_cores)()
    assert not shares_cores()


def test_a_task_within_a_task_does_not_end_the_outer_one() -> None:
    def outer() -> list[bool]:
        return [shares_cores(), as_task(shares_cores)(), shares_cores()]

    assert as_task(outer)() == [True, True, True]
    assert not shares_cores()


def test_a_task_that_fails_shares_cores_no_longer() -> None:
    with pytest.raises(ZeroDivisionError):
        as_task(divmod)(1, 0)
    assert not shares_cores()


def test_a_task_in_one_thread_says_nothing_of_another() -> None:
    begun, seen = threading.Event(), threading.Event()

    def wait() -> bool:
        begun.set()
        seen.wait()
        return shares_cores()

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(as_task(wait))
        begun.wait()
        here = shares_cores()
        seen.set()
        assert (here, running.result()) == (False, True)


def test_a_task_takes_limits_along_also_when_pickled() -> None:
    with limits.raised({"memory": 7e9}):
        task = as_task(limits.allowed)
    assert task("memory") == 7e9
    assert pickle.loads(pickle.dumps(task))("memory") == 7e9  # noqa: S301
    assert limits.allowed("memory") != 7e9
