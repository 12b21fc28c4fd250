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
from dataclasses import dataclass
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from shellcount.digest import Json, canonical_json
from shellcount.errors import DocumentError
from shellcount.markup import escape_inline, escape_markdown
from shellcount.text import one_line

MARKDOWN, HTML, PLAIN = ".md", ".html", ".txt"
ESCAPED = "\\{{"

_PLACEHOLDER = re.compile(r"(?<!\\)\{\{(?P<asked>[^{}\n]*)\}\}")
_OPENING = re.compile(r"(?<!\\)\{\{")
_FILLED = re.compile(rf"{_PLACEHOLDER.pattern}|\\\{{\{{")
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

# Invisible, and kept by editors: the digits 0 to 3, and what opens and closes a number or a record.
_DIGITS = "\u200b\u200c\u200d\u2060"
_OPEN, _CLOSE, _LAST = "\u2061", "\u2062", "\u2063"
_HIDDEN = re.compile(f"{_OPEN}(?P<id>[{_DIGITS}]+){_OPEN}(?P<text>[^{_OPEN}{_CLOSE}]*){_CLOSE}")
_HIDDEN_RECORD = re.compile(f"{_LAST}(?P<data>[{_DIGITS}]+){_LAST}")
_LARGEST_RECORD = 10_000_000
_VALUE_OF = {digit: value for value, digit in enumerate(_DIGITS)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A placeholder.

    Parameters
    ----------
    text
        What stands in its braces.
    where
        Where it stands, in words.
    """

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Value:
    """What is put in the place of a placeholder.

    Parameters
    ----------
    id
        By which the record knows it.
    text
        What readers see.
    note
        Number of its reference, or ``None``.
    """

    id: str
    text: str
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that was filled in, as it stands in a document now.

    Parameters
    ----------
    id
        By which the record knows it.
    text
        What readers see, free of mark-up, on one line.
    where
        Where it stands, in words.
    """

    id: str
    text: str
    where: str


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
        for place in _PLACEHOLDER.finditer(text)
    ]
    starts = {place.start() for place in _PLACEHOLDER.finditer(text)}
    for place in _OPENING.finditer(text):
        if place.start() not in starts:
            raise DocumentError(
                f"{_line(text, place.start())}: braces open and do not close on the same line; "
                f"for braces as such write {ESCAPED}"
            )
    if kind == HTML:
        _refuse_in_tags(text)
    if kind == MARKDOWN:
        _refuse_in_code(text)
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
        for start, name, passage in (_hidden_marks(text) if kind == PLAIN else _spans(text))
    ]
    try:
        return list(_records(text, kind)), marks
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


# --- where a number cannot stand ---------------------------------------------------------


