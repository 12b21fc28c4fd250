"""Fill numbers into Markdown and HTML, and read them again.

A number is enclosed in a ``span`` whose attribute names it. Readers do not see it, and it stays with the
number when people move or reword the text around it.
"""

from __future__ import annotations

import heapq
import html
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from shellcount.citing.documents.html import page
from shellcount.citing.documents.html.reader import BEGINS, END, ENDS, LOOKED_FOR, NUMBER, Reader
from shellcount.citing.documents.locating import placed
from shellcount.citing.documents.markdown import blocks
from shellcount.citing.documents.maths import to_maths
from shellcount.citing.documents.pieces import Note, Placeholder, Reading, Scan, Tagged, Value
from shellcount.citing.documents.placeholders import Lines, Spot, Template, decode, line_at, plain_name
from shellcount.citing.documents.records import Place, label, parse_content
from shellcount.digest import Json, canonical_json
from shellcount.errors import DocumentError
from shellcount.limits import require_within
from shellcount.text import escape_inline, escape_markdown, one_line

MARKDOWN, HTML = ".md", ".html"

_FIND = {MARKDOWN: blocks.find, HTML: page.find}
_READ = {MARKDOWN: blocks.read, HTML: page.read}
_RECORD = re.compile(r"\s*shellcount-record\s+(?P<json>\{.*\})\s*", re.DOTALL)
_SIGNS = {MARKDOWN: "<[*_`$|\n", HTML: "<"}  # with which pieces begin
_MOST_CONCERNS = 100
_THIN = "\u202f"  # a thin space between a number and the mark of its note, which no line is broken at


def scan(data: bytes, kind: str) -> Scan:
    """List the placeholders of a template, in their order.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or a placeholder is in a place that cannot be filled.
    """
    text = _decoded(data, kind)
    require_within("numbers", text.count("{{"), "this template")
    template = _FIND[kind](text)
    lines = Lines(text)
    listed = tuple(
        Placeholder(plain_name(spot.asked), lines.at(spot.start))
        for spot in template.spots
        if spot.asked is not None
    )
    return Scan(listed, tuple(template.remarks))


def fill(
    data: bytes,
    kind: str,
    values: Sequence[Value],
    notes: Sequence[str],
    record_of: Callable[[tuple[Place, ...]], Json],
) -> bytes:
    """Replace a template's placeholders by values, and add references and record at its end.

    Raises
    ------
    DocumentError
        When a placeholder is in a place that cannot be filled, such as maths for some numbers.
    """
    text = _decoded(data, kind)
    template = _FIND[kind](text)
    # The label keeps references distinct when filled documents are joined.
    prefix = label(record_of(()))
    filled = _filled(text, template, values, kind, prefix)
    asked = [spot for spot in template.spots if spot.asked is not None]
    marked = [replace(value, tagged=spot.maths is None) for spot, value in zip(asked, values, strict=False)]
    places = _places(_READ[kind](filled).text, marked)
    top, _, bottom = filled.partition(END)
    added = f"{_noted(notes, kind, prefix)}{_comment(record_of(places), kind)}"
    if not bottom and top and not top.endswith("\n"):
        added = f"\n{added}"
    if "\r\n" in text:
        added = added.replace("\n", "\r\n")
    return LOOKED_FOR.sub("", f"{top}{added}{bottom}").encode()


def read(data: bytes, kind: str) -> Reading:
    """Read the records, numbers and references of a document that was filled in.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or a record in it is damaged.
    """
    text = _decoded(data, kind)
    require_within("numbers", text.lower().count(NUMBER), "this document")
    reader = _READ[kind](text)
    lines = Lines(text)
    tagged = tuple(
        Tagged(number.key, number.text, lines.at(number.at), "; ".join(number.concerns))
        for number in reader.numbers
    )
    notes = tuple(Note(name, one_line("".join(parts)), lines.at(at)) for name, at, parts in reader.notes)
    concerns = tuple(
        f"{lines.at(at)}: the tag of a number stands in {place or 'the text, as text'}"
        for at, place in reader.lost[:_MOST_CONCERNS]
    )
    return Reading(_records(reader), tagged, notes, reader.text, concerns)


