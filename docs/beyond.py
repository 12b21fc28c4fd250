"""Write the generated parts of the page on many machines: measured costs, and studies simulated from them."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import cog
import numpy as np
from drawn import static
from machines import Farm, simulate

import shellcount
from shellcount.engines.forecast import work
from shellcount.engines.settings import Settings
from shellcount.limits import LIMITS, option
from shellcount.model.model import build_model
from shellcount.plots.canvas import canvas
from shellcount.plots.drawing import svg
from shellcount.plots.style import INK, POSTERIOR, QUIET, SMALL
from shellcount.wording import phrases
from shellcount.wording.rounding import significant

ROOT = Path(__file__).parents[1]
MILLION, SMALLER, CORES = 1_000_000, 100_000, 100
BATCHES, WORKERS = (1, 4, 16, 64), (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
ENOUGH = 0.95  # of the time of the workers
LIFETIME, REPLACEMENT = 6 * 3600.0, 180.0  # of a machine that its owner may take away


@functools.cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "docs" / "benchmarks" / "cluster.json").read_text("utf-8"))
    return found


def _mean() -> float:
    return float(np.mean(_data()["fit"]))


@functools.cache
def _cost(who: str) -> tuple[float, float]:
    """Fit the processor time of a task by a constant and a part for each fit, neither negative."""
    rows = _data()["overhead"]
    batches = np.array([row["batch"] for row in rows], dtype=float)
    seconds = np.array([row[who] for row in rows])
    # Relative errors count, so that the large batches do not decide alone.
    slope, base = np.polyfit(batches, seconds, 1, w=1 / seconds)
    return max(float(base), 0.0), max(float(slope), 0.0)


def _farm(workers: int, **changes: float) -> Farm:
    return Farm(workers, _cost("scheduler"), _cost("client"), **changes)  # type: ignore[arg-type]


@functools.cache
def _study(workers: int, batch: int, fits: int = SMALLER) -> Any:
    return simulate(_farm(workers), fits, batch, _data()["fit"])


def _bytes(count: float) -> str:
    """Write a size as :data:`LIMITS` are written."""
    size, unit = (count / 1000, "kB") if count >= 1000 else (count, "bytes")
    return f"{significant(size, 2)} {unit}"


def measured() -> None:
    """Write what one fit and its messages cost, and where that was measured."""
    data, machine = _data(), _data()["machine"]
    slow, middle = np.quantile(data["fit"], [0.95, 0.5])
    size = data["bytes"]
    largest = str(max(map(int, size["task"])))
    together, estimates = f"in a batch of {largest}", phrases.counted(data["estimates"], "estimate")
    rows = {
        "fits a second, on one core": significant(1 / _mean(), 2),
        "processor seconds of a fit: mean, median, 95%": ", ".join(
            significant(value, 2) for value in (_mean(), middle, slow)
        ),
        "the case and the function, sent to each worker once": _bytes(size["work"]),
        f"settings of a fit, {together}": _bytes(size["task"][largest] / int(largest)),
        f"result of a fit ({estimates}), {together}": _bytes(size["result"][largest] / int(largest)),
        "line of the journal": _bytes(size["journal"]),
        "result in the memory of the client": _bytes(size["memory"]),
    }
    cog.outl("| | measured |\n| --- | ---: |")
    for name, value in rows.items():
        cog.outl(f"| {name} | {value} |")
    libraries = ", ".join(f"{name} {machine[name]}" for name in ("python", "numpy", "distributed"))
    cog.outl(
        f"\nEngine `{data['engine']}`, {len(data['fit'])} fits of the shipped case with its load and stowage "
        f"drawn from their priors, on a machine of {machine['cores']} cores with load {machine['load']}; "
        f"{libraries}."
    )


def overhead() -> None:
    """Write what scheduler and client spend on each task, and how many workers they can keep busy."""
    cog.outl(
        "| fits in a task | scheduler, ms a task | client, ms a task | tasks a second, at most "
        "| workers kept busy |"
    )
    cog.outl("| ---: | ---: | ---: | ---: | ---: |")
    for row in _data()["overhead"]:
        slowest = max(row["scheduler"], row["client"])
        times = " | ".join(significant(1000 * row[who], 2) for who in ("scheduler", "client"))
        busy = significant(row["batch"] * _mean() / slowest, 2)
        cog.outl(f"| {row['batch']} | {times} | {significant(1 / slowest, 2)} | {busy} |")


def million() -> None:
    """Write what a million fits take on a hundred cores, as simulated, whole and with what goes wrong."""
    ideal = MILLION * _mean() / CORES
    cases = {
        "one core, no overhead": MILLION * _mean(),
        f"{CORES} cores, no overhead": ideal,
        **{
            f"{CORES} cores, batches of {batch}": _study(CORES, batch, MILLION).seconds
            for batch in BATCHES[1:]
        },
        f"{CORES} cores, batches of 16; machines that last {LIFETIME / 3600:.0f} hours on average, and are "
        f"replaced in {REPLACEMENT / 60:.0f} minutes": _troubled(lifetime=LIFETIME, replacement=REPLACEMENT),
        f"{CORES} cores, batches of 16; a tenth of them three times slower": _troubled(
            slow=0.1, slowness=3.0
        ),
    }
    cog.outl(f"| a million fits | hours | of {CORES} cores, busy |\n| --- | ---: | ---: |")
    for name, seconds in cases.items():
        busy = "" if name.startswith("one") else f"{100 * ideal / seconds:.0f}%"
        cog.outl(f"| {name} | {significant(seconds / 3600, 3)} | {busy} |")


def _troubled(**changes: float) -> float:
    return float(simulate(_farm(CORES, **changes), MILLION, 16, _data()["fit"]).seconds)


def breaks() -> None:
    """Write what a growing study meets first, in order of the number of fits or workers."""
    size, model = _data()["bytes"], build_model(shellcount.load_case())
    settings = Settings()
    one = work(model, settings.engine, settings.sizes())
    study, journal = LIMITS["study"].most / one, LIMITS["journal"].most / size["journal"]
    ceilings = sorted(
        [
            (study, "work", f"the limit `study`; `{option('study', MILLION * one)}` allows a million"),
            (
                journal,
                "journal",
                f"the limit `journal`; `{option('journal', MILLION * size['journal'])}` allows a million",
            ),
            (
                4e9 / size["memory"],
                "memory of the client",
                "4 GB, since it holds all results until it writes them",
            ),
        ]
    )
    cog.outl("| of the shipped case, fits until | | |\n| ---: | --- | --- |")
    for fits, what, why in ceilings:
        cog.outl(f"| {significant(fits, 2)} | {what} | {why} |")


def recommended() -> None:
    """Write the sizes of batches that keep workers busy, by number of workers."""
    cog.outl(f"| workers | batch, for {SMALLER:,} fits | their time, busy | seconds of a task |")
    cog.outl("| ---: | ---: | ---: | ---: |")
    for workers in (10, 100, 1000):
        busy = {batch: _study(workers, batch).busy for batch in BATCHES}
        batch = next(
            (batch for batch in BATCHES if busy[batch] >= ENOUGH), max(busy, key=lambda batch: busy[batch])
        )
        cog.outl(f"| {workers:,} | {batch} | {100 * busy[batch]:.0f}% | {significant(batch * _mean(), 2)} |")


def speedup() -> None:
    """Draw how many times as fast a study is with more workers, by size of batch."""
    curves = {batch: [workers * _study(workers, batch).busy for workers in WORKERS] for batch in BATCHES}
    static("speedup.svg", _drawn(curves))
    ends = phrases.listing(
        [f"{significant(curve[-1], 2)} with batches of {batch}" for batch, curve in curves.items()]
    )
    alt = f"Speed-up of {SMALLER:,} fits against workers. With {WORKERS[-1]:,} workers it is {ends}."
    cog.outl(f"![{alt}](../_static/speedup.svg)")


def _drawn(curves: dict[int, list[float]]) -> bytes:
    with canvas(None, 4.2) as drawing:
        axes = drawing.axes
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.plot(WORKERS, WORKERS, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
        axes.annotate(
            "no overhead",
            (WORKERS[-4], WORKERS[-4]),
            (-6, 4),
            textcoords="offset points",
            ha="right",
            fontsize=SMALL,
            color=QUIET,
        )
        styles = ("solid", (0, (6, 2)), (0, (3, 2)), (0, (1, 1.5)))
        for (batch, curve), style in zip(curves.items(), styles, strict=True):
            axes.plot(
                WORKERS, curve, color=POSTERIOR, linewidth=1.6, linestyle=style, label=f"batches of {batch}"
            )
        axes.legend(frameon=False, fontsize=SMALL, loc="upper left", handlelength=3.5)
        axes.set_xlabel("workers, one core each")
        axes.set_ylabel("times as fast as one worker")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:,.0f}")
        axes.minorticks_off()
        axes.tick_params(labelsize=SMALL, colors=INK)
        drawing.note("Simulated from recorded times.")
        drawing.lay_out()
        return svg(axes)
