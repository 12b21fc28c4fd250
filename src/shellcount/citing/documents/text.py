"""Fill numbers into Markdown and HTML, and find them again.

A number is enclosed in a ``span`` whose attribute names it. Readers do not see it, and it stays with the
number when people move or reword the text around it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from shellcount.citing.documents.finding import placed
from shellcount.citing.documents.pieces import Note, Reading, Scan, Tagged, Value
from shellcount.citing.documents.placeholders import (
    FILLED,
    decode,
    find_placeholders,
    line_at,
    refuse_in_code,
    refuse_in_tags,
)
from shellcount.citing.documents.records import Place, label
from shellcount.digest import Json, canonical_json
from shellcount.errors import DocumentError
from shellcount.text import escape_inline, escape_markdown, one_line

MARKDOWN, HTML = ".md", ".html"

_SPAN = re.compile(r"<(?P<end>/?)span\b(?P<attributes>[^<>]*)>", re.IGNORECASE)
_ID = re.compile(r"\bdata-shellcount=[\"']?(?P<id>[0-9a-f]+)", re.IGNORECASE)
_RECORD = re.compile(r"<!--\s*shellcount-record\s+(?P<json>\{[^<>]*\})\s*-->")
_NOTE = {
    MARKDOWN: re.compile(r"(?m)^\[\^(?P<label>shellcount-[0-9a-f]{6}-[0-9]+)\]: (?P<text>.*)$"),
    HTML: re.compile(r"(?i)<li id=\"(?P<label>shellcount-[0-9a-f]{6}-[0-9]+)\">(?P<text>[^<]*)</li>"),
}
_MARKUP = re.compile(r"<!--.*?-->|<[^<>]*>", re.DOTALL)
_TAG = re.compile(r"(?<!\\)<[^<>]*>")
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_BODY_END = re.compile(r"</body", re.IGNORECASE)
# Emphasis around a number in Markdown, and the marks of a block quote before its lines.
_EMPHASIS = re.compile(r"\s*(?P<mark>[*_]{1,3}|`+)(?P<text>.*)(?P=mark)\s*", re.DOTALL)
_QUOTED = re.compile(r"\n[ \t]*(?:>[ \t]?)+")
_BACKSLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")


def scan(data: bytes, kind: str) -> Scan:
    """List the placeholders of a template, in their order.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or a placeholder is in a place that cannot be filled.
    """
    text = decode(data)
    unescape = html.unescape if kind == HTML else _without_escaped_bars
    listed = tuple(replace(each, text=unescape(each.text)) for each in find_placeholders(text))
    if kind == HTML:
        refuse_in_tags(text)
    else:
        refuse_in_code(text)
    return Scan(listed)


def fill(
    data: bytes,
    kind: str,
    values: Sequence[Value],
    notes: Sequence[str],
    record_of: Callable[[tuple[Place, ...]], Json],
) -> bytes:
    """Replace a template's placeholders by values, and add references and record at its end."""
    text = decode(data)
    remaining = iter(values)
    # The label keeps references distinct when filled documents are joined.
    prefix = label(record_of(()))

    def put(place: re.Match[str]) -> str:
        return "{{" if place["asked"] is None else _written(next(remaining), kind, prefix)

    filled = FILLED.sub(put, text)
    visible, tagged = _visible(filled)
    by_id = {value.id: value for value in values}
    places = placed(visible, [(start, by_id[name]) for start, name in tagged if name in by_id])
    added = _AT_END[kind](_noted(notes, kind, prefix), record_of(places))
    ends = [place.start() for place in _BODY_END.finditer(filled)] if kind == HTML else []
    end = ends[-1] if ends else len(filled)
    if not ends and filled and not filled.endswith("\n"):
        added = f"\n{added}"
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")
    return f"{filled[:end]}{added}{filled[end:]}".encode()


