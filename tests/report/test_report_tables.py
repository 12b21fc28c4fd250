"""The tables of a report say what the case and its posterior say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from building import edited, one_claim_case
from shellcount.analysis import Parts, analyse
from shellcount.case.changes import with_changes
from shellcount.case.hedges import hedge_error, load_lexicon
from shellcount.case.overview import claims_table
from shellcount.case.schema import Case
from shellcount.posterior.posterior import Posterior
from shellcount.report import tables
from shellcount.results.results import Results
from shellcount.results.when import parse_when
from shellcount.wording.phrases import probability


def test_an_origin_has_its_claims_documents_and_repetitions(case: Case) -> None:
    """Counted by hand, from the reports of the claims: 16 of the ministry's 7 claims, in 5 documents."""
    table = tables.origins(case)
    assert table.head == ("claimant", "grade", "claims", "documents", "repetitions", "its claims")
    assert [row[:5] for row in table.rows] == [
        ("the South Korean Ministry of National Defense", "B", "7", "5", "9"),
        ("the White House", "B", "1", "1", "0"),
        ("the US Department of State", "B", "1", "2", "1"),
        ("Ukrainian defence intelligence (GUR)", "C", "1", "1", "0"),
        ("the European Union, as reported", "C", "1", "1", "0"),
    ]
    titles = {claimant.id: claimant.title for claimant in case.claimant}
    for claim in case.claim:
        assert [row[0] for row in table.rows if claim.id in row[5].replace(" and ", ", ").split(", ")] == [
            titles[claim.claimant]
        ]


def test_one_document_that_quotes_a_claim_twice_repeats_nothing(case: Case) -> None:
    def quoted_twice(document: dict[str, object]) -> None:
        claims = document["claim"]
        assert isinstance(claims, list | tuple)
        (last,) = [claim for claim in claims if claim["id"] == "ua-gur-2024"]
        last["reports"] = (*last["reports"], *last["reports"])

    rows = {row[0]: row for row in tables.origins(edited(case, quoted_twice)).rows}
    assert rows["Ukrainian defence intelligence (GUR)"][2:5] == ("1", "1", "0")


def test_an_origin_of_nothing_is_left_out(case: Case) -> None:
    def silent(document: dict[str, object]) -> None:
        claims = document["claim"]
        assert isinstance(claims, list | tuple)
        document["claim"] = tuple(claim for claim in claims if claim["claimant"] != "eu")

    assert "the European Union, as reported" not in {
        row[0] for row in tables.origins(edited(case, silent)).rows
    }
    assert "eu" in {row[0] for row in tables.claimants(case).rows}


def test_a_range_is_that_of_the_posterior_at_the_end_of_its_day(posterior: Posterior) -> None:
    days = (dt.date(2024, 1, 31), dt.date(2024, 6, 14))
    results = analyse(posterior, Parts(days=days))
    (rounds, containers, capacity), estimates = tables.ranges(results, days)
    cells = {
        (row[0], name): cell
        for table in (rounds, containers)
        for row in table.rows
        for name, cell in zip(table.head[1:], row[1:], strict=True)
    }
    assert cells["2024-01-31", "mixed"] == posterior.estimate("rounds.mixed@2024-01-31").cell
    assert cells["2024-06-14", "artillery"] == posterior.estimate("containers.artillery@2024-06-14").cell
    assert {row[0]: row[1:] for row in capacity.rows}["mixed"] == (
        posterior.estimate("capacity.mixed").cell,
        posterior.estimate("shipped.mixed").cell,
    )
    shown = [cell for table in (rounds, containers, capacity) for row in table.rows for cell in row[1:]]
    assert sorted(shown) == sorted(estimate.cell for estimate in estimates)


def test_amounts_within_periods_have_a_table_in_one_order(posterior: Posterior) -> None:
    times = tuple(parse_when(time) for time in ("2023-12", "2024-10"))
    results = analyse(posterior, Parts(days=times, checks=(), names=("item_share.122mm-rocket",)))
    *_, table = tables.ranges(results, results.days)[0]
    heads = [row[0] for row in table.rows]
    assert heads[:2] == ["rounds sent in December 2023", "rounds sent in October 2024 (forecast)"]
    assert heads[-1] == "share of 122mm rockets among the rounds"
    month = results.estimate("rounds.mixed@2023-12")
    assert table.rows[0][1:] == (month.middle, *month.words()[1:])
    again = replace(results, estimates=dict(reversed(list(results.estimates.items()))))
    assert tables.ranges(again, results.days)[0][-1] == table


def test_numbers_are_flush_right_and_words_are_not(results: Results, case: Case) -> None:
    ranges, estimates = tables.ranges(results, (case.last_date,))
    assert all(table.numeric for table in ranges)
    words = (tables.origins(case), tables.assumptions(case), tables.diagnostics(results, estimates))
    assert not any(table.numeric for table in words)


def test_every_row_has_a_cell_for_each_head(results: Results, case: Case) -> None:
    ranges, estimates = tables.ranges(results, (case.last_date,))
    others = (claims_table(case, set()), tables.claimants(case), tables.sources(case))
    more = (tables.assumptions(case), tables.origins(case), tables.diagnostics(results, estimates))
    for table in (*ranges, *others, *more):
        assert table.caption
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.head)}


