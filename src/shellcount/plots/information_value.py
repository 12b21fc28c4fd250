"""Draw what claims and measurements would be worth."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from shellcount.plots.canvas import canvas
from shellcount.plots.sheet import Words
from shellcount.plots.style import OUTER, POSTERIOR, SMALL, STATED, harmless
from shellcount.results.information_value import ValueOfInformation, Worth

_MOST = 12  # candidates that are drawn
_NOTE = "bar: share of the variance that it takes away; pale: if known exactly; mark: by refits"
_ROW = 0.45  # inches
_LINE = 40  # characters of a line of a label


def plot_value_of_information(
    found: ValueOfInformation,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the share of variance that each candidate would be expected to remove, the largest on top.

    The line of a bar is two Monte Carlo errors to either side.

    Parameters
    ----------
    found
        Values, from :func:`shellcount.value_of_information`.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Examples
    --------
    >>> import shellcount
    >>> posterior = shellcount.fit(shellcount.load_case(), points=512, seed=1)
    >>> found = shellcount.value_of_information(posterior, candidates=["load:10%"], confirm=0)
    >>> float(plot_value_of_information(found).get_xlim()[0])
    0.0
    """
    drawn = found.worths[:_MOST]
    with canvas(ax, 1.2 + _ROW * len(drawn), Words(title, subtitle, source)) as page:
        ax = page.axes
        for place, worth in enumerate(drawn):
            _draw(ax, place, worth)
        ax.set_yticks(range(len(drawn)), [_label(worth.label) for worth in drawn], fontsize=SMALL)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(drawn) - 0.5, -0.5)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
        label = f"share of the variance that it would take away\n{found.estimate.name}"
        ax.set_xlabel(harmless(label), parse_math=False)
        page.note(_NOTE)
        page.caution([found.estimate])
        page.lay_out()
    return ax


def _draw(ax: Axes, place: int, worth: Worth) -> None:
    ax.barh(place, worth.limit, height=0.6, color=OUTER)
    ax.barh(place, worth.share, height=0.6, color=POSTERIOR, xerr=2 * worth.mcse, ecolor="#222222")
    if worth.refit is not None:
        ax.plot([worth.refit], [place], "D", color=STATED, markersize=4.5)


def _label(text: str) -> str:
    """Split a label into lines, at most three."""
    words, lines = text.split(), [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) >= _LINE:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return harmless("\n".join(lines[:3]))
