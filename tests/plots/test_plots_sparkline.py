"""The small drawing of the answer is at the scale of its numbers, and words them as the answer does."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from shellcount.plots.sparkline import HEIGHT, WIDTH, sparkline
from shellcount.results.results import Results

FLOOR, TOP, LEFT, RIGHT = 48.0, 7.0, 2.0, 236.0


def drawn(results: Results) -> ET.Element:
    svg = sparkline(results).svg
    return ET.fromstring(svg.replace(' xmlns="http://www.w3.org/2000/svg"', ""))  # noqa: S314  # made here


def points(element: ET.Element, name: str) -> list[tuple[float, float]]:
    (path,) = [each for each in element.iter("path") if each.get("class") == name]
    pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d") or "")
    return [(float(x), float(y)) for x, y in pairs]


def labels(element: ET.Element) -> list[str]:
    return [each.text or "" for each in element.iter("text")]


def test_the_line_rises_from_the_first_shipment_to_the_answer(results: Results) -> None:
    line, answer = points(drawn(results), "median"), results.answer
    assert (line[0], line[-1][0]) == ((LEFT, FLOOR), RIGHT)
    assert line[-1][1] == pytest.approx(FLOOR - (FLOOR - TOP) * answer.p50 / answer.p95, abs=0.06)
    start, last = results.case.containers.first_shipment, results.case.last_date
    day = dt.date(2024, 2, 26)
    there = results.estimate(f"rounds.mixed@{day.isoformat()}")
    x = LEFT + (RIGHT - LEFT) * (day - start).days / (last - start).days
    (y,) = [y for place, y in line if place == pytest.approx(x, abs=0.06)]
    assert y == pytest.approx(FLOOR - (FLOOR - TOP) * there.p50 / answer.p95, abs=0.06)


def test_the_tints_are_the_two_intervals(results: Results) -> None:
    element, answer = drawn(results), results.answer
    for name, low, high in (("outer", answer.p05, answer.p95), ("inner", answer.p25, answer.p75)):
        ends = [y for x, y in points(element, name) if x == RIGHT]
        heights = [FLOOR - (FLOOR - TOP) * value / answer.p95 for value in (low, high)]
        assert ends == pytest.approx(heights, abs=0.06)


def test_its_words_are_those_of_the_answer(results: Results) -> None:
    assert labels(drawn(results)) == [
        *("2.0 million", "0.9 million", "3.6 million"),
        *("1 September 2023", "14 June 2024"),
    ]


def test_labels_that_would_lie_on_each_other_are_left_out(results: Results) -> None:
    answer = results.answer
    narrow = replace(answer, p05=0.95 * answer.p50, p25=0.98 * answer.p50, p75=answer.p50 * 1.02)
    narrow = replace(narrow, p95=1.05 * answer.p50)
    closer = replace(results, estimates={**results.estimates, answer.name: narrow})
    assert labels(drawn(closer))[:-2] == [narrow.words()[0]]


def test_an_answer_without_a_course_over_time_is_one_range(results: Results) -> None:
    single = replace(results, answer_name="capacity.mixed")
    element, estimate = drawn(single), single.answer
    scale = (WIDTH - 32) / estimate.p95
    for name, low, high in (
        ("outer", estimate.p05, estimate.p95),
        ("inner", estimate.p25, estimate.p75),
    ):
        (bar,) = [each for each in element.iter("rect") if each.get("class") == name]
        assert float(bar.get("x") or 0) == pytest.approx(LEFT + scale * low, abs=0.06)
        assert float(bar.get("width") or 0) == pytest.approx(scale * (high - low), abs=0.06)
    middle, _, outer = estimate.words()
    assert labels(element) == [middle, *outer.split(" to "), "0"]


@pytest.mark.parametrize("name", ["rounds.mixed@2024-06-14", "containers.munitions@2024-06-14", "load"])
def test_everything_is_within_the_drawing(results: Results, name: str) -> None:
    svg = sparkline(replace(results, answer_name=name)).svg
    assert len(svg) < 3_000
    for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", svg):
        assert 0 <= float(x) <= WIDTH
        assert 0 <= float(y) <= HEIGHT
