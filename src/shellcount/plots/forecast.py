"""Mark the part of a figure that lies beyond the last evidence."""

from __future__ import annotations

from matplotlib.axes import Axes

from shellcount.plots.style import QUIET, SMALL

SHADE = "#EFEFEF"


def shade_forecast(ax: Axes, last: float, end: float) -> None:
    """Mark by a shade what lies beyond the last date that a claim refers to, and label it.

    Parameters
    ----------
    ax
        Axes, with dates along the horizontal one.
    last
        Last date that a claim refers to, as a number.
    end
        Last date that is drawn; nothing is shaded unless it is later.
    """
    if end <= last:
        return
    ax.axvspan(last, end, color=SHADE, linewidth=0, zorder=-1)
    ax.annotate(
        "forecast",
        ((last + end) / 2, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, -3),
        textcoords="offset points",
        ha="center",
        va="top",
        color=QUIET,
        fontsize=SMALL,
    ).set_in_layout(False)
