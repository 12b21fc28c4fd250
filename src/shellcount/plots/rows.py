"""Draw ranges in rows, of any quantity."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.plots.canvas import canvas
from shellcount.plots.labels import ABOUT, BELOW, Box, Label, face_and_edge, frame, in_points, place
from shellcount.plots.notes import Drawn
from shellcount.plots.sheet import Words
from shellcount.plots.style import CEILING, FAINT, INK, POSTERIOR, QUIET, SMALL, STATED, extent, harmless
from shellcount.results.estimate import Estimate
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

_AXIS = 0.78  # inches of the axis with its label
_UNIT = 0.72  # inches of a row of two figures with labels of one line
_BROAD = 46  # characters of a line of a label where there is more width than height
_DROP = 0.16  # inches that the mark of a range lies below its row
_LINE, _SPACE = 0.137, 0.08  # inches of a line of a label, and between labels
_TICKS = tuple(step * 10.0**decade for decade in range(-9, 16) for step in (1, 2, 5))


@frozen
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
    remark
        Reason why it is set aside, in a word.
    """

    value: float
    label: str
    fitted: bool = False
    set_aside: bool = False
    ends: tuple[float, float] | None = None
    remark: str = ""

    @property
    def drawn(self) -> Drawn:
        """Look of the mark."""
        zero = self.value <= 0
        return Drawn(self.fitted, remark=self.remark, ranging=self.ends is not None, zero=zero)

    @property
    def drop(self) -> float:
        """Distance below the middle of its row: a range there would be hidden by that of the row."""
        return 0.0 if self.ends is None else _DROP


@frozen
class Row:
    """Posterior range with the figures stated for it.

    Parameters
    ----------
    label
        Label.
    estimate
        The range.
    stated
        Figures stated for it.
    ceiling
        Physical ceiling.
    rank
        Where there is no room for all rows, those of low rank are shown.
    """

    label: str
    estimate: Estimate
    stated: tuple[Mark, ...]
    ceiling: float | None = None
    rank: float = 1.0

    def height(self, *, narrow: bool) -> float:
        """Compute the height of the row in inches, where it may be chosen."""
        if narrow:
            return sum(self.parts)
        lines = max((mark.label.count("\n") for mark in self.stated), default=0)
        dropped = 0.3 if any(mark.drop for mark in self.stated) else 0.0
        return _UNIT * (1.0 + 0.16 * lines + 0.35 * max(0, len(self.stated) - 2) + dropped)

    def least(self, *, narrow: bool) -> float:
        """Compute the height in inches that the row needs at least."""
        above, below = self.parts
        own = _LINE * (self.label.count("\n") + 1) + _SPACE
        return above + below if narrow else max(above - own + below, own) + _SPACE

    def broad(self) -> Row:
        """Copy the row with labels of longer lines, for few lines."""
        marks = tuple(replace(mark, label=_refilled(mark.label)) for mark in self.stated)
        return replace(self, stated=marks)

    @property
    def parts(self) -> tuple[float, float]:
        """Inches of a narrow row above and below its range: its label, and those of the figures."""
        lower = self.lower
        sides = [
            sum(
                _LINE * (mark.label.count("\n") + 1) + _SPACE + (_DROP if mark.drop else 0.0)
                for mark, below in zip(self.stated, lower, strict=True)
                if below == side
            )
            for side in (False, True)
        ]
        ceiling = _LINE if self.ceiling is not None and not self.stated else 0.0
        own = _LINE * (self.label.count("\n") + 1) + _SPACE
        return own + sides[0], max(sides[1], ceiling) + 2 * _SPACE

    @property
    def lower(self) -> tuple[bool, ...]:
        """Sides of the labels of a narrow row: true below it, as those of ranges and every other one."""
        sides, below = [], not any(mark.drop for mark in self.stated)
        for mark in self.stated:
            sides.append(below or mark.drop > 0)
            below = below if mark.drop else not below
        return tuple(sides)

    def middle(self, height: float, *, narrow: bool) -> float:
        """Place of the range within a height, from below."""
        above, below = self.parts
        return height * below / (above + below) if narrow else height / 2


