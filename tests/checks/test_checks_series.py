"""Figures that a claimant computed from its own counts are recognised, and others are not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from building import case_of
from shellcount.case.reading import load_case
from shellcount.case.schema import Case
from shellcount.checks.evidence import document, remarks, remarks_on_claims
from shellcount.checks.series import series

COUNTS = (1200.0, 1500.0, 2100.0, 2600.0, 3000.0, 3700.0, 4400.0, 5000.0, 5900.0, 6700.0)
TRULY = (437.0, 471.0, 455.0, 489.0, 442.0, 466.0, 430.0, 483.0, 459.0, 448.0)  # scattered by a few per cent


def day(place: int) -> dt.date:
    return dt.date(2024, 1, 31) + dt.timedelta(days=30 * place)


def figures(multipliers: Sequence[float], *, step: float = 1000.0, later: int = 0, **more: Any) -> Case:
    """Counts of one office, and as many figures of items, each a multiple of one and rounded to a step."""
    counts = COUNTS[: len(multipliers)]
    claims: list[dict[str, Any]] = [
        {"id": f"count-{place}", "value": count, "as_of": day(place), "resolution": 10.0}
        for place, count in enumerate(counts)
    ]
    claims += [
        {
            "id": f"figure-{place}",
            "quantity": "rounds",
            "scope": None,
            "value": round(each * counts[place] / step) * step,
            "as_of": day(place) + dt.timedelta(days=later),
            "resolution": step,
            "use": "check",
            **more,
            **({"derived_from": f"count-{place}"} if more.get("derived_from") else {}),
        }
        for place, each in enumerate(multipliers)
    ]
    return case_of(*claims)


def test_a_series_of_ten_that_is_not_marked_is_recognised() -> None:
    (found,) = series(figures([460.0] * 10, step=5000.0))
    assert found.claims == tuple(f"figure-{place}" for place in range(10))
    assert found.bases == tuple(f"count-{place}" for place in range(10))
    assert found.unmarked == found.claims
    assert found.multiplier == pytest.approx(460, rel=0.005)
    assert found.low <= 460 <= found.high
    assert found.chance is not None
    assert found.chance < 1e-6
    assert found.sentence.startswith(
        "Ten figures of office, one multiplier of about 460 rounds a container (458 to 460 as stated): "
        "figure-0, figure-1,"
    )
    assert found.sentence.endswith(
        "They look as if they were computed from its own counts: if they had been counted, the chance that "
        "they agree so closely would be less than 1%. If they were, mark them with derived_from: a figure "
        "computed from a count adds no evidence."
    )


def test_figures_that_were_counted_are_no_series() -> None:
    assert series(figures(TRULY)) == ()


@pytest.mark.parametrize("name", ["black-sea-grain-2022", "channel-2023"])
def test_tallies_of_the_shipped_cases_are_no_series(name: str) -> None:
    assert series(load_case(name)) == ()


def test_the_one_that_was_counted_is_not_among_those_computed() -> None:
    (found,) = series(figures([460.0, 460.0, 500.0, 460.0, 460.0]))
    assert found.claims == ("figure-0", "figure-1", "figure-3", "figure-4")


def test_two_are_not_enough() -> None:
    assert series(figures([460.0, 460.0])) == ()


def test_figures_so_rounded_that_any_agree_are_no_series() -> None:
    assert series(figures([460.0] * 3, step=200_000.0)) == ()


def test_of_one_count_there_is_no_series() -> None:
    """A constant multiple is no news where the counts are the same."""
    same = [{"id": f"count-{place}", "value": 2000.0 + 10 * place, "as_of": day(place)} for place in range(4)]
    of = [
        {
            **each,
            "id": f"figure-{place}",
            "quantity": "rounds",
            "scope": None,
            "value": 460.0 * (2000 + 10 * place),
            "use": "check",
        }
        for place, each in enumerate(same)
    ]
    assert series(case_of(*same, *of)) == ()


@pytest.mark.parametrize(("later", "count"), [(0, 1), (12, 1), (320, 0)])
def test_a_figure_is_compared_with_the_nearest_count(later: int, count: int) -> None:
    assert len(series(figures([460.0] * 5, later=later))) == count


def test_a_series_that_is_marked_is_summarised_and_nothing_is_to_be_mended() -> None:
    case = figures([460.0] * 4, derived_from=True)
    (found,) = series(case)
    assert found.unmarked == ()
    assert found.chance is None
    assert found.sentence in remarks(case)
    assert found.sentence not in remarks_on_claims(case)


def test_what_is_left_to_mark_is_named() -> None:
    case = figures([460.0] * 4, derived_from=True)
    claims = [*case.claim]
    claims[-1] = claims[-1].model_copy(update={"derived_from": None})
    case = case.model_copy(update={"claim": tuple(claims)})
    (marked, mixed) = series(case)
    assert marked.claims == ("figure-0", "figure-1", "figure-2")
    assert mixed.unmarked == ("figure-3",)
    assert "mark figure-3 with derived_from" in mixed.sentence
    assert mixed.sentence in remarks_on_claims(case)


def test_another_claimants_counts_are_no_base() -> None:
    assert series(figures([460.0] * 5, claimant="ministry")) == ()


def test_the_shipped_case_has_three_figures_of_one_multiplier(case: Case) -> None:
    (found,) = series(case)
    assert len(found.claims) == 3
    assert found.sentence.startswith(
        "Three figures of the South Korean Ministry of National Defense, one multiplier of about 460 rounds "
        "a container"
    )
    assert document(case)["series"] == [found.document()]
