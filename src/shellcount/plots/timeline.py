"""Draw the total sent by each date, with the figures stated for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from shellcount.case.dates import month_of, month_start
from shellcount.case.schema import Case, Claim
from shellcount.maths.arrays import Array
from shellcount.plots.forecast import shade_forecast
from shellcount.plots.labels import (
    BESIDE,
    Box,
    Label,
    frame,
    in_points,
    place,
    remark_on,
    spread,
)
from shellcount.plots.stated import ARROW, Stated, draw_stated, number, place_in_time
from shellcount.plots.style import (
    FAINT,
    INK,
    INNER,
    OUTER,
    POSTERIOR,
    QUIET,
    SMALL,
    canvas,
    extent,
    harmless,
)
from shellcount.results.estimate import Estimate
from shellcount.results.quantity import DatedKind, Quantity
from shellcount.results.results import Results
from shellcount.results.timeline import timeline_claims, timeline_days
from shellcount.text import one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.times import when

_NOTE = "line: median; tints: 50% and 90% intervals; full diamonds: checked; open: fitted"
_END = 10.0  # points: from the end of a line to its label


@dataclass(frozen=True, slots=True)
class _Series:
    """Posterior ranges of one quantity at several dates."""

    title: str
    days: tuple[float, ...]
    estimates: tuple[Estimate, ...]
    leading: bool
    bounded: bool

    @property
    def lines(self) -> list[Array]:
        """Lines that are drawn."""
        bounds = ("p05", "p95") if self.bounded and not self.leading else ()
        return [self.line(quantile) for quantile in ("p50", *bounds)]

    @property
    def top(self) -> float:
        """Highest value that is drawn."""
        last = self.estimates[-1]
        return last.p95 if self.bounded else last.p50

    def line(self, quantile: str) -> Array:
        """Trace one quantile over time, from zero at the first shipment; shape (day, 2)."""
        values = [0.0, *(float(getattr(estimate, quantile)) for estimate in self.estimates)]
        return np.column_stack([self.days, values])


def plot_timeline(results: Results, *, of: DatedKind = "rounds", ax: Axes | None = None) -> Axes:
    """Draw the total sent by each date, from the first shipment to the last date of a claim.

    Where the answer was asked for at a later date, the figure goes on to it, and what lies beyond the last
    date of a claim is shaded.

    The line is the median, the tints are the 50% and 90% equal-tailed intervals. For rounds, the first
    scenario of the case is drawn. For containers, the narrowest scope with a claim is drawn in this way, and
    all other scopes by their medians, with dashed bounds of the 90% interval if they have claims. A claim is
    a full diamond if it was checked against the posterior, an open one if the posterior is conditioned on it,
    and a grey one if it is only shown; an arrow points to where its hedge places the quantity, and lines
    join the dates that an ambiguous claim may refer to, and the ends of a stated range. A yardstick is a
    square. Claims of one nature, of a period or of a rate are not shown, since they refer to other amounts,
    nor are figures that are derived, repeated, replaced or withdrawn.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    of
        Whether to draw rounds or containers.
    ax
        Axes to draw on; by default those of a new figure.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> axes = plot_timeline(results, of="containers")
    >>> axes.get_ylabel()
    'cumulative containers sent'
    """
    results.require_figures()
    case = results.case
    claims = [claim for claim in timeline_claims(case, of) if not remark_on(case, claim)]
    series = _scopes(results, claims) if of == "containers" else [_total(results)]
    stated = [place_in_time(results, claim) for claim in claims]
    with canvas(ax, 4.6) as page:
        ax = page.axes
        for drawn in series:
            _draw_series(ax, drawn)
        for figure in stated:
            draw_stated(ax, figure)
        _draw_axes(ax, series, stated, case, results.horizon)
        shade_forecast(ax, number(case.last_date), number(results.horizon))
        what = case.about.item if of == "rounds" else case.about.carrier
        ax.set_ylabel(f"cumulative {harmless(f'{one_line(what, 36)} {case.about.sent}')}", parse_math=False)
        page.note(_note(case, of))
        page.caution(estimate for drawn in series for estimate in drawn.estimates)
        page.lay_out()
        _write_ends(ax, series)
        _write_stated(ax, series, stated)
    return ax


def _total(results: Results) -> _Series:
    """Collect the ranges of rounds in the first scenario."""
    case = results.case
    title = f"{when(results.horizon)}:\n"
    return _series(results, Quantity("rounds", case.scenario[0].id), title)


def _scopes(results: Results, claims: Sequence[Claim]) -> list[_Series]:
    """Collect the ranges of containers of every scope; the narrowest scope with a claim comes first."""
    claimed = {claim.scope for claim in claims}
    scopes = [scope.id for scope in results.case.scope]
    leading = next((scope for scope in reversed(scopes) if scope in claimed), scopes[-1])
    return [
        _series(
            results,
            Quantity("containers", scope),
            f"{scope}: ",
            leading=scope == leading,
            bounded=scope in {leading, *claimed},
        )
        for scope in (leading, *(scope for scope in scopes if scope != leading))
    ]


def _series(
    results: Results,
    undated: Quantity,
    title: str,
    *,
    leading: bool = True,
    bounded: bool = True,
) -> _Series:
    kind: DatedKind = "containers" if undated.kind == "containers" else "rounds"
    days = timeline_days(results.case, kind, results.horizon)
    start = results.case.containers.first_shipment
    return _Series(
        title,
        tuple(number(day) for day in (start, *days)),
        tuple(results.estimate_of(dataclasses.replace(undated, day=day)) for day in days),
        leading,
        bounded,
    )


def _note(case: Case, of: DatedKind) -> str:
    """Write how to read the figure, and what it leaves out."""
    rates = sum(
        (claim.quantity == of and claim.since is not None) or (claim.quantity == "rate" and claim.of == of)
        for claim in case.claim
    )
    remarks = Counter(remark_on(case, claim) for claim in timeline_claims(case, of))
    apart = [f"{count} {remark}" for remark, count in sorted(remarks.items()) if remark]
    apart += [f"{rates} of a period or a rate"] if rates else []
    return "\n".join([_NOTE, f"claims not shown: {phrases.listing(apart)}"] if apart else [_NOTE])


def _draw_series(ax: Axes, series: _Series) -> None:
    days = series.days
    if series.leading:
        for low, high, tint in (("p05", "p95", OUTER), ("p25", "p75", INNER)):
            edges = series.line(low)[:, 1], series.line(high)[:, 1]
            ax.fill_between(days, *edges, color=tint, linewidth=0, zorder=1)
        ax.plot(days, series.line("p50")[:, 1], color=POSTERIOR, linewidth=2.0, zorder=3)
        return
    middle, *bounds = series.lines
    style = "-" if series.bounded else (0, (1, 1.5))
    ax.plot(days, middle[:, 1], color=QUIET, linewidth=1.4, linestyle=style, zorder=2)
    for bound in bounds:
        ax.plot(days, bound[:, 1], color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=2)


def _draw_axes(
    ax: Axes, series: Sequence[_Series], stated: Sequence[Stated], case: Case, last: dt.date
) -> None:
    most = max([*(drawn.top for drawn in series), *(figure.ends[1] for figure in stated)])
    days = series[0].days
    ax.set_ylim(0.0, 1.1 * most)
    ax.set_xlim(days[0], days[-1])
    ticks = [
        float(tick)
        for tick in MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(0.0, most)
        if 0 <= tick <= 1.1 * most
    ]
    step = ticks[1] - ticks[0]
    ax.set_yticks(ticks, [rounding.amount(tick, step, largest=ticks[-1]) if tick else "0" for tick in ticks])
    ax.hlines(ticks[1:], days[0], days[-1], color=FAINT, linewidth=0.6, zorder=0)
    ax.tick_params(axis="y", length=0)
    ax.xaxis_date()
    names = _calendar(case, last)
    ax.xaxis.set_major_locator(FixedLocator(list(names)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: names.get(value, "")))
    ax.spines["bottom"].set_bounds(days[0], days[-1])


def _calendar(case: Case, last: dt.date) -> dict[float, str]:
    """Choose ticks: the first shipment and starts of months, or the first and last day of a few weeks."""
    start = case.containers.first_shipment
    months = month_of(start, last)
    if months < 2:
        return {number(day): phrases.date(day) for day in (start, last)}
    step = next(step for step in (1, 2, 3, 6, 12, 24) if months <= 12 * step)
    ticks = {} if start.day == 1 else {number(start): f"{start.day} {_short(start)}\n{start.year}"}
    for month in range(1 if ticks else 0, months + 1):
        day = month_start(start, month)
        if (day.month - 1) % min(step, 12) or (step == 24 and day.year % 2):
            continue
        if ticks and number(day) - min(ticks) < 0.06 * (last - start).days:
            continue
        # Every label has two lines, so that all have the same height.
        ticks[number(day)] = f"{_short(day)}\n{day.year if not ticks or day.month == 1 else ''}"
    return ticks


def _short(day: dt.date) -> str:
    return phrases.date(day).split()[1][:3]


def _write_ends(ax: Axes, series: Sequence[_Series]) -> None:
    """Label each line at its right end, and widen the axes to make room."""
    texts = [_end(drawn, brief=len(series) > 4) for drawn in series]
    sizes = [extent(text, SMALL) for text in texts]
    inside = frame(ax)
    low, high = series[0].days[0], series[0].days[-1]
    room = min(max(width for width, _ in sizes) + _END + 4.0, 0.6 * (inside.x1 - inside.x0))
    ax.set_xlim(low, low + (high - low) * (inside.x1 - inside.x0) / (inside.x1 - inside.x0 - room))
    ends = in_points(ax, [(high, drawn.estimates[-1].p50) for drawn in series])
    middles = spread([float(y) for _, y in ends], [height + 4.0 for _, height in sizes], inside.y0, inside.y1)
    for drawn, text, middle, (_, end) in zip(series, texts, middles, ends, strict=True):
        ax.annotate(
            text,
            (high, drawn.estimates[-1].p50),
            xytext=(_END, middle - float(end)),
            textcoords="offset points",
            va="center",
            color=POSTERIOR if drawn.leading else INK,
            fontsize=SMALL,
            parse_math=False,
        ).set_in_layout(False)


def _end(series: _Series, *, brief: bool) -> str:
    middle, inner, outer = series.estimates[-1].words()
    if brief:
        return f"{series.title}{middle}"
    return f"{series.title}{middle}\n50%: {inner}\n90%: {outer}"


def _write_stated(ax: Axes, series: Sequence[_Series], stated: Sequence[Stated]) -> None:
    """Label the claims, between the first and the last date."""
    ordered = sorted(stated, key=lambda figure: (figure.at, figure.value, figure.claim.id))
    labels = [Label(figure.label, (figure.at, figure.value), towards=BESIDE) for figure in ordered]
    arrows = []
    for figure, (x, y) in zip(ordered, in_points(ax, [label.at for label in labels]), strict=True):
        tip = y + ARROW * figure.lean
        arrows += [Box(x - 3.0, min(y, tip), x + 3.0, max(y, tip))] if figure.lean else []
    lines = [line for drawn in series for line in drawn.lines]
    lines += [line for figure in ordered for line in figure.lines]
    last = in_points(ax, [(series[0].days[-1], 0.0)])[0, 0]
    inside = dataclasses.replace(frame(ax), x1=float(last) + _END - 1.0)
    place(ax, labels, lines=lines, taken=arrows, inside=inside)
