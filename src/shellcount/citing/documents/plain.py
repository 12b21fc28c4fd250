"""Fill numbers into plain text, and find them again by the places that are recorded beside it.

Plain text has no mark-up that could name a number. What was filled in is therefore known by its text
and by where it stood: a number that was moved and reworded at once cannot be found again.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from shellcount.citing.documents.pieces import Mark, Placeholder, Value
from shellcount.citing.documents.placeholders import FILLED, decode, find_placeholders, line_at
from shellcount.citing.documents.records import CONTEXT, Place
from shellcount.text import one_line

PLAIN = ".txt"

type Span = tuple[int, int]
type Search = Callable[[str, Sequence[Place], Sequence[Span | None], int], Span | None]

_BYTE_ORDER_MARK = "\ufeff"
_BLANKS = r"[^\S\n]++"  # white space within a line
_LONGEST_EDIT = 200  # characters that may stand where a number was
# Where a number begins and ends, so that 0.7 is not found in 10.7, in 0.7% or in 0.75.
_BEGINS = r"(?<!\w)(?<!\d[.,])(?<![-−])"  # noqa: RUF001  # a minus sign
_ENDS = r"(?!\w)(?!%)(?![.,]\d)"
_REFERENCES = re.compile(r"(?<=\n)References\n\n(?:\[[0-9]+\] .*\n?)+")


def placeholders(data: bytes) -> list[Placeholder]:
    """List the placeholders of a template, in their order.

    Raises
    ------
    DocumentError
        When it is not UTF-8, or braces open and do not close on the same line.
    """
    return find_placeholders(decode(data))


def fill(data: bytes, values: Sequence[Value], notes: Sequence[str]) -> tuple[bytes, tuple[Place, ...]]:
    """Replace a template's placeholders by values, and add references at its end.

    Returns
    -------
    tuple
        The filled text, and where in it each value stands.
    """
    template = decode(data)
    remaining = iter(values)
    text, last = "", 0
    spans: list[tuple[int, Value]] = []
    for place in FILLED.finditer(template):
        text, last = text + template[last : place.start()], place.end()
        if place["asked"] is None:
            text += "{{"
            continue
        value = next(remaining)
        spans.append((len(text), value))
        text += one_line(value.text) + ("" if value.note is None else f" [{value.note}]")
    text += template[last:]
    added = "".join(f"[{number}] {one_line(note)}\n" for number, note in enumerate(notes, start=1))
    if added:
        gap = "" if not text or text.endswith("\n") else "\n"
        added = f"{gap}\nReferences\n\n{added}"
    if "\r\n" in template:
        added = added.replace("\n", "\r\n")
    places = tuple(_place(text, start, value) for start, value in spans)
    return f"{text}{added}".encode(), places


def _place(text: str, start: int, value: Value) -> Place:
    """Record where a value stands in filled text."""
    shown = one_line(value.text)
    begin = text.rfind("\n", 0, start) + 1
    if begin == 0 and text.startswith(_BYTE_ORDER_MARK):
        begin = 1
    stop = text.find("\n", start)
    line = text[begin : len(text) if stop < 0 else stop].removesuffix("\r")
    column = start - begin
    return Place(
        id=value.id,
        text=shown,
        line=text.count("\n", 0, start) + 1,
        column=column + 1,
        before=line[max(0, column - CONTEXT) : column],
        after=line[column + len(shown) :][:CONTEXT],
    )


def read(data: bytes, places: Sequence[Place]) -> list[Mark]:
    """Find the numbers that were filled into a text, in the order of their places.

    Raises
    ------
    DocumentError
        When it is not UTF-8.
    """
    text = decode(data).removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n")
    marks = []
    for place, span in zip(places, _find(text, places), strict=True):
        if span is None:
            marks.append(Mark(place.id, None, f"line {place.line} when it was filled in"))
        else:
            marks.append(Mark(place.id, one_line(text[slice(*span)]), line_at(text, span[0])))
    return marks


# --- finding -----------------------------------------------------------------------------


def _find(text: str, places: Sequence[Place]) -> list[Span | None]:
    """Find each number: where it stood, else by its context, else edited in its context, else by order."""
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    spans = [_where_it_stood(text, starts, place) for place in places]
    text = _without_references(text)
    searches: tuple[Search, ...] = (_in_its_context, _edited_in_its_context, _in_its_order)
    for search, index in itertools.product(searches, range(len(places))):
        if spans[index] is None:
            spans[index] = search(text, places, spans, index)
    return spans


def _without_references(text: str) -> str:
    """Remove the references at the end, which repeat the numbers."""
    found = list(_REFERENCES.finditer(text))
    if not found:
        return text
    last = found[-1]
    return text[: last.start()] + "\n" * len(last[0]) + text[last.end() :]


def _where_it_stood(text: str, starts: Sequence[int], place: Place) -> Span | None:
    """Find a number at its line and column, between the same characters."""
    if place.line > len(starts):
        return None
    begin = starts[place.line - 1]
    start = begin + place.column - 1
    end = start + len(place.text)
    before = text[start - 1 : start] if start > begin else "\n"
    after = text[end : end + 1] or "\n"
    same = (before, text[start:end], after) == (
        place.before[-1:] or "\n",
        place.text,
        place.after[:1] or "\n",
    )
    return (start, end) if same else None


def _in_its_context(
    text: str, places: Sequence[Place], spans: Sequence[Span | None], index: int
) -> Span | None:
    """Find a number between its own words, whatever white space and line breaks are among them."""
    place = places[index]
    before, after = place.before.lstrip(), place.after.rstrip()
    if not before.strip() and not after.strip():
        return None
    expression = re.compile(
        (_spaced(before) if before else _BEGINS)
        + f"(?P<number>{_spaced(place.text)})"
        + (_spaced(after) if after else _ENDS)
    )
    taken = set(spans)
    behind = max((span[1] for span in spans[:index] if span is not None), default=0)
    # Of numbers in the same words, the next one is meant.
    for start in dict.fromkeys((behind, 0)):
        for found in expression.finditer(text, start):
            if found.span("number") not in taken:
                return found.span("number")
    return None


def _edited_in_its_context(
    text: str, places: Sequence[Place], spans: Sequence[Span | None], index: int
) -> Span | None:
    """Find what stands now where a number stood, if its words are there once."""
    place = places[index]
    before, after = place.before.strip(), place.after.strip()
    if not before and not after:
        return None
    expression = re.compile(
        ("^[^\\S\n]*+" if place.from_line_start else "")
        + _spaced(before, _BLANKS)
        + f"(?P<number>[^\n]{{0,{_LONGEST_EDIT}}}?)"
        + _spaced(after, _BLANKS)
        + ("[^\\S\n]*+$" if place.to_line_end else ""),
        re.MULTILINE,
    )
    free = (
        span
        for span in (_trimmed(text, found.span("number")) for found in expression.finditer(text))
        if not any(_overlap(span, other) for other in spans)
    )
    first, second = next(free, None), next(free, None)
    return first if second is None else None


def _trimmed(text: str, span: Span) -> Span:
    """Leave out the white space at both ends of a span."""
    passage = text[slice(*span)]
    start = span[0] + len(passage) - len(passage.lstrip())
    return start, start + len(passage.strip())


def _in_its_order(
    text: str, places: Sequence[Place], spans: Sequence[Span | None], index: int
) -> Span | None:
    """Find the text of a number between the numbers before and after it, if it is there once."""
    behind = next((span[1] for span in reversed(spans[:index]) if span is not None), 0)
    ahead = next((span[0] for span in spans[index + 1 :] if span is not None), len(text))
    expression = re.compile(f"{_BEGINS}{_spaced(places[index].text)}{_ENDS}")
    free: Iterator[Span] = (found.span() for found in expression.finditer(text, behind, ahead))
    first, second = next(free, None), next(free, None)
    return first if second is None else None


def _spaced(text: str, space: str = r"\s++") -> str:
    """Write an expression for a text, in which any white space stands for any other."""
    return space.join(map(re.escape, re.split(r"\s+", text)))


def _overlap(one: Span, other: Span | None) -> bool:
    return other is not None and one[0] < other[1] and other[0] < one[1]
