"""Write entries of bibliographies: CSL-JSON and BibTeX."""

from __future__ import annotations

import datetime as dt
import re

from pylatexenc.latexencode import RULE_DICT, UnicodeToLatexConversionRule, UnicodeToLatexEncoder

from shellcount.case.header import Person
from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.text import one_line

# BibTeX counts braces even behind a backslash, so that none may stand alone.
_BRACES = UnicodeToLatexConversionRule(
    RULE_DICT, {ord("{"): r"\textbraceleft{}", ord("}"): r"\textbraceright{}"}
)
_RULES = [_BRACES, "defaults"]
_ENCODER = UnicodeToLatexEncoder(
    conversion_rules=_RULES, unknown_char_policy="unihex", unknown_char_warning=False
)
# In a name, BibTeX takes initials, and only within braces is an accented letter one letter.
_NAME_ENCODER = UnicodeToLatexEncoder(
    conversion_rules=_RULES,
    replacement_latex_protection="braces-all",
    unknown_char_policy="unihex",
    unknown_char_warning=False,
)
# Words and signs by which BibTeX takes names apart.
_PARTED = re.compile(r",|\band\b|\bothers\b", re.IGNORECASE)
# What processors of CSL take for mark-up.
_TAG = re.compile(r"<(?=[A-Za-z/!])")
# Addresses that lead to a page, of characters that are safe in every format.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?@!$&'()*+,;=-]+", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@frozen
class Entry:
    """Entry of a bibliography.

    Parameters
    ----------
    key
        Key, the same for the same number.
    kind
        Type of CSL: ``dataset`` for what was computed, ``document`` for what was stated.
    title
        Title for people, in sentence case.
    authors
        Authors: persons, or names that are printed as they are.
    issued
        Date; ``None`` for a document without one.
    container
        Title of the case, or of the document that reports a claim.
    note
        Name of the number, and all that is needed to compute it again.
    genre
        What was computed, and with which version of shellcount; empty for a claim.
    publisher, address
        Publisher and address of the document that reports a claim; else empty.
    """

    key: str
    kind: str
    title: str
    authors: tuple[str | Person, ...]
    issued: dt.date | None
    container: str
    note: str
    genre: str = ""
    publisher: str = ""
    address: str = ""

    @property
    def csl(self) -> dict[str, Json]:
        """CSL-JSON, with titles in the case that they are written in, whatever a style does to case."""
        fields: dict[str, Json] = {
            "id": self.key,
            "type": self.kind,
            "title": _unchanged(self.title),
            "author": [_csl_name(author) for author in self.authors],
            "container-title": _unchanged(self.container),
            "genre": self.genre,
            "publisher": _plain(self.publisher),
            "URL": _url(self.address),
            "note": _plain(self.note),
        }
        if self.issued is not None:
            day = self.issued
            fields["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
        return {name: value for name, value in fields.items() if value}

    @property
    def bibtex(self) -> str:
        """BibTeX, with braces that keep case and names, and escapes for what LaTeX would interpret."""
        origin = ", ".join(part.rstrip(".") for part in (self.container, self.publisher) if part)
        published = ". ".join(part for part in (f"In {origin}" if origin else "", self.genre) if part)
        fields = {
            "title": f"{{{_latex(self.title)}}}",
            "author": " and ".join(_bibtex_name(author) for author in self.authors),
            "howpublished": _latex(published),
            "url": _url(self.address),
            "note": _latex(self.note),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        if self.issued is not None:
            date = f"  year = {{{self.issued.year:04d}}},", f"  month = {_MONTHS[self.issued.month - 1]},"
            lines[2:2] = date
        return "\n".join([f"@misc{{{self.key},", *lines, "}"])


def _unchanged(text: str) -> str:
    """Keep the case of a title: that of names, calibres and units carries meaning."""
    return f'<span class="nocase">{_plain(text).rstrip(".")}</span>' if text else ""


def _plain(text: str) -> str:
    """Keep text from being taken for mark-up, by a space within what looks like a tag."""
    return _TAG.sub("< ", one_line(text))


def _csl_name(author: str | Person) -> Json:
    if isinstance(author, Person):
        return {"family": _plain(author.family), "given": _plain(author.given)}
    return {"literal": _plain(author)}


def _url(address: str) -> str:
    return address if _ADDRESS.fullmatch(address) else ""


def _bibtex_name(author: str | Person) -> str:
    """Write a name so that BibTeX takes it apart as it is meant, and not at an "and" or a comma within it."""
    if isinstance(author, Person):
        return f"{_part(author.family)}, {_part(author.given)}"
    return f"{{{_latex(author)}}}"


def _part(text: str) -> str:
    encoded = str(_NAME_ENCODER.unicode_to_latex(one_line(text)))
    return f"{{{encoded}}}" if _PARTED.search(text) else encoded


def _latex(text: str) -> str:
    return str(_ENCODER.unicode_to_latex(one_line(text)))
