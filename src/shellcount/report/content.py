"""What a report says, as sections of words, tables and figures; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shellcount.report import pictures, tables
from shellcount.report.blocks import Block, Bullets, Code, Content, Pairs, Paragraph, Section, Verdict
from shellcount.report.checklist import NOT_STATED, checklists
from shellcount.results.claim_check import CONSISTENT, FAILING, STRAINED
from shellcount.results.estimate import Estimate
from shellcount.results.given import parse_given
from shellcount.results.results import Results
from shellcount.results.run import SIZES, Run
from shellcount.text import one_line
from shellcount.wording import phrases, rounding
from shellcount.wording.scales import load_scale

_SUMMARY = 160  # characters of what was said, on the first screen
_TITLES = {
    "ranges": "Posterior ranges",
    "checks": "Stated figures against the posterior",
    "evidence": "Evidence",
    "independence": "Reliability and independence of the sources",
    "assumptions": "Assumptions",
    "limitations": "What the numbers leave out",
    "predictive": "Do the reports look as the model predicts?",
    "method": "Method",
    "diagnostics": "Diagnostics",
    "checklist": "Reporting checklist",
    "reproduce": "How to reproduce",
}


def compose(results: Results) -> Content:
    """Compose a report of results: the same sections of words, tables and figures for every format.

    Parameters
    ----------
    results
        Everything that was found.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.
    """
    results.require_figures()
    case, checks = results.case, results.checks
    grids, estimates = tables.ranges(results, results.days)
    quoted = (*estimates, *(check.estimate for check in checks))
    made = results.answer
    unit = rounding.rounding_unit(made.range)
    confidence = case.about.confidence
    blocks: dict[str, tuple[Block, ...]] = {
        "ranges": (pictures.timeline(results), *grids, pictures.container_timeline(results)),
        "checks": (
            pictures.intervals(results),
            replace(checks.table(), numeric=()),
            Bullets(tuple(check.sentence for check in checks)),
            pictures.capacity(results),
        ),
        "evidence": (
            tables.evidence(case, {read.claim.id for read in results.fitted}),
            tables.sources(case),
        ),
        "independence": (
            Bullets((*(conflict.sentence for conflict in results.conflicts), *results.remarks)),
            tables.origins(case),
            tables.claimants(case),
        ),
        "assumptions": (pictures.assumptions(results), tables.assumptions(case)),
        "limitations": (Bullets(case.about.limitations or (NOT_STATED,)),),
        "predictive": _predictive(results),
        "method": (Bullets(_method(results)),),
        "diagnostics": (tables.diagnostics(results, quoted),),
        "checklist": checklists(case, _TITLES),
        "reproduce": (Code(results.command or ""), Pairs(_run(results.run))),
    }
    return Content(
        title=case.about.title,
        question=case.about.question,
        banner=_banner(quoted),
        figure=one_line(f"{rounding.amount(made.p50, unit, largest=made.p95)} {made.unit}", 80),
        intervals=(
            ("90% interval", rounding.interval(made.p05, made.p95, unit)),
            ("50% interval", rounding.interval(made.p25, made.p75, unit, largest=made.p95)),
        ),
        answer=answer(results),
        verdicts=verdicts(results),
        stated=_stated(results),
        confidence=""
        if confidence is None
        else f"Analytic confidence is {confidence.level}. {confidence.basis}",
        sections=tuple(Section(name, _TITLES[name], parts) for name, parts in blocks.items()),
    )


def _predictive(results: Results) -> tuple[Block, ...]:
    """Predictive checks, and each claim as predicted from all others."""
    text = (
        "Before any claim (prior predictive) and after all that were fitted (posterior predictive). A "
        "percentile near 0% or 100% after fitting means that a claim contradicts the others or the "
        "assumptions."
    )
    predicted = tables.predictions(results.predictions)
    if results.left_out is None:
        return Paragraph(text), predicted
    drawn = pictures.left_out(results.left_out)
    return Paragraph(text), predicted, *drawn, tables.left_out(results.left_out)


def answer(results: Results) -> str:
    """Answer the case's question in one sentence.

    Examples
    --------
    >>> import shellcount
    >>> answer(shellcount.analyse(shellcount.load_case())).startswith("The reported containers imply about")
    True
    """
    case, given = results.case, parse_given(results.case, results.run.given)
    estimate = results.answer
    source = {
        "counts": f"The reported {case.about.carrier} imply",
        "all": "All claims that the model can use imply",
    }[given.base]
    if given.held_out is not None:
        source = source.replace(" imply", f" but {given.held_out} imply")
    unit = rounding.rounding_unit(estimate.range)
    middle = rounding.amount(estimate.p50, unit, largest=estimate.p95)
    outer = rounding.interval(estimate.p05, estimate.p95, unit)
    inner = rounding.interval(estimate.p25, estimate.p75, unit, largest=estimate.p95)
    return (
        f"{source} about {middle} {case.about.item} sent by {phrases.date(case.last_date)} "
        f"(90% interval {outer}; even odds: {inner})."
    )


def verdicts(results: Results) -> str:
    """Say where every stated figure falls, in one sentence."""
    groups: dict[str, list[str]] = {}
    for stated in _stated(results):
        groups.setdefault(stated.verdict, []).append(f"{stated.figure} ({stated.claimant})")
    order = ("consistent", "strained", *FAILING)
    parts = [f"{verdict}: {phrases.listing(groups[verdict])}" for verdict in order if verdict in groups]
    if not parts:
        return "No stated figure was held against it."
    return f"Of the stated figures held against it, {'; '.join(parts)}."


def _stated(results: Results) -> tuple[Verdict, ...]:
    """The most probable reading of every stated figure that is no yardstick."""
    claims = {claim.id: claim for claim in results.case.claim}
    return tuple(
        Verdict(
            phrases.hedged(check.stated, check.hedge),
            check.claimant,
            check.verdict,
            one_line(claims[check.claim].summary, _SUMMARY),
        )
        for check in results.checks.leading
        if claims[check.claim].quantity != "comparator"
    )


def _banner(estimates: Sequence[Estimate]) -> str | None:
    failed = [estimate for estimate in estimates if estimate.not_quotable is not None]
    if not failed:
        return None
    return (
        f"NOT CONVERGED: {len(failed)} of {len(estimates)} numbers fail the convergence gate "
        f"({failed[0].name}: {failed[0].not_quotable}). Do not quote this report."
    )


def _method(results: Results) -> tuple[str, ...]:
    case, words = results.case, load_scale(results.scale)
    item, carrier = case.about.item, case.about.carrier
    one = phrases.singular(carrier)
    fitted = phrases.listing([read.claim.id for read in results.fitted])
    return (
        f"{item.capitalize()} sent by a day are a product: {carrier} sent by that day, the shares of the "
        f"narrower scopes, the load, and the {item} that a full {one} of each nature holds, averaged over "
        "the mix.",
        f"{carrier.capitalize()} flow at a daily rate that is constant within a calendar month and whose "
        f"logarithm walks from month to month. A full {one} holds as many {item} as its payload or its cube "
        "allows, whichever is less.",
        "Every assumption is lognormal, logit-normal or normal, pinned by its 5% and 95% quantiles; shares "
        "that sum to one are a logistic-normal composition.",
        "A claim of y about a quantity Q: log y = log Q + bias + error. The bias is normal, one for each "
        "claimant and kind of quantity, as wide as the claimant's grade says; the error is skewed as the "
        "hedge says, and widened by the rounding of the figure.",
        f"Fitted: {fitted}. All other claims are held against the posterior."
        if fitted
        else "No claim was fitted: these are the priors.",
        "Intervals are equal-tailed: the 90% interval runs from the 5% to the 95% posterior quantile.",
        "Ranges are rounded to one place, and never finer than four Monte Carlo standard errors; "
        "numbers.json has every digit.",
        f"A figure is consistent where the smaller tail of the posterior predictive of such a report is "
        f"at least {phrases.probability(CONSISTENT)}, strained from {phrases.probability(STRAINED)}, "
        "inconsistent below, and impossible where no packing of bare "
        f"{item} at the rated payload of the {carrier} could reach it.",
        f"Words for probabilities are those of {words.title} ({words.version}; {words.source}). {words.note}",
    )


def _run(run: Run) -> tuple[tuple[str, str], ...]:
    sizes = ", ".join(f"{name} {run.settings[name]:,}" for name in SIZES[run.engine])
    ours = ("shellcount", "python")
    libraries = (*ours, *sorted(name for name in run.versions if name not in ours))
    return (
        ("run digest", run.digest),
        ("case", f"{run.case}, {run.case_digest}"),
        ("conditioned on", run.given),
        ("engine", f"{run.engine}: {sizes}"),
        ("seed", str(run.seed)),
        ("versions", ", ".join(f"{name} {run.versions[name]}" for name in libraries)),
    )
