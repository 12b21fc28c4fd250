"""Leave alone what other programs fill in: shortcodes of Quarto and Hugo, and tags of Jinja."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from shellcount.citing.documents.placeholders import Lines, line_at
from shellcount.errors import DocumentError
from shellcount.text import one_line

_SHORTCODE = (
    r"\{\{\{?<(?=%s)(?:(?!\{\{)[^\n>]|>(?!\}\}))*+>\}\}\}?"
    r"|\{\{%%(?:(?!\{\{)[^\n%%]|%%(?!\}\}))*+%%\}\}"
    r"|\{%%(?P<tag>(?:(?!\{%%)[^%%]|%%(?!\}))*+)%%\}"
)
# In HTML, a placeholder that is split over tags may begin like a shortcode.
_FOREIGN = {False: re.compile(_SHORTCODE % r"[\s/\w]"), True: re.compile(_SHORTCODE % r"\s")}
_SIGN = re.compile(r"[^\w\s]|_")
_MOST_REMARKS = 20


class Foreign(NamedTuple):
    """Text in which the passages that other programs fill in are harmless.

    Parameters
    ----------
    text
        Text of the same length.
    remarks
        Remark on each such passage that it was left alone.
    unclosed
        Where a raw passage of Jinja begins that does not end.
    """

    text: str
    remarks: list[str]
    unclosed: int | None


def foreign(text: str, *, tags: bool = False) -> Foreign:
    """Make the passages harmless that other programs fill in.

    Parameters
    ----------
    text
        Source of a document.
    tags
        Whether placeholders may be split over tags, as in HTML.

    Examples
    --------
    >>> foreign("a {{< video b >}}").text
    'a xxx video b xxx'
    """
    passages: list[tuple[int, int]] = []
    named: list[tuple[int, str, str]] = []
    raw: int | None = None
    for found in _FOREIGN[tags].finditer(text):
        word = (found["tag"] or "").strip("-+ \t\n")
        if raw is not None:
            if word == "endraw":
                passages.append((raw, found.end()))
                raw = None
        elif word == "raw":
            raw = found.start()
            named.append((raw, one_line(found[0], 40), "begins a passage of Jinja"))
        else:
            passages.append(found.span())
            what = "is a shortcode" if found["tag"] is None else "is a tag of Jinja"
            named.append((found.start(), one_line(found[0], 40), what))
    pieces: list[str] = []
    last = 0
    for start, end in passages:
        pieces += [text[last:start], _SIGN.sub("x", text[start:end])]
        last = end
    return Foreign("".join([*pieces, text[last:]]), _remarks(text, named), raw)


def _remarks(text: str, named: Sequence[tuple[int, str, str]]) -> list[str]:
    lines = Lines(text)
    first = named[:_MOST_REMARKS]
    remarks = [f"{lines.at(at)}: {shown} {what} and was left alone" for at, shown, what in first]
    if len(named) > _MOST_REMARKS:
        remarks.append(f"{len(named) - _MOST_REMARKS:,} more such passages were left alone")
    return remarks


def without_foreign(text: str, *, tags: bool = False) -> tuple[str, list[str]]:
    """Make a template harmless as :func:`foreign` does, with the remarks.

    Raises
    ------
    DocumentError
        When a raw passage of Jinja does not end, so that what is added at the end would be in it.
    """
    plain, remarks, unclosed = foreign(text, tags=tags)
    if unclosed is not None:
        raise DocumentError(
            f"{line_at(text, unclosed)}: {{% raw %}} does not end; close it with {{% endraw %}}"
        )
    return plain, remarks
