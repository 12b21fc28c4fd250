"""The table of claims says who said what of when, in which words, and what it is used for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection

import pytest

from shellcount.case.blank import starting_text
from shellcount.case.overview import WORDINGS, claims_table, when
from shellcount.case.reading import parse_case
from shellcount.case.schema import Case


def test_every_claim_is_a_row_under_the_head_in_the_order_of_dates(case: Case) -> None:
    table = claims_table(case)
    assert {len(row) for row in table.rows} == {len(table.head)}
    assert sorted(row[0] for row in table.rows) == sorted(claim.id for claim in case.claim)
    days = [re.findall(r"\d{4}-\d\d-\d\d", row[4])[0] for row in table.rows]
    assert days == sorted(days)
    assert table.head[-1] == WORDINGS


def test_a_row_says_who_said_what_of_when_and_in_which_words(case: Case) -> None:
    (row,) = [row for row in claims_table(case).rows if row[0] == "rok-mnd-2024-02"]
    assert row == (
        "rok-mnd-2024-02",
        "the South Korean Ministry of National Defense (B)",
        "About 6,700 containers of munitions since the summit of September.",
        "about 6,700 containers (munitions)",
        "2024-02-26",
        "fit",
        "article-2024-02-27: up to 6,700 (“as many as”); lee-2024-02: about 6,700 (“around”); "
        "amran-2024-02-28: about 6,700 (“around”)",
    )


@pytest.mark.parametrize(
    ("name", "figure", "as_of"),
    [
        ("us-state-2024-02", "more than 10,000 containers (military)", "2024-02-23"),
        ("rok-mnd-2024-06-capacity", "up to 4.8 million rounds in 10,000 containers", "2024-06-14"),
        ("ua-gur-2024", "about 1.5 million rounds", "between 2024-02-26 and 2024-06-14"),
        ("rok-mnd-2024-02-return", "about 1.3 to 1", "2024-02-26"),
    ],
)
def test_a_figure_comes_with_what_it_is_a_figure_of(case: Case, name: str, figure: str, as_of: str) -> None:
    assert [(row[3], row[4]) for row in claims_table(case).rows if row[0] == name] == [(figure, as_of)]


def test_a_wording_without_a_phrase_has_no_quotation_marks(case: Case) -> None:
    assert [row[6] for row in claims_table(case).rows if row[0] == "ua-gur-2024"] == [
        "kholina-2024-06: about 1.5 million"
    ]


@pytest.mark.parametrize(
    ("fitted", "uses"),
    [
        (None, {"us-state-2024-02": "fit", "ua-gur-2024": "checked", "rok-mnd-2024-02-return": "context"}),
        (
            {"ua-gur-2024"},
            {"us-state-2024-02": "checked", "ua-gur-2024": "fit", "rok-mnd-2024-02-return": "context"},
        ),
    ],
    ids=["as the case marks them", "as they were fit"],
)
def test_the_use_of_a_claim_is_stated(
    case: Case, fitted: Collection[str] | None, uses: dict[str, str]
) -> None:
    table = {row[0]: row[5] for row in claims_table(case, fitted).rows}
    assert {name: table[name] for name in uses} == uses


# --- claims of every form ------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, ...]]:
    """Rows of a blank case with its commented examples taken in, by claim."""
    text = re.sub(r"^# (?=\[|[a-z_]+ = |  \{|\]$)", "", starting_text("mine"), flags=re.MULTILINE)
    text = re.sub(r"^stow_spread.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[\[claim\]\]\nid = \"mass-1\".*?\n\]\n", "", text, flags=re.DOTALL)
    case = parse_case(text.encode(), origin="opened.toml")
    return {row[0]: row for row in claims_table(case).rows}


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("count-1", "about 100 containers (cargo)"),
        ("carried-1", "about 1,200 items in 1 container"),
        ("rate-1", "8 to 12 containers a week (cargo)"),
        ("trips-1", "dozens of trips (voyage)"),
        ("none-1", "no containers (cargo)"),
        ("share-1", "about 0.7 as share of items (item)"),
    ],
)
def test_a_claim_of_any_form_is_a_figure_with_its_measure(
    rows: dict[str, tuple[str, ...]], name: str, figure: str
) -> None:
    assert rows[name][3] == figure


def test_a_period_is_written_by_its_first_and_last_day(rows: dict[str, tuple[str, ...]]) -> None:
    assert rows["period-1"][4] == "2024-03-01..2024-03-31"
    assert rows["count-1"][4] == "2024-03-31"


def test_a_period_of_unknown_end_shows_both_ends(case: Case) -> None:
    (claim,) = [claim for claim in case.claim if claim.id == "ua-gur-2024"]
    since = claim.model_copy(update={"since": dt.date(2024, 1, 1)})
    assert when(since) == "2024-01-01..between 2024-02-26 and 2024-06-14"


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("period-1", "checked; superseded by revised-1"),
        ("revised-1", "fit; supersedes period-1"),
        ("restated-1", "checked; restates count-1"),
        ("derived-1", "checked; derived: 1,200 times count-1"),
        ("capacity-1", "checked; withdrawn"),
        ("count-1", "fit"),
    ],
)
def test_what_a_claim_has_to_do_with_others_is_stated(
    rows: dict[str, tuple[str, ...]], name: str, use: str
) -> None:
    assert rows[name][5] == use


def test_a_claimant_without_a_grade_is_shown_with_its_spread(case: Case) -> None:
    claimants = [claimant.model_copy(update={"grade": None, "bias_sd": 0.02}) for claimant in case.claimant]
    changed = case.model_copy(update={"claimant": tuple(claimants)})
    assert {row[1].rpartition(" (")[2] for row in claims_table(changed).rows} == {"bias sd 0.02)"}
