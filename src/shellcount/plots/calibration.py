"""The calibration of all quantities on one set of axes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, MaxNLocator

from shellcount.maths.arrays import Array
from shellcount.plots.labels import Box, Label, frame, place
from shellcount.plots.style import FAINT, INK, QUIET, SMALL, canvas, extent
from shellcount.results.calibration import LEVEL, Calibration
from shellcount.text import one_line

_NAMED = 8  # lines with a name on them: more cannot be told apart
_COLOURS = ("#A34800", "#0072B2", "#007A5A", "#8C4673")
_DASHES = ("-", "--", "-.", ":")


def plot_calibration(calibration: Calibration, *, ax: Axes | None = None) -> Axes:
    """Draw the rank ECDF of every quantity, less the uniform's, within their simultaneous band.

    A posterior too narrow gives a line that rises and falls across the band, one too wide the
    reverse, one too high or too low a bow (Säilynoja, Bürkner and Vehtari 2022, *Statistics and
    Computing* 32:32). A quantity that leaves its own band or the bounds of its intervals, as one in
    a hundred does by chance, is drawn boldly and named; at most eight are.

    Parameters
    ----------
    calibration
        From :func:`shellcount.studies.calibration.calibrate`.
    ax
        Where to draw; by default on a figure of its own.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.studies.calibration import calibrate
    >>> axes = plot_calibration(calibrate(shellcount.load_case(), refits=20))
    >>> axes.get_ylabel()
    'share of truths below, less expected'
    """
    points, low, high = calibration.band
    lines = [_less_uniform(calibration.ranks[:, index], points) for index in range(len(calibration.names))]
    outside = [index for index, result in enumerate(calibration.results) if not result.inside]
    worst = sorted(outside, key=lambda index: -float(np.abs(lines[index]).max()))[:_NAMED]
    with canvas(ax, 4.2) as page:
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
        page.note(f"grey: where a line stays all along with a probability of {100 * LEVEL:.0f}%")
        page.lay_out()
        bold = [np.column_stack([points, lines[index]]) for index in worst]
        place(ax, labels, lines=bold, taken=[_write_count(ax, calibration, len(outside))], shy=1.5)
    return ax


def _less_uniform(ranks: Array, points: Array) -> Array:
    ecdf = np.searchsorted(np.sort(ranks), points, side="right") / ranks.size
    less: Array = ecdf - points
    return less


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
    ax.set_ylabel("share of truths below, less expected")
    ax.spines["left"].set_visible(True)


def _write_count(ax: Axes, calibration: Calibration, outside: int) -> Box:
    """Say how many quantities there are in the upper right corner, where no line comes; where it stands."""
    count, refits = len(calibration.names), len(calibration.ranks)
    named = f"\nthe {_NAMED} farthest are named" if outside > _NAMED else ""
    text = (
        f"{count:,} quantities, {refits:,} refits\n"
        f"{outside:,} outside their own {100 * LEVEL:.0f}% band or bounds{named}"
    )
    ax.annotate(text, (1.0, 1.0), xycoords="axes fraction", ha="right", va="top", fontsize=SMALL)
    width, height = extent(text, SMALL)
    corner = frame(ax)
    return Box(corner.x1 - width, corner.y1 - height, corner.x1, corner.y1)
