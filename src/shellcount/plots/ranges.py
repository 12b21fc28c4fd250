"""Draw posterior ranges in rows, with the figures stated for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from matplotlib.axes import Axes

from shellcount.case.ceiling import ceiling_per_container
from shellcount.case.flow import length
from shellcount.case.kinds import DAYS
from shellcount.case.schema import Case, Claim
from shellcount.frozen import frozen
from shellcount.plots.labels import claim_label, remark_on, title_of
from shellcount.plots.notes import RANGE, left_out, most_of, read_marks
from shellcount.plots.rows import Mark, Row, draw_rows, scaled
from shellcount.plots.sheet import Words
from shellcount.results.claimed import quantity_of
from shellcount.results.described import timed
from shellcount.results.estimate import Estimate
from shellcount.results.given import readings
from shellcount.results.names import parse_quantity, subjects
from shellcount.results.quantity import Quantity, QuantityKind
from shellcount.results.results import Results
from shellcount.text import one_line
from shellcount.wording import phrases, rounding

_ROUNDS: frozenset[QuantityKind] = frozenset({"rounds", "capacity", "shipped"})
_OTHER_UNITS: dict[str, frozenset[QuantityKind]] = {
    "rounds": frozenset({"gross_mass", "item_share"}),
    "containers": frozenset({"trip_count", "parameter"}),
}


def plot_intervals(
    results: Results,
    *,
    of: Literal["rounds", "containers"] = "rounds",
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw posterior ranges with every stated figure on them.

    The dot is the median, the thick bar the 50% and the thin bar the 90% equal-tailed interval. Full
    diamonds are figures that were checked against the posterior, open ones figures that it is conditioned
    on, grey ones figures that are derived, repeated, replaced or withdrawn. A line joins the ends of a stated
    range, and a triangle at the left end says that none was seen. A rate is drawn as the total in its period.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    of
        Whether to draw figures of rounds or of containers.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_intervals(shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1)))
    >>> axes.get_xlabel()
    'rounds (log scale)'
    """
    results.require_figures()
    case, stated = results.case, _stated(results)
    units = _OTHER_UNITS[of]
    others = len({figure.claim.id for figure in stated if figure.quantity.kind in units})
    if of == "containers":
        rows, unit = _container_rows(case, _container_figures(results)), case.about.carrier
    else:
        figures = [figure for figure in stated if figure.quantity.kind in _ROUNDS]
        rows, unit = _interval_rows(results, figures), case.about.item
    words = Words(title, subtitle, source)
    return draw_rows(rows, unit, ax, words, lambda shown: _note(rows, shown, others))


