"""Verify that the parts of results from a file agree with each other and with their case."""

from __future__ import annotations

from collections.abc import Iterator

from shellcount.case.schema import Claim
from shellcount.results.claim_check import Check
from shellcount.results.estimate import Estimate
from shellcount.results.given import parse_given
from shellcount.results.names import check_date, parameter_names, parse_quantity
from shellcount.results.prediction import Predicted
from shellcount.results.results import Results
from shellcount.results.run import SIZES
from shellcount.text import one_line
from shellcount.wording.scales import load_scale


def verify(results: Results) -> None:
    """Verify that results are consistent, so that what is made from them can rely on it.

    Raises
    ------
    ValueError, UnknownNameError, UsageError
        When a part contradicts another, or names what the case does not have.
    """
    case, run = results.case, results.run
    if case.about.id != run.case or run.case_digest != case.digest:
        raise ValueError("its case is not the one that was fitted")
    parse_given(case, run.given)
    load_scale(results.scale)
    if set(run.settings) != set(SIZES[run.engine]):
        raise ValueError(f"engine {run.engine} has the settings {', '.join(sorted(SIZES[run.engine]))}")
    for name in (*results.estimates, *results.supporting):
        parse_quantity(case, name)
    for estimate in _estimates(results):
        _verify_estimate(estimate)
    for day in results.days:
        check_date(case, day)
    _verify_claims(results)
    for name, probability in results.probabilities.items():
        _verify_probabilities(name, probability)
    for comparison in results.prior_comparisons:
        if comparison.name not in parameter_names(case):
            raise ValueError(f"its case has no parameter {one_line(comparison.name, 80)!r}")


def _checks(results: Results) -> tuple[Check, ...]:
    return (*results.checks, *(results.left_out or ()))


def _estimates(results: Results) -> Iterator[Estimate]:
    yield from (*results.estimates.values(), *results.supporting.values(), *results.claimed.values())
    yield from (check.estimate for check in _checks(results))


def _verify_estimate(estimate: Estimate) -> None:
    quantiles = (estimate.p05, estimate.p25, estimate.p50, estimate.p75, estimate.p95)
    spreads = (
        *(estimate.mcse_p05, estimate.mcse_p25, estimate.mcse_p50, estimate.mcse_p75, estimate.mcse_p95),
        *(estimate.mcse_mean, estimate.sd),
    )
    if quantiles != tuple(sorted(quantiles)) or estimate.p05 < 0:
        raise ValueError(f"the quantiles of {estimate.name} are not in order")
    if min(spreads) < 0:
        raise ValueError(f"an error of {estimate.name} is negative")


def _verify_claims(results: Results) -> None:
    """Verify the parts that refer to claims."""
    claims = {claim.id: claim for claim in results.case.claim}
    for check in _checks(results):
        if check.claim not in claims:
            raise ValueError(f"its case has no claim {one_line(check.claim, 80)!r}")
        _verify_check(check, claims[check.claim])
    if any(check.estimate.run_digest != results.run.digest for check in results.checks):
        raise ValueError("a check belongs to another run")
    fitted = {read.claim.id for read in results.fitted}
    if results.claimed and set(results.claimed) != fitted:
        raise ValueError("the ranges of fitted claims are not those of the claims that it fits")
    for prediction in results.predictions:
        if prediction.claim not in fitted:
            raise ValueError(
                f"it has a prediction of {one_line(prediction.claim, 80)!r}, which it does not fit"
            )
        _verify_predicted(prediction.claim, prediction.prior, prediction.posterior)


def _verify_check(check: Check, claim: Claim) -> None:
    stated = (check.claimant, check.use, check.stated, check.hedge)
    if stated != (claim.claimant, claim.use, claim.value, claim.hedge):
        raise ValueError(f"the check of {check.claim} does not match the claim in its case")
    if check.day not in claim.dates or check.nature not in (claim.natures or (None,)):
        raise ValueError(f"the check of {check.claim} has a reading that the claim does not have")
    _verify_probabilities(
        check.claim, check.reading_probability, check.p_at_least, check.predictive_cdf, check.tail_probability
    )


def _verify_predicted(claim: str, *predicted: Predicted) -> None:
    for each in predicted:
        if not 0 <= each.p05 <= each.p50 <= each.p95:
            raise ValueError(f"the predicted quantiles of {claim} are not in order")
        _verify_probabilities(claim, each.predictive_cdf)


def _verify_probabilities(name: str, *probabilities: float) -> None:
    if not all(0 <= probability <= 1 for probability in probabilities):
        raise ValueError(f"a probability of {one_line(name, 80)} is not between 0 and 1")
