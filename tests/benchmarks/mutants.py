"""Print what the last `make mutants` found: for each module, how many mutants its own tests tell apart."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What mutmut writes for a mutant is how pytest ended under it: nothing yet, well, or badly.
NOT_RUN, SURVIVED, KILLED = (None,), (0,), (1, 3)
HEAD = ("module", "mutants", "killed", "survived", "other", "share killed")


def row(name: str, counts: Counter[int | None]) -> str:
    """One line of the table."""
    mutants = counts.total()
    killed = sum(counts[code] for code in KILLED)
    survived = sum(counts[code] for code in SURVIVED)
    figures = (mutants, killed, survived, mutants - killed - survived, f"{100 * killed / mutants:.1f}%")
    return f"| {name} | {' | '.join(map(str, figures))} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "mutants", help="where mutmut worked")
    folder = parser.parse_args().folder / "src" / "shellcount"
    total: Counter[int | None] = Counter()
    print(f"| {' | '.join(HEAD)} |\n| --- |{' ---: |' * (len(HEAD) - 1)}")
    for path in sorted(folder.rglob("*.py.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].values()
        counts: Counter[int | None] = Counter(codes)
        if counts.total() > sum(counts[code] for code in NOT_RUN):
            print(row(f"`{path.relative_to(folder).as_posix().removesuffix('.py.meta')}`", counts))
            total += counts
    if total:
        print(row("all", total))


if __name__ == "__main__":
    main()
