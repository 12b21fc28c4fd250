"""Each fitted claim against what all the others predict."""

from __future__ import annotations

from typing import Literal

from matplotlib.axes import Axes

from shellcount.plots.rows import Mark, Row, draw_rows
from shellcount.results.claim_check import Check, Checks
from shellcount.text import one_line
from shellcount.wording import phrases

_NOTE = "dot and bars: predicted median, 50% and 90% intervals; diamonds: the figure left out"


def plot_leave_one_out(
    checks: Checks, *, of: Literal["rounds", "containers"] = "containers", ax: Axes | None = None
) -> Axes:
    """Draw each fitted claim's figure against the range that all the other claims predict.

    The percentile is the share of lower figures in the predictive distribution of such a report.

    Parameters
    ----------
    checks
        From :func:`shellcount.checks.leave_one_out.leave_one_out`.
    of
        Figures of rounds, or of containers.
    ax
        Where to draw; by default on a figure of its own.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.checks.leave_one_out import leave_one_out
    >>> axes = plot_leave_one_out(leave_one_out(shellcount.load_case(), seed=1))
    >>> axes.get_xlabel()
    'containers'
    """
    chosen = [check for check in checks if (check.kind == "containers") == (of == "containers")]
    rows = [_row(check) for check in chosen]
    return draw_rows(rows, chosen[0].unit if chosen else of, ax, note=_NOTE)


def _row(check: Check) -> Row:
    verdict = "" if check.verdict == "consistent" else f", {check.verdict}"
    label = (
        f"{phrases.hedged(check.stated, check.hedge)} ({check.claimant})\n"
        f"percentile {phrases.probability(check.predictive_cdf)}{verdict}"
    )
    name = f"{one_line(check.quantity + _times(check))}\nwithout {one_line(check.claim)}"
    return Row(name, check.estimate, (Mark(check.stated, label),))


def _times(check: Check) -> str:
    """For how many containers a capacity was stated."""
    if check.containers is None or not check.quantity.startswith("capacity."):
        return ""
    return f" for {phrases.exact(check.containers)}"
