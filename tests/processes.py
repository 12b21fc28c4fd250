"""Fits in processes of their own, whose digests tests compare; and a limit of work.

They are not measured: what they run is measured in tests of its own, and takes half the time without.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from building import one_claim_case
from shellcount.case.reading import load_case
from shellcount.engines import nuts
from shellcount.posterior.fitting import fit
from shellcount.posterior.posterior import Posterior


def shipped() -> Posterior:
    return fit(load_case(), engine="nuts", seed=1)


def small() -> Posterior:
    return fit(one_claim_case(), engine="nuts", seed=1, draws=100, allow_unconverged=True)


def least() -> SimpleNamespace:
    """Draws of the least model that is compiled, cached and sampled as every other."""
    import pymc as pm

    with pm.Model() as model:
        pm.Normal("seen", pm.Normal("level"), observed=[0.5])
    tree = nuts.sampled(model, ["level"], chains=4, tune=100, draws=100, seed=1)
    return SimpleNamespace(coordinates={"level": tree["posterior"]["level"].to_numpy()})


FITS: dict[str, Callable[[], Any]] = {"shipped": shipped, "small": small, "least": least}


def digest_of_draws(posterior: Posterior | SimpleNamespace) -> str:
    """SHA-256 of every sampled coordinate, to the last digit."""
    rows = [
        np.ascontiguousarray(posterior.coordinates[name]).tobytes() for name in sorted(posterior.coordinates)
    ]
    return hashlib.sha256(b"".join(rows)).hexdigest()


def unmeasured(**changes: str) -> dict[str, str]:
    """The environment of a process that coverage does not look at."""
    return {name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"} | changes


def start(name: str, cache: Path, *, one_core: bool = False, **environment: str) -> subprocess.Popen[str]:
    """Start a fit in a process of its own, which prints the digest of its draws."""
    words = [sys.executable, __file__, name, *(["one-core"] if one_core else [])]
    return subprocess.Popen(
        words,
        env=unmeasured(
            SHELLCOUNT_CACHE=str(cache), PYTENSOR_FLAGS=f"base_compiledir={cache / 'pytensor'}", **environment
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def digest_printed_by(process: subprocess.Popen[str]) -> str:
    """Wait for a process that was started, and insist that it succeeds in silence."""
    stdout, stderr = process.communicate()
    assert (process.returncode, stderr) == (0, "")
    return stdout.strip()


@contextlib.contextmanager
def work_limit(seconds: float) -> Iterator[None]:
    """Fail where this process works longer, instead of for ever; what others do meanwhile does not count."""

    def stop(*_: object) -> None:
        pytest.fail(f"no result after {seconds:g} seconds of work")

    previous = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, previous)


if __name__ == "__main__":
    if "one-core" in sys.argv and sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(digest_of_draws(FITS[sys.argv[1]]()))  # noqa: T201
