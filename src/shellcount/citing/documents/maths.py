r"""Write numbers into maths, where no tag can enclose them, and read them there.

A number is written as ``\text{2.0 million}``, which TeX, MathJax, KaTeX and pandoc take for what it is: a
comma in it makes no gap, a hyphen no minus.
"""

from __future__ import annotations

import re

from shellcount.errors import DocumentError
from shellcount.text import one_line

MATHS = "maths"
MONEY = "what may be maths or money"  # a dollar sign, text, and a dollar sign before a placeholder

_ALLOWED = re.compile(r"(?:[^\W_]|[ .,;:()+/'%≥≤–−-])*")  # noqa: RUF001  # dash and minus sign
_TEXT = re.compile(r"\\text\{(?P<text>[^{}]*+)\}")
_ESCAPED = re.compile(r"\\(?P<sign>[%#&$_{}])")


def to_maths(text: str) -> str:
    r"""Write a number for maths.

    Raises
    ------
    DocumentError
        When it has a character that would be taken for a command.

    Examples
    --------
    >>> print(to_maths("74% (likely)"))
    \text{74}\%\text{ (likely)}
    """
    line = one_line(text)
    if not _ALLOWED.fullmatch(line):
        raise DocumentError(
            f"{one_line(line, 60)!r} cannot stand in maths; move the placeholder into the text"
        )
    return r"\%".join(f"\\text{{{piece}}}" if piece else "" for piece in line.split("%"))


def from_maths(source: str) -> str:
    r"""Read maths as text, as far as numbers were filled into it.

    Examples
    --------
    >>> from_maths(r"N = \text{74}\%\text{ (likely)}")
    'N = 74% (likely)'
    """
    return _ESCAPED.sub(r"\g<sign>", _TEXT.sub(r"\g<text>", source))
