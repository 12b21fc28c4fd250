"""Draw the calibration of all quantities in one figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from shellcount.maths.arrays import Array
from shellcount.plots.canvas import canvas
from shellcount.plots.labels import Box, Label, frame, place
from shellcount.plots.sheet import Words
from shellcount.plots.style import FAINT, INK, QUIET, SMALL, extent
from shellcount.results.calibration import LEVEL, Calibration
from shellcount.text import one_line

_NAMED = 8  # lines with a name; more could not be distinguished
_COLOURS = ("#A34800", "#0072B2", "#007A5A", "#8C4673")
_DASHES = ("-", "--", "-.", ":")


def plot_calibration(
    calibration: Calibration,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the rank ECDF of every quantity minus the uniform ECDF, with the simultaneous band.

    A posterior that is too narrow gives a line that rises above the band and falls below it, one that is
    too wide the reverse, and one that is shifted a line on one side (Säilynoja, Bürkner and Vehtari
    2022, *Statistics and Computing* 32:32). A quantity outside its own band or the bounds of its
    intervals, as one in a hundred is by chance, is drawn boldly and named; at most eight are named.

    Parameters
    ----------
    calibration
        Calibration, from :func:`shellcount.calibrate`.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.studies.calibration import calibrate
    >>> axes = plot_calibration(calibrate(shellcount.load_case(), refits=20))
    >>> axes.get_ylabel()
    'share of truths below, minus expected'
    """
    points, low, high = calibration.band
    lines = [_minus_uniform(calibration.ranks[:, index], points) for index in range(len(calibration.names))]
    outside = [index for index, result in enumerate(calibration.results) if not result.inside]
    worst = sorted(outside, key=lambda index: -float(np.abs(lines[index]).max()))[:_NAMED]
    with canvas(ax, 4.2, Words(title, subtitle, source)) as page:
        ax = page.axes
        ax.fill_between(points, low - points, high - points, color=FAINT, linewidth=0, zorder=0)
        ax.axhline(0.0, color=QUIET, linewidth=0.8, zorder=1)
        for index, line in enumerate(lines):
            if index not in worst:
                colour, width = (INK, 1.0) if index in outside else ("#909090", 0.7)
                ax.plot(points, line, color=colour, linewidth=width, zorder=2)
        labels = []
        for rank, index in enumerate(worst):
            colour, dashes = _COLOURS[rank % 4], _DASHES[(rank + rank // 4) % 4]
            ax.plot(points, lines[index], color=colour, linestyle=dashes, linewidth=1.7, zorder=4)
            peak = int(np.abs(lines[index]).argmax())
            at = (float(points[peak]), float(lines[index][peak]))
            labels.append(Label(one_line(calibration.names[index]), at, colour=colour))
        _draw_axes(ax, max(float(np.abs(line).max()) for line in (*lines, low - points, high - points)))
        page.note(
            f"Grey band: contains a whole line with {100 * LEVEL:.0f}% probability. "
            "Line: a quantity; dark ones leave the band or their bounds."
        )
        bold = [np.column_stack([points, lines[index]]) for index in worst]
        page.lay_out(lambda: _label(page.axes, calibration, labels, bold, len(outside)))
    return ax


def _label(
    ax: Axes, calibration: Calibration, labels: Sequence[Label], bold: Sequence[Array], outside: int
) -> None:
    place(ax, labels, lines=bold, taken=[_write_count(ax, calibration, outside)], shy=1.5)


def _minus_uniform(ranks: Array, points: Array) -> Array:
    ecdf = np.searchsorted(np.sort(ranks), points, side="right") / ranks.size
    difference: Array = ecdf - points
    return difference


def _draw_axes(ax: Axes, reach: float) -> None:
    ax.set_xlim(0.0, 1.0)
    ax.set_ylim(-1.4 * reach, 1.4 * reach)
    ticks = [
        float(tick)
        for tick in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(-reach, reach)
        if abs(tick) <= 1.4 * reach
    ]
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
    ax.set_xlabel("rank of the truth among posterior draws, as a share")
    ax.set_ylabel("share of truths below, minus expected")
    ax.spines["left"].set_visible(True)


def _write_count(ax: Axes, calibration: Calibration, outside: int) -> Box:
    """Write the number of quantities into the upper right corner, which no line reaches; return its box."""
    count, refits = len(calibration.names), len(calibration.ranks)
    more = f"\nthe {_NAMED} farthest are named" if outside > _NAMED else ""
    text = (
        f"{count:,} quantities, {refits:,} refits\n"
        f"{outside:,} outside their own {100 * LEVEL:.0f}% band or bounds{more}"
    )
    ax.annotate(text, (1.0, 1.0), xycoords="axes fraction", ha="right", va="top", fontsize=SMALL)
    width, height = extent(text, SMALL)
    corner = frame(ax)
    return Box(corner.x1 - width, corner.y1 - height, corner.x1, corner.y1)
