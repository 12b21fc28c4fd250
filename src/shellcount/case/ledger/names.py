"""Find the entries of a case that a ledger names: by id, title or address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from shellcount.case.shape import Raw
from shellcount.errors import suggestion
from shellcount.frozen import frozen
from shellcount.text import one_line, slug

_TABLES = ("claimant", "source", "scope", "nature", "trip")
_KEYS = ("id", "title", "url")
_ARTICLE = re.compile(r"^the ")


@frozen
class Names:
    """Entries of a case by what may name them: ids, titles and addresses.

    Parameters
    ----------
    known
        For each table, the id that each name stands for, or ``None`` for a name that several entries share.
        A table that is missing is not known, and takes any name.
    """

    known: Mapping[str, Mapping[str, str | None]]

    @classmethod
    def of(cls, raw: Raw) -> Names:
        """Collect the names of the entries of a case, as parsed from TOML."""
        return cls({table: _named(raw.get(table)) for table in _TABLES})

    def has(self, table: str, text: str) -> bool:
        """Tell whether a text names an entry of a table that is known, or several."""
        return _folded(text) in self.known.get(table, {})

    def find(self, table: str, text: str) -> str | None:
        """Find the id of an entry; ``None`` if the case has no such entry, or several.

        Where the table is not known, a text that cannot be an id is turned into one.

        Examples
        --------
        >>> raw = {"claimant": ({"id": "un", "title": "the United Nations"},)}
        >>> Names.of(raw).find("claimant", "United Nations")
        'un'
        >>> Names({}).find("claimant", "the Red Cross")
        'red-cross'
        """
        if table not in self.known:
            return identifier(text)
        return self.known[table].get(_folded(text))

    def hint(self, table: str, text: str) -> str:
        """Suggest what to write for a name that the case lacks.

        Examples
        --------
        >>> raw = {"source": ({"id": "bulletin", "title": "Bulletin"},)}
        >>> Names.of(raw).hint("source", "buletin")
        'did you mean bulletin? otherwise add it to the case as a [[source]]'
        """
        names = self.known.get(table, {})
        if _folded(text) in names:
            return "several have this title: write the id of one"
        close = suggestion(_folded(text), names)
        if not close.startswith("did"):
            close = suggestion(text, [name for name, meant in names.items() if meant == name])
        return f"{close}{'' if close.endswith('?') else ';'} otherwise add it to the case as a [[{table}]]"


def identifier(text: str, longest: int = 60) -> str:
    """Turn text into an id, without the article it may begin with and within a length.

    Examples
    --------
    >>> identifier("the Joint Coordination Centre"), identifier("un-2023-07")
    ('joint-coordination-centre', 'un-2023-07')
    """
    words = re.sub(r"[^a-z0-9]+", "-", slug(_ARTICLE.sub("", text.strip().casefold()))).strip("-")
    return words[:longest].rstrip("-")


def _named(entries: object) -> dict[str, str | None]:
    names: dict[str, str | None] = {}
    listed = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, tuple) else []
    for key in _KEYS:  # ids first: a title that is the id of another entry does not stand for it
        for entry in listed:
            name, meant = entry.get(key), entry.get("id")
            if isinstance(name, str) and isinstance(meant, str):
                _add(names, _folded(name), meant, is_id=key == "id")
    return names


def _add(names: dict[str, str | None], name: str, meant: str, *, is_id: bool) -> None:
    if is_id or name not in names:
        names[name] = meant
    elif names[name] not in {meant, name}:
        names[name] = None


def _folded(text: str) -> str:
    return _ARTICLE.sub("", one_line(text).casefold())


def separated(text: str, marks: Iterable[str] = (";", "\n")) -> tuple[str, ...]:
    """Split the names in a cell.

    Examples
    --------
    >>> separated("maize; wheat;")
    ('maize', 'wheat')
    """
    parts = re.split("|".join(map(re.escape, marks)), text)
    return tuple(part.strip() for part in parts if part.strip())
