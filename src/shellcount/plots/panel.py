"""Draw totals over time in a panel: curves with their ranges, stated figures, and labels of both."""

from __future__ import annotations

import dataclasses
import datetime as dt
import textwrap
from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from shellcount.case.dates import month_of, month_start
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.plots.forecast import shade_forecast
from shellcount.plots.labels import BESIDE, GROUND, Box, Label, frame, in_points, place
from shellcount.plots.stated import ARROW, Stated, draw_stated, number
from shellcount.plots.style import FAINT, INK, INNER, OUTER, POSTERIOR, SMALL, extent, harmless
from shellcount.results.estimate import Estimate
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

_END = 10.0  # points: from the end of a line to its label
_COLOURS = (POSTERIOR, "#8C4673", "#007A5A", INK, "#7A6200")
_DASHES: tuple[tuple[float, tuple[float, ...]] | Literal["-"], ...] = (
    "-",
    (0, (5, 2)),
    (0, (1.5, 1.5)),
    (0, (6, 2, 1.5, 2)),
    (0, (2.5, 1)),
)
_MARKS = ("o", "s", "^", "D", "v")
LETTERS = "●■▲◆▼"  # the same marks in text
MOST = len(_MARKS)  # curves of a panel that can be told apart
_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)  # months between ticks
_LAST = 0.1  # of the width of a slim panel, at its end without a tick
BROAD, _SLIM = 12, 5  # months that a wide and a narrow panel label, at most
_LINE, _SHORT = 34, 20  # characters of a line of a label, at most and at least
_SHARE = 0.62  # of the width of a panel, for a line of a label
_BEYOND = 0.03  # of the width, beyond the last date
_HEAD = 3.0  # points from the corner of a panel to its heading


@frozen
class Curve:
    """Posterior ranges of one quantity at several dates.

    Parameters
    ----------
    name
        Name; empty for the only curve.
    days
        Dates as numbers of the axis: of the first shipment, where all is zero, and of the estimates.
    estimates
        The ranges.
    """

    name: str
    days: tuple[float, ...]
    estimates: tuple[Estimate, ...]

    def line(self, quantile: str) -> Array:
        """Trace one quantile over time, from zero at the first shipment; shape (day, 2)."""
        values = [0.0, *(float(getattr(estimate, quantile)) for estimate in self.estimates)]
        return np.column_stack([self.days, values])

    @property
    def top(self) -> float:
        """Highest value that is drawn."""
        return self.estimates[-1].p95


@frozen
class Panel:
    """Curves with the figures stated for them.

    Parameters
    ----------
    heading
        Lines in the corner of the panel; empty where the end of a curve is labelled instead.
    curves, stated
        Curves and stated figures.
    when
        Date of the last estimate in words, for the label of the end of a single curve.
    slim
        Whether the panel is narrow.
    terse
        Whether there is no room for the names of claimants.
    """

    heading: str
    curves: tuple[Curve, ...]
    stated: tuple[Stated, ...]
    when: str
    slim: bool
    terse: bool = False

    @property
    def top(self) -> float:
        """Highest value that is drawn."""
        return max([*(curve.top for curve in self.curves), *(figure.ends[1] for figure in self.stated)])


def draw_panel(ax: Axes, panel: Panel, top: float, first: dt.date, evidence: dt.date, last: dt.date) -> None:
    """Draw the curves and the stated figures of a panel, without labels.

    Parameters
    ----------
    ax
        Axes.
    panel
        Panel.
    top
        Highest value of all panels that share the axis.
    first, evidence, last
        First date, last date that a claim refers to, and last date that is drawn.
    """
    single = len(panel.curves) == 1
    for turn, curve in enumerate(panel.curves):
        _draw_single(ax, curve) if single else _draw_one_of(ax, curve, turn)
    for figure in panel.stated:
        draw_stated(ax, figure)
    _draw_axes(ax, top, (number(first), number(last)), beyond=_BEYOND if panel.heading else 0.0)
    names = calendar(first, last, _SLIM if panel.slim else BROAD)
    ax.xaxis_date()
    ax.xaxis.set_major_locator(FixedLocator(list(names)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: names.get(value, "")))
    shade_forecast(ax, number(evidence), number(last))


