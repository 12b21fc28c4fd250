"""The third shipped case: priors older than its outcome, convergence, and where the outcome lies."""

from __future__ import annotations

import datetime as dt
import re
from typing import Literal

import pytest

from commands import QUICK, run
from quick import quick_results
from shellcount.case.overview import claims_table
from shellcount.case.reading import load_case
from shellcount.checks.lint import lint, remarks_of
from shellcount.checks.stated import check
from shellcount.posterior.fitting import fit
from shellcount.report.content import compose
from shellcount.results.given import Conditioning, fitted_claims
from shellcount.results.outcome import outcomes
from shellcount.results.standard import standard

CASE = load_case("channel-2023")
SETTLED = tuple(claim.id for claim in CASE.claim if claim.outcome)
TOTAL = "The outcome, 29,437 people (the Home Office), lies within the 50% range"
# As they were when the outcome was entered: the comparison was made once, and nothing is tuned to it.
PLACES: dict[Literal["counts", "all"], tuple[str, str]] = {
    "counts": (
        f"{TOTAL}, 29,000 to 33,000, and so within the 90% range, 24,000 to 35,000.",
        "The outcome, 602 boats (the Home Office), lies outside of the 50% range, 570 to 600, but within the "
        "90% range, 550 to 620.",
    ),
    "all": (
        f"{TOTAL}, 28,000 to 30,000, and so within the 90% range, 27,000 to 31,000 (given all).",
        "The outcome, 602 boats (the Home Office), lies outside of the 50% range, 570 to 600, but within the "
        "90% range, 550 to 620 (given all).",
    ),
}


def test_every_claim_has_a_document_with_an_address() -> None:
    addresses = {source.id: source.url for source in CASE.source}
    for claim in CASE.claim:
        assert all((addresses[report.source] or "").startswith("https://") for report in claim.reports)


def test_outcomes_are_never_fit_and_no_prior_cites_a_document_that_has_them() -> None:
    fitted = {each.claim.id for base in PLACES for each in fitted_claims(CASE, Conditioning(base))}
    assert len(SETTLED) == 2
    assert fitted.isdisjoint(SETTLED)
    late = {report.source for claim in CASE.claim if claim.outcome for report in claim.reports}
    dates = {source.id: source.published for source in CASE.source if source.id in late}
    assert all(day is None or day >= dt.date(2024, 1, 1) for day in dates.values())
    priors = (CASE.priors, *CASE.nature, *CASE.hedges.values(), *CASE.reliability.values())
    text = "".join(part.model_dump_json() for part in priors)
    assert not any(source in text for source in late)
    assert not re.search(r"29[, _]?437|\b602\b", text)


def test_the_table_of_evidence_names_the_outcomes() -> None:
    rows = claims_table(CASE).rows
    assert [row[0] for row in rows if row[5] == "checked; the outcome"] == list(SETTLED)


def test_what_the_priors_imply_is_what_their_bases_cite() -> None:
    found = lint(CASE)
    assert [each.name for each in found] == ["first_rate_per_day", "load"]
    assert list(remarks_of(found)) == []
    assert run("lint", "channel-2023").exit_code == 0


def test_its_report_says_that_people_arrived() -> None:
    results = quick_results(CASE)
    content = compose(results)
    assert re.match(r"The reported boats imply that about \S+ people had arrived by 1 Jan", content.answer)
    assert all(sentence in content.answer for sentence in outcomes(CASE, results.checks))
    shown = str(content)
    assert not re.search(r"\b(sent|shipped by)\b", shown.replace("shipped.", ""))


def test_check_begins_with_the_outcomes() -> None:
    told = [line for line in run("check", "channel-2023", *QUICK).stdout.splitlines() if line[:2] == "- "]
    assert told[0].startswith("- The outcome, 29,437 people (the Home Office), lies ")
    assert told[1].startswith("- The outcome, 602 boats (the Home Office), lies ")


@pytest.mark.slow
@pytest.mark.parametrize("given", PLACES)
def test_it_converges_and_its_outcomes_lie_where_they_lay(given: Literal["counts", "all"]) -> None:
    posterior = fit(CASE, given=given, seed=1)
    assert posterior.conflicts == ()
    assert all(posterior.estimate_of(each).not_quotable is None for each in standard(CASE))
    assert outcomes(CASE, check(posterior, SETTLED)) == PLACES[given]
