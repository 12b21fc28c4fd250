"""Measure shellcount beside alternatives, and write the data of the page "Benchmarks".

Parts are measured one after the other, and each is written when it is done, so that a part can be measured
again alone: `make bench BENCH="fits start"`. Tools whose environment was not built are left out, and the page
says so.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Sequence

import machine
import parts
import tools

_LIST = re.compile(r"\[[^\[\]{}]*\]")


def measure(name: str, most: int) -> None:
    """Measure a part, and write its data."""
    began = time.perf_counter()
    before = machine.machine()
    document = parts.PARTS[name](most)
    built = [env for env in parts.ENVIRONMENTS_OF[name] if (tools.ENVIRONMENTS / env).exists()]
    document["versions"] = {env: dict(machine.versions(env)) for env in built}
    document["machine"] = before
    document["took_seconds"] = round(time.perf_counter() - began)
    parts.folder().mkdir(exist_ok=True)
    # Lists of numbers stand on one line each.
    text = _LIST.sub(
        lambda found: " ".join(found[0].split()), json.dumps(rounded(document), indent=1, sort_keys=True)
    )
    (parts.folder() / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    tools.progress(f"{name}: done in {document['took_seconds']} s")


def rounded(value: object) -> object:
    """Round every number to six significant digits, in nested data."""
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner) for inner in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the parts that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(parts.PARTS)}; by default all but the last"
    )
    parser.add_argument("--most", type=int, default=1000, help="repeat nothing more often, for a quick look")
    options = parser.parse_args(arguments)
    names = options.parts or [
        *(() if (parts.folder() / "reference.json").exists() else ("reference",)),
        *parts.DEFAULT,
    ]
    for unknown in set(names) - set(parts.PARTS):
        parser.error(f"no part {unknown}; there are {', '.join(parts.PARTS)}")
    for name in names:
        measure(name, options.most)


if __name__ == "__main__":
    main()