def test_a_claim_left_out_is_shown_with_what_the_others_say(results_left_out: Results) -> None:
    found = results_left_out.left_out
    assert found is not None
    assert len(found) > 2
    assert tables.left_out(found).rows == tuple(
        (
            result.claim,
            f"{result.words} {result.unit}\n({result.title})",
            result.estimate.measured_cell,
            f"{probability(result.tail_probability)}\n(that {result.side})",
            result.passing,
            result.verdict,
        )
        for result in found
    )


@pytest.mark.parametrize(("published", "shown"), [(dt.date(2024, 2, 3), "2024-02-03"), (None, "undated")])
def test_a_document_without_a_date_is_said_to_have_none(
    published: dt.date | None, shown: str, case: Case
) -> None:
    def dated(document: dict[str, object]) -> None:
        sources = document["source"]
        assert isinstance(sources, list | tuple)
        sources[0]["published"] = published

    assert tables.sources(edited(case, dated)).rows[0][2] == shown


def bare_of_detail(document: dict[str, Any]) -> None:
    """A case of whole carriers: no stows and no bare item, a known load, and claimants without a grade."""
    (nature,), (claimant,) = document["nature"], document["claimant"]
    per_carrier = {"low": 100.0, "high": 200.0, "basis": "made up", "certainty": "U"}
    document["nature"] = ({**nature, "bare": None, "stow": (), "per_carrier": per_carrier},)
    document["claimant"] = tuple(
        {**claimant, "id": name, "grade": None, "bias_sd": 0.1} for name in ("office", "b")
    )
    document["priors"]["load"] = {"value": 0.8, "basis": "counted", "certainty": "A"}
    document["group"] = ({"id": "g", "members": ("office", "b"), "correlation": 0.5, "basis": "one source"},)
    day = dt.date(2024, 1, 10)
    document["pause"] = ({"since": day, "as_of": dt.date(2024, 1, 12), "basis": "snow"},)
    document["flow"] = {"step_days": 7, "basis": "weekly"}
    document["robustness"] = {"outlier_share": 0.02, "basis": "careful"}
    carriers = {"low": 5.0, "high": 20.0, "basis": "seen", "certainty": "C"}
    document["trip"] = ({"id": "convoy", "carriers": carriers},)


def test_assumptions_of_time_sources_and_whole_carriers_are_shown() -> None:
    case = edited(one_claim_case(), bare_of_detail)
    rows = {row[0]: row[1:] for row in tables.assumptions(case).rows}
    assert rows["load"] == ("0.8", "A", "counted")
    assert rows["step of the flow"] == ("7 days", "", "weekly")
    assert rows["pause"] == ("2024-01-10 to 2024-01-12", "", "snow")
    assert rows["group g"] == ("correlation 0.5 of office and b", "", "one source")
    assert rows["chance that a claim is off"] == ("0.02", "", "careful")
    assert rows["scale of the error of a claim that is off"] == ("0.5", "", "careful")
    assert "5 to 20" in {row[0] for row in rows.values()}
    assert not any("bare" in name for name in rows)
    assert {row[2] for row in tables.claimants(case).rows} == {"bias sd 0.1"}
    assert {row[1] for row in tables.origins(case).rows} == {"bias sd 0.1"}


def test_hedges_left_to_a_lexicon_are_shown_with_its_edition_and_over_their_figures(case: Case) -> None:
    assert not any(row[0] == "lexicon of hedges" for row in tables.assumptions(case).rows)
    changed = with_changes(case, {"hedges": "ferson-2015"})
    rows = {row[0]: row[1:] for row in tables.assumptions(changed).rows}
    edition, _, source = rows["lexicon of hedges"]
    assert edition == "ferson-2015, version 1"
    assert "numeric hedge words" in source
    shown = {name.removeprefix("hedge: "): row for name, row in rows.items() if name.startswith("hedge: ")}
    assert list(shown) == ["about", "more_than", "at_least", "up_to"]
    errors = [hedge_error(changed, claim) for claim in changed.claim if claim.hedge == "more_than"]
    low, high = (end(margin for _, margin in errors) for end in (min, max))
    assert shown["more_than"][0] == f"scale 0.02, margin {low:+.2g} to {high:+.2g}"
    (error,) = (hedge_error(changed, claim) for claim in changed.claim if claim.hedge == "up_to")
    assert shown["up_to"][0] == f"scale 0.02, margin {error[1]:+.2g}"
    for _, certainty, basis in shown.values():
        assert certainty == "B"
        assert basis.startswith("Width of the ranges given in a survey for ")


def test_a_rule_of_the_case_is_shown_before_its_lexicon(case: Case) -> None:
    def naming(document: dict[str, Any]) -> None:
        document["lexicon"] = {"hedges": "shellcount"}
        del document["hedges"]["about"]

    rows = {row[0]: row[1:] for row in tables.assumptions(edited(case, naming)).rows}
    assert rows["hedge: about"] == (
        "scale 0.08, margin +0",
        "U",
        load_lexicon().rules["about"].basis,
    )
    assert rows["hedge: up_to"][0] == "scale 0.05, margin -0.25"