def label_panel(ax: Axes, panel: Panel) -> None:
    """Label the ends of the curves or head the panel, and label the stated figures."""
    last = panel.curves[0].days[-1]
    taken = []
    if panel.heading:
        taken.append(_write_heading(ax, panel.heading))
    elif len(panel.curves) == 1:
        _write_end(ax, panel.curves[0], panel.when)
    else:
        taken.append(_write_legend(ax, panel.curves))
    _write_stated(ax, panel, last, taken)


def _draw_single(ax: Axes, curve: Curve) -> None:
    for low, high, tint in (("p05", "p95", OUTER), ("p25", "p75", INNER)):
        edges = curve.line(low)[:, 1], curve.line(high)[:, 1]
        ax.fill_between(curve.days, *edges, color=tint, linewidth=0, zorder=1)
    ax.plot(curve.days, curve.line("p50")[:, 1], color=POSTERIOR, linewidth=2.0, zorder=3)


def _draw_one_of(ax: Axes, curve: Curve, turn: int) -> None:
    """Draw a curve among others, with its own colour, dashes and mark."""
    colour, dashes = _COLOURS[turn], _DASHES[turn]
    edges = curve.line("p05")[:, 1], curve.line("p95")[:, 1]
    ax.fill_between(curve.days, *edges, color=colour, alpha=0.12, linewidth=0, zorder=1)
    for edge in edges:
        ax.plot(curve.days, edge, color=colour, linewidth=0.8, linestyle=dashes, zorder=2)
    ax.plot(curve.days, curve.line("p50")[:, 1], color=colour, linewidth=2.0, linestyle=dashes, zorder=3)
    end = curve.days[-1], curve.estimates[-1].p50
    ax.plot(*end, _MARKS[turn], color=colour, markeredgecolor="white", markersize=8, zorder=5, clip_on=False)


def _draw_axes(ax: Axes, most: float, days: tuple[float, float], *, beyond: float) -> None:
    ax.set_ylim(0.0, 1.1 * most)
    ax.set_xlim(days[0], days[1] + beyond * (days[1] - days[0]))  # room for a mark at the end
    ticks = amount_ticks(0.0, most, 1.1 * most)
    ax.set_yticks(list(ticks), list(ticks.values()))
    ax.hlines(list(ticks)[1:], *days, color=FAINT, linewidth=0.6, zorder=0)
    ax.tick_params(axis="y", length=0)
    ax.spines["bottom"].set_bounds(*days)


def amount_ticks(low: float, high: float, end: float | None = None) -> dict[float, str]:
    """Choose ticks of an axis of amounts, with their labels, all in one unit.

    Parameters
    ----------
    low, high
        Amounts that the ticks are chosen for.
    end
        End of the axis, if it lies beyond the highest amount.

    Examples
    --------
    >>> amount_ticks(0.0, 3.4e6)
    {0.0: '0', 1000000.0: '1 million', 2000000.0: '2 million', 3000000.0: '3 million'}
    """
    steps = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high)
    ticks = [float(tick) for tick in steps if low <= tick <= (high if end is None else end)]
    step = ticks[1] - ticks[0]
    return {tick: rounding.amount(tick, step, largest=ticks[-1]) if tick else "0" for tick in ticks}


