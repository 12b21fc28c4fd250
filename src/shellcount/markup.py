"""Text made to appear as it is, in languages of mark-up."""

from __future__ import annotations

import re

from shellcount.text import one_line, printable

# Mark-up characters; and dots that start a numbered list, or make what some take for an address.
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#+\-!|~$&:@=]|(?<=www)\.|(?<=WWW)\.")
_INLINE = re.compile(r"[!\"#$&*+/:<=>?@\[\\\]^_`{|}~]|(?<=www)\.", re.IGNORECASE)
_NOT_XML = re.compile("[\ufffe\uffff]")
_NUMBERED = re.compile(r"^(\d+)\.")


def escape_markdown(text: str) -> str:
    r"""Make text appear as it is, in Markdown: on one line, with every mark-up character escaped.

    Examples
    --------
    >>> print(escape_markdown("a_b | <i>"))
    a\_b \| \<i\>
    """
    return _NUMBERED.sub(r"\1\\.", _MARKDOWN.sub(r"\\\g<0>", one_line(text)))


def escape_inline(text: str) -> str:
    """Make text appear as it is within a line of Markdown, and within HTML that stands in Markdown.

    Examples
    --------
    >>> print(escape_inline("2.0 million_ <i>"))
    2.0 million&#95; &#60;i&#62;
    """
    return _INLINE.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def escape_xml(text: str) -> str:
    r"""Fold text into one line, and show the two characters that XML does not have as escapes.

    Examples
    --------
    >>> escape_xml("a\ufffe")
    'a\\ufffe'
    """
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", one_line(text))


def fenced(text: str) -> str:
    """Set text as a block of code in Markdown, with a fence longer than any in it.

    Examples
    --------
    >>> print(fenced("make report"))
    ```
    make report
    ```
    """
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{printable(text)}\n{fence}"
