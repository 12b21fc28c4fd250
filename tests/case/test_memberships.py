"""Claimants move between groups all at once, and a group of one is none."""

from __future__ import annotations

from typing import Any

import pytest

from shellcount.case.memberships import move_members
from shellcount.errors import UnknownNameError


def moved(moves: dict[str, str], **groups: str) -> dict[str, str] | None:
    """Members of each group after moves, a letter each."""
    document: dict[str, Any] = {
        "group": tuple({"id": name, "members": tuple(members)} for name, members in groups.items()) or None
    }
    move_members(document, moves)
    after = document["group"]
    return None if after is None else {group["id"]: "".join(group["members"]) for group in after}


@pytest.mark.parametrize(
    ("moves", "after"),
    [
        ({"a": "h"}, {"g": "bc", "h": "dea"}),
        ({"x": "g"}, {"g": "abcx", "h": "de"}),
        ({"a": "none"}, {"g": "bc", "h": "de"}),
        ({"x": "none"}, {"g": "abc", "h": "de"}),
        ({"a": "g"}, {"g": "abc", "h": "de"}),
        ({"d": "none"}, {"g": "abc"}),
        ({"d": "none", "a": "h"}, {"g": "bc", "h": "ea"}),
        ({"d": "g", "e": "g"}, {"g": "abcde"}),
        ({"a": "none", "b": "none", "d": "none"}, None),
        ({}, {"g": "abc", "h": "de"}),
    ],
)
def test_members_move_all_at_once(moves: dict[str, str], after: dict[str, str] | None) -> None:
    assert moved(moves, g="abc", h="de") == after


def test_an_unknown_group_is_answered_with_close_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"no group is called 'alied'; did you mean allied\?"):
        moved({"a": "alied"}, allied="abc")


def test_a_group_may_be_called_none() -> None:
    assert moved({"x": "none"}, none="abc") == {"none": "abcx"}
