"""Kinds of claims: the one table of what each kind needs, allows, and speaks about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from shellcount.frozen import frozen

type ClaimKind = Literal[
    "containers", "rounds", "rate", "capacity", "carried", "share", "mass", "trips", "ratio", "comparator"
]
type Of = Literal["containers", "rounds", "items", "carriers"]

FIELDS = ("scope", "nature", "containers", "of", "per", "trip", "since", "under_all")
DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375}  # in each unit of time of a rate


@frozen
class Kind:
    """A kind of claim: what its value is a value of.

    Parameters
    ----------
    unit
        Unit of its value, with ``{item}`` and ``{carrier}`` for the nouns of the case, ``{scope}``,
        ``{containers}``, ``{of}``, ``{per}`` and ``{trip}`` for those fields of the claim.
    needs, allows
        Those of :data:`FIELDS` that a claim must have, and that it may have besides.
    of
        Things that it may be a value of, named by the field ``of``; empty where there is no choice.
    dated
        Whether its dates are those of the quantity, and not only those of the statement.
    nested
        Whether the quantity of one such claim may be part of that of another.
    logit
        Whether errors act on the logit of the value, and not on its logarithm.
    known
        Whether the model has such a quantity.
    fit
        Whether it may condition the posterior.
    """

    unit: str
    needs: frozenset[str] = frozenset()
    allows: frozenset[str] = frozenset()
    of: tuple[Of, ...] = ()
    dated: bool = True
    nested: bool = False
    logit: bool = False
    known: bool = True
    fit: bool = True


def _fields(*names: str) -> frozenset[str]:
    return frozenset(names)


KINDS: Mapping[ClaimKind, Kind] = {
    "containers": Kind(
        "{carrier} ({scope})", needs=_fields("scope"), allows=_fields("since", "under_all"), nested=True
    ),
    "rounds": Kind("{item}", allows=_fields("nature", "since", "under_all"), nested=True),
    "rate": Kind(
        "{of} a {per}",
        needs=_fields("of", "per"),
        allows=_fields("scope", "nature", "since", "under_all"),
        of=("containers", "rounds"),
    ),
    "capacity": Kind(
        "{item} in {containers} {carrier}",
        needs=_fields("containers"),
        allows=_fields("nature", "under_all"),
        dated=False,
    ),
    "carried": Kind(
        "{item} in {containers} {carrier}",
        needs=_fields("containers"),
        allows=_fields("nature", "under_all"),
        dated=False,
    ),
    "share": Kind(
        "share",
        needs=_fields("of"),
        allows=_fields("scope", "nature", "under_all"),
        of=("items", "carriers"),
        dated=False,
        logit=True,
    ),
    "mass": Kind("tonnes", allows=_fields("scope", "since", "under_all"), nested=True),
    "trips": Kind(
        "trips ({trip})", needs=_fields("scope", "trip"), allows=_fields("since", "under_all"), nested=True
    ),
    "ratio": Kind("to 1", known=False, fit=False),
    "comparator": Kind("{item}", fit=False),
}
