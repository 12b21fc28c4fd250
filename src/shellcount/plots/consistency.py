"""Draw which pairs of fitted claims contradict each other."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.text import Text

from shellcount.errors import UsageError
from shellcount.maths.arrays import Array
from shellcount.plots.canvas import canvas
from shellcount.plots.sheet import Words
from shellcount.plots.style import FAINT, INK, QUIET, SMALL, STATED_TEXT, harmless
from shellcount.results.consistency import ClaimPair, Consistency

_MOST = 24  # claims whose names can be told apart
_LONGEST = 28  # characters of the name of a claim
# From the least compatible pairs to those that agree; every shade is another in grey too.
_CLASSES = (
    ("contradict each other", STATED_TEXT),
    ("chance below 5%", "#F0A868"),
    ("chance of 5% or more", "#CCE3F0"),
    ("not compared", FAINT),
)
_LIKELY = 0.05
_NOTE = "Number: chance, in per cent, of a ratio so far out if both claims are sound."


def plot_consistency(
    found: Consistency,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw a matrix of the pairs of fitted claims: how probable their ratio is if both are sound.

    At most 24 claims are shown, those of the least compatible pairs.

    Parameters
    ----------
    found
        Findings, from :func:`shellcount.insight.consistency.consistency`.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When no pair was compared.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.insight.consistency import consistency
    >>> axes = plot_consistency(consistency(shellcount.fit(shellcount.load_case())))
    >>> len(axes.get_yticklabels())
    3
    """
    if not found.pairs:
        raise UsageError("no two of the fitted claims share a quantity, so that there are no pairs to draw")
    names = _shown(found)
    places = {name: place for place, name in enumerate(names)}
    shades = np.full((len(names), len(names)), 3)
    shown = [pair for pair in found.pairs if pair.first in places and pair.second in places]
    for pair in shown:
        row, column = sorted((places[pair.first], places[pair.second]), reverse=True)
        shades[row, column] = _class(pair)
    with canvas(ax, 1.6 + 0.32 * len(names), Words(title, subtitle, source)) as page:
        ax = page.axes
        _cells(ax, shades)
        if len(names) <= _MOST // 2:
            for pair in shown:
                row, column = sorted((places[pair.first], places[pair.second]), reverse=True)
                _write_chance(ax, pair, column, row)
        _label(ax, names)
        handles = [
            Patch(facecolor=colour, edgecolor="white", label=label)
            for place, (label, colour) in enumerate(_CLASSES)
            if (shades[np.tril_indices(len(names), -1)] == place).any()
        ]
        ax.legend(handles=handles, loc="upper right", fontsize=SMALL, frameon=False)
        page.note(_NOTE)
        page.lay_out()
    return ax


def _shown(found: Consistency) -> list[str]:
    """Choose the claims of the least compatible pairs, in their own order."""
    chosen: dict[str, None] = {}
    for pair in sorted(found.pairs, key=lambda pair: (not pair.conflicting, pair.chance)):
        chosen.update(dict.fromkeys((pair.first, pair.second)))
        if len(chosen) >= _MOST:
            break
    return [name for name in found.figures if name in chosen]


def _class(pair: ClaimPair) -> int:
    if pair.conflicting:
        return 0
    return 1 if pair.chance < _LIKELY else 2


def _cells(ax: Axes, shades: Array) -> None:
    """Draw the cells below the diagonal."""
    for row in range(1, len(shades)):
        for column in range(row):
            colour = _CLASSES[int(shades[row, column])][1]
            ax.fill(
                [column, column + 1, column + 1, column],
                [row, row, row + 1, row + 1],
                facecolor=colour,
                edgecolor="white",
                linewidth=1.5,
            )


def _write_chance(ax: Axes, pair: ClaimPair, column: int, row: int) -> Text:
    percent = 100 * pair.chance
    text = "<1" if percent < 1 else f"{percent:.0f}"
    return ax.text(
        column + 0.5,
        row + 0.5,
        text,
        ha="center",
        va="center",
        fontsize=SMALL,
        color="white" if pair.conflicting else INK,
    )


def _label(ax: Axes, names: list[str]) -> None:
    short = [harmless(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…") for name in names]
    middle = np.arange(len(names) - 1) + 0.5
    ax.set_xticks(middle, short[:-1], rotation=90, fontsize=SMALL)
    ax.set_yticks(middle + 1, short[1:], fontsize=SMALL)
    ax.tick_params(length=0, colors=QUIET, labelcolor=INK)
    ax.spines["bottom"].set_visible(False)
    ax.set_xlim(0, len(names))
    ax.set_ylim(len(names), 0)
