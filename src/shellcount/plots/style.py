"""Set the style of all figures, make text safe to draw, and render figures."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from shellcount.errors import UsageError
from shellcount.plots import fonts
from shellcount.results.estimate import Estimate
from shellcount.results.mark import Mark
from shellcount.text import one_line

# Okabe and Ito's palette, which colour-blind readers can distinguish, also in grey.
POSTERIOR, STATED, CEILING, INK = "#0072B2", "#D55E00", "#000000", "#222222"
STATED_TEXT, QUIET, FAINT = "#A34800", "#6B6B6B", "#D9D9D9"  # dark enough on white
OUTER, INNER = "#CCE3F0", "#80B8D9"  # tints of the posterior: 90% and 50%
FONT = "DejaVu Sans"  # part of matplotlib, so that a figure is the same everywhere
WIDTH = 7.6  # inches
UNCONVERGED = "not converged: these ranges must not be quoted"
_SHOWN_MARKS = frozenset({"what-if", "conflict"})  # kinds of marks that a figure shows below its axes
SMALL = 8.0  # points: size of the text on a figure
LONGEST, WIDEST = 48, 27.0  # characters of a line, and its width in units of the size of the font
_boxed: contextvars.ContextVar[set[str] | None] = contextvars.ContextVar("boxed", default=None)
_COORDINATES = re.compile(r'\bd="[^"]*"|translate\([^)]*\)')
_FINE = re.compile(r"(\.\d\d)\d+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_INDENTATION = re.compile(r"\n\s*")
_GLYPH = re.compile(rf"(?<=[\"#]){FONT.replace(' ', '')}-(?=[0-9a-f]+\")")
_GLYPH_USE = re.compile(r'(<use [^>]*)transform="translate\((\S+) 0\)"')
_STYLE: dict[Any, Any] = {
    "font.family": FONT,
    "font.size": 10.0,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "shellcount",
}


class NotebookAxes(Axes):
    """Axes that a notebook displays without pyplot, which would keep every figure in memory."""

    def _repr_svg_(self) -> str:  # the name that IPython looks for
        return svg(self).decode()


@dataclass(frozen=True, slots=True)
class Canvas:
    """Axes to draw on, and whether they belong to a new figure."""

    axes: Axes
    own: bool

    def note(self, text: str) -> None:
        """Write a note on how to read a new figure; axes of the caller have their own caption."""
        if self.own:
            self.axes.set_title(text, loc="right", fontsize=SMALL, color=QUIET, pad=10)

    def caution(self, estimates: Iterable[Estimate]) -> None:
        """Write warnings below the axes: of drawn ranges that have not converged, and of their marks."""
        drawn = tuple(estimates)
        failed = any(estimate.not_quotable is not None for estimate in drawn)
        self.warn((mark for estimate in drawn for mark in estimate.marks), failed=failed)

    def warn(self, marks: Iterable[Mark], *, failed: bool) -> None:
        """Write warnings below the axes: marks, and whether what is drawn has not converged."""
        warnings = list(dict.fromkeys(mark.short for mark in marks if mark.kind in _SHOWN_MARKS))
        if failed:
            warnings.append(UNCONVERGED)
        if warnings:
            label = self.axes.get_xlabel()
            text = "; ".join(warnings)
            self.axes.set_xlabel(f"{label}\n{text}" if label else text, color=STATED_TEXT, parse_math=False)

    def lay_out(self) -> None:
        """Fix the position of the axes, so that labels can be placed and nothing moves them later."""
        figure = _figure(self.axes)
        _set_fonts(self.axes)
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.execute(figure)
        if self.own:
            figure.set_layout_engine("none")


@contextlib.contextmanager
def canvas(ax: Axes | None, height: float) -> Iterator[Canvas]:
    """Prepare the axes to draw on, in the same style whatever the settings of the caller.

    Parameters
    ----------
    ax
        Axes of the caller, or ``None`` for a new figure.
    height
        Height of a new figure, in inches.

    Raises
    ------
    UsageError
        When the axes belong to no figure.
    """
    with matplotlib.style.context(["default", _STYLE]):
        if ax is not None:
            _figure(ax)
            yield Canvas(ax, own=False)
            _set_fonts(ax)
            return
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.add_subplot(axes_class=NotebookAxes)
        yield Canvas(axes, own=True)
        _set_fonts(axes)


def _set_fonts(axes: Axes) -> None:
    """Give each text with characters that FONT lacks the fonts that have them, after its own."""
    for text in axes.findobj(lambda artist: isinstance(artist, Text)):
        words: str = text.get_text()  # type: ignore[attr-defined]  # matplotlib types what it finds as artists
        if not words.isascii():
            own = text.get_fontfamily()  # type: ignore[attr-defined]
            others = [family for family in _other_families(words) if family not in own]
            if others:
                text.set_fontfamily([*own, *others])  # type: ignore[attr-defined]


def _other_families(text: str) -> tuple[str, ...]:
    """Name the families that have the characters of a text that FONT lacks."""
    faces = fonts.cover((character for character in text if not _is_standard(character)), drawn=True).faces
    return tuple(map(fonts.family_in_figures, faces))


@contextlib.contextmanager
def noting_boxes() -> Iterator[set[str]]:
    """Record the characters for which figures show boxes, since no font has them.

    Examples
    --------
    >>> with noting_boxes() as boxes:
    ...     harmless("\U000e0fff"), boxes
    ('□', {'\U000e0fff'})
    """
    boxes: set[str] = set()
    token = _boxed.set(boxes)
    try:
        yield boxes
    finally:
        _boxed.reset(token)


def harmless(label: str) -> str:
    """Shorten each line of a label, and replace characters that cannot be drawn."""
    return "\n".join(_fitting(line) for line in label.split("\n"))


def _fitting(line: str) -> str:
    drawable = "".join(c if _has_glyph(c) else _box(c) for c in one_line(line, LONGEST))
    longest = len(drawable)
    while longest > 1 and extent(one_line(drawable, longest), 1.0)[0] > WIDEST:
        longest -= 1
    return one_line(drawable, longest)


@functools.lru_cache(maxsize=1024)
def extent(text: str, size: float) -> tuple[float, float]:
    """Measure the width and height of text in points, rounded up a little.

    Examples
    --------
    >>> width, height = extent("about 6,700", 8.0)
    >>> 40 < width < 60 and 8 < height < 12
    True
    """
    font = FontProperties(family=[FONT, *_other_families(text)], size=size)
    # Glyphs are moved to whole pixels on screen, which may widen a line by some per cent.
    lines = text.split("\n")
    widths = [text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] for line in lines]
    return 1.07 * max(widths) + 0.1 * size, 1.2 * size * len(lines)


def _has_glyph(character: str) -> bool:
    return _is_standard(character) or not fonts.cover(character, drawn=True).lacking


def _is_standard(character: str) -> bool:
    """Tell whether a character is one of those that look the same everywhere."""
    font = get_font(findfont(FontProperties(family=FONT)))
    return character == "\n" or bool(font.get_char_index(ord(character)))


def _box(character: str) -> str:
    boxed = _boxed.get()
    if boxed is not None:
        boxed.add(character)
    return fonts.BOX


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
    return _compact(_rendered(drawn, "svg", {"Date": None}).decode()).encode()


def _compact(drawing: str) -> str:
    """Reduce a drawing to a third: fewer decimals, short names of glyphs, no comments."""
    drawing = _COMMENT.sub("", drawing)
    drawing = _COORDINATES.sub(lambda found: _FINE.sub(r"\1", " ".join(found[0].split())), drawing)
    drawing = _GLYPH_USE.sub(r'\1x="\2"', _GLYPH.sub("g", drawing))
    return _INDENTATION.sub("\n", drawing)


def png(drawn: Axes | Figure) -> bytes:
    """Render a figure, or the figure of axes, as PNG at 200 dots per inch: the same bytes every time.

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
    return _rendered(drawn, "png", {"Software": None})


def _rendered(drawn: Axes | Figure, form: Literal["svg", "png"], metadata: dict[str, None]) -> bytes:
    figure = drawn if isinstance(drawn, Figure) else _figure(drawn)
    buffer = io.BytesIO()
    with matplotlib.style.context(["default", _STYLE]):
        figure.savefig(buffer, format=form, dpi=200, metadata=metadata, bbox_inches="tight", pad_inches=0.08)
    return buffer.getvalue()


def _figure(ax: Axes) -> Figure:
    figure = ax.get_figure(root=True)
    if figure is None:
        raise UsageError("these axes have been removed from their figure")
    return figure
