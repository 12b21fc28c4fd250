"""Run the parts of one computation side by side, in threads of this process."""

from __future__ import annotations

import contextlib
import contextvars
import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
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
    size
        Number of threads.
    """

    def __init__(self, threads: ThreadPoolExecutor | None = None, size: int = 0) -> None:
        self._threads, self._size = threads, size

    @property
    def size(self) -> int:
        """Number of parts that run side by side."""
        return max(1, self._size)

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

    def as_made[T, R](self, work: Callable[[T], R], parts: Iterable[T]) -> Iterator[R]:
        """Run parts while this thread makes the next ones, and yield the results in order.

        No more parts are held than threads run, and the one being made.

        Examples
        --------
        >>> list(ALONE.as_made(abs, iter([-3, 2])))
        [3, 2]
        """
        running: deque[Callable[[], R]] = deque()
        for part in parts:
            running.append(self.later(functools.partial(work, part)))
            if len(running) > self._size:
                yield running.popleft()()
        for result in running:
            yield result()


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
        yield Crew(threads, count)
