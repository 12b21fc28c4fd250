"""Write the tables and figures of the page of benchmarks from the data in docs/benchmarks."""

from __future__ import annotations

import functools
import html
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cog
import marks
import scoring
from generate import static
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator
from scoring import Spread

from shellcount.plots import svg
from shellcount.plots.style import FAINT, INK, POSTERIOR, QUIET, SMALL, STATED, canvas

FOLDER = Path(__file__).parent / "benchmarks"
PARTS = ("start", "fits", "forward", "refits", "limit")
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
UNIT = {"is": "points a run", "smc": "particles a run", "emcee": "steps of 64 walkers"}
PER_CENT = 100.0


@functools.cache
def data(part: str) -> Mapping[str, Any]:
    """Read the data of a part."""
    found: Mapping[str, Any] = json.loads((FOLDER / f"{part}.json").read_text("utf-8"))
    return found


def seconds(value: float) -> str:
    """Write seconds with two significant digits, short ones in milliseconds."""
    if value < 0.0995:
        return f"{1000 * value:.2g} ms" if value < 0.00995 else f"{1000 * value:.0f} ms"
    return f"{value:.2f} s" if value < 0.995 else f"{value:.1f} s" if value < 99.5 else f"{value:,.0f} s"


def _spread(spread: Spread) -> str:
    return f"{seconds(spread.least)} to {seconds(spread.most)}"


def _times(ratio: float) -> str:
    return f"{ratio:,.2f}" if ratio < 9.95 else f"{ratio:,.0f}"


def _share(value: float) -> str:
    return f"{PER_CENT * value:.2g}%"


