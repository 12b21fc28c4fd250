"""Find claimants by a part of their titles."""

from __future__ import annotations

import unicodedata

from shellcount.case.schema import Case
from shellcount.errors import UsageError
from shellcount.text import one_line
from shellcount.wording import phrases

_ALIKE = 0.75  # likeness of a name and a passage of a title, for the title to be suggested
_LONGEST = 200  # characters of a name that are compared with titles


def folded(text: str) -> str:
    """Fold what does not tell names apart: capitals, forms of characters, and white space.

    Examples
    --------
    >>> folded("  South  KOREA ")
    'south korea'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def claimant_by_title(case: Case, name: str) -> str | None:
    """Find the id of the only claimant whose title has a passage; a whole title counts more than a passage.

    Raises
    ------
    UsageError
        When the passage stands in the titles of several claimants.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claimant_by_title(load_case(), "South Korea")
    'rok-mnd'
    """
    wanted = folded(name)
    titles = {claimant.id: folded(claimant.title) for claimant in case.claimant}
    whole = [entry for entry, title in titles.items() if title == wanted]
    found = whole or [entry for entry, title in titles.items() if wanted in title]
    if len(found) > 1:
        listed = phrases.listing(phrases.shortened([titled(case, entry) for entry in found]))
        raise UsageError(f"{one_line(name.strip(), 60)!r} may mean {listed}: write the id of one")
    return found[0] if found else None


def titled(case: Case, claimant: str) -> str:
    """Write the id of a claimant with its title.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> titled(load_case(), "rok-mnd")
    'rok-mnd (the South Korean Ministry of National Defense)'
    """
    title = next(entry.title for entry in case.claimant if entry.id == claimant)
    return f"{claimant} ({one_line(title, 80)})"


def claimant_alike(case: Case, name: str) -> str | None:
    """Find the id of the claimant whose title has a passage of as many words that is most like a name.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> claimant_alike(load_case(), "South Koera")
    'rok-mnd'
    """
    import difflib  # only mistakes need it

    wanted = folded(name)[:_LONGEST]
    count = len(wanted.split())
    best, found = _ALIKE, None
    for claimant in case.claimant:
        words = folded(claimant.title).split()
        for place in range(max(1, len(words) - count + 1) if wanted else 0):
            passage = " ".join(words[place : place + count])
            likeness = difflib.SequenceMatcher(None, wanted, passage).ratio()
            if likeness > best:
                best, found = likeness, claimant.id
    return found
