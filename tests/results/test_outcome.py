"""Whether the figure that settled a question lies within the ranges, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quick import quick_posterior
from shellcount.case.reading import load_case
from shellcount.checks.stated import check
from shellcount.results.claim_check import Checks
from shellcount.results.outcome import outcomes

CHANNEL = load_case("channel-2023")
TOTAL = "home-office-2023"


@pytest.fixture(scope="module")
def checks() -> Checks:
    return check(quick_posterior(CHANNEL), (TOTAL, "pa-2023-01-people"))


def placed(checks: Checks, *quantiles: float) -> str:
    """The place of the total, 29,437, if these were the ends of its ranges."""
    (total,) = (check for check in checks if check.claim == TOTAL)
    p05, p25, p50, p75, p95 = quantiles
    exact = replace(total.estimate, mcse_p05=0.1, mcse_p25=0.1, mcse_p50=0.1, mcse_p75=0.1, mcse_p95=0.1)
    estimate = replace(exact, p05=p05, p25=p25, p50=p50, p75=p75, p95=p95, not_quotable=None)
    (sentence,) = outcomes(CHANNEL, Checks((replace(total, estimate=estimate),)))
    assert sentence.startswith("The outcome, 29,437 people (the Home Office), ")
    return sentence.partition("(the Home Office), ")[2].partition(". ")[0].removesuffix(".")


def test_an_outcome_lies_within_a_range_whose_end_it_is(checks: Checks) -> None:
    within = "lies within the 50% range, 25,000 to 35,000, and so within the 90% range, 20,000 to 40,000"
    assert placed(checks, 20_000, 25_000, 30_000, 35_000, 40_000) == within
    for quantiles in ((20_000, 29_437, 35_000, 40_000, 50_000), (10_000, 20_000, 25_000, 29_437, 40_000)):
        assert placed(checks, *quantiles).startswith("lies within the 50% range, ")
    for quantiles in ((29_437, 30_000, 35_000, 40_000, 50_000), (10_000, 15_000, 20_000, 25_000, 29_437)):
        assert placed(checks, *quantiles).startswith("lies outside of the 50% range, ")


def test_an_outcome_may_lie_in_one_range_alone_or_in_none(checks: Checks) -> None:
    assert placed(checks, 20_000, 31_000, 35_000, 40_000, 50_000) == (
        "lies outside of the 50% range, 31,000 to 40,000, but within the 90% range, 20,000 to 50,000"
    )
    assert placed(checks, 30_000, 31_000, 35_000, 40_000, 50_000) == (
        "lies outside of the 90% range, 30,000 to 50,000"
    )
    assert placed(checks, 10_000, 12_000, 15_000, 20_000, 25_000) == (
        "lies outside of the 90% range, 10,000 to 25,000"
    )


def test_only_outcomes_that_were_checked_have_a_sentence(checks: Checks) -> None:
    assert len(outcomes(CHANNEL, checks)) == 1
    claims = tuple(claim.model_copy(update={"outcome": None}) for claim in CHANNEL.claim)
    assert outcomes(CHANNEL.model_copy(update={"claim": claims}), checks) == ()
    assert outcomes(CHANNEL, Checks(())) == ()
