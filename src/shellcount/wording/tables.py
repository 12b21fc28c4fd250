"""Hold a table as plain text cells, for a terminal, a notebook or a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shellcount.text import escape_html, printable

# Styles of cells, in which notebooks take no style sheet.
_TEXT = "text-align:left;vertical-align:top"
_NUMBER = "text-align:right;vertical-align:top;white-space:nowrap"


@dataclass(frozen=True, slots=True)
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
        >>> Table("", ("a",), (("<b>",),)).html().partition("<tbody>")[2]
        '<tr><td style="text-align:left;vertical-align:top">&lt;b&gt;</td></tr></tbody></table>'
        """
        titled = f'<caption style="text-align:left">{_escaped(self.caption)}</caption>'
        body = "".join(f"<tr>{self._cells('td', row)}</tr>" for row in self.rows)
        head = f"<thead><tr>{self._cells('th', self.head)}</tr></thead>"
        return f"<table>{titled if self.caption else ''}{head}<tbody>{body}</tbody></table>"

    def _cells(self, tag: str, texts: Iterable[str]) -> str:
        return "".join(
            f'<{tag} style="{_NUMBER if place in self.numeric else _TEXT}">{_escaped(text)}</{tag}>'
            for place, text in enumerate(texts)
        )

    def _repr_html_(self) -> str:
        return self.html()


def _without(cells: tuple[str, ...], place: int) -> tuple[str, ...]:
    return (*cells[:place], *cells[place + 1 :])


def _escaped(text: str) -> str:
    return escape_html(printable(text)).replace("\n", "<br>")
