"""Look passages up in a text whatever its white space, without going through it for each of them."""

from __future__ import annotations

import bisect
import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

type Span = tuple[int, int]

CANDIDATES = 50  # places of a text that are compared with one passage
# Where an indexed passage may begin: a word, a part of a word after punctuation, or digits.
_BEGINNING = re.compile(r"(?<!\S)\S|(?<=\W)\w|(?<!\d)\d")
_LENGTHS = (24, 12, 6, 3, 1)  # of indexed beginnings
_WORD = re.compile(r"\S+")


# Some programs make typographic marks of straight ones.
_STRAIGHT = str.maketrans("\u2018\u2019\u02bc\u201c\u201d\u201e", "'''\"\"\"")


def folded(text: str) -> str:
    r"""Fold the white space of a text: none at its ends, one blank between words; and its quotation marks.

    Examples
    --------
    >>> folded(" \N{LEFT DOUBLE QUOTATION MARK}2.0  million ")
    '"2.0 million'
    """
    return straight(" ".join(text.split()))


def straight(text: str) -> str:
    r"""Write apostrophes and quotation marks straight, of which some programs make typographic ones.

    Examples
    --------
    >>> straight("the model\N{RIGHT SINGLE QUOTATION MARK}s")
    "the model's"
    """
    return text.translate(_STRAIGHT)


class Passages:
    """Text with folded white space, and an index of where certain passages stand in it.

    Parameters
    ----------
    text
        The text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = folded(text)
        self._lines = array("q", [0, *(found.end() for found in re.finditer("\n", text))])
        # Where each word starts: in the text, and with folded white space.
        self._starts, self._folded_starts = array("q"), array("q")
        at = 0
        for word in _WORD.finditer(text):
            self._starts.append(word.start())
            self._folded_starts.append(at)
            at += len(word[0]) + 1
        self._anchors: dict[str, tuple[str, int] | None] = {}
        self._found: dict[str, array[int]] = defaultdict(lambda: array("q"))

    def index(self, passages: Iterable[tuple[str, bool]]) -> None:
        """Index the text for passages.

        Parameters
        ----------
        passages
            Passages with folded white space; and of each, whether its first word may be the rest of one.
        """
        wanted: dict[int, set[str]] = defaultdict(set)
        for passage, cut in passages:
            if self._anchors.get(passage) is None:
                self._anchors[passage] = _anchor(passage, cut=cut)
            anchor = self._anchors[passage]
            if anchor is not None and anchor[0] not in self._found:
                wanted[len(anchor[0])].add(anchor[0])
        for beginning in _BEGINNING.finditer(self.folded) if wanted else ():
            at = beginning.start()
            for length, keys in wanted.items():
                key = self.folded[at : at + length]
                if key in keys:
                    self._found[key].append(at)

    def find(self, passage: str, behind: int) -> list[int]:
        """List the first places, with folded white space, where an indexed passage stands behind a place."""
        anchor = self._anchors.get(passage)
        if anchor is None:
            return []
        key, offset = anchor
        places = self._found[key]
        first = bisect.bisect_left(places, self._place(behind) + offset)
        return [
            place - offset
            for place in self.compared(places[first : first + CANDIDATES])
            if place >= offset and self.folded.startswith(passage, place - offset)
        ]

    def compared(self, places: Iterable[int]) -> Iterator[int]:
        """Yield the places that are compared with a passage."""
        yield from places

    def span(self, first: int, last: int) -> Span:
        """Give the span in the text of one with folded white space."""
        start = self._original(first)
        return start, start if first >= last else self._original(last - 1) + 1

    def trimmed(self, first: int, last: int) -> Span:
        """Give the span in the text of one with folded white space, without the blanks at its ends."""
        passage = self.folded[first:last]
        first += len(passage) - len(passage.lstrip())
        return self.span(first, first + len(passage.strip()))

    def on_one_line(self, first: int, last: int) -> bool:
        """Tell whether a span with folded white space lies within one line."""
        start, end = self.span(first, last)
        return self.line_number(start) == self.line_number(max(start, end - 1))

    def starts_line(self, at: int) -> bool:
        """Tell whether the first word of a line begins at a place with folded white space."""
        return at == 0 or (self.folded[at - 1] == " " and not self.on_one_line(at - 2, at + 1))

    def ends_line(self, at: int) -> bool:
        """Tell whether the last word of a line ends at a place with folded white space."""
        after = self.folded[at : at + 2]
        return after == "" or (after[0] == " " and not self.on_one_line(at - 1, at + 2))

    def line(self, at: int) -> Span:
        """Give the line around a place, both with folded white space."""
        return self._folded_line(self.line_number(self._original(at)))

    def line_of(self, number: int) -> Span | None:
        """Give a line by its number, with folded white space; ``None`` if it is blank or there is none."""
        if not 1 <= number <= len(self._lines):
            return None
        first, last = self._folded_line(number)
        return (first, last) if first < last else None

    def _folded_line(self, number: int) -> Span:
        end = self._lines[number] - 1 if number < len(self._lines) else len(self.text)
        following = bisect.bisect_left(self._starts, end)
        last = self._folded_starts[following] - 1 if following < len(self._starts) else len(self.folded)
        return self._place(self._lines[number - 1]), last

    def _original(self, at: int) -> int:
        """Give the place in the text of one with folded white space."""
        if not self._starts:
            return 0
        word = max(bisect.bisect_right(self._folded_starts, at) - 1, 0)
        return self._starts[word] + at - self._folded_starts[word]

    def _place(self, at: int) -> int:
        """Give the place with folded white space of one in the text; that of the next word for a blank."""
        word = bisect.bisect_right(self._starts, at) - 1
        if word < 0:
            return 0
        following = self._folded_starts[word + 1] if word + 1 < len(self._starts) else len(self.folded) + 1
        place = self._folded_starts[word] + at - self._starts[word]
        return place if place < following - 1 else following

    def line_number(self, at: int) -> int:
        """Give the number of the line around a place in the text."""
        return bisect.bisect_right(self._lines, at)


def _anchor(passage: str, *, cut: bool) -> tuple[str, int] | None:
    """Choose the part of a passage that is indexed, and where in it that begins."""
    first = _BEGINNING.search(passage, 1 if cut else 0)
    if first is None:
        return None
    rest = passage[first.start() :]
    length = next((length for length in _LENGTHS if length <= len(rest)), len(rest))
    return rest[:length], first.start()
