"""Figures, drawn from estimates and checks in one style."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from shellcount import wording
from shellcount.checks import Check, Checks, ceiling_per_container, check
from shellcount.errors import UsageError
from shellcount.posterior import Estimate, Posterior
from shellcount.quantities import Quantity, subjects
from shellcount.text import one_line

# Okabe and Ito's palette: told apart by colour-blind readers, and in grey.
_POSTERIOR, _STATED, _CEILING, _INK, _FAINT = "#0072B2", "#D55E00", "#000000", "#222222", "#D9D9D9"
_STYLE: dict[Any, Any] = {
    "font.size": 10.0,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "shellcount",
    "text.parse_math": False,  # a title may hold a dollar sign
}
_WIDTH = 7.6  # inches
_TICKS = tuple(step * 10.0**decade for decade in range(16) for step in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stated figure or a ceiling on a row."""

    value: float
    label: str
    above: bool
    fitted: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """One posterior range with the figures that were stated for it."""

    label: str
    estimate: Estimate
    stated: tuple[_Mark, ...]
    ceiling: float | None = None


def plot_intervals(
    posterior: Posterior,
    checks: Checks | None = None,
    *,
    of: Literal["rounds", "containers"] = "rounds",
    ax: Axes | None = None,
) -> Axes:
    """Draw posterior ranges with every stated figure on them.

    A dot is the median, the thick bar the 50% and the thin one the 90% equal-tailed interval.
    Full diamonds are figures that were held against the posterior, open ones figures that it
    was conditioned on.

    Parameters
    ----------
    posterior
        The posterior.
    checks
        Its checks; by default those that the case asks for.
    of
        Figures of rounds, or of containers.
    ax
        Where to draw; by default on a figure of its own.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_intervals(shellcount.fit(shellcount.load_case(), seed=1))
    >>> axes.get_xlabel()
    'rounds'
    """
    if of == "containers":
        return _draw(_container_rows(posterior), posterior.case.case.carrier, ax)
    results = check(posterior) if checks is None else checks
    carried = [result for result in results if not result.quantity.startswith("containers.")]
    return _draw(_interval_rows(posterior, carried), posterior.case.case.item, ax)


