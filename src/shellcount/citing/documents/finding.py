"""Find numbers in the visible text of a document by the places where they were filled in.

For plain text, and for numbers whose tags another program or a person removed.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from shellcount.citing.documents.pieces import Value
from shellcount.citing.documents.records import CONTEXT, Place
from shellcount.text import one_line

type Span = tuple[int, int]
type Search = Callable[[str, Sequence[Place], Sequence[Span | None], int], Span | None]

_BLANKS = r"[^\S\n]++"  # white space within a line
_LONGEST_EDIT = 200  # characters that may stand where a number was
# Where a number begins and ends, so that 0.7 is not found in 10.7, in 0.7% or in 0.75.
_BEGINS = r"(?<!\w)(?<!\d[.,])(?<![-−])"  # noqa: RUF001  # a minus sign
_ENDS = r"(?!\w)(?!%)(?![.,]\d)"


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
    )


def find(text: str, places: Sequence[Place]) -> list[Span | None]:
    r"""Find each number: where it stood, else by its context, else edited in its context, else by order.

    Examples
    --------
    >>> places = placed("was 0.70 or so", [(4, Value("a1", "0.70"))])
    >>> find("Title\nwas 0.75 or so", places)
    [(10, 14)]
    """
    starts = line_starts(text)
    spans = [_where_it_stood(text, starts, place) for place in places]
    searches: tuple[Search, ...] = (_in_its_context, _edited_in_its_context, _in_its_order)
    for search, index in itertools.product(searches, range(len(places))):
        if spans[index] is None:
            spans[index] = search(text, places, spans, index)
    return spans


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
