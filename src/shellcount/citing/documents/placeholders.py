r"""Find placeholders in text: names in double braces, unless a backslash is before them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from typing import NamedTuple

from shellcount.citing.documents.pieces import Placeholder
from shellcount.errors import DocumentError
from shellcount.text import one_line

ESCAPED = "\\{{"
PLACEHOLDER = re.compile(r"(?<!\\)\{\{(?P<asked>[^{}\n]*)\}\}")
OPENING = re.compile(r"(?<!\\)\{\{")
FILLED = re.compile(rf"{PLACEHOLDER.pattern}|\\\{{\{{")

_BRACE = r"&(?:#0*123;?|#[xX]0*7[bB];?|lbrace;|lcub;)"
_WRITTEN_OUT = re.compile(rf"(?:\{{|{_BRACE}){_BRACE}|{_BRACE}\{{")
# Characters that word processors put into names, and what was meant.
_TYPED = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", None),
    }
)


class Spot(NamedTuple):
    """Place in the source of a template where something is filled in.

    Parameters
    ----------
    start, end
        Its place.
    asked
        Name in the braces; ``None`` for escaped braces, of which the backslash is taken away.
    kept
        Tags between the braces, which stay behind the number.
    maths
        In maths, the place behind it, where a reference can stand, or 0 if none can; else ``None``.
    """

    start: int
    end: int
    asked: str | None
    kept: str = ""
    maths: int | None = None


class Template(NamedTuple):
    """Template, as far as what is filled in.

    Parameters
    ----------
    spots
        Placeholders and escaped braces, in their order.
    end
        Where references and record are added.
    remarks
        What was left alone, with its place.
    """

    spots: list[Spot]
    end: int
    remarks: list[str]


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
        raise DocumentError(f"it is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from None


def line_at(text: str, place: int) -> str:
    """Name the line of a place in text.

    Examples
    --------
    >>> line_at("one, and two", 5)
    'line 1'
    """
    return f"line {text.count('\n', 0, place) + 1}"


class Lines:
    r"""Lines of a text, to name many places in it.

    Examples
    --------
    >>> Lines("one\ntwo").at(5)
    'line 2'
    """

    def __init__(self, text: str) -> None:
        self._starts = [found.end() for found in re.finditer("\n", text)]

    def at(self, place: int) -> str:
        """Name the line of a place."""
        return f"line {bisect.bisect_right(self._starts, place) + 1}"


def plain_name(asked: str) -> str:
    r"""Replace the hyphens and spaces that word processors put into a name by plain ones.

    Examples
    --------
    >>> plain_name("rounds.mixed@2024\u201106\u201114\u00a0| head\u00adline")
    'rounds.mixed@2024-06-14 | headline'
    """
    return asked.translate(_TYPED)


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
    lines = Lines(text)
    return [
        Placeholder(plain_name(spot.asked), lines.at(spot.start))
        for spot in spots(text)
        if spot.asked is not None
    ]


def spots(text: str, at: Callable[[int], str] | None = None) -> list[Spot]:
    """List the placeholders and escaped braces in text; ``at`` names the line of a place in it.

    Raises
    ------
    DocumentError
        When braces open and do not close on the same line.
    """
    listed = [Spot(*found.span(), found["asked"]) for found in FILLED.finditer(text)]
    known = {spot.start for spot in listed}
    for opening in OPENING.finditer(text):
        if opening.start() not in known:
            where = line_at(text, opening.start()) if at is None else at(opening.start())
            raise DocumentError(
                f"{where}: braces open and do not close on the same line; for braces as such write {ESCAPED}"
            )
    return listed


def has_written_out(text: str) -> bool:
    """Tell whether a text has braces that are written as character references, and so for readers only.

    Examples
    --------
    >>> has_written_out("&#123;&lcub; load }}"), has_written_out("{{ load }}")
    (True, False)
    """
    return _WRITTEN_OUT.search(text) is not None


def refuse_written_out(text: str) -> None:
    """Refuse braces that are written as character references, which readers would see as braces.

    Raises
    ------
    DocumentError
        With their line.
    """
    found = _WRITTEN_OUT.search(text)
    at, shown = (0, "entities") if found is None else (found.start(), one_line(found[0], 40))
    raise DocumentError(
        f"{line_at(text, at)}: braces that are written as {shown} cannot be filled; "
        f"write {{{{, or {ESCAPED} for braces as such"
    )


def refusal_of_split(text: str, at: int) -> DocumentError:
    """Make the error for braces between which there is mark-up that cannot stay."""
    return DocumentError(
        f"{line_at(text, at)}: braces that are split by mark-up cannot be filled; write them together"
    )


def refusal_of_end(text: str, at: int, place: str) -> DocumentError:
    """Make the error for a template at whose end nothing can be added."""
    return DocumentError(f"{line_at(text, at)}: references cannot be added in {place}; close it")


def refusal(text: str, at: int, place: str, hint: str = "move it into the text") -> DocumentError:
    """Make the error for a placeholder in a place that cannot be filled."""
    return DocumentError(f"{line_at(text, at)}: a placeholder in {place} cannot be filled; {hint}")
