"""Draw ranges in rows, of any quantity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from shellcount.maths.arrays import Array
from shellcount.plots.labels import ABOUT, BELOW, Label, face_and_edge, in_points, place
from shellcount.plots.style import CEILING, FAINT, INK, POSTERIOR, QUIET, STATED, canvas, extent, harmless
from shellcount.results.estimate import Estimate
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

NOTE = "dot: median; bars: 50% and 90% intervals; full diamonds: checked; open: fitted"
_TICKS = tuple(step * 10.0**decade for decade in range(-9, 16) for step in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Mark:
    """Stated figure on a row.

    Parameters
    ----------
    value
        Figure; 0, which a logarithmic axis does not have, stands at its left end.
    label
        Label.
    fitted
        Whether the posterior is conditioned on it.
    set_aside
        Whether it is derived, repeated, replaced or withdrawn, and so never fit.
    ends
        Ends of a stated range.
    """

    value: float
    label: str
    fitted: bool = False
    set_aside: bool = False
    ends: tuple[float, float] | None = None

    @property
    def drop(self) -> float:
        """Distance below the middle of its row: a range there would be hidden by that of the row."""
        return 0.0 if self.ends is None else 0.22


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
        dropped = 0.3 if any(mark.drop for mark in self.stated) else 0.0
        return 1.0 + 0.16 * lines + 0.35 * max(0, len(self.stated) - 2) + dropped


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
        _draw_axis(ax, rows, unit)
        for height, row in zip(heights, rows, strict=True):
            _draw_row(ax, height, row)
        ax.set_ylim(0.0, tops[0])
        ax.set_yticks(heights, [harmless(row.label) for row in rows], parse_math=False)
        page.note(note)
        page.caution(row.estimate for row in rows)
        page.lay_out()
        _thin_out(ax)
        placed = list(zip(heights, rows, strict=True))
        labels = [label for height, row in placed for label in _labels(ax, height, row)]
        place(ax, labels, lines=[line for height, row in placed for line in _lines(height, row)], shy=2.0)
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


def scaled(estimate: Estimate, factor: float) -> Estimate:
    """Convert the five quantiles of an estimate by a factor to another unit; nothing else of it is drawn."""
    names = ("p05", "p25", "p50", "p75", "p95")
    return replace(estimate, **{name: factor * getattr(estimate, name) for name in names})


def _draw_row(ax: Axes, height: float, row: Row) -> None:
    ax.axhline(height, color=FAINT, linewidth=0.8, zorder=0)
    draw_range(ax, height, quantiles(row.estimate), thin=2.0)
    if row.ceiling is not None:
        ax.plot(row.ceiling, height, "|", color=CEILING, markersize=13, markeredgewidth=2, zorder=3)
    for mark in row.stated:
        face, edge = face_and_edge(fitted=mark.fitted, set_aside=mark.set_aside)
        x, y = _point(ax, height, mark)
        if mark.ends is not None:
            line = QUIET if mark.set_aside else STATED
            ax.plot(mark.ends, (y, y), "|-", color=line, linewidth=1.2, markersize=8, zorder=4)
        shape = "D" if mark.value > 0 else "<"
        ax.plot(x, y, shape, color=face, markeredgecolor=edge, markersize=8, zorder=4, clip_on=False)


def _lines(height: float, row: Row) -> list[Array]:
    """List the lines of a row that labels should leave visible: its range, and the ranges stated."""
    ends = [(row.estimate.p05, row.estimate.p95, height)]
    ends += [(*mark.ends, height - mark.drop) for mark in row.stated if mark.ends is not None]
    return [np.array([[low, y], [high, y]]) for low, high, y in ends if low > 0]


def _point(ax: Axes, height: float, mark: Mark) -> tuple[float, float]:
    """Give the point at which a mark stands."""
    return mark.value if mark.value > 0 else ax.get_xlim()[0], height - mark.drop


def _labels(ax: Axes, height: float, row: Row) -> list[Label]:
    labels = [
        Label(mark.label, _point(ax, height, mark), towards=ABOUT if mark.ends is None else BELOW)
        for mark in row.stated
    ]
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
            *(end for mark in row.stated for end in (mark.value, *(mark.ends or ()))),
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
