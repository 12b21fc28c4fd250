"""Escape texts that a spreadsheet would take for formulas, and take the escape away again."""

from __future__ import annotations

import re

# Characters that start a formula, those of full width too, after blanks that spreadsheets pass over.
_BLANKS = r"[\s\u200b-\u200f\u2060\ufeff]*"
_STARTS = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]"
_FORMULA = re.compile(rf"'*(?:[\t\r\n]|{_BLANKS}{_STARTS})")


def starts_formula(text: str) -> bool:
    """Tell whether a spreadsheet could take a text for a formula, apostrophes before it left aside.

    Examples
    --------
    >>> starts_formula("=1+1"), starts_formula(" -2"), starts_formula("'@a"), starts_formula("a = b")
    (True, True, True, False)
    """
    return _FORMULA.match(text) is not None


def escape_formula(text: str) -> str:
    """Escape a text that a spreadsheet could take for a formula, by an apostrophe before it.

    Escaped are texts with apostrophes before the formula too, so that :func:`unescape_formula` gives back
    every text.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("'=1+1"), escape_formula("'tis")
    ("'=1+1", "''=1+1", "'tis")
    """
    return f"'{text}" if starts_formula(text) else text


def unescape_formula(text: str) -> str:
    """Take the apostrophe of :func:`escape_formula` away; leave every other text.

    Examples
    --------
    >>> unescape_formula("'=1+1"), unescape_formula("=1+1"), unescape_formula("'tis")
    ('=1+1', '=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and starts_formula(text) else text
