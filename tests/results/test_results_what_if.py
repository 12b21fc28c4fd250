"""A what-if is read back as it was, and one from a file that cannot be computed is refused."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest

from shellcount.errors import NumbersError
from shellcount.maths.program import Program
from shellcount.results.numbers_file import parse_numbers
from shellcount.results.numbers_json import checksum, numbers_json
from shellcount.results.results import Results
from shellcount.results.what_if import LEVELS, Grid, Movable, Slider, WhatIf, packed, verify_what_if

SLIDERS = (Slider("load", "5% quantile", 0, 0), Slider("load", "95% quantile", 0, 2))
# Twice the product of a column, stored as its logarithm, with the upper number of two.
PROGRAM = Program(2, 1, (2.0,), (("exp", (2,)), ("multiply", (4, 1)), ("multiply", (5, 3))))
SCALES, CHARACTERS = packed(np.log([[1.0, 2.0, 4.0]]))
MADE = WhatIf((Movable("load", SLIDERS),), (Grid("normal", "0.5 0.6 3 4.5"),), PROGRAM, 3, SCALES, CHARACTERS)


def test_values_follow_from_the_places_of_the_sliders() -> None:
    assert MADE.now == (0, 2)
    assert MADE.values((0, 2)) == pytest.approx([6.0, 12.0, 24.0], rel=0.02)
    assert MADE.values((1, 3)) == pytest.approx([9.0, 18.0, 36.0], rel=0.02)
    assert Grid("lognormal", "1 10").numbers == pytest.approx([0.0, np.log(10.0)])
    assert Grid("logitnormal", "0.5").numbers == (0.0,)


def test_changes_are_those_of_settings_that_were_moved() -> None:
    assert MADE.changes((0, 2)) == ()
    assert MADE.changes((0, 3)) == ("load=0.5:4.5",)


def test_columns_lose_less_than_half_a_level() -> None:
    columns = np.random.default_rng(1).standard_normal((3, 500))
    scales, text = packed(columns)
    found = dataclasses.replace(MADE, draws=500, scales=scales, levels=text).columns
    assert np.abs(found - columns).max() <= 0.5001 * max(step for _, step in scales)
    assert (len(set(LEVELS)), len(text)) == (86, 1500)
    constant = packed(np.full((1, 4), 2.5))
    assert constant == (((2.5, 0.0),), "!!!!")


def test_a_what_if_comes_back_from_a_file(results: Results) -> None:
    back = parse_numbers(json.dumps(numbers_json(results)).encode(), origin="x")
    assert results.what_if is not None
    assert back.what_if == results.what_if


def test_a_file_without_one_is_read(results: Results) -> None:
    values = {name: value for name, value in numbers_json(results).items() if name != "what_if"}
    values["checksum"] = checksum(values)
    assert parse_numbers(json.dumps(values).encode(), origin="x").what_if is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"draws": 4}, "the draws that it says"),
        ({"levels": "!! "}, "the draws that it says"),
        ({"levels": "!" * 300_000, "draws": 300_000}, "too many draws"),
        ({"draws": 3 * 10**6}, "too many draws"),
        ({"scales": ((0.0, 1.0),) * 2}, "does not go with"),
        ({"movables": ()}, "does not go with"),
        ({"grids": ()}, "no values"),
        ({"grids": (Grid("normal", "1"),)}, "no present value"),
        ({"grids": (Grid("normal", "1 " * 200_000),)}, "too many positions"),
        ({"scales": ((700.0, 9.0),)}, "gives no answer"),
        ({"scales": ((float("nan"), 1.0),)}, "gives no answer"),
        ({"program": dataclasses.replace(PROGRAM, steps=(("add", (0, 9)),))}, "operands"),
    ],
)
def test_what_cannot_be_computed_is_refused(changes: dict[str, Any], message: str) -> None:
    verify_what_if(MADE)
    with pytest.raises(ValueError, match=message):
        verify_what_if(dataclasses.replace(MADE, **changes))


def moved(values: dict[str, Any], part: str, key: str, value: Any) -> dict[str, Any]:
    what_if = json.loads(json.dumps(values["what_if"]))
    (what_if["movables"][0] if part == "driver" else what_if["movables"][0]["sliders"][0])[key] = value
    changed = {**values, "what_if": what_if}
    return {**changed, "checksum": checksum(changed)}


@pytest.mark.parametrize(
    ("part", "key", "value", "message"),
    [
        ("driver", "name", "weather", "what is not a driver"),
        ("slider", "setting", "weather", "no setting"),
        ("slider", "grid", 99, "no values"),
        ("slider", "now", "first", "wrong type"),
    ],
)
def test_files_whose_what_if_contradicts_are_refused(
    results: Results, part: str, key: str, value: Any, message: str
) -> None:
    changed = moved(numbers_json(results), part, key, value)
    with pytest.raises(NumbersError, match=message):
        parse_numbers(json.dumps(changed).encode(), origin="x")
