"""Take HTML apart as browsers do, in one pass: text, tags, comments, and content that is not text.

The standard library's parser is not used, since it misses elements of raw text, and since older releases of
it take time in proportion to the square of what does not close.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from shellcount.citing.documents.html.elements import FOREIGN, RAW

type Kind = Literal["text", "start", "end", "comment", "declaration", "instruction", "raw", "unclosed"]

_SPACE = r"[ \t\n\f\r]"
_VALUE = (
    r"""(?:"(?P<double>[^"]*+)(?:"|\Z)|'(?P<single>[^']*+)(?:'|\Z)"""
    r"""|(?P<bare>[^ \t\n\f\r>"'][^ \t\n\f\r>]*+))"""
)
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _VALUE)  # the same without names
_NAMED = r"[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+"
_ATTRIBUTE = re.compile(rf"(?P<name>{_NAMED})(?:{_SPACE}*+={_SPACE}*+(?:{_VALUE}|(?=>)|\Z))?+")
_TAG = re.compile(
    r"</?+(?P<name>[A-Za-z][^ \t\n\f\r/>]*+)"
    rf"(?P<attributes>(?:[ \t\n\f\r/]++|{_NAMED}(?:{_SPACE}*+={_SPACE}*+(?:{_UNNAMED}|(?=>)))?+)*+)"
    r"(?P<close>>?+)"
)
_COMMENT_END = re.compile(r"--!?>")
_SCRIPT = re.compile(r"(?P<open><!--)|(?P<close>-->)|<(?P<end>/?)script(?=[ \t\n\f\r/>])", re.IGNORECASE)
_RAW_END = {name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE) for name in RAW}


class Token(NamedTuple):
    """Piece of HTML.

    Parameters
    ----------
    kind
        ``raw`` stands for the content of an element that is not taken apart, ``unclosed`` for a tag, a
        comment or another piece that the text ends in.
    start, end
        Its place in the text.
    name
        Name of a tag or of the element around raw content, in lower case.
    attributes
        Source of the attributes of a tag.
    """

    kind: Kind
    start: int
    end: int
    name: str = ""
    attributes: str = ""


def tokens(text: str) -> Iterator[Token]:
    """Take HTML apart, in time in proportion to its length.

    Examples
    --------
    >>> [(token.kind, token.name) for token in tokens("<b>2.0</b><!-- x -->")]
    [('start', 'b'), ('text', ''), ('end', 'b'), ('comment', '')]
    """
    place = foreign = 0
    while place < len(text):
        start = _opening(text, place)
        if start > place:
            yield Token("text", place, start)
        if start == len(text):
            return
        token = _tag(text, start) or _other(text, start, foreign=foreign > 0)
        yield token
        place = token.end
        if token.name in FOREIGN:
            closed = token.kind == "end" or token.attributes.endswith("/")
            foreign = max(0, foreign - (token.kind == "end")) if closed else foreign + 1
        if token.kind == "start" and token.name in RAW and not foreign:
            end = _raw_end(text, place, token.name)
            if end > place:
                lost = end == len(text) and token.name != "plaintext"
                yield Token("unclosed" if lost else "raw", place, end, token.name)
            place = end


def _opening(text: str, place: int) -> int:
    """Find where the next piece that is not text begins."""
    while True:
        place = text.find("<", place)
        if place < 0:
            return len(text)
        following = text[place + 1 : place + 3]
        first = following[:1]
        if first in {"!", "?"} or (first.isascii() and first.isalpha()) or (first == "/" and following[1:]):
            return place
        place += 1


def _tag(text: str, start: int) -> Token | None:
    found = _TAG.match(text, start)
    if found is None:
        return None
    name = found["name"].lower()
    if not found["close"]:
        return Token("unclosed", start, len(text), name)
    kind: Kind = "end" if text[start + 1] == "/" else "start"
    return Token(kind, start, found.end(), name, found["attributes"])


def _other(text: str, start: int, *, foreign: bool) -> Token:
    """Take a comment, a declaration, an instruction, or what browsers take for a comment."""
    kind: Kind = "comment"
    if text.startswith("<!--", start):
        short = next((end for end in ("<!-->", "<!--->") if text.startswith(end, start)), None)
        closing = None if short else _COMMENT_END.search(text, start + 4)
        end = start + len(short) if short else closing.end() if closing else -1
    elif foreign and text.startswith("<![CDATA[", start):
        kind = "declaration"
        found = text.find("]]>", start)
        end = found + 3 if found >= 0 else -1
    else:
        end = text.find(">", start) + 1 or -1
        kind = "instruction" if text[start + 1] == "?" else "declaration" if text[start + 1] == "!" else kind
    return Token(kind, start, end) if end >= 0 else Token("unclosed", start, len(text))


def _raw_end(text: str, start: int, name: str) -> int:
    """Find where raw content ends: at the closing tag, or with the text."""
    if name == "plaintext":
        return len(text)
    if name != "script":
        closing = _RAW_END[name].search(text, start)
        return closing.start() if closing else len(text)
    escaped = nested = False  # within "<!--", where a second script may open and close
    for found in _SCRIPT.finditer(text, start):
        if found["open"]:
            escaped = True
        elif found["close"]:
            escaped = nested = False
        elif not found["end"]:
            nested = escaped
        elif nested:
            nested = False
        else:
            return found.start()
    return len(text)


def attributes_of(source: str) -> dict[str, str]:
    """Parse the attributes of a tag; of several of the same name the first holds, as in browsers.

    Examples
    --------
    >>> attributes_of(' hidden title="a &amp; b" class=x')
    {'hidden': '', 'title': 'a & b', 'class': 'x'}
    """
    parsed: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(source):
        value = found["double"] or found["single"] or found["bare"] or ""
        parsed.setdefault(found["name"].lower(), html.unescape(value))
    return parsed
