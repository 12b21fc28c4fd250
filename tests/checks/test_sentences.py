"""A check in words says what was found, and nothing that the case could smuggle in."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.checks.sentences import Finding, finding
from shellcount.wording.rounding import Range
from shellcount.wording.scales import load_scale

WORDS = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
UNITS = [step * 10.0**power for power in range(-6, 13) for step in (1, 5)]


def ranges(largest_mcse: float = 0.02) -> st.SearchStrategy[Range]:
    """Ranges of positive quantities, their Monte Carlo error at most so many times their width."""
    bounds = st.lists(st.floats(1e-6, 1e13), min_size=3, max_size=3).map(sorted)
    return st.builds(
        lambda at, part: Range(at[0], at[1], at[2], part * (at[2] - at[0])),
        bounds,
        st.floats(0, largest_mcse),
    )


def read(text: str) -> Decimal:
    """The number that a text states."""
    digits, _, word = text.partition(" ")
    return Decimal(digits.replace(",", "")) * WORDS[word]


# --- a finding ---------------------------------------------------------------------------

FOUND = Finding(
    who="the ministry",
    stated=3e6,
    hedge="about",
    measure="rounds",
    subject="what 6,700 containers could hold",
    verdict="consistent",
    posterior=Range(1.6e6, 2.1e6, 2.9e6),
    p_at_least=0.04,
)
SAID = "About 3 million rounds (what 6,700 containers could hold), stated by the ministry, is"
MODEL = "the model's 2.1 million rounds (90% interval 1.6 to 2.9 million)"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("consistent", "consistent with"),
        ("strained", "strained against"),
        ("inconsistent", "inconsistent with"),
    ],
)
def test_a_finding_names_the_verdict(verdict: str, words: str) -> None:
    assert finding(replace(FOUND, verdict=verdict)) == (
        f"{SAID} {words} {MODEL}; the probability of at least that many is 4% (almost no chance)."
    )


def test_an_impossible_figure_is_said_to_need_more_than_can_be_packed() -> None:
    found = replace(FOUND, verdict="impossible", implied=446.76, ceiling=361.2)
    assert finding(found) == (
        f"{SAID} physically impossible: it needs 447 rounds per container, "
        "and no more than 361 can be packed."
    )


def test_a_yardstick_is_passed_or_not() -> None:
    found = replace(FOUND, p_passed=0.9987, subject="what the others sent", stated=1e6, hedge="exact")
    assert finding(found) == (
        f"1 million rounds (what the others sent), a yardstick given by the ministry, is passed by {MODEL} "
        "with a probability of more than 99% (almost certain)."
    )


@pytest.mark.parametrize("verdict", ["consistent", "impossible"])
def test_a_reading_says_how_probable_it_is(verdict: str) -> None:
    assert "reading of probability 63%" in finding(replace(FOUND, verdict=verdict, reading_probability=0.634))


def test_a_reading_is_named_after_what_the_figure_speaks_of() -> None:
    assert finding(replace(FOUND, reading_probability=0.634)) == (
        "About 3 million rounds (what 6,700 containers could hold; a reading of probability 63%), stated by "
        f"the ministry, is consistent with {MODEL}; "
        "the probability of at least that many is 4% (almost no chance)."
    )


@pytest.mark.parametrize(
    ("name", "word"),
    [("icd203", "almost no chance"), ("phia", "remote chance"), ("ipcc", "extremely unlikely")],
)
def test_a_finding_takes_its_words_from_the_scale_asked_for(name: str, word: str) -> None:
    assert finding(FOUND, load_scale(name)).endswith(f"is 4% ({word}).")
    passed = replace(FOUND, p_passed=0.041)
    assert finding(passed, load_scale(name)).endswith(f"with a probability of 4% ({word}).")


@pytest.mark.parametrize(
    "found",
    [
        FOUND,
        replace(FOUND, verdict="impossible", implied=446.76, ceiling=361.2),
        replace(FOUND, p_passed=0.9987),
    ],
    ids=["compared", "impossible", "yardstick"],
)
def test_a_finding_that_must_not_be_quoted_ends_with_the_reason(found: Finding) -> None:
    marked = finding(replace(found, not_quotable="R-hat is 1.2"))
    assert marked == f"{finding(found)} (Not converged: R-hat is 1.2.)"


def test_other_cargo_in_other_carriers() -> None:
    found = replace(
        FOUND, verdict="impossible", measure="parcels", carrier="trucks", implied=2_500, ceiling=2_100
    )
    assert "needs 2,500 parcels per truck, and no more than 2,100" in finding(found)


@pytest.mark.parametrize("field", ["who", "subject", "measure", "carrier"])
@pytest.mark.parametrize("verdict", ["consistent", "impossible"])
def test_words_of_the_case_cannot_steer_a_terminal(field: str, verdict: str) -> None:
    hostile = {"who": FOUND.who, "subject": FOUND.subject, "measure": "rounds", "carrier": "containers"}
    hostile[field] = "red\x1b[31m\n\u202ealert"
    found = replace(
        FOUND,
        verdict=verdict,
        who=hostile["who"],
        subject=hostile["subject"],
        measure=hostile["measure"],
        carrier=hostile["carrier"],
    )
    assert finding(found).isprintable()


@given(
    ranges(),
    st.sampled_from(["consistent", "strained", "inconsistent", "impossible"]),
    st.floats(1e-3, 1e15),
    st.floats(0, 1),
    st.floats(0, 1) | st.none(),
)
def test_findings_never_show_what_is_no_number(
    posterior: Range, verdict: str, stated: float, chance: float, passed: float | None
) -> None:
    found = replace(
        FOUND, posterior=posterior, verdict=verdict, stated=stated, p_at_least=chance, p_passed=passed
    )
    text = finding(replace(found, implied=stated / 6_700, ceiling=math.pi))
    assert not re.search(r"\bnan\b|\binf\b|-0|\b0%|100%", text)
    assert text.endswith(".")
