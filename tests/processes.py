"""Fits in processes of their own; a test compares the digests that they print."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from building import one_claim_case
from shellcount.casefile import load_case
from shellcount.inference import fit
from shellcount.posterior import Posterior


def shipped() -> Posterior:
    return fit(load_case(), engine="nuts", seed=1)


def small() -> Posterior:
    return fit(one_claim_case(), engine="nuts", seed=1, draws=100, allow_unconverged=True)


FITS: dict[str, Callable[[], Posterior]] = {"shipped": shipped, "small": small}


def digest_of_draws(posterior: Posterior) -> str:
    """SHA-256 of every sampled coordinate, to the last digit."""
    rows = [np.ascontiguousarray(posterior.sampled[name]).tobytes() for name in sorted(posterior.sampled)]
    return hashlib.sha256(b"".join(rows)).hexdigest()


def start(name: str, cache: Path, *, one_core: bool = False, **environment: str) -> subprocess.Popen[str]:
    """Start a fit in a process of its own, which prints the digest of its draws."""
    words = [sys.executable, __file__, name, *(["one-core"] if one_core else [])]
    return subprocess.Popen(
        words,
        env=os.environ | {"SHELLCOUNT_CACHE": str(cache)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def digest_printed_by(process: subprocess.Popen[str]) -> str:
    """Wait for a process that was started, and insist that it succeeds in silence."""
    stdout, stderr = process.communicate(timeout=300)
    assert (process.returncode, stderr) == (0, "")
    return stdout.strip()


if __name__ == "__main__":
    if "one-core" in sys.argv and sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(digest_of_draws(FITS[sys.argv[1]]()))  # noqa: T201