def _refilled(label: str) -> str:
    """Fill the lines of a label, and leave its second sentence on a line of its own."""
    head, _, chance = label.partition("\nchance ")
    text = textwrap.fill(" ".join(head.split()), _BROAD, break_on_hyphens=False)
    return f"{text}\nchance {chance}" if chance else text


def draw_rows(
    rows: Sequence[Row],
    unit: str,
    ax: Axes | None,
    words: Words,
    note: Callable[[Sequence[Row]], Sequence[str]],
) -> Axes:
    """Draw ranges in rows on one logarithmic axis.

    Parameters
    ----------
    rows
        Rows, from top to bottom.
    unit
        Unit of all values.
    ax
        Axes to draw on; by default those of a new figure.
    words
        Words around the axes.
    note
        Tells in sentences how to read rows.
    """
    with canvas(ax, 0.5, words) as page:
        ax, narrow = page.axes, page.narrow
        if not rows:
            ax.set_axis_off()
            ax.text(0.5, 0.5, "no stated figure", ha="center", va="center", transform=ax.transAxes)
            page.lay_out()
            return ax
        if page.fixed and not narrow:
            rows = [row.broad() for row in rows]
        rows = page.chosen(rows, [row.least(narrow=narrow) for row in rows], [row.rank for row in rows])
        heights = [row.height(narrow=narrow) for row in rows]
        page.height = _AXIS + sum(heights)
        tops = [sum(heights[place:]) for place in range(len(rows))]
        middles = [
            top - height + row.middle(height, narrow=narrow)
            for top, height, row in zip(tops, heights, rows, strict=True)
        ]
        _draw_axis(ax, rows, unit)
        for height, row in zip(middles, rows, strict=True):
            _draw_row(ax, height, row)
        ax.set_ylim(0.0, tops[0])
        labels = [harmless(row.label) for row in rows]
        ax.set_yticks([] if narrow else middles, [] if narrow else labels, parse_math=False)
        page.note(*note(rows))
        page.caution(row.estimate for row in rows)
        placed = list(zip(middles, rows, strict=True))
        above = list(zip(tops, labels, strict=True)) if narrow else []
        page.lay_out(lambda: _label(page.axes, placed, above))
    return ax


def _label(ax: Axes, rows: Sequence[tuple[float, Row]], above: Sequence[tuple[float, str]]) -> None:
    """Leave out ticks, and label the figures and, where they are narrow, the rows."""
    _thin_out(ax)
    corner = frame(ax)
    taken = []
    for top, text in above:
        ax.annotate(
            text,
            (0.0, top),
            xycoords=("axes fraction", "data"),
            xytext=(0.0, -1.0),
            textcoords="offset points",
            va="top",
            fontsize=SMALL,
            parse_math=False,
        ).set_in_layout(False)
        width, height = extent(text, SMALL)
        end = float(in_points(ax, [(ax.get_xlim()[0], top)])[0, 1])
        taken.append(Box(corner.x0, end - height - 1.0, corner.x0 + width, end))
    labels = [label for height, row in rows for label in _labels(ax, height, row, narrow=bool(above))]
    lines = [line for height, row in rows for line in _lines(height, row)]
    place(ax, labels, lines=lines, taken=taken, shy=2.0)


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


def _labels(ax: Axes, height: float, row: Row, *, narrow: bool) -> list[Label]:
    labels = []
    for mark, below in zip(row.stated, row.lower, strict=True):
        towards = ABOUT if mark.ends is None else BELOW
        if narrow:
            towards = BELOW[:1] if below else ABOUT[:1]
        labels.append(Label(mark.label, _point(ax, height, mark), towards))
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
    ax.set_xlabel(harmless(f"{one_line(unit, 34)} (log scale)"), parse_math=False)


def _thin_out(ax: Axes) -> None:
    """Leave out ticks whose labels would overlap those to their left."""
    ticks = [float(tick) for tick in ax.get_xticks()]
    letters = float(ax.xaxis.label.get_fontsize())
    kept, edge = [], -math.inf
    for tick, (x, _) in zip(ticks, in_points(ax, [(tick, 0.0) for tick in ticks]), strict=True):
        half = extent(phrases.exact(tick), letters)[0] / 2
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
