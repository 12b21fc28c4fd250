"""Draw how an estimate moves over the settings of a sweep."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from shellcount.errors import UsageError, suggestion
from shellcount.frozen import frozen
from shellcount.plots.canvas import canvas
from shellcount.plots.sheet import Words
from shellcount.plots.style import INK, POSTERIOR, SMALL, STATED_TEXT, harmless
from shellcount.results.sweep import Cell, Sweep
from shellcount.wording import phrases

_NOTE = "Mark: posterior median of one fit. Bar: its 90% interval."
_COLOURS = (POSTERIOR, STATED_TEXT, "#007A5A", "#8C4673", INK)
_MARKS = ("o", "s", "^", "D", "v")
_APART = 0.5  # share of the distance of two values that the marks of a second setting take
_MANY = 60  # fits whose bars are drawn in full; those of more are faint
_LEGEND = 0.16  # of the height of the bars: room for the names of the values of the second setting
_AS_IS = "as in the case"


@frozen
class _Fit:
    """Values of both settings in a fit, and the headline."""

    over: Cell
    by: Cell
    low: float
    middle: float
    high: float


def plot_sweep(
    sweep: Sweep,
    *,
    over: str | None = None,
    by: str | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the median and the 90% range of the headline over one setting, for each value of a second one.

    Parameters
    ----------
    sweep
        Sweep, from :func:`shellcount.studies.sweep.sweep`.
    over
        Setting along the axis; by default the one that moves the headline most.
    by
        Second setting, told apart by colours and marks; by default the only other one, if it has at most
        five values.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When a setting does not vary, the second one has more than five values, or no fit has an estimate.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.studies.sweep import sweep
    >>> axes = plot_sweep(sweep(shellcount.load_case(), {"load": "0.5..0.9:3"}))
    >>> axes.get_xlabel()
    'load'
    """
    over = _varying(sweep, over) if over is not None else _leading(sweep)
    others = [name for name in sweep.varied if name != over and len({*sweep.cells(name)}) > 1]
    if by is None and len(others) == 1 and len({*sweep.cells(others[0])}) <= len(_MARKS):
        by = others[0]
    fits = _fits(sweep, over, None if by is None else _varying(sweep, by))
    levels = list(dict.fromkeys(fit.by for fit in fits))
    if len(levels) > len(_MARKS):
        raise UsageError(f"{by} has {len(levels)} values, and a figure tells at most {len(_MARKS)} apart")
    with canvas(ax, 4.0, Words(title, subtitle, source)) as page:
        ax = page.axes
        places = _places(ax, fits)
        for rank, level in enumerate(levels):
            shift = (rank - (len(levels) - 1) / 2) / len(levels)
            _draw(ax, [fit for fit in fits if fit.by == level], places, shift, rank)
        _finish(ax, sweep, over)
        if by is not None:
            _name_levels(ax, by, len(levels))
        _keep_ticks_inside(ax)
        page.note(_NOTE)
        page.lay_out()
    return ax


def _varying(sweep: Sweep, name: str) -> str:
    if name not in sweep.varied:
        raise UsageError(f"{name} does not vary in this sweep; {suggestion(name, sweep.varied)}")
    return name


def _leading(sweep: Sweep) -> str:
    """Choose the setting that moves the headline most, or else the first."""
    return next((effect.name for effect in sweep.effects), sweep.varied[0])


def _fits(sweep: Sweep, over: str, by: str | None) -> list[_Fit]:
    """List the fits that have a headline."""
    seconds: list[Cell] = [None] * len(sweep.points) if by is None else sweep.cells(by)
    found = [
        _Fit(first, second, each.p05, each.p50, each.p95)
        for first, second, each in zip(sweep.cells(over), seconds, sweep.headline, strict=True)
        if each.p05 is not None and each.p50 is not None and each.p95 is not None
    ]
    if not found:
        raise UsageError(f"no fit of this sweep has an estimate of {sweep.names[0]}")
    return found


def _places(ax: Axes, fits: Sequence[_Fit]) -> dict[Cell, float]:
    """Place the values of the setting along the axis: numbers to scale, all others at even distances."""
    cells = list(dict.fromkeys(fit.over for fit in fits))
    numbers = sorted(cell for cell in cells if isinstance(cell, int | float))
    if len(numbers) == len(cells):
        ax.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 2.5, 5, 10]))
        return {number: float(number) for number in numbers}
    names = [harmless(_AS_IS if cell is None else str(cell)) for cell in cells]
    ax.set_xticks(range(len(cells)), names)
    ax.set_xlim(-0.5, len(cells) - 0.5)
    return {cell: float(place) for place, cell in enumerate(cells)}


def _draw(ax: Axes, fits: Sequence[_Fit], places: dict[Cell, float], shift: float, rank: int) -> None:
    """Draw the fits of one value of the second setting; a line joins those of numbers."""
    ordered = sorted(fits, key=lambda fit: places[fit.over])
    used = sorted(places.values())
    step = min((after - before for before, after in itertools.pairwise(used)), default=1.0)
    at = [places[fit.over] + _APART * step * shift for fit in ordered]
    colour, middles = _COLOURS[rank], [fit.middle for fit in ordered]
    label = _AS_IS if fits[0].by is None else harmless(str(fits[0].by))
    width, alpha = (1.4, 1.0) if len(places) <= _MANY else (0.8, 0.4)
    ax.vlines(
        at, [f.low for f in ordered], [f.high for f in ordered], color=colour, linewidth=width, alpha=alpha
    )
    line = (
        "-"
        if len({*at}) == len(at) <= _MANY and all(isinstance(fit.over, int | float) for fit in fits)
        else ""
    )
    ax.plot(
        at, middles, _MARKS[rank], linestyle=line, color=colour, linewidth=0.8, markersize=4.5, label=label
    )


def _finish(ax: Axes, sweep: Sweep, over: str) -> None:
    unit = next((each.unit for each in sweep.headline if each.unit), "")
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: phrases.exact(value)))
    ax.spines["left"].set_visible(True)
    ax.set_xlabel(harmless(over), parse_math=False)
    ax.set_ylabel(harmless(f"{sweep.names[0]}\n{'' if unit == 'share' else unit}".strip()), parse_math=False)


def _name_levels(ax: Axes, by: str, count: int) -> None:
    """Name the values of the second setting above all bars, in room that is made for them."""
    low, high = ax.get_ylim()
    ax.set_ylim(low, high + _LEGEND * (high - low))
    ax.legend(
        title=harmless(by),
        loc="upper left",
        ncols=count,
        frameon=False,
        fontsize=SMALL,
        title_fontsize=SMALL,
        alignment="left",
    )


def _keep_ticks_inside(ax: Axes) -> None:
    """Drop ticks beyond the ends of the axes, whose labels would take room although nobody sees them."""
    for axis, (low, high) in ((ax.xaxis, ax.get_xlim()), (ax.yaxis, ax.get_ylim())):
        if isinstance(axis.get_major_locator(), MaxNLocator):
            axis.set_major_locator(
                FixedLocator([tick for tick in axis.get_majorticklocs() if low <= tick <= high])
            )
