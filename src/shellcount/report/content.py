"""Compose the content of a report from results: sections of text, tables and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from shellcount.case.overview import claims_table
from shellcount.case.schema import Case
from shellcount.plots.sparkline import sparkline
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
from shellcount.report.folds import evidence, fold, fold_long, predicted
from shellcount.report.method import method, provenance
from shellcount.report.what_if import form_of
from shellcount.results.coverage import coverage_of
from shellcount.results.estimate import Estimate
from shellcount.results.given import parse_given
from shellcount.results.mark import marked, sentences
from shellcount.results.outcome import outcomes
from shellcount.results.results import Results
from shellcount.results.standing import set_aside
from shellcount.results.verdicts import FAILING, VERDICTS, definition, definitions, definitions_line
from shellcount.text import one_line
from shellcount.wording import phrases, times
from shellcount.wording.tables import Table

_CONFLICTS_SHOWN = 3  # at the top of the report
_SUMMARY = 160  # characters of the summary of a claim, on the first screen
_NOTHING = (Paragraph(""), Bullets(()))  # left out of a section
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
    headline = results.answer
    middle, inner, outer = headline.words()
    sections = _sections(results, ranges, (*estimates, *(check.estimate for check in checks)))
    return Content(
        title=case.about.title,
        question=case.about.question,
        banner=banner((*estimates, *(check.estimate for check in results.all_checks))),
        conflicts=conflicts(results),
        marks=sentences(mark for mark in results.answer_marks if mark.kind != "conflict"),
        opening=_opening(results),
        figure=marked(one_line(f"{middle} {headline.unit}", 80), results.answer_marks),
        closing=_closing(results),
        sparkline=sparkline(results),
        intervals=(("90% interval", outer), ("50% interval", inner)),
        answer=" ".join((answer(results), *outcomes(case, checks))),
        outcomes=outcomes(case, checks),
        drives="" if results.drivers is None else results.drivers.worded("this range"),
        verdicts=verdicts(results),
        stated=_stated(results),
        tally=_tally(results),
        meaning=definitions_line() if _stated(results) else "",
        confidence=confidence(case),
        sections=sections,
        what_if=form_of(results),
    )


def _sections(results: Results, ranges: Sequence[Table], quoted: tuple[Estimate, ...]) -> tuple[Section, ...]:
    """List the sections below the first screen, without those that are empty."""
    case = results.case
    blocks: dict[str, tuple[Block, ...]] = {
        "drivers": _drivers(results),
        "ranges": _ranges(results, ranges),
        "checks": _checked(results),
        "evidence": _evidence(results),
        "independence": (
            *fold_long(
                "remarks",
                "Remarks on the sources",
                Bullets((*(conflict.sentence for conflict in results.conflicts), *results.remarks)),
            ),
            fold("origins", "Origins of the claims", tables.origins(case)),
            fold("claimants", "Claimants and their grades", tables.claimants(case)),
        ),
        "assumptions": (
            pictures.assumptions(results),
            fold("inputs", "Assumptions", tables.assumptions(case)),
        ),
        "limitations": (Bullets(case.about.limitations or (NOT_STATED,)),),
        "predictive": _predictive(results),
        "method": (fold("points", "How the numbers are computed", Bullets(method(results))),),
        "diagnostics": (
            Paragraph(tables.gate(quoted)),
            fold("gate", "Diagnostics", tables.diagnostics(results, quoted)),
        ),
        "checklist": tuple(
            fold(f"checklist-{place}", table.caption.partition(" (")[0], table)
            for place, table in enumerate(checklists(case, _TITLES), 1)
        ),
        "reproduce": (
            _command(results),
            fold("provenance", "Digests, engine, seed and versions", Pairs(provenance(results.run))),
        ),
    }
    return tuple(Section(name, _TITLES[name], parts) for name, parts in blocks.items() if parts)


def confidence(case: Case) -> str:
    """Word the analytic confidence, if the case states one."""
    confidence = case.about.confidence
    return "" if confidence is None else f"Analytic confidence is {confidence.level}. {confidence.basis}"


def _drivers(results: Results) -> tuple[Block, ...]:
    """Compose what drives the range of the answer; nothing where the results do not tell."""
    drivers = results.drivers
    if drivers is None:
        return ()
    sentences = Paragraph(" ".join((drivers.worded("this range"), *drivers.notes)))
    return sentences, pictures.drivers(results, drivers), fold("shares", "Shares in numbers", drivers.table())


def _ranges(results: Results, ranges: Sequence[Table]) -> tuple[Block, ...]:
    """Compose the ranges over time: the figures, and the tables, of which long ones fold."""
    shown = [
        block
        for place, table in enumerate(ranges, 1)
        for block in fold_long(f"ranges-{place}", table.caption.partition(" (")[0], table)
    ]
    return pictures.timeline(results), *shown, pictures.container_timeline(results)


def _evidence(results: Results) -> tuple[Block, ...]:
    """Compose the claims, and the documents that report them."""
    case = results.case
    fitted = frozenset(read.claim.id for read in results.fitted)
    return (
        evidence(case, fitted),
        fold("claims", "Claims", claims_table(case, fitted), keyed=True),
        fold("documents", "Documents", tables.sources(case)),
    )


def conflicts(results: Results) -> tuple[str, ...]:
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
    checks, readings = results.predictions, results.components.table()
    blocks: tuple[Block, ...] = (
        Paragraph(f"{text}{predicted(checks)}"),
        fold("predictions", "Predicted reports", tables.predictions(checks)),
        *((fold("readings", "Chances of being off, and of readings", readings),) if readings.rows else ()),
    )
    left_out, ahead = results.left_out, results.one_step_ahead
    if left_out is not None:
        table = fold("left-out", "Each claim, predicted from all the others", tables.left_out(left_out))
        blocks = *blocks, *pictures.left_out(results, left_out), table
    if ahead is not None:
        table = fold("ahead", "Each claim, predicted from those before it", tables.one_step_ahead(ahead))
        blocks = *blocks, table, Paragraph(coverage_of(ahead).sentence)
    return blocks


def answer(results: Results) -> str:
    """Answer the case's question in one sentence.

    Examples
    --------
    >>> import shellcount
    >>> answer(shellcount.analyse(shellcount.load_case())).startswith("The reported containers imply about")
    True
    """
    estimate = results.answer
    middle, inner, outer = estimate.words()
    item = results.case.about.item
    return marked(
        f"{_opening(results)} {middle} {item} {_closing(results)} "
        f"(90% interval {outer}; even odds: {inner}).",
        results.answer_marks,
    )


def _opening(results: Results) -> str:
    """Write the answer up to its number: what the number is conditioned on."""
    case, given = results.case, parse_given(results.case, results.run.given)
    source = {
        "counts": f"The reported {case.about.carrier}",
        "all": "All claims that the model can use",
    }[given.base]
    if given.without:
        source += f", without {_claims_of(case, given.without)},"
    if given.added:
        source = f"{source.removesuffix(',')}, with {_claims_of(case, given.added)} added,"
    if not results.fitted:
        source = "The priors alone"
    return f"{source} imply {'about' if case.about.verb is None else 'that about'}"


def _claims_of(case: Case, ids: Collection[str]) -> str:
    """Count claims by their claimants: "2 claims of the ministry"."""
    counts = Counter(claim.claimant for claim in case.claim if claim.id in ids)
    titles = {claimant.id: one_line(claimant.title, 80) for claimant in case.claimant}
    words = [f"{phrases.counted(count, 'claim')} of {titles[who]}" for who, count in counts.items()]
    return phrases.listing(phrases.shortened(words))


def _closing(results: Results) -> str:
    """Write the answer from its number to its ranges: what was done, and when."""
    case, asked = results.case, results.answering
    about = case.about
    done = about.sent if about.verb is None else about.had_been_sent
    return f"{done} {times.when(asked.day or case.last_date, asked.since, asked.per)}"


def _checked(results: Results) -> tuple[Block, ...]:
    """Compose the checks: figures, the meaning of the verdicts, a table, and the findings in sentences."""
    one = phrases.singular(results.case.about.carrier)
    case, checks = results.case, results.checks
    table = replace(checks.table(one), numeric=())
    findings = Bullets(tuple(check.sentence for check in checks))
    blocks = (
        pictures.intervals(results),
        Definitions("verdicts", definitions(one)),
        *fold_long("checked", "Checks", table),
        Paragraph(checks.expectation),
        Bullets((*outcomes(case, checks), *set_aside(case))),
        fold("findings", "Each check in a sentence", findings),
        pictures.capacity(results),
    )
    return tuple(block for block in blocks if block not in _NOTHING)


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
    one = phrases.singular(results.case.about.carrier)
    stated = [check for check in results.checks.leading if claims[check.claim].quantity != "comparator"]
    mixed = len({check.unit for check in stated}) > 1
    return tuple(
        Verdict(
            claim=check.claim,
            figure=check.figure if mixed else one_line(check.words),
            claimant=one_line(check.title),
            verdict=check.verdict,
            summary=one_line(claims[check.claim].summary, _SUMMARY),
            meaning=definition(check.verdict, one),
            finding=check.sentence,
        )
        for check in stated
    )


def _tally(results: Results) -> str:
    """Count the stated figures by their verdicts, the worst first."""
    found = Counter(verdict.verdict for verdict in _stated(results))
    order = (*FAILING, "high", "low", "consistent")
    counts = ", ".join(f"{found[word]} {word}" for word in order if word in found)
    return f"{phrases.counted(found.total(), 'stated figure')}: {counts}" if found else ""


def banner(estimates: Sequence[Estimate]) -> str | None:
    """Warn of estimates that have not converged, if there are any."""
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
