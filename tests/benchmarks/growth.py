"""Measure how a fit grows with a case: each is made up, written to a file, and fitted in its own process.

Seconds and bytes are those of reading the file, the fit with its conflicts, and the first estimate; what is
refused, or takes too long, is recorded with the reason. The data are what the page on growth is written from.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "docs" / "benchmarks" / "growth.json"
sys.path.insert(0, str(HERE.parent))

from made_up import GROUPED, Sizes, text  # noqa: E402

BASE = Sizes(claims=300, claimants=30, steps=24)
MIXED = dataclasses.replace(BASE, claims=6, claimants=3, steps=10, forms=("containers", "rounds", "mass"))
AXES: dict[str, list[tuple[int, Sizes, dict[str, int]]]] = {
    "claims": [
        (n, dataclasses.replace(BASE, claims=n, claimants=max(4, min(50, n // 10))), {})
        for n in (10, 100, 300, 1_000, 10_000, 100_000)
    ],
    "claimants": [
        (n, dataclasses.replace(BASE, claims=2_000, claimants=n), {}) for n in (4, 30, 100, 300, 1_000)
    ],
    "steps": [(n, dataclasses.replace(BASE, steps=n), {}) for n in (10, 30, 100, 300, 1_000)],
    "natures": [(n, dataclasses.replace(MIXED, natures=n), {}) for n in (3, 10, 30, 100)],
    "stows": [(n, dataclasses.replace(MIXED, stows=n), {}) for n in (3, 10, 30, 100)],
    "points": [(n, BASE, {"points": n}) for n in (256, 1024, 4096, 16384)],
}
WITHIN_S = 120


def measure(path: str, given: str, sizes: dict[str, int]) -> dict[str, Any]:
    """Fit a case in this process: seconds and bytes, and which engine served."""
    import resource
    import time
    import warnings

    from shellcount import load_case
    from shellcount.engines.settings import Settings
    from shellcount.errors import ShellcountError
    from shellcount.posterior.fitting import fit_with
    from shellcount.results.standard import answering

    warnings.simplefilter("ignore")
    found: dict[str, Any] = {"engine": None, "refused": None}
    began = time.perf_counter()
    case = load_case(path)
    found["reading_s"] = time.perf_counter() - began
    began, used = time.perf_counter(), time.process_time()
    try:
        settings = Settings("is", points=sizes.get("points"))
        posterior = fit_with(case, settings, given=given)
        found["conflicts"] = len(posterior.conflicts)
        found["engine"] = posterior.run.engine
        found["quotable"] = posterior.estimate_of(answering(case)).not_quotable is None
    except ShellcountError as error:
        found["refused"] = str(error)
    found["fit_s"], found["cpu_s"] = time.perf_counter() - began, time.process_time() - used
    found["bytes"] = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found


def in_its_own_process(sizes: Sizes, settings: dict[str, int]) -> dict[str, Any]:
    """Write a case to a file, and measure its fit in a fresh interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "case.toml")
        path.write_text(text(sizes), encoding="utf-8")
        given = "counts" if set(sizes.forms) <= set(GROUPED) else "all"
        command = [sys.executable, __file__, "--one", str(path), given, json.dumps(settings)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S, check=True)
        except subprocess.TimeoutExpired:
            return {"engine": None, "refused": f"took longer than {WITHIN_S} s", "fit_s": None, "bytes": None}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def machine() -> dict[str, Any]:
    """Describe the machine and the versions that were measured."""
    libraries = ("shellcount", "numpy", "scipy", "pydantic")
    return {
        "cores": os.cpu_count(),
        "processor": platform.machine(),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in libraries},
    }


def main() -> int:
    """Measure all axes, or those named, and write the data."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("axes", nargs="*", help=f"some of {', '.join(AXES)}; by default all")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one is not None:
        path, given, sizes = options.one
        print(json.dumps(measure(path, given, json.loads(sizes))))
        return 0
    data = json.loads(DATA.read_text("utf-8")) if DATA.exists() else {"rows": {}}
    data["machine"] = machine()
    for axis in options.axes or AXES:
        data["rows"][axis] = []
        for size, sizes, settings in AXES[axis]:
            row = {"size": size, **in_its_own_process(sizes, settings)}
            data["rows"][axis].append(row)
            print(axis, row)
            DATA.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
