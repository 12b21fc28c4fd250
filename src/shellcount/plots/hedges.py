"""Draw what a stated figure implies about the quantity, for each of several hedges."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from shellcount.errors import UsageError
from shellcount.maths.arrays import Array
from shellcount.maths.kernel import Kernel
from shellcount.plots.canvas import canvas
from shellcount.plots.sheet import Words
from shellcount.plots.style import FAINT, INK, INNER, OUTER, POSTERIOR, QUIET, STATED, harmless
from shellcount.text import one_line
from shellcount.wording import phrases

_TICKS = (1.0, 0.9, 1.1, 0.8, 1.25, 0.7, 1.5, 0.5, 2.0, 0.3, 3.0, 0.2, 5.0, 0.1, 10.0, 0.01, 100.0)
_TINTS = "Tints: 50% and 90% intervals. Grey line: the stated value."
_GAP = 0.06  # between ticks at least, as a share of the axis
_REACH = 3.2  # standard deviations from the mean that are drawn
_HEIGHT = 0.82  # of a curve, in rows


def plot_hedges(
    kernels: Mapping[str, Kernel],
    beside: Mapping[str, Kernel] | None = None,
    *,
    legend: tuple[str, str] | None = None,
    ax: Axes | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
) -> Axes:
    r"""Draw the likelihood of a quantity under each of several kernels, for the same stated value.

    With the stated value :math:`y` fixed the density of the error,
    :math:`f(\log y - \log Q)`, is the likelihood of :math:`Q`; over a flat prior of
    :math:`\log Q` it is also the posterior density, whose intervals are tinted. Each curve has its own
    vertical scale.

    Parameters
    ----------
    kernels
        Kernels by the names to write beside the curves, such as hedges or grades, from top to bottom.
    beside
        Kernels to compare them with, by the same names; their curves are dashed, and have no tints.
    legend
        What the solid and what the dashed curves are, such as the names of two lexicons.
    ax
        Axes to draw on; by default those of a new figure.
    title, subtitle, source
        Words above and below the axes; none by default.

    Raises
    ------
    UsageError
        When there is no kernel, or none that one of the others is to be compared with.

    Examples
    --------
    >>> axes = plot_hedges({"about": Kernel(0.08, 0.0), "up to": Kernel(0.05, -0.25)})
    >>> axes.get_xlabel()
    'quantity over stated value'
    """
    if not kernels:
        raise UsageError("there is no kernel to draw")
    others = beside or {}
    alone = [name for name in others if name not in kernels]
    if alone:
        raise UsageError(f"there is no kernel to compare {one_line(alone[0])!r} with")
    low, high = _ends([*kernels.values(), *others.values()])
    logs = np.linspace(low, high, 801)
    with canvas(ax, 1.0 + 0.5 * len(kernels), Words(title, subtitle, source)) as page:
        ax = page.axes
        ax.axvline(0.0, color=QUIET, linewidth=0.8, zorder=1)
        for row, (name, kernel) in enumerate(kernels.items()):
            _draw(ax, kernel, -row, logs)
            if name in others:
                dashed = _curve(others[name], -row, logs)
                ax.plot(logs, dashed, "--", color=STATED, linewidth=1.3, zorder=4)
        _draw_axes(ax, low, high, [harmless(name) for name in kernels])
        named = "" if legend is None else "Solid: {}. Dashed: {}.".format(*map(harmless, legend))
        page.note(named, "Curve: likelihood of the quantity, given one stated figure alone.", _TINTS)
        page.lay_out()
    return ax


def _ends(kernels: Sequence[Kernel]) -> tuple[float, float]:
    reach = [(-kernel.mean, _REACH * math.sqrt(kernel.variance)) for kernel in kernels]
    return min(0.0, *(mean - far for mean, far in reach)), max(0.0, *(mean + far for mean, far in reach))


def _curve(kernel: Kernel, foot: float, logs: Array) -> Array:
    density = np.exp(kernel.log_density(-logs))
    curve: Array = foot + _HEIGHT * density / density.max()
    return curve


def _draw(ax: Axes, kernel: Kernel, foot: float, logs: Array) -> None:
    curve = _curve(kernel, foot, logs)
    below = 1.0 - kernel.cdf(-logs)  # the quantity is low where the error is high
    for tail, tint in ((0.05, OUTER), (0.25, INNER)):
        within = (below >= tail) & (below <= 1.0 - tail)
        ax.fill_between(logs, foot, curve, where=within.tolist(), color=tint, linewidth=0, zorder=2)
    ax.plot(logs, curve, color=POSTERIOR, linewidth=1.3, zorder=3)


def _draw_axes(ax: Axes, low: float, high: float, names: list[str]) -> None:
    ax.set_xlim(low, high)
    ax.set_ylim(-len(names) + 0.85, 1.0)
    ticks: list[float] = []
    for log in map(math.log, _TICKS):
        if low <= log <= high and all(abs(log - other) >= _GAP * (high - low) for other in ticks):
            ticks.append(log)
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda log, _: phrases.exact(round(math.exp(log), 2))))
    ax.set_yticks([-row + 0.2 for row in range(len(names))], names)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    ax.grid(axis="x", color=FAINT, linewidth=0.6, zorder=0)
    ax.set_axisbelow(True)
    ax.set_xlabel("quantity over stated value")
