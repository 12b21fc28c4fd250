"""Measure the parts of the comparison; each gives the document that is written for it."""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from running import FailedError, Finished, Server, columns, run
from tools import ALTERNATIVES, CACHE, ENGINES, FORWARD, LIMITS, SCRIPTS, Tool, at_most, progress

type Document = dict[str, Any]

EQUAL_SECONDS = 5.0  # that every tool has, in the comparison at equal time
EQUAL_FITS = 3
COLD_STARTS = 2
MOST_POINTS = 2**16  # of engine `is`, beyond which a fit needs more memory than the limit
REFITS, FEW_REFITS, JOBS = 1000, 400, 2
SWEPT = 1000
SWEEPS = {  # one that moves the likelihood, and one of an assumption that no claim informs
    "likelihood": "robustness.outlier_scale=0.3..0.8",
    "prior": "load=0.4..0.9",
}
# Stated values simulated from the prior, in the order of the claims of the scripts.
SIMULATED = ((5_900.0, 9_300.0, 8_800.0, 1_150.0), (7_400.0, 11_200.0, 10_900.0, 870.0))
REFERENCE_BATCHES = 300
PROFILES = 15
MOVES = 30  # of a slider
POINTS = (1_000, 3_000, 10_000, 30_000, 100_000)


class LeftOut:
    """Tools that were left out, with the reason."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    def built(self, listed: Sequence[Tool]) -> list[Tool]:
        """Give the tools whose environment is there."""
        for tool in listed:
            if not tool.is_built:
                self.reasons[tool.name] = "its environment was not built"
        return [tool for tool in listed if tool.is_built]

    @contextlib.contextmanager
    def failing(self, name: str) -> Iterator[None]:
        """Go on without a tool that fails."""
        try:
            yield
        except FailedError as error:
            progress(f"  {error}")
            self.reasons[name] = "it failed"


def start(most: int) -> Document:
    """Time whole processes, from their start to the printed range, in turn."""
    left_out = LeftOut()
    listed = left_out.built(at_most(most, (*LIMITS, *ENGINES, *ALTERNATIVES)))
    rows: dict[str, list[Finished]] = {}
    for tool in listed:  # fills the caches of files and of compiled code
        if tool.starts > 1:
            progress(f"start: {tool.name}, first run, not counted")
            with left_out.failing(tool.name):
                run(tool.whole)
    for turn in range(max(tool.starts for tool in listed)):
        for tool in listed:
            if turn < tool.starts and tool.name not in left_out.reasons:
                progress(f"start: {tool.name}, run {turn + 1} of {tool.starts}")
                with left_out.failing(tool.name):
                    rows.setdefault(tool.name, []).append(run(tool.whole))
                if tool.name == "pymc" and turn < min(most, COLD_STARTS):
                    progress(f"start: {tool.name} without compiled code, run {turn + 1}")
                    rows.setdefault("pymc_cold", []).append(_cold(tool))
    return {"rows": {name: columns(found) for name, found in rows.items()}, "left_out": left_out.reasons}


def _cold(tool: Tool) -> Finished:
    """Run a tool without code that it compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        return run(tool.whole, PYTENSOR_FLAGS=f"base_compiledir={folder}")


def fits(most: int) -> Document:
    """Time fits in warm processes: of the default size, of the size for equal time, and to other figures."""
    left_out = LeftOut()
    listed = left_out.built(at_most(most, (*(tool for tool in ENGINES if tool.script), *ALTERNATIVES)))
    found: dict[str, Document] = {}
    with contextlib.ExitStack() as stack:
        servers: dict[str, Server] = {}
        for tool in listed:
            progress(f"fits: {tool.name}, start and first fit")
            with left_out.failing(tool.name):
                server = servers[tool.name] = Server(tool)
                stack.callback(_close, server, found.setdefault(tool.name, {}))
                first = server.fit(1)
                found[tool.name] |= {
                    "prepared_seconds": server.prepared,
                    "first_answer_seconds": server.age,
                    # What takes minutes is not done a second time to be warm.
                    "fits": [first] if tool.fits == 1 else [],
                    "first_fit": first,
                }
        _in_turn(listed, servers, found, left_out)
        for tool in listed:
            if tool.name in servers and tool.name not in left_out.reasons:
                with left_out.failing(tool.name):
                    found[tool.name] |= _other_sizes(
                        tool, servers[tool.name], found[tool.name], min(most, EQUAL_FITS)
                    )
                    found[tool.name]["refits"] = _refits(tool, servers[tool.name])
    progress("fits: shellcount's fit alone")
    own = run([ENGINES[0].python, str(SCRIPTS / "own_fits.py")]).output
    return {
        "tools": found,
        "own": json.loads(own),
        "equal_seconds": EQUAL_SECONDS,
        "left_out": left_out.reasons,
    }


