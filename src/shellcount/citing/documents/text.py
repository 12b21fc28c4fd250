"""Placeholders and filled-in numbers in Markdown, HTML and plain text.

A number stands in a ``span`` whose attribute names it, or in plain text between invisible
characters: readers see nothing of it, and it stays with the number when a person moves or rewords
what stands around it.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence

from shellcount.citing.documents import hidden
from shellcount.citing.documents.pieces import Asked, Mark, Value
from shellcount.citing.documents.placeholders import (
    ESCAPED,
    OPENING,
    PLACEHOLDER,
    refuse_in_code,
    refuse_in_tags,
)
from shellcount.digest import Json, canonical_json
from shellcount.errors import DocumentError
from shellcount.text import escape_inline, escape_markdown, one_line

MARKDOWN, HTML, PLAIN = ".md", ".html", ".txt"

_FILLED = re.compile(rf"{PLACEHOLDER.pattern}|\\\{{\{{")
_SPAN = re.compile(r"<(?P<end>/?)span\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
_ID = re.compile(r"\bdata-shellcount=[\"']?(?P<id>[0-9a-f]+)", re.IGNORECASE)
_RECORD = re.compile(r"<!--\s*shellcount-record\s+(?P<json>\{[^<>]*\})\s*-->")
_TAG = re.compile(r"(?<!\\)<[^<>]*>")
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_BODY_END = re.compile(r"</body", re.IGNORECASE)
# What people put around a number in Markdown, and what a block quote puts before its lines.
_EMPHASIS = re.compile(r"\s*(?P<mark>[*_]{1,3}|`+)(?P<text>.*)(?P=mark)\s*", re.DOTALL)
_QUOTED = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
_BACKSLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")


def asked(data: bytes, kind: str) -> list[Asked]:
    """The placeholders of a template, in their order.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or a placeholder stands where it cannot be filled.
    """
    text = _decoded(data)
    found = [
        Asked(_unwritten(place["asked"], kind), _line(text, place.start()))
        for place in PLACEHOLDER.finditer(text)
    ]
    starts = {place.start() for place in PLACEHOLDER.finditer(text)}
    for place in OPENING.finditer(text):
        if place.start() not in starts:
            raise DocumentError(
                f"{_line(text, place.start())}: braces open and do not close on the same line; "
                f"for braces as such write {ESCAPED}"
            )
    if kind == HTML:
        refuse_in_tags(text)
    if kind == MARKDOWN:
        refuse_in_code(text)
    return found


def fill(data: bytes, kind: str, values: Sequence[Value], notes: Sequence[str], record: Json) -> bytes:
    """Put values in the place of a template's placeholders, and references and record at its end."""
    text = _decoded(data)
    remaining = iter(values)
    # The label keeps references apart when filled documents are joined into one.
    label = f"shellcount-{hashlib.sha256(canonical_json(record)).hexdigest()[:6]}"

    def put(place: re.Match[str]) -> str:
        return "{{" if place["asked"] is None else _written(next(remaining), kind, label)

    filled = _FILLED.sub(put, text)
    added = _AT_END[kind](_noted(notes, kind, label), record)
    ends = [place.start() for place in _BODY_END.finditer(filled)] if kind == HTML else []
    end = ends[-1] if ends else len(filled)
    if not ends and filled and not filled.endswith("\n"):
        added = f"\n{added}"
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")
    return f"{filled[:end]}{added}{filled[end:]}".encode()


def read(data: bytes, kind: str) -> tuple[list[Json], list[Mark]]:
    """The records and the numbers of a document that was filled in.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or a record in it is damaged.
    """
    text = _decoded(data)
    marks = [
        Mark(name, _seen(passage, kind), _line(text, start))
        for start, name, passage in (hidden.marks(text) if kind == PLAIN else _spans(text))
    ]
    try:
        return list(hidden.records(text) if kind == PLAIN else _records(text)), marks
    except (ValueError, RecursionError, zlib.error):
        raise DocumentError("the record of what was filled in is damaged") from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DocumentError(f"it is not UTF-8 (byte {error.start + 1})") from None


def _line(text: str, place: int) -> str:
    return f"line {text.count('\n', 0, place) + 1}"


def _unwritten(text: str, kind: str) -> str:
    """What a writer of mark-up had to escape within a placeholder."""
    return html.unescape(text) if kind == HTML else text.replace("\\|", "|")


# --- writing -----------------------------------------------------------------------------


def _written(value: Value, kind: str, label: str) -> str:
    if kind == PLAIN:
        note = "" if value.note is None else f" [{value.note}]"
        return f"{hidden.marked(value.id, one_line(value.text))}{note}"
    text = escape_inline(value.text) if kind == MARKDOWN else html.escape(one_line(value.text))
    span = f'<span data-shellcount="{value.id}">{text}</span>'
    if value.note is None:
        return span
    if kind == MARKDOWN:
        return f"{span}[^{label}-{value.note}]"
    return f'{span}<sup><a href="#{label}-{value.note}">[{value.note}]</a></sup>'


def _noted(notes: Sequence[str], kind: str, label: str) -> str:
    """The references, as they stand at the end."""
    numbered = list(enumerate(notes, start=1))
    if kind == MARKDOWN:
        return "".join(f"\n[^{label}-{place}]: {escape_markdown(note)}\n" for place, note in numbered)
    if kind == PLAIN:
        listed = "".join(f"[{place}] {one_line(note)}\n" for place, note in numbered)
        return f"\nReferences\n\n{listed}" if notes else ""
    items = "".join(
        f'<li id="{label}-{place}">{html.escape(one_line(note))}</li>\n' for place, note in numbered
    )
    return f'<section aria-label="References">\n<ol>\n{items}</ol>\n</section>\n' if notes else ""


_AT_END: dict[str, Callable[[str, Json], str]] = {
    MARKDOWN: lambda noted, record: f"{noted}\n{_comment(record)}\n",
    HTML: lambda noted, record: f"{noted}{_comment(record)}\n",
    PLAIN: lambda noted, record: f"{noted}{hidden.written(record)}\n",
}


def _comment(record: Json) -> str:
    # As JSON has it, so that nothing in the record can end the comment.
    safe = canonical_json(record).decode().replace("--", "-\\u002d")
    safe = safe.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!--shellcount-record {safe}-->"


# --- reading -----------------------------------------------------------------------------


def _records(text: str) -> Iterator[Json]:
    yield from (json.loads(found["json"]) for found in _RECORD.finditer(text))


def _spans(text: str) -> list[tuple[int, str, str]]:
    """Place, id and passage of the numbers in HTML; a span within one belongs to its passage."""
    found: list[tuple[int, str, str]] = []
    opened: list[tuple[re.Match[str], str]] = []
    for tag in _SPAN.finditer(text):
        if not tag["end"]:
            named = _ID.search(tag["attributes"])
            opened.append((tag, "" if named is None else named["id"]))
        elif opened:
            start, name = opened.pop()
            if name:
                found.append((start.start(), name, text[start.end() : tag.start()]))
    return sorted(found)


def _seen(text: str, kind: str) -> str:
    """What readers see of a passage."""
    if kind == PLAIN:
        return one_line(text)
    if kind == MARKDOWN:
        emphasised = _EMPHASIS.fullmatch(text)
        text = _QUOTED.sub("\n", text if emphasised is None else emphasised["text"])
    text = _TAG.sub("", _BREAK.sub(" ", text))
    if kind == MARKDOWN:
        text = _BACKSLASHED.sub(r"\1", text)
    return one_line(html.unescape(text))
