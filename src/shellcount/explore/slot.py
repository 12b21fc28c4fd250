"""Hold the latest of what waits, so that the last move wins, and tasks that none may overtake."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable

type Task = Callable[[], None]


class Slot:
    """Place for the next task of a worker: the latest move, or the first task that was asked for.

    Examples
    --------
    >>> slot, done = Slot(), []
    >>> for number in (1, 2, 3):
    ...     slot.move(lambda number=number: done.append(number))
    >>> slot.take()()
    >>> done
    [3]
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._move: Task | None = None
        self._tasks: deque[Task] = deque()
        self._closed = False
        self._busy = False

    def move(self, task: Task) -> None:
        """Set the next move, in place of the one that waits."""
        with self._changed:
            self._move = task
            self._changed.notify_all()

    def ask(self, task: Task) -> None:
        """Add a task behind the others."""
        with self._changed:
            self._tasks.append(task)
            self._changed.notify_all()

    def is_moved(self) -> bool:
        """Tell whether a later move waits, or nobody waits for anything any more."""
        with self._changed:
            return self._move is not None or self._closed

    def is_closed(self) -> bool:
        """Tell whether the slot is closed."""
        with self._changed:
            return self._closed

    def take(self) -> Task | None:
        """Give the next task, moves first, once there is one; ``None`` once the slot is closed."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._closed or self._move is not None or self._tasks)
            if self._closed:
                return None
            self._busy = True
            task, self._move = self._move, None
            return self._tasks.popleft() if task is None else task

    def wait(self) -> None:
        """Return once nothing is left to do."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or not (self._busy or self._move is not None or self._tasks)
            )

    def close(self) -> None:
        """Drop all that waits, and end the worker."""
        with self._changed:
            self._closed, self._move = True, None
            self._tasks.clear()
            self._changed.notify_all()


def work(slot: Slot, failed: Callable[[], None] = lambda: None) -> threading.Thread:
    """Start a worker, which ends with its slot or with the process.

    It works with the limits and the other context of the caller. After an error, which its thread shows as it
    ends, another goes on.

    Parameters
    ----------
    slot
        Where its tasks are.
    failed
        Called after an error.

    Examples
    --------
    >>> slot, done = Slot(), []
    >>> slot.ask(lambda: done.append("it"))
    >>> worker = work(slot)
    >>> slot.wait()
    >>> slot.close()
    >>> done
    ['it']
    """

    def run() -> None:
        task: Task | None = None
        try:
            while (task := slot.take()) is not None:
                task()
        except RuntimeError:  # of pools of threads, when the process ends
            if not slot.is_closed():
                raise
        finally:
            if task is not None and not slot.is_closed():
                failed()
                work(slot, failed)

    context = contextvars.copy_context()
    worker = threading.Thread(target=context.run, args=(run,), name="explorer", daemon=True)
    worker.start()
    return worker