def _close(server: Server, row: Document) -> None:
    row["peak_mb"] = server.close()


def _in_turn(
    listed: Sequence[Tool], servers: Mapping[str, Server], found: Mapping[str, Document], left_out: LeftOut
) -> None:
    """Fit at the default size, one tool after the other, turn by turn."""
    for turn in range(max(tool.fits for tool in listed)):
        for tool in listed:
            if (
                tool.name in servers
                and tool.name not in left_out.reasons
                and tool.fits > 1
                and turn < tool.fits
            ):
                progress(f"fits: {tool.name}, {turn + 1} of {tool.fits}")
                with left_out.failing(tool.name):
                    found[tool.name]["fits"].append(servers[tool.name].fit(turn + 2))


def _other_sizes(tool: Tool, server: Server, row: Document, fits: int) -> Document:
    """Fit at twice the default size, and at the size that takes the equal time."""
    if not tool.variable:
        return {}
    default = row["fits"][0]["size"]
    once = statistics.median(fit["seconds"] for fit in row["fits"])
    progress(f"fits: {tool.name}, twice the size")
    double = _fit_warm(tool, server, 101, 2 * default)
    size = size_for(EQUAL_SECONDS, default, once, double["seconds"], powers=tool.name == "is")
    if size is None:
        return {"double": double}
    progress(f"fits: {tool.name}, {fits} fits in equal time, of size {size}")
    equal = [_fit_warm(tool, server, 102, size)] if tool.recompiles else [server.fit(102, size)]
    equal += [server.fit(103 + place, size) for place in range(fits - 1)]
    return {"double": double, "equal": equal}


def _fit_warm(tool: Tool, server: Server, seed: int, size: int) -> Document:
    """Fit at a new size, for which some tools compile first."""
    if tool.recompiles:
        server.fit(seed, size)
    return server.fit(seed, size)


def size_for(
    seconds: float, size: int, once: float, double: float, *, powers: bool = False, least: float = 1 / 8
) -> int | None:
    """Compute the size of a fit that takes a given time, linear in the size; ``None`` where there is none.

    Parameters
    ----------
    seconds
        The time.
    size, once, double
        A size, the seconds of a fit of that size, and of twice the size.
    powers
        Round down to a power of two, and to what the limit of memory allows.
    least
        Smallest size that still makes sense, as a share of ``size``.
    """
    slope = max((double - once) / size, once / size / 10)
    wanted = size + (seconds - once) / slope
    if wanted < size * least:
        return None
    return min(MOST_POINTS, 1 << (int(wanted).bit_length() - 1)) if powers else int(wanted)


def _refits(tool: Tool, server: Server) -> list[Document]:
    """Fit to other stated figures, as in a calibration."""
    if not tool.variable:
        return []
    progress(f"fits: {tool.name}, to simulated figures")
    return [server.fit(201 + place, None, stated) for place, stated in enumerate(SIMULATED)]


def forward(most: int) -> Document:
    """Time the prior range of the headline: whole processes and warm."""
    left_out = LeftOut()
    listed = left_out.built(at_most(most, FORWARD))
    rows: dict[str, list[Finished]] = {}
    warm: dict[str, list[Document]] = {}
    with contextlib.ExitStack() as stack:
        servers = {tool.name: Server(tool) for tool in listed}
        for tool in listed:
            stack.callback(servers[tool.name].close)
            servers[tool.name].fit(1)
            run(tool.whole)
        for turn in range(max(tool.fits for tool in listed)):
            progress(f"forward: turn {turn + 1}")
            for tool in listed:
                warm.setdefault(tool.name, []).append(servers[tool.name].fit(turn + 2))
                if turn < tool.starts:
                    rows.setdefault(tool.name, []).append(run(tool.whole))
    whole = {name: columns(found) for name, found in rows.items()}
    return {"rows": whole, "warm": warm, "left_out": left_out.reasons}


def refits(most: int) -> Document:
    """Time many fits: calibrations by one worker and by two, and a sweep."""
    python = ENGINES[0].python
    shutil.rmtree(CACHE / "refits", ignore_errors=True)
    (CACHE / "refits").mkdir(parents=True)

    def calibration(refits: int, jobs: int, name: str) -> float:
        progress(f"refits: calibration of {refits}, jobs: {jobs}")
        folder = CACHE / "refits" / name  # a new one each time: work that is there already is not done again
        folder.mkdir()
        sizes = ["--refits", str(refits), "--jobs", str(jobs), "--output", str(folder)]
        return run([python, "-m", "shellcount", "calibrate", *sizes]).seconds

    one, two, apart = [], [], []
    for place in range(min(most, 2)):
        one.append(calibration(FEW_REFITS, 1, f"one-{place}"))
        two.append(calibration(FEW_REFITS, JOBS, f"two-{place}"))
        apart.append(
            at_once([functools.partial(calibration, FEW_REFITS, 1, f"{side}-{place}") for side in "ab"])
        )
    whole = calibration(REFITS, JOBS, "whole")
    left_out = LeftOut()
    swept: Document = {}
    with left_out.failing("sweep"):
        swept = {name: sweep(python, varied) for name, varied in SWEEPS.items()}
    return {
        "refits": REFITS,
        "seconds": whole,
        "jobs": JOBS,
        "few_refits": FEW_REFITS,
        "one_worker": one,
        "two_workers": two,
        "two_processes": apart,
        "sweeps": swept,
        "left_out": left_out.reasons,
    }