class _Places(HTMLParser):
    """Finds placeholders where a span would be shown or lost: in tags, comments, scripts and titles."""

    _OPAQUE = frozenset({"script", "style", "title", "textarea", "svg", "math", "iframe", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._within: list[str] = []
        self.found: tuple[int, str] | None = None

    def _look(self, text: str | None, place: str) -> None:
        found = _OPENING.search(text or "")
        if self.found is None and text is not None and found is not None:
            self.found = self.getpos()[0] + text.count("\n", 0, found.start()), place

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._look(self.get_starttag_text(), f"the tag {one_line(tag, 40)}")
        if tag in self._OPAQUE:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if self._within:
            self._look(data, self._within[-1])

    def handle_comment(self, data: str) -> None:
        self._look(data, "a comment")

    def handle_decl(self, decl: str) -> None:
        self._look(decl, "a declaration")

    def unknown_decl(self, data: str) -> None:
        self._look(data, "a declaration")

    def handle_pi(self, data: str) -> None:
        self._look(data, "an instruction")


def _misplaced(text: str) -> tuple[int, str] | None:
    """Line and place of the first placeholder in HTML that a number cannot take."""
    places = _Places()
    places.feed(text)
    tail = places.rawdata  # what the parser has yet to understand
    found = _OPENING.search(tail)
    if places.found is None and found and (tail.startswith("<") or places.cdata_elem is not None):
        return places.getpos()[0] + tail.count("\n", 0, found.start()), "a tag that does not close"
    places.close()
    return places.found


def _refuse_in_tags(text: str) -> None:
    misplaced = _misplaced(text)
    if misplaced is not None:
        line, place = misplaced
        raise DocumentError(f"line {line}: a placeholder in {place} cannot be filled; move it into the text")


def _refuse_in_code(text: str) -> None:
    lines = text.split("\n")
    end = _front_matter_end(lines)
    for number, line in enumerate(lines[:end], start=1):
        if _OPENING.search(line):
            raise DocumentError(
                f"line {number}: a placeholder in the front matter cannot be filled; move it into the text"
            )
    start, stop = 0, 1
    for block in MarkdownIt("commonmark").enable("table").parse("\n" * end + "\n".join(lines[end:])):
        start, stop = block.map or (start, stop)
        for token in (block, *(block.children or ())):
            place = _unfillable(token)
            if place is not None:
                content = token.content.strip().split("\n")
                shown = next((line for line in content if _OPENING.search(line)), "{{")
                within = (number for number in range(start, stop) if shown in lines[number])
                raise DocumentError(
                    f"line {next(within, start) + 1}: a placeholder in {place} cannot be filled; "
                    f"for braces as such write {ESCAPED}"
                )


def _front_matter_end(lines: Sequence[str]) -> int:
    """How many lines the metadata at the beginning of a Markdown file have."""
    fence = lines[0].removeprefix("\ufeff").rstrip()
    if fence not in {"---", "+++"}:
        return 0
    ends = {fence, "..."} if fence == "---" else {fence}
    return next((number for number, line in enumerate(lines[1:], start=2) if line.rstrip() in ends), 0)


def _unfillable(token: Token) -> str | None:
    """Where the placeholder of a token of Markdown stands, if a number cannot stand there."""
    if token.type in {"fence", "code_block", "code_inline"}:
        return "code" if _OPENING.search(f"{token.info}\n{token.content}") else None
    if token.type in {"html_block", "html_inline"}:
        misplaced = _misplaced(token.content)
        return None if misplaced is None else misplaced[1]
    linked = any(_OPENING.search(str(value).replace("%7B", "{")) for value in token.attrs.values())
    return "a link" if linked else None


# --- writing -----------------------------------------------------------------------------


def _written(value: Value, kind: str, label: str) -> str:
    if kind == PLAIN:
        note = "" if value.note is None else f" [{value.note}]"
        return f"{_OPEN}{_hidden(value.id.encode())}{_OPEN}{one_line(value.text)}{_CLOSE}{note}"
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
    PLAIN: lambda noted, record: f"{noted}{_LAST}{_hidden(zlib.compress(canonical_json(record)))}{_LAST}\n",
}


def _comment(record: Json) -> str:
    # As JSON has it, so that nothing in the record can end the comment.
    safe = canonical_json(record).decode().replace("--", "-\\u002d")
    safe = safe.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"<!--shellcount-record {safe}-->"


# --- reading -----------------------------------------------------------------------------


def _records(text: str, kind: str) -> Iterator[Json]:
    if kind != PLAIN:
        yield from (json.loads(found["json"]) for found in _RECORD.finditer(text))
        return
    for found in _HIDDEN_RECORD.finditer(text):
        yield json.loads(zlib.decompressobj().decompress(_shown(found["data"]), _LARGEST_RECORD))


def _hidden_marks(text: str) -> Iterator[tuple[int, str, str]]:
    """Place, id and passage of the numbers in plain text."""
    for mark in _HIDDEN.finditer(text):
        yield mark.start(), _shown(mark["id"]).decode("ascii", "replace"), mark["text"]


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


def _hidden(data: bytes) -> str:
    return "".join(_DIGITS[byte >> shift & 3] for byte in data for shift in (6, 4, 2, 0))


def _shown(digits: str) -> bytes:
    values = [_VALUE_OF[digit] for digit in digits[: len(digits) // 4 * 4]]
    return bytes(
        values[at] << 6 | values[at + 1] << 4 | values[at + 2] << 2 | values[at + 3]
        for at in range(0, len(values), 4)
    )