def _decoded(data: bytes, kind: str) -> str:
    text = decode(data)
    require_within("pieces", sum(text.count(sign) for sign in _SIGNS[kind]), "this document")
    at = next((place for place in (text.find(BEGINS), text.find(ENDS)) if place >= 0), None)
    if at is not None:
        raise DocumentError(
            f"{line_at(text, at)}: it has the character U+{ord(text[at]):04X}, which does not belong in text"
        )
    return text


def _records(reader: Reader) -> tuple[Json, ...]:
    return tuple(
        parse_content(found["json"].encode(errors="replace"))
        for found in (_RECORD.fullmatch(comment) for comment in reader.comments)
        if found is not None
    )


# --- writing -----------------------------------------------------------------------------


def _filled(text: str, template: Template, values: Sequence[Value], kind: str, prefix: str) -> str:
    """Write the values in their places, each behind a mark with its index, and a mark for the end."""
    pieces: list[str] = []
    remaining = iter(enumerate(values))
    waiting: list[str] = []  # references behind maths
    last = behind = 0
    end = Spot(template.end, template.end, None)
    for spot in heapq.merge(template.spots, [end], key=lambda spot: spot.start):
        if waiting and spot.start >= behind:
            pieces += [text[last:behind], *waiting]
            last, waiting = behind, []
        pieces.append(text[last : spot.start])
        last = spot.end
        if spot.asked is None:
            pieces.append("{{" if spot is not end else END)
            continue
        index, value = next(remaining)
        pieces.append(f"{BEGINS}{index}{ENDS}")
        if spot.maths is None:
            pieces += [_written(value, kind), _reference(value, kind, prefix), spot.kept]
            continue
        try:
            pieces += [to_maths(value.text), spot.kept]
        except DocumentError as error:
            raise DocumentError(f"{line_at(text, spot.start)}: {error}") from None
        if spot.maths:
            behind = spot.maths
            waiting.append(_reference(value, kind, prefix))
    if waiting:
        pieces += [text[last:behind], *waiting]
        last = behind
    return "".join([*pieces, text[last:]])


def _places(visible: str, values: Sequence[Value]) -> tuple[Place, ...]:
    """Find out where the values stand in visible text in which marks are before them."""
    pieces: list[str] = []
    placed_values: list[tuple[int, Value]] = []
    last = length = 0
    for found in LOOKED_FOR.finditer(visible):
        pieces.append(visible[last : found.start()])
        length += found.start() - last
        last = found.end()
        placed_values.append((length, values[int(found["index"])]))
    return placed("".join([*pieces, visible[last:]]), placed_values)


def _written(value: Value, kind: str) -> str:
    text = escape_inline(value.text) if kind == MARKDOWN else _escaped(value.text)
    return f'<span data-shellcount="{value.id}">{text}</span>'


def _escaped(text: str) -> str:
    """Escape text for HTML, the braces too, which would look like a placeholder."""
    return html.escape(one_line(text)).replace("{", "&#123;")


def _reference(value: Value, kind: str, prefix: str) -> str:
    if value.note is None:
        return ""
    if kind == MARKDOWN:
        return f"{_THIN}[^{prefix}-{value.note}]"
    return f'{_THIN}<sup><a href="#{prefix}-{value.note}">[{value.note}]</a></sup>'


def _noted(notes: Sequence[str], kind: str, prefix: str) -> str:
    """Format the references for the end of a document."""
    numbered = list(enumerate(notes, start=1))
    if kind == MARKDOWN:
        return "".join(f"\n[^{prefix}-{place}]: {escape_markdown(note)}\n" for place, note in numbered)
    items = "".join(f'<li id="{prefix}-{place}">{_escaped(note)}</li>\n' for place, note in numbered)
    return f'<section aria-label="References">\n<ol>\n{items}</ol>\n</section>\n' if notes else ""


def _comment(record: Json, kind: str) -> str:
    # Escaped as JSON allows, so that nothing in the record can end the comment.
    safe = canonical_json(record).decode().replace("--", "-\\u002d")
    safe = safe.replace("<", "\\u003c").replace(">", "\\u003e").replace("{{", "{\\u007b")
    return f"{'\n' if kind == MARKDOWN else ''}<!--shellcount-record {safe}-->\n"
