"""Measure what a study on a cluster costs: a fit, its messages, and the scheduler and client for each task.

Writes docs/benchmarks/cluster.json, from which the page "Beyond one machine" is generated. Run it on an idle
machine, with the extra `dask`: python tests/benchmarks/cluster.py
"""

from __future__ import annotations

import copy
import functools
import json
import os
import pickle
import platform
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from distributed import Client  # noqa: E402
from distributed.protocol.pickle import dumps  # noqa: E402

from clusters import LocalCluster, local_cluster  # noqa: E402
from shellcount.case.reading import load_case  # noqa: E402
from shellcount.parallel.cluster import _Work, cluster  # noqa: E402
from shellcount.parallel.executors import cores  # noqa: E402
from shellcount.parallel.journal import Journal  # noqa: E402
from shellcount.parallel.sharing import as_task  # noqa: E402
from shellcount.parallel.tasks import finish  # noqa: E402
from shellcount.results.sweep import Outcome  # noqa: E402
from shellcount.studies import sweep  # noqa: E402
from shellcount.studies.sweep import Plan  # noqa: E402
from shellcount.studies.sweep_fit import fit_points  # noqa: E402
from shellcount.studies.variation import Point  # noqa: E402

FITS = 128
BATCHES = (1, 4, 16, 64)
TASKS = 500  # of each size of batch, or as many as have FITS_SENT fits together
FITS_SENT = 8_000
LIBRARIES = ("shellcount", "numpy")


def repeated(outcome: Outcome, points: Sequence[Point]) -> list[Outcome]:
    """Return a copy of an outcome for each point: a task that costs little but its messages."""
    return [copy.deepcopy(outcome) for _ in points]


def fits_of(plan: Plan) -> tuple[list[float], list[Outcome]]:
    """Processor seconds of each fit of a sweep, on one thread as in a worker, and their outcomes."""
    work = as_task(functools.partial(fit_points, plan.basis))
    work(plan.points[:8])  # libraries are loaded, and caches filled
    seconds, outcomes = [], []
    for point in plan.points:
        before = time.process_time()
        outcomes += work([point])
        seconds.append(round(time.process_time() - before, 5))
    return seconds, outcomes


def sizes_of(plan: Plan, outcomes: list[Outcome]) -> dict[str, Any]:
    """Bytes of messages and of memory."""
    call = as_task(functools.partial(fit_points, plan.basis))
    versions = tuple((name, version(name)) for name in LIBRARIES)
    blob = pickle.dumps(outcomes)
    tracemalloc.start()
    kept = [pickle.loads(blob) for _ in range(4)]  # noqa: S301
    memory = tracemalloc.get_traced_memory()[0] / (len(kept) * len(outcomes))
    tracemalloc.stop()
    return {
        "work": len(dumps(_Work(call, versions))),
        "task": {str(batch): len(dumps(list(plan.points[:batch]))) for batch in BATCHES},
        "result": {str(batch): len(dumps(outcomes[:batch])) for batch in BATCHES},
        "memory": round(memory),
    }


def overhead_of(running: LocalCluster, plan: Plan, outcome: Outcome) -> tuple[list[dict[str, float]], int]:
    """Processor seconds of scheduler and client for each task, by size of batch; the tasks do no work."""
    rows = []
    journaled = 0.0
    with (
        Client(running.address, set_as_default=False) as asking,
        cluster(running.address, LIBRARIES) as executor,
    ):

        def scheduler() -> float:
            return float(asking.run_on_scheduler(time.process_time))

        for batch in BATCHES:
            count = min(TASKS, FITS_SENT // batch) * batch
            points = {f"{place:064x}": plan.points[place % len(plan.points)] for place in range(count)}
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "journal.jsonl"
                with Journal(path, plan.basis.document(), sweep._line(len(plan.basis.names))) as journal:
                    before = scheduler(), time.process_time(), time.perf_counter()
                    finish(
                        functools.partial(repeated, outcome),
                        points,
                        batch=batch,
                        journal=journal,
                        executor=executor,
                    )
                    after = scheduler(), time.process_time(), time.perf_counter()
                journaled = path.stat().st_size / count
            used = [(end - begin) / (count / batch) for begin, end in zip(before, after, strict=True)]
            row = dict(
                zip(("scheduler", "client", "elapsed"), (round(value, 7) for value in used), strict=True)
            )
            rows.append({"batch": batch, **row})
    return rows, round(journaled)


def main() -> None:
    """Measure everything, and write it."""
    plan = sweep.plan_sweep(load_case(), {"load": "prior", "stowage": "prior"}, design=f"sobol:{FITS}")
    seconds, outcomes = fits_of(plan)
    before = time.perf_counter()
    with local_cluster(cores()) as running:
        started = time.perf_counter() - before
        overhead, journaled = overhead_of(running, plan, outcomes[0])
    found = {
        "machine": {
            "cores": cores(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            **{name: version(name) for name in ("shellcount", "numpy", "distributed")},
        },
        "engine": plan.basis.settings.engine,
        "estimates": len(plan.basis.names),
        "start": round(started, 2),
        "fit": seconds,
        "bytes": {**sizes_of(plan, outcomes), "journal": journaled},
        "overhead": overhead,
    }
    path = ROOT / "docs" / "benchmarks" / "cluster.json"
    path.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
