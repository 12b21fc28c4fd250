"""Hold a table as plain text cells, for a terminal, a notebook or a report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from shellcount.text import escape_html, printable


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

        Examples
        --------
        >>> Table("", ("a",), (("<b>",),)).html()
        '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
        """
        caption = f"<caption>{_escaped(self.caption)}</caption>" if self.caption else ""
        body = "".join(f"<tr>{_cells('td', row)}</tr>" for row in self.rows)
        head = f"<thead><tr>{_cells('th', self.head)}</tr></thead>"
        return f"<table>{caption}{head}<tbody>{body}</tbody></table>"

    def _repr_html_(self) -> str:
        return self.html()


def _without(cells: tuple[str, ...], place: int) -> tuple[str, ...]:
    return (*cells[:place], *cells[place + 1 :])


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{_escaped(text)}</{tag}>" for text in texts)


def _escaped(text: str) -> str:
    return escape_html(printable(text)).replace("\n", "<br>")
