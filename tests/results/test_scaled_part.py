"""What more weight does is tabulated, the most sensitive first."""

from __future__ import annotations

import dataclasses
import math

import pytest

from shellcount.results.scaled_part import ScaledPart, per_cent, scaling_table

LOAD = ScaledPart("load", "load of a box", "prior", 0.06, 0.004, 0.05, 0.001, -0.15, 0.001, 0.2)


def test_the_most_sensitive_comes_first_with_its_diagnosis() -> None:
    weak = dataclasses.replace(LOAD, name="mix", distance=0.08, diagnosis="weak likelihood")
    table = scaling_table([LOAD, weak])
    assert [row[0] for row in table.rows] == ["mix", "load"]
    assert [row[-1] for row in table.rows] == ["weak likelihood", ""]
    assert len(table.head) == len(table.rows[0])


def test_of_many_parts_the_most_sensitive_are_shown() -> None:
    many = [dataclasses.replace(LOAD, name=f"claim.{place}", distance=place / 100) for place in range(50)]
    table = scaling_table(many)
    assert [table.rows[place][0] for place in (0, -1)] == ["claim.49", "claim.10"]
    assert table.caption.endswith("(40 of 50)")


def test_weights_with_a_heavy_tail_are_not_relied_on() -> None:
    heavy = dataclasses.replace(LOAD, khat=0.9)
    assert not heavy.reliable
    assert scaling_table([heavy]).rows[0][1] == "unreliable"


@pytest.mark.parametrize(
    ("move", "error", "words"),
    [
        (math.log(1.5), 0.001, "+50%"),
        (math.log(0.5), 0.001, "-50%"),
        (math.log(1.5), 0.05, "+50%"),
        (0.0015, 0.0001, "+0.15%"),
        (0.0, 0.0, "0%"),
        (0.002, 0.001, "0%"),
        (0.02, 0.01, "within error"),
    ],
)
def test_moves_are_written_to_the_digit_that_their_error_allows(
    move: float, error: float, words: str
) -> None:
    assert per_cent(move, error) == words
