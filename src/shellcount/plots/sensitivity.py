"""Draw how far each choice moves an estimate (tornado)."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from shellcount.errors import UsageError
from shellcount.plots.canvas import canvas
from shellcount.plots.margin import write_above
from shellcount.plots.sheet import Words
from shellcount.plots.style import INK, OUTER, POSTERIOR, QUIET, SMALL, harmless
from shellcount.results.sensitivity import Choice, Sensitivity, Side, Tried
from shellcount.text import one_line
from shellcount.wording import phrases

_MOST = 14  # choices that are drawn
_TITLE = 46  # characters of the name of a choice
_ROW, _NARROW_ROW = 0.36, 0.44  # inches
_LEGEND = 1.7  # height of the legend, below all bars
_THICK, _THIN = 0.52, 0.16  # heights of the bars, where 1 is the distance of two choices
# Dark, light with strokes, and white with dots: distinguishable in grey too.
_LOOKS: dict[Side, tuple[str, str, str]] = {
    "lower": (POSTERIOR, "", "lower, better or narrower than in the case"),
    "upper": (OUTER, "////", "higher, worse or wider"),
    "other": ("#FFFFFF", "", "otherwise, or left out"),
}


def plot_sensitivity(
    sensitivity: Sensitivity,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    """Draw the median of the estimate for each setting of each choice, from that as the case has it.

    Thick bars go to the medians where a choice has another value, thin ones to those where it is known half
    and twice as widely. The choices that move the median most come first, up to fourteen.

    Parameters
    ----------
    sensitivity
        Result of :func:`shellcount.sensitivity`.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When nothing was tried.

    Examples
    --------
    >>> import shellcount
    >>> few = {"engine": "smc", "runs": 4, "particles": 64, "allow_unconverged": True}
    >>> found = shellcount.sensitivity(shellcount.fit(shellcount.load_case(), **few))
    >>> plot_sensitivity(found).get_xlabel()
    'median of rounds.mixed@2024-06-14, rounds'
    """
    listed = sensitivity.choices
    if not listed:
        raise UsageError("no choice was tried, so that there is nothing to draw")
    with canvas(ax, 1.0, Words(title, subtitle, source)) as page:
        ax, tall = page.axes, _NARROW_ROW if page.narrow else _ROW
        drawn = page.chosen(listed[:_MOST], [0.75 * tall] * _MOST, range(_MOST), lines=_LEGEND * tall)
        page.height = 0.7 + tall * (len(drawn) + _LEGEND)
        middle = sensitivity.base.p50
        for place, choice in enumerate(drawn):
            _draw(ax, place, choice, middle)
        ax.vlines(middle, -0.5, len(drawn) - 0.5, color=INK, linewidth=0.8)
        names = [harmless(one_line(each.title, _TITLE)) for each in drawn]
        above, beside = (names, []) if page.narrow else ([], names)
        ax.set_yticks(range(len(beside)), beside, parse_math=False)
        ax.set_ylim(len(drawn) + _LEGEND - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        _finish(ax, sensitivity)
        _explain(ax, drawn)
        left = len(listed) - len(drawn)
        verb = "moves" if left == 1 else "move"
        page.note(
            "Vertical line: median as the case has it.",
            "Thick bar: median with another value." if _any(drawn, thin=False) else "",
            "Thin bar: with a prior half and twice as wide." if _any(drawn, thin=True) else "",
            f"{phrases.counted(left, 'other choice')} {verb} it less." if left else "",
        )
        page.caution([sensitivity.base])
        page.lay_out(lambda: write_above(page.axes, above, range(len(above)), rise=-0.45))
    return ax


def _draw(ax: Axes, place: int, choice: Choice, middle: float) -> None:
    """Draw the settings of a choice: longer bars below shorter ones of the same direction."""
    for tried in sorted(choice.tried, key=lambda each: -abs(each.move)):
        fill, hatch, _ = _LOOKS[tried.side]
        thin = _is_thin(choice, tried)
        ax.barh(
            place + (_THICK + _THIN) / 2 if thin else place,
            tried.p50 - middle,
            height=_THIN if thin else _THICK,
            left=middle,
            color=fill,
            hatch=hatch,
            edgecolor=INK,
            linewidth=0.6,
        )


def _any(drawn: Sequence[Choice], *, thin: bool) -> bool:
    """Tell whether any bar is a thin or a thick one."""
    return any(_is_thin(choice, tried) == thin for choice in drawn for tried in choice.tried)


def _is_thin(choice: Choice, tried: Tried) -> bool:
    return tried.kind == "width" and any(each.kind != "width" for each in choice.tried)


def _finish(ax: Axes, sensitivity: Sensitivity) -> None:
    unit = "" if sensitivity.base.unit == "share" else f", {sensitivity.base.unit}"
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: phrases.exact(value)))
    ax.set_xlabel(harmless(f"median of {sensitivity.name}{unit}"), parse_math=False)


def _explain(ax: Axes, drawn: Sequence[Choice]) -> None:
    """Tell the looks of the bars apart, those that are drawn."""
    sides: set[Side] = {tried.side for choice in drawn for tried in choice.tried}
    patches = [
        Patch(facecolor=fill, hatch=hatch, edgecolor=INK, linewidth=0.6, label=words)
        for side, (fill, hatch, words) in _LOOKS.items()
        if side in sides
    ]
    ax.legend(handles=patches, loc="lower left", frameon=False, fontsize=SMALL, labelcolor=QUIET)
