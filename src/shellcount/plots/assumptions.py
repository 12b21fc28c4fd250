"""Draw the prior of each assumption with its posterior."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

from matplotlib.axes import Axes

from shellcount.plots.margin import write_margin
from shellcount.plots.rows import draw_range
from shellcount.plots.style import FAINT, INK, QUIET, SMALL, canvas, harmless
from shellcount.results.estimate import Estimate
from shellcount.results.results import Results
from shellcount.text import one_line

_LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
_NOTE = "grey: prior, 50% and 90%; dot and bars: posterior median, 50% and 90%; faint: not informed by claims"
_HEAD = "posterior median (90% interval)"


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
        colours = [INK if assumption.informed else QUIET for assumption in rows]
        write_margin(ax, _HEAD, [assumption.words for assumption in rows], heights, colours)
    return ax


def _draw_prior(ax: Axes, rows: int) -> None:
    marks = [NormalDist().inv_cdf(p) for p in _LEVELS]
    top = rows + 0.55
    for low, high, shade in ((marks[0], marks[4], "#EFEFEF"), (marks[1], marks[3], "#DDDDDD")):
        ax.fill_between([low, high], 0.3, top, color=shade, linewidth=0, zorder=0)
    ax.vlines(marks[2], 0.3, top, color="#B5B5B5", linewidth=0.9, zorder=1)
    ax.hlines(range(1, rows + 1), marks[0], marks[4], color=FAINT, linewidth=0.6, zorder=1)
    ax.set_xticks(marks, [f"{100 * p:.0f}%" for p in _LEVELS])
