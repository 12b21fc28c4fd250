"""Run the parts of one computation side by side, in threads of this process."""

from __future__ import annotations

import contextlib
import contextvars
import functools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from shellcount.parallel.executors import cores
from shellcount.parallel.process import one_blas_thread_here
from shellcount.parallel.sharing import shares_cores


class Crew:
    """Threads that run parts of a computation; numpy lets others run while it computes.

    Parameters
    ----------
    threads
        Where the parts run; ``None`` for the thread that asks.
    """

    def __init__(self, threads: ThreadPoolExecutor | None = None) -> None:
        self._threads = threads

    def each[T, R](self, work: Callable[[T], R], parts: Sequence[T]) -> list[R]:
        """Run every part, and list the results in the order of the parts.

        Examples
        --------
        >>> ALONE.each(abs, [-3, 2])
        [3, 2]
        """
        if self._threads is None or len(parts) == 1:
            return [work(part) for part in parts]
        running = [self._threads.submit(_in_context(work), part) for part in parts]
        return [part.result() for part in running]

    def later[R](self, work: Callable[[], R]) -> Callable[[], R]:
        """Start work in a thread, and return a function that waits for its result; without threads, the work.

        Examples
        --------
        >>> ALONE.later(lambda: 3)()
        3
        """
        return work if self._threads is None else self._threads.submit(_in_context(work)).result


def _in_context[**P, R](work: Callable[P, R]) -> Callable[P, R]:
    """Take the context of this thread along: what numpy is to do about overflow is part of it."""
    return functools.partial(contextvars.copy_context().run, work)


ALONE = Crew()


@contextlib.contextmanager
def start_crew() -> Iterator[Crew]:
    """Start a thread for each core; none in a task, which shares the cores with others.

    Examples
    --------
    >>> with start_crew() as threads:
    ...     threads.each(abs, [-3, 2])
    [3, 2]
    """
    count = 1 if shares_cores() else cores()
    if count == 1:
        yield ALONE
        return
    with ThreadPoolExecutor(count, initializer=one_blas_thread_here) as threads:
        yield Crew(threads)
