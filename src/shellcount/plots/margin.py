"""Write words beside the rows of a figure: in a column at their right end, or above each."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from shellcount.plots.labels import frame
from shellcount.plots.style import QUIET, SMALL, broken, extent, harmless

_GAP = 10.0  # points between the axes and the words
_MOST = 0.6  # of the width of the axes, for the words
_ABOVE = 0.85  # rows between the head and the first row


def write_margin(
    ax: Axes, head: str, words: Sequence[str], heights: Sequence[float], colours: Sequence[str | None]
) -> None:
    """Write words at the right end of each row, and widen the axes to make room for them.

    Parameters
    ----------
    ax
        Axes, laid out, with a linear horizontal axis.
    head
        Head of the column.
    words, heights, colours
        Words of each row from top to bottom, with its height and colour.
    """
    written = [harmless(text) for text in words]
    inside = frame(ax)
    width = inside.x1 - inside.x0
    room = min(max(extent(text, SMALL)[0] for text in (*written, head)) + _GAP, _MOST * width)
    low, high = ax.get_xlim()
    ax.set_xlim(low, low + (high - low) * width / (width - room))
    ax.spines["bottom"].set_bounds(low, high)
    inner = [tick for tick in ax.get_xticks() if low <= tick <= high]
    if len(inner) < len(ax.get_xticks()):
        ax.set_xticks(inner)
    rows = [(head, heights[0] + _ABOVE, QUIET), *zip(written, heights, colours, strict=True)]
    for text, height, colour in rows:
        ax.annotate(
            text,
            (high, height),
            xytext=(_GAP, 0.0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontsize=SMALL,
            parse_math=False,
        ).set_in_layout(False)
    ax.xaxis.label.set_x(0.5 * (width - room) / width)


def write_above(ax: Axes, labels: Sequence[str], heights: Sequence[float], *, rise: float = 0.5) -> None:
    """Write the label of each row above it, at the left edge, where there is no room beside it.

    Parameters
    ----------
    ax
        Axes, laid out.
    labels, heights
        Label and height of each row.
    rise
        Rows from the middle of a row to the middle of its label.
    """
    box = frame(ax)
    for text, height in zip(labels, heights, strict=False):
        first, *more = broken(text, SMALL, box.x1 - box.x0).split("\n")
        ax.annotate(
            f"{first.rstrip(',')}…" if more else first,
            (0.0, height + rise),
            xycoords=("axes fraction", "data"),
            xytext=(2.0, 0.0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            parse_math=False,
        ).set_in_layout(False)
