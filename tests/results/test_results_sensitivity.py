"""The record of what was tried says in words, tables and plain values what weighs most."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from shellcount.results.estimate import Estimate
from shellcount.results.numbers_json import to_json
from shellcount.results.scaled_part import ScaledPart
from shellcount.results.sensitivity import ChoiceKind, Sensitivity, Side, Tried

BASE = Estimate(
    name="shells.mixed@2024-06-14",
    unit="shells",
    p05=500.0,
    p25=800.0,
    p50=1000.0,
    p75=1250.0,
    p95=2000.0,
    mean=1080.0,
    sd=400.0,
    mcse_p05=1.0,
    mcse_p25=1.0,
    mcse_p50=1.0,
    mcse_p75=1.0,
    mcse_p95=1.0,
    mcse_mean=1.0,
    rhat=1.0,
    ess_bulk=1e4,
    ess_tail=1e4,
    not_quotable=None,
    run_digest="sha256:0",
)


def tried(
    choice: str,
    setting: str,
    factor: float,
    *,
    kind: ChoiceKind = "prior",
    side: Side = "lower",
    width: float = 1.0,
    title: str = "",
    error: float = 0.001,
) -> Tried:
    return Tried(
        choice,
        title or choice,
        kind,
        side,
        setting,
        f"{choice}={factor}",
        500 * factor,
        1000 * factor,
        2000 * factor,
        1.0,
        math.log(factor),
        error,
        math.log(width),
        error,
    )


TRIED = (
    tried("mix", "1.1 instead of 0.3", 0.8, kind="share", title="weight of rockets"),
    tried("mix", "0.1 instead of 0.3", 1.2, kind="share", side="upper", title="weight of rockets"),
    tried("load", "known to be 0.4", 0.6, title="load of a box", width=0.8),
    tried("load", "known to be 0.9", 1.3, side="upper", title="load of a box", width=0.8),
    tried("load", "half as wide", 1.0, kind="width", width=0.9),
    tried("load", "twice as wide", 0.9, kind="width", side="upper", width=1.5),
    tried("walk", "half as wide", 0.999, kind="width"),
    tried("claim.a", "left out", 1.12, kind="claim", side="other", title="claim a"),
    tried("claim.b", "left out", 0.98, kind="claim", side="other", title="claim b"),
)
CONFLICT = ScaledPart(
    "rate",
    "first rate",
    "prior",
    0.1,
    0.01,
    0.0,
    0.01,
    0.0,
    0.01,
    0.1,
    0.1,
    0.01,
    0.2,
    0.01,
    "prior-data conflict",
)
FOUND = Sensitivity(BASE, "shells sent by 14 June 2024", TRIED, (CONFLICT,), ("cube_m3 is taken as known.",))


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
