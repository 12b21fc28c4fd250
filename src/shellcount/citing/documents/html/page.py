"""Find placeholders and numbers in HTML."""

from __future__ import annotations

import bisect
import html
import re
from collections.abc import Iterator

from shellcount.citing.documents.html.elements import BLOCKS, SPLITTING
from shellcount.citing.documents.html.reader import BEGINS, NUMBER, Reader
from shellcount.citing.documents.html.tokens import Token, tokens
from shellcount.citing.documents.placeholders import (
    OPENING,
    Spot,
    Template,
    has_written_out,
    line_at,
    refusal,
    refusal_of_end,
    refusal_of_split,
    refuse_written_out,
    spots,
)
from shellcount.citing.documents.shortcodes import foreign, without_foreign
from shellcount.text import one_line

# Maths of MathJax and KaTeX.
_MATHS = re.compile(r"\\\(|\\\[|\$\$")
_NAMED = re.compile(r"(?<!\\)\{\{\s*+[\w.@|<>=≥≤&; ,:-]++\}\}")
_MATHS_ENDS = {"\\(": "\\)", "\\[": "\\]", "$$": "$$"}


def show_tokens(reader: Reader, text: str) -> None:
    """Show HTML to a reader."""
    for token in tokens(text):
        reader.at = token.start
        show_token(reader, text, token)


def show_token(reader: Reader, text: str, token: Token) -> None:
    """Show a piece of HTML to a reader."""
    source = text[token.start : token.end]
    if token.kind not in {"text", "start", "end"} and NUMBER in source and BEGINS not in source:
        reader.lost.append((token.start, _place(token)))
    match token.kind:
        case "text":
            for passage, closing in _maths_apart(source):
                if closing:
                    reader.show_maths(passage, closing)
                else:
                    reader.show_source(passage)
        case "start":
            reader.start(token.name, token.attributes)
        case "end":
            reader.look(token.attributes, f"the tag {one_line(token.name, 40)}")
            reader.end(token.name)
        case "comment":
            reader.comment(source.removeprefix("<!--").removesuffix("-->"))
        case "raw":
            reader.look(source, token.name)
            if token.name == "style":
                reader.rules.add(source)
        case _:
            reader.look(source, _place(token))


def _place(token: Token) -> str:
    """Name the place of what stands in a piece other than text."""
    match token.kind:
        case "start" | "end":
            return f"the tag {one_line(token.name, 40)}"
        case "comment" | "declaration":
            return f"a {token.kind}"
        case "instruction":
            return "an instruction"
        case "raw":
            return token.name
        case _:
            return "a tag that does not close"


def _maths_apart(text: str) -> Iterator[tuple[str, str]]:
    """Take text apart into text and maths, each with what ends it, which is empty for text."""
    if "$$" not in text and "\\" not in text:
        yield text, ""
        return
    place = 0
    absent: set[str] = set()
    for found in _MATHS.finditer(text):
        closing = _MATHS_ENDS[found[0]]
        if found.start() < place or closing in absent:
            continue
        end = text.find(closing, found.end())
        if end < 0:
            absent.add(closing)
            continue
        yield text[place : found.start()], ""
        yield text[found.end() : end], closing
        place = end + len(closing)
    yield text[place:], ""


# --- placeholders ------------------------------------------------------------------------


