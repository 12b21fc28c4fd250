"""Draw ranges in rows, of any quantity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from shellcount.plots.labels import Label, in_points, place
from shellcount.plots.style import CEILING, FAINT, INK, POSTERIOR, STATED, canvas, extent, harmless
from shellcount.results.estimate import Estimate
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

NOTE = "dot: median; bars: 50% and 90% intervals; full diamonds: checked; open: fitted"
_TICKS = tuple(step * 10.0**decade for decade in range(-9, 16) for step in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Mark:
    """Stated figure on a row."""

    value: float
    label: str
    fitted: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Posterior range with the figures stated for it."""

    label: str
    estimate: Estimate
    stated: tuple[Mark, ...]
    ceiling: float | None = None

    @property
    def height(self) -> float:
        """Height of the row, where 1 is that of a row of two figures with labels of one line."""
        lines = max((mark.label.count("\n") for mark in self.stated), default=0)
        return 1.0 + 0.16 * lines + 0.35 * max(0, len(self.stated) - 2)


def draw_rows(rows: Sequence[Row], unit: str, ax: Axes | None, note: str = NOTE) -> Axes:
    """Draw ranges in rows on one logarithmic axis.

    Parameters
    ----------
    rows
        Rows, from top to bottom.
    unit
        Unit of all values.
    ax
        Axes to draw on; by default those of a new figure.
    note
        Note on how to read the figure.
    """
    tops = [sum(row.height for row in rows[place:]) for place in range(len(rows))]
    heights = [top - row.height / 2 for top, row in zip(tops, rows, strict=True)]
    with canvas(ax, 0.9 + 0.72 * max(tops, default=1.0)) as page:
        ax = page.axes
        if not rows:
            ax.set_axis_off()
            ax.text(0.5, 0.5, "no stated figure", ha="center", va="center", transform=ax.transAxes)
            return ax
        for height, row in zip(heights, rows, strict=True):
            _draw_row(ax, height, row)
        _draw_axis(ax, rows, unit)
        ax.set_ylim(0.0, tops[0])
        ax.set_yticks(heights, [harmless(row.label) for row in rows], parse_math=False)
        page.note(note)
        page.caution(row.estimate for row in rows)
        page.lay_out()
        _thin_out(ax)
        place(ax, [label for pair in zip(heights, rows, strict=True) for label in _labels(*pair)])
    return ax


def draw_range(
    ax: Axes, height: float, estimate: Sequence[float], *, thin: float, faint: bool = False
) -> None:
    """Draw a range at a height, given by its 5%, 25%, 50%, 75% and 95% quantiles."""
    low, lower, middle, upper, high = estimate
    colour = "#A8A8A8" if faint else POSTERIOR
    ax.plot([low, high], [height, height], color=colour, linewidth=thin, zorder=2)
    ax.plot(
        [lower, upper],
        [height, height],
        color=colour,
        linewidth=3.5 * thin,
        solid_capstyle="butt",
        zorder=2,
    )
    ax.plot(middle, height, "o", color="white", markeredgecolor=colour, markersize=2 + 2 * thin, zorder=3)


def quantiles(estimate: Estimate) -> tuple[float, float, float, float, float]:
    """List the five quantiles of an estimate."""
    return estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95


def _draw_row(ax: Axes, height: float, row: Row) -> None:
    ax.axhline(height, color=FAINT, linewidth=0.8, zorder=0)
    draw_range(ax, height, quantiles(row.estimate), thin=2.0)
    if row.ceiling is not None:
        ax.plot(row.ceiling, height, "|", color=CEILING, markersize=13, markeredgewidth=2, zorder=3)
    for mark in row.stated:
        face, edge = ("white", STATED) if mark.fitted else (STATED, "white")
        ax.plot(mark.value, height, "D", color=face, markeredgecolor=edge, markersize=8, zorder=4)


def _labels(height: float, row: Row) -> list[Label]:
    labels = [Label(mark.label, (mark.value, height)) for mark in row.stated]
    if row.ceiling is not None:
        text = f"ceiling {rounding.significant(row.ceiling)}"
        labels.append(Label(text, (row.ceiling, height), towards=((0, -1), (0, 1), (1, -1)), colour=INK))
    return labels


def _draw_axis(ax: Axes, rows: Sequence[Row], unit: str) -> None:
    values = [
        value
        for row in rows
        for value in (
            row.estimate.p05,
            row.estimate.p95,
            *(mark.value for mark in row.stated),
            *([row.ceiling] if row.ceiling is not None else []),
        )
        if value > 0
    ]
    spread = max(values) / min(values)
    margin = max(1.1, spread**0.08)  # so that no mark stands at the edge
    low, high = min(values) / margin, max(values) * margin
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.xaxis.set_major_locator(FixedLocator(_ticks(low, high)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: phrases.exact(value)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(harmless(one_line(unit)), parse_math=False)


def _thin_out(ax: Axes) -> None:
    """Leave out ticks whose labels would overlap those to their left."""
    ticks = [float(tick) for tick in ax.get_xticks()]
    kept, edge = [], -math.inf
    for tick, (x, _) in zip(ticks, in_points(ax, [(tick, 0.0) for tick in ticks]), strict=True):
        half = extent(phrases.exact(tick), 10.0)[0] / 2
        if x - half > edge:
            kept.append(tick)
            edge = x + half + 4.0
    ax.xaxis.set_major_locator(FixedLocator(kept))


def _ticks(low: float, high: float) -> list[float]:
    """Choose ticks: 1, 2 and 5 of every decade, fewer over many decades, even steps within one."""
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    if len(ticks) < 3:
        return [float(tick) for tick in MaxNLocator(5).tick_values(low, high) if low <= tick <= high]
    if len(ticks) > 8:
        decades = [tick for tick in ticks if f"{tick:e}".startswith("1")]
        ticks = decades[:: -(-len(decades) // 7)]
    return ticks
