"""Leave-one-out shows each fitted claim against what the others predict."""

from __future__ import annotations

import dataclasses
from typing import Literal

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from drawings import diamonds, drawn, figure_of, outside, overlaps, points, words
from shellcount.case.schema import Case
from shellcount.checks.leave_one_out import leave_one_out
from shellcount.engines.settings import Settings
from shellcount.plots import plot_leave_one_out, svg
from shellcount.plots.drawing import note_of
from shellcount.results.claim_check import Check, Checks
from shellcount.wording import phrases

type Kind = Literal["rounds", "containers"]

QUICK = Settings(seed=3, runs=4, engine="smc", particles=64, allow_unconverged=True)
KINDS: list[Kind] = ["containers", "rounds"]
every_kind = pytest.mark.parametrize("of", KINDS)


@pytest.fixture(scope="module")
def checks(case: Case) -> Checks:
    return leave_one_out(case, given="all", settings=QUICK)


@pytest.fixture(scope="module")
def axes(checks: Checks) -> dict[Kind, Axes]:
    return {of: plot_leave_one_out(checks, of=of) for of in KINDS}


def of_kind(checks: Checks, of: Kind) -> list[Check]:
    return [check for check in checks if (check.kind == "containers") == (of == "containers")]


@every_kind
def test_each_check_is_a_full_mark_at_its_value(of: Kind, checks: Checks, axes: dict[Kind, Axes]) -> None:
    found = of_kind(checks, of)
    assert len(found) == {"containers": 4, "rounds": 2}[of]
    heights = sorted(axes[of].get_yticks(), reverse=True)
    assert diamonds(axes[of]) == [(check.stated, at, False) for check, at in zip(found, heights, strict=True)]


@every_kind
def test_each_row_is_the_range_that_the_others_predict(
    of: Kind, checks: Checks, axes: dict[Kind, Axes]
) -> None:
    extents = [tuple(x for x, _ in points(line)) for line in axes[of].get_lines()]
    for check in of_kind(checks, of):
        assert (check.estimate.p05, check.estimate.p95) in extents
        assert (check.estimate.p50,) in extents


@every_kind
def test_each_mark_is_labelled_with_its_chance(of: Kind, checks: Checks, axes: dict[Kind, Axes]) -> None:
    for check in of_kind(checks, of):
        figure = f"{check.words} ({check.title.removeprefix('the ')})"
        chance = f"chance of a figure that {check.side}: {phrases.probability(check.tail_probability)}"
        verdict = "" if check.verdict == "consistent" else f", {check.verdict}"
        assert f"{figure} {chance}{verdict}" in {" ".join(text.split()) for text in words(axes[of])}


def test_rows_say_what_was_left_out(axes: dict[Kind, Axes]) -> None:
    names = [label.get_text() for label in axes["rounds"].get_yticklabels()]
    assert "rounds.mixed@2024-06-14\nwithout ua-gur-2024" in names
    assert [axes[of].get_xlabel().split("\n")[0] for of in KINDS] == [
        "containers (log scale)",
        "rounds (log scale)",
    ]


@every_kind
def test_it_is_legible(of: Kind, axes: dict[Kind, Axes]) -> None:
    boxes, tight = drawn(axes[of])
    assert overlaps(boxes) == []
    assert outside(boxes, tight) == []
    assert outside(boxes, figure_of(axes[of]).bbox) == []


def test_it_is_drawn_where_asked_the_same_every_time(checks: Checks, axes: dict[Kind, Axes]) -> None:
    ax = Figure().add_subplot()
    assert plot_leave_one_out(checks, ax=ax) is ax
    assert diamonds(ax) == diamonds(axes["containers"])
    assert svg(plot_leave_one_out(checks)) == svg(axes["containers"])


def test_hostile_text_is_drawn_harmlessly(checks: Checks) -> None:
    hostile = "<script>$x$\u200f " + "W" * 10_000
    changed = (dataclasses.replace(check, unit=hostile, claimant=hostile, claim=hostile) for check in checks)
    ax = plot_leave_one_out(Checks(tuple(changed)))
    drawing = svg(ax)
    assert b"<script" not in drawing
    assert len(drawing) < 500_000
    boxes, tight = drawn(ax)
    assert overlaps(boxes) == []
    assert outside(boxes, tight) == []
    assert all(line.isprintable() for text in words(ax) for line in text.split("\n"))


def test_nothing_of_a_kind_is_said_to_be_none(case: Case) -> None:
    assert words(plot_leave_one_out(leave_one_out(case, settings=QUICK), of="rounds")) == ["no stated figure"]


def test_a_capacity_is_named_with_the_containers_it_was_stated_for(checks: Checks) -> None:
    total = next(check for check in checks if check.kind == "rounds")
    capacity = dataclasses.replace(total, kind="capacity", quantity="capacity.mixed", containers=6700.0)
    (label,) = plot_leave_one_out(Checks((capacity,)), of="rounds").get_yticklabels()
    assert label.get_text() == "capacity.mixed for 6,700\nwithout ua-gur-2024"


def test_figures_in_other_units_are_left_out_with_a_note(checks: Checks) -> None:
    count = next(check for check in checks if check.kind == "containers")
    rate = dataclasses.replace(count, quantity="containers.munitions@2023-12/day", unit="containers per day")
    trips = dataclasses.replace(count, kind="trip_count", quantity="trip_count.munitions.voyage@2024-06-14")
    ax = plot_leave_one_out(Checks((count, rate, trips)))
    assert [value for value, _, _ in diamonds(ax)] == [count.stated]
    assert "Not shown: 2 figures in other units." in note_of(ax)
