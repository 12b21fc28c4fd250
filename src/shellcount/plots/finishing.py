"""Finish a plot on axes of the caller again where they have moved, as layout engines move them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase

from shellcount.plots.labels import Box, frame
from shellcount.plots.style import set_fonts

_STILL = 0.5  # points that the edges of axes may move without another placing of labels


class Finishing(Artist):
    """Artist that draws nothing, but finishes its plot before the axes are drawn.

    Parameters
    ----------
    axes
        Axes of the caller.
    surround
        Writes the words around axes of a width in points.
    finish
        Makes room in the axes, and places labels.
    """

    def __init__(self, axes: Axes, surround: Callable[[float], None], finish: Callable[[], None]) -> None:
        super().__init__()
        self.set_zorder(-1.0)  # axes are drawn later
        self.set_in_layout(False)
        self._plot, self._surround, self._finish = axes, surround, finish
        self._limits = axes.get_xlim(), axes.get_ylim()
        self._locators = axes.xaxis.get_major_locator(), axes.yaxis.get_major_locator()
        self._added: list[Artist] = []
        self._box: Box | None = None
        figure = axes.get_figure()
        if figure is not None:
            figure.add_artist(self)

    def run(self) -> None:
        """Place the axes as their figure lays them out, and finish the plot there."""
        axes = self._plot
        for artist in self._added:
            artist.remove()
        before = {*_within(axes)}
        x, y = self._limits
        axes.set(xlim=x, ylim=y)
        axes.xaxis.set_major_locator(self._locators[0])
        axes.yaxis.set_major_locator(self._locators[1])
        self._execute()
        box = frame(axes)
        self._surround(box.x1 - box.x0)
        self._execute()
        self._box = frame(axes)
        self._finish()
        set_fonts(axes)
        self._added = [artist for artist in _within(axes) if artist not in before]

    def _execute(self) -> None:
        figure = self._plot.get_figure(root=True)
        engine = None if figure is None else figure.get_layout_engine()
        if figure is not None and engine is not None:
            engine.execute(figure)

    def draw(self, renderer: RendererBase) -> None:  # noqa: ARG002  # what draws an artist has one
        """Repeat the finish of the plot if the axes have moved, unless they were cleared or removed."""
        if self._plot.get_figure() is None or any(artist.axes is None for artist in self._added):
            return
        if self._box is None or frame(self._plot).moved(self._box) > _STILL:
            self.run()


def _within(axes: Axes) -> Iterator[Artist]:
    """Iterate over the artists of axes, and of axes within them."""
    for place in (axes, *axes.child_axes):
        yield from place.get_children()