def _count(value: float) -> str:
    """Write a count with two significant digits."""
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{round(value, 1 - math.floor(math.log10(value))):,.{digits}f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    cog.outl(f"| {' | '.join(head)} |\n| --- |{' ---: |' * (len(head) - 1)}")
    for row in rows:
        cog.outl(f"| {' | '.join(row)} |")


def machine() -> None:
    """Write the machine of each part, or of all where it is the same one."""
    listed = [(part, data(part)["machine"]) for part in PARTS]
    cog.outl(f"| | {' | '.join(f'`{part}`' for part, _ in listed)} |\n| --- |{' --- |' * len(listed)}")
    for key, name in NAMES.items():
        cog.outl(f"| {name} | {' | '.join(str(found[key]) for _, found in listed)} |")


def versions() -> None:
    """Write the versions in every environment."""
    found: dict[str, str] = {}
    for part in PARTS:
        for environment, libraries in sorted(data(part)["versions"].items()):
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


def started() -> None:
    """Write a table of whole processes, from their start to the printed range."""
    rows = data("start")["rows"]
    ours = rows["default"]["seconds"]
    listed = []
    for name in (name for name in TITLES if name in rows):
        spread, ratio = Spread.of(rows[name]["seconds"]), scoring.ratios(ours, rows[name]["seconds"])
        listed.append((
            TITLES[name],
            seconds(spread.median),
            _spread(spread),
            str(spread.count),
            _times(ratio.median),
            f"{_times(ratio.least)} to {_times(ratio.most)}",
            f"{max(rows[name]['peak_mb']):,.0f} MB",
        ))
    listed += [
        (
            TITLES[name],
            seconds(row["first_answer_seconds"]),
            "",
            "1",
            _times(row["first_answer_seconds"] / Spread.of(ours).median),
            "",
            f"{row['peak_mb']:,.0f} MB",
        )
        for name, row in data("fits")["tools"].items()
        if name not in rows and "first_answer_seconds" in row
    ]
    _table(("", "median", "least to most", "runs", "times ours", "least to most", "peak memory"), listed)


def fitted() -> None:
    """Write a table of fits in a warm process."""
    tools = data("fits")["tools"]
    ours = _seconds(tools["is"]["fits"]) if "fits" in tools.get("is", {}) else None
    listed = []
    for name in _measured(tools):
        fits = tools[name]["fits"]
        spread, relative = Spread.of(_seconds(fits)), _errors(fits)
        worth = scoring.effective_draws(relative, data("reference")["log_density"])
        ratio = scoring.ratios(ours, _seconds(fits)) if ours else None
        listed.append((
            TITLES[name],
            seconds(spread.median),
            _spread(spread),
            str(spread.count),
            _times(ratio.median) if ratio else "",
            _share(max(relative)),
            _count(worth),
            _count(worth / spread.median),
        ))
    _table(
        ("", "median", "least to most", "fits", "times `is`", "largest error", "draws' worth", "a second"), listed
    )


def equal_time() -> None:
    """Write a table of the errors that every tool makes in the same time."""
    tools = data("fits")["tools"]
    listed = []
    for name in _measured(tools):
        fits = tools[name].get("equal", [])
        if not fits:
            shown = tools[name]["fits"]
            relative = _errors(shown)
            took, size = f"{seconds(Spread.of(_seconds(shown)).median)}, its default", _size(name, shown[0])
        else:
            relative = _errors(fits)
            took, size = seconds(Spread.of(_seconds(fits)).median), _size(name, fits[0])
        listed.append((TITLES[name], took, size, *map(_share, relative), str(len(fits or tools[name]["fits"]))))
    _table(("", "time", "size", "error of 5%", "of 50%", "of 95%", "fits"), listed)


def _measured(tools: Mapping[str, Any]) -> list[str]:
    return [name for name in TITLES if tools.get(name, {}).get("fits")]


def _seconds(fits: Iterable[Mapping[str, Any]]) -> list[float]:
    return [fit["seconds"] for fit in fits]


def _errors(fits: Iterable[Mapping[str, Any]]) -> list[float]:
    return scoring.errors([fit["quantiles"] for fit in fits], data("reference")["quantiles"])


def _size(name: str, fit: Mapping[str, Any]) -> str:
    return f"{fit['size']:,} {UNIT.get(name, 'draws a chain')}" if fit["size"] else "default"


def reference() -> None:
    """Write how the reference was computed, and how exact it is."""
    found = data("reference")
    millions = [f"{value / 1e6:.4f}" for value in found["quantiles"]]
    cog.outl(
        f"The reference is a run of {found['draws'] / 1e6:,.0f} million draws in plain NumPy "
        f"(`tests/benchmarks/alternatives/reference.py`), weighed by the likelihood and worth "
        f"{_count(found['effective'])} independent ones. Its range is {millions[0]}, {millions[1]} and "
        f"{millions[2]} million rounds at 5, 50 and 95%, with standard errors of at most "
        f"{_share(max(found['relative_error']))} from ten independent parts; its log evidence is "
        f"{found['log_evidence']:.3f}. Errors as small as its own cannot be told from it."
    )


def forward() -> None:
    """Write a table of the forward part."""
    found = data("forward")
    whole, warm = found["rows"], found["warm"]
    listed = []
    for name in (name for name in FORWARD_TITLES if name in whole):
        process, fit = Spread.of(whole[name]["seconds"]), Spread.of(_seconds(warm[name]))
        ratio = scoring.ratios(_seconds(warm["shellcount"]), _seconds(warm[name]))
        listed.append((
            FORWARD_TITLES[name],
            seconds(process.median),
            _spread(process),
            seconds(fit.median),
            _spread(fit),
            _times(ratio.median),
            f"{max(whole[name]['peak_mb']):,.0f} MB",
        ))
    _table(("", "process", "least to most", "warm", "least to most", "times ours", "peak memory"), listed)


def refits() -> None:
    """Write a table of a thousand refits, measured or scaled."""
    found = data("refits")
    listed = [("`shellcount calibrate`", seconds(found["seconds"]), f"measured, {found['jobs']} processes", "1")]
    for name, row in data("fits")["tools"].items():
        if name in ("is", "smc") or not row.get("fits"):
            continue
        counted = row.get("refits") or row["fits"]
        thousand = found["refits"] * Spread.of(_seconds(counted)).median
        listed.append((
            TITLES[name],
            seconds(thousand) if thousand < 3600 else f"{thousand / 3600:.1f} hours",
            f"scaled from {len(counted)}, in a warm process",
            _times(thousand / found["seconds"]),
        ))
    _table((f"{found['refits']:,} refits", "time", "how", "times ours"), listed)


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
        cog.outl(f"| {_share(wanted)} | {_count(needed)} | {seconds(times[0])} | {seconds(times[1])} |")


def kept() -> None:
    """Write which marks are kept."""
    cog.outl("| | mark | measured | |\n| --- | ---: | ---: | --- |")
    for mark in marks.all_marks({name: data(name) for name in (*PARTS, "reference")}):
        verdict = {True: "kept", False: "**missed**", None: "not measured"}[mark.kept]
        cog.outl(f"| {mark.title} | {mark.limit} | {mark.measured} | {verdict} |")


def figure_of_starts() -> None:
    """Draw the seconds of whole processes."""
    rows = {name: row["seconds"] for name, row in data("start")["rows"].items()}
    for name, row in data("fits")["tools"].items():
        if name not in rows and "first_answer_seconds" in row:
            rows[name] = [row["first_answer_seconds"]]
    names = sorted(rows, key=lambda name: Spread.of(rows[name]).median)
    with canvas(None, 0.3 * len(names) + 0.8) as page:
        axes = page.axes
        for place, name in enumerate(reversed(names)):
            spread, colour = Spread.of(rows[name]), _colour(name)
            axes.hlines(place, spread.least, spread.most, color=colour, linewidth=2)
            axes.plot([spread.median], [place], "o", color=colour, markersize=6)
            axes.annotate(
                seconds(spread.median),
                (spread.most, place),
                (8, 0),
                textcoords="offset points",
                va="center",
                fontsize=SMALL,
            )
        axes.set_yticks(range(len(names)), [_plain(name) for name in reversed(names)])
        _logarithmic(axes.xaxis, axes.set_xscale)
        axes.set_xlabel("seconds from the start of the process to the printed range")
        axes.grid(axis="x", color=FAINT, linewidth=0.6)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.12)
    told = "; ".join(f"{_plain(name)}: {seconds(Spread.of(rows[name]).median)}" for name in names)
    _show("benchmarks-start.svg", svg(axes), f"Time from the start of a process to the printed range. {told}.")


