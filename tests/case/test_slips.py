"""Entries that are valid and yet likely to be wrong, or left over, are told of; others are not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from building import edited
from shellcount.case.reading import load_case, shipped_names
from shellcount.case.schema import Case
from shellcount.case.slips import slips


def with_claim(case: Case, **fields: Any) -> Case:
    """The case with other fields in one of its claims."""

    def edit(document: dict[str, Any]) -> None:
        (claim,) = [claim for claim in document["claim"] if claim["id"] == "rok-mnd-2024-02"]
        claim |= fields

    return edited(case, edit)


def with_source(case: Case, place: int, **fields: Any) -> Case:
    return edited(case, lambda document: document["source"][place].update(fields))


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_case_has_none(name: str) -> None:
    assert slips(load_case(name)) == ()


# --- values ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "resolution"), [(1.234, 1.0), (6750.0, 1000.0), (100.0, 30.0), (0.15, 0.1)]
)
def test_a_value_between_two_steps_is_told(case: Case, value: float, resolution: float) -> None:
    reports = ({"source": "lee-2024-02", "value": value, "hedge": "about"},)
    (said,) = slips(with_claim(case, value=value, resolution=resolution, reports=reports))
    assert said.startswith(
        f"The value of rok-mnd-2024-02, {value:,g}, is not a multiple of its resolution, {resolution:,g}: "
    )


@pytest.mark.parametrize(
    ("value", "resolution"),
    [(0.3, 0.1), (6700.0, 100.0), (2.4, 0.1), (1e15, 1.0), (1e-9, 1e-9), (123456.7, 0.1)],
)
def test_a_value_on_a_step_is_right(case: Case, value: float, resolution: float) -> None:
    reports = ({"source": "lee-2024-02", "value": value, "hedge": "about"},)
    assert slips(with_claim(case, value=value, resolution=resolution, reports=reports)) == ()


def test_a_claim_that_no_report_states_is_told(case: Case) -> None:
    reports = tuple(
        {"source": source, "value": 6_700_000.0, "hedge": "about"}
        for source in ("lee-2024-02", "article-2024-02-27")
    )
    (said,) = slips(with_claim(case, reports=reports))
    assert said == (
        "No report of rok-mnd-2024-02 states its value, 6,700; "
        "stated: 6.7 million (lee-2024-02) and 6.7 million (article-2024-02-27)."
    )


def test_a_report_that_the_claim_rounds_is_right(case: Case) -> None:
    reports = tuple({"source": "lee-2024-02", "value": value, "hedge": "about"} for value in (6650.0, 9000.0))
    assert slips(with_claim(case, reports=reports)) == ()
    assert len(slips(with_claim(case, reports=(reports[0] | {"value": 6649.0},)))) == 1


LEDGER = load_case(Path(__file__).parents[1] / "cases" / "good_ledger.toml")


def of_ledger(name: str, **fields: Any) -> tuple[str, ...]:
    """Slips of the ledger with other fields in one claim."""

    def edit(document: dict[str, Any]) -> None:
        (claim,) = [claim for claim in document["claim"] if claim["id"] == name]
        claim |= fields

    return slips(edited(LEDGER, edit))


def test_claims_of_every_form_have_none() -> None:
    assert slips(LEDGER) == ()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "february",
            {"low": 18.0, "high": 24.0},
            "No report of february states its value, 180 to 240; stated: 18 to 24 (bulletin).",
        ),
        (
            "hundreds-in-all",
            "thousands",
            "No report of hundreds-in-all states its value, hundreds; stated: thousands (bulletin).",
        ),
        ("none-seen", 2.0, "No report of none-seen states its value, none; stated: 2 (bulletin)."),
        ("food-share", 0.76, "No report of food-share states its value, 0.67; stated: 0.76 (bulletin)."),
    ],
)
def test_reports_of_every_form_are_compared_with_the_claim(name: str, value: Any, said: str) -> None:
    hedge = "about" if isinstance(value, float) else None
    assert of_ledger(name, reports=({"source": "bulletin", "value": value, "hedge": hedge},)) == (said,)


def test_a_report_in_figures_of_a_claim_in_words_is_compared_by_the_middle() -> None:
    middle = LEDGER.claim[2].stated
    report = {"source": "bulletin", "value": middle, "hedge": "about"}
    assert of_ledger("hundreds-in-all", reports=(report,)) == ()
    assert len(of_ledger("hundreds-in-all", reports=(report | {"value": 2 * middle},))) == 1


def test_a_claim_that_restates_another_figure_is_told() -> None:
    reports = ({"source": "bulletin", "value": 280.0, "hedge": "about"},)
    assert of_ledger("again", value=280.0, reports=reports) == (
        "again restates second-count, but states 280 and not 260: if it replaces it, write supersedes.",
    )
    assert of_ledger("again", quantity="rounds", scope=None) == (
        "again restates second-count, but is a claim of rounds and not of containers.",
    )


def test_a_trip_that_no_claim_counts_is_told() -> None:
    boat = {**LEDGER.model_dump()["trip"][0], "id": "boat"}
    more = edited(LEDGER, lambda document: document.update(trip=(*document["trip"], boat)))
    assert slips(more) == ("No claim is of the trip boat.",)


# --- dates -------------------------------------------------------------------------------


def test_a_claim_of_a_time_after_its_document_is_told(case: Case) -> None:
    published = {source.id: source.published for source in case.source}
    late = dt.date(2024, 4, 30)
    sources = [
        report.source for claim in case.claim if claim.id == "rok-mnd-2024-02" for report in claim.reports
    ]
    dated = [source for source in sources if published[source] is not None]
    (said,) = slips(with_claim(case, as_of=late))
    assert said.startswith("rok-mnd-2024-02 refers to 2024-04-30, after the publication of ")
    assert all(f"{source} ({published[source]})" in said for source in dated)
    assert dated


def test_a_range_of_dates_is_late_when_all_of_it_is(case: Case) -> None:
    late, later = dt.date(2024, 4, 30), dt.date(2024, 5, 30)
    early = dt.date(2024, 1, 30)
    assert slips(with_claim(case, as_of={"earliest": early, "latest": late})) == ()
    assert len(slips(with_claim(case, as_of={"earliest": late, "latest": later}))) == 1


# --- what is left over -------------------------------------------------------------------


def test_a_source_that_no_claim_is_from_is_told(case: Case) -> None:
    more = edited(
        case,
        lambda document: document.update(
            source=(
                *document["source"],
                {**document["source"][0], "id": "left-over", "url": None, "sha256": None},
            ),
            claimant=(*document["claimant"], {**document["claimant"][0], "id": "nobody"}),
        ),
    )
    assert slips(more) == (
        "No claim is reported by the source left-over.",
        "No claim is made by the claimant nobody.",
    )


def test_sources_that_share_an_address_or_a_copy_are_told(case: Case) -> None:
    first, second = (source.id for source in case.source[:2])
    one = with_source(with_source(case, 0, url="https://a.example"), 1, url="https://a.example")
    assert slips(one) == (
        f"The sources {first} and {second} have the same address: if they are one document, join them.",
    )
    copy = with_source(with_source(case, 0, sha256="0" * 64), 1, sha256="0" * 64)
    assert slips(copy) == (
        f"The sources {first} and {second} have the same stored copy: if they are one document, join them.",
    )


# --- dates of the case -------------------------------------------------------------------


def test_a_revision_before_a_document_appeared_is_told(case: Case) -> None:
    dates = sorted({source.published for source in case.source if source.published is not None})
    late = [source.id for source in case.source if source.published == dates[-1]]
    day = dates[-1] - dt.timedelta(days=1)
    (slip,) = slips(edited(case, lambda document: document["case"].update(revised=day)))
    assert slip.startswith(f"The case was revised on {day}, before the publication of ")
    assert all(name in slip for name in late)
    assert slips(edited(case, lambda document: document["case"].update(revised=dates[-1]))) == ()
