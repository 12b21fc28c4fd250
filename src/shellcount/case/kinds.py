"""Kinds of claims: the one table of what each kind needs, allows, and speaks about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

type ClaimKind = Literal["containers", "capacity", "rounds", "ratio", "comparator"]

FIELDS = ("scope", "nature", "containers", "under_all")
_NEVER_FIT = "write use = 'check', and under_all = {} to fit it with given=all"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of claim: what its value is a value of.

    Parameters
    ----------
    of
        Kind of the quantity that it speaks about; ``None`` where the model has no such quantity.
    unit
        Unit of its value, with ``{item}`` and ``{carrier}`` for the nouns of the case, ``{scope}`` for
        its scope and ``{containers}`` for its number of containers.
    needs, allows
        Those of :data:`FIELDS` that a claim must have, and that it may have besides.
    instead
        What to write instead of ``use = "fit"``; ``None`` where that is allowed.
    dated
        Whether its dates are those of the quantity, and not only those of the statement.
    nested
        Whether the quantity of one such claim may be part of that of another.
    """

    of: Literal["containers", "capacity", "rounds"] | None
    unit: str
    needs: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset()
    instead: str | None = None
    dated: bool = True
    nested: bool = False


KINDS: Mapping[ClaimKind, Kind] = {
    "containers": Kind("containers", "{carrier} ({scope})", needs=frozenset({"scope"}), nested=True),
    "capacity": Kind(
        "capacity",
        "{item} in {containers} {carrier}",
        needs=frozenset({"containers"}),
        allows=frozenset({"nature", "under_all"}),
        instead=_NEVER_FIT,
        dated=False,
    ),
    "rounds": Kind(
        "rounds", "{item}", allows=frozenset({"nature", "under_all"}), instead=_NEVER_FIT, nested=True
    ),
    "ratio": Kind(None, "to 1", instead="write use = 'context'"),
    "comparator": Kind("rounds", "{item}", instead="write use = 'check'"),
}