def figure_of_errors() -> None:
    """Draw the error of the median against the seconds of a fit."""
    tools, told = data("fits")["tools"], []
    with canvas(None, 4.0) as page:
        axes = page.axes
        for name in _measured(tools):
            kinds = [fits for fits in (tools[name]["fits"], tools[name].get("equal")) if fits]
            places = [(Spread.of(_seconds(fits)).median, PER_CENT * max(_errors(fits))) for fits in kinds]
            axes.plot(*zip(*places, strict=True), "o-", color=_colour(name), linewidth=1, markersize=5)
            axes.annotate(
                _plain(name), places[0], (6, 4), textcoords="offset points", fontsize=SMALL, color=_colour(name)
            )
            told.append(f"{_plain(name)}: {places[0][1]:.2g}% in {seconds(places[0][0])}")
        for axis, setter in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
            _logarithmic(axis, setter)
        axes.spines["left"].set_visible(True)
        axes.set_xlabel("seconds of a fit in a warm process")
        axes.set_ylabel("largest relative error of the three quantiles, %")
        axes.grid(color=FAINT, linewidth=0.6)
        axes.margins(x=0.15)
    text = f"Error of the headline against the seconds of a fit, at the default size. {'; '.join(told)}."
    _show("benchmarks-error.svg", svg(axes), text)


def _colour(name: str) -> str:
    return POSTERIOR if name in OURS else QUIET if name in ("interpreter", "numpy") else STATED


def _plain(name: str) -> str:
    return TITLES[name].replace("`", "")


def _logarithmic(axis: Any, setter: Any) -> None:
    setter("log")
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
    axis.set_minor_locator(NullLocator())
    axis.label.set_color(INK)


def _show(name: str, drawing: bytes, text: str) -> None:
    static(name, drawing)
    cog.outl(f'<p align="center"><img src="_static/{name}" width="600" alt="{html.escape(text)}"></p>')
