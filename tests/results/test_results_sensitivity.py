"""The record of what was tried says in words, tables and plain values what weighs most."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from choices import FOUND, TRIED, tried
from shellcount.results.numbers_json import to_json


def test_choices_are_ordered_by_how_far_they_go() -> None:
    assert [choice.name for choice in FOUND.choices] == ["load", "mix", "claim.a", "claim.b", "walk"]
    load = FOUND.choices[0]
    assert load.bar == pytest.approx(math.log(1.3 / 0.6))
    assert (load.lowest.setting, load.highest.setting) == ("known to be 0.4", "known to be 0.9")
    assert FOUND.choices[2].bar == math.log(1.12)  # from the median of the case


def test_widths_count_for_the_bar_only_where_there_is_no_other_value() -> None:
    walk = FOUND.choices[-1]
    assert walk.bar == -math.log(0.999)
    assert not walk.matters


def test_the_sentence_says_what_weighs_most() -> None:
    assert FOUND.sentence == (
        "shells.mixed@2024-06-14 is 1,000 shells (90% interval 500 to 2,000). The median depends most on the "
        "load of a box: it is 600 if it is known to be 0.4, and 1,300 if it is known to be 0.9. Next are the "
        "weight of rockets (800 if it is 1.1 instead of 0.3, and 1,200 if it is 0.1 instead of 0.3) and the "
        "claim a (1,100 if it is left out). Leaving out claim a moves it by +12%, more than any other claim. "
        "2 of 5 choices move it by less than 5%. The claims may be in conflict with the prior of the first "
        "rate."
    )
    assert repr(FOUND) == FOUND.sentence


def test_where_nothing_matters_the_sentence_says_so() -> None:
    idle = dataclasses.replace(FOUND, tried=TRIED[-1:], scaled=())
    assert idle.sentence.endswith(
        "(90% interval 500 to 2,000). No choice that was tried moves its median by 5%."
    )
    assert dataclasses.replace(FOUND, tried=(), scaled=()).sentence == idle.sentence


def test_moves_within_their_error_do_not_matter() -> None:
    uncertain = tried("load", "known to be 0.4", 0.9, error=0.04)
    assert not uncertain.matters
    assert uncertain.moved == "within error"


def test_the_table_has_a_row_for_each_choice_that_matters() -> None:
    table = FOUND.table()
    assert [row[0] for row in table.rows] == [
        "load of a box\nload",
        "weight of rockets\nmix",
        "claim a\nclaim.a",
    ]
    assert table.rows[0][1:] == ("600\nknown to be 0.4", "1,300\nknown to be 0.9", "-10.0% to +50%")
    assert table.rows[2][1:3] == ("as it is", "1,100\nleft out")


def test_details_have_a_row_for_each_setting_with_its_error() -> None:
    table = FOUND.details()
    assert len(table.rows) == len(TRIED)
    assert table.rows[0] == ("load", "known to be 0.4", "600", "300 to 1,200", "-40%", "0.06%", "-20%")
    assert {len(row) for row in table.rows} == {len(table.head)}


def test_the_document_is_plain_values() -> None:
    document = json.loads(to_json(FOUND.document()))
    assert document["schema"] == "shellcount/sensitivity/1"
    assert [each["choice"] for each in document["choices"]] == [choice.name for choice in FOUND.choices]
    assert sum(len(each["tried"]) for each in document["choices"]) == len(TRIED)
    assert document["power_scaling"][0]["diagnosis"] == "prior-data conflict"
    assert document["untried"] == ["cube_m3 is taken as known."]
    assert document["base"]["p50"] == 1000.0


def test_the_data_frame_has_a_row_for_each_setting() -> None:
    frame = FOUND.to_dataframe()
    assert frame.loc[("load", "known to be 0.4"), "p50"] == 600.0
    assert len(frame) == len(TRIED)


def test_a_notebook_shows_the_table_and_the_sentence() -> None:
    page = FOUND._repr_html_()
    assert "<table>" in page
    assert "depends most on the load of a box" in page