def plot_capacity(
    results: Results,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the capacity of a full container, with stated figures per container and the physical ceiling.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_capacity(shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1)))
    >>> axes.get_xlabel()
    'rounds per container (log scale)'
    """
    results.require_figures()
    case = results.case
    natures = {nature.id: nature.title for nature in case.nature}
    titles = {**{scenario.id: scenario.title for scenario in case.scenario}, **natures}
    one = phrases.singular(case.about.carrier)
    figures = _stated(results)
    rows = []
    kinds: tuple[tuple[QuantityKind, str], ...] = (("capacity", ""), ("shipped", ", as loaded"))
    for kind, loaded in kinds:
        for subject in subjects(case, "capacity"):
            nature = subject if subject in natures else None
            stated = [
                figure
                for figure in figures
                if (figure.quantity.kind, figure.quantity.subject) == (kind, subject)
            ]
            if kind == "capacity" or stated:
                estimate = results.estimate_of(Quantity(kind, subject))
                label = f"{one_line(titles[subject], 48)}{loaded}"
                marks = tuple(figure.mark(figure.claim.containers or 1.0) for figure in stated)
                rows.append(Row(label, estimate, marks, ceiling_per_container(case, nature)))
    words = Words(title, subtitle, source)
    return draw_rows(rows, f"{case.about.item} per {one}", ax, words, lambda shown: _note(rows, shown))


@frozen
class _Stated:
    """Stated figure, checked or fitted, with the posterior range of the amount that it implies.

    Parameters
    ----------
    claim
        The claim.
    quantity
        Quantity of the figure; of a rate, the total in its period.
    estimate
        Posterior range of that quantity.
    factor
        Amount divided by the stated figure: 1, except for a rate.
    fitted
        Whether the posterior is conditioned on it.
    remark
        Reason why it is never fit, in a word.
    title
        Name of its claimant.
    """

    claim: Claim
    quantity: Quantity
    estimate: Estimate
    factor: float
    fitted: bool
    remark: str
    title: str

    @property
    def row(self) -> tuple[Quantity, float | None]:
        """Key of the row that it shares with other figures."""
        return self.quantity, self.claim.containers

    def mark(self, containers: float | None = None) -> Mark:
        """Make the mark of the figure, as stated or per container."""
        scale = self.factor / (containers or 1.0)
        each = "" if containers is None else f"{rounding.significant(scale * self.claim.stated)}: "
        label = claim_label(self.claim, self.title, self.remark, before=each)
        interval = self.claim.interval
        ends = None if interval is None else (scale * interval.low, scale * interval.high)
        stated = scale * self.claim.stated
        return Mark(stated, label, self.fitted, bool(self.remark), ends, self.remark)


def _figure(case: Case, claim: Claim, estimate: Estimate, *, fitted: bool) -> _Stated:
    """Collect what is drawn of a claim; a rate is drawn as the total in its period."""
    quantity, factor = parse_quantity(case, estimate.name), 1.0
    if quantity.per is not None and quantity.day is not None:
        factor = length(case, quantity.since, quantity.day) / DAYS[quantity.per]
        quantity = replace(quantity, per=None)
    first, since, day = case.containers.first_shipment, quantity.since, quantity.day
    if since is not None and day is not None and since <= first:  # all that was sent before the day after it
        quantity = replace(quantity, since=None, day=day + dt.timedelta(days=1))
    remark, title = remark_on(case, claim), title_of(case, claim)
    return _Stated(claim, quantity, scaled(estimate, factor), factor, fitted, remark, title)


def _stated(results: Results) -> list[_Stated]:
    """List the figures that were checked, and then those that were fitted."""
    case = results.case
    claims = {claim.id: claim for claim in case.claim}
    checked = [_figure(case, claims[check.claim], check.estimate, fitted=False) for check in results.checks]
    fitted = [_figure(case, fit.claim, results.claimed[fit.claim.id], fitted=True) for fit in results.fitted]
    return [*checked, *fitted]


def _interval_rows(results: Results, figures: Sequence[_Stated]) -> list[Row]:
    """Make a row for each quantity, with the figures stated for it."""
    case, tails = results.case, {check.claim: check.tail_probability for check in results.checks.leading}
    grouped: dict[tuple[Quantity, float | None], list[_Stated]] = {}
    for figure in figures:
        grouped.setdefault(figure.row, []).append(figure)
    rows = []
    for (quantity, containers), group in grouped.items():
        ordered = sorted(group, key=lambda figure: figure.factor * figure.claim.stated)
        marks = tuple(figure.mark() for figure in ordered)
        rank = min(tails.get(figure.claim.id, 1.0) for figure in group)
        rows.append(Row(_label(case, quantity, containers), group[0].estimate, marks, rank=rank))
    return rows


def _label(case: Case, quantity: Quantity, containers: float | None) -> str:
    """Name a quantity at the head of its row, on two lines."""
    titles = {nature.id: nature.title for nature in case.nature}
    what = one_line(titles.get(quantity.subject, f"any mix of {case.about.item}"), 48)
    if containers is None:
        return f"{what}\n{case.about.sent} {timed(case, quantity)}"
    did = "carried" if quantity.kind == "shipped" else "could hold"
    return f"{what} that\n{phrases.number_of(containers, one_line(case.about.carrier, 30))} {did}"


def _container_figures(results: Results) -> list[_Stated]:
    """List the claims of containers: those that are fitted, checked or only shown, by their date."""
    case, figures = results.case, []
    fitted = {fit.claim.id for fit in results.fitted}
    for claim in sorted(case.claim, key=lambda claim: (claim.dates[0], claim.id)):
        if claim.quantity == "containers" or (claim.quantity == "rate" and claim.of == "containers"):
            known = results.claimed.get(claim.id) if claim.id in fitted else None
            estimate = known or results.estimate_of(quantity_of(case, readings(claim)[0]))
            figures.append(_figure(case, claim, estimate, fitted=claim.id in fitted))
    return figures


def _container_rows(case: Case, figures: Sequence[_Stated]) -> list[Row]:
    """Make a row for each claim of containers."""
    return [
        Row(
            f"{_counted(case, figure.quantity)}\n{timed(case, figure.quantity)}",
            figure.estimate,
            (figure.mark(),),
        )
        for figure in figures
    ]


def _counted(case: Case, quantity: Quantity) -> str:
    """Name the carriers of a row: by their cargo, if they were sent with one."""
    if case.about.verb is None:
        return f"{quantity.subject} cargo"
    return f"{one_line(case.about.carrier, 30)} ({quantity.subject})"


def _note(rows: Sequence[Row], shown: Sequence[Row], others: int = 0) -> tuple[str, ...]:
    """Tell how to read the rows that are shown, and what is left out."""
    ceiling = "Black stroke: the most that fits by mass and volume."
    return (
        RANGE,
        read_marks(mark.drawn for row in shown for mark in row.stated),
        ceiling if any(row.ceiling is not None for row in shown) else "",
        most_of(len(shown), len(rows), "rows", "figures farthest out"),
        left_out(others),
    )
