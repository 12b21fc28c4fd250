"""Draw the total sent by each date, with the figures stated for it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from matplotlib.axes import Axes

from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.plots.canvas import Canvas, canvas
from shellcount.plots.labels import remark_on
from shellcount.plots.notes import read_marks
from shellcount.plots.panel import LETTERS, MOST, Curve, Panel, draw_panel, label_panel
from shellcount.plots.sheet import Words
from shellcount.plots.stated import number, place_in_time
from shellcount.plots.style import extent, harmless
from shellcount.results.quantity import DatedKind, Quantity
from shellcount.results.results import Results
from shellcount.results.timeline import timeline_claims, timeline_days
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.times import when

if TYPE_CHECKING:
    from shellcount.analysis import Source

_CURVE = "Line: median. Tints: 50% and 90% intervals."
_CURVES = "Thick lines with a mark at the end: posterior medians. Tints with thin edges: 90% intervals."
_FORECAST = "Grey ground: forecast, beyond the last date that a claim refers to."
_TALL, _BESIDE, _ABOVE = 4.0, 2.9, 1.75  # inches of one panel, of panels side by side, and above each other
_CROWDED = 2.6  # inches of a panel with many figures, above others
_FEW = 4  # stated figures that a small panel has room for
_ACROSS = 3  # panels side by side
_GAP, _BETWEEN = 0.04, 0.24  # between panels: as a share of the width, and of the height of one
_BELOW = 40.0  # points of the ticks of panels, below which a warning stands
_HEADROOM, _LOW_ROOM = 1.18, 1.5  # of the values of a panel, with its heading and where it is low
_NAME = 40  # characters of the name of a curve


def plot_timeline(
    results: Results | Mapping[str, Results | Source],
    *,
    of: DatedKind = "rounds",
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the total sent by each date, from the first shipment to the last date of a claim.

    Where the answer was asked for at a later date, the figure goes on to it, and what lies beyond the last
    date of a claim is shaded.

    The line is the median, the tints are the 50% and 90% equal-tailed intervals. For rounds, the first
    scenario of the case is drawn; for containers, each scope in a panel of its own, on the same axes. A claim
    is a full diamond if it was checked against the posterior, an open one if the posterior is conditioned on
    it, and a grey one if it is only shown; an arrow points to where its hedge places the quantity, and lines
    join the dates that an ambiguous claim may refer to, and the ends of a stated range. A yardstick is a
    square. Claims of one nature, of a period or of a rate are not shown, since they refer to other amounts,
    nor are figures that are derived, repeated, replaced or withdrawn.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json; or several by name, posteriors or
        cases among them, which are drawn over each other with the claims of the first.
    of
        Whether to draw rounds or containers.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When figures were left out of the analysis, or several results cannot share their axes.

    Examples
    --------
    >>> import shellcount
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> axes = plot_timeline(results, of="containers")
    >>> axes.get_ylabel()
    'cumulative containers sent'
    """
    named = {"": results} if isinstance(results, Results) else _analysed(results)
    case = next(iter(named.values())).case
    with canvas(ax, _TALL, Words(title, subtitle, source)) as page:
        ax = page.axes
        panels = _panels(named, of, narrow=page.narrow, low=page.fixed)
        crowded = max(len(panel.stated) for panel in panels) > _FEW
        places = _divide(page, len(panels), crowded=crowded)
        last = max(each.horizon for each in named.values())
        evidence = max(each.case.last_date for each in named.values())
        first = min(each.case.containers.first_shipment for each in named.values())
        top = max(panel.top for panel in panels)
        for place, panel in zip(places, panels, strict=True):
            draw_panel(place, panel, _headroom(page, panel) * top, first, evidence, last)
        what = one_line(case.about.item if of == "rounds" else case.about.carrier, 36)
        _share(ax, places, f"cumulative {harmless(f'{what} {case.about.sent}')}")
        page.note(_CURVE if len(named) == 1 else _CURVES)
        page.note(read_marks(figure.drawn for panel in panels for figure in panel.stated))
        page.note(_FORECAST if last > evidence else "", _not_shown(case, of))
        page.caution(each for panel in panels for curve in panel.curves for each in curve.estimates)
        page.lay_out(lambda: _label(places, panels))
    return ax


def _headroom(page: Canvas, panel: Panel) -> float:
    """Give the highest value of an axis over that of a panel, with room for its heading."""
    if not panel.heading:
        return 1.0
    return _LOW_ROOM if page.fixed else _HEADROOM


