"""Draw posterior ranges in rows, with the figures stated for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes

from shellcount.case.ceiling import ceiling_per_container
from shellcount.case.schema import Case, Claim
from shellcount.plots.labels import claim_label
from shellcount.plots.rows import Mark, Row, draw_rows
from shellcount.results.estimate import Estimate
from shellcount.results.names import subjects
from shellcount.results.quantity import Quantity
from shellcount.results.results import Results
from shellcount.text import one_line
from shellcount.wording import phrases, rounding


def plot_intervals(
    results: Results,
    *,
    of: Literal["rounds", "containers"] = "rounds",
    ax: Axes | None = None,
) -> Axes:
    """Draw posterior ranges with every stated figure on them.

    The dot is the median, the thick bar the 50% and the thin bar the 90% equal-tailed interval. Full
    diamonds are figures that were checked against the posterior, open ones figures that it is conditioned
    on.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    of
        Whether to draw figures of rounds or of containers.
    ax
        Axes to draw on; by default those of a new figure.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_intervals(shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1)))
    >>> axes.get_xlabel()
    'rounds'
    """
    results.require_figures()
    if of == "containers":
        return draw_rows(_container_rows(results), results.case.about.carrier, ax)
    return draw_rows(_interval_rows(results.case, _stated(results)), results.case.about.item, ax)


def plot_capacity(results: Results, *, ax: Axes | None = None) -> Axes:
    """Draw the capacity of a full container, with stated figures per container and the physical ceiling.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    ax
        Axes to draw on; by default those of a new figure.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_capacity(shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1)))
    >>> axes.get_xlabel()
    'rounds per container'
    """
    results.require_figures()
    case = results.case
    natures = {nature.id: nature.title for nature in case.nature}
    titles = {**{scenario.id: scenario.title for scenario in case.scenario}, **natures}
    figures = [figure for figure in _stated(results) if figure.claim.containers is not None]
    rows = []
    for subject in subjects(case, "capacity"):
        nature = subject if subject in natures else None
        stated = [figure for figure in figures if (figure.nature or case.scenario[0].id) == subject]
        marks = tuple(_per_container(figure) for figure in stated)
        estimate = results.estimate_of(Quantity("capacity", subject))
        rows.append(Row(one_line(titles[subject], 48), estimate, marks, ceiling_per_container(case, nature)))
    return draw_rows(rows, f"{case.about.item} per {phrases.singular(case.about.carrier)}", ax)


def _per_container(figure: _Stated) -> Mark:
    implied = figure.claim.value / (figure.claim.containers or 1.0)
    label = f"{rounding.significant(implied)}: {claim_label(figure.claim)}"
    return Mark(implied, label, fitted=figure.fitted)


@dataclass(frozen=True, slots=True)
class _Stated:
    """Stated figure of rounds, checked or fitted, with the posterior range of its quantity."""

    claim: Claim
    nature: str | None
    day: dt.date
    estimate: Estimate
    fitted: bool

    @property
    def row(self) -> tuple[str | None, object]:
        """Key of the row that it shares with other figures."""
        return self.nature, self.claim.containers or self.day


def _stated(results: Results) -> list[_Stated]:
    """List the figures of rounds: those that were checked, then those that were fitted."""
    claims = {claim.id: claim for claim in results.case.claim}
    figures = [
        _Stated(claims[result.claim], result.nature, result.day, result.estimate, fitted=False)
        for result in results.checks
        if claims[result.claim].scope is None
    ]
    for read in results.fitted:
        if read.claim.scope is None:
            estimate = results.claimed[read.claim.id]
            figures.append(_Stated(read.claim, read.nature, read.day, estimate, fitted=True))
    return figures


def _interval_rows(case: Case, figures: Sequence[_Stated]) -> list[Row]:
    """Make a row for each quantity, with the figures stated for it."""
    titles = {nature.id: nature.title for nature in case.nature}
    grouped: dict[tuple[str | None, object], list[_Stated]] = {}
    for figure in figures:
        grouped.setdefault(figure.row, []).append(figure)
    rows = []
    for (nature, _), group in grouped.items():
        claim, day = group[0].claim, group[0].day
        what = one_line(f"any mix of {case.about.item}" if nature is None else titles[nature], 48)
        label = (
            f"{what} that\n{phrases.exact(claim.containers)} {one_line(case.about.carrier, 30)} could hold"
            if claim.containers is not None
            else f"{what}\nsent by {day.isoformat()}"
        )
        marks = tuple(
            Mark(figure.claim.value, claim_label(figure.claim), fitted=figure.fitted)
            for figure in sorted(group, key=lambda figure: figure.claim.value)
        )
        rows.append(Row(label, group[0].estimate, marks))
    return rows


def _container_rows(results: Results) -> list[Row]:
    """Make a row for each claim of containers, at the date of its reading."""
    fitted = {read.claim.id: read.day for read in results.fitted}
    claims = sorted(
        (claim for claim in results.case.claim if claim.scope is not None),
        key=lambda claim: (claim.dates[0], claim.id),
    )
    rows = []
    for claim in claims:
        day = fitted.get(claim.id, claim.dates[0])
        mark = Mark(claim.value, claim_label(claim), fitted=claim.id in fitted)
        label = f"{claim.scope} cargo\nby {day.isoformat()}"
        estimate = results.estimate_of(Quantity("containers", str(claim.scope), day))
        rows.append(Row(label, estimate, (mark,)))
    return rows
