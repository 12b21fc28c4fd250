"""Hold caveats on numbers: a kind, a few words for running text, and a sentence for footnotes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.text import one_line

type MarkKind = Literal["what-if", "scenario", "given", "conflict", "forecast", "unconverged"]

# What stands behind a number, where several forms are separated by commas, and what it means.
MEANINGS: dict[MarkKind, tuple[str, str]] = {
    "what-if": ("what-if", "The case was changed with `--set` or `with_changes`."),
    "scenario": ("what-if", "The number is of another cargo mix than the first scenario."),
    "given": (
        "given all, without CLAIM, with CLAIM",
        "The claims that it is conditioned on are not `counts`, the default.",
    ),
    "conflict": (
        "claims conflict",
        "Claims that it rests on contradict each other or the assumptions; the footnote names them.",
    ),
    "forecast": (
        "forecast",
        "Its date, or the end of its period, lies beyond the last date that a claim of the case refers to.",
    ),
    "unconverged": (
        "not converged",
        "The draws fail the convergence gate, and `--allow-unconverged` was given.",
    ),
}

_LONGEST = 300  # characters of a sentence
_SHORTEST = 40  # characters of what stands in running text


@frozen
class Mark:
    """Caveat on a number.

    Parameters
    ----------
    kind
        Kind, for programs.
    short
        A few words for brackets behind the number, such as ``what-if``.
    long
        Sentence without its full stop, for footnotes and first screens.
    """

    kind: MarkKind
    short: str
    long: str

    def values(self) -> dict[str, Json]:
        """Convert the mark to plain values."""
        return {"kind": self.kind, "short": self.short, "long": self.long}


def make_mark(kind: MarkKind, short: str, long: str) -> Mark:
    """Make a mark of text that may be long or hostile: on one line, and cut.

    Examples
    --------
    >>> make_mark("what-if", "what-if", "what-if, with load=0.5:0.9.").long
    'what-if, with load=0.5:0.9'
    """
    return Mark(kind, one_line(short, _SHORTEST), one_line(long.rstrip("."), _LONGEST))


def marked(text: str, marks: Iterable[Mark]) -> str:
    """Append marks to a text, in brackets before its full stop.

    Examples
    --------
    >>> marks = [make_mark("what-if", "what-if", "what-if, with claim.a=3")]
    >>> marked("2.8 million", marks)
    '2.8 million (what-if)'
    >>> marked("It is unlikely.", marks)
    'It is unlikely (what-if).'
    >>> marked("2.0 million", [])
    '2.0 million'
    """
    words = ", ".join(dict.fromkeys(mark.short for mark in marks))
    if not words:
        return text
    end = "." if text.endswith(".") else ""
    return f"{text.removesuffix('.')} ({words}){end}"


def sentences(marks: Iterable[Mark]) -> str:
    """Word marks in full, as sentences.

    Examples
    --------
    >>> sentences([make_mark("what-if", "what-if", "what-if, with claim.a=3")])
    'What-if, with claim.a=3.'
    """
    return " ".join(f"{mark.long[:1].upper()}{mark.long[1:]}." for mark in marks)
