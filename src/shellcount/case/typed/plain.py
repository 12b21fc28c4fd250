"""Fold texts that differ only in how they look: spaces, dashes, apostrophes, widths and scripts of digits."""

from __future__ import annotations

import unicodedata

# The Arabic decimal separator, which is never anything else.
POINT = "\N{ARABIC DECIMAL SEPARATOR}"
_SAME = {
    **dict.fromkeys(
        "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}", "-"
    ),
    **dict.fromkeys("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}", "'"),
    "\N{ARABIC THOUSANDS SEPARATOR}": "'",
    "\N{ARABIC PERCENT SIGN}": "%",
    "\N{HORIZONTAL ELLIPSIS}": "..",
}


def plain(text: str) -> str:
    r"""Fold a text to lower case, single spaces, plain dashes, and digits from 0 to 9.

    Digits of another script are folded where all digits of the text are of that script. Signs that mean
    something else than they resemble stay, such as the raised digits of footnotes.

    Examples
    --------
    >>> plain(" 10\u202f000 \u2013 12\u202f000 Mio"), plain("\u0664\u0668")
    ('10 000 - 12 000 mio', '48')
    """
    if text.isascii():
        return " ".join(text.split()).lower()
    scripts = {ord(each) - unicodedata.decimal(each) for each in text if each.isdecimal()}
    folded = (_folded(each, digits=len(scripts) == 1) for each in text)
    return " ".join("".join(folded).split()).lower()


def _folded(character: str, *, digits: bool) -> str:
    category = unicodedata.category(character)
    if category == "Cf":  # invisible: marks of direction, soft hyphens
        return ""
    if category == "Zs":
        return " "
    if category == "Nd" and digits:
        return str(unicodedata.decimal(character))
    wide = unicodedata.decomposition(character).startswith("<wide>")
    return _SAME.get(character, unicodedata.normalize("NFKC", character) if wide else character)
