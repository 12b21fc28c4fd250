"""Draw the prior of each assumption with its posterior."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

from matplotlib.axes import Axes

from shellcount.frozen import frozen
from shellcount.plots.canvas import canvas
from shellcount.plots.labels import frame
from shellcount.plots.margin import write_above, write_margin
from shellcount.plots.notes import most_of
from shellcount.plots.rows import draw_range
from shellcount.plots.sheet import Words
from shellcount.plots.style import FAINT, INK, QUIET, SMALL, harmless
from shellcount.results.estimate import Estimate
from shellcount.results.results import Results
from shellcount.text import one_line

_LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
_NOTE = (
    "Grey bands: prior, 50% and 90%, on a scale of its own in each row. Dot and bars: posterior, median with "
    "50% and 90% intervals."
)
_FAINT = "Grey dot and bars: no claim informs it."
_ROW = 0.235  # inches
_BROAD = 250.0  # points of axes that have room for every tick
_FEW = 12  # rows of a narrow figure
_SHORT = "median"
_HEAD = "posterior median (90% interval)"


@frozen
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

    @property
    def short(self) -> str:
        """Median alone."""
        return self.estimate.words()[0]


def plot_assumptions(
    results: Results,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
    ax: Axes | None = None,
) -> Axes:
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
    title, subtitle, source
        Words above and below the axes; none by default.

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
    every = [
        _Assumption(results.estimate(prior.name), prior.scores, prior.informed)
        for prior in results.prior_comparisons
    ]
    every.sort(key=lambda assumption: -assumption.moved if assumption.informed else 0.0)
    with canvas(ax, 1.0, Words(title, subtitle, source)) as page:
        ax = page.axes
        row = _ROW * (1.5 if page.narrow else 1.0)
        rows = page.chosen(
            every[: _FEW if page.narrow else None], [0.8 * row] * len(every), range(len(every))
        )
        page.height = 0.75 + row * (len(rows) + 1.2)
        _draw(ax, rows, narrow=page.narrow)
        page.note(
            _NOTE,
            "" if all(assumption.informed for assumption in rows) else _FAINT,
            most_of(len(rows), len(every), "assumptions", "those that moved most"),
        )
        page.caution(assumption.estimate for assumption in rows)
        colours = [INK if assumption.informed else QUIET for assumption in rows]
        words = [assumption.short if page.narrow else assumption.words for assumption in rows]
        heights = range(len(rows), 0, -1)
        head = _SHORT if page.narrow else _HEAD
        above = [assumption.estimate.name for assumption in rows] if page.narrow else []
        page.lay_out(lambda: _write(page.axes, head, words, heights, colours, above))
    return ax


def _write(
    ax: Axes,
    head: str,
    words: Sequence[str],
    heights: Sequence[int],
    colours: Sequence[str],
    above: Sequence[str],
) -> None:
    write_margin(ax, head, words, heights, colours)
    box = frame(ax)
    if box.x1 - box.x0 < _BROAD:
        ax.set_xticks(ax.get_xticks()[::2])
    write_above(ax, above, heights)


def _draw(ax: Axes, rows: Sequence[_Assumption], *, narrow: bool) -> None:
    """Draw the rows with their names, and bound the axes."""
    low, _, _, _, high = (NormalDist().inv_cdf(p) for p in _LEVELS)
    _draw_prior(ax, len(rows))
    heights = range(len(rows), 0, -1)
    for height, assumption in zip(heights, rows, strict=True):
        thin = 1.6 if assumption.informed else 1.1
        draw_range(ax, height, assumption.scores, thin=thin, faint=not assumption.informed)
    reach = [score for assumption in rows for score in assumption.scores]
    ax.set_xlim(min([1.15 * low, *reach]) - 0.1, max([1.15 * high, *reach]) + 0.1)
    ax.set_ylim(0.3, len(rows) + 1.35)
    if narrow:
        ax.set_yticks([])
    names = [harmless(assumption.estimate.name) for assumption in rows]
    for text, assumption in zip([] if narrow else ax.set_yticks(heights, names), rows, strict=not narrow):
        text.label1.set(parse_math=False, color=INK if assumption.informed else QUIET, fontsize=SMALL)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("quantile of the prior")


def _draw_prior(ax: Axes, rows: int) -> None:
    marks = [NormalDist().inv_cdf(p) for p in _LEVELS]
    top = rows + 0.55
    for low, high, shade in ((marks[0], marks[4], "#EFEFEF"), (marks[1], marks[3], "#DDDDDD")):
        ax.fill_between([low, high], 0.3, top, color=shade, linewidth=0, zorder=0)
    ax.vlines(marks[2], 0.3, top, color="#B5B5B5", linewidth=0.9, zorder=1)
    ax.hlines(range(1, rows + 1), marks[0], marks[4], color=FAINT, linewidth=0.6, zorder=1)
    ax.set_xticks(marks, [f"{100 * p:.0f}%" for p in _LEVELS])
