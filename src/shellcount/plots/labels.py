"""Labels beside their marks, moved apart where they would cover each other or leave the axes."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from shellcount.maths.arrays import Array
from shellcount.plots.style import SMALL, STATED_TEXT, extent, harmless

type Point = tuple[float, float]
type Direction = tuple[int, int]

ABOUT: tuple[Direction, ...] = ((0, 1), (0, -1), (-1, 1), (1, 1), (-1, -1), (1, -1))
BESIDE: tuple[Direction, ...] = ((-1, 1), (-1, 0), (1, -1), (1, 0), (-1, -1), (0, 1), (0, -1), (1, 1))
_DISTANCES = (9.0, 20.0, 32.0, 46.0, 62.0, 80.0)  # points between a mark and its label
_ACROSS = {1: "left", 0: "center", -1: "right"}
_ALONG = {1: "bottom", 0: "center", -1: "top"}
_MARK = 6.0  # points from the middle of a mark to its corner
_GAP = 2.0
_SWEEPS = 3


@dataclass(frozen=True, slots=True)
class Label:
    """Text that belongs to a point of the axes.

    Parameters
    ----------
    text
        What it says, from anyone.
    at
        The point, in data coordinates.
    towards
        Where it may lie, seen from the point: the better, the earlier.
    colour
        Of the text.
    size
        Of the text, in points.
    """

    text: str
    at: Point
    towards: tuple[Direction, ...] = ABOUT
    colour: str = STATED_TEXT
    size: float = SMALL


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in points."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlap(self, other: Box) -> float:
        """Area shared with another."""
        across = min(self.x1, other.x1) - max(self.x0, other.x0)
        along = min(self.y1, other.y1) - max(self.y0, other.y0)
        return across * along if across > 0 and along > 0 else 0.0

    def around(self, points: Array) -> int:
        """How many points lie inside; points of shape (point, 2)."""
        x, y = points[:, 0], points[:, 1]
        return int(((self.x0 < x) & (x < self.x1) & (self.y0 < y) & (y < self.y1)).sum())


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a label may lie: its box, how it is held, and how much it is liked, before others are seen."""

    box: Box
    offset: Point
    held: tuple[str, str]
    distance: float
    dislike: float


def frame(ax: Axes) -> Box:
    """Where the axes lie, in points."""
    box = ax.get_window_extent()
    scale = _scale(ax)
    return Box(scale * box.x0, scale * box.y0, scale * box.x1, scale * box.y1)


def in_points(ax: Axes, points: Sequence[Point] | Array) -> Array:
    """Carry data coordinates to points on the figure, both of shape (point, 2)."""
    carried: Array = _scale(ax) * ax.transData.transform(np.asarray(points, dtype=float).reshape(-1, 2))
    return carried


def _scale(ax: Axes) -> float:
    return 72.0 / ax.get_figure(root=True).dpi  # type: ignore[union-attr]  # the canvas has seen to it


def place(
    ax: Axes,
    labels: Sequence[Label],
    *,
    lines: Sequence[Array] = (),
    taken: Sequence[Box] = (),
    inside: Box | None = None,
    shy: float = 0.5,
) -> None:
    """Write labels beside their points, so that they cover neither each other nor a mark.

    Each is given, in turn and three times over, the place that costs least while the others
    stay: first no other label is covered, then no mark, then few lines, then it is near. A label
    that had to move away is tied to its point by a thin line.

    Parameters
    ----------
    ax
        Axes whose place and limits are settled.
    labels
        What is to be written.
    lines
        Lines that had better be seen, each of shape (point, 2), in data coordinates.
    taken
        What else must be seen, in points.
    inside
        Where labels may lie, in points; by default on the axes.
    shy
        How far from lines labels keep.
    """
    labels = [
        Label(harmless(label.text), label.at, label.towards, label.colour, label.size) for label in labels
    ]
    points = in_points(ax, [label.at for label in labels])
    marks = [Box(x - _MARK, y - _MARK, x + _MARK, y + _MARK) for x, y in points]
    strokes = np.concatenate([np.empty((0, 2)), *(_dotted(in_points(ax, line)) for line in lines)])
    choices = [
        _places(label, (float(x), float(y)), inside or frame(ax), [*marks, *taken], (strokes, shy))
        for label, (x, y) in zip(labels, points, strict=True)
    ]
    chosen: dict[int, _Place] = {}
    for _ in range(_SWEEPS):
        for index, places in enumerate(choices):
            others = [place.box for other, place in chosen.items() if other != index]
            chosen[index] = min(places, key=functools.partial(_cost, others=others))
    for index, label in enumerate(labels):
        _write(ax, label, chosen[index])


