"""Figures, drawn from estimates and checks in one style."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from shellcount import wording
from shellcount.calibration import Calibration
from shellcount.case import Claim
from shellcount.checks import Checks, check, estimate_claimed
from shellcount.errors import UsageError
from shellcount.physical import ceiling_per_container
from shellcount.posterior import Estimate, Posterior
from shellcount.quantities import Quantity, subjects
from shellcount.text import one_line

# Okabe and Ito's palette: told apart by colour-blind readers, and in grey.
_POSTERIOR, _STATED, _CEILING, _INK, _FAINT = "#0072B2", "#D55E00", "#000000", "#222222", "#D9D9D9"
_FONT = "DejaVu Sans"  # comes with matplotlib, so that a figure is the same everywhere
_STYLE: dict[Any, Any] = {
    "font.family": _FONT,
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
    return _draw(_interval_rows(posterior, _stated(posterior, results)), posterior.case.case.item, ax)


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
    figures = [figure for figure in _stated(posterior, results) if figure.claim.containers is not None]
    rows = []
    for subject in subjects(case, "capacity"):
        nature = subject if subject in natures else None
        mine = [figure for figure in figures if (figure.nature or case.scenario[0].id) == subject]
        marks = tuple(_per_container(figure) for figure in mine)
        estimate = posterior.estimate_of(Quantity("capacity", subject))
        rows.append(_Row(one_line(titles[subject], 48), estimate, marks, ceiling_per_container(case, nature)))
    return _draw(rows, f"{case.case.item} per {wording.singular(case.case.carrier)}", ax)


def _per_container(figure: _Stated) -> _Mark:
    implied = figure.claim.value / (figure.claim.containers or 1.0)
    label = f"{wording.rounded(implied, 1.0)}: {_figure(figure.claim)}"
    return _Mark(implied, label, above=True, fitted=figure.fitted)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A figure of rounds, checked or fit, with the posterior range of what it speaks of."""

    claim: Claim
    nature: str | None
    day: dt.date
    estimate: Estimate
    fitted: bool

    @property
    def row(self) -> tuple[str | None, object]:
        """What it shares with other figures on one row."""
        return self.nature, self.claim.containers or self.day


def _stated(posterior: Posterior, checks: Checks) -> list[_Stated]:
    """Every figure of rounds: those that were checked, then those that were fit."""
    claims = {claim.id: claim for claim in posterior.case.claim}
    found = [
        _Stated(claims[result.claim], result.nature, result.day, result.estimate, fitted=False)
        for result in checks
        if claims[result.claim].scope is None
    ]
    for read in posterior.model.fitted:
        if read.claim.scope is None:
            estimate = estimate_claimed(posterior, read)
            found.append(_Stated(read.claim, read.nature, read.day, estimate, fitted=True))
    return found


def _interval_rows(posterior: Posterior, figures: Sequence[_Stated]) -> list[_Row]:
    """One row a quantity, with every figure that was stated for it."""
    case = posterior.case
    titles = {nature.id: nature.title for nature in case.nature}
    grouped: dict[tuple[str | None, object], list[_Stated]] = {}
    for figure in figures:
        grouped.setdefault(figure.row, []).append(figure)
    rows = []
    for (nature, _), group in grouped.items():
        claim, day = group[0].claim, group[0].day
        what = one_line(f"any mix of {case.case.item}" if nature is None else titles[nature], 48)
        label = (
            f"{what} that\n{wording.exact(claim.containers)} {one_line(case.case.carrier, 30)} could hold"
            if claim.containers is not None
            else f"{what}\nsent by {day.isoformat()}"
        )
        marks = tuple(
            _Mark(figure.claim.value, _figure(figure.claim), above=place % 2 == 0, fitted=figure.fitted)
            for place, figure in enumerate(sorted(group, key=lambda figure: figure.claim.value))
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
            _figure(claim),
            above=True,
            fitted=claim.id in fitted,
        )
        label = f"{claim.scope} cargo\nby {claim.dates[0].isoformat()}"
        rows.append(_Row(label, posterior.estimate_of(quantity), (mark,)))
    return rows


