"""Simulate a study on many machines: virtual workers, a scheduler and a client, and recorded times of fits.

A task is a batch of fits. The client sends it, the scheduler passes it to a worker that is free, the
worker fits, and the result returns by the scheduler to the client, which sends the next task. Client and
scheduler do one thing at a time, in the order of arrival. A worker that fails loses its task, which the
scheduler passes on, and is replaced.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Farm:
    """Workers, and what the machines between them and the results cost, in seconds.

    Parameters
    ----------
    workers
        Number of workers, each on one core.
    scheduler, client
        Time for each task, and for each fit in it.
    window
        Tasks that are sent before their results have returned.
    lifetime, replacement
        Mean time until a worker fails, and time until another takes its place.
    slow, slowness
        Share of the workers that are slow, and the factor by which they are.
    """

    workers: int
    scheduler: tuple[float, float] = (0.0, 0.0)
    client: tuple[float, float] = (0.0, 0.0)
    window: int = 1000
    lifetime: float = math.inf
    replacement: float = 0.0
    slow: float = 0.0
    slowness: float = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """Length of a study in seconds, and what became of the time of the workers.

    Parameters
    ----------
    seconds
        From the first task that is sent to the last result.
    busy
        Share of the time of the workers in which they fit what was needed.
    failures
        Workers that failed while they fitted.
    """

    seconds: float
    busy: float
    failures: int


class _Server:
    """One thing at a time, in the order of arrival."""

    def __init__(self, cost: tuple[float, float]) -> None:
        self._each, self._fit = cost
        self._free = 0.0

    def serve(self, now: float, fits: int) -> float:
        """Take half of the time of a task, which passes each server twice; give the time when it is done."""
        self._free = max(now, self._free) + (self._each + self._fit * fits) / 2
        return self._free


class _Study:
    """State of a study: what happens next, tasks that wait for a worker, and workers that wait for a task."""

    def __init__(self, farm: Farm, sizes: list[int], lengths: list[float], rng: np.random.Generator) -> None:
        self._farm, self._sizes, self._lengths, self._rng = farm, sizes, lengths, rng
        self._client, self._scheduler = _Server(farm.client), _Server(farm.scheduler)
        self._events: list[tuple[float, int, Callable[[float, int, int], None], int, int]] = []
        self._order = itertools.count()
        self._unsent = iter(range(len(sizes)))
        self._waiting: deque[int] = deque()
        self._free = list(range(farm.workers))[::-1]
        self.end, self.failures = 0.0, 0

    def run(self) -> None:
        """Let everything happen in its order, until nothing is left to happen."""
        for _ in range(self._farm.window):
            self._send(0.0)
        while self._events:
            now, _, happen, task, worker = heapq.heappop(self._events)
            happen(now, task, worker)
            while self._free and self._waiting:
                self._begin(now, self._waiting.popleft(), self._free.pop())

    def _post(self, when: float, happen: Callable[[float, int, int], None], task: int, worker: int) -> None:
        heapq.heappush(self._events, (when, next(self._order), happen, task, worker))

    def _send(self, now: float) -> None:
        for task in itertools.islice(self._unsent, 1):
            self._post(self._client.serve(now, self._sizes[task]), self._place, task, -1)

    def _place(self, now: float, task: int, _: int) -> None:
        self._post(self._scheduler.serve(now, self._sizes[task]), self._wait, task, -1)

    def _wait(self, _now: float, task: int, _: int) -> None:
        self._waiting.append(task)

    def _begin(self, now: float, task: int, worker: int) -> None:
        farm = self._farm
        length = self._lengths[task] * (farm.slowness if worker < farm.slow * farm.workers else 1.0)
        left = math.inf if math.isinf(farm.lifetime) else self._rng.exponential(farm.lifetime)
        self._post(now + min(left, length), self._gather if length <= left else self._fail, task, worker)

    def _fail(self, now: float, task: int, worker: int) -> None:
        self.failures += 1
        self._place(now, task, -1)
        self._post(now + self._farm.replacement, self._replace, task, worker)

    def _replace(self, _now: float, _: int, worker: int) -> None:
        self._free.append(worker)

    def _gather(self, now: float, task: int, worker: int) -> None:
        self._free.append(worker)
        self._post(self._scheduler.serve(now, self._sizes[task]), self._return, task, -1)

    def _return(self, now: float, task: int, _: int) -> None:
        self._post(self._client.serve(now, self._sizes[task]), self._keep, task, -1)

    def _keep(self, now: float, _task: int, _: int) -> None:
        self.end = now
        self._send(now)


def simulate(farm: Farm, fits: int, batch: int, times: Sequence[float], seed: int = 1) -> Outcome:
    """Simulate a study event by event; times of fits are drawn from those that were recorded."""
    rng = np.random.default_rng(seed)
    drawn = rng.choice(np.asarray(times, dtype=float), fits)
    firsts = range(0, fits, batch)
    lengths = np.add.reduceat(drawn, firsts).tolist()
    study = _Study(farm, [min(batch, fits - first) for first in firsts], lengths, rng)
    study.run()
    return Outcome(study.end, sum(lengths) / (farm.workers * study.end), study.failures)
