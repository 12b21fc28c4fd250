"""Render figures as files: the same bytes every time."""

from __future__ import annotations

import io
import json
from typing import Any, Literal

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shellcount.errors import UsageError
from shellcount.plots.compacting import compact
from shellcount.plots.sheet import Sheet, current_sheet
from shellcount.plots.style import STYLE
from shellcount.text import printable

# All text comes as data, and is never read as mark-up.
_PAGE = b"""
#let words = json(bytes(sys.inputs.words))
#set document(title: words.title, date: none)
#set text(lang: "en")
#set page(width: auto, height: auto, margin: 0pt)
#image("figure.svg", alt: words.alternative)
"""
_DOTS, _PADDING = 200, 0.08  # of a figure that is not ours: dots per inch, and inches around it


class Drawing(Figure):
    """Figure on a sheet of its own, with the note on how to read it."""

    sheet: Sheet = current_sheet()
    note: str = ""


class NotebookAxes(Axes):
    """Axes that a notebook displays without pyplot, which would keep every figure in memory."""

    def _repr_svg_(self) -> str:  # the name that IPython looks for
        return svg(self).decode()


def figure_of(ax: Axes) -> Figure:
    """Look up the figure of axes.

    Raises
    ------
    UsageError
        When they have been removed from it.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        raise UsageError("these axes have been removed from their figure")
    return figure


def note_of(ax: Axes) -> str:
    """Give the sentences on how to read a figure of this package; empty for others."""
    figure = figure_of(ax)
    return figure.note if isinstance(figure, Drawing) else ""


def svg(drawn: Axes | Figure) -> bytes:
    """Render a figure, or the figure of axes, as SVG: the same bytes every time.

    Parameters
    ----------
    drawn
        Axes from a function of this package, or any other axes or figure.

    Raises
    ------
    UsageError
        When the axes belong to no figure.

    Examples
    --------
    >>> svg(Figure(figsize=(1, 1)))[:13]
    b'<?xml version'
    """
    figure = _figure(drawn)
    scale = figure.sheet.scale if isinstance(figure, Drawing) else 1.0
    return compact(_rendered(figure, "svg", {"Date": None}).decode(), scale).encode()


def png(drawn: Axes | Figure) -> bytes:
    """Render a figure, or the figure of axes, as PNG: the same bytes every time.

    It has 200 dots per inch; on a slide or a square, as many as fill a screen.

    Parameters
    ----------
    drawn
        Axes from a function of this package, or any other axes or figure.

    Raises
    ------
    UsageError
        When the axes belong to no figure.

    Examples
    --------
    >>> png(Figure(figsize=(1, 1)))[1:4]
    b'PNG'
    """
    return _rendered(_figure(drawn), "png", {"Software": None})


def _figure(drawn: Axes | Figure) -> Figure:
    return drawn if isinstance(drawn, Figure) else figure_of(drawn)


def _rendered(figure: Figure, form: Literal["svg", "png"], metadata: dict[str, None]) -> bytes:
    buffer = io.BytesIO()
    with matplotlib.style.context(["default", STYLE]):
        if isinstance(figure, Drawing):
            figure.savefig(buffer, format=form, dpi=figure.sheet.dots, metadata=metadata)
        else:
            tight: Any = {"bbox_inches": "tight", "pad_inches": _PADDING}
            figure.savefig(buffer, format=form, dpi=_DOTS, metadata=metadata, **tight)
    return buffer.getvalue()


def pdf(drawn: Axes | Figure, *, title: str, alternative: str) -> bytes:
    """Render a figure, or the figure of axes, as a PDF of one page: the same bytes every time.

    Parameters
    ----------
    drawn
        Axes from a function of this package, or any other axes or figure.
    title, alternative
        Title of the document, and words for readers who do not see the figure.

    Raises
    ------
    UsageError
        When the axes belong to no figure.

    Examples
    --------
    >>> pdf(Figure(figsize=(1, 1)), title="Nothing", alternative="An empty page")[:5]
    b'%PDF-'
    """
    import typst

    inputs = {"main.typ": _PAGE, "figure.svg": svg(drawn)}
    words = json.dumps({"title": printable(title), "alternative": printable(alternative)})
    rendered: bytes = typst.compile(
        inputs,  # type: ignore[call-overload]  # files by name are documented, but not typed
        ignore_system_fonts=True,
        pdf_standards="ua-1",
        sys_inputs={"words": words},
    )
    return rendered
