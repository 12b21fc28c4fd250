"""Claims have the fields, uses and times that their kind allows, and one fault raises no others."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import EVERY_FORM, with_every_form
from minimal import GOOD, TEXT, changed, lines_of
from shellcount.case.assumptions import Pause
from shellcount.case.kinds import FIELDS, KINDS
from shellcount.case.parts import WellFormed
from shellcount.case.reading import load_case
from shellcount.case.schema import Case, Claim
from shellcount.case.statements import claim_faults, joined

LEDGER = Path(__file__).parents[1] / "cases" / "good_ledger.toml"
CASE = with_every_form(load_case())
CLAIMS = {claim.id: claim for claim in CASE.claim}
DAY = dt.timedelta(days=1)


def told(claim: Claim, **fields: Any) -> list[str]:
    """Faults of a claim with other fields, as if it were alone in its case."""
    alone = CASE.model_copy(update={"claim": (claim.model_copy(update=fields),)})
    return [str(fault) for fault in claim_faults(WellFormed.of(alone))]


# --- fields ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case", [CASE, load_case(GOOD), load_case(LEDGER)], ids=lambda case: str(case.about.id)
)
def test_claims_of_every_form_have_no_fault(case: Case) -> None:
    assert list(claim_faults(WellFormed.of(case))) == []


def test_no_parts_have_no_fault() -> None:
    assert list(claim_faults(WellFormed())) == []


REQUIRED = [(name, field) for name in EVERY_FORM for field in sorted(KINDS[CLAIMS[name].quantity].needs)]
REFUSED = [
    (name, field)
    for name in EVERY_FORM
    for field in FIELDS
    if field not in KINDS[CLAIMS[name].quantity].needs | KINDS[CLAIMS[name].quantity].allows
]
FILLED: dict[str, Any] = {
    "scope": "munitions",
    "nature": "122mm-rocket",
    "containers": 10.0,
    "of": "containers",
    "per": "day",
    "trip": "voyage",
    "since": dt.date(2023, 12, 1),
    "under_all": {"nature": None, "as_of": None},
}


@pytest.mark.parametrize(("name", "field"), REQUIRED)
def test_a_claim_needs_the_fields_of_its_kind(name: str, field: str) -> None:
    claim = CLAIMS[name]
    expected = f"claim[0].{field}: required for a claim of {claim.quantity}"
    assert [line for line in told(claim, **{field: None}) if line.startswith(f"claim[0].{field}")] == [
        expected
    ]


@pytest.mark.parametrize(("name", "field"), REFUSED)
def test_a_claim_has_no_field_of_another_kind(name: str, field: str) -> None:
    claim = CLAIMS[name]
    expected = f"claim[0].{field}: not allowed for a claim of {claim.quantity}"
    assert expected in told(claim, **{field: FILLED[field]})


def test_the_outcome_is_a_checked_claim() -> None:
    assert changed('use = "fit"', 'use = "fit"\noutcome = false') == []
    assert changed('use = "fit"', 'use = "check"\noutcome = true') == []
    assert changed('use = "fit"', 'use = "fit"\noutcome = true') == [
        "claim[0] (crossed).outcome: only a checked claim can be the outcome; write use = 'check'"
    ]
    assert changed('use = "fit"', 'use = "check"\noutcome = true\nunder_all = {}') == [
        "claim[0] (crossed).under_all: the outcome is not fit; leave it out"
    ]


def test_a_yardstick_is_no_outcome() -> None:
    fields: dict[str, Any] = {"outcome": True, "use": "check", "under_all": None}
    assert [told(claim, **fields) for claim in CASE.claim if claim.quantity == "comparator"] == [
        ["claim[0].outcome: a claim that is a yardstick is no outcome; leave it out"]
    ]


@pytest.mark.parametrize("name", EVERY_FORM)
@pytest.mark.parametrize("reason", ["derived_from", "restates", "withdrawn"])
def test_what_is_never_fit_is_not_marked_fit(name: str, reason: str) -> None:
    fields: dict[str, Any] = {reason: True if reason == "withdrawn" else "month"}
    faults = told(CLAIMS[name], **fields)
    assert [line.split(":")[0] for line in faults] == ["claim[0].use"]
    assert told(CLAIMS[name], use="check", **fields) == []


def test_a_claim_of_rounds_may_leave_everything_open() -> None:
    text = TEXT.replace('quantity = "capacity"', 'quantity = "rounds"').replace("containers = 400\n", "")
    assert lines_of(text) == []
    assert lines_of(text.replace('nature = ["food", "hygiene"]\n', "").replace('nature = "food", ', "")) == []


@pytest.mark.parametrize(
    ("quantity", "use"), [("ratio", "context"), ("comparator", "check"), ("comparator", "context")]
)
def test_figures_without_a_posterior_of_their_own_may_be_shown(quantity: str, use: str) -> None:
    text = TEXT.replace(
        'quantity = "capacity"\nnature = ["food", "hygiene"]\ncontainers = 400\n',
        f'quantity = "{quantity}"\n',
    )
    text = text.replace(
        'use = "check"\nunder_all = { nature = "food", as_of = 2025-02-15 }', f'use = "{use}"'
    )
    assert lines_of(text) == []


def test_a_superseded_claim_may_keep_its_use() -> None:
    claims = {claim.id: claim for claim in load_case(LEDGER).claim}
    assert (claims["first-count"].use, claims["second-count"].supersedes) == ("fit", "first-count")


def test_a_claim_that_was_not_withdrawn_may_say_so() -> None:
    assert changed('hedge = "about"', 'hedge = "about"\nwithdrawn = false') == []


# --- readings ----------------------------------------------------------------------------


def test_odds_are_those_of_all_the_natures_left_open_and_of_no_other() -> None:
    claim = CLAIMS["holds"]
    assert told(claim, reading_odds=None) == []
    assert told(claim, reading_odds={"152mm-howitzer": 1.0}) == [
        "claim[0].reading_odds.122mm-rocket: missing; give the odds of each nature"
    ]
    odds = {"152mm-howitzer": 1.0, "122mm-rocket": 1.0, "122mm-howitzer": 2.0}
    (line,) = told(claim, reading_odds=odds)
    assert line.startswith("claim[0].reading_odds.122mm-howitzer: not one of the natures of the claim")
    (line,) = told(claim, nature="122mm-rocket", reading_odds={"122mm-rocket": 1.0})
    assert line.startswith("claim[0].reading_odds: only a claim of several natures leaves one open")


@pytest.mark.parametrize(
    ("day", "good"),
    [("2025-01-15", False), ("2025-01-16", True), ("2045-12-31", True), ("2046-01-01", False)],
)
def test_dates_lie_after_the_first_shipment_and_within_twenty_years(day: str, good: bool) -> None:  # noqa: FBT001
    assert (changed("as_of = 2025-03-07", f"as_of = {day}") == []) is good


@pytest.mark.parametrize(
    ("day", "good"),
    [("2025-01-31", False), ("2025-02-01", True), ("2025-03-01", True), ("2025-03-02", False)],
)
def test_a_reading_takes_a_date_of_the_claim(day: str, good: bool) -> None:  # noqa: FBT001
    assert (changed("as_of = 2025-02-15 }", f"as_of = {day} }}") == []) is good


def test_a_range_of_one_day_decides_the_date() -> None:
    text = TEXT.replace("latest = 2025-03-01", "latest = 2025-02-01").replace(", as_of = 2025-02-15 }", " }")
    assert lines_of(text) == []


@given(
    st.dates(dt.date(2025, 1, 16), dt.date(2045, 12, 31)),
    st.dates(dt.date(2025, 1, 16), dt.date(2045, 12, 31)),
)
def test_a_range_is_refused_exactly_when_it_is_reversed(earliest: dt.date, latest: dt.date) -> None:
    text = TEXT.replace(
        "earliest = 2025-02-01, latest = 2025-03-01", f"earliest = {earliest}, latest = {latest}"
    )
    lines = lines_of(text.replace("as_of = 2025-02-15 }", f"as_of = {earliest} }}"))
    expected = f"claim[1] (could-hold).as_of: earliest is after latest (found {earliest} and {latest})"
    assert lines == ([expected] if earliest > latest else [])


# --- times -------------------------------------------------------------------------------

PAUSE = '[[pause]]\nsince = {}\nas_of = {}\nbasis = "-"\n\n[priors]'


def with_times(since: str | None, as_of: str, *pauses: tuple[dt.date, dt.date]) -> list[str]:
    """Lines of the report on the minimal case, its count of another time, with pauses."""
    text = TEXT.replace(
        "as_of = 2025-03-07", f"{'' if since is None else f'since = {since}'}\nas_of = {as_of}"
    )
    for pause in pauses:
        text = text.replace("[priors]", PAUSE.format(*pause))
    return lines_of(text)


DAYS = st.dates(dt.date(2025, 1, 1), dt.date(2025, 3, 31))
SPANS = st.tuples(DAYS, DAYS).map(lambda days: (min(days), max(days)))
START = dt.date(2025, 1, 15)


def days_of(first: dt.date, last: dt.date) -> set[dt.date]:
    return {first + dt.timedelta(days=number) for number in range((last - first).days + 1)}


@given(DAYS, DAYS)
def test_a_period_is_right_exactly_when_it_has_a_day_of_the_flow(since: dt.date, as_of: dt.date) -> None:
    assert (with_times(str(since), str(as_of)) == []) is (since <= as_of and as_of >= START)


@given(SPANS, st.lists(SPANS.filter(lambda span: span[0] >= START), max_size=3))
def test_a_period_is_refused_exactly_when_all_of_its_days_are_paused(
    period: tuple[dt.date, dt.date], pauses: list[tuple[dt.date, dt.date]]
) -> None:
    since, as_of = period
    days = days_of(max(since, START), as_of)
    paused = set().union(*(days_of(*pause) for pause in pauses))
    told = [line for line in with_times(str(since), str(as_of), *pauses) if "lies in pauses" in line]
    assert bool(told) is (bool(days) and days <= paused)


@given(st.lists(SPANS.filter(lambda span: span[0] >= START), max_size=3))
def test_a_date_is_refused_exactly_when_every_day_before_it_is_paused(
    pauses: list[tuple[dt.date, dt.date]],
) -> None:
    days = days_of(START, dt.date(2025, 3, 6))
    told = with_times(None, "2025-03-07", *pauses)
    paused = set().union(*(days_of(*pause) for pause in pauses))
    assert (told != []) is (days <= paused)


@pytest.mark.parametrize(
    ("since", "as_of", "good"),
    [
        ("2025-03-07", "2025-03-07", True),
        ("2025-01-15", "2025-01-15", True),
        ("2025-01-01", "2025-01-15", True),
        ("2025-01-01", "2025-01-14", False),
        ('"2025-02"', '"2025-02"', True),
        ('"2025-02"', "{ earliest = 2025-02-01, latest = 2025-02-28 }", True),
        ('"2025-02"', "{ earliest = 2025-01-31, latest = 2025-02-28 }", False),
    ],
)
def test_periods_at_their_borders(since: str, as_of: str, good: bool) -> None:  # noqa: FBT001
    assert (with_times(since, as_of) == []) is good


def test_an_ill_formed_pause_makes_no_false_faults() -> None:
    text = TEXT.replace("[priors]", PAUSE.format("2025-01-15", "2025-03-30").replace("basis", "bassi"))
    assert [line.split(":")[0] for line in lines_of(text)] == ["pause[0].basis", "pause[0].bassi"]


# --- pauses ------------------------------------------------------------------------------


@given(st.lists(SPANS, max_size=6))
def test_joined_pauses_have_the_same_days_and_lie_apart(spans: list[tuple[dt.date, dt.date]]) -> None:
    found = joined(Pause(since=first, as_of=last, basis="made up") for first, last in spans)
    assert set().union(*(days_of(*each) for each in found)) == set().union(
        *(days_of(*each) for each in spans)
    )
    assert found == sorted(found)
    assert all(later[0] - earlier[1] > DAY for earlier, later in itertools.pairwise(found))


def test_pauses_that_adjoin_are_one() -> None:
    spans = [(dt.date(2025, 2, 11), dt.date(2025, 2, 12)), (dt.date(2025, 2, 1), dt.date(2025, 2, 10))]
    pauses = (Pause(since=first, as_of=last, basis="made up") for first, last in spans)
    assert joined(pauses) == [(dt.date(2025, 2, 1), dt.date(2025, 2, 12))]
