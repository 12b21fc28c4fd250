"""Find numbers in the visible text of a document by the places where they were filled in.

For plain text, and for numbers whose tags another program or a person removed. A number is sought where it
stood, then between its own words wherever they are now, then as whatever stands now between these words, and
at last by its own text between the numbers before and after it. The work grows with the text and the number
of places, never with their product: a limited number of passages is compared with each number.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from shellcount.citing.documents.passages import Passages, Span, folded
from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.records import CONTEXT, Place
from shellcount.frozen import frozen
from shellcount.text import one_line

ROUNDS = 3
_LONGEST_EDIT = 200  # characters that may stand where a number was
# Where a number begins and ends, so that 0.7 is not found in 10.7, in 0.7% or in 0.75.
_BEGINS = re.compile(r"(?<!\w)(?<!\d[.,])(?<![-−])")  # noqa: RUF001  # a minus sign
_ENDS = re.compile(r"(?!\w)(?!%)(?![.,]\d)")
# The mark of a reference behind a number, as fill writes it and as other programs change it.
_REFERENCE = re.compile(r"[\s^\x01]*\[[\s^\d]*\][\s^]*")


# --- recording ---------------------------------------------------------------------------


def placed(text: str, values: Sequence[tuple[int, Value]]) -> tuple[Place, ...]:
    r"""Record where values stand in visible text, each given with its first character.

    Examples
    --------
    >>> (place,) = placed("one\nwas 0.70 or so", [(8, Value("a1", "0.70"))])
    >>> place.line, place.column, place.before, place.after
    (2, 5, 'was ', ' or so')
    """
    starts = line_starts(text)
    return tuple(_place(text, starts, start, value) for start, value in values)


def line_starts(text: str) -> list[int]:
    r"""List where the lines of a text start.

    Examples
    --------
    >>> line_starts("one\ntwo")
    [0, 4]
    """
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _place(text: str, starts: Sequence[int], start: int, value: Value) -> Place:
    shown = one_line(value.text)
    number = bisect.bisect_right(starts, start)
    begin = starts[number - 1]
    stop = starts[number] - 1 if number < len(starts) else len(text)
    end = start + len(shown)
    after = text[end : min(end + CONTEXT + 1, stop)]  # one more, for the end of a line of Windows
    return Place(
        id=value.id,
        text=shown,
        line=number,
        column=start - begin + 1,
        before=text[max(begin, start - CONTEXT) : start],
        after=(after.removesuffix("\r") if end + len(after) == stop else after)[:CONTEXT],
        tagged=value.tagged,
    )


# --- finding -----------------------------------------------------------------------------


def find(text: str, places: Sequence[Place]) -> list[Span | None]:
    r"""Find each number of a text again, in the order of their places.

    Examples
    --------
    >>> places = placed("was 0.70 or so", [(4, Value("a1", "0.70"))])
    >>> find("Title\nwas 0.75 or so", places)
    [(10, 14)]
    """
    starts = line_starts(text)
    search = _Search([_where_it_stood(text, starts, place) for place in places])
    if search.complete:
        return search.spans
    passages = Passages(text)
    # The passages of all numbers are indexed at once.
    passages.index((_whole(place), _is_cut(place)) for place in search.missing(places))
    search.forward(places, passages, _in_its_context)
    if not search.complete:
        passages.index(part for place in search.missing(places) for part in _parts(place) if part[0])
        search.forward(places, passages, _edited_in_its_context)
        for _ in range(ROUNDS):  # of which each may find the numbers around others
            search.in_order(places, passages)
    return search.spans


def _parts(place: Place) -> Iterator[tuple[str, bool]]:
    """Yield the passages that an edited number is sought by, and whether each may begin within a word."""
    yield folded(place.before), _is_cut(place)
    yield folded(place.after), not place.after[:1].isspace()
    yield folded(place.text), False


def _is_cut(place: Place) -> bool:
    """Tell whether the words before a number may begin within a word."""
    return not place.from_line_start and not place.before[:1].isspace()


def _whole(place: Place) -> str:
    """Join a number and the text around it, with white space folded."""
    return folded(f"{place.before}{place.text}{place.after}")


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


@frozen
class _Near:
    """End of the last number that was found before another one, and by how many lines it has moved."""

    behind: int
    lines: int


type _Step = Callable[[Passages, Place, _Near, _Search], Span | None]


class _Search:
    """Spans of the numbers that were found so far."""

    def __init__(self, spans: list[Span | None]) -> None:
        self.spans = spans
        self._taken = sorted(span for span in spans if span is not None)

    @property
    def complete(self) -> bool:
        """True if every number was found."""
        return None not in self.spans

    def missing(self, places: Sequence[Place]) -> Iterator[Place]:
        """Yield the places whose numbers were not found."""
        return (place for place, span in zip(places, self.spans, strict=True) if span is None)

    def forward(self, places: Sequence[Place], passages: Passages, step: _Step) -> None:
        """Search for what is missing, in the order of the places: of several passages, the next is meant."""
        near = _Near(0, 0)
        for index, place in enumerate(places):
            if self.spans[index] is None:
                self._take(index, step(passages, place, near, self))
            span = self.spans[index]
            if span is not None:
                lines = passages.line_number(span[0]) - place.line
                near = _Near(max(near.behind, span[1]), lines)

    def in_order(self, places: Sequence[Place], passages: Passages) -> None:
        """Search for the text of what is missing, if it is there once between the numbers around it."""
        ahead = [len(passages.text)] * (len(places) + 1)
        for index in reversed(range(len(places))):
            ahead[index] = (self.spans[index] or (ahead[index + 1], 0))[0]
        behind = 0
        for index, place in enumerate(places):
            if self.spans[index] is None:
                self._take(index, _by_its_text(passages, place, behind, ahead[index]))
            behind = (self.spans[index] or (0, behind))[1]

    def _take(self, index: int, span: Span | None) -> None:
        self.spans[index] = span
        if span is not None:
            bisect.insort(self._taken, span)

    def overlaps(self, span: Span) -> bool:
        """Tell whether another number was found in a span."""
        place = bisect.bisect_left(self._taken, (span[1],))
        return any(
            span[0] < other[1] and other[0] < span[1] for other in self._taken[max(place - 1, 0) : place]
        )

    def found(self, span: Span) -> bool:
        """Tell whether a span is that of a number that was found."""
        place = bisect.bisect_left(self._taken, span)
        return place < len(self._taken) and self._taken[place] == span


def _in_its_context(passages: Passages, place: Place, near: _Near, search: _Search) -> Span | None:
    """Find a number between its own words, whatever white space and line breaks are among them."""
    before, after = place.before.strip(), place.after.strip()
    if not before and not after:
        return None
    whole, text = _whole(place), folded(place.text)
    start = len(folded(f"{place.before}|")) - 1
    for at in dict.fromkeys((*passages.find(whole, near.behind), *passages.find(whole, 0))):
        first, last = at + start, at + start + len(text)
        bounded = (before or _BEGINS.match(passages.folded, first)) and (
            after or _ENDS.match(passages.folded, last)
        )
        span = passages.span(first, last)
        if bounded and not search.found(span):
            return span
    return None


def _edited_in_its_context(passages: Passages, place: Place, near: _Near, search: _Search) -> Span | None:
    """Find what stands now where a number stood, if its words are there once."""
    before, after = folded(place.before), folded(place.after)
    if not before and not after:
        return None
    # Where little else is on its line, words do not lead to it, but its line does.
    for at in _on_its_line(passages, place, {place.line + near.lines, place.line}):
        edited = _edited(passages, place, at)
        if edited is not None and not search.overlaps(span := passages.trimmed(*edited)):
            return span
    words = before or after
    free: set[Span] = set()
    for at in dict.fromkeys((*passages.find(words, near.behind), *passages.find(words, 0))):
        edited = _edited(passages, place, at)
        if edited is not None and not search.overlaps(span := passages.trimmed(*edited)):
            free.add(span)
    return free.pop() if len(free) == 1 else None


def _on_its_line(passages: Passages, place: Place, lines: Iterable[int]) -> Iterator[int]:
    """Yield where the words around a number that began its line may stand now, with folded white space."""
    if not place.from_line_start:
        return
    before, after = folded(place.before), folded(place.after)
    for first, last in filter(None, map(passages.line_of, lines)):
        if before:
            at = first if passages.folded.startswith(before, first) else -1
        elif place.to_line_end:
            at = last - len(after) if passages.folded.startswith(after, last - len(after)) else -1
        else:
            at = passages.folded.find(after, first, min(last, first + _LONGEST_EDIT + len(after)))
        if at >= first:
            yield at


def _edited(passages: Passages, place: Place, at: int) -> Span | None:
    """Give what stands between the words around a number, without a mark of its reference.

    Some programs write such a mark in another way, so that it is none of the words around the number.
    """
    edited = _between(passages, place, at)
    if edited is None:
        return None
    first, last = edited
    first += passages.folded.startswith(" ", first)
    end = first + len(folded(place.text))
    alone = passages.folded[first:end] == folded(place.text)
    return (first, end) if alone and _REFERENCE.fullmatch(passages.folded, end, last) else edited


def _between(passages: Passages, place: Place, at: int) -> Span | None:
    """Give what stands between the words around a number, of which the first stand at a place.

    Both are with folded white space.
    """
    before, after = folded(place.before), folded(place.after)
    line = passages.line(at)
    if not before:
        whole = not place.to_line_end or passages.ends_line(at + len(after))
        return (line[0], at) if whole and at - line[0] <= _LONGEST_EDIT else None
    first = at + len(before)
    if first > line[1] or (place.from_line_start and not passages.starts_line(at)):
        return None
    if not after:
        return (first, line[1]) if line[1] - first <= _LONGEST_EDIT else None
    last = first
    end = min(line[1], first + _LONGEST_EDIT + 2 + len(after))
    while (last := passages.folded.find(after, last, end)) >= 0:
        if not place.to_line_end or last + len(after) == line[1]:
            return first, last
        last += 1
    return None


def _by_its_text(passages: Passages, place: Place, behind: int, ahead: int) -> Span | None:
    """Find the text of a number between two places, if it is there once."""
    text = folded(place.text)
    inside: list[Span] = []
    for first in passages.find(text, behind):
        last = first + len(text)
        span = passages.span(first, last)
        if span[1] > ahead:
            break
        if _BEGINS.match(passages.folded, first) and _ENDS.match(passages.folded, last):
            inside.append(span)
    return inside[0] if len(inside) == 1 else None
