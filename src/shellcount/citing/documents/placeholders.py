"""Find placeholders in text, and refuse those that cannot be filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.token import Token

from shellcount.citing.documents.pieces import Placeholder
from shellcount.errors import DocumentError
from shellcount.text import one_line

ESCAPED = "\\{{"
PLACEHOLDER = re.compile(r"(?<!\\)\{\{(?P<asked>[^{}\n]*)\}\}")
OPENING = re.compile(r"(?<!\\)\{\{")
FILLED = re.compile(rf"{PLACEHOLDER.pattern}|\\\{{\{{")


def decode(data: bytes) -> str:
    """Decode a document as UTF-8.

    Raises
    ------
    DocumentError
        When it is not UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DocumentError(f"it is not UTF-8 (byte {error.start + 1})") from None


def line_at(text: str, place: int) -> str:
    """Name the line of a place in text.

    Examples
    --------
    >>> line_at("one, and two", 5)
    'line 1'
    """
    return f"line {text.count('\n', 0, place) + 1}"


def find_placeholders(text: str) -> list[Placeholder]:
    """List the placeholders in text, in their order.

    Raises
    ------
    DocumentError
        When braces open and do not close on the same line.

    Examples
    --------
    >>> [placeholder.text for placeholder in find_placeholders("a {{ load }} b")]
    [' load ']
    """
    matches = list(PLACEHOLDER.finditer(text))
    starts = {match.start() for match in matches}
    for opening in OPENING.finditer(text):
        if opening.start() not in starts:
            raise DocumentError(
                f"{line_at(text, opening.start())}: braces open and do not close on the same line; "
                f"for braces as such write {ESCAPED}"
            )
    return [Placeholder(match["asked"], line_at(text, match.start())) for match in matches]


class _Places(HTMLParser):
    """Finder of placeholders where a span would be visible or lost: in tags, comments, scripts and titles."""

    _OPAQUE = frozenset({"script", "style", "title", "textarea", "svg", "math", "iframe", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._within: list[str] = []
        self.found: tuple[int, str] | None = None

    def _look(self, text: str | None, place: str) -> None:
        found = OPENING.search(text or "")
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
    """Find the line and place of the first placeholder in HTML that cannot be filled."""
    places = _Places()
    places.feed(text)
    tail = places.rawdata  # not parsed yet
    found = OPENING.search(tail)
    if places.found is None and found and (tail.startswith("<") or places.cdata_elem is not None):
        return places.getpos()[0] + tail.count("\n", 0, found.start()), "a tag that does not close"
    places.close()
    return places.found


def refuse_in_tags(text: str) -> None:
    """Refuse a placeholder in HTML where the mark of a number would be visible, or the number lost.

    Raises
    ------
    DocumentError
        With its line.
    """
    misplaced = _misplaced(text)
    if misplaced is not None:
        line, place = misplaced
        raise DocumentError(f"line {line}: a placeholder in {place} cannot be filled; move it into the text")


def refuse_in_code(text: str) -> None:
    """Refuse a placeholder in the code, links, front matter or HTML tags of Markdown.

    Raises
    ------
    DocumentError
        With its line.
    """
    lines = text.split("\n")
    end = _front_matter_end(lines)
    for number, line in enumerate(lines[:end], start=1):
        if OPENING.search(line):
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
                shown = next((line for line in content if OPENING.search(line)), "{{")
                within = (number for number in range(start, stop) if shown in lines[number])
                raise DocumentError(
                    f"line {next(within, start) + 1}: a placeholder in {place} cannot be filled; "
                    f"for braces as such write {ESCAPED}"
                )


def _front_matter_end(lines: Sequence[str]) -> int:
    """Count the lines of the metadata at the beginning of a Markdown file."""
    fence = lines[0].removeprefix("\ufeff").rstrip()
    if fence not in {"---", "+++"}:
        return 0
    ends = {fence, "..."} if fence == "---" else {fence}
    return next((number for number, line in enumerate(lines[1:], start=2) if line.rstrip() in ends), 0)


def _unfillable(token: Token) -> str | None:
    """Name the place of a placeholder in a token of Markdown, if it cannot be filled there."""
    if token.type in {"fence", "code_block", "code_inline"}:
        return "code" if OPENING.search(f"{token.info}\n{token.content}") else None
    if token.type in {"html_block", "html_inline"}:
        misplaced = _misplaced(token.content)
        return None if misplaced is None else misplaced[1]
    linked = any(OPENING.search(str(value).replace("%7B", "{")) for value in token.attrs.values())
    return "a link" if linked else None