def _analysed(named: Mapping[str, Results | Source]) -> dict[str, Results]:
    """Collect results, of posteriors and cases too, and refuse what cannot share axes."""
    from shellcount.analysis import analyse  # not needed for results

    if not 0 < len(named) <= MOST:
        raise UsageError(f"a figure tells 1 to {MOST} curves apart, and {len(named)} were given")
    found = {
        one_line(name, _NAME): each if isinstance(each, Results) else analyse(each)
        for name, each in named.items()
    }
    nouns = list(dict.fromkeys(one_line(each.case.about.item, _NAME) for each in found.values()))
    if len(nouns) > 1:
        raise UsageError(f"one axis cannot show {phrases.listing(nouns)}: draw each in a figure of its own")
    return found


def _panels(named: Mapping[str, Results], of: DatedKind, *, narrow: bool, low: bool) -> list[Panel]:
    """Make one panel of rounds, or one of containers for each scope."""
    for each in named.values():
        each.require_figures()
    first = next(iter(named.values()))
    scopes: list[str | None] = [None] if of == "rounds" else [scope.id for scope in first.case.scope]
    claims = [claim for claim in timeline_claims(first.case, of) if not remark_on(first.case, claim)]
    slim = narrow or len(scopes) > 1
    panels = []
    for scope in scopes:
        curves = tuple(
            _curve(each, name, scope)
            for name, each in named.items()
            if scope is None or scope in {known.id for known in each.case.scope}
        )
        stated = [place_in_time(first, claim) for claim in claims if scope is None or claim.scope == scope]
        date = when(first.horizon)
        heading = _heading(curves, scope if len(scopes) > 1 else None, date) if slim else ""
        panels.append(Panel(heading, curves, tuple(stated), date, slim, low and len(scopes) > 1))
    return panels


def _curve(results: Results, name: str, scope: str | None) -> Curve:
    kind: DatedKind = "rounds" if scope is None else "containers"
    undated = Quantity(kind, results.answering.subject if scope is None else scope)
    days = timeline_days(results.case, kind, results.horizon)
    estimates = tuple(results.estimate_of(dataclasses.replace(undated, day=day)) for day in days)
    start = results.case.containers.first_shipment
    return Curve(name, tuple(number(day) for day in (start, *days)), estimates)


def _heading(curves: Sequence[Curve], scope: str | None, date: str) -> str:
    """Write the heading of a panel: its scope or the date, and the last values of its curves."""
    head = scope or date
    if len(curves) > 1:
        named = (
            f"{mark} {harmless(curve.name)}: {curve.estimates[-1].words()[0]}"
            for mark, curve in zip(LETTERS, curves, strict=False)
        )
        return "\n".join((head, *named))
    middle, _, outer = curves[0].estimates[-1].words()
    return f"{head}: {middle}\n90%: {outer}"


def _divide(page: Canvas, count: int, *, crowded: bool) -> list[Axes]:
    """Divide the axes into panels: side by side, or above each other where they are narrow or crowded."""
    if count == 1:
        return [page.axes]
    stacked = page.narrow or (crowded and not page.fixed)
    across = 1 if stacked else min(count, _ACROSS)
    rows = -(-count // across)
    each = _CROWDED if crowded else _ABOVE
    page.height = each * rows + 0.5 if stacked else _BESIDE * rows
    wide = (1 - _GAP * (across - 1)) / across
    tall = 1 / (rows + _BETWEEN * (rows - 1))
    places = []
    for index in range(count):
        row, column = divmod(index, across)
        left, top = column * (wide + _GAP), 1 - row * (1 + _BETWEEN) * tall
        places.append(page.axes.inset_axes((left, top - tall, wide, tall)))
        places[-1].tick_params(labelleft=column == 0)
        if row + 1 < rows and index + across < count:
            places[-1].tick_params(labelbottom=not stacked)
    return places


def _share(ax: Axes, places: Sequence[Axes], label: str) -> None:
    """Name the axis that panels share, beside the ticks of the first."""
    ax.set_ylabel(label, parse_math=False)
    if len(places) == 1:
        return
    ax.spines[:].set_visible(False)
    ax.set_xticks([])
    ax.set_yticks([])
    ax.patch.set_visible(False)
    ax.xaxis.labelpad = _BELOW
    ax.yaxis.labelpad = 6.0 + max(
        extent(text.get_text(), float(text.get_fontsize()))[0] for text in places[0].get_yticklabels()
    )


def _label(places: Iterable[Axes], panels: Iterable[Panel]) -> None:
    for place, panel in zip(places, panels, strict=True):
        label_panel(place, panel)


def _not_shown(case: Case, of: DatedKind) -> str:
    """Word which claims are left out."""
    rates = sum(
        (claim.quantity == of and claim.since is not None) or (claim.quantity == "rate" and claim.of == of)
        for claim in case.claim
    )
    remarks = Counter(remark_on(case, claim) for claim in timeline_claims(case, of))
    apart = [f"{count} {remark}" for remark, count in sorted(remarks.items()) if remark]
    apart += [f"{rates} of a period or a rate"] if rates else []
    return f"Claims not shown: {phrases.listing(apart)}." if apart else ""
