"""Hold a table as plain text cells, for a terminal, a notebook or a report."""

from __future__ import annotations

from dataclasses import replace

from shellcount.frozen import frozen
from shellcount.text import escape_html, printable

# Styles of cells, in which notebooks take no style sheet.
_LEFT, _RIGHT = "text-align:left", "text-align:right"
_TOP, _UNBROKEN, _WIDE = ";vertical-align:top", ";white-space:nowrap", ";min-width:14em"
_LONG = 40  # characters of a cell that needs a width


@frozen
class Table:
    """Caption, column heads, and rows of cells; the first cell of a row is its head.

    Parameters
    ----------
    caption
        Caption; empty where the surrounding text says what the table shows.
    head
        Column heads.
    rows
        Cells, each row of the length of ``head``; text after a line feed is secondary.
    numeric
        Positions of the columns of numbers, which are set flush right.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()

    def without(self, name: str) -> Table:
        """Leave out the column with this head.

        Examples
        --------
        >>> Table("", ("claim", "use", "share"), (("a", "fit", "10%"),), numeric=(2,)).without("use")
        Table(caption='', head=('claim', 'share'), rows=(('a', '10%'),), numeric=(1,))
        """
        left_out = self.head.index(name)
        return replace(
            self,
            head=_without(self.head, left_out),
            rows=tuple(_without(row, left_out) for row in self.rows),
            numeric=tuple(place - (place > left_out) for place in self.numeric if place != left_out),
        )

    def html(self) -> str:
        """Write the table as HTML for a notebook cell, with text escaped and its line breaks kept.

        Text is set flush left and numbers flush right in each cell, as notebooks have a style of their own.
        Colours are those of the notebook, light or dark.

        Examples
        --------
        >>> Table("", ("a",), (("a < b",),)).html().partition("<tbody>")[2]
        '<tr><td style="text-align:left;vertical-align:top">a &lt; b</td></tr></tbody></table>'
        """
        titled = f'<caption style="{_LEFT}">{_escaped(self.caption)}</caption>'
        heads = "".join(
            f'<th style="{self._side(place)}">{_escaped(text).replace("_", "_<wbr>")}</th>'
            for place, text in enumerate(self.head)
        )
        body = "".join(f"<tr>{self._cells(row)}</tr>" for row in self.rows)
        parts = (titled if self.caption else "", f"<thead><tr>{heads}</tr></thead>", f"<tbody>{body}</tbody>")
        return f"<table>{''.join(parts)}</table>"

    def _side(self, place: int) -> str:
        return _RIGHT if place in self.numeric else _LEFT

    def _cells(self, row: tuple[str, ...]) -> str:
        """Write the cells of a row, in which numbers and names stand on one line."""
        cells = []
        for place, text in enumerate(row):
            whole = place in self.numeric or " " not in text
            width = _UNBROKEN if whole else _WIDE if len(text) > _LONG else ""
            cells.append(f'<td style="{self._side(place)}{_TOP}{width}">{_escaped(text)}</td>')
        return "".join(cells)

    def _repr_html_(self) -> str:
        return self.html()


def _without(cells: tuple[str, ...], place: int) -> tuple[str, ...]:
    return (*cells[:place], *cells[place + 1 :])


def _escaped(text: str) -> str:
    return escape_html(printable(text)).replace("\n", "<br>")