class _Passage:
    """Text that is interrupted by nothing but tags that placeholders may be split over."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._texts: list[str] = []
        self._starts: list[int] = []  # of the texts in the passage
        self._sources: list[int] = []  # and in the page
        self._length = 0
        self._tags: list[Token] = []

    @property
    def begun(self) -> bool:
        """True from where braces may have opened."""
        return bool(self._texts)

    def add(self, token: Token) -> None:
        """Add text, or a tag, from where braces may have opened."""
        if token.kind != "text":
            if self._texts:
                self._tags.append(token)
            return
        text = self._page[token.start : token.end]
        if self._texts or "{" in text or "&" in text:
            self._texts.append(text)
            self._starts.append(self._length)
            self._sources.append(token.start)
            self._length += len(text)

    def spots(self) -> list[Spot]:
        """List the placeholders and escaped braces, by their places in the page."""
        text = "".join(self._texts)
        if "{" not in text and "&" not in text:
            return []
        if has_written_out(text):
            refuse_written_out(self._page)
        listed = spots(text, lambda place: line_at(self._page, self._source(place)))
        tags = iter(self._tags)
        tag = next(tags, None)
        moved: list[Spot] = []
        for spot in listed:
            start, end = self._source(spot.start), self._source(spot.end - 1) + 1
            kept: list[str] = []
            while tag is not None and tag.start < end:
                if tag.start > start:
                    kept.append(self._page[tag.start : tag.end])
                tag = next(tags, None)
            asked = None if spot.asked is None else html.unescape(spot.asked)
            moved.append(Spot(start, end, asked, "".join(kept)))
        return moved

    def _source(self, place: int) -> int:
        index = bisect.bisect_right(self._starts, place) - 1
        return self._sources[index] + place - self._starts[index]


def find(text: str) -> Template:
    """Find the placeholders.

    Raises
    ------
    DocumentError
        When one is in a place that cannot be filled, or nothing can be added at the end.
    """
    page, remarks = without_foreign(text, tags=True)
    reader = Reader()
    found: list[Spot] = []
    maths: list[tuple[int, int]] = []
    passage = _Passage(page)
    end, closed, place = len(page), False, ""
    tail = ""  # the last character that is shown
    for token in tokens(page):
        if token.kind in {"start", "end"} and token.name not in SPLITTING:
            found += passage.spots()
            passage = _Passage(page)
        opening = None if token.kind == "text" and not reader.opaque else _opening(page, token)
        if opening is not None:
            raise refusal(page, opening, reader.opaque if token.kind == "text" else _place(token))
        if token.kind == "text" and not reader.opaque:
            maths += _maths_of(page, token)
        if token.kind == "end" and token.name == "body":
            end, closed, place = token.start, True, reader.opaque
        elif not closed and token.kind == "unclosed":
            place = _place(token)
        in_text = token.kind == "text" and not reader.opaque
        shown = html.unescape(page[token.start : token.end]) if in_text else ""
        if tail + shown[:1] == "{{" and not passage.begun:
            raise refusal_of_split(page, token.start)
        tail = shown[-1:] or ("" if token.name in BLOCKS else tail)
        if token.kind != "text" or shown:
            passage.add(token)
        _open_or_close(reader, token)
    found += passage.spots()
    place = place if closed else place or reader.opaque
    if place:
        raise refusal_of_end(page, end, place)
    return Template([*_in_maths(found, maths)], end, remarks)


def _open_or_close(reader: Reader, token: Token) -> None:
    if token.kind == "start":
        reader.start(token.name, token.attributes)
    elif token.kind == "end":
        reader.end(token.name)


def _opening(page: str, token: Token) -> int | None:
    """Find braces where nothing can be filled in; in scripts and styles those that enclose a name."""
    looked_for = _NAMED if token.kind == "raw" and token.name in {"script", "style"} else OPENING
    found = looked_for.search(page, token.start, token.end)
    return None if found is None else found.start()


def _maths_of(page: str, token: Token) -> Iterator[tuple[int, int]]:
    """List where maths begins and ends in text that has placeholders."""
    source = page[token.start : token.end]
    if "{{" not in source:
        return
    place = token.start
    for passage, closing in _maths_apart(source):
        end = place + len(passage)
        if closing:
            end += 2 * len(closing)
            yield place, end
        place = end


def _in_maths(found: list[Spot], maths: list[tuple[int, int]]) -> Iterator[Spot]:
    """Tell of each placeholder whether it stands in maths."""
    starts = [start for start, _ in maths]
    for spot in found:
        index = bisect.bisect_right(starts, spot.start) - 1
        within = index >= 0 and spot.start < maths[index][1]
        yield spot._replace(maths=maths[index][1]) if within else spot


def read(text: str) -> Reader:
    """Read a page as its readers do."""
    reader = Reader()
    show_tokens(reader, foreign(text, tags=True).text)
    reader.finish()
    return reader
