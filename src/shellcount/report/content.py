"""Compose the content of a report from results: sections of text, tables and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shellcount.case.flow import outlier_share, step_start
from shellcount.case.overview import claims_table
from shellcount.case.schema import Case
from shellcount.report import pictures, tables
from shellcount.report.blocks import (
    Block,
    Bullets,
    Code,
    Content,
    Definitions,
    Pairs,
    Paragraph,
    Section,
    Verdict,
)
from shellcount.report.checklist import NOT_STATED, checklists
from shellcount.results.coverage import coverage_of
from shellcount.results.estimate import Estimate
from shellcount.results.given import parse_given
from shellcount.results.mark import marked, sentences
from shellcount.results.outcome import outcomes
from shellcount.results.results import Results
from shellcount.results.run import SIZES, Run
from shellcount.results.standing import set_aside
from shellcount.results.verdicts import VERDICTS, definitions, definitions_line
from shellcount.text import one_line
from shellcount.wording import phrases, times
from shellcount.wording.scales import load_scale

_CONFLICTS_SHOWN = 3  # at the top of the report
_SUMMARY = 160  # characters of the summary of a claim, on the first screen
_TITLES = {
    "drivers": "What drives this range",
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
    """Compose the content of a report, the same for every format.

    Parameters
    ----------
    results
        Results, with what figures need.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.
    """
    results.require_figures()
    case, checks = results.case, results.checks
    ranges, estimates = tables.ranges(results, results.days)
    quoted = (*estimates, *(check.estimate for check in checks))
    headline = results.answer
    middle, inner, outer = headline.words()
    blocks: dict[str, tuple[Block, ...]] = {
        "drivers": _drivers(results),
        "ranges": (pictures.timeline(results), *ranges, pictures.container_timeline(results)),
        "checks": (
            pictures.intervals(results),
            *_checked(results),
            pictures.capacity(results),
        ),
        "evidence": (
            claims_table(case, {read.claim.id for read in results.fitted}),
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
        "reproduce": (_command(results), Pairs(_run(results.run))),
    }
    return Content(
        title=case.about.title,
        question=case.about.question,
        banner=_banner((*estimates, *(check.estimate for check in results.all_checks))),
        conflicts=_conflicts(results),
        marks=sentences(mark for mark in results.answer_marks if mark.kind != "conflict"),
        figure=marked(one_line(f"{middle} {headline.unit}", 80), results.answer_marks),
        intervals=(("90% interval", outer), ("50% interval", inner)),
        answer=" ".join((answer(results), *outcomes(case, checks))),
        drives="" if results.drivers is None else results.drivers.worded("this range"),
        verdicts=verdicts(results),
        stated=_stated(results),
        meaning=definitions_line() if _stated(results) else "",
        confidence=_confidence(case),
        sections=tuple(Section(name, _TITLES[name], parts) for name, parts in blocks.items() if parts),
    )


def _confidence(case: Case) -> str:
    """Word the analytic confidence, if the case states one."""
    confidence = case.about.confidence
    return "" if confidence is None else f"Analytic confidence is {confidence.level}. {confidence.basis}"


def _drivers(results: Results) -> tuple[Block, ...]:
    """Compose what drives the range of the answer; nothing where the results do not tell."""
    drivers = results.drivers
    if drivers is None:
        return ()
    sentences = Paragraph(" ".join((drivers.worded("this range"), *drivers.notes)))
    return sentences, pictures.drivers(drivers), drivers.table()


def _conflicts(results: Results) -> tuple[str, ...]:
    """Describe the first conflicts for the top of the report, and count the others."""
    found = [conflict.sentence for conflict in results.conflicts]
    more = len(found) - _CONFLICTS_SHOWN
    shown = found[:_CONFLICTS_SHOWN]
    return (
        (*shown, f"And {phrases.counted(more, 'other claim')}: see {_TITLES['independence']}.")
        if more > 0
        else tuple(shown)
    )


def _predictive(results: Results) -> tuple[Block, ...]:
    """Compose the predictive checks of the fitted claims, their readings, and each given the others."""
    text = (
        "Reports that the model predicts before any claim is fitted (prior predictive) and after all claims "
        "are fitted (posterior predictive). A posterior percentile near 0% or 100% means that a claim "
        "contradicts the other claims or the assumptions."
    )
    readings = results.components.table()
    first = (Paragraph(text), tables.predictions(results.predictions))
    blocks: tuple[Block, ...] = (*first, *((readings,) if readings.rows else ()))
    left_out, ahead = results.left_out, results.one_step_ahead
    if left_out is not None:
        blocks = *blocks, *pictures.left_out(left_out), tables.left_out(left_out)
    if ahead is not None:
        blocks = *blocks, tables.one_step_ahead(ahead), Paragraph(coverage_of(ahead).sentence)
    return blocks


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
        "counts": f"The reported {case.about.carrier}",
        "all": "All claims that the model can use",
    }[given.base]
    if given.without:
        source += f" but {phrases.listing(phrases.shortened(given.without))}"
    if given.added:
        source += f", with {phrases.listing(phrases.shortened(given.added))} added,"
    if not results.fitted:
        source = "The priors alone"
    middle, inner, outer = estimate.words()
    asked, about = results.answering, case.about
    when = times.when(asked.day or case.last_date, asked.since, asked.per)
    amount = f"about {middle} {about.item}"
    what = f"{amount} {about.sent}" if about.verb is None else f"that {amount} {about.had_been_sent}"
    return marked(
        f"{source} imply {what} {when} (90% interval {outer}; even odds: {inner}).", results.answer_marks
    )


def _checked(results: Results) -> tuple[Block, ...]:
    """Compose the table of checks with the meaning of its words, and its findings in sentences."""
    one = phrases.singular(results.case.about.carrier)
    checks = results.checks
    case, checked = results.case, (check.sentence for check in checks)
    sentences = (*outcomes(case, checks), *checked, *set_aside(case))
    parts = (replace(checks.table(one), numeric=()), Paragraph(checks.expectation), Bullets(sentences))
    return (Definitions("verdicts", definitions(one)), *(part for part in parts if part != Paragraph("")))


def verdicts(results: Results) -> str:
    """List the stated figures by their verdicts, in one sentence."""
    figures: dict[str, dict[str, list[str]]] = {}
    for verdict in _stated(results):
        figures.setdefault(verdict.verdict, {}).setdefault(verdict.claimant, []).append(verdict.figure)
    groups = {
        word: [f"{phrases.listing(group)} ({who})" for who, group in by_claimant.items()]
        for word, by_claimant in figures.items()
    }
    parts = [f"{word}: {phrases.listing(groups[word])}" for word in VERDICTS if word in groups]
    if not parts:
        return "No stated figure was checked against it."
    return marked(f"Of the stated figures checked against it, {'; '.join(parts)}.", results.marks)


def _stated(results: Results) -> tuple[Verdict, ...]:
    """List the checked figures in their most probable readings, yardsticks left out."""
    claims = {claim.id: claim for claim in results.case.claim}
    stated = [check for check in results.checks.leading if claims[check.claim].quantity != "comparator"]
    mixed = len({check.unit for check in stated}) > 1
    return tuple(
        Verdict(
            check.figure if mixed else one_line(check.words),
            one_line(check.title),
            check.verdict,
            one_line(claims[check.claim].summary, _SUMMARY),
        )
        for check in stated
    )


def _banner(estimates: Sequence[Estimate]) -> str | None:
    failed = [estimate for estimate in estimates if estimate.not_quotable is not None]
    if not failed:
        return None
    return (
        f"NOT CONVERGED: {len(failed)} of {len(estimates)} numbers fail the convergence gate "
        f"({failed[0].name}: {failed[0].not_quotable}). Do not quote this report."
    )


def _command(results: Results) -> Block:
    """Show the command that repeats the report, where there is one."""
    if results.command is None:
        return Paragraph("The case was changed in Python, so no command repeats this report.")
    return Code(results.command)


def _method(results: Results) -> tuple[str, ...]:
    case, words = results.case, load_scale(results.scale)
    item, carrier = case.about.item, case.about.carrier
    one, sent = phrases.singular(carrier), case.about.sent
    fitted = phrases.listing([read.claim.id for read in results.fitted])
    return (
        f"{item.capitalize()} {sent} by a date are the product of the {carrier} {sent} by that date, the "
        f"shares of the narrower scopes, the load, and the {item} that a full {one} of each nature holds, "
        "averaged over the mix.",
        f"{carrier.capitalize()} {case.about.are_sent} at a daily rate that is constant within a "
        f"{_step(case)}; the logarithm of the rate is a random walk from step to step. {_full(case)}",
        "Each prior is lognormal, logit-normal or normal, and is specified by its 5% and 95% quantiles; "
        "shares that sum to one have a logistic-normal prior.",
        "For a claim of the value y about a quantity Q, log y = log Q + bias + error. The bias is normal, is "
        "shared by all claims of one claimant about one kind of quantity, and has the standard deviation of "
        "the claimant's grade; biases of claimants in one group correlate. The error is skewed according to "
        "the hedge, or as wide as the stated range, and is wider the more the figure is rounded. "
        f"{_robust(case)}A nature or date that a claim leaves open is averaged over.",
        f"Fitted claims: {fitted}. Claims marked for checking are compared with the posterior; the others "
        "are only shown."
        if fitted
        else "No claim was fitted: the numbers are those of the priors.",
        "Intervals are equal-tailed: the 90% interval runs from the 5% to the 95% posterior quantile.",
        "All numbers of a range are rounded to the same digit, and never more finely than four Monte Carlo "
        "standard errors; numbers.json has every digit.",
        "The chance of a stated figure is the smaller tail probability of the figure under the posterior "
        f"predictive distribution. {definitions_line()}{_ceiling(case)}",
        f"Words for probabilities follow {words.title} ({words.version}; {words.source}). {words.note}",
    )


def _full(case: Case) -> str:
    """Tell what limits a full carrier."""
    one, item = phrases.singular(case.about.carrier), case.about.item
    if not any(nature.stow for nature in case.nature):
        return f"How many {item} a full {one} of each nature holds is a prior of its own."
    return f"A full {one} holds as many {item} as its payload or its volume allows, whichever is less."


def _ceiling(case: Case) -> str:
    """Tell what the physical ceiling is, if there is one."""
    if not any(nature.bare is not None for nature in case.nature):
        return ""
    of = f"bare {case.about.item} within the rated payload and volume of the {case.about.carrier}"
    return f" The physical ceiling is that of {of}."


def _step(case: Case) -> str:
    monthly = case.flow is not None and case.flow.step == "month"
    return "calendar month" if monthly else f"step of {step_start(case, 1)} days"


def _robust(case: Case) -> str:
    share = outlier_share(case)
    if share == 0:
        return ""
    return f"With a prior chance of {phrases.probability(share)} a claim is off, and its error far larger. "


def _run(run: Run) -> tuple[tuple[str, str], ...]:
    sizes = ", ".join(f"{name} {run.settings[name]:,}" for name in SIZES[run.engine])
    first = ("shellcount", "python")
    libraries = (*first, *sorted(name for name in run.versions if name not in first))
    return (
        ("run digest", run.digest),
        ("case", f"{run.case}, {run.case_digest}"),
        ("conditioned on", run.given),
        ("engine", f"{run.engine}: {sizes}"),
        ("seed", str(run.seed)),
        ("versions", ", ".join(f"{name} {run.versions[name]}" for name in libraries)),
    )
