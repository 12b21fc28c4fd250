"""Text from a case file is data: make it harmless before a person sees it."""

from __future__ import annotations

import datetime as dt
import html
import unicodedata
from collections.abc import Iterable, Sequence

# Cc: control, Cf: invisible formatting (bidirectional overrides among them), Cs: lone
# surrogates, Co: private use, Zl and Zp: line and paragraph separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""Replace what could steer a terminal or reorder text by a visible escape.

    Line feeds stay, since messages have several lines; text that must be one line goes
    through :func:`one_line`.

    Examples
    --------
    >>> printable("red \x1b[31m alert")
    'red \\x1b[31m alert'
    """
    return "".join(
        character
        if character == "\n" or unicodedata.category(character) not in _UNPRINTABLE
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def one_line(text: str, width: int | None = None) -> str:
    r"""Fold white space, make the rest printable and, if asked, cut to ``width`` characters.

    Examples
    --------
    >>> one_line("two\n lines")
    'two lines'
    >>> one_line("a long title", width=7)
    'a long…'
    """
    line = printable(" ".join(text.split()))
    if width is not None and len(line) > width:
        return line[: width - 1].rstrip() + "…"
    return line


def shown(value: object) -> str:
    """Show a value of a case file in a message: as it would be written, on one line, shortened.

    Examples
    --------
    >>> shown("abuot"), shown(9**9999)
    ("'abuot'", 'a number of thousands of digits')
    """
    try:
        return one_line(str(value) if isinstance(value, dt.date) else repr(value), 60)
    except ValueError:  # an integer of more digits than Python will print
        return "a number of thousands of digits"


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a small HTML table, for a notebook cell; text is data, never mark-up, and keeps its lines.

    Examples
    --------
    >>> html_table(["a"], [["<b>"]])
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """

    def cells(tag: str, texts: Sequence[str]) -> str:
        written = (html.escape(printable(text)).replace("\n", "<br>") for text in texts)
        return "".join(f"<{tag}>{text}</{tag}>" for text in written)

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', head)}</tr></thead><tbody>{body}</tbody></table>"
