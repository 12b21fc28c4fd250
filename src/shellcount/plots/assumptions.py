"""Draw the prior of each assumption with its posterior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from matplotlib.axes import Axes

from shellcount.plots.labels import frame
from shellcount.plots.rows import draw_range
from shellcount.plots.style import FAINT, INK, QUIET, SMALL, canvas, extent, harmless
from shellcount.results.estimate import Estimate
from shellcount.results.results import Results
from shellcount.text import one_line

_LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
_NOTE = "grey: prior, 50% and 90%; dot and bars: posterior median, 50% and 90%; faint: not informed by claims"
_HEAD = "posterior median (90% interval)"
_GAP = 10.0  # points


@dataclass(frozen=True, slots=True)
class _Assumption:
    """Posterior of a parameter, and the positions of its quantiles under the prior."""

    estimate: Estimate
    scores: tuple[float, ...]
    informed: bool

    @property
    def moved(self) -> float:
        """Largest distance of its quantiles from those of the prior, in prior standard deviations."""
        return max(
            abs(score - NormalDist().inv_cdf(p)) for score, p in zip(self.scores, _LEVELS, strict=True)
        )

    @property
    def words(self) -> str:
        """Median and 90% interval with the unit of the parameter."""
        middle, _, outer = self.estimate.words()
        measure = self.estimate.unit
        return f"{middle} ({outer})" + ("" if measure == "share" else f" {one_line(measure, 22)}")


def plot_assumptions(results: Results, *, ax: Axes | None = None) -> Axes:
    """Draw the prior and the posterior of each parameter, the most changed at the top.

    Each row has the standard normal scale of its own prior, so that every prior is the same grey band.
    A posterior that is shifted from the band, or narrower than it, was informed by the claims.
    Parameters that no claim informs keep their prior, and are drawn faintly.

    Parameters
    ----------
    results
        Results of :func:`shellcount.analyse`, or read from a numbers.json.
    ax
        Axes to draw on; by default those of a new figure.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.

    Examples
    --------
    >>> import shellcount
    >>> axes = plot_assumptions(shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1)))
    >>> axes.get_yticklabels()[0].get_text()
    'first_rate_per_day'
    """
    results.require_figures()
    rows = [
        _Assumption(results.estimate(prior.name), prior.scores, prior.informed)
        for prior in results.prior_comparisons
    ]
    rows.sort(key=lambda assumption: -assumption.moved if assumption.informed else 0.0)
    heights = range(len(rows), 0, -1)
    with canvas(ax, 1.2 + 0.235 * len(rows)) as page:
        ax = page.axes
        low, _, _, _, high = (NormalDist().inv_cdf(p) for p in _LEVELS)
        _draw_prior(ax, len(rows))
        for height, assumption in zip(heights, rows, strict=True):
            draw_range(
                ax,
                height,
                assumption.scores,
                thin=1.6 if assumption.informed else 1.1,
                faint=not assumption.informed,
            )
        reach = [score for assumption in rows for score in assumption.scores]
        ax.set_xlim(min([1.15 * low, *reach]) - 0.1, max([1.15 * high, *reach]) + 0.1)
        ax.set_ylim(0.3, len(rows) + 1.0)
        names = [harmless(assumption.estimate.name) for assumption in rows]
        for text, assumption in zip(ax.set_yticks(heights, names), rows, strict=True):
            text.label1.set(parse_math=False, color=INK if assumption.informed else QUIET, fontsize=SMALL)
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel("quantile of the prior")
        page.note(_NOTE)
        page.caution(assumption.estimate for assumption in rows)
        page.lay_out()
        _write_words(ax, heights, rows)
    return ax


def _draw_prior(ax: Axes, rows: int) -> None:
    marks = [NormalDist().inv_cdf(p) for p in _LEVELS]
    top = rows + 0.55
    for low, high, shade in ((marks[0], marks[4], "#EFEFEF"), (marks[1], marks[3], "#DDDDDD")):
        ax.fill_between([low, high], 0.3, top, color=shade, linewidth=0, zorder=0)
    ax.vlines(marks[2], 0.3, top, color="#B5B5B5", linewidth=0.9, zorder=1)
    ax.hlines(range(1, rows + 1), marks[0], marks[4], color=FAINT, linewidth=0.6, zorder=1)
    ax.set_xticks(marks, [f"{100 * p:.0f}%" for p in _LEVELS])


def _write_words(ax: Axes, heights: Sequence[int], rows: Sequence[_Assumption]) -> None:
    """Write the numbers of each row at its right end, and widen the axes to make room for them."""
    words = [harmless(assumption.words) for assumption in rows]
    inside = frame(ax)
    width = inside.x1 - inside.x0
    room = min(max(extent(text, SMALL)[0] for text in (*words, _HEAD)) + _GAP, 0.6 * width)
    low, high = ax.get_xlim()
    ax.set_xlim(low, low + (high - low) * width / (width - room))
    ax.spines["bottom"].set_bounds(low, high)
    for height, text, assumption in zip(heights, words, rows, strict=True):
        colour = INK if assumption.informed else QUIET
        _write(ax, text, (high, height), colour)
    _write(ax, _HEAD, (high, heights[0] + 0.85), QUIET)
    ax.xaxis.label.set_x(0.5 * (width - room) / width)


def _write(ax: Axes, text: str, at: tuple[float, float], colour: str) -> None:
    ax.annotate(
        text,
        at,
        xytext=(_GAP, 0.0),
        textcoords="offset points",
        va="center",
        color=colour,
        fontsize=SMALL,
        parse_math=False,
    ).set_in_layout(False)
