"""Time the main job: a warm fit, the import, and the whole process beside a PyMC script of the same model.

Whole processes are run in turn, A B A B, so that a machine that slows down slows both; quote
the ratio. Exits 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import shellcount

HERE = Path(__file__).parent
ESTIMATE = [str(Path(sys.executable).parent / "shellcount"), "estimate", "--json"]
PYMC = [sys.executable, str(HERE / "pymc_script.py")]

FIT_S, PROCESS_S, IMPORT_S, RATIO = 0.5, 1.5, 0.15, 1 / 8


def wall(command: list[str]) -> float:
    """Seconds that a command takes as a whole process."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def warm_fits(repeats: int) -> list[float]:
    """Seconds of each fit of the default case in this process, the first one not counted."""
    case = shellcount.load_case()
    shellcount.fit(case)
    times = []
    for seed in range(repeats):
        started = time.perf_counter()
        shellcount.fit(case, seed=seed)
        times.append(time.perf_counter() - started)
    return times


def import_cost(repeats: int) -> list[float]:
    """Seconds that importing shellcount takes beyond importing numpy."""
    code = "import time, numpy; t = time.perf_counter(); import shellcount; print(time.perf_counter() - t)"
    run = [sys.executable, "-c", code]
    return [
        float(subprocess.run(run, check=True, capture_output=True, text=True).stdout) for _ in range(repeats)
    ]


def row(name: str, times: list[float], limit: float) -> bool:
    """Print one line, and say whether the median keeps the limit."""
    middle = statistics.median(times)
    kept = middle <= limit
    figures = "".join(f"{value:>9.3f}" for value in (min(times), middle, max(times), limit))
    print(f"{name:<44}{figures}  {'ok' if kept else 'OVER'}")
    return kept


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each quick command")
    parser.add_argument("--pymc-repeats", type=int, default=2, help="counted runs of the PyMC script")
    options = parser.parse_args()
    print(f"{'seconds':<44}{'min':>9}{'median':>9}{'max':>9}{'limit':>9}")
    kept = [
        row("fit, default case, warm process", warm_fits(options.repeats), FIT_S),
        row("import shellcount, beyond numpy", import_cost(options.repeats), IMPORT_S),
    ]
    wall(ESTIMATE)
    wall(PYMC)  # fills its compile cache
    pairs = [(wall(ESTIMATE), wall(PYMC)) for _ in range(options.pymc_repeats)]
    ours = [pair[0] for pair in pairs] + [wall(ESTIMATE) for _ in range(options.repeats)]
    kept.append(row("shellcount estimate --json, whole process", ours, PROCESS_S))
    theirs = [pair[1] for pair in pairs]
    row("PyMC script of the same model, warm cache", theirs, float("inf"))
    kept.append(row("ratio of the two, pair by pair", [a / b for a, b in pairs], RATIO))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
