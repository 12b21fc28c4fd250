"""Prepare the axes that a figure is drawn on, and write the words around them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg

from shellcount.frozen import frozen
from shellcount.plots.drawing import Drawing, NotebookAxes, figure_of
from shellcount.plots.finishing import Finishing
from shellcount.plots.sheet import Sheet, Words, current_sheet, is_narrow
from shellcount.plots.style import INK, QUIET, SMALL, STATED_TEXT, STYLE, broken, set_fonts
from shellcount.results.estimate import Estimate
from shellcount.results.mark import Mark

UNCONVERGED = "not converged: these ranges must not be quoted"
_SHOWN_MARKS = frozenset({"what-if", "conflict"})  # kinds of marks that a figure shows below its axes
_TITLE, _SUBTITLE = 11.0, 9.0  # points
_LEADING = 1.25  # distance of lines, where 1 is the size of the letters
_TICKS = 0.6  # inches of the ticks below axes, beside which no label of the other axis stands
_MEASURE = 455.0  # points of a line of small text, for the eye to find the next
_GAP = 5.0  # points between blocks of words, and between them and the axes
_LEAST = 0.3  # share of the sheet that the axes keep at least, however long the labels beside them
_AXIS = 0.74  # inches of an axis with its label, and of a note, on a sheet of fixed height
_POINTS = 72.0  # to an inch


@frozen
class _Block:
    """Lines of text in one style."""

    text: str
    size: float
    colour: str
    bold: bool = False

    @property
    def height(self) -> float:
        """Height in points, with the gap to what follows."""
        return _LEADING * self.size * (self.text.count("\n") + 1) + _GAP


@dataclass(slots=True)
class Canvas:
    """Axes to draw on: of a new figure on a sheet, or those of the caller, which have none.

    Parameters
    ----------
    axes
        The axes.
    words
        Words around them.
    sheet
        Sheet of a new figure.
    height
        Height of the axes in inches, where the sheet leaves it open.
    """

    axes: Axes
    words: Words
    sheet: Sheet | None
    height: float
    _note: list[str] = field(default_factory=list)
    _laid_out: bool = False

    @property
    def fixed(self) -> bool:
        """True if the sheet has a height of its own, to which everything must be fitted."""
        return self.sheet is not None and self.sheet.height is not None

    @property
    def laid_out(self) -> bool:
        """True once the axes have their position."""
        return self._laid_out

    @property
    def narrow(self) -> bool:
        """True if there is no room for labels beside their rows."""
        if self.sheet is not None:
            return is_narrow(self.sheet.width)
        share = self.axes.get_position(original=True).width
        return is_narrow(share * float(figure_of(self.axes).get_size_inches()[0]))

    def chosen[T](
        self, rows: Sequence[T], least: Sequence[float], ranks: Sequence[float], *, lines: float = 0.0
    ) -> list[T]:
        """Choose the rows that a sheet of fixed height has room for, those of the lowest ranks.

        Parameters
        ----------
        rows, least, ranks
            Rows from top to bottom, with the inches that each needs and its rank.
        lines
            Inches that a legend and further lines take.
        """
        sheet = self.sheet
        if sheet is None or sheet.height is None:
            return list(rows)
        room = sheet.height - 2 * sheet.margin - _AXIS - lines
        wide = _POINTS * (sheet.width - 2 * sheet.margin)
        words = self.words
        blocks = [
            *_block(words.title, _TITLE, INK, wide, bold=True),
            *_block(words.subtitle, _SUBTITLE, QUIET, wide),
            *_block(words.source, SMALL, QUIET, wide),
        ]
        room -= sum(block.height for block in blocks) / _POINTS
        order = sorted(range(len(rows)), key=lambda place: ranks[place])
        kept: set[int] = set()
        for place in order:
            room -= least[place]
            if room < 0 and kept:
                break
            kept.add(place)
        return [row for place, row in enumerate(rows) if place in kept]

    def note(self, *sentences: str) -> None:
        """Tell how to read a new figure; axes of the caller have their own caption."""
        self._note += [sentence for sentence in sentences if sentence]

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

    def lay_out(self, finish: Callable[[], None] = lambda: None) -> None:
        """Fix the position of the axes, write the words around them, and finish what depends on both.

        Parameters
        ----------
        finish
            Makes room in the axes, and places labels. On axes of the caller, it is called again before they
            are drawn in another place.
        """
        self._laid_out = True
        set_fonts(self.axes)
        figure = figure_of(self.axes)
        if isinstance(figure, Drawing) and self.sheet is not None:
            self._set(figure, self.sheet)
            finish()
        else:
            Finishing(self.axes, self._around, finish).run()

    def _set(self, figure: Drawing, sheet: Sheet) -> None:
        """Write the words of a new figure, and give the axes what is left of it."""
        margin, width = _POINTS * sheet.margin, _POINTS * (sheet.width - 2 * sheet.margin)
        note, subtitle = " ".join(self._note), self.words.subtitle
        if sheet.height and self.axes.get_ylabel():  # along a low axis there is no room for its label
            label = self.axes.get_ylabel()
            subtitle = f"{label[:1].upper()}{label[1:]}" if subtitle is None else subtitle
            self.axes.yaxis.label.set_visible(False)
        head = [
            *_block(self.words.title, _TITLE, INK, width, bold=True),
            *_block(subtitle, _SUBTITLE, QUIET, width),
        ]
        foot = [
            *_block(note if sheet.noted else None, SMALL, QUIET, min(width, _MEASURE)),
            *_block(self.words.source, SMALL, QUIET, min(width, _MEASURE)),
        ]
        _break_label(self.axes.xaxis, width)
        _break_label(self.axes.yaxis, _POINTS * (self.height - _TICKS))
        above, below = (sum(block.height for block in blocks) for blocks in (head, foot))
        tall = _POINTS * (sheet.height or self.height) + (0 if sheet.height else above + below + 2 * margin)
        figure.set_size_inches(sheet.width, tall / _POINTS)
        figure.sheet, figure.note = sheet, note
        _write(figure, head, tall - margin)
        _write(figure, foot, margin + below - _GAP)
        _fit(self.axes, (margin, margin + below, margin + width, tall - margin - above))

    def _around(self, width: float) -> None:
        """Write title, subtitle and source around axes of the caller, as wide as these."""
        axes, words = self.axes, self.words
        _break_label(axes.xaxis, width)
        subtitle, source = (
            "" if text is None else broken(text, SMALL, width) for text in (words.subtitle, words.source)
        )
        if words.title is not None:
            above = _LEADING * SMALL * (subtitle.count("\n") + 1) if subtitle else 0.0
            title = broken(words.title, _SUBTITLE, width, bold=True)
            axes.set_title(title, loc="left", fontsize=_SUBTITLE, fontweight="bold", pad=above + _GAP)
        for text, at, beside, align in (
            (subtitle, 1.0, "axes fraction", "bottom"),
            (source, 0.0, axes.xaxis.label, "top"),
        ):
            if text:
                axes.annotate(
                    text,
                    (0.0, at),
                    xycoords=("axes fraction", beside),
                    xytext=(0.0, _GAP - 2.0 if at else -_GAP),
                    textcoords="offset points",
                    va=align,
                    color=QUIET,
                    fontsize=SMALL,
                    parse_math=False,
                )


@contextlib.contextmanager
def canvas(ax: Axes | None, height: float, words: Words | None = None) -> Iterator[Canvas]:
    """Prepare the axes to draw on, in the same style whatever the settings of the caller.

    Parameters
    ----------
    ax
        Axes of the caller, or ``None`` for a new figure.
    height
        Height of the axes of a new figure, in inches, where the sheet leaves it open.
    words
        Words around the axes.

    Raises
    ------
    UsageError
        When the axes belong to no figure.
    """
    words = words or Words()
    sheet = current_sheet()
    letters = {} if ax is not None else {"font.size": sheet.letters}
    with matplotlib.style.context(["default", {**STYLE, **letters}]):
        if ax is not None:
            figure_of(ax)
            ax.spines[["top", "right", "left"]].set_visible(False)
            yield Canvas(ax, words, None, height)
        else:
            figure = Drawing(figsize=(sheet.width, sheet.height or height))
            FigureCanvasAgg(figure)
            ax = figure.add_axes((0.0, 0.0, 1.0, 1.0), axes_class=NotebookAxes)
            page = Canvas(ax, words, sheet, height)
            yield page
            if not page.laid_out:
                page.lay_out()
        set_fonts(ax)


def _break_label(axis: Axis, width: float) -> None:
    """Split the label of an axis into lines of a width in points."""
    label = axis.label
    if label.get_text():
        size = float(label.get_fontsize())
        label.set_text("\n".join(broken(line, size, width) for line in label.get_text().split("\n")))


def _block(text: str | None, size: float, colour: str, width: float, *, bold: bool = False) -> list[_Block]:
    return [_Block(broken(text, size, width, bold=bold), size, colour, bold)] if text else []


def _write(figure: Drawing, blocks: Iterable[_Block], top: float) -> None:
    """Write blocks of words below each other, from a height in points."""
    wide, tall = (_POINTS * float(inches) for inches in figure.get_size_inches())
    for block in blocks:
        figure.text(
            figure.sheet.margin * _POINTS / wide,
            top / tall,
            block.text,
            fontsize=block.size,
            color=block.colour,
            fontweight="bold" if block.bold else "normal",
            va="top",
            linespacing=_LEADING,
        )
        top -= block.height


def _fit(axes: Axes, room: tuple[float, float, float, float]) -> None:
    """Place axes so that they, their ticks and their labels fill a room, in points."""
    figure = figure_of(axes)
    wide, tall = (_POINTS * float(inches) for inches in figure.get_size_inches())
    x0, y0, x1, y1 = room

    def put(x0: float, y0: float, x1: float, y1: float) -> None:
        axes.set_position((x0 / wide, y0 / tall, (x1 - x0) / wide, (y1 - y0) / tall))

    put(*room)
    points = _POINTS / figure.dpi
    inner, outer = axes.get_window_extent(), axes.get_tightbbox()
    if outer is None:
        return
    left, below, above = (
        max(points * distance, 0.0)
        for distance in (inner.x0 - outer.x0, inner.y0 - outer.y0, outer.y1 - inner.y1)
    )
    left = x0 + min(left, (1 - _LEAST) * (x1 - x0))
    put(left, y0 + below, x1, y1 - above)
    # The last label of the axis reaches farther where the axes are narrower.
    ticks = [place.xaxis.get_tightbbox() for place in (axes, *axes.child_axes) if place.axison]
    reach = max([x1, *(points * box.x1 for box in ticks if box is not None)])
    put(left, y0 + below, 2 * x1 - reach, y1 - above)
