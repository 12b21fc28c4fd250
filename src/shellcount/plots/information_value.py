"""Draw what claims and measurements would be worth."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from shellcount.plots.canvas import canvas
from shellcount.plots.margin import write_above
from shellcount.plots.notes import most_of
from shellcount.plots.sheet import Words
from shellcount.plots.style import OUTER, POSTERIOR, SMALL, STATED, harmless
from shellcount.results.information_value import ValueOfInformation, Worth

_MOST = 12  # candidates that are drawn
_BAR = "Bar: share of the variance that it takes away, with a line of two Monte Carlo errors to either side."
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
    every = found.worths[:_MOST]
    with canvas(ax, 1.0, Words(title, subtitle, source)) as page:
        ax = page.axes
        drawn = page.chosen(every, [0.8 * _ROW] * len(every), range(len(every)))
        page.height = 0.8 + _ROW * len(drawn)
        for place, worth in enumerate(drawn):
            _draw(ax, place, worth, thick=0.3 if page.narrow else 0.6)
        names = [_label(worth.label) for worth in drawn]
        above, beside = (names, []) if page.narrow else ([], names)
        ax.set_yticks(range(len(beside)), beside, fontsize=SMALL, parse_math=False)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(drawn) - 0.5, -0.5)
        ax.set_xlim(0, 1)
        ax.xaxis.set_major_formatter(PercentFormatter(1.0))
        label = f"share of the variance that it would take away\n{found.estimate.name}"
        ax.set_xlabel(harmless(label), parse_math=False)
        page.note(
            _BAR,
            "Pale bar: if it were known exactly.",
            "Diamond: by refits." if any(worth.refit is not None for worth in drawn) else "",
            most_of(len(drawn), len(every), "candidates", "those worth most"),
        )
        page.caution([found.estimate])
        page.lay_out(lambda: write_above(page.axes, above, range(len(above)), rise=-0.36))
    return ax


def _draw(ax: Axes, place: int, worth: Worth, *, thick: float) -> None:
    ax.barh(place, worth.limit, height=thick, color=OUTER)
    ax.barh(place, worth.share, height=thick, color=POSTERIOR, xerr=2 * worth.mcse, ecolor="#222222")
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