def _cost(place: _Place, others: Sequence[Box]) -> float:
    return place.dislike + sum(1000.0 + area for other in others if (area := place.box.overlap(other)) > 0)


def _places(
    label: Label, point: Point, inside: Box, taken: Sequence[Box], lines: tuple[Array, float]
) -> list[_Place]:
    width, height = extent(label.text, label.size)
    strokes, shy = lines
    found = []
    for distance in _DISTANCES:
        for order, (right, up) in enumerate(label.towards):
            away = right * distance * (0.6 if up else 1.0)
            x = point[0] + away - (1 - right) / 2 * width
            y = point[1] + up * distance - (1 - up) / 2 * height
            # What lies above or below its mark may slide along, to stay within the axes.
            slide = max(inside.x0 - x, 0.0) + min(inside.x1 - x - width, 0.0) if up else 0.0
            box = Box(x + slide, y, x + slide + width, y + height)
            roomy = Box(box.x0 - _GAP, box.y0 - _GAP, box.x1 + _GAP, box.y1 + _GAP)
            left_out = width * height - box.overlap(inside)
            dislike = (
                0.6 * order
                + 0.4 * distance
                + 0.02 * abs(slide)
                + (500.0 + left_out if left_out > 1e-6 else 0.0)
                + sum(50.0 + area for other in taken if (area := box.overlap(other)) > 0)
                + shy * box.around(strokes)
            )
            held = (_ACROSS[right], _ALONG[up])
            found.append(_Place(roomy, (away + slide, up * distance), held, distance, dislike))
    return found


def _dotted(line: Array) -> Array:
    """Points along a line, a few points apart."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, along[-1] + 1e-9, 4.0)
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def _write(ax: Axes, label: Label, place: _Place) -> None:
    tie = {"arrowstyle": "-", "color": label.colour, "linewidth": 0.6, "shrinkA": 1.0, "shrinkB": 6.0}
    written = ax.annotate(
        label.text,
        label.at,
        xytext=place.offset,
        textcoords="offset points",
        ha=place.held[0],
        va=place.held[1],
        color=label.colour,
        fontsize=label.size,
        zorder=6,
        parse_math=False,
        bbox={"facecolor": "white", "alpha": 0.65, "edgecolor": "none", "boxstyle": "square,pad=0.1"},
        arrowprops=tie if place.distance > _DISTANCES[0] else None,
    )
    written.set_in_layout(False)  # it keeps within the axes by itself


def spread(middles: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move intervals on a line apart, no further than needed, in their order and between two bounds.

    Parameters
    ----------
    middles, heights
        The intervals.
    low, high
        The bounds; where there is too little room, the lowest stay in.

    Examples
    --------
    >>> spread([1.0, 1.0], [2.0, 2.0], 0.0, 10.0)
    [1.0, 3.0]
    """
    order = sorted(range(len(middles)), key=lambda index: (middles[index], index))
    placed = [0.0] * len(middles)
    top = high
    for index in reversed(order):
        placed[index] = min(middles[index], top - heights[index] / 2)
        top = placed[index] - heights[index] / 2
    bottom = low
    for index in order:
        placed[index] = max(placed[index], bottom + heights[index] / 2)
        bottom = placed[index] + heights[index] / 2
    return placed
