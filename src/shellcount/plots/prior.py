"""Draw a prior that was made from two quantiles."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, NullLocator

from shellcount.maths.arrays import Array
from shellcount.plots.canvas import canvas
from shellcount.plots.sheet import Words
from shellcount.plots.style import INK, INNER, OUTER, POSTERIOR, STATED, STATED_TEXT, harmless
from shellcount.results.elicited import Elicited

_REACH = 3.2  # standard deviations from the median that are drawn
_FAR = 8.0  # ratio of the quantiles from which the axis is logarithmic
_APART = 0.12  # of the axis, that labels of ticks are apart at least


def plot_prior(
    elicited: Elicited,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    r"""Draw the density of a prior, with the quantiles that it was made from and what it implies.

    Where a lognormal prior spans a factor of eight or more, the axis is logarithmic, and the density is that
    of the logarithm.

    Parameters
    ----------
    elicited
        Prior, from :func:`shellcount.checks.elicitation.elicit`.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.checks.elicitation import elicit
    >>> axes = plot_prior(elicit(shellcount.load_case(), "load", 0.40, 0.92))
    >>> [label.get_text() for label in axes.get_xticklabels()]
    ['0.40\n5%', '0.73\nmedian', '0.92\n95%']
    """
    prior = elicited.prior
    logarithmic = prior.kind == "lognormal" and prior.high / prior.low >= _FAR
    scores = np.linspace(-_REACH, _REACH, 801)
    values = prior.from_normal(scores)
    density = np.exp(prior.log_density(scores)) * (values if logarithmic else 1.0)
    with canvas(ax, 2.2, Words(title, subtitle, source)) as page:
        ax = page.axes
        if logarithmic:
            ax.set_xscale("log")
        _draw(ax, elicited, scores, values, density)
        _draw_axis(ax, elicited, logarithmic=logarithmic)
        page.note("Tints: 50% and 90% of the prior; marked: the quantiles stated.", _implied(elicited))
        page.lay_out()
    return ax


def _draw(ax: Axes, elicited: Elicited, scores: Array, values: Array, density: Array) -> None:
    for tail, tint in ((0.05, OUTER), (0.25, INNER)):
        within = np.abs(scores) <= -NormalDist().inv_cdf(tail)
        ax.fill_between(values, 0.0, density, where=within.tolist(), color=tint, linewidth=0, zorder=2)
    ax.plot(values, density, color=POSTERIOR, linewidth=1.3, zorder=3)
    heights = np.interp(elicited.stated, values, density)
    ax.vlines(elicited.stated, 0.0, heights, color=STATED, linewidth=1.6, zorder=4)
    ax.set_xlim(values[0], values[-1])
    ax.set_ylim(0.0, 1.05 * density.max())
    ax.set_yticks([])


def _draw_axis(ax: Axes, elicited: Elicited, *, logarithmic: bool) -> None:
    """Label the quantiles on the axis, and the median where there is room for it."""
    marks = {
        value: f"{100 * level:.3g}%" for value, level in zip(elicited.stated, elicited.levels, strict=True)
    }
    median = elicited.quantile(0.0)
    places = ax.transAxes.inverted().transform(ax.transData.transform([(x, 0) for x in (*marks, median)]))[
        :, 0
    ]
    if min(abs(places[:2] - places[2])) > _APART:
        marks[median] = "median"
    ticks = sorted(marks)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xticks(ticks, [f"{elicited.written(value)}\n{marks[value]}" for value in ticks])
    for tick, value in zip(ax.get_xticklabels(), ticks, strict=True):
        tick.set_color(STATED_TEXT if value in elicited.stated else INK)
    scale = ", on a logarithmic axis" if logarithmic else ""
    ax.set_xlabel(f"{harmless(elicited.name)} ({harmless(elicited.unit)}){scale}", parse_math=False)


def _implied(elicited: Elicited) -> str:
    """Write what the prior implies, and what its basis cites."""
    parts = [
        f"{each.words} {each.measure}" + (f" (cited: {each.cited_words})" if each.cited is not None else "")
        for each in elicited.implied
    ]
    return f"It implies {'; '.join(parts)}." if parts else ""
