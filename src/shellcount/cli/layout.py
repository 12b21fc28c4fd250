"""Format tables for a terminal of any width: in columns, or where they do not fit, one cell a line."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from rich.cells import cell_len as _measured
from rich.cells import chop_cells

from shellcount.text import printable
from shellcount.wording.tables import Table

type Part = Literal["head", "alarm"]
type Style = Callable[[str, Part], str]

_GAP = "  "
_NARROW = 110  # below it, rows that columns would make tall are stacked
_TALLEST = 3
_LEAST = 20
_SAMPLED = 100
# Cells that should be seen first; their words say the same without colours.
_ALARMING = frozenset(
    {
        *("very high", "very low", "impossible", "failed", "outside"),
        *("drifted", "earlier model", "unknown", "missing"),
    }
)


def _unstyled(text: str, part: Part) -> str:  # noqa: ARG001  # a style takes it
    return text


def laid_out(table: Table, width: int, style: Style = _unstyled, rule: str = "-") -> str:
    """Format a table in lines of at most so many cells of a terminal.

    Lines break between words; only a word that is longer than a line is broken. In columns where they fit;
    otherwise every row is a paragraph, with a line for each of its cells that is not empty.

    Parameters
    ----------
    table
        Table.
    width
        Width of the terminal in cells: a letter has one, a Chinese character two.
    style
        Styling of heads, and of cells that should be seen first.
    rule
        Character of the line below the heads.

    Examples
    --------
    >>> table = Table("Loads", ("claim", "rounds"), (("first", "6,700"), ("second", "10,000")), numeric=(1,))
    >>> print(laid_out(table, 80))
    Loads
    <BLANKLINE>
    claim   rounds
    --------------
    first    6,700
    second  10,000
    """
    width = max(width, _LEAST)
    title = [*wrapped(printable(table.caption), width), ""] if table.caption else []
    shown = Table(table.caption, _texts(table.head), tuple(map(_texts, table.rows)), table.numeric)
    widths = _widths(shown, width)
    if widths is None:
        return "\n".join((*title, *_stacked(shown, width, style)))
    return "\n".join((*title, *_columns(shown, widths, style, rule)))


def wrapped(text: str, width: int, hanging: str = "") -> list[str]:
    """Wrap text between words into lines of at most so many cells, all but the first with an indent.

    Examples
    --------
    >>> wrapped("- one two three", 9, hanging="  ")
    ['- one two', '  three']
    """
    if len(text) <= width and text.isascii() and "\n" not in text:
        return [text.rstrip()]
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0
        for word in paragraph.split():
            for place, piece in enumerate(_pieces(word, width - len(hanging))):
                needed = _length(piece)
                if used and place == 0 and used + 1 + needed <= width:
                    line, used = f"{line} {piece}", used + 1 + needed
                    continue
                if used:
                    lines.append(line)
                indent = hanging if lines else ""
                line, used = indent + piece, len(indent) + needed
        lines.append(line)
    return lines


def _length(text: str) -> int:
    return len(text) if text.isascii() else _measured(text)


def _pieces(word: str, width: int) -> Sequence[str]:
    return (word,) if _length(word) <= width else chop_cells(word, max(width, 2))


def _texts(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(printable, cells))


def _widths(table: Table, width: int) -> list[int] | None:
    """Choose the widths of the columns, or ``None`` where the table is to be stacked."""
    columns = tuple(zip(table.head, *table.rows, strict=True))
    room = width - len(_GAP) * (len(columns) - 1)
    least = [max(map(_longest_word, cells)) for cells in columns]
    if sum(least) > room:
        return None
    natural = [max(_length(line) for cell in cells for line in cell.split("\n")) for cells in columns]
    widths = _narrowed(columns, [min(own, room) for own in natural], least, room)
    cells = ((cell, own) for row in table.rows for cell, own in zip(row, widths, strict=True))
    if width < _NARROW and any(_height(cell, own) > _TALLEST for cell, own in cells):
        return None
    return widths


def _narrowed(
    columns: Sequence[Sequence[str]], widths: list[int], least: Sequence[int], room: int
) -> list[int]:
    """Shorten columns until they fit, in each step the column that adds the fewest lines."""
    step = max(1, len(columns[0]) // _SAMPLED)  # a long table is judged by some of its rows
    sampled = [cells[::step] for cells in columns]
    heights = [[_height(cell, own) for cell in cells] for cells, own in zip(sampled, widths, strict=True)]
    widths = list(widths)
    while sum(widths) > room:
        tried = {
            place: [_height(cell, own - 1) for cell in sampled[place]]
            for place, own in enumerate(widths)
            if own > least[place]
        }

        chosen = min(tried, key=lambda place: (_lines(heights, place, tried[place]), -widths[place]))
        widths[chosen] -= 1
        heights[chosen] = tried[chosen]
    return widths


def _lines(heights: Sequence[Sequence[int]], place: int, instead: Sequence[int]) -> int:
    """Count the lines of a table, those of its heads twice, with other heights in one column."""
    columns = (*heights[:place], instead, *heights[place + 1 :])
    rows: list[int] = [max(cells) for cells in zip(*columns, strict=True)]
    return sum(rows) + rows[0]


def _longest_word(cell: str) -> int:
    return max(map(_length, cell.split()), default=1)


def _height(cell: str, width: int) -> int:
    return 1 if len(cell) <= width and cell.isascii() and "\n" not in cell else len(wrapped(cell, width))


def _columns(table: Table, widths: Sequence[int], style: Style, rule: str) -> Iterator[str]:
    def lines(row: Sequence[str], *, head: bool) -> Iterator[str]:
        cells = [wrapped(cell, own) for cell, own in zip(row, widths, strict=True)]
        height = max(map(len, cells))
        if head:  # which stands on the rule
            cells = [[*[""] * (height - len(cell)), *cell] for cell in cells]
        for parts in itertools.zip_longest(*cells, fillvalue=""):
            yield _GAP.join(_placed(parts, row, head=head)).rstrip()

    def _placed(parts: Sequence[str], row: Sequence[str], *, head: bool) -> Iterator[str]:
        for place, part in enumerate(parts):
            blank = " " * (widths[place] - _length(part))
            shown = style(part, "head") if head else style(part, "alarm") if row[place] in _ALARMING else part
            yield f"{blank}{shown}" if place in table.numeric else f"{shown}{blank}"

    yield from lines(table.head, head=True)
    yield rule * (sum(widths) + len(_GAP) * (len(widths) - 1))
    for row in table.rows:
        yield from lines(row, head=False)


def _stacked(table: Table, width: int, style: Style) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        if number:
            yield ""
        for place, (label, cell) in enumerate(zip(table.head, row, strict=True)):
            if not cell:
                continue
            text = f"{_on_one_line(label)}: {_on_one_line(cell)}"
            indent, hanging = ("", "  ") if place == 0 else ("  ", "  ")
            for line in wrapped(text, width - len(indent), hanging=hanging):
                shown = (
                    style(line, "head") if place == 0 else style(line, "alarm") if cell in _ALARMING else line
                )
                yield f"{indent}{shown}"


def _on_one_line(cell: str) -> str:
    """Join the lines of a cell, whose later ones are secondary."""
    return cell.replace("\n(", " (").replace("\n", ", ")