def plot_capacity(posterior: Posterior, checks: Checks | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw what a full container holds, with stated figures per container and the physical ceiling.

    Parameters
    ----------
    posterior
        The posterior.
    checks
        Its checks; by default those that the case asks for.
    ax
        Where to draw; by default on a figure of its own.

    Raises
    ------
    ConvergenceError
        When the draws must not be quoted.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_capacity(shellcount.fit(shellcount.load_case(), seed=1))
    >>> axes.get_xlabel()
    'rounds per container'
    """
    results = check(posterior) if checks is None else checks
    case = posterior.case
    natures = {nature.id: nature.title for nature in case.nature}
    titles = {**{scenario.id: scenario.title for scenario in case.scenario}, **natures}
    rows = []
    for subject in subjects(case, "capacity"):
        estimate = posterior.estimate_of(Quantity("capacity", subject))
        stated = tuple(
            _Mark(result.implied_per_container, _per_container(result), above=True)
            for result in results
            if result.quantity == f"capacity.{subject}" and result.implied_per_container is not None
        )
        nature = subject if subject in natures else None
        rows.append(_Row(titles[subject], estimate, stated, ceiling_per_container(case, nature)))
    per_container = f"{case.case.item} per {wording.singular(case.case.carrier)}"
    return _draw(rows, per_container, ax)


def _interval_rows(posterior: Posterior, results: Sequence[Check]) -> list[_Row]:
    """One row a quantity, with every figure that was stated for it."""
    grouped: dict[tuple[str, float | None], list[Check]] = {}
    for result in results:
        stated_for = result.containers if result.quantity.startswith("capacity.") else None
        grouped.setdefault((result.quantity, stated_for), []).append(result)
    titles = {nature.id: nature.title for nature in posterior.case.nature}
    rows = []
    for (quantity, containers), group in grouped.items():
        kind, _, rest = quantity.partition(".")
        subject, _, day = rest.partition("@")
        what = titles.get(subject, "any mix" if kind != "containers" else subject)
        label = (
            f"{what} that\n{wording.exact(containers)} {posterior.case.case.carrier} could hold"
            if containers is not None
            else f"{what}\nsent by {day}"
        )
        marks = tuple(
            _Mark(result.stated, _figure(result), above=place % 2 == 0)
            for place, result in enumerate(sorted(group, key=lambda result: result.stated))
        )
        rows.append(_Row(label, group[0].estimate, marks))
    return rows


def _container_rows(posterior: Posterior) -> list[_Row]:
    """One row a scope and date that a claim of containers speaks of."""
    fitted = {read.claim.id for read in posterior.model.fitted}
    claims = sorted(
        (claim for claim in posterior.case.claim if claim.scope is not None),
        key=lambda claim: (claim.dates[0], claim.id),
    )
    rows = []
    for claim in claims:
        quantity = Quantity("containers", str(claim.scope), claim.dates[0])
        mark = _Mark(
            claim.value,
            f"{wording.hedged(claim.value, claim.hedge)} ({claim.claimant})",
            above=True,
            fitted=claim.id in fitted,
        )
        label = f"{claim.scope} cargo\nby {claim.dates[0].isoformat()}"
        rows.append(_Row(label, posterior.estimate_of(quantity), (mark,)))
    return rows


def _per_container(result: Check) -> str:
    implied = wording.rounded(result.implied_per_container or 0.0, 1.0)
    return f"{implied}: {wording.hedged(result.stated, result.hedge)} ({result.claimant})"


def _figure(result: Check) -> str:
    return f"{wording.hedged(result.stated, result.hedge)} ({result.claimant})"


def _draw(rows: Sequence[_Row], unit: str, ax: Axes | None) -> Axes:
    with mpl.rc_context(_STYLE):
        if ax is None:
            figure = Figure(figsize=(_WIDTH, 0.9 + 0.72 * len(rows)), layout="constrained")
            ax = figure.add_subplot()
        for place, row in enumerate(reversed(rows)):
            _draw_row(ax, place, row)
        _draw_axis(ax, rows, unit)
    return ax


def _draw_row(ax: Axes, place: int, row: _Row) -> None:
    estimate = row.estimate
    ax.axhline(place, color=_FAINT, linewidth=0.8, zorder=0)
    ax.plot([estimate.p05, estimate.p95], [place, place], color=_POSTERIOR, linewidth=2, zorder=2)
    ax.plot(
        [estimate.p25, estimate.p75],
        [place, place],
        color=_POSTERIOR,
        linewidth=7,
        solid_capstyle="butt",
        zorder=2,
    )
    ax.plot(estimate.p50, place, "o", color="white", markeredgecolor=_POSTERIOR, markersize=6, zorder=3)
    if row.ceiling is not None:
        ax.plot(row.ceiling, place, "|", color=_CEILING, markersize=13, markeredgewidth=2, zorder=3)
        ax.annotate(
            f"ceiling {wording.rounded(row.ceiling, 10.0)}",
            (row.ceiling, place),
            xytext=(0, -12),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=8,
        )
    for mark in row.stated:
        face, edge = ("white", _STATED) if mark.fitted else (_STATED, "white")
        ax.plot(mark.value, place, "D", color=face, markeredgecolor=edge, markersize=8, zorder=4)
        ax.annotate(
            one_line(mark.label, 48),
            (mark.value, place),
            xytext=(0, 9 if mark.above else -9),
            textcoords="offset points",
            ha="center",
            va="bottom" if mark.above else "top",
            color=_STATED,
            fontsize=8,
            zorder=5,
        )


def _draw_axis(ax: Axes, rows: Sequence[_Row], unit: str) -> None:
    values = [
        value
        for row in rows
        for value in (
            row.estimate.p05,
            row.estimate.p95,
            *(mark.value for mark in row.stated),
            *([row.ceiling] if row.ceiling is not None else []),
        )
        if value > 0
    ]
    spread = max(values) / min(values)
    margin = max(1.1, spread**0.22)  # room for the labels of marks at either end
    low, high = min(values) / margin, max(values) * margin
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if low <= tick <= high]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: wording.exact(value)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_yticks(range(len(rows)), [_harmless(row.label) for row in reversed(rows)])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(unit)


def _harmless(label: str) -> str:
    """Keep the line breaks of a label, and make each line harmless and short."""
    return "\n".join(one_line(line, 40) for line in label.split("\n"))


def svg(axes: Axes) -> bytes:
    """Render the figure of an Axes as SVG, the same bytes every time.

    Raises
    ------
    UsageError
        When the Axes belongs to no figure.
    """
    figure = axes.get_figure(root=True)
    if figure is None:
        raise UsageError("these axes have been taken off their figure")
    buffer = io.BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None}, bbox_inches="tight", pad_inches=0.08)
    return buffer.getvalue()
