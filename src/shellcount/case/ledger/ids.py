"""Give claims of a ledger their ids, and leave out those that the case has already."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import ValidationError

from shellcount.case.ledger.names import identifier
from shellcount.case.ledger.rows import Entry
from shellcount.case.schema import Claim
from shellcount.case.shape import Raw

_LONGEST = 40  # characters of the claimant


def with_ids(entries: list[Entry], raw: Raw | None) -> tuple[list[Entry], tuple[str, ...]]:
    """Make the ids that rows leave out, and take out the claims that the case has with the same content.

    An id is made of claimant and date, and where that is taken of the quantity too. Rows that are added
    below others change no id.

    Parameters
    ----------
    entries
        Rows of a ledger, as claims.
    raw
        Case as parsed from TOML; ``None`` if it is not known.

    Returns
    -------
    tuple
        The remaining rows, and the ids of those taken out.
    """
    claims = (raw or {}).get("claim")
    listed = [claim for claim in claims if isinstance(claim, dict)] if isinstance(claims, tuple) else []
    old: dict[object, Raw] = {claim.get("id"): claim for claim in listed}
    taken = {entry.raw["id"] for entry in entries if "id" in entry.raw}
    counters: dict[str, Iterator[str]] = {}
    named: list[Entry] = []
    for entry in entries:
        if "id" in entry.raw:
            named.append(entry)
            continue
        base = _base(entry.raw)
        longer = f"{base}-{identifier(str(entry.raw.get('quantity', 'claim')), 12) or 'claim'}"
        others = counters.setdefault(longer, _numbered(longer))
        name = next(
            name
            for name in itertools.chain((base,), others)
            if name not in taken and (name not in old or _is_same(old[name], entry.raw | {"id": name}))
        )
        taken.add(name)
        named.append(replace(entry, raw={"id": name} | entry.raw, is_named=True))
    kept = [entry for entry in named if not _is_known(entry, old)]
    present = tuple(str(entry.raw["id"]) for entry in named if _is_known(entry, old))
    return kept, present


def _is_known(entry: Entry, old: Mapping[object, Raw]) -> bool:
    name = entry.raw["id"]
    return not entry.faults and name in old and _is_same(old[name], entry.raw)


def _is_same(one: Raw, other: Raw) -> bool:
    """Tell whether two claims have the same content."""
    try:
        return Claim.model_validate(one) == Claim.model_validate(other)
    except ValidationError:
        return False


def _base(raw: Raw) -> str:
    claimant, date = identifier(str(raw.get("claimant", "claim")), _LONGEST), raw.get("as_of", "")
    if isinstance(date, dict):
        date = date.get("latest", "")
    text = date.isoformat() if isinstance(date, dt.date) else date
    return f"{claimant}-{text}" if text else claimant


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in itertools.count(2))