def read(data: bytes, kind: str) -> Reading:
    """Read the records, numbers and references of a document that was filled in.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or a record in it is damaged.
    """
    text = decode(data)
    tagged = [
        Tagged(name, _seen(passage, kind), line_at(text, start)) for start, name, passage in _spans(text)
    ]
    notes = [
        Note(found["label"], _seen(found["text"], kind), line_at(text, found.start()))
        for found in _NOTE[kind].finditer(text)
    ]
    try:
        records = tuple(_records(text))
    except (ValueError, RecursionError):
        raise DocumentError("the record of what was filled in is damaged") from None
    return Reading(records, tuple(tagged), tuple(notes), _visible(_NOTE[kind].sub("", text))[0])


def _without_escaped_bars(text: str) -> str:
    """Unescape the bars of a placeholder, which a table in Markdown needs escaped."""
    return text.replace("\\|", "|")


# --- writing -----------------------------------------------------------------------------


def _written(value: Value, kind: str, label: str) -> str:
    text = escape_inline(value.text) if kind == MARKDOWN else html.escape(one_line(value.text))
    span = f'<span data-shellcount="{value.id}">{text}</span>'
    if value.note is None:
        return span
    if kind == MARKDOWN:
        return f"{span}[^{label}-{value.note}]"
    return f'{span}<sup><a href="#{label}-{value.note}">[{value.note}]</a></sup>'


def _noted(notes: Sequence[str], kind: str, label: str) -> str:
    """Format the references for the end of a document."""
    numbered = list(enumerate(notes, start=1))
    if kind == MARKDOWN:
        return "".join(f"\n[^{label}-{place}]: {escape_markdown(note)}\n" for place, note in numbered)
    items = "".join(
        f'<li id="{label}-{place}">{html.escape(one_line(note))}</li>\n' for place, note in numbered
    )
    return f'<section aria-label="References">\n<ol>\n{items}</ol>\n</section>\n' if notes else ""


_AT_END: dict[str, Callable[[str, Json], str]] = {
    MARKDOWN: lambda noted, record: f"{noted}\n{_comment(record)}\n",
    HTML: lambda noted, record: f"{noted}{_comment(record)}\n",
}


def _comment(record: Json) -> str:
    # Escaped as JSON allows, so that nothing in the record can end the comment.
    safe = canonical_json(record).decode().replace("--", "-\\u002d")
    safe = safe.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!--shellcount-record {safe}-->"


# --- reading -----------------------------------------------------------------------------


def _visible(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Extract the visible text, and where in it tagged numbers start, with their ids."""
    pieces: list[str] = []
    tagged: list[tuple[int, str]] = []
    last = length = 0
    for markup in _MARKUP.finditer(text):
        pieces.append(html.unescape(text[last : markup.start()]))
        length += len(pieces[-1])
        last = markup.end()
        found = _ID.search(markup[0]) if _SPAN.fullmatch(markup[0]) else None
        if found is not None:
            tagged.append((length, found["id"]))
    return "".join([*pieces, html.unescape(text[last:])]), tagged


def _records(text: str) -> Iterator[Json]:
    yield from (json.loads(found["json"]) for found in _RECORD.finditer(text))


def _spans(text: str) -> list[tuple[int, str, str]]:
    """List place, id and passage of the numbers in HTML; a nested span belongs to its passage."""
    spans: list[tuple[int, str, str]] = []
    opened: list[tuple[re.Match[str], str]] = []
    for tag in _SPAN.finditer(text):
        if not tag["end"]:
            attribute = _ID.search(tag["attributes"])
            opened.append((tag, "" if attribute is None else attribute["id"]))
        elif opened:
            start, name = opened.pop()
            if name:
                spans.append((start.start(), name, text[start.end() : tag.start()]))
    return sorted(spans)


def _seen(text: str, kind: str) -> str:
    """Extract the text that readers see of a passage."""
    if kind == MARKDOWN:
        emphasised = _EMPHASIS.fullmatch(text)
        text = _QUOTED.sub("\n", text if emphasised is None else emphasised["text"])
    text = _TAG.sub("", _BREAK.sub(" ", text))
    if kind == MARKDOWN:
        text = _BACKSLASHED.sub(r"\1", text)
    return one_line(html.unescape(text))
