"""Read the measured data of the page of benchmarks, and write its numbers."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import cog
import scoring
from scoring import Spread

FOLDER = Path(__file__).parent / "benchmarks"
TITLES = {
    "default": "shellcount, as it comes",
    "is": "shellcount, engine `is`",
    "smc": "shellcount, engine `smc`",
    "nuts": "shellcount, engine `nuts`",
    "pymc": "PyMC with nutpie",
    "pymc_cold": "PyMC with nutpie, nothing compiled",
    "numpyro": "NumPyro",
    "emcee": "emcee",
    "pymc_smc": "`pm.sample_smc`",
    "pocomc": "pocoMC",
    "interpreter": "limit: the interpreter alone",
    "numpy": "limit: interpreter and NumPy",
}
PER_CENT = 100.0


@functools.cache
def data(part: str) -> Mapping[str, Any]:
    """Read the data of a part; nothing where it was not measured."""
    file = FOLDER / f"{part}.json"
    found: Mapping[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found


def needs(*parts: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Write a sentence in place of what needs parts that were not measured."""

    def decorate(write: Callable[[], None]) -> Callable[[], None]:
        @functools.wraps(write)
        def written() -> None:
            missing = [part for part in parts if not data(part)]
            if missing:
                cog.outl(f"Not measured yet: {', '.join(f'`{part}`' for part in missing)}.")
            else:
                write()

        return written

    return decorate


def seconds(value: float) -> str:
    """Write seconds with two significant digits, short ones in milliseconds."""
    if value < 0.0995:
        return f"{1000 * value:.2g} ms" if value < 0.00995 else f"{1000 * value:.0f} ms"
    return f"{value:.2f} s" if value < 0.995 else f"{value:.1f} s" if value < 99.5 else f"{value:,.0f} s"


def spread_in_words(spread: Spread) -> str:
    """Write the least and the most."""
    return f"{seconds(spread.least)} to {seconds(spread.most)}"


def times(ratio: float) -> str:
    """Write a ratio."""
    return f"{ratio:,.2f}" if ratio < 9.95 else f"{ratio:,.0f}"


def share(value: float) -> str:
    """Write a share in per cent."""
    return f"{PER_CENT * value:.2g}%"


def count(value: float) -> str:
    """Write a count with two significant digits."""
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{round(value, 1 - math.floor(math.log10(value))):,.{digits}f}"


def measured(tools: Mapping[str, Any]) -> list[str]:
    """List the tools of which fits were measured, in the order of the tables."""
    return [name for name in TITLES if tools.get(name, {}).get("fits")]


def seconds_of(fits: Iterable[Mapping[str, Any]]) -> list[float]:
    """List the seconds of fits."""
    return [fit["seconds"] for fit in fits]


def errors_of(fits: Iterable[Mapping[str, Any]]) -> list[float]:
    """Compute the relative errors of fits."""
    return scoring.errors([fit["quantiles"] for fit in fits], data("reference")["quantiles"])
