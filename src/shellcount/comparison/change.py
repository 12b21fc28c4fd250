"""Record the changes between two runs, and describe them in words."""

from __future__ import annotations

from typing import Any, Literal

from shellcount.case.amounts import StatedRange, worded
from shellcount.digest import Json
from shellcount.frozen import frozen
from shellcount.text import one_line
from shellcount.wording import phrases

type Effect = Literal["estimates", "checks", "wording"]
type Kind = Literal["added", "removed", "changed", "reordered"]

_WIDEST = 60


@frozen
class FieldChange:
    """Changed field of an entry.

    Parameters
    ----------
    name
        Name within the entry, such as ``hedge`` or ``mass_kg.low``; empty if the entry is one value.
    old, new
        Its values; ``None`` if there was none.
    effect
        The widest effect that the change can have.
    """

    name: str
    old: Json
    new: Json
    effect: Effect


@frozen
class Change:
    """Change of one entry between two runs.

    Parameters
    ----------
    path
        Path of the entry, such as ``claim.rok-mnd-2024-06``, ``priors.load`` or ``run.seed``.
    kind
        Kind of the change.
    effect
        The widest effect it can have: on ``estimates``, on ``checks`` only, or on ``wording`` only.
    fields
        Changed fields, if both runs have the entry.
    brings, takes
        Paths of claimants, sources, hedges and grades that are added or removed with a claim.
    words
        The change as a clause.
    """

    path: str
    kind: Kind
    effect: Effect
    fields: tuple[FieldChange, ...]
    brings: tuple[str, ...]
    takes: tuple[str, ...]
    words: str


_SUBJECTS = {
    "hedges": "hedge {}",
    "lexicon": "lexicon of {}",
    "reliability": "reliability of grade {}",
    "containers": "the container's {}",
    "priors": "prior {}",
    "case": "the case's {}",
}


def subject_words(path: str) -> str:
    """Name an entry by its path.

    Examples
    --------
    >>> subject_words("nature.152mm-howitzer.stow.complete")
    'stow complete of nature 152mm-howitzer'
    """
    table, _, name = path.partition(".")
    if table == "nature" and ".stow." in name:
        nature, _, stow = name.partition(".stow.")
        return f"stow {stow} of nature {nature}"
    return _SUBJECTS.get(table, f"{table} {{}}").format(name.replace("_", " "))


def claim_words(entry: Any, title: str) -> str:  # noqa: ANN401  # raw
    """Summarise a claim that was added or removed, with the name of its claimant."""
    value = entry["value"]
    figure = worded(StatedRange(**value) if isinstance(value, dict) else value, entry["hedge"])
    return f" ({entry['quantity']}: {figure}, by {title})"


def changed_words(fields: tuple[FieldChange, ...]) -> str:
    """Describe the changed fields of an entry."""
    substantial = tuple(field for field in fields if field.effect != "wording")
    reworded = [field.name.replace("_", " ") for field in fields if field.effect == "wording" and field.name]
    if not substantial:
        return f"was reworded ({', '.join(reworded)})" if reworded else "was reworded"
    also = f"; {', '.join(reworded)} reworded" if reworded else ""
    return f"changed ({field_words(substantial)}{also})"


def field_words(fields: tuple[FieldChange, ...]) -> str:
    """List the old and new value of each field; a prior that one side takes as known is one field.

    Examples
    --------
    >>> changes = {"low": (0.4, None), "high": (0.9, None), "value": (None, 0.7)}
    >>> field_words(tuple(FieldChange(name, *change, "estimates") for name, change in changes.items()))
    '0.7 taken as known, instead of 0.4 to 0.9'
    """
    named = {field.name: field for field in fields}
    words: list[str] = []
    done: set[str] = set()
    for field in fields:
        stem = field.name.removesuffix("low")
        prior = [named[f"{stem}{name}"] for name in ("low", "high", "value") if f"{stem}{name}" in named]
        if stem != field.name and len(prior) == 3:
            words.append(_known_words(stem, *prior))
            done |= {each.name for each in prior}
        elif field.name not in done:
            name = field.name.replace("_", " ")
            words.append(f"{name} from {_value_words(field.old)} to {_value_words(field.new)}".strip())
    return ", ".join(words)


def _known_words(stem: str, low: FieldChange, high: FieldChange, value: FieldChange) -> str:
    """Describe the change between a prior and a value that is taken as known."""
    known = f"{_value_words(value.new if value.old is None else value.old)} taken as known"
    ends = [each.old if value.old is None else each.new for each in (low, high)]
    prior = " to ".join(map(_value_words, ends))
    sides = (known, prior) if value.old is None else (prior, known)
    return f"{stem.rstrip('.').replace('_', ' ')} {', instead of '.join(sides)}".strip()


def _value_words(value: Json) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return one_line(value.replace("_", " "), _WIDEST)
    if isinstance(value, float):
        return phrases.exact(value)
    if isinstance(value, list):
        return one_line(" or ".join(map(_value_words, value)), _WIDEST)
    if isinstance(value, dict):
        return one_line(", ".join(f"{name} {_value_words(item)}" for name, item in value.items()), _WIDEST)
    return phrases.exact(value)
