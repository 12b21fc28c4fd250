"""Run whole processes, and processes that fit again and again, with their time and memory.

This process stays small, and loads no numerical library: Linux counts the memory of a parent as that of a
child that it has just started.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import tools

TAIL = 600  # characters of what a failed process said


class FailedError(Exception):
    """A process of a tool has failed."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Seconds, seconds of processors, peak memory in MB of the largest process, and what it printed."""

    seconds: float
    cpu: float
    peak_mb: float
    output: str


def environment(**changes: str) -> dict[str, str]:
    """Give the variables of the processes: this tree's package, and caches of compiled code of their own."""
    own = {
        "PYTHONPATH": str(tools.ROOT / "src"),
        "PYTENSOR_FLAGS": f"base_compiledir={tools.CACHE / 'pytensor'}",
        "XDG_CACHE_HOME": str(tools.CACHE),
        "JAX_PLATFORMS": "cpu",
    }
    return {**os.environ, **own, **changes}


def run(command: Sequence[str], **changes: str) -> Finished:
    """Run a command to its end.

    Raises
    ------
    FailedError
        When it fails.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        child = subprocess.Popen(  # waited for below, with its resources
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment(**changes)
        )
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if child.returncode:
            said = errors.read().decode(errors="replace")[-TAIL:]
            raise FailedError(f"{' '.join(command[1:3])} ended with status {child.returncode}: {said}")
        text = output.read().decode()
    return Finished(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text)


class Server:
    """A process of a tool that fits again and again."""

    def __init__(self, tool: tools.Tool) -> None:
        self._name = tool.name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the server
        self._started = time.perf_counter()
        self._child = subprocess.Popen(
            tool.server,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=environment(),
        )
        try:
            self._answer()
        except FailedError:
            self.close()
            raise
        self.prepared = self.age

    @property
    def age(self) -> float:
        """Seconds since the process was started."""
        return time.perf_counter() - self._started

    def fit(
        self, seed: int, size: int | None = None, stated: Sequence[float] | None = None
    ) -> dict[str, Any]:
        """Fit once: size, quantiles and seconds.

        Raises
        ------
        FailedError
            When the process has ended.
        """
        request = {"seed": seed, "size": size, "stated": stated}
        if self._child.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended, which the missing answer shows
                self._child.stdin.write(json.dumps(request) + "\n")
                self._child.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._child.stdout.readline() if self._child.stdout is not None else ""
        if not line:
            self._errors.seek(0)
            raise FailedError(f"{self._name}: {self._errors.read().decode(errors='replace')[-TAIL:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> float:
        """End the process, and return its peak memory in MB."""
        if self._child.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._child.stdin.close()
        if self._child.stdout is not None:
            self._child.stdout.close()
        _, status, used = os.wait4(self._child.pid, 0)
        self._child.returncode = os.waitstatus_to_exitcode(status)
        self._errors.close()
        return float(used.ru_maxrss / 1024)


def columns(rows: Sequence[Finished]) -> Mapping[str, list[float]]:
    """Give the measures of several runs, by name."""
    listed = [asdict(row) for row in rows]
    return {name: [row[name] for row in listed] for name in ("seconds", "cpu", "peak_mb")}
