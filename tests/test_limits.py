"""Limits: what is refused, with the way to raise it, and what is not."""

from __future__ import annotations

import pytest

from shellcount import limits
from shellcount.errors import LimitError, UnknownNameError, UsageError


def test_an_amount_at_the_limit_is_allowed_and_one_beyond_it_is_not() -> None:
    most = limits.LIMITS["numbers"].most
    limits.require_within("numbers", most, "the template")
    with pytest.raises(LimitError, match=r"the template needs 15,001 numbers .* --limit numbers=20000$"):
        limits.require_within("numbers", most + 1, "the template")


def test_what_the_message_says_allows_it() -> None:
    with pytest.raises(LimitError) as caught:
        limits.require_within("memory", 5.21e9, "a fit")
    name, amount = limits.parse_limit(str(caught.value).split("--limit ")[1])
    with limits.raised({name: amount}):
        limits.require_within("memory", 5.21e9, "a fit")
    with pytest.raises(LimitError):
        limits.require_within("memory", 5.21e9, "a fit")


@pytest.mark.parametrize(
    ("text", "amount"), [("memory=500MB", 5e8), ("memory=1.5G", 1.5e9), ("numbers=12", 12.0)]
)
def test_amounts_are_parsed(text: str, amount: float) -> None:
    assert limits.parse_limit(text)[1] == amount


@pytest.mark.parametrize(
    "text", ["memory", "memory=", "memory=-1", "memory=much", "memory=1e9", "memory=nan"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a limit"):
        limits.parse_limit(text)


def test_an_unknown_limit_is_refused_with_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="did you mean memory"):
        limits.parse_limit("memroy=1GB")
    with pytest.raises(UnknownNameError, match="did you mean memory"), limits.raised({"memroy": 1.0}):
        pass
