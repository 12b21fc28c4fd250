"""Escape texts that a spreadsheet would take for formulas, and take the escape away again."""

from __future__ import annotations

import re

# Characters that start a formula, those of other widths too, after blanks that spreadsheets pass over.
_STARTS = r"[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]"
_INVISIBLE = r"\u200b-\u200f\u2060\ufeff"
_FORMULA = re.compile(rf"'*[\s{_INVISIBLE}]*?(?:{_STARTS}|[\t\r\n])")
# Within a text, where a spreadsheet that separates cells otherwise than by commas would start a cell.
_AFTER, _BEFORE = r"(?<=[;\t\r\n])", rf"(?='*(?:[^\S\t\r\n]|[{_INVISIBLE}])*{_STARTS})"
_TO_ESCAPE, _ESCAPED = re.compile(_AFTER + _BEFORE), re.compile(f"{_AFTER}'{_BEFORE}")


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

    What follows a semicolon, a tab or a line break within the text is escaped in the same way, since some
    spreadsheets start a cell there. Apostrophes that already stand before a formula get one more, so that
    :func:`unescape_formula` gives back every text.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("'=1+1"), escape_formula("a;=1"), escape_formula("'tis")
    ("'=1+1", "''=1+1", "a;'=1", "'tis")
    """
    text = _TO_ESCAPE.sub("'", text)
    return f"'{text}" if starts_formula(text) else text


def unescape_formula(text: str) -> str:
    """Take the apostrophes of :func:`escape_formula` away; leave every other text.

    Examples
    --------
    >>> unescape_formula("'=1+1"), unescape_formula("=1+1"), unescape_formula("'tis")
    ('=1+1', '=1+1', "'tis")
    """
    text = text[1:] if text.startswith("'") and starts_formula(text) else text
    return _ESCAPED.sub("", text)
