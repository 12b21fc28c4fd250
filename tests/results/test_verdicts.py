"""Verdicts change at the limits that their definitions give."""

from __future__ import annotations

import pytest

from shellcount.results.verdicts import (
    CONSISTENT,
    EXTREME,
    FAILING,
    VERDICTS,
    Side,
    Verdict,
    definitions,
    definitions_line,
    verdict_of,
)


@pytest.mark.parametrize(
    ("tail", "side", "possible", "verdict"),
    [
        (0.5, "high", True, "consistent"),
        (0.10, "low", True, "consistent"),
        (0.0999, "high", True, "high"),
        (0.0999, "low", None, "low"),
        (0.01, "high", None, "high"),
        (0.00999, "high", None, "very high"),
        (0.00999, "low", True, "very low"),
        (0.0, "low", True, "very low"),
        (0.5, "high", False, "impossible"),
        (0.0, "high", False, "impossible"),
    ],
)
def test_verdicts_change_at_ten_and_one_per_cent(
    tail: float,
    side: Side,
    possible: bool | None,  # noqa: FBT001
    verdict: Verdict,
) -> None:
    assert verdict_of(tail, side, possible=possible) == verdict
    assert verdict in VERDICTS
    assert (verdict in FAILING) is (verdict.startswith("very") or verdict == "impossible")


def test_each_verdict_is_defined_with_its_limit() -> None:
    assert (CONSISTENT, EXTREME) == (0.10, 0.01)
    words = ", ".join(word for word, _ in definitions("lorry")).split(", ")
    assert words == [*VERDICTS[:3], "very high", "very low", "impossible", "chance"]
    meaning = dict(definitions("lorry"))
    assert "at least 10%" in meaning["consistent"]
    assert "below 1%" in meaning["very high, very low"]
    assert "a lorry can physically hold" in meaning["impossible"]
    assert all(word in definitions_line() for word in ("10%", "1%", *VERDICTS))
