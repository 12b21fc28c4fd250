"""Place labels beside their marks, without overlaps and within the axes."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from shellcount.case.schema import Case, Claim
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.plots.style import QUIET, SMALL, STATED, STATED_TEXT, extent, harmless
from shellcount.results.given import replaced
from shellcount.text import one_line

type Point = tuple[float, float]
type Direction = tuple[int, int]

ABOUT: tuple[Direction, ...] = ((0, 1), (0, -1), (-1, 1), (1, 1), (-1, -1), (1, -1))
BELOW: tuple[Direction, ...] = ((0, -1), (-1, -1), (1, -1), (0, 1), (-1, 1), (1, 1))
BESIDE: tuple[Direction, ...] = ((-1, 1), (-1, 0), (1, -1), (1, 0), (-1, -1), (0, 1), (0, -1), (1, 1))
_DISTANCES = (9.0, 20.0, 32.0, 46.0, 62.0, 80.0, 100.0, 125.0, 155.0, 190.0)  # points from mark to label
_ACROSS = {1: "left", 0: "center", -1: "right"}
_ALONG = {1: "bottom", 0: "center", -1: "top"}
GROUND = {"facecolor": "white", "alpha": 0.65, "edgecolor": "none", "boxstyle": "square,pad=0.1"}
_MARK = 6.0  # points from the middle of a mark to its corner
_GAP = 2.0
_SWEEPS = 3
_TITLE, _LINE = 60, 34  # characters of the name of a claimant, and of a line of a label


@frozen
class Label:
    """Label of a point of the axes.

    Parameters
    ----------
    text
        Text, which may come from anyone.
    at
        Point, in data coordinates.
    towards
        Directions from the point in which the label may lie, the best first.
    colour
        Colour of the text.
    size
        Size of the text, in points.
    """

    text: str
    at: Point
    towards: tuple[Direction, ...] = ABOUT
    colour: str = STATED_TEXT
    size: float = SMALL


@frozen
class Box:
    """Rectangle, in points."""

    x0: float
    y0: float
    x1: float
    y1: float

    def overlap(self, other: Box) -> float:
        """Compute the area shared with another box."""
        across = min(self.x1, other.x1) - max(self.x0, other.x0)
        along = min(self.y1, other.y1) - max(self.y0, other.y0)
        return across * along if across > 0 and along > 0 else 0.0

    def moved(self, other: Box) -> float:
        """Compute how far an edge is at most from that of another box."""
        here, there = (self.x0, self.y0, self.x1, self.y1), (other.x0, other.y0, other.x1, other.y1)
        return max(abs(own - its) for own, its in zip(here, there, strict=True))

    def around(self, points: Array) -> int:
        """Count the points inside; points of shape (point, 2)."""
        x, y = points[:, 0], points[:, 1]
        return int(((self.x0 < x) & (x < self.x1) & (self.y0 < y) & (y < self.y1)).sum())


@frozen
class _Place:
    """Candidate position of a label: its box, its alignment, and its cost without other labels."""

    box: Box
    offset: Point
    held: tuple[str, str]
    distance: float
    dislike: float


def frame(ax: Axes) -> Box:
    """Measure the box of the axes, in points."""
    box = ax.get_window_extent()
    scale = _scale(ax)
    return Box(scale * box.x0, scale * box.y0, scale * box.x1, scale * box.y1)


def in_points(ax: Axes, points: Sequence[Point] | Array) -> Array:
    """Convert data coordinates to points on the figure, both of shape (point, 2)."""
    points_on_figure: Array = _scale(ax) * ax.transData.transform(
        np.asarray(points, dtype=float).reshape(-1, 2)
    )
    return points_on_figure


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
    """Write labels beside their points, so that they overlap neither each other nor a mark.

    In three sweeps, each label in turn takes the position of least cost while the others stay. Overlaps
    with labels cost most, then overlaps with marks, then with lines, then distance. A label that is moved
    away from its point is connected to it by a thin line.

    Parameters
    ----------
    ax
        Axes whose position and limits are final.
    labels
        Labels to write.
    lines
        Lines to avoid, each of shape (point, 2), in data coordinates.
    taken
        Boxes that must stay free, in points.
    inside
        Box that labels must lie in, in points; by default the axes.
    shy
        Cost of each point of a line that a label covers.
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
    places = []
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
                + sum(150.0 + area for other in taken if (area := box.overlap(other)) > 0)
                + shy * box.around(strokes)
            )
            held = (_ACROSS[right], _ALONG[up])
            places.append(_Place(roomy, (away + slide, up * distance), held, distance, dislike))
    return places


def _dotted(line: Array) -> Array:
    """Sample a line at a spacing of four points."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, along[-1] + 1e-9, 4.0)
    return np.column_stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])])


def _write(ax: Axes, label: Label, place: _Place) -> None:
    tie = {"arrowstyle": "-", "color": label.colour, "linewidth": 0.6, "shrinkA": 1.0, "shrinkB": 6.0}
    annotation = ax.annotate(
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
        bbox=GROUND,
        arrowprops=tie if place.distance > _DISTANCES[0] else None,
    )
    annotation.set_in_layout(False)  # it lies within the axes anyway


def spread(middles: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move intervals on a line apart until none overlap, in their order and between two bounds.

    Parameters
    ----------
    middles, heights
        Middles and lengths of the intervals.
    low, high
        Bounds; where there is too little room, the lowest intervals stay within.

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


def claim_label(claim: Claim, title: str, remark: str = "", *, before: str = "") -> str:
    """Write the label of a claim in short lines: its figure in words, its claimant's name, and a remark."""
    per = "" if claim.per is None else f" a {claim.per}"
    return in_lines(f"{before}{claim.words}{per}", title, remark)


def in_lines(figure: str, title: str, remark: str = "") -> str:
    """Write a figure and who stated it in short lines.

    Examples
    --------
    >>> print(in_lines("about 6,700", "the South Korean Ministry of National Defense"))
    about 6,700 (South Korean Ministry
    of National Defense)
    """
    name = one_line(title, _TITLE).removeprefix("the ")
    text = f"{one_line(figure)} ({name}{f', {remark}' if remark else ''})"
    return textwrap.fill(text, _LINE, break_long_words=False, break_on_hyphens=False)


def title_of(case: Case, claim: Claim) -> str:
    """Look up the name of the claimant of a claim.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> title_of(load_case(), load_case().claim[0])
    'the White House'
    """
    return next(entry.title for entry in case.claimant if entry.id == claim.claimant)


def remark_on(case: Case, claim: Claim) -> str:
    """Tell in a word why a claim is never fit; empty for most.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> case = load_case()
    >>> remark_on(case, case.claim[0].model_copy(update={"withdrawn": True}))
    'withdrawn'
    """
    remarks = {
        "withdrawn": claim.withdrawn,
        "derived": claim.derived_from is not None,
        "repeated": claim.restates is not None,
        "replaced": claim.id in replaced(case),
    }
    return next((word for word, applies in remarks.items() if applies), "")


def face_and_edge(*, fitted: bool, set_aside: bool = False, context: bool = False) -> tuple[str, str]:
    """Choose the colours of a stated figure: open if it was fit, grey and open if it is never fit."""
    if set_aside:
        return "white", QUIET
    if fitted:
        return "white", STATED
    return (QUIET if context else STATED), "white"
