"""Tasks are done once each, wherever; the rest is cancelled when one fails or nobody listens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from shellcount.parallel.executors import each


def test_every_task_is_done_here_in_order() -> None:
    assert list(each(str, [3, 1, 2])) == [(0, "3"), (1, "1"), (2, "2")]


def test_every_task_is_done_in_an_executor_with_its_place() -> None:
    with ThreadPoolExecutor(2) as executor:
        assert sorted(each(str, [3, 1, 2], executor)) == [(0, "3"), (1, "1"), (2, "2")]


@pytest.mark.parametrize("stop", ["failure", "break"])
def test_what_has_not_begun_is_cancelled(stop: str) -> None:
    begun: list[int] = []
    gate = threading.Event()

    def work(task: int) -> int:
        begun.append(task)
        if task == 0:
            if stop == "failure":
                raise LookupError(task)
            return task
        gate.wait()
        return task

    with ThreadPoolExecutor(1) as executor:
        results = each(work, range(50), executor)
        try:
            if stop == "failure":
                with pytest.raises(LookupError):
                    next(results)
            else:
                assert next(results) == (0, 0)
                results.close()  # type: ignore[attr-defined]
        finally:
            gate.set()
    assert len(begun) <= 2


def test_tasks_are_taken_as_they_can_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellcount.parallel.executors._SUBMITTED", 3)
    taken: list[int] = []

    def tasks() -> Iterator[int]:
        for task in range(20):
            taken.append(task)
            yield task

    found: list[tuple[int, str]] = []
    with ThreadPoolExecutor(2) as executor:
        for place, result in each(str, tasks(), executor):
            assert len(taken) <= len(found) + 3
            found.append((place, result))
    assert sorted(found) == [(place, str(place)) for place in range(20)]
