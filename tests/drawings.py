"""What a figure shows: its texts and where they lie, and its marks."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase


def figure_of(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    assert figure is not None
    return figure


def texts(ax: Axes) -> list[Text]:
    """The texts that a figure shows."""
    return [text for text in figure_of(ax).findobj(Text) if text.get_visible() and text.get_text().strip()]


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in texts(ax)]


def said(ax: Axes) -> list[str]:
    """The texts that a figure shows, each on one line."""
    return [" ".join(text.split()) for text in words(ax)]


def lines_of(ax: Axes) -> list[Line2D]:
    """The lines of axes, and of the panels within them."""
    return [line for place in (ax, *ax.child_axes) for line in place.get_lines()]


def points(line: Any) -> list[tuple[float, float]]:
    """The points of a line, or of a row of marks."""
    return [(float(x), float(y)) for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)]


def diamonds(ax: Axes, marker: str = "D") -> list[tuple[float, float, bool]]:
    """Place of each diamond, and whether it is open."""
    return [
        (*points(line)[0], line.get_markerfacecolor() == "white")
        for line in lines_of(ax)
        if line.get_marker() == marker
    ]


def drawn(ax: Axes) -> tuple[dict[Text, Bbox], Bbox]:
    """Draw a figure; where each of its texts is, and its tight bounding box, in pixels."""
    figure = figure_of(ax)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    # The box of a text, without the line that may tie it to its mark.
    boxes = {text: Text.get_window_extent(text, renderer) for text in texts(ax)}
    inches = figure.get_tightbbox(renderer)
    return boxes, Bbox(inches.get_points() * figure.dpi)


def overlaps(boxes: dict[Text, Bbox]) -> list[tuple[str, str]]:
    """Pairs of texts that overlap by more than a pixel both ways."""
    placed = list(boxes.items())
    return [
        (one.get_text(), other.get_text())
        for place, (one, here) in enumerate(placed)
        for other, there in placed[place + 1 :]
        if min(here.x1, there.x1) - max(here.x0, there.x0) > 1
        and min(here.y1, there.y1) - max(here.y0, there.y0) > 1
    ]


def outside(boxes: dict[Text, Bbox], frame: BboxBase) -> list[str]:
    """Texts that leave a frame by more than a pixel."""
    return [
        text.get_text()
        for text, box in boxes.items()
        if box.x0 < frame.x0 - 1 or box.y0 < frame.y0 - 1 or box.x1 > frame.x1 + 1 or box.y1 > frame.y1 + 1
    ]
