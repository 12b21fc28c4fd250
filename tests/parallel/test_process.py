"""What a process has only once is left as it was, in whatever order threads begin and end."""

from __future__ import annotations

import itertools
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import numpy as np
import pytest
import scipy.special  # noqa: F401  # brings a second library of linear algebra
from threadpoolctl import ThreadpoolController, threadpool_limits

from shellcount.parallel.process import alone, one_blas_thread


def threads() -> set[int]:
    """Numbers of threads of the libraries of linear algebra."""
    np.eye(2) @ np.eye(2)
    return {each.num_threads for each in ThreadpoolController().select(user_api="blas").lib_controllers}


class Holder:
    """A thread that enters and leaves a context when it is told to."""

    def __init__(self, context: AbstractContextManager[object]) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._context = context

    def enter(self) -> None:
        self._pool.submit(self._context.__enter__).result()

    def leave(self) -> None:
        self._pool.submit(self._context.__exit__, None, None, None).result()
        self._pool.shutdown()


ORDERS = [order for order in itertools.permutations("abAB") if order.index("a") < order.index("A")]
ORDERS = [order for order in ORDERS if order.index("b") < order.index("B")]


@pytest.mark.parametrize("order", ORDERS, ids="".join)
@pytest.mark.parametrize("number", [2, 3])
def test_work_that_overlaps_has_one_thread_and_leaves_as_many_as_there_were(
    order: tuple[str, ...], number: int
) -> None:
    holders = {name: Holder(one_blas_thread()) for name in "ab"}
    with threadpool_limits(number, user_api="blas"):
        for done, step in enumerate(order, start=1):
            holder = holders[step.lower()]
            (holder.enter if step.islower() else holder.leave)()
            under_way = sum(1 if past.islower() else -1 for past in order[:done])
            assert threads() == ({1} if under_way else {number})


def test_work_within_work_has_one_thread() -> None:
    with threadpool_limits(2, user_api="blas"):
        with one_blas_thread():
            with one_blas_thread():
                assert threads() == {1}
            assert threads() == {1}
        assert threads() == {2}


def test_an_error_leaves_as_many_threads_as_there_were() -> None:
    with threadpool_limits(2, user_api="blas"):
        with pytest.raises(ValueError, match="stop"), one_blas_thread():
            raise ValueError("stop")
        assert threads() == {2}


def test_digits_of_a_sum_are_the_same_in_every_thread() -> None:
    values = np.random.default_rng(1).standard_normal((14, 16_384))

    def gram(_: int) -> bytes:
        with one_blas_thread():
            return (values @ values.T).tobytes()

    with threadpool_limits(2, user_api="blas"), ThreadPoolExecutor(4) as pool:
        assert len({gram(0), *pool.map(gram, range(8))}) == 1


def test_what_is_alone_never_overlaps_and_leaves_no_filter() -> None:
    before = list(warnings.filters)
    under_way, most = [0], [0]
    start = threading.Barrier(4)

    def work(number: int) -> None:
        start.wait()
        with alone():
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
            warnings.filterwarnings("ignore", message=f"of {number}")
            under_way[0] -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert most == [1]
    assert list(warnings.filters) == before


@pytest.mark.parametrize("guard", [one_blas_thread, alone])
def test_a_guard_does_not_hide_an_error(guard: Callable[[], AbstractContextManager[None]]) -> None:
    with pytest.raises(KeyError), guard():
        raise KeyError