def calendar(start: dt.date, last: dt.date, most: int = BROAD) -> dict[float, str]:
    """Choose ticks of an axis of dates: first shipment and starts of months; of a few weeks, both ends."""
    months = month_of(start, last)
    if months < 2:
        if most == _SLIM:
            return {number(start): f"{start.day} {_short(start)}\n{start.year}"}
        return {number(day): phrases.date(day) for day in (start, last)}
    step = next((step for step in _STEPS if months <= most * step), _STEPS[-1])
    ticks = {} if start.day == 1 else {number(start): f"{start.day} {_short(start)}\n{start.year}"}
    apart = (0.06 if most == BROAD else 0.27) * (last - start).days
    for month in range(1 if ticks else 0, months + 1):
        day = month_start(start, month)
        if (day.month - 1) % min(step, 12) or day.year % max(step // 12, 1):
            continue
        if ticks and number(day) - min(ticks) < apart:
            continue
        if most == _SLIM and number(last) - number(day) < _LAST * (last - start).days:
            continue  # where the next panel begins
        # Every label has two lines, so that all have the same height.
        ticks[number(day)] = f"{_short(day)}\n{day.year if not ticks or day.month == 1 else ''}"
    return ticks


def _short(day: dt.date) -> str:
    return phrases.date(day).split()[1][:3]


def _write_heading(ax: Axes, heading: str) -> Box:
    """Write lines into the upper left corner, which curves that rise leave free; return their box."""
    text = harmless(heading)
    ax.annotate(
        text,
        (0.0, 1.0),
        xycoords="axes fraction",
        xytext=(_HEAD, -_HEAD),
        textcoords="offset points",
        va="top",
        color=POSTERIOR,
        fontsize=SMALL,
        parse_math=False,
        zorder=6,
        bbox=GROUND,
    ).set_in_layout(False)
    width, height = extent(text, SMALL)
    corner = frame(ax)
    return Box(corner.x0, corner.y1 - height - 2 * _HEAD, corner.x0 + width + 2 * _HEAD, corner.y1)


def _write_legend(ax: Axes, curves: Sequence[Curve]) -> Box:
    """Tell the curves apart by colour, dashes and mark; return the box of the legend."""
    handles = [
        Line2D([], [], color=_COLOURS[turn], linestyle=_DASHES[turn], marker=_MARKS[turn], label=label)
        for turn, label in enumerate(map(_legend_words, curves))
    ]
    ax.legend(handles=handles, loc="upper left", frameon=False, fontsize=SMALL, handlelength=3.6)
    texts = [extent(str(handle.get_label()), SMALL) for handle in handles]
    corner = frame(ax)
    width = max(width for width, _ in texts) + 5.0 * SMALL
    height = sum(height + 0.6 * SMALL for _, height in texts) + SMALL
    return Box(corner.x0, corner.y1 - height, corner.x0 + width, corner.y1)


def _legend_words(curve: Curve) -> str:
    middle, _, outer = curve.estimates[-1].words()
    return f"{harmless(curve.name)}: {middle} (90%: {outer})"


def _write_end(ax: Axes, curve: Curve, when: str) -> None:
    """Label the right end of a curve, and widen the axes to make room."""
    middle, inner, outer = curve.estimates[-1].words()
    text = f"{when}:\n{middle}\n50%: {inner}\n90%: {outer}"
    width, height = extent(text, SMALL)
    inside = frame(ax)
    low, high = ax.get_xlim()
    across = inside.x1 - inside.x0
    room = min(width + _END + 4.0, 0.6 * across)
    ax.set_xlim(low, low + (high - low) * across / (across - room))
    end = float(in_points(ax, [(high, curve.estimates[-1].p50)])[0, 1])
    middle_of_text = min(max(end, inside.y0 + height / 2), inside.y1 - height / 2)
    ax.annotate(
        text,
        (high, curve.estimates[-1].p50),
        xytext=(_END, middle_of_text - end),
        textcoords="offset points",
        va="center",
        color=POSTERIOR,
        fontsize=SMALL,
        parse_math=False,
    ).set_in_layout(False)


def _words(figure: Stated, *, terse: bool) -> str:
    return one_line(figure.claim.words if terse else figure.label)


def _write_stated(ax: Axes, panel: Panel, last: float, taken: list[Box]) -> None:
    """Label the claims, between the first and the last date."""
    inside = frame(ax)
    line = min(_LINE, max(_SHORT, int(_SHARE * (inside.x1 - inside.x0) / (0.55 * SMALL))))
    ordered = sorted(panel.stated, key=lambda figure: (figure.at, figure.value, figure.claim.id))
    labels = [
        Label(
            textwrap.fill(_words(figure, terse=panel.terse), line, break_on_hyphens=False),
            (figure.at, figure.value),
            towards=BESIDE,
        )
        for figure in ordered
    ]
    arrows = []
    for figure, (x, y) in zip(ordered, in_points(ax, [label.at for label in labels]), strict=True):
        tip = y + ARROW * figure.lean
        arrows += [Box(x - 3.0, min(y, tip), x + 3.0, max(y, tip))] if figure.lean else []
    lines = [curve.line(quantile) for curve in panel.curves for quantile in ("p50",)]
    lines += [line for figure in ordered for line in figure.lines]
    end = in_points(ax, [(last, 0.0)])[0, 0]
    inside = dataclasses.replace(inside, x1=float(end) + _END - 1.0)
    place(ax, labels, lines=lines, taken=[*arrows, *taken], inside=inside)
