"""Run many tasks: in batches on an executor, with a journal from which interrupted work resumes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor

from shellcount.parallel.executors import each
from shellcount.parallel.journal import Journal


def finish[K, T, R](
    work: Callable[[Sequence[T]], Sequence[R]],
    tasks: Mapping[K, T],
    *,
    batch: int = 1,
    journal: Journal[K, R] | None = None,
    executor: Executor | None = None,
    progress: Callable[[float], None] = lambda _: None,
) -> dict[K, R]:
    """Run tasks, and return their results by key, in the order of the tasks.

    Results are the same for any size of batch, executor and number of workers, as long as each follows from
    its task alone.

    Parameters
    ----------
    work
        Function of several tasks, which returns their results in order; for an executor of processes, it
        must be picklable.
    tasks
        Tasks by key.
    batch
        Number of tasks that are sent to the executor together, and whose results are written together.
    journal
        Journal of finished tasks, which are not run again; each batch is added to it as it finishes.
    executor
        Where to run: any :class:`concurrent.futures.Executor`, by default this process.
    progress
        Called with the share of the tasks that are finished, from 0 to 1.

    Raises
    ------
    OutputError
        When the journal cannot be written; what it holds is kept.

    Examples
    --------
    >>> finish(sorted, {"a": 2, "b": 3})
    {'a': 2, 'b': 3}
    """
    before = {} if journal is None else journal.finished
    results = {key: before[key] for key in tasks if key in before}
    if results:
        progress(len(results) / len(tasks))
    batches = list(itertools.batched((key for key in tasks if key not in results), batch))
    sent = ([tasks[key] for key in keys] for keys in batches)  # made as they are sent
    for place, found in each(work, sent, executor):
        finished = dict(zip(batches[place], found, strict=True))
        if journal is not None:
            journal.append(finished)
        results |= finished
        progress(len(results) / len(tasks))
    return {key: results[key] for key in tasks}
