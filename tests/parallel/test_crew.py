"""Parts of a computation run side by side, in the order and the context of whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from shellcount.parallel import crew as module
from shellcount.parallel.crew import ALONE, Crew, start_crew
from shellcount.parallel.executors import each


@pytest.fixture(params=[1, 2, 5])
def crew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crew]:
    monkeypatch.setattr(module, "cores", lambda: request.param)
    with start_crew() as crew:
        yield crew


def test_results_are_in_the_order_of_the_parts(crew: Crew) -> None:
    assert crew.each(lambda part: part**2, range(20)) == [part**2 for part in range(20)]
    assert crew.later(lambda: 3)() == 3


def test_a_fault_of_a_part_is_that_of_the_whole(crew: Crew) -> None:
    with pytest.raises(ZeroDivisionError):
        crew.each(lambda part: 1 / part, [2, 1, 0])


def test_parts_are_made_while_others_run_and_few_are_held(crew: Crew) -> None:
    made: list[int] = []

    def parts() -> Iterator[int]:
        for part in range(20):
            made.append(part)
            yield part

    for place, result in enumerate(crew.as_made(lambda part: part**2, parts())):
        assert result == place**2
        assert len(made) <= place + 6
    assert len(made) == 20
    with pytest.raises(ZeroDivisionError):
        list(crew.as_made(lambda part: 1 / part, iter([2, 1, 0])))


def test_parts_know_what_numpy_is_to_do_about_overflow(crew: Crew) -> None:
    def overflow(_: int) -> bool:
        return bool(np.isinf(np.exp(np.full(2, 1e3))).all())

    with np.errstate(over="ignore"):
        assert crew.each(overflow, [1, 2]) == [True, True]
        assert crew.later(lambda: overflow(1))()
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        crew.each(overflow, [1, 2])


def has_threads() -> bool:
    with start_crew() as crew:
        return crew is not ALONE


def test_worker_processes_which_share_the_cores_start_none() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        assert not executor.submit(has_threads).result()


def test_tasks_start_none_in_threads_either() -> None:
    with ThreadPoolExecutor(1) as executor:
        assert [result for _, result in each(lambda _: has_threads(), [1, 2], executor)] == [False, False]
