"""Checks are sorted by reading, counted as failed by their verdicts, and shown as a table."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

import pytest

from building import Page
from shellcount.checks import stated
from shellcount.errors import UnknownNameError
from shellcount.posterior.posterior import Posterior
from shellcount.results.claim_check import Check, Checks
from shellcount.results.mark import make_mark
from shellcount.results.verdicts import CONSISTENT, EXTREME, FAILING, VERDICTS, definitions_line
from shellcount.wording.phrases import probability


@pytest.fixture(scope="module")
def checks(posterior: Posterior) -> Checks:
    return stated.check(posterior)


@pytest.fixture(scope="module")
def high(checks: Checks) -> Check:
    """A figure of which the model says less: 152mm rounds in 6,700 containers."""
    return next(result for result in checks if result.claim == "rok-mnd-2024-02-152mm")


def with_verdict(check: Check, verdict: Any) -> Check:
    return dataclasses.replace(check, verdict=verdict)


def passes(check: Check, low: float | None, high: float | None, stated: float) -> Check:
    return dataclasses.replace(check, passing_low=low, passing_high=high, stated=stated)


def test_checks_are_iterated_and_counted(checks: Checks) -> None:
    assert len(checks) > len(checks.leading)
    assert len(Checks(())) == 0


def test_the_leading_reading_is_the_most_probable_of_each_claim(checks: Checks) -> None:
    assert len({check.claim for check in checks}) == len(checks.leading)
    for check in checks.leading:
        readings = [other.reading_probability for other in checks if other.claim == check.claim]
        assert check.reading_probability == max(readings)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_only_the_leading_reading_decides_whether_a_check_failed(verdict: str, checks: Checks) -> None:
    leading = checks.leading[0]
    assert Checks((with_verdict(leading, verdict),)).failed is (verdict in FAILING)
    less = dataclasses.replace(leading, reading_probability=0.1)
    assert not Checks((with_verdict(leading, "consistent"), with_verdict(less, "impossible"))).failed


def test_verdicts_follow_the_predictive_tail_and_its_side(checks: Checks) -> None:
    for check in checks:
        assert check.possible is not False
        if check.tail_probability >= CONSISTENT:
            assert check.verdict == "consistent"
        else:
            very = "" if check.tail_probability >= EXTREME else "very "
            assert check.verdict == f"{very}{check.side}"


# --- which figures would have passed -----------------------------------------------------


def test_a_figure_passes_if_it_lies_among_those_that_would(checks: Checks) -> None:
    for check in checks:
        assert check.passing_high is not None
        within = (check.passing_low or 0.0) <= check.stated <= check.passing_high
        assert within == (check.verdict == "consistent")


@pytest.mark.parametrize(
    ("low", "most", "stated", "words"),
    [
        (1.4213e6, 2.849e6, 3e6, "1.4 to 2.8 million"),
        (None, 3.512e6, 1e6, "up to 3.5 million"),
        (504_321.0, 1.12e6, 500_000.0, "0.504 to 1.1 million"),
        (451.0, 8_432.0, 1_000.0, "450 to 8,400"),
        (2.951e6, 6e6, 3e6, "3 to 6 million"),
        (1.2e6, 2.9961e6, 3e6, "1.2 to 2.996 million"),
        (0.1234, 0.3567, 0.2, "0.12 to 0.36"),
        (None, None, 0.0, ""),
    ],
)
def test_bounds_have_digits_enough_to_leave_the_figure_on_its_side(
    high: Check, low: float | None, most: float | None, stated: float, words: str
) -> None:
    assert passes(high, low, most, stated).passing == words


@pytest.mark.parametrize(
    ("unit", "low", "most", "powerless"),
    [
        ("rounds", 1e5, 1e6, False),
        ("rounds", 1e5, 1.001e6, True),
        ("share", 0.05, 0.55, False),
        ("share", 0.05, 0.56, True),
        ("rounds", None, 1e6, False),
    ],
)
def test_a_check_that_passes_nearly_all_says_little(
    high: Check,
    unit: str,
    low: float | None,
    most: float,
    powerless: bool,  # noqa: FBT001
) -> None:
    found = dataclasses.replace(passes(high, low, most, 0.3), unit=unit)
    assert found.powerless is powerless
    assert ("(says little)" in Checks((found,)).table().rows[0][4]) is powerless


# --- how many findings a right model has -------------------------------------------------


def test_one_figure_in_five_is_expected_to_be_high_or_low(checks: Checks) -> None:
    counted = [check for check in checks.leading if check.claim != "eu-deliveries-2024-06"]
    found = sum(check.verdict != "consistent" for check in counted)
    assert checks.expectation == (
        f"Of {len(counted)} checks, {found} found a figure high or low. If the model is right, one check in "
        f"five still does: here {len(counted) / 5:g} of {len(counted)} on average."
    )
    assert "Of 1 check, 1 found" in checks[:1].expectation
    assert "here 0.2 of 1 on" in checks[:1].expectation


def test_yardsticks_and_claims_of_none_have_no_two_sides_to_count(checks: Checks) -> None:
    yardstick = checks[-1]
    assert yardstick.one_sided
    none = dataclasses.replace(yardstick, stated=0.0, passing_high=None)
    assert Checks((yardstick, none)).expectation == ""
    assert Checks((yardstick, none)).notes == (definitions_line(),)
    assert Checks(()).notes == ()


# --- as a table --------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_reading(checks: Checks) -> None:
    table = checks.table()
    assert {len(row) for row in table.rows} == {len(table.head)}
    for check, row in zip(checks, table.rows, strict=True):
        shown = dict(zip(table.head, row, strict=True))
        assert shown["stated figure"] == f"{check.words} {check.unit}"
        assert shown["by"] == check.title
        name, *remarks = shown["of"].split("\n")
        assert name == check.quantity
        assert any(remark.startswith("(reading: ") for remark in remarks) is (check.reading is not None)
        assert (f"({check.origin})" in remarks) is (check.origin is not None)
        assert shown["per container (at most)"] == check.per_container
        middle, outer = check.estimate.cell.split("\n")
        assert shown["posterior median, 90% interval"] == f"{middle} {check.unit}\n{outer}"
        assert shown["P(quantity at least that)"] == probability(check.p_at_least)
        assert shown["chance of such a figure"].startswith(probability(check.tail_probability))
        assert shown["would have passed"] == check.passing
        assert shown["verdict"] == check.verdict
    assert [table.head[place] for place in table.numeric] == [*table.head[3:5], *table.head[6:]]


def test_two_probabilities_of_a_row_say_what_they_are_of(high: Check) -> None:
    table = Checks((high,)).table()
    shown = dict(zip(table.head, table.rows[0], strict=True))
    per_cent = {name for name, cell in shown.items() if "%" in cell}
    assert per_cent == {"P(quantity at least that)", "chance of such a figure"}
    assert shown["chance of such a figure"].endswith("\n(that high)")


def test_a_claimant_is_named_and_not_coded(checks: Checks) -> None:
    shown = " ".join(cell for row in checks.table().rows for cell in row)
    assert "the South Korean Ministry of National Defense" in shown
    assert "rok-mnd" not in shown
    assert "rok-mnd" not in checks._repr_html_()


def test_a_claim_that_none_was_seen_has_a_chance_of_none(high: Check) -> None:
    none = dataclasses.replace(
        passes(high, None, None, 0.0), unit="containers", tail_probability=0.03, side="low", words="none"
    )
    row = Checks((none,)).table().rows[0]
    assert row[0] == "no containers"
    assert "3%\n(none seen)" in row
    assert probability(none.p_at_least) not in row


def test_a_derived_figure_is_shown_with_its_multiplier(high: Check) -> None:
    derived = dataclasses.replace(high, origin="computed as 448 a container, times its own count of 6,700")
    assert Checks((derived,)).table().rows[0][5] == (
        "capacity.152mm-howitzer\n(computed as 448 a container, times its own count of 6,700)"
    )


def test_a_bayes_factor_compares_odds_after_and_before(high: Check) -> None:
    read = dataclasses.replace(high, reading="one", reading_prior=0.75, reading_probability=0.9)
    assert read.bayes_factor == pytest.approx(3.0)
    assert "\n(reading: 90%, Bayes factor 3.0)" in Checks((read,)).table().rows[0][5]
    assert high.bayes_factor is None
    assert dataclasses.replace(read, reading_probability=1.0).bayes_factor is None


def test_a_figure_per_container_is_shown_beside_its_ceiling_if_there_is_one(checks: Checks) -> None:
    shown = {check.claim: check.per_container for check in checks.leading}
    assert shown["rok-mnd-2024-02-152mm"] == "448 (647)"
    assert dataclasses.replace(checks[0], ceiling_per_container=None).per_container == "448"
    assert dataclasses.replace(checks[0], implied_per_container=None).per_container == ""


def test_checks_print_one_sentence_a_line_and_show_as_a_table(checks: Checks) -> None:
    assert repr(checks).split("\n") == [check.sentence for check in checks]
    assert [str(check) for check in checks] == [check.sentence for check in checks]
    contradicted = make_mark("conflict", "claims conflict", "claims conflict: two of them")
    estimate = dataclasses.replace(checks[0].estimate, marks=(contradicted,))
    first = dataclasses.replace(checks[0], estimate=estimate)
    assert str(first).endswith(" (claims conflict).")
    assert repr(Checks((first,))) == str(first)
    assert str(first) in html.unescape(Checks((first,))._repr_html_())
    page = Page(checks._repr_html_())
    assert all(html.unescape(check.sentence) in page.text for check in checks)
    assert definitions_line() in page.text


def test_checks_are_found_by_claim(checks: Checks) -> None:
    leading = checks.leading[0]
    assert checks[leading.claim] is leading is checks[0]
    claim: object = leading.claim  # names are in a list of things, whatever a type checker says
    assert claim in checks
    with pytest.raises(UnknownNameError, match="no checked claim is called 'nobody'"):
        checks["nobody"]


def test_a_data_frame_has_a_row_for_each_reading(checks: Checks) -> None:
    frame = checks.to_dataframe()
    assert list(frame.index) == [check.claim for check in checks]
    assert list(frame["p50"]) == [check.estimate.p50 for check in checks]
    assert list(frame["verdict"]) == [check.verdict for check in checks]
