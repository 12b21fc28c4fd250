"""Draw the figures of the page of benchmarks from the data in docs/benchmarks."""

from __future__ import annotations

import html

import cog
from drawn import logarithmic, static
from measured import PER_CENT, TITLES, data, errors_of, measured, needs, seconds, seconds_of
from scoring import Spread

from shellcount.plots import svg
from shellcount.plots.canvas import canvas
from shellcount.plots.style import FAINT, POSTERIOR, QUIET, SMALL, STATED, STATED_TEXT

OURS = ("default", "is", "smc", "nuts")


@needs("start", "fits")
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
        logarithmic(axes.xaxis, axes.set_xscale)
        axes.set_xlabel("seconds from the start of the process to the printed range")
        axes.grid(axis="x", color=FAINT, linewidth=0.6)
        axes.tick_params(axis="y", length=0)
        axes.margins(x=0.12)
    told = "; ".join(f"{_plain(name)}: {seconds(Spread.of(rows[name]).median)}" for name in names)
    _show(
        "benchmarks-start.svg", svg(axes), f"Time from the start of a process to the printed range. {told}."
    )


@needs("fits", "reference")
def figure_of_errors() -> None:
    """Draw the error of the median against the seconds of a fit."""
    tools, told = data("fits")["tools"], []
    with canvas(None, 4.0) as page:
        axes = page.axes
        for row, name in enumerate(measured(tools)):
            kinds = [fits for fits in (tools[name]["fits"], tools[name].get("equal")) if fits]
            places = [(Spread.of(seconds_of(fits)).median, PER_CENT * max(errors_of(fits))) for fits in kinds]
            axes.plot(*zip(*places, strict=True), "o-", color=_colour(name), linewidth=1, markersize=5)
            axes.annotate(
                _plain(name),
                places[0],
                (6, -11 if row % 2 else 4),
                textcoords="offset points",
                fontsize=SMALL,
                color=STATED_TEXT if _colour(name) == STATED else _colour(name),
            )
            told.append(f"{_plain(name)}: {places[0][1]:.2g}% in {seconds(places[0][0])}")
        for axis, setter in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
            logarithmic(axis, setter)
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


def _show(name: str, drawing: bytes, text: str) -> None:
    static(name, drawing)
    cog.outl(f'<p align="center"><img src="_static/{name}" width="600" alt="{html.escape(text)}"></p>')
