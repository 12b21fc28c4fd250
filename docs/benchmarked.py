"""Write the tables of the page of benchmarks from the data in docs/benchmarks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import cog
import marks
import measured as from_data
import scoring
from measured import (
    TITLES,
    count,
    data,
    errors_of,
    measured,
    needs,
    seconds,
    seconds_of,
    share,
    spread_in_words,
    times,
)
from scoring import Spread

PARTS = ("start", "fits", "forward", "refits", "limit", "profile", "explorer")
FORWARD_TITLES = {"shellcount": "shellcount", "numpy": "plain NumPy", "squigglepy": "squigglepy"}
OURS = ("default", "is", "smc", "nuts")
NAMES = {
    "cores": "cores",
    "load": "processes that were running when it began (load average)",
    "measured": "measured on",
    "memory_gb": "memory, GB",
    "processor": "processor",
    "system": "system",
}
STEPS = {
    "interpreter": "start Python",
    "numpy": "load NumPy",
    "libraries": "load click and pydantic",
    "modules": "load our modules, and build the types of a case",
    "case": "read and check the case",
    "fit": "fit, marks of conflicts included",
    "estimates": "estimate every quantity",
    "output": "write the document",
    "end": "end",
}
MOVES = {
    "kept": "an assumption that keeps its prior",
    "refitted": "one that the claims inform, with a new fit",
}
_IDLE = 0.5  # load average of a machine that does little else
UNIT = {"is": "points a run", "smc": "particles a run", "emcee": "steps of 64 walkers", "pocomc": "draws"}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    cog.outl(f"| {' | '.join(head)} |\n| --- |{' ---: |' * (len(head) - 1)}")
    for row in rows:
        cog.outl(f"| {' | '.join(row)} |")


def machine() -> None:
    """Write the machine of each part, or of all where it is the same one."""
    listed = [(part, data(part)["machine"]) for part in PARTS if data(part)]
    cog.outl(f"| | {' | '.join(f'`{part}`' for part, _ in listed)} |\n| --- |{' --- |' * len(listed)}")
    for key, name in NAMES.items():
        cog.outl(f"| {name} | {' | '.join(str(found[key]) for _, found in listed)} |")
    busy = [part for part, found in listed if found["load"] > _IDLE]
    if busy:
        cog.outl(
            f"\nOther work was running on the machine during {', '.join(f'`{part}`' for part in busy)}: its "
            "times are too long, and its ratios uncertain."
        )


def versions() -> None:
    """Write the versions in every environment."""
    found: dict[str, str] = {}
    for part in PARTS:
        for environment, libraries in sorted(data(part).get("versions", {}).items()):
            listed = ", ".join(f"{name} {version}" for name, version in libraries.items() if name != "python")
            found[environment] = f"Python {libraries['python']}, {listed}"
    for environment, text in sorted(found.items()):
        cog.outl(f"- `{environment}`: {text}.")


def left_out() -> None:
    """Write which tools were left out of which part, and why."""
    gone = [
        f"{TITLES.get(name, name)} (`{part}`): {reason}"
        for part in PARTS
        for name, reason in sorted(data(part).get("left_out", {}).items())
    ]
    cog.outl(f"Left out: {'; '.join(gone)}." if gone else "Nothing was left out.")


@needs("start", "fits")
def started() -> None:
    """Write a table of whole processes, from their start to the printed range."""
    rows = data("start")["rows"]
    ours = rows["default"]["seconds"]
    listed = []
    for name in (name for name in TITLES if name in rows):
        spread, ratio = Spread.of(rows[name]["seconds"]), scoring.ratios(ours, rows[name]["seconds"])
        listed.append(
            (
                TITLES[name],
                seconds(spread.median),
                spread_in_words(spread),
                str(spread.count),
                times(ratio.median),
                f"{times(ratio.least)} to {times(ratio.most)}",
                f"{max(rows[name]['peak_mb']):,.0f} MB",
            )
        )
    listed += [
        (
            TITLES[name],
            seconds(row["first_answer_seconds"]),
            "",
            "1",
            times(row["first_answer_seconds"] / Spread.of(ours).median),
            "",
            f"{row['peak_mb']:,.0f} MB",
        )
        for name, row in data("fits")["tools"].items()
        if name not in rows and "first_answer_seconds" in row
    ]
    _table(("", "median", "least to most", "runs", "times ours", "least to most", "peak memory"), listed)


@needs("fits", "reference")
def fitted() -> None:
    """Write a table of fits in a warm process."""
    tools = data("fits")["tools"]
    ours = seconds_of(tools["is"]["fits"]) if "fits" in tools.get("is", {}) else None
    listed = []
    for name in measured(tools):
        fits = tools[name]["fits"]
        spread, relative = Spread.of(seconds_of(fits)), errors_of(fits)
        worth = scoring.effective_draws(relative, data("reference")["log_density"])
        ratio = scoring.ratios(ours, seconds_of(fits)) if ours else None
        listed.append(
            (
                TITLES[name],
                seconds(spread.median),
                spread_in_words(spread),
                str(spread.count),
                times(ratio.median) if ratio else "",
                share(max(relative)),
                count(worth),
                count(worth / spread.median),
            )
        )
    _table(
        ("", "median", "least to most", "fits", "times `is`", "largest error", "draws' worth", "a second"),
        listed,
    )


@needs("fits", "reference")
def equal_time() -> None:
    """Write a table of the errors that every tool makes in the same time."""
    tools = data("fits")["tools"]
    listed = []
    for name in measured(tools):
        fits = tools[name].get("equal", [])
        if not fits:
            shown = tools[name]["fits"]
            relative = errors_of(shown)
            took, size = f"{seconds(Spread.of(seconds_of(shown)).median)}, its default", _size(name, shown[0])
        else:
            relative = errors_of(fits)
            took, size = seconds(Spread.of(seconds_of(fits)).median), _size(name, fits[0])
        listed.append(
            (TITLES[name], took, size, *map(share, relative), str(len(fits or tools[name]["fits"])))
        )
    _table(("", "time", "size", "error of 5%", "of 50%", "of 95%", "fits"), listed)


def _size(name: str, fit: Mapping[str, Any]) -> str:
    return f"{fit['size']:,} {UNIT.get(name, 'draws a chain')}" if fit["size"] else "default"


@needs("reference")
def reference() -> None:
    """Write how the reference was computed, and how exact it is."""
    found = data("reference")
    millions = [f"{value / 1e6:.4f}" for value in found["quantiles"]]
    cog.outl(
        f"The reference is a run of {found['draws'] / 1e6:,.0f} million draws in plain NumPy "
        f"(`tests/benchmarks/alternatives/reference.py`), weighed by the likelihood and worth "
        f"{count(found['effective'])} independent ones. Its range is {millions[0]}, {millions[1]} and "
        f"{millions[2]} million rounds at 5, 50 and 95%, with standard errors of at most "
        f"{share(max(found['relative_error']))} from ten independent parts; its log evidence is "
        f"{found['log_evidence']:.3f}. Errors as small as its own cannot be told from it."
    )


@needs("forward")
def forward() -> None:
    """Write a table of the forward part."""
    found = data("forward")
    whole, warm = found["rows"], found["warm"]
    listed = []
    for name in (name for name in FORWARD_TITLES if name in whole):
        process, fit = Spread.of(whole[name]["seconds"]), Spread.of(seconds_of(warm[name]))
        ratio = scoring.ratios(seconds_of(warm["shellcount"]), seconds_of(warm[name]))
        listed.append(
            (
                FORWARD_TITLES[name],
                seconds(process.median),
                spread_in_words(process),
                seconds(fit.median),
                spread_in_words(fit),
                times(ratio.median),
                f"{max(whole[name]['peak_mb']):,.0f} MB",
            )
        )
    _table(("", "process", "least to most", "warm", "least to most", "times ours", "peak memory"), listed)


@needs("refits", "fits")
def refits() -> None:
    """Write a table of a thousand refits, measured or scaled."""
    found = data("refits")
    listed = [
        ("`shellcount calibrate`", seconds(found["seconds"]), f"measured, {found['jobs']} processes", "1")
    ]
    for name, row in data("fits")["tools"].items():
        if name in ("is", "smc") or not row.get("fits"):
            continue
        counted = row.get("refits") or row["fits"]
        thousand = found["refits"] * Spread.of(seconds_of(counted)).median
        listed.append(
            (
                TITLES[name],
                seconds(thousand) if thousand < 3600 else f"{thousand / 3600:.1f} hours",
                f"scaled from {len(counted)}, in a warm process",
                times(thousand / found["seconds"]),
            )
        )
    _table((f"{found['refits']:,} refits", "time", "how", "times ours"), listed)


@needs("refits")
def processes() -> None:
    """Write what two workers reach, beside what two processes that share nothing do."""
    found = data("refits")
    if apart := found.get("two_processes"):
        workers = scoring.ratios(found["two_workers"], found["one_worker"]).median
        limit = 2 * scoring.ratios(apart, found["one_worker"]).median
        cog.outl(
            f"Two workers are {workers:.2f} times as fast as one. Two calibrations of one worker each, which "
            f"share nothing, do {limit:.2f} times the work of one in its time: so much this machine allows."
        )


@needs("limit", "reference")
def limit() -> None:
    """Write a table of the limit: the likelihood, evaluated once for as many points as the error needs."""
    found, density = data("limit")["rows"], data("reference")["log_density"]
    cog.outl(
        "| relative error | independent draws | likelihood in shellcount | in plain NumPy |\n"
        "| ---: | ---: | ---: | ---: |"
    )
    for wanted in (0.02, 0.01, 0.005):
        needed = scoring.draws_needed(wanted, density)
        times = [
            scoring.interpolated(
                [row["points"] for row in found], [Spread.of(row[name]).median for row in found], needed
            )
            for name in ("shellcount", "numpy")
        ]
        cog.outl(f"| {share(wanted)} | {count(needed)} | {seconds(times[0])} | {seconds(times[1])} |")


@needs("profile")
def profile() -> None:
    """Write a table of the steps of a whole process of ours."""
    found = data("profile")
    taken, cpu = ([Spread.of(row).median for row in found[name]] for name in ("seconds", "cpu"))
    memory = [max(row) for row in found["mb"]]
    rows = [
        (
            STEPS[step],
            f"{1000 * taken[place]:.0f} ms",
            f"{1000 * cpu[place]:.0f} ms",
            f"{memory[place]:.0f} MB",
        )
        for place, step in enumerate(found["steps"])
    ]
    whole = ("**all**", f"{1000 * sum(taken):.0f} ms", f"{1000 * sum(cpu):.0f} ms", f"{sum(memory):.0f} MB")
    _table(("step", "time", "of processors", "added to the peak"), [*rows, whole])


@needs("explorer")
def explorer() -> None:
    """Write a table of moves in the explorer, from the slider to the redrawn page."""
    found = data("explorer")
    rows = []
    for name, what in MOVES.items():
        for part, until in (("answer", "the answer"), ("whole", "all figures and verdicts")):
            spread = Spread.of([each / 1000 for each in found["moves"][name][part]])
            extremes = f"{seconds(spread.least)} to {seconds(spread.most)}"
            rows.append((f"{what}, until {until}", seconds(spread.median), extremes, str(spread.count)))
    _table(("a move of", "median", "least to most", "moves"), rows)
    named = ", ".join(f"{name} {version}" for name, version in sorted(found["with"].items()))
    cog.outl(f"\nWith {named}.")


def kept() -> None:
    """Write which marks are kept."""
    cog.outl("| | mark | measured | |\n| --- | ---: | ---: | --- |")
    for mark in marks.all_marks({name: data(name) for name in (*PARTS, "reference", "growth")}):
        verdict = {True: "kept", False: "**missed**", None: "not measured"}[mark.kept]
        cog.outl(f"| {mark.title} | {mark.limit} | {mark.measured} | {verdict} |")


def history() -> None:
    """Write the median times of our own steps, one line for each time that they were saved."""
    saved = [
        json.loads(path.read_text("utf-8")) for path in sorted(from_data.FOLDER.glob("history/*/*.json"))
    ]
    if not saved:
        cog.outl("No times were saved yet.")
        return
    steps = list(dict.fromkeys(step["name"] for run in saved for step in run["benchmarks"]))
    shown = [step.removeprefix("bench_").replace("_", " ") for step in steps]
    rows = []
    for run in saved:
        medians = {step["name"]: step["stats"]["median"] for step in run["benchmarks"]}
        times = [seconds(medians[step]) if step in medians else "" for step in steps]
        rows.append((run["datetime"][:10], f"`{run['commit_info']['id'][:7]}`", *times))
    _table(("saved", "commit", *shown), rows)
