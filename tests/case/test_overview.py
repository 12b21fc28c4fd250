"""The table of claims says who said what of when, in which words, and what it is used for."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from shellcount.case.overview import WORDINGS, claims_table
from shellcount.case.schema import Case


def test_every_claim_is_a_row_under_the_head_in_the_order_of_dates(case: Case) -> None:
    table = claims_table(case)
    assert {len(row) for row in table.rows} == {len(table.head)}
    assert sorted(row[0] for row in table.rows) == sorted(claim.id for claim in case.claim)
    assert [row[4][:10] for row in table.rows] == sorted(row[4][:10] for row in table.rows)
    assert table.head[-1] == WORDINGS


def test_a_row_says_who_said_what_of_when_and_in_which_words(case: Case) -> None:
    (row,) = [row for row in claims_table(case).rows if row[0] == "rok-mnd-2024-02"]
    assert row == (
        "rok-mnd-2024-02",
        "rok-mnd (B)",
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
        ("ua-gur-2024", "about 1.5 million rounds", "2024-02-26 to 2024-06-14"),
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
