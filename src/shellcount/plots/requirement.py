"""Draw what a statement would move: each range as it is now, and as required."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from statistics import NormalDist

from matplotlib.axes import Axes

from shellcount.plots.canvas import canvas
from shellcount.plots.margin import write_above, write_margin
from shellcount.plots.notes import most_of
from shellcount.plots.rows import draw_range
from shellcount.plots.sheet import Words
from shellcount.plots.style import FAINT, QUIET, SMALL, harmless
from shellcount.results.estimate import Estimate
from shellcount.results.requirement import Mover, Requirement
from shellcount.text import one_line

_ROW, _LINES = 0.26, 0.4  # inches of a row, and of the lines of the statement
_MOST = 16  # rows
_NOTE = "Grey bands: now, 50% and 90%. Dot and bars: required, median with 50% and 90% intervals."
_HEAD = "now, and required"
_LINE = 44  # characters of a line of the label
_EDGE = 1e-12  # of a share that rounds to none or all
_REACH = 2 * NormalDist().inv_cdf(0.95)  # standard deviations of a 90% interval


def plot_requirement(
    requirement: Requirement,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the quantities that a statement moves, the most moved at the top.

    Each row has a scale of its own, on which its range now has the median 0 and the spread 1, on the log or
    logit scale.

    Parameters
    ----------
    requirement
        Requirement, from :func:`shellcount.require`.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), seed=1)
    >>> axes = plot_requirement(shellcount.require(posterior, "rounds.mixed@2024-06-14 >= 3 million"))
    >>> axes.get_xlabel().splitlines()[-1]
    'chance 14%'
    """
    with canvas(ax, 1.0, Words(title, subtitle, source)) as page:
        ax, tall = page.axes, _ROW * (1.5 if page.narrow else 1.0)
        every = requirement.movers[:_MOST]
        movers = page.chosen(every, [0.8 * tall] * len(every), range(len(every)), lines=_LINES)
        page.height = 1.1 + tall * max(2, len(movers))
        lines = [*textwrap.wrap(requirement.statement, _LINE), f"chance {requirement.probability.words}"]
        ax.set_xlabel(
            harmless("\n".join(("standard deviations from the median now", *lines))), parse_math=False
        )
        if not movers:
            ax.set_yticks([])
            ax.text(0.5, 0.5, "nothing else would move", ha="center", va="center", transform=ax.transAxes)
            page.lay_out()
            return ax
        heights = range(len(movers), 0, -1)
        reach = [-2.0, 2.0]
        for height, mover in zip(heights, movers, strict=True):
            now, required = scores(mover.before, mover.before), scores(mover.before, mover.after)
            _draw_now(ax, height, now)
            draw_range(ax, height, required, thin=1.6)
            reach += [*now, *required]
        ax.set_xlim(min(reach) - 0.1, max(reach) + 0.1)
        ax.set_ylim(0.3, len(movers) + 1.35)
        names = [harmless(mover.name) for mover in movers]
        above, beside = (names, []) if page.narrow else ([], names)
        for text in ax.set_yticks(heights if beside else [], beside):
            text.label1.set(parse_math=False, fontsize=SMALL)
        ax.tick_params(axis="y", length=0)
        page.note(_NOTE, most_of(len(movers), len(every), "quantities", "those moved most"))
        page.caution(mover.after for mover in movers)
        words = [_words(mover) for mover in movers]
        page.lay_out(lambda: _write(page.axes, words, heights, above))
    return ax


def _write(ax: Axes, words: Sequence[str], heights: Sequence[int], above: Sequence[str]) -> None:
    write_margin(ax, _HEAD, words, heights, [None] * len(words))
    write_above(ax, above, heights)


def scores(before: Estimate, estimate: Estimate) -> tuple[float, ...]:
    """Place the quantiles of an estimate on the scale of a range: median 0, a 90% interval of 3.3 units.

    Parameters
    ----------
    before
        The range that the scale is of.
    estimate
        Estimate whose 5%, 25%, 50%, 75% and 95% quantiles are placed.
    """
    share = before.unit == "share"
    low, middle, high = (_linked(value, share=share) for value in (before.p05, before.p50, before.p95))
    unit = (high - low) / _REACH or 1.0
    quantiles = (estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95)
    return tuple((_linked(value, share=share) - middle) / unit for value in quantiles)


def _linked(value: float, *, share: bool) -> float:
    if not share:
        return math.log(max(value, 1e-300))
    inside = min(max(value, _EDGE), 1.0 - _EDGE)
    return math.log(inside) - math.log1p(-inside)


def _draw_now(ax: Axes, height: float, now: Sequence[float]) -> None:
    """Draw a range as it is now as a grey band behind the required one."""
    for low, high, shade in ((now[0], now[4], "#E6E6E6"), (now[1], now[3], "#CFCFCF")):
        ax.fill_between([low, high], height - 0.36, height + 0.36, color=shade, linewidth=0, zorder=0)
    ax.vlines(now[2], height - 0.36, height + 0.36, color=QUIET, linewidth=0.9, zorder=1)
    ax.axhline(height - 0.5, color=FAINT, linewidth=0.4, zorder=0)


def _words(mover: Mover) -> str:
    unit = "" if mover.before.unit == "share" else f" {one_line(mover.before.unit, 22)}"
    return f"{mover.before.words()[0]} \N{RIGHTWARDS ARROW} {mover.after.words()[0]}{unit}"
