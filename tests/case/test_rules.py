"""Rules on the meaning of a case hold at their borders, and one fault raises no false ones."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shellcount.case import reading as casefile
from shellcount.case import rules
from shellcount.case.parts import WellFormed
from shellcount.case.reading import _frozen as frozen
from shellcount.case.reading import load_case, parse_case
from shellcount.errors import CaseError

HERE = Path(__file__).parents[1]
SHIPPED = HERE.parent / "seeds" / "dprk-russia-2024.toml"
GOOD = HERE / "cases" / "good_minimal.toml"
TEXT = GOOD.read_text(encoding="utf-8")
SHARE = '{ low = 0.1, high = 0.2, basis = "-", certainty = "U" }'
LEDGER = HERE / "cases" / "good_ledger.toml"
every_file = pytest.mark.parametrize("path", [SHIPPED, GOOD, LEDGER], ids=lambda path: path.stem)


def lines_of(text: str) -> list[str]:
    """Lines of the report on a case file."""
    try:
        parse_case(text.encode(), origin="changed.toml")
    except CaseError as error:
        return [str(fault) for fault in error.faults]
    return []


def changed(old: str, new: str) -> list[str]:
    """Lines of the report on the minimal case with one change."""
    assert TEXT.count(old) == 1
    return lines_of(TEXT.replace(old, new))


# --- parts -------------------------------------------------------------------------------


@every_file
def test_a_good_case_has_no_faults_of_meaning(path: Path) -> None:
    assert rules.faults(WellFormed.of(load_case(path))) == []


def test_nothing_known_is_nothing_wrong() -> None:
    assert rules.faults(WellFormed()) == []


def entries(raw: dict[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """Places of all tables that the file refers to by id or by name."""
    for table, value in raw.items():
        if isinstance(value, list):
            yield from ((table, place) for place in range(len(value)))
        elif table in {"hedges", "reliability"}:
            yield from ((table, name) for name in value)
        else:
            yield (table,)


@every_file
def test_an_ill_formed_entry_raises_no_false_faults_elsewhere(path: Path) -> None:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    told = {}
    for place in entries(raw):
        spoilt: Any = copy.deepcopy(raw)
        here = spoilt
        for step in place:
            here = here[step]
        here["no-such-key"] = 1
        try:
            casefile.build_case(frozen(spoilt), "spoilt")
        except CaseError as error:
            if [fault.message for fault in error.faults] == ["unknown key"]:
                continue
            told[place] = [str(fault) for fault in error.faults]
    assert told == {}


def test_faults_come_in_the_order_of_the_rules() -> None:
    text = TEXT
    for old, new in [
        ('id = "loose"', 'id = "pallets"'),
        ('scope = "parcels"', 'scope = "parcel"'),
        ('grade = "B"', 'grade = "A"'),
        ("resolution = 10\n", "resolution = 1000\n"),
        ('title = "aid of every kind"', f'title = "aid"\nshare = {SHARE}'),
        ("load = { low = 0.5", "load = { low = 0.99"),
        ('stow_spread = { value = 1.0, basis = "Either is seen.", certainty = "U" }', ""),
        ("mix = { food = 1.0 }", "mix = { food = 0.9 }"),
    ]:  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    assert [line.split(":")[0] for line in lines_of(text)] == [
        "nature[0] (food).stow[1].id",
        "claim[0] (crossed).scope",
        "claimant[0] (office).grade",
        "claim[0] (crossed).resolution",
        "scope[0] (all-aid).share",
        "priors.load",
        "nature[0] (food).stow_spread",
        "scenario[1] (all-food).mix",
    ]


# --- borders -----------------------------------------------------------------------------


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


@pytest.mark.parametrize(("resolution", "good"), [("420", True), ("420.1", False)])
def test_a_resolution_may_be_as_coarse_as_the_value(resolution: str, good: bool) -> None:  # noqa: FBT001
    assert (changed("resolution = 10\n", f"resolution = {resolution}\n") == []) is good


@pytest.mark.parametrize(
    ("mix", "good"),
    [
        ("food = 0.3333333333, hygiene = 0.6666666667", True),
        ("food = 0.333333, hygiene = 0.666666", False),
        ("food = 0.1, hygiene = 0.9", True),
        ("hygiene = 1", True),
        ("food = 0, hygiene = 1", True),
    ],
)
def test_the_shares_of_a_mix_sum_to_one(mix: str, good: bool) -> None:  # noqa: FBT001
    assert (changed("mix = { food = 1.0 }", f"mix = {{ {mix} }}") == []) is good


def test_the_first_missing_rule_does_not_hide_the_others() -> None:
    assert changed('hedge = "about"', 'hedge = "exact"') == [
        "claim[0] (crossed).hedge: [hedges.exact] is missing (found 'exact')"
    ]


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


@pytest.mark.parametrize(
    "other",
    [
        ("value = 420", "value = 421"),
        ("as_of = 2025-03-07", "as_of = 2025-03-08"),
        ('scope = "parcels"', 'scope = "all-aid"'),
    ],
)
def test_another_value_date_or_scope_is_another_statement(other: tuple[str, str]) -> None:
    first = TEXT[TEXT.index('[[claim]]\nid = "crossed"') : TEXT.index('[[claim]]\nid = "could-hold"')]
    again = first.replace('id = "crossed"', 'id = "again"')
    assert lines_of(TEXT.replace("[hedges]\n", f"{again}[hedges]\n")) != []
    assert lines_of(TEXT.replace("[hedges]\n", f"{again.replace(*other)}[hedges]\n")) == []


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


# --- other cases -------------------------------------------------------------------------

PER_CARRIER = 'per_carrier = { low = 300, high = 900, basis = "-", certainty = "U" }\n'


def of_items_per_carrier(text: str) -> str:
    """The case with a number of items in a full carrier in place of all stows and bare items."""
    raw = text[: text.index("[[nature]]")]
    natures = [
        "\n".join(
            (
                "[[nature]]",
                f'id = "{name}"\ntitle = "{name}"\nbase_share = 1\nbasis = "-"\ncertainty = "U"',
                PER_CARRIER,
            )
        )
        for name in ("food", "hygiene")
    ]
    return "\n".join([raw, *natures, text[text.index("[[scenario]]") :]])


def test_a_case_of_items_per_carrier_needs_no_box() -> None:
    text = of_items_per_carrier(TEXT)
    for line in ("rated_payload_kg = ", "cube_m3 = ", "payload_share = ", "stowage = "):
        (whole,) = [entry for entry in text.splitlines() if entry.startswith(line)]
        text = text.replace(f"{whole}\n", "")
    assert lines_of(text) == []


def test_a_case_of_items_per_carrier_may_have_one() -> None:
    assert lines_of(of_items_per_carrier(TEXT)) == []


def test_a_bare_item_needs_the_box_that_bounds_it() -> None:
    bare = 'bare = { mass_kg = 1, volume_m3 = 1, basis = "-", certainty = "U" }\n'
    text = of_items_per_carrier(TEXT).replace(PER_CARRIER, PER_CARRIER + bare, 1)
    (cube,) = [entry for entry in text.splitlines() if entry.startswith("cube_m3")]
    assert lines_of(text) == []
    assert lines_of(text.replace(cube, "")) == ["containers.cube_m3: missing; the bare item of food needs it"]


def test_a_superseded_claim_may_keep_its_use() -> None:
    claims = {claim.id: claim for claim in load_case(LEDGER).claim}
    assert (claims["first-count"].use, claims["second-count"].supersedes) == ("fit", "first-count")


def test_a_claim_that_was_not_withdrawn_may_say_so() -> None:
    assert changed('hedge = "about"', 'hedge = "about"\nwithdrawn = false') == []
