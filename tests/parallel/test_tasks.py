"""Tasks are run once each, in any batches and wherever, and not again once the journal has them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from shellcount.parallel.journal import Journal
from shellcount.parallel.tasks import finish

TASKS = {f"task {number}": number for number in range(7)}
SQUARES = {key: number**2 for key, number in TASKS.items()}
LINE = TypeAdapter(tuple[str, int])


def squares(numbers: Sequence[int]) -> list[int]:
    return [number**2 for number in numbers]


def journal(path: Path) -> Journal[str, int]:
    return Journal(path / "work.jsonl", {"power": 2}, LINE)


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("threads", [0, 1, 3])
def test_results_are_the_same_in_any_batches_and_anywhere(batch: int, threads: int) -> None:
    def run(executor: Executor | None) -> dict[str, int]:
        return finish(squares, TASKS, batch=batch, executor=executor)

    if threads:
        with ThreadPoolExecutor(threads) as executor:
            found = run(executor)
    else:
        found = run(None)
    assert list(found.items()) == list(SQUARES.items())


def test_no_task_is_no_work() -> None:
    assert finish(squares, dict[str, int]()) == {}


def test_progress_begins_with_what_was_finished_before(tmp_path: Path) -> None:
    shares: list[float] = []
    with journal(tmp_path) as kept:
        kept.append({"task 3": 9, "of another call": 1})
        finish(squares, TASKS, batch=3, journal=kept, progress=shares.append)
    assert shares == [1 / 7, 4 / 7, 1.0]


def test_what_is_in_the_journal_is_not_run_again(tmp_path: Path) -> None:
    with journal(tmp_path) as kept:
        finish(squares, {"task 3": 3, "task 1": 1}, journal=kept)
    run: list[int] = []

    def watched(numbers: Sequence[int]) -> list[int]:
        run.extend(numbers)
        return squares(numbers)

    with journal(tmp_path) as kept:
        found = finish(watched, TASKS, batch=2, journal=kept)
    assert list(found.items()) == list(SQUARES.items())
    assert run == [0, 2, 4, 5, 6]
    with journal(tmp_path) as kept:
        assert finish(watched, TASKS, journal=kept) == SQUARES
    assert run == [0, 2, 4, 5, 6]


def test_batches_that_finished_before_a_failure_are_kept(tmp_path: Path) -> None:
    def failing(numbers: Sequence[int]) -> list[int]:
        if 4 in numbers:
            raise LookupError
        return squares(numbers)

    with journal(tmp_path) as kept, pytest.raises(LookupError):
        finish(failing, TASKS, batch=2, journal=kept)
    with journal(tmp_path) as kept:
        assert kept.finished == {f"task {number}": number**2 for number in range(4)}


def test_a_result_too_few_is_a_fault() -> None:
    with pytest.raises(ValueError, match="shorter"):
        finish(lambda numbers: squares(numbers)[1:], TASKS, batch=2)
