"""Draw an estimate of several analyses side by side."""

from __future__ import annotations

from matplotlib.axes import Axes

from shellcount.errors import UsageError
from shellcount.plots.notes import RANGE, most_of
from shellcount.plots.rows import Row, draw_rows
from shellcount.plots.sheet import Words
from shellcount.results.comparison import Comparison
from shellcount.text import one_line

_LABEL = 40  # characters of a label


def plot_comparison(
    comparison: Comparison,
    *,
    name: str | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    r"""Draw the range of one estimate on each side of a comparison as a row.

    Parameters
    ----------
    comparison
        Comparison, from :func:`shellcount.compare`.
    name
        Estimate to draw, as the first side names it; by default the first.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When the comparison has no such estimate, or it has other units on other sides.

    Examples
    --------
    >>> import shellcount
    >>> case = shellcount.load_case()
    >>> loads = {f"load {load}": shellcount.with_changes(case, {"load": load}) for load in (0.5, 0.7)}
    >>> plot_comparison(shellcount.compare(loads)).get_xlabel()
    'rounds.mixed@2024-06-14, rounds (log scale)\nwhat-if'
    """
    names = comparison.sides[0].names
    if name is not None and name not in names:
        raise UsageError(f"{one_line(name, 80)} is not compared; {one_line(', '.join(names), 200)} is")
    row = comparison.row(0 if name is None else names.index(name))
    units = list(dict.fromkeys(estimate.unit for estimate in row))
    if len(units) > 1:
        raise UsageError(
            f"one axis cannot show {' and '.join(map(one_line, units))}: compare them in a table"
        )
    of = {estimate.name for estimate in row}
    rows = [
        Row(one_line(label, _LABEL), estimate, ())
        for label, estimate in zip(comparison.labels, row, strict=True)
    ]
    unit = "" if units[0] == "share" else units[0]
    axis = ", ".join(filter(None, (row[0].name if len(of) == 1 else "", unit)))
    words = Words(title, subtitle, source)
    return draw_rows(
        rows, axis, ax, words, lambda shown: (RANGE, most_of(len(shown), len(rows), "sides", "the first"))
    )
