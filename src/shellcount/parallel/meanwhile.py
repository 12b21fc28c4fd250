"""Run serial work of this process while others fit."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Run work in a thread beside a ``with`` block, for whoever needs its result afterwards.

    Where the block is left by an error, nobody waits for the work.

    Parameters
    ----------
    work
        What to do: import modules, or compute what is kept. What it cannot import fails where it is needed.

    Examples
    --------
    >>> done = []
    >>> with meanwhile(lambda: done.append(1)):
    ...     pass
    >>> done
    [1]
    """

    def done() -> None:
        with contextlib.suppress(ImportError):
            work()

    thread = threading.Thread(target=done, daemon=True)
    thread.start()
    yield
    thread.join()
