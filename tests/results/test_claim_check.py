"""Checks are sorted by reading, counted as failed by their verdicts, and shown as a table."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

import pytest

from building import Page
from shellcount.results.claim_check import CONSISTENT, FAILING, STRAINED, Check, Checks
from shellcount.results.results import Results
from shellcount.wording.phrases import hedged, probability


@pytest.fixture(scope="module")
def checks(results: Results) -> Checks:
    return results.checks


def with_verdict(check: Check, verdict: Any) -> Check:
    return dataclasses.replace(check, verdict=verdict)


def test_checks_are_iterated_and_counted(checks: Checks) -> None:
    assert tuple(checks) == checks.results
    assert len(checks) == len(checks.results) > len(checks.leading)
    assert len(Checks(())) == 0


def test_the_leading_reading_is_the_most_probable_of_each_claim(checks: Checks) -> None:
    assert len({check.claim for check in checks}) == len(checks.leading)
    for check in checks.leading:
        readings = [other.reading_probability for other in checks if other.claim == check.claim]
        assert check.reading_probability == max(readings)


@pytest.mark.parametrize(
    ("verdict", "failed"),
    [("consistent", False), ("strained", False), ("inconsistent", True), ("impossible", True)],
)
def test_only_the_leading_reading_decides_whether_a_check_failed(
    verdict: str, *, failed: bool, checks: Checks
) -> None:
    leading = checks.leading[0]
    assert Checks((with_verdict(leading, verdict),)).failed is failed
    less = dataclasses.replace(leading, reading_probability=0.1)
    assert not Checks((with_verdict(leading, "consistent"), with_verdict(less, "impossible"))).failed
    assert (verdict in FAILING) is failed


def test_verdicts_follow_the_smaller_tail(checks: Checks) -> None:
    for check in checks:
        if check.possible is False:
            assert check.verdict == "impossible"
        elif check.tail_probability >= CONSISTENT:
            assert check.verdict == "consistent"
        else:
            assert check.verdict == ("strained" if check.tail_probability >= STRAINED else "inconsistent")
    assert (CONSISTENT, STRAINED) == (0.10, 0.01)


def test_the_table_has_a_row_for_each_reading(checks: Checks) -> None:
    table = checks.table()
    assert {len(row) for row in table.rows} == {len(table.head)}
    for check, row in zip(checks, table.rows, strict=True):
        assert row[0] == f"{hedged(check.stated, check.hedge)} {check.unit}"
        assert row[1] == check.claimant
        reading = f"(reading: {probability(check.reading_probability)})"
        assert row[2].split("\n") == [check.quantity, *([reading] if check.reading else [])]
        assert row[3] == check.per_container
        middle, outer = check.estimate.cell.split("\n")
        assert row[4] == f"{middle} {check.unit}\n{outer}"
        assert row[5:7] == (probability(check.p_at_least), probability(check.predictive_cdf))
        assert row[7] == check.verdict
    assert [table.head[place] for place in table.numeric] == [
        *("per container (at most)", "posterior median, 90% interval", "P(at least)"),
        "percentile",
    ]


def test_a_figure_per_container_is_shown_beside_its_ceiling(checks: Checks) -> None:
    shown = {check.claim: check.per_container for check in checks.leading}
    assert shown["rok-mnd-2024-02-152mm"] == "448 (647)"
    bare = dataclasses.replace(checks.results[0], ceiling_per_container=None)
    assert bare.per_container == ""


def test_checks_print_one_sentence_a_line_and_show_as_a_table(checks: Checks) -> None:
    assert repr(checks).split("\n") == [check.sentence for check in checks]
    assert [str(check) for check in checks] == [check.sentence for check in checks]
    page = Page(checks._repr_html_())
    assert all(html.unescape(check.sentence) in page.text for check in checks)
