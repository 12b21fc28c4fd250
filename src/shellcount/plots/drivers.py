"""Draw what drives a range: the share of its variance that each driver has."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from shellcount.frozen import frozen
from shellcount.plots.canvas import canvas
from shellcount.plots.margin import write_above
from shellcount.plots.notes import most_of
from shellcount.plots.sheet import Words
from shellcount.plots.style import INK, POSTERIOR, QUIET, SMALL, harmless
from shellcount.results.drivers import KINDS, TOGETHER, Driver, Drivers, Kind
from shellcount.wording import phrases

_COLOURS: dict[Kind, str] = {"prior": "#9A9A9A", "claims": POSTERIOR}
_CALLED: dict[Kind, str] = {"prior": "Grey", "claims": "Blue"}
_BAR = "Bar: share of the variance. Line at its end: two Monte Carlo errors to either side."
_ROW = 0.3  # inches
_LEGEND = 1.3  # rows of the legend of a narrow figure
_CLEAR = 7  # rows that leave room for the legend beside the last ones
_MOST = 12  # drivers with a row of their own
_LINE = 40  # characters of a line of a name
_ERRORS = 2.0
_GAP = 4.0  # points


@frozen
class _Row:
    """Share with its name; of what no single driver has, without a kind."""

    words: str
    share: float
    mcse: float
    kind: Kind | None


def plot_drivers(
    drivers: Drivers,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the share of the variance of an estimate that each driver has, the largest at the top.

    Grey bars are assumptions that no claim informs, blue bars what claims inform, and the open bar is what no
    driver has alone.

    Parameters
    ----------
    drivers
        Drivers, from :func:`shellcount.drivers`.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_drivers(shellcount.drivers(shellcount.fit(shellcount.load_case(), seed=1)))
    >>> axes.get_yticklabels()[0].get_text()
    'load of a container'
    """
    every = _rows(drivers)
    with canvas(ax, 1.0, Words(title, subtitle, source)) as page:
        ax = page.axes
        # What none has alone is a row that stays.
        ranks = [*range(len(every) - 1), -1]
        tall = _ROW * (1.3 if page.narrow else 1.0)
        rows = page.chosen(every, [0.8 * tall] * len(every), ranks)
        page.height = 1.0 + tall * (len(rows) + (_LEGEND if page.narrow else 0.0))
        heights = range(len(rows), 0, -1)
        for height, row in zip(heights, rows, strict=True):
            _draw(ax, height, row, thick=0.3 if page.narrow else 0.62)
        ax.axvline(0.0, color=INK, linewidth=0.8)
        _bound(ax, rows, room=0.17 if page.narrow else 0.12)
        below = _LEGEND if not page.fixed and (page.narrow or len(rows) < _CLEAR) else 0.0
        ax.set_ylim(0.4 - below, len(rows) + (0.75 if page.narrow else 0.6))
        above = [row.words for row in rows] if page.narrow else []
        for tick in ax.set_yticks([] if above else heights, [] if above else [row.words for row in rows]):
            tick.label1.set(parse_math=False, fontsize=SMALL)
        ax.tick_params(axis="y", length=0)
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.0f}%"))
        ax.set_xlabel(
            harmless(f"share of the variance of the {drivers.of_what} of\n{drivers.described}"),
            parse_math=False,
        )
        kinds = _kinds(drivers)
        if page.fixed:
            page.note(*(f"{_CALLED[kind]}: {words}." for kind, words in kinds.items()))
        else:
            _name_kinds(ax, kinds)
        open_bar = "Open bar: what no driver has alone."
        page.note(_BAR, open_bar, most_of(len(rows), len(every), "rows", "the largest"))
        page.warn(drivers.marks, failed=drivers.not_quotable is not None)
        page.lay_out(lambda: write_above(page.axes, above, heights, rise=0.38))
    return ax


def _rows(drivers: Drivers) -> list[_Row]:
    """List the largest drivers, all others as one, and what no driver has alone."""
    shown, others = drivers.drivers[:_MOST], drivers.drivers[_MOST:]
    if len(others) == 1:
        shown, others = drivers.drivers, ()
    rows = [_Row(_wrapped(each.shown), each.share, each.mcse, each.kind) for each in shown]
    if others:
        rows.append(_of_others(others))
    return [*rows, _Row(_wrapped(TOGETHER), drivers.together, drivers.mcse_together, None)]


def _of_others(others: Sequence[Driver]) -> _Row:
    kinds = {each.kind for each in others}
    error = math.sqrt(math.fsum(each.mcse**2 for each in others))
    share = math.fsum(each.share for each in others)
    kind = kinds.pop() if len(kinds) == 1 else None
    return _Row(f"{phrases.counted(len(others), 'smaller one')} in all", share, error, kind)


def _wrapped(words: str) -> str:
    return harmless("\n".join(textwrap.wrap(words, _LINE)))


def _bound(ax: Axes, rows: Sequence[_Row], *, room: float) -> None:
    """Bound the axes with room for the text at the end of the longest bar, and set ticks inside."""
    low = min(0.0, *(row.share - _ERRORS * row.mcse for row in rows))
    high = max(0.05, *(row.share + _ERRORS * row.mcse for row in rows))
    left, right = 1.1 * low, high + room * (high - low)
    ax.set_xlim(left, right)
    ticks = MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(left, right)
    ax.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if left <= tick <= right]))


def _draw(ax: Axes, height: int, row: _Row, *, thick: float) -> None:
    """Draw a bar with its error, and write its share at its end."""
    colour = "none" if row.kind is None else _COLOURS[row.kind]
    edge = QUIET if row.kind is None else colour
    ax.barh(height, row.share, height=thick, color=colour, edgecolor=edge, linewidth=0.9)
    reach = _ERRORS * row.mcse
    ax.hlines(height, row.share - reach, row.share + reach, color=INK, linewidth=1.4)
    at = max(row.share, 0.0) + reach
    ax.annotate(
        phrases.percent(row.share, row.mcse),
        (at, height),
        xytext=(_GAP, 0.0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL,
    )


def _kinds(drivers: Drivers) -> dict[Kind, str]:
    """Word the kinds of drivers that there are, each with its share in all."""
    kinds: tuple[tuple[Kind, float, float], ...] = (
        ("prior", drivers.prior, drivers.mcse_prior),
        ("claims", drivers.claims, drivers.mcse_claims),
    )
    return {
        kind: f"{KINDS[kind]}: {phrases.percent(share, mcse)} in all"
        for kind, share, mcse in kinds
        if any(driver.kind == kind for driver in drivers.drivers)
    }


def _name_kinds(ax: Axes, kinds: Mapping[Kind, str]) -> None:
    """Name the kinds of drivers by their colours."""
    patches = [Patch(color=_COLOURS[kind], label=words) for kind, words in kinds.items()]
    ax.legend(handles=patches, loc="lower right", frameon=False, fontsize=SMALL)
