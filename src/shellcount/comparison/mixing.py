"""Mix two cases: take some entries from the other case."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from shellcount.case.reading import build_case
from shellcount.case.schema import Case
from shellcount.case.shape import Raw


def mixed(old: Case, new: Case, paths: Collection[str], without: Collection[str] = ()) -> Case:
    """Build a case between two: the old one, with the entries at some paths from the new one.

    Parameters
    ----------
    old, new
        The cases.
    paths
        Paths of changes, and of the entries that they bring.
    without
        Ids of claims to leave out.

    Raises
    ------
    CaseError
        When the mixture is not a usable case.

    Examples
    --------
    >>> from shellcount.case.reading import load_case
    >>> from shellcount.case.changes import with_changes
    >>> case = load_case()
    >>> changed = with_changes(case, {"load": (0.5, 0.9), "mix_spread": 0.5})
    >>> mixed(case, changed, ["priors.load"]).priors == case.priors
    False
    """
    before, after = (case.model_dump(by_alias=True) for case in (old, new))
    chosen = set(paths)
    document: Raw = {table: _merged(table, before[table], after[table], chosen) for table in before}
    document["nature"] = tuple(_nature(entry, before, after, chosen) for entry in document["nature"])
    document["claim"] = tuple(claim for claim in document["claim"] if claim["id"] not in without)
    return build_case(document, f"{old.about.id}, partly changed")


def _merged(path: str, before: Any, after: Any, chosen: set[str]) -> Any:  # noqa: ANN401  # raw
    """Merge two tables: take the chosen entries from the second."""
    listed = isinstance(after if before is None else before, tuple)
    old, new = by_id(before), by_id(after)
    entries = {
        name: new[name] if f"{path}.{name}" in chosen and name in new else old.get(name)
        for name in _arranged(list(old), list(new), first=path not in chosen)
        if (name in new if f"{path}.{name}" in chosen else name in old)
    }
    if None in (before, after) and all(entry is None for entry in entries.values()):
        return None  # a table that a case may lack
    return tuple(entries.values()) if listed else entries


def _nature(entry: Raw, before: Raw, after: Raw, chosen: set[str]) -> Raw:
    """Merge the stows of a nature one by one, if both cases have the nature."""
    sides = [by_id(document["nature"]).get(entry["id"]) for document in (before, after)]
    if sides[0] is None or sides[1] is None:
        return entry
    stows = _merged(f"nature.{entry['id']}.stow", sides[0]["stow"], sides[1]["stow"], chosen)
    return {**entry, "stow": stows}


def by_id(table: Any) -> dict[str, Any]:  # noqa: ANN401  # raw
    """Index a table of raw values by id or key, and times by their first day.

    Examples
    --------
    >>> by_id(({"id": "a", "value": 1},))
    {'a': {'id': 'a', 'value': 1}}
    >>> by_id(None)
    {}
    """
    if isinstance(table, dict):
        return dict(table)
    return {str(entry["id"] if "id" in entry else entry["since"]): entry for entry in table or ()}


def _arranged(old: list[str], new: list[str], *, first: bool) -> list[str]:
    """Order all names like one list; each name of the other follows its nearest predecessor there."""
    order, others = (list(old), new) if first else (list(new), old)
    for place, name in enumerate(others):
        if name not in order:
            at = next((order.index(one) + 1 for one in reversed(others[:place]) if one in order), 0)
            order.insert(at, name)
    return order