def _figure(claim: Claim) -> str:
    return f"{wording.hedged(claim.value, claim.hedge)} ({claim.claimant})"


def _draw(rows: Sequence[_Row], unit: str, ax: Axes | None) -> Axes:
    with mpl.rc_context(_STYLE):
        figure = None
        if ax is None:
            figure = Figure(figsize=(_WIDTH, 0.9 + 0.72 * len(rows)), layout="constrained")
            ax = figure.add_subplot()
        if rows:
            for place, row in enumerate(reversed(rows)):
                _draw_row(ax, place, row)
            _draw_axis(ax, rows, unit)
        else:
            ax.set_axis_off()
            ax.text(0.5, 0.5, "no stated figure", ha="center", va="center", transform=ax.transAxes)
        if figure is not None:  # lay it out once: every later drawing would shift it a little
            figure.draw_without_rendering()
            figure.set_layout_engine("none")
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
            _harmless(mark.label),
            (mark.value, place),
            xytext=(0, 9 if mark.above else -9),
            textcoords="offset points",
            ha="center",
            va="bottom" if mark.above else "top",
            color=_STATED,
            fontsize=8,
            zorder=5,
            parse_math=False,
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
    ax.set_yticks(range(len(rows)), [_harmless(row.label) for row in reversed(rows)], parse_math=False)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(_harmless(one_line(unit)), parse_math=False)


def plot_calibration(calibration: Calibration) -> Figure:
    """Draw the rank ECDF of every quantity, less the uniform's, within its simultaneous band.

    A posterior too narrow gives a line that rises and falls across the band, one too wide the
    reverse, one too high or too low a bow (Säilynoja, Bürkner and Vehtari 2022, *Statistics and
    Computing* 32:32).

    Parameters
    ----------
    calibration
        From :func:`shellcount.calibration.calibrate`.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.calibration import calibrate
    >>> figure = plot_calibration(calibrate(shellcount.load_case(), runs=20))
    >>> len(figure.axes) >= 1
    True
    """
    points, low, high = calibration.band
    columns = min(4, len(calibration.names))
    rows = -(-len(calibration.names) // columns)
    with mpl.rc_context({**_STYLE, "font.size": 8.0, "axes.titlesize": 8.0}):
        figure = Figure(figsize=(1.3 * _WIDTH, 0.7 + 1.45 * rows), layout="constrained")
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place >= len(calibration.names):
                axes.set_axis_off()
                continue
            ranks = np.sort(calibration.ranks[:, place])
            ecdf = np.searchsorted(ranks, points, side="right") / ranks.size
            passed = calibration.results[place].inside
            axes.fill_between(points, low - points, high - points, color=_FAINT, linewidth=0)
            axes.plot(points, ecdf - points, color=_POSTERIOR if passed else _STATED, linewidth=1.0)
            axes.set_title(_harmless(calibration.names[place]), parse_math=False)
            axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        figure.supxlabel("rank of the truth among posterior draws", fontsize=8.0)
        figure.supylabel("ECDF less uniform", fontsize=8.0)
    return figure


def _harmless(label: str) -> str:
    """Keep the line breaks of a label; make each line short, and of characters that can be drawn."""
    return "\n".join(
        "".join(c if _has_glyph(c) else "\N{WHITE SQUARE}" for c in one_line(line, 48))
        for line in label.split("\n")
    )


def _has_glyph(character: str) -> bool:
    font = get_font(findfont(FontProperties(family=_FONT)))
    return bool(font.get_char_index(ord(character)))


def svg(drawn: Axes | Figure) -> bytes:
    """Render a figure, or that of an Axes, as SVG, the same bytes every time.

    Raises
    ------
    UsageError
        When the Axes belongs to no figure.
    """
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    if figure is None:
        raise UsageError("these axes have been taken off their figure")
    buffer = io.BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None}, bbox_inches="tight", pad_inches=0.08)
    return buffer.getvalue()
