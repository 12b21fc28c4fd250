"""Describe the machine and the versions of what was measured."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Mapping
from pathlib import Path

import running
import tools

_DISTRIBUTIONS = {
    "shellcount": ("numpy", "scipy", "pymc", "nutpie"),
    "pymc": ("pymc", "pytensor", "nutpie", "numba", "numpy"),
    "numpyro": ("numpyro", "jax", "numpy"),
    "emcee": ("emcee", "numpy"),
    "pocomc": ("pocomc", "torch", "numpy"),
    "squigglepy": ("squigglepy", "numpy"),
    "numpy": ("numpy", "scipy"),
}
_VERSIONS = """
import importlib.metadata, json, platform, sys
found = {name: importlib.metadata.version(name) for name in sys.argv[1:]}
print(json.dumps({"python": platform.python_version(), **found}))
"""


def machine() -> dict[str, object]:
    """Processor, cores, memory, system, and how busy the machine is."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": f"{platform.system()} {platform.release().split('-', maxsplit=1)[0]}",
        "load": round(os.getloadavg()[0], 2),
        "measured": dt.datetime.now(tz=dt.UTC).date().isoformat(),
    }


def _field(path: str, name: str) -> str | None:
    """Read a field of a file of the kernel."""
    lines = Path(path).read_text("utf-8").splitlines() if Path(path).exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)


def versions(environment: str) -> Mapping[str, str]:
    """Versions of the interpreter and of the main libraries of an environment."""
    python = str(tools.ENVIRONMENTS / environment / "bin" / "python")
    output = running.run([python, "-c", _VERSIONS, *_DISTRIBUTIONS[environment]]).output
    found: dict[str, str] = json.loads(output)
    return found
