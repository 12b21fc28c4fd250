"""Render a report as Markdown that reads as text too: it can be pasted into a mail, or shown by GitHub."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from jinja2 import Template

from shellcount.report.blocks import Content
from shellcount.report.templating import environment
from shellcount.text import fenced, one_line
from shellcount.wording.tables import Table

_BLANK_LINES = re.compile(r"\n{3,}")
_ACROSS = 100  # characters: about as many stand side by side in the window of a mail
_RULE = 3  # characters: the narrowest rule beneath the head of a column
_SENTENCE = 200  # characters: a longer row is not read in one line
# What CommonMark, or one of GitHub's extensions, would read as mark-up at its place.
_MARKUP = r"""
    \\ (?=[!-/:-@\[-`{-~]|$)                    # an escape, or a hard line break
    | `                                         # code
    | (?<!\s) \* | \* (?!\s)                    # emphasis; an asterisk between spaces is none
    | (?<![^\W_]) _ | _ (?![^\W_])              # emphasis; an underscore within a word is none
    | (?<=\S) ~ | (?<=\S) \$ (?!\d)             # end of struck-out text, and of a formula
    | < (?=[A-Za-z/!?])                         # tags, comments and addresses
    | & (?=\#?\w+;)                             # entities
    | \] (?=\()                                 # links and images
    | : (?=//|[\w+-]+:) | (?i:(?<=www)) \.      # addresses, and emoji by name
    | (?<=[\w.+-]) @ (?=[\w-]+\.\w)             # addresses of mail
    | (?<!\w) @ (?=\w)                          # mentions
    | ^ [\[>] | ^ \# (?=\#{0,5}(?:\s|$))        # definitions, quotations and headings
    | (?:(?<=\s)|^) \# (?=\#*$)                 # end of a heading
    | ^ [-+] (?=\s|$) | ^ - (?=(?:\s*-){2,}$)   # lists and rules
"""
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))")


def render_markdown(content: Content) -> str:
    """Render Markdown, with the figures of the report as files beside it."""
    text = _template().render(content=content)
    return _BLANK_LINES.sub("\n\n", text).rstrip() + "\n"


@cache
def _template() -> Template:
    filters: dict[str, Callable[..., str]] = {
        "text": escape,
        "alternative": _alternative,
        "fenced": fenced,
        "rows": rows,
    }
    return environment(filters).get_template("report.md.j2")


def escape(text: str, also: str = "") -> str:
    r"""Escape text for a line of Markdown of our own: only what would be read as mark-up at its place.

    Parameters
    ----------
    text
        Text, which is put on one line.
    also
        Further characters that are mark-up where the text is put, such as the bars of a table.

    Examples
    --------
    >>> print(escape("the load (load_factor): 2.0 * 3 > 5"))
    the load (load_factor): 2.0 * 3 > 5
    >>> print(escape("*a* <b> [c](d)"))
    \*a\* \<b> [c\](d)
    """
    markup = re.compile(f"{_MARKUP} | [{re.escape(also)}]" if also else _MARKUP, re.VERBOSE)
    return _NUMBERED.sub(r"\1\\", markup.sub(r"\\\g<0>", one_line(text)))


def _alternative(text: str) -> str:
    return escape(text, "[]")


def rows(table: Table) -> str:
    r"""Write a table: side by side where its rows fit a mail, and otherwise as a list.

    Examples
    --------
    >>> print(rows(Table("", ("up to", "rounds"), (("May", "2 million\n1 to 3 million"),), numeric=(1,))))
    | up to |                     rounds |
    | ----- | -------------------------: |
    | May   | 2 million (1 to 3 million) |
    """
    lines = [[escape(_joined(text), "|") for text in row] for row in (table.head, *table.rows)]
    widths = [max(_RULE, *map(len, column)) for column in zip(*lines, strict=True)]
    if sum(widths) + 3 * len(widths) + 1 <= _ACROSS:
        return _side_by_side(lines, widths, table.numeric)
    listed = [_listed(table.head, [*map(_joined, row)]) for row in table.rows]
    beneath = max((len("; ".join(parts)) for _, parts in listed), default=0) > _SENTENCE
    return "\n".join(_item(name, parts, beneath=beneath) for name, parts in listed)


def _joined(text: str) -> str:
    """Put a cell on one line, what is secondary in brackets."""
    first, *others = text.split("\n")
    return " ".join((first, *(each if each.startswith("(") else f"({each})" for each in others)))


def _side_by_side(lines: Sequence[Sequence[str]], widths: Sequence[int], numeric: Iterable[int]) -> str:
    right = frozenset(numeric)

    def padded(row: Sequence[str]) -> list[str]:
        return [
            text.rjust(width) if place in right else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]

    rule = [f"{'-' * (width - 1)}{':' if place in right else '-'}" for place, width in enumerate(widths)]
    head, *body = (f"| {' | '.join(row)} |" for row in (padded(lines[0]), rule, *map(padded, lines[1:])))
    return "\n".join((head, *body))


def _listed(head: Sequence[str], row: Sequence[str]) -> tuple[str, list[str]]:
    """Write the head of a row, and its other cells that are not empty with the heads of their columns."""
    name, *texts = map(escape, row)
    if len(texts) == 1:
        return name, texts
    cells = zip(map(escape, head[1:]), texts, strict=True)
    return name, [f"{title}: {text}" for title, text in cells if text]


def _item(name: str, parts: Sequence[str], *, beneath: bool) -> str:
    """Write a row as an item of a list, its parts in a line or in a list beneath."""
    head = f"- **{name}**" if name else "-"
    if beneath and len(parts) > 1:
        return "\n".join((head, *(f"  - {part}" for part in parts)))
    return ": ".join((head, *(["; ".join(parts)] if parts else [])))
