"""Draw what a stated figure implies about the quantity, for each of several hedges."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from shellcount.errors import UsageError
from shellcount.maths.kernel import Kernel
from shellcount.plots.style import FAINT, INK, INNER, OUTER, POSTERIOR, QUIET, canvas, harmless
from shellcount.wording import phrases

_TICKS = (1.0, 0.9, 1.1, 0.8, 1.25, 0.7, 1.5, 0.5, 2.0, 0.3, 3.0, 0.2, 5.0, 0.1, 10.0, 0.01, 100.0)
_GAP = 0.06  # between ticks at least, as a share of the axis
_REACH = 3.2  # standard deviations from the mean that are drawn
_HEIGHT = 0.82  # of a curve, in rows


def plot_hedges(kernels: Mapping[str, Kernel], *, ax: Axes | None = None) -> Axes:
    r"""Draw the likelihood of a quantity under each of several kernels, for the same stated value.

    With the stated value :math:`y` fixed the density of the error,
    :math:`f(\log y - \log Q)`, is the likelihood of :math:`Q`; over a flat prior of
    :math:`\log Q` it is also the posterior density, whose intervals are tinted. Each curve has its own
    vertical scale.

    Parameters
    ----------
    kernels
        Kernels by the names to write beside the curves, such as hedges or grades, from top to bottom.
    ax
        Axes to draw on; by default those of a new figure.

    Raises
    ------
    UsageError
        When there is no kernel.

    Examples
    --------
    >>> axes = plot_hedges({"about": Kernel(0.08, 0.0), "up to": Kernel(0.05, -0.25)})
    >>> axes.get_xlabel()
    'quantity over stated value'
    """
    if not kernels:
        raise UsageError("there is no kernel to draw")
    reach = [_REACH * math.sqrt(kernel.variance) for kernel in kernels.values()]
    low = min(0.0, *(-kernel.mean - far for kernel, far in zip(kernels.values(), reach, strict=True)))
    high = max(0.0, *(-kernel.mean + far for kernel, far in zip(kernels.values(), reach, strict=True)))
    logs = np.linspace(low, high, 801)
    with canvas(ax, 1.0 + 0.5 * len(kernels)) as page:
        ax = page.axes
        ax.axvline(0.0, color=QUIET, linewidth=0.8, zorder=1)
        for row, kernel in enumerate(kernels.values()):
            _draw(ax, kernel, -row, logs)
        _draw_axes(ax, low, high, [harmless(name) for name in kernels])
        page.note("implied by one stated figure alone; tints: 50% and 90% intervals")
        page.lay_out()
    return ax


def _draw(ax: Axes, kernel: Kernel, foot: float, logs: np.ndarray) -> None:
    density = np.exp(kernel.log_density(-logs))
    curve = foot + _HEIGHT * density / density.max()
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
