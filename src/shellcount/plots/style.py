"""Set the style of all figures, and make text safe to draw."""

from __future__ import annotations

import contextlib
import contextvars
import functools
from collections.abc import Iterator
from typing import Any

from matplotlib.artist import Artist
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from shellcount.plots import fonts
from shellcount.text import one_line

# Okabe and Ito's palette, which colour-blind readers can distinguish, also in grey.
POSTERIOR, STATED, CEILING, INK = "#0072B2", "#D55E00", "#000000", "#222222"
STATED_TEXT, QUIET, FAINT = "#A34800", "#6B6B6B", "#D9D9D9"  # dark enough on white
OUTER, INNER = "#CCE3F0", "#80B8D9"  # tints of the posterior: 90% and 50%
FONT = "DejaVu Sans"  # part of matplotlib, so that a figure is the same everywhere
SMALL = 8.0  # points: size of the text on a figure
LONGEST, WIDEST = 48, 27.0  # characters of a line, and its width in units of the size of the font
_SLIMMEST = 0.28  # of the size of the letters, the width of the slimmest
_ROUNDED = 1.045  # of a width of many words, which are not all measured too wide
_MOST = 400  # characters of a text of several lines
_boxed: contextvars.ContextVar[set[str] | None] = contextvars.ContextVar("boxed", default=None)
STYLE: dict[Any, Any] = {
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


def set_fonts(within: Artist) -> None:
    """Give each text with characters that FONT lacks the fonts that have them, after its own."""
    for text in within.findobj(lambda artist: isinstance(artist, Text)):
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


def broken(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """Split text into lines of a width in points, and replace characters that cannot be drawn.

    Examples
    --------
    >>> print(broken("About 2.0 million rounds sent by 14 June 2024", 8.0, 120.0))
    About 2.0 million rounds
    sent by 14 June 2024
    """
    width *= _ROUNDED
    space = extent("a b", size, bold=bold)[0] - extent("ab", size, bold=bold)[0]
    lines, used = [""], 0.0
    most = max(2, int(width / (_SLIMMEST * size)))  # characters that could fit at all
    for word in _drawable(one_line(text, _MOST)).split():
        word = one_line(word, most)  # noqa: PLW2901
        needed = extent(word, size, bold=bold)[0]
        if lines[-1] and used + space + needed > width:
            lines.append("")
            used = 0.0
        while needed > width and len(word) > 1:
            word = one_line(word, len(word) - 1)  # noqa: PLW2901
            needed = extent(word, size, bold=bold)[0]
        used += needed + (space if lines[-1] else 0.0)
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def harmless(label: str) -> str:
    """Shorten each line of a label, and replace characters that cannot be drawn."""
    return "\n".join(_fitting(line) for line in label.split("\n"))


def _fitting(line: str) -> str:
    drawable = _drawable(one_line(line, LONGEST))
    longest = len(drawable)
    while longest > 1 and extent(one_line(drawable, longest), 1.0)[0] > WIDEST:
        longest -= 1
    return one_line(drawable, longest)


def _drawable(line: str) -> str:
    return line if line.isascii() else "".join(c if _has_glyph(c) else _box(c) for c in line)


@functools.lru_cache(maxsize=4096)
def extent(text: str, size: float, *, bold: bool = False) -> tuple[float, float]:
    """Measure the width and height of text in points, rounded up a little.

    Examples
    --------
    >>> width, height = extent("about 6,700", 8.0)
    >>> 40 < width < 60 and 8 < height < 12
    True
    """
    weight = "bold" if bold else "normal"
    font = FontProperties(family=[FONT, *_other_families(text)], size=size, weight=weight)
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