def at_once(works: Sequence[Callable[[], float]]) -> float:
    """Time works that run at once and share nothing, until the last one has ended."""
    with ThreadPoolExecutor(len(works)) as threads:
        running = [threads.submit(work) for work in works]
        return max(each.result() for each in running)


def sweep(python: str, varied: str) -> Document:
    """Time a sweep of a setting on all cores."""
    progress(f"refits: {SWEPT} fits of a sweep over {varied}")
    output = CACHE / "refits" / f"{varied.partition('=')[0]}.csv"
    command = [python, "-m", "shellcount", "sweep", "--vary", f"{varied}:{SWEPT}"]
    seconds = run([*command, "--jobs", str(JOBS), "--output", str(output)]).seconds
    return {"fits": SWEPT, "jobs": JOBS, "seconds": seconds}


def limit(_most: int) -> Document:
    """Time the likelihood, evaluated once for different numbers of points."""
    progress("limit: likelihood")
    output = run([ENGINES[0].python, str(SCRIPTS / "likelihood.py"), *map(str, POINTS)]).output
    return {"rows": json.loads(output)}


def profile(most: int) -> Document:
    """Time the steps of a whole process of ours, and measure the memory that each adds to its peak."""
    script = [ENGINES[0].python, str(SCRIPTS / "own_start.py")]
    run([*script, "0"])
    found = []
    for turn in range(min(most, PROFILES)):
        progress(f"profile: run {turn + 1}")
        found.append(steps_of(run([*script, repr(time.perf_counter())])))
    return {
        "steps": list(found[0]),
        **{
            name: [[row[step][name] for row in found] for step in found[0]]
            for name in ("seconds", "cpu", "mb")
        },
    }


def steps_of(finished: Finished) -> dict[str, dict[str, float]]:
    """Give what each step of a process took, the last of which is its end."""
    written = json.loads(finished.output)
    before = {"at": written["started"], "cpu": 0.0, "peak_mb": 0.0}
    end = {"step": "end", "at": written["started"] + finished.seconds, "cpu": finished.cpu}
    steps = {}
    for step in (*written["steps"], end | {"peak_mb": written["steps"][-1]["peak_mb"]}):
        steps[step["step"]] = {
            "seconds": step["at"] - before["at"],
            "cpu": max(0.0, step["cpu"] - before["cpu"]),
            "mb": step["peak_mb"] - before["peak_mb"],
        }
        before = step
    return steps


def explorer(most: int) -> Document:
    """Time moves in the explorer, in a real browser, which is part of the environment that runs this."""
    progress(f"explorer: {min(most, MOVES)} moves of each of two sliders")
    document: Document = json.loads(
        run([sys.executable, str(SCRIPTS / "own_explorer.py"), str(min(most, MOVES))]).output
    )
    return document


def reference(_most: int) -> Document:
    """Compute the range of the headline by a long run in plain NumPy."""
    progress(f"reference: {REFERENCE_BATCHES} batches, minutes")
    output = run([LIMITS[0].python, str(SCRIPTS / "reference.py"), str(REFERENCE_BATCHES)]).output
    document: Document = json.loads(output)
    return document


PARTS: Mapping[str, Callable[[int], Document]] = {
    "start": start,
    "fits": fits,
    "forward": forward,
    "refits": refits,
    "limit": limit,
    "profile": profile,
    "explorer": explorer,
    "reference": reference,
}
DEFAULT = ("start", "fits", "forward", "refits", "limit", "profile", "explorer")
ENVIRONMENTS_OF: Mapping[str, tuple[str, ...]] = {
    "start": ("shellcount", "pymc", "numpyro", "emcee", "numpy"),
    "fits": ("shellcount", "pymc", "numpyro", "emcee", "pocomc"),
    "forward": ("shellcount", "numpy", "squigglepy"),
    "refits": ("shellcount",),
    "limit": ("shellcount",),
    "profile": ("shellcount",),
    "explorer": (),
    "reference": ("numpy",),
}


def folder() -> Path:
    """Folder of the measured data."""
    return Path(__file__).parents[2] / "docs" / "benchmarks"
