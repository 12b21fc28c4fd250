"""Write the page on growth from the data that `make growth` measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cog
from drawn import logarithmic, static

from shellcount.plots.canvas import canvas
from shellcount.plots.drawing import svg
from shellcount.plots.style import POSTERIOR, QUIET, SMALL, STATED

ROOT = Path(__file__).parents[1]
DATA = ROOT / "docs" / "benchmarks" / "growth.json"
_COLOURS = (POSTERIOR, STATED, "#007A5A", "#8C4673", "#000000", QUIET)
_MEGA = 1e6


def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
    return data


def machine() -> None:
    """Write what was measured on."""
    found = _data()["machine"]
    cog.outl(
        f"Measured on {found['cores']} cores ({found['processor']}), Python {found['python']}, "
        f"numpy {found['numpy']}, scipy {found['scipy']}, pydantic {found['pydantic']}."
    )


def table() -> None:
    """Write every case that was measured: its size, seconds and memory, and which engine served."""
    cog.outl("| grows | size | reading, s | fit, s | processor, s | memory, MB | engine |")
    cog.outl("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for axis, rows in _data()["rows"].items():
        for row in rows:
            seconds = [_seconds(row.get(name)) for name in ("reading_s", "fit_s", "cpu_s")]
            memory = "-" if row["bytes"] is None else f"{row['bytes'] / _MEGA:,.0f}"
            cog.outl(f"| {axis} | {row['size']:,} | {' | '.join(seconds)} | {memory} | {_served(row)} |")


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.2g}" if value < 10 else f"{value:.0f}"


def _served(row: dict[str, Any]) -> str:
    """Name the engine that served, or say why none did."""
    if row["refused"] is None:
        return f"`{row['engine']}`"
    kinds = {
        "has not converged": "none: not converged",
        "took longer than": "stopped: {}",
        "GB (limit": "refused: too much memory",
        "operations (limit": "refused: too much work",
    }
    reason = row["refused"]
    words = next((words for sign, words in kinds.items() if sign in reason), "no engine serves")
    return words.format(reason)


def figure() -> None:
    """Draw processor time over size, one line for each way that a case grows."""
    static("growth.svg", _drawn())
    cog.outl("![Processor time of a fit over the size of its case](../_static/growth.svg)")


def _drawn() -> bytes:
    with canvas(None, 4.2) as page:
        axes = page.axes
        for colour, (axis, rows) in zip(_COLOURS, _data()["rows"].items(), strict=False):
            served = [row for row in rows if row["refused"] is None]
            axes.plot(
                [row["size"] for row in served],
                [row["cpu_s"] for row in served],
                color=colour,
                marker="o",
                markersize=4,
                label=axis,
            )
        logarithmic(axes.xaxis, axes.set_xscale)
        logarithmic(axes.yaxis, axes.set_yscale)
        axes.set_xlabel("number of what grows")
        axes.set_ylabel("processor seconds of a fit")
        axes.legend(fontsize=SMALL, frameon=False)
        page.note("Where a line ends, no engine served.")
        page.lay_out()
    return svg(axes)
