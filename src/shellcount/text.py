"""Make text from a case file harmless before a person sees it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable

# Cc: control, Cf: invisible formatting (bidirectional overrides among them), Cs: lone
# surrogates, Co: private use, Zl and Zp: line and paragraph separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Mark-up characters; and dots that start a numbered list, or make what some take for an address.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+\-!|~$&:@=]|(?<=www)\.|(?<=WWW)\.")
_INLINE = re.compile(r"[!\"#$&*+/:<=>?@\[\\\]^_`{|}~]|(?<=www)\.", re.IGNORECASE)
_NOT_XML = re.compile("[\ufffe\uffff]")
_APOSTROPHES = frozenset("'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}")
_NUMBERED = re.compile(r"^(\d+)\.")


def printable(text: str) -> str:
    r"""Replace characters that could control a terminal or reorder text by visible escapes.

    Line feeds stay, since messages may have several lines; text that must stay on one line
    goes through :func:`one_line`.

    Examples
    --------
    >>> printable("red \x1b[31m alert")
    'red \\x1b[31m alert'
    """
    return escaped(text, lambda character: character.encode("unicode_escape").decode("ascii"))


def escaped(text: str, escape: Callable[[str], str]) -> str:
    r"""Escape characters that could control a terminal or reorder text, in a way of the caller's.

    Parameters
    ----------
    text
        Text; its line feeds stay.
    escape
        Function that writes one such character harmlessly.

    Examples
    --------
    >>> escaped("red \x1b[31m alert", lambda character: "?")
    'red ?[31m alert'
    """
    if text.isprintable():
        return text
    # Each character is judged once, however often it stands in a long text.
    unsafe = {each for each in set(text) if each != "\n" and unicodedata.category(each) in _UNPRINTABLE}
    return text.translate({ord(each): escape(each) for each in unsafe}) if unsafe else text


def one_line(text: str, width: int | None = None) -> str:
    r"""Fold white space, make the rest printable, and cut to ``width`` characters if given.

    Examples
    --------
    >>> one_line("two\n lines")
    'two lines'
    >>> one_line("a long title", width=7)
    'a long…'
    """
    line = printable(" ".join(text.split()))
    if width is not None and len(line) > width:
        return line[: width - 1].rstrip() + "…"
    return line


def shown(value: object) -> str:
    """Write a value of a case file for a message: as in the file, on one line, shortened.

    Examples
    --------
    >>> shown("abuot"), shown(9**9999)
    ("'abuot'", 'a number of thousands of digits')
    """
    try:
        return one_line(str(value) if isinstance(value, dt.date) else repr(value), 60)
    except ValueError:  # an integer of more digits than Python will print
        return "a number of thousands of digits"


def slug(text: str) -> str:
    """Turn text into a word for names: lower case, with a hyphen for everything but letters and digits.

    A letter loses its accents if a letter from a to z remains, and stays as it is otherwise.

    Examples
    --------
    >>> slug("Metric tonnes"), slug("Boîtes"), slug("ящики")
    ('metric-tonnes', 'boites', 'ящики')
    """
    # Folding may take letters apart again, hence twice.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    letters: list[str] = []
    for character in folded:
        plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
        if plain.isascii() and plain.isalnum():
            letters.append(plain)
        elif character.isalnum():
            letters.append(character)
        elif unicodedata.category(character).startswith("M"):
            # Part of the letter before it, as some scripts write vowels; an accent on a to z is dropped.
            letters += [] if not letters or letters[-1].isascii() else [character]
        elif character not in _APOSTROPHES:
            letters.append("-")
    return re.sub("-+", "-", "".join(letters)).strip("-")


def escape_markdown(text: str) -> str:
    r"""Escape text for Markdown: on one line, with every mark-up character escaped.

    Examples
    --------
    >>> print(escape_markdown("a_b | <i>"))
    a\_b \| \<i\>
    """
    return _NUMBERED.sub(r"\1\\.", _MARKDOWN.sub(r"\\\g<0>", one_line(text)))


def escape_inline(text: str) -> str:
    """Escape text for a line of Markdown, and for HTML embedded in Markdown.

    Examples
    --------
    >>> print(escape_inline("2.0 million_ <i>"))
    2.0 million&#95; &#60;i&#62;
    """
    return _INLINE.sub(lambda match: f"&#{ord(match[0])};", one_line(text))


def escape_html(text: str) -> str:
    """Escape the characters that have a meaning in HTML, in text and in the values of attributes.

    Examples
    --------
    >>> escape_html("A & B")
    'A &amp; B'
    """
    import html  # with the names of all letters, which most commands have no use for

    return html.escape(text)


def escape_xml(text: str) -> str:
    r"""Fold text into one line, and escape the two characters that XML does not allow.

    Examples
    --------
    >>> escape_xml("a\ufffe")
    'a\\ufffe'
    """
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", one_line(text))


def fenced(text: str) -> str:
    """Write text as a Markdown code block, with a fence longer than any inside it.

    Examples
    --------
    >>> print(fenced("make report"))
    ```
    make report
    ```
    """
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{printable(text)}\n{fence}"
