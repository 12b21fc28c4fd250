"""Verify that the parts of results from a file agree with each other and with their case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shellcount.case.inputs import changeable
from shellcount.case.schema import Case, Claim
from shellcount.maths.diagnostics import Summary
from shellcount.results.claim_check import Check
from shellcount.results.claimed import claimed_unit, quantity_of
from shellcount.results.components import verify_components
from shellcount.results.conflict import Conflict, contradicted
from shellcount.results.described import described
from shellcount.results.drivers import Drivers, verify_drivers
from shellcount.results.estimate import Estimate
from shellcount.results.given import Fitted, ReadClaim, as_fitted, parse_given
from shellcount.results.names import name_of, parameter_names, parse_quantity, subjects, unit
from shellcount.results.prediction import Predicted, PredictiveCheck
from shellcount.results.results import Results
from shellcount.results.run import MODEL_VERSION, SIZES, Run
from shellcount.results.standing import PACKED, ceiling_of, origin, tail_of
from shellcount.results.verdicts import verdict_of
from shellcount.results.what_if import WhatIf, verify_what_if
from shellcount.results.when import check_date
from shellcount.text import one_line
from shellcount.wording.scales import load_scale

_VERSIONS = ("shellcount", "python")  # libraries that a report always names
# Numbers of a case lie between 1e-9 and 1e15, and results are products of a few of them. Beyond these bounds
# arithmetic and drawing would overflow or underflow.
_SMALLEST, _LARGEST = 1e-30, 1e30


def verify(results: Results, *, earlier: bool = False) -> None:
    """Verify that results are consistent, so that what is made from them can rely on it.

    Parameters
    ----------
    results
        The results.
    earlier
        Whether an earlier version of the model may have made them.

    Raises
    ------
    ValueError, UnknownNameError, UsageError
        When a part contradicts another, or names what the case does not have.
    """
    case, run = results.case, results.run
    if case.about.id != run.case or run.case_digest != case.digest:
        raise ValueError("its case is not the one that was fitted")
    if str(parse_given(case, run.given)) != run.given:
        raise ValueError("its run does not write what it is conditioned on as shellcount does")
    load_scale(results.scale)
    verify_run(run, earlier=earlier)
    for name, estimate in (*results.estimates.items(), *results.supporting.items()):
        if estimate.unit != unit(case, parse_quantity(case, name)):
            raise ValueError(f"the unit of {name} is not {unit(case, parse_quantity(case, name))}")
    for estimate in _estimates(results):
        _verify_estimate(estimate)
    for day in results.days:
        check_date(case, day)
    asked = results.answering
    if (asked.kind, asked.per) != ("rounds", None) or asked.subject not in subjects(case, "rounds"):
        raise ValueError("its answer is not a total of a scenario")
    _verify_claims(results)
    for name, probability in results.probabilities.items():
        _verify_probabilities(name, probability.value)
        if not 0 <= probability.mcse <= 1:
            raise ValueError(f"the error of {one_line(name, 80)} is not between 0 and 1")
    _verify_figures(results)
    _verify_evidence(results.log_evidence)


def verify_run(run: Run, *, earlier: bool = False) -> None:
    """Verify that this version can use what a run computed, and knows what it needs of it.

    Parameters
    ----------
    run
        The run.
    earlier
        Whether an earlier version of the model may have made it.

    Raises
    ------
    ValueError
        When the model has changed since the run, or its settings or versions are incomplete.
    """
    if run.model_version != MODEL_VERSION and not (earlier and run.model_version < MODEL_VERSION):
        raise ValueError(f"it is of version {run.model_version} of the model, not {MODEL_VERSION}")
    if set(run.settings) != set(SIZES[run.engine]):
        raise ValueError(f"engine {run.engine} has the settings {', '.join(sorted(SIZES[run.engine]))}")
    for name in _VERSIONS:
        if name not in run.versions:
            raise ValueError(f"its run does not say which version of {name} was used")


def _verify_figures(results: Results) -> None:
    """Verify that what figures are drawn from is complete, if figures were computed."""
    if results.drivers is not None:
        _verify_drivers(results, results.drivers)
    if results.what_if is not None:
        _verify_what_if(results, results.what_if)
    names = parameter_names(results.case)
    for comparison in results.prior_comparisons:
        if comparison.name not in names:
            raise ValueError(f"its case has no parameter {one_line(comparison.name, 80)!r}")
        if not all(abs(score) <= _LARGEST for score in comparison.scores):
            raise ValueError(f"a score of {comparison.name} is too large")
    if not results.figures:
        return
    compared = [comparison.name for comparison in results.prior_comparisons]
    if sorted(compared) != sorted(names):
        raise ValueError("it does not compare each parameter with its prior once")
    if set(results.claimed) != {read.claim.id for read in results.fitted}:
        raise ValueError("the ranges of fitted claims are not those of the claims that it fits")


def _estimates(results: Results) -> Iterator[Estimate]:
    yield from (*results.estimates.values(), *results.supporting.values(), *results.claimed.values())
    yield from (check.estimate for check in results.all_checks)


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
    _verify_magnitudes(estimate.name, *quantiles)
    if max(*spreads, abs(estimate.mean)) > _LARGEST:
        raise ValueError(f"a number of {estimate.name} is too large")

    diagnostics = (estimate.rhat, estimate.ess_bulk, estimate.ess_tail)
    if not all(0 <= value <= _LARGEST for value in diagnostics):
        raise ValueError(f"a diagnostic of {estimate.name} is negative or too large")
    summary = Summary((), (), estimate.mean, estimate.sd, estimate.mcse_mean, *diagnostics)
    if summary.not_quotable is not None and estimate.not_quotable is None:
        raise ValueError(f"{estimate.name} has not converged, and it does not say so")


def _verify_drivers(results: Results, drivers: Drivers) -> None:
    """Verify that the drivers are those of the answer."""
    if drivers.name != name_of(results.case, results.answering) or drivers.scale != "log":
        raise ValueError("its drivers are not those of its answer")
    if drivers.not_quotable != results.answer.not_quotable:
        raise ValueError("its drivers have not converged as its answer has")
    if drivers.described != described(results.case, results.answering):
        raise ValueError("its drivers are not described as its answer is")
    verify_drivers(drivers)


def _verify_what_if(results: Results, what_if: WhatIf) -> None:
    """Verify that a what-if moves drivers of the answer, by settings of the case."""
    drivers = () if results.drivers is None else results.drivers.drivers
    if not {movable.name for movable in what_if.movables} <= {each.name for each in drivers}:
        raise ValueError("its what-if moves what is not a driver of its answer")
    if not {slider.setting for slider in what_if.sliders} <= {*changeable(results.case)}:
        raise ValueError("its what-if moves what its case has no setting for")
    if results.answer.p05 <= 0 or results.answer.p95 <= results.answer.p05:
        raise ValueError("its what-if is of an answer that does not vary")
    verify_what_if(what_if)


def _verify_evidence(evidence: tuple[float, float] | None) -> None:
    if evidence is not None and not (abs(evidence[0]) <= _LARGEST and 0 <= evidence[1] <= _LARGEST):
        raise ValueError("its log evidence or the error of it is too large, or the error is negative")


def _verify_magnitudes(name: str, *values: float) -> None:
    """Verify that quantities are 0, or of a size that can be computed with and drawn."""
    if not all(value == 0 or _SMALLEST <= value <= _LARGEST for value in values):
        raise ValueError(
            f"a number of {one_line(name, 80)} is not between {_SMALLEST:g} and {_LARGEST:g}, and not 0"
        )


def _verify_claims(results: Results) -> None:
    """Verify the parts that refer to claims."""
    _verify_checks(results)
    fitted = {read.claim.id: read for read in results.fitted}
    for name, estimate in results.claimed.items():
        if name not in fitted:
            raise ValueError("the ranges of fitted claims are not those of the claims that it fits")
        if not _states(results.case, fitted[name], estimate):
            raise ValueError(f"the range of {name} is not of the quantity that the claim states")
    for prediction in results.predictions:
        if prediction.claim not in fitted:
            raise ValueError(
                f"it has a prediction of {one_line(prediction.claim, 80)!r}, which it does not fit"
            )
        _verify_prediction(results.case, prediction, fitted[prediction.claim].claim)
    if results.figures or len(results.components):
        verify_components(results.case, results.fitted, results.components)
    for conflict in results.conflicts:
        if conflict.claim not in fitted:
            raise ValueError(f"it has a conflict of {one_line(conflict.claim, 80)!r}, which it does not fit")
        _verify_conflict(conflict, len(results.fitted))


def _verify_checks(results: Results) -> None:
    """Verify the checks of stated figures."""
    claims = {claim.id: claim for claim in results.case.claim}
    for check in results.all_checks:
        if check.claim not in claims:
            raise ValueError(f"its case has no claim {one_line(check.claim, 80)!r}")
        _verify_check(results.case, check, claims[check.claim])
        _verify_containers(results, check, claims[check.claim])
    if any(check.estimate.run_digest != results.run.digest for check in results.checks):
        raise ValueError("a check belongs to another run")


def _states(case: Case, fitted: Fitted, estimate: Estimate) -> bool:
    """Tell whether a fitted claim, in any of its readings, states the quantity of an estimate."""
    day = parse_quantity(case, estimate.name).day
    readings = fitted.readings
    if day is not None and fitted.dates[0] <= day <= fitted.dates[-1]:  # a date that the claim leaves open
        readings = tuple(replace(read, day=day) for read in readings)
    stated = (estimate.name, estimate.unit)
    return any(_quantity_and_unit(case, read) == stated for read in readings)


def _verify_conflict(conflict: Conflict, among: int) -> None:
    """Verify that a claim conflicts by its numbers."""
    chances = [chance for chance in (conflict.off, conflict.left_out) if chance is not None]
    _verify_probabilities(conflict.claim, *chances)
    if conflict.bias is not None and abs(conflict.bias) > _LARGEST:
        raise ValueError(f"the bias of {conflict.claim} is too large")
    if not contradicted(conflict.off, conflict.left_out, conflict.bias, among):
        raise ValueError(f"{conflict.claim} does not conflict by the numbers of its conflict")


def _quantity_and_unit(case: Case, read: ReadClaim) -> tuple[str, str]:
    """Name the quantity of a claim, and the unit of its value."""
    return name_of(case, quantity_of(case, read)), claimed_unit(case, read)


def _verify_check(case: Case, check: Check, claim: Claim) -> None:
    titles = {entry.id: entry.title for entry in case.claimant}
    stated = (check.claimant, check.title, check.use, check.stated, check.words, check.hedge, check.origin)
    told = (claim.claimant, titles[claim.claimant], claim.use, claim.stated, claim.words, claim.hedge)
    if stated != (*told, origin(case, claim)):
        raise ValueError(f"the check of {check.claim} does not match the claim in its case")
    if check.day not in claim.dates or check.nature not in (claim.natures or (None,)):
        raise ValueError(f"the check of {check.claim} has a reading that the claim does not have")
    read = ReadClaim(claim, check.nature, check.day)
    what = (check.quantity, check.unit)
    if what != _quantity_and_unit(case, read) or check.kind != quantity_of(case, read).kind:
        raise ValueError(f"the check of {check.claim} is not of the quantity that the claim states")
    if (check.estimate.name, check.estimate.unit) != what:
        raise ValueError(f"the range in the check of {check.claim} is of another quantity")
    _verify_probabilities(
        check.claim,
        *(check.reading_prior, check.reading_probability, check.p_at_least),
        *(check.predictive_cdf, check.tail_probability),
    )
    _verify_verdict(check, claim)


def _verify_verdict(check: Check, claim: Claim) -> None:
    """Verify that tail, side, verdict and the figures that would have passed follow from the percentile."""
    if (check.tail_probability, check.side) != tail_of(claim, check.predictive_cdf):
        raise ValueError(f"the tail probability of {check.claim} is not that of its percentile")
    if check.verdict != verdict_of(check.tail_probability, check.side, possible=check.possible):
        raise ValueError(f"the verdict on {check.claim} is not that of its numbers")
    bounds = [bound for bound in (check.passing_low, check.passing_high) if bound is not None]
    if not bounds:
        return
    _verify_magnitudes(check.claim, *bounds)
    low, high = check.passing_low or 0.0, check.passing_high
    if high is None or low > high:
        raise ValueError(f"the figures that would pass the check of {check.claim} are not in order")
    within, inside = low <= check.stated <= high, low < check.stated < high
    if (check.verdict == "consistent" and not within) or (check.verdict != "consistent" and inside):
        raise ValueError(f"the verdict on {check.claim} is not that of the figures that would pass")


def _verify_containers(results: Results, check: Check, claim: Claim) -> None:
    """Verify the containers of a check, the figures per container, and whether they are possible."""
    shown = (check.containers, check.implied_per_container, check.ceiling_per_container, check.possible)
    if check.kind not in PACKED or claim.stated == 0:
        if shown != (None, None, None, None):
            raise ValueError(f"the check of {check.claim} has figures per container of a claim of containers")
        return
    containers = check.containers
    low, most = _bounds_of_containers(results, check, claim)
    if not containers or (low is not None and containers != low):
        raise ValueError(f"the containers of the check of {check.claim} are not those of its claim")
    _verify_magnitudes(check.claim, containers)
    ceiling = ceiling_of(results.case, check.kind, check.nature)
    if (check.implied_per_container, check.ceiling_per_container) != (check.stated / containers, ceiling):
        raise ValueError(
            f"the figures per container of the check of {check.claim} are not those of its claim"
        )
    if claim.quantity == "comparator" or ceiling is None:
        possible = None
    else:
        possible = check.possible if most is None else check.stated <= ceiling * most
    if check.possible is not possible:
        raise ValueError(f"whether the figure of {check.claim} is possible does not follow from its numbers")


def _bounds_of_containers(results: Results, check: Check, claim: Claim) -> tuple[float | None, float | None]:
    """Give the containers that a figure refers to and their credible maximum, if these results have them."""
    if claim.containers is not None:
        return claim.containers, claim.containers
    case = results.case
    quantity = quantity_of(case, ReadClaim(claim, check.nature, check.day))
    name = name_of(case, replace(quantity, kind="containers", subject=case.scope[-1].id))
    estimate = results.estimates.get(name) or results.supporting.get(name)
    if estimate is None or check.estimate.run_digest != results.run.digest:  # of a run without the claim
        return None, None
    return estimate.p50, estimate.p95


def _verify_prediction(case: Case, prediction: PredictiveCheck, claim: Claim) -> None:
    stated = (prediction.stated, prediction.words, prediction.unit)
    if stated != (claim.stated, claim.words, claimed_unit(case, as_fitted(claim).readings[0])):
        raise ValueError(f"the prediction of {prediction.claim} does not match the claim in its case")
    for predicted in (prediction.prior, prediction.posterior):
        _verify_predicted(prediction.claim, predicted)


def _verify_predicted(claim: str, predicted: Predicted) -> None:
    if not 0 <= predicted.p05 <= predicted.p50 <= predicted.p95:
        raise ValueError(f"the predicted quantiles of {claim} are not in order")
    _verify_magnitudes(claim, predicted.p05, predicted.p50, predicted.p95)
    _verify_probabilities(claim, predicted.predictive_cdf)


def _verify_probabilities(name: str, *probabilities: float) -> None:
    if not all(0 <= probability <= 1 for probability in probabilities):
        raise ValueError(f"a probability of {one_line(name, 80)} is not between 0 and 1")
