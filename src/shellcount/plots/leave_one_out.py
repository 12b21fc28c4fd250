"""Draw each fitted claim against the posterior given all the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from matplotlib.axes import Axes

from shellcount.plots.labels import in_lines
from shellcount.plots.notes import left_out, most_of
from shellcount.plots.rows import Mark, Row, draw_rows
from shellcount.plots.sheet import Words
from shellcount.results.claim_check import Check, Checks
from shellcount.results.quantity import DatedKind, QuantityKind
from shellcount.text import one_line
from shellcount.wording import phrases

_KINDS: dict[DatedKind, frozenset[QuantityKind]] = {
    "containers": frozenset({"containers"}),
    "rounds": frozenset({"rounds", "capacity", "shipped"}),
}
_OTHERS: dict[DatedKind, frozenset[QuantityKind]] = {
    "containers": frozenset({"trip_count", "parameter"}),
    "rounds": frozenset({"gross_mass", "item_share"}),
}
_NOTE = "Diamond: the figure. Dot and bars: median, 50% and 90% intervals without it."


def plot_leave_one_out(
    checks: Checks,
    *,
    of: DatedKind = "containers",
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the figure of each fitted claim against the posterior range given all the other claims.

    The chance is that of a figure at least so high, or so low, under the posterior predictive distribution.

    Parameters
    ----------
    checks
        Checks, from :func:`shellcount.leave_one_out`.
    of
        Whether to draw figures of rounds or of containers.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_leave_one_out(shellcount.leave_one_out(shellcount.load_case()))
    >>> axes.get_xlabel()
    'containers (log scale)'
    """
    chosen = checks_drawn(checks, of)
    rows = [_row(check) for check in chosen]
    others = sum(
        check.kind in _OTHERS[of] or (check.kind in _KINDS[of] and check not in chosen) for check in checks
    )
    unit, words = chosen[0].unit if chosen else of, Words(title, subtitle, source)
    return draw_rows(rows, unit, ax, words, lambda shown: _note(rows, shown, others))


def checks_drawn(checks: Iterable[Check], of: DatedKind) -> list[Check]:
    """Select the checks that one figure shows, all in one unit: of amounts of containers, or of rounds."""
    # The name of a rate ends with its unit of time.
    return [check for check in checks if check.kind in _KINDS[of] and "/" not in check.quantity]


def _note(rows: Sequence[Row], shown: Sequence[Row], others: int) -> tuple[str, ...]:
    most = most_of(len(shown), len(rows), "figures", "those farthest out")
    return (_NOTE, most, left_out(others))


def _row(check: Check) -> Row:
    verdict = "" if check.verdict == "consistent" else f", {check.verdict}"
    label = (
        f"{in_lines(check.words, check.title)}\n"
        f"chance of a figure that {check.side}: {phrases.probability(check.tail_probability)}{verdict}"
    )
    name = f"{one_line(check.quantity + _times(check))}\nwithout {one_line(check.claim)}"
    return Row(name, check.estimate, (Mark(check.stated, label),), rank=check.tail_probability)


def _times(check: Check) -> str:
    """Write the number of containers that a capacity was stated for."""
    if check.containers is None or check.kind not in {"capacity", "shipped"}:
        return ""
    return f" for {phrases.exact(check.containers)}"
