"""Move claimants between the groups of a case."""

from __future__ import annotations

from collections.abc import Mapping

from shellcount.case.inputs import NO_GROUP
from shellcount.case.shape import Raw
from shellcount.errors import UnknownNameError

_FEWEST = 2  # members of a group


def move_members(document: Raw, moves: Mapping[str, str]) -> None:
    """Put claimants into other groups, or into none, all at once.

    A claimant that is put into a group comes last in it. A group that is left with fewer than two members is
    left out, as it correlates nothing.

    Parameters
    ----------
    document
        Tables of a case, which are changed.
    moves
        Group by the id of the claimant, or ``none``.

    Raises
    ------
    UnknownNameError
        When there is no such group; close ids are suggested.

    Examples
    --------
    >>> groups = {"group": ({"id": "g", "members": ("a", "b", "c")}, {"id": "h", "members": ("d", "e")})}
    >>> move_members(groups, {"c": "h", "b": "none", "e": "none"})
    >>> groups
    {'group': ({'id': 'h', 'members': ('d', 'c')},)}
    """
    groups = document["group"] or ()
    known = [group["id"] for group in groups]
    for name in moves.values():
        if name not in {*known, NO_GROUP}:
            raise UnknownNameError("group", name, (*known, NO_GROUP))
    for group in groups:
        of_it = [claimant for claimant, name in moves.items() if name == group["id"]]
        stay = [name for name in group["members"] if name in of_it or name not in moves]
        group["members"] = (*stay, *(claimant for claimant in of_it if claimant not in stay))
    kept = tuple(group for group in groups if len(group["members"]) >= _FEWEST)
    document["group"] = kept or None
