"""A check in words says what was found, and nothing that the case could smuggle in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from building import edited
from shellcount.case.schema import Case
from shellcount.checks.sentences import sentence
from shellcount.checks.stated import check
from shellcount.posterior.posterior import Posterior
from shellcount.results.claim_check import Check
from shellcount.results.verdicts import VERDICTS, Side, Verdict
from shellcount.wording.phrases import probability_word
from shellcount.wording.rounding import Range
from shellcount.wording.scales import load_scale
from strategies import ranges

SAID = (
    "About 3 million rounds (152mm howitzer rounds that 6,700 containers could hold), stated by "
    "the South Korean Ministry of National Defense, is"
)
MODEL = "the model's 2.1 million rounds (90% interval 1.6 to 2.9 million)"


def with_range(result: Check, posterior: Range) -> Check:
    """A check of which the model says something else."""
    estimate = replace(
        result.estimate,
        p05=posterior.low,
        p50=posterior.middle,
        p95=posterior.high,
        mcse_p05=posterior.mcse,
        mcse_p50=posterior.mcse,
        mcse_p95=posterior.mcse,
    )
    return replace(result, estimate=estimate)


@pytest.fixture(scope="module")
def checks(posterior: Posterior) -> dict[str, Check]:
    """A capacity, a yardstick, an open claim and a total, each with a range that is easy to read."""
    return {
        result.claim: with_range(
            replace(
                result,
                verdict="consistent",
                origin=None,
                tail_probability=0.04,
                side="high",
                passing_low=1.43e6 if result.claim != "eu-deliveries-2024-06" else None,
                passing_high=2.87e6,
            ),
            Range(1.6e6, 2.1e6, 2.9e6),
        )
        for result in check(posterior).leading
    }


@pytest.fixture(scope="module")
def capacity(checks: dict[str, Check]) -> Check:
    return checks["rok-mnd-2024-02-152mm"]


@pytest.fixture(scope="module")
def yardstick(checks: dict[str, Check]) -> Check:
    return checks["eu-deliveries-2024-06"]


def impossible(result: Check) -> Check:
    return replace(result, verdict="impossible", implied_per_container=446.76, ceiling_per_container=361.2)


# --- the verdict -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "side", "tail", "words"),
    [
        (
            "consistent",
            "high",
            0.34,
            f"consistent with {MODEL}: the model gives a 34% chance that it was that high",
        ),
        (
            "consistent",
            "low",
            0.11,
            f"consistent with {MODEL}: the model gives an 11% chance that it was that low",
        ),
        ("high", "high", 0.02, f"high against {MODEL}: the model gives a 2% chance that it was that high"),
        (
            "low",
            "low",
            0.0996,
            f"low against {MODEL}: the model gives less than a 10% chance that it was that low",
        ),
        (
            "very high",
            "high",
            0.0002,
            f"very high against {MODEL}: the model gives less than a 1% chance that it was that high",
        ),
        (
            "very low",
            "low",
            0.009,
            f"very low against {MODEL}: the model gives less than a 1% chance that it was that low",
        ),
    ],
)
def test_a_sentence_names_the_verdict_and_the_chance_that_decides_it(
    capacity: Check, case: Case, verdict: Verdict, side: Side, tail: float, words: str
) -> None:
    said = sentence(replace(capacity, verdict=verdict, side=side, tail_probability=tail), case)
    word = "" if verdict == "consistent" else f" ({probability_word(tail)})"
    assert said == f"{SAID} {words}{word}; figures from 1.4 to 2.9 million would have passed."


def test_a_sentence_has_one_probability(capacity: Check, case: Case) -> None:
    said = sentence(replace(capacity, p_at_least=0.31, tail_probability=0.23), case)
    assert re.findall(r"\d+%", said.replace("90% interval", "")) == ["23%"]


def test_a_check_that_passes_nearly_all_says_so(capacity: Check, case: Case) -> None:
    wide = replace(capacity, passing_low=2e5, passing_high=2.2e6 * 10)
    assert sentence(wide, case).endswith(
        "chance that it was that high; the check says little, since anything from 0.2 to 22 million would "
        "have passed."
    )


def test_an_impossible_figure_is_said_to_need_more_than_can_be_packed(capacity: Check, case: Case) -> None:
    assert sentence(impossible(capacity), case) == (
        f"{SAID} physically impossible: it needs 447 rounds per container, "
        "and no more than 361 can be packed."
    )


def test_a_yardstick_is_passed_or_not(yardstick: Check, case: Case) -> None:
    said = sentence(replace(yardstick, tail_probability=0.9987), case)
    assert "(sent by 14 June 2024), a yardstick given by the European Union" in said
    assert said.endswith(
        f", is consistent with {MODEL}: the model gives more than a 99% chance that the total exceeds it "
        "(almost certain); figures up to 2.9 million would have passed."
    )


def test_its_own_sentence_is_not_looked_at(capacity: Check, case: Case) -> None:
    assert sentence(replace(capacity, sentence="Nonsense."), case) == sentence(capacity, case)


# --- what the figure speaks of -----------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "subject"),
    [
        ("rok-mnd-2024-02-sent", "sent by 26 February 2024"),
        ("rok-mnd-2024-06-capacity", "any mix of rounds that 10,000 containers could hold"),
        ("rok-mnd-2024-02-152mm", "152mm howitzer rounds that 6,700 containers could hold"),
    ],
)
def test_a_figure_comes_with_what_it_is_a_figure_of(
    checks: dict[str, Check], case: Case, claim: str, subject: str
) -> None:
    assert f" rounds ({subject}), stated " in sentence(checks[claim], case)


def test_a_count_comes_with_its_scope_and_date(capacity: Check, case: Case) -> None:
    counted = replace(
        capacity,
        claim="us-state-2024-02",
        title="the State Department",
        nature=None,
        words="more than 10,000",
        stated=1e4,
        estimate=replace(capacity.estimate, unit="containers"),
    )
    assert sentence(counted, case).startswith(
        "More than 10,000 containers (military, by 26 February 2024), stated as the lower end by the State "
        "Department, is consistent with"
    )


@pytest.mark.parametrize("verdict", ["consistent", "impossible"])
def test_a_reading_says_how_likely_it_is_and_that_odds_were_equal_before(
    capacity: Check, case: Case, verdict: Verdict
) -> None:
    found = impossible(replace(capacity, reading="152mm-howitzer", reading_probability=0.634))
    assert sentence(replace(found, verdict=verdict), case).startswith(
        "About 3 million rounds (152mm howitzer rounds that 6,700 containers could hold; "
        "this reading is 63% likely, equal odds before), stated by"
    )


def test_a_figure_that_can_be_read_in_one_way_has_no_reading(capacity: Check, case: Case) -> None:
    assert capacity.reading is None
    assert "reading" not in sentence(replace(capacity, reading_probability=1.0), case)


def test_other_cargo_in_other_carriers(capacity: Check, case: Case) -> None:
    by_truck = edited(case, lambda document: document["case"].update(item="parcels", carrier="trucks"))
    parcels = replace(capacity, estimate=replace(capacity.estimate, unit="parcels"))
    said = sentence(impossible(parcels), by_truck)
    assert "6,700 trucks could hold" in said
    assert "needs 447 parcels per truck, and no more than 361" in said


# --- probability words and caveats -------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "word"),
    [("icd203", "almost no chance"), ("phia", "remote chance"), ("ipcc", "extremely unlikely")],
)
def test_a_sentence_takes_its_words_from_the_scale_asked_for(
    capacity: Check, yardstick: Check, case: Case, name: str, word: str
) -> None:
    found = replace(capacity, verdict="high", tail_probability=0.04)
    assert f"a 4% chance that it was that high ({word});" in sentence(found, case, load_scale(name))
    passed = replace(yardstick, tail_probability=0.041)
    assert f"a 4% chance that the total exceeds it ({word});" in sentence(passed, case, load_scale(name))


@pytest.mark.parametrize("which", ["compared", "impossible", "yardstick"])
def test_a_check_that_must_not_be_quoted_ends_with_the_reason(
    capacity: Check, yardstick: Check, case: Case, which: str
) -> None:
    found = {"compared": capacity, "impossible": impossible(capacity), "yardstick": yardstick}[which]
    marked = replace(found, estimate=replace(found.estimate, not_quotable="R-hat is 1.2"))
    assert sentence(marked, case) == f"{sentence(found, case)} (Not converged: R-hat is 1.2.)"


# --- hostile words and numbers -----------------------------------------------------------

HOSTILE = "red\x1b[31m\n\u202ealert"


def hostile_names(document: dict[str, Any]) -> None:
    for claimant in document["claimant"]:
        claimant["title"] = HOSTILE


def hostile_natures(document: dict[str, Any]) -> None:
    for nature in document["nature"]:
        nature["title"] = HOSTILE


def hostile_carrier(document: dict[str, Any]) -> None:
    document["case"]["carrier"] = HOSTILE


@pytest.mark.parametrize("edit", [hostile_names, hostile_natures, hostile_carrier])
@pytest.mark.parametrize("verdict", ["consistent", "impossible"])
def test_words_of_the_case_cannot_steer_a_terminal(
    capacity: Check, case: Case, edit: Any, verdict: Verdict
) -> None:
    found = replace(impossible(capacity), verdict=verdict)
    assert sentence(found, edited(case, edit)).isprintable()
    assert sentence(replace(found, title=HOSTILE, words=HOSTILE), case).isprintable()
    measured = replace(found, estimate=replace(found.estimate, unit=HOSTILE))
    assert sentence(measured, case).isprintable()


@given(
    ranges(),
    st.sampled_from(VERDICTS),
    st.sampled_from(["rok-mnd-2024-02-152mm", "eu-deliveries-2024-06", "rok-mnd-2024-02-sent"]),
    st.floats(1e-3, 1e15),
    st.floats(0, 1),
)
def test_sentences_never_show_what_is_no_number(
    checks: dict[str, Check],
    case: Case,
    posterior: Range,
    verdict: Verdict,
    claim: str,
    stated: float,
    chance: float,
) -> None:
    found = replace(
        with_range(checks[claim], posterior),
        verdict=verdict,
        stated=stated,
        tail_probability=chance,
        implied_per_container=stated / 6_700,
        ceiling_per_container=3.14,
    )
    text = sentence(found, case)
    assert not re.search(r"\bnan\b|\binf\b|-0|\b0%|100%", text)
    assert text.endswith(".")
