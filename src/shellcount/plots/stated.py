"""Draw stated figures over time: at a date or between two, with the ends of a range."""

from __future__ import annotations

import datetime as dt

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from shellcount.case.hedges import hedge_error
from shellcount.case.schema import Case, Claim
from shellcount.frozen import frozen
from shellcount.maths.arrays import Array
from shellcount.plots.labels import claim_label, face_and_edge, title_of
from shellcount.plots.notes import Drawn
from shellcount.plots.style import STATED
from shellcount.results.results import Results

ARROW = 17.0  # points: from a mark to the tip of its arrow


@frozen
class Stated:
    """Claim of the quantity of a timeline, and how it is drawn.

    Parameters
    ----------
    claim
        The claim.
    days
        Dates that it may refer to, as numbers of the axis.
    at
        Date at which its mark stands.
    fitted
        Whether the posterior is conditioned on it.
    lean
        Direction in which its hedge places the quantity.
    title
        Name of its claimant.
    """

    claim: Claim
    days: tuple[float, ...]
    at: float
    fitted: bool
    lean: int
    title: str

    @property
    def value(self) -> float:
        """Stated figure; the middle of a range, and 0 for none seen."""
        return self.claim.stated

    @property
    def drawn(self) -> Drawn:
        """Look of the mark."""
        claim = self.claim
        return Drawn(
            self.fitted,
            claim.use == "context",
            yardstick=claim.quantity == "comparator",
            spanning=len(self.days) > 1,
            ranging=claim.interval is not None,
            leaning=self.lean != 0,
        )

    @property
    def label(self) -> str:
        """Figure with its hedge and claimant."""
        yardstick = "yardstick: " if self.claim.quantity == "comparator" else ""
        return claim_label(self.claim, self.title, before=yardstick)

    @property
    def ends(self) -> tuple[float, float]:
        """Ends of a stated range, or the figure twice."""
        interval = self.claim.interval
        return (self.value, self.value) if interval is None else (interval.low, interval.high)

    @property
    def lines(self) -> list[Array]:
        """Lines through the mark: between the dates that are possible, and between the ends of a range."""
        across = np.array([[day, self.value] for day in self.days])
        along = np.array([[self.at, end] for end in self.ends])
        return [line for line in (across, along) if len(line) > 1 and np.ptp(line, axis=0).any()]


def number(day: dt.date) -> float:
    """Convert a date to a number of the axis."""
    return float(date2num(day))  # type: ignore[no-untyped-call]


def place_in_time(results: Results, claim: Claim) -> Stated:
    """Place a claim at the date that it refers to, or midway between the dates that are possible."""
    fitted = {fit.claim.id: fit.dates for fit in results.fitted}
    days = tuple(number(day) for day in claim.dates)
    possible = [number(day) for day in fitted.get(claim.id, claim.dates)]
    at = (possible[0] + possible[-1]) / 2
    lean = 0 if claim.quantity == "comparator" else _lean(results.case, claim)
    return Stated(claim, days, at, claim.id in fitted, lean, title_of(results.case, claim))


def _lean(case: Case, claim: Claim) -> int:
    """Give the direction in which the hedge of a claim places the quantity: 1 is above its figure."""
    return 0 if claim.stated == 0 else int(np.sign(hedge_error(case, claim)[1]))


def draw_stated(ax: Axes, figure: Stated) -> None:
    """Draw the mark of a stated figure, its arrow, and lines between its dates and the ends of its range."""
    value = figure.value
    if len(figure.days) > 1:
        ax.plot(figure.days, [value, value], "|-", color=STATED, linewidth=1.2, markersize=8, zorder=4)
    if figure.claim.interval is not None:
        ends = [figure.at, figure.at], figure.ends
        ax.plot(*ends, "_-", color=STATED, linewidth=1.2, markersize=8, zorder=4)
    if figure.lean:
        arrow = {
            "arrowstyle": "<|-,head_width=0.2,head_length=0.4",
            "color": STATED,
            "shrinkA": 0,
            "shrinkB": 4,
        }
        tip = (0.0, ARROW * figure.lean)
        ax.annotate(
            "", (figure.at, value), xytext=tip, textcoords="offset points", arrowprops=arrow, zorder=4
        ).set_in_layout(False)
    face, edge = face_and_edge(fitted=figure.fitted, context=figure.claim.use == "context")
    marker = "s" if figure.claim.quantity == "comparator" else "D"
    # None seen lies on the axis.
    ax.plot(figure.at, value, marker, color=face, markeredgecolor=edge, markersize=8, zorder=5, clip_on=False)
