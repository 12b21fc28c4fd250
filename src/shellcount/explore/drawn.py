"""Hold the figures of an explorer as numbers to draw, with the texts that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from shellcount.frozen import frozen

type Point = tuple[float, float]
type StatedKind = Literal["fitted", "checked", "context", "yardstick"]
type Quantiles = tuple[float, float, float, float, float]


@frozen
class Tick:
    """Tick of an axis.

    Parameters
    ----------
    at
        Place on the axis.
    text
        Its label; two lines may be parted by a line break.
    """

    at: float
    text: str


@frozen
class Axis:
    """Axis of a figure.

    Parameters
    ----------
    low, high
        Ends of the axis.
    ticks
        Ticks within it.
    label
        Name of the axis, with its unit.
    """

    low: float
    high: float
    ticks: tuple[Tick, ...]
    label: str


@frozen
class Curve:
    """Density of an answer.

    Parameters
    ----------
    label
        What the curve is of, in words.
    text
        Median and 90% interval, in words.
    median
        The median, for drawing.
    points
        Amounts and densities, the highest of all curves being 1; none where the answer has no spread.
    """

    label: str
    text: str
    median: float
    points: tuple[Point, ...]


@frozen
class Density:
    """Densities of the answer, now and in the case.

    Parameters
    ----------
    axis
        Amounts, for all curves.
    now, case
        Curve of the edited case, and that of the base case; ``None`` where that is the same or has another
        unit.
    pins
        Curves of the pinned edits.
    """

    axis: Axis
    now: Curve
    case: Curve | None
    pins: tuple[Curve, ...]


@frozen
class Band:
    """Posterior range of a total on one day.

    Parameters
    ----------
    at
        Day, as a number of the axis.
    quantiles
        The 5%, 25%, 50%, 75% and 95% quantiles.
    was
        Median in the base case; ``None`` where it has none on that day, and where all medians are the same.
    """

    at: float
    quantiles: Quantiles
    was: float | None


@frozen
class Stated:
    """Stated figure in a figure over time.

    Parameters
    ----------
    claim, label
        Id of the claim, and its figure with its claimant in words.
    at, value
        Where its mark stands.
    days, ends
        First and last day that it may refer to, and ends of a stated range.
    lean
        Direction in which its hedge places the quantity: 1 is above the figure, -1 below.
    kind
        Whether it is fitted, checked, only context, or a yardstick.
    """

    claim: str
    label: str
    at: float
    value: float
    days: Point
    ends: Point
    lean: int
    kind: StatedKind


@frozen
class Timeline:
    """Total sent by each date, with the figures stated for it.

    Parameters
    ----------
    title, text
        What is shown, and its last range in words.
    days, amounts
        The axes.
    evidence
        Last day that a claim refers to, beyond which all is forecast, as a number of the axis.
    bands, stated
        Ranges by day, and stated figures.
    """

    title: str
    text: str
    days: Axis
    amounts: Axis
    evidence: float
    bands: tuple[Band, ...]
    stated: tuple[Stated, ...]


@frozen
class Bar:
    """Driver of the answer.

    Parameters
    ----------
    name, title
        Name, and name in words.
    text, kind
        Share in words, and whether it is ``judgement`` or ``claims``; empty for what no driver has alone.
    share, error
        Share of the variance and its Monte Carlo error, for drawing.
    """

    name: str
    title: str
    text: str
    kind: str
    share: float
    error: float


@frozen
class Tornado:
    """Drivers of the answer, the largest first.

    Parameters
    ----------
    finding, notes
        What matters most, and how to read the shares, in sentences.
    axis
        Shares.
    bars
        Drivers, the largest first.
    """

    finding: str
    notes: tuple[str, ...]
    axis: Axis
    bars: tuple[Bar, ...]


def ticks(named: Mapping[float, str]) -> tuple[Tick, ...]:
    """Make ticks of places with their labels.

    Examples
    --------
    >>> ticks({0.5: "50%"})
    (Tick(at=0.5, text='50%'),)
    """
    return tuple(Tick(at, text) for at, text in named.items())
