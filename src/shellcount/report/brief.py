"""Compose the brief of a report: what an adviser reads, on two pages."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from shellcount.case.assumptions import Assumption, Spread
from shellcount.case.families import title_of
from shellcount.case.overview import grade_of
from shellcount.case.parameters import Fixed, Parameter, entries, mix_name, parameters, written
from shellcount.frozen import frozen
from shellcount.report import pictures
from shellcount.report.blocks import Picture
from shellcount.report.content import answer, banner, confidence, conflicts
from shellcount.report.folds import evidence
from shellcount.report.method import provenance
from shellcount.results.claim_check import Check
from shellcount.results.mark import marked, sentences
from shellcount.results.outcome import outcomes
from shellcount.results.results import Results
from shellcount.results.verdicts import Verdict, definitions
from shellcount.text import one_line
from shellcount.wording import phrases
from shellcount.wording.tables import Table

_NAME, _BASIS, _TITLE, _SENTENCE, _PARAGRAPH = 80, 120, 160, 280, 700  # characters of texts in two pages
# Verdicts, the worst first.
_RANKS: Mapping[Verdict, int] = {
    "impossible": 0,
    "very high": 1,
    "very low": 1,
    "high": 2,
    "low": 2,
    "consistent": 3,
}


@frozen
class Brief:
    """Content of a brief.

    Parameters
    ----------
    title, question
        Title and question of the case.
    banner, conflicts, marks
        Caveats on the numbers, as in :class:`~shellcount.report.blocks.Content`.
    figure, intervals
        Headline number with its unit, and the names and texts of its intervals.
    answer, drives, confidence
        Sentences on the answer, on what drives its range, and on analytic confidence; empty where unknown.
    timeline, drivers
        Figures: the amounts over time, and the drivers of the answer; where these are not known, the
        assumptions.
    stated, expectation
        Stated figures with their verdicts, the worst first, and how many a right model finds high or low.
    shares
        Sentences on how to read the drivers.
    assumptions
        Main assumptions with their ranges, those first that drive the answer most.
    evidence, claimants, remarks
        Claims by their use, claimants with their grades, and remarks on the sources.
    limits
        Limits of the numbers, one sentence each.
    command
        Command that repeats the analysis; ``None`` where there is none.
    provenance
        Digests, engine, seed and versions, as names and values.
    meanings
        Words for verdicts that the brief uses, with their meaning.
    """

    title: str
    question: str
    banner: str | None
    conflicts: tuple[str, ...]
    marks: str
    figure: str
    intervals: tuple[tuple[str, str], ...]
    answer: str
    drives: str
    confidence: str
    timeline: Picture
    stated: Table
    expectation: str
    drivers: Picture
    shares: str
    assumptions: Table
    evidence: str
    claimants: Table
    remarks: tuple[str, ...]
    limits: tuple[str, ...]
    command: str | None
    provenance: tuple[tuple[str, str], ...]
    meanings: tuple[tuple[str, str], ...]

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Figures, in order."""
        return self.timeline, self.drivers


def compose_brief(results: Results) -> Brief:
    """Compose the brief of results; nothing is computed, and no figure drawn that it does not show.

    Raises
    ------
    UsageError
        When figures were left out of the analysis.
    """
    results.require_figures()
    case, drivers = results.case, results.drivers
    middle, inner, outer = results.answer.words()
    said = (answer(results), *outcomes(case, results.checks))
    words = {check.verdict for check in results.checks.leading}
    return Brief(
        title=_cut(case.about.title, _TITLE),
        question=_cut(case.about.question, _TITLE),
        banner=banner((results.answer, *results.quoted)),
        conflicts=_each(conflicts(results)),
        marks=one_line(sentences(mark for mark in results.answer_marks if mark.kind != "conflict")),
        figure=marked(one_line(f"{middle} {results.answer.unit}", _NAME), results.answer_marks),
        intervals=(("90% interval", outer), ("even odds", inner)),
        answer=_cut(" ".join(said), _PARAGRAPH),
        drives="" if drivers is None else _cut(drivers.worded("this range"), _PARAGRAPH),
        confidence=_cut(confidence(case), _PARAGRAPH),
        timeline=pictures.timeline(results, portrait=False),
        stated=_stated(results),
        expectation=results.checks.expectation,
        drivers=pictures.assumptions(results, portrait=False)
        if drivers is None
        else pictures.drivers(results, drivers, portrait=False),
        shares="" if drivers is None else _cut(" ".join(drivers.notes), _PARAGRAPH),
        assumptions=_assumptions(results),
        evidence=evidence(case, frozenset(read.claim.id for read in results.fitted)).text,
        claimants=_claimants(results),
        remarks=_each(results.remarks),
        limits=_each(case.about.limitations),
        command=results.command,
        provenance=provenance(results.run),
        meanings=tuple(
            (name, meaning)
            for name, meaning in definitions(phrases.singular(one_line(case.about.carrier, _NAME)))
            if words and (name == "chance" or words & set(name.split(", ")))
        ),
    )


def _cut(text: str, width: int) -> str:
    """Put text on one line, and cut it after a word."""
    line = textwrap.shorten(one_line(text), width, placeholder="…")
    return one_line(text, width) if line == "…" else line  # one word that is longer than all


def _each(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_cut(text, _SENTENCE) for text in texts)


def _stated(results: Results) -> Table:
    """Tabulate the stated figures in their most probable readings, the worst verdicts first."""
    claims = {claim.id: claim for claim in results.case.claim}

    def cells(check: Check) -> tuple[str, ...]:
        yardstick = " (a yardstick)" if claims[check.claim].quantity == "comparator" else ""
        figure = f"{one_line(check.figure, _NAME)}{yardstick}"
        said = _cut(claims[check.claim].summary, _TITLE)
        by = one_line(check.title, _NAME)
        return check.verdict, f"{figure}\n{said}", by, check.chance, check.estimate.cell

    found = sorted(results.checks.leading, key=lambda check: _RANKS[check.verdict])
    head = ("verdict", "stated figure", "by", "chance of it", "model and its 90% interval")
    return Table("", head, tuple(map(cells, found)))


# --- assumptions -------------------------------------------------------------------------


def _assumptions(results: Results) -> Table:
    """Tabulate the assumptions behind the answer with their ranges, the largest drivers first."""
    case, drivers = results.case, results.drivers
    found = {written(entry.place): entry for entry in entries(case)}
    if drivers is None:
        stated = tuple(
            (one_line(title_of(case, each.name), _NAME), f"{_range(each)}{_certainty(each)}", _basis(each))
            for each in parameters(case)
            if each.assumption is not None
        )
        return Table("", ("assumption", "5% to 95%", "basis"), stated)
    rows = []
    for driver in (driver for driver in drivers.drivers if driver.paths):
        one = found.get(driver.paths[0]) if len(driver.paths) == 1 else None
        shares = _mix(results) if driver.name == "mix" else {}
        value = phrases.counted(len(driver.paths), "assumption") if one is None else _range(one)
        certainty, basis = ("", "") if one is None else (_certainty(one), _basis(one))
        rows.append(
            (
                "\n".join((driver.shown, *shares)),
                "\n".join(("shares", *shares.values())) if shares else f"{value}{certainty}",
                phrases.percent(driver.share, driver.mcse),
                basis,
            )
        )
    head = ("assumption", "5% to 95%", "share of the variance", "basis")
    return Table("", head, tuple(rows), numeric=(2,))


def _mix(results: Results) -> dict[str, str]:
    """Word the ranges of the shares of the mix, by nature; none where they were not estimated."""
    shares = {nature.id: results.estimates.get(mix_name(nature.id)) for nature in results.case.nature}
    return {
        nature: f"{_share(each.p05)} to {_share(each.p95)}"
        for nature, each in shares.items()
        if each is not None
    }


def _range(entry: Parameter | Fixed) -> str:
    """Word the 5% and 95% quantiles of a prior, or the value of what is taken as known, in its unit."""
    stated, unit = entry.assumption, entry.unit if isinstance(entry, Parameter) else ""
    if stated is None:
        return ""
    if isinstance(stated, Spread):
        return f"standard deviation {stated.value:g} of the logarithm"
    low, high = (stated.low, stated.high) if isinstance(stated, Assumption) else (None, None)
    ends = (low, high) if low is not None and high is not None else (stated.value or 0.0,)
    if unit == "share":
        return " to ".join(map(_share, ends))
    return one_line(phrases.measured(" to ".join(f"{end:,.6g}" for end in ends), unit), _NAME)


def _share(value: float) -> str:
    return f"{100 * value:.2g}%"


def _certainty(entry: Parameter | Fixed) -> str:
    """Word the certainty of an assumption, for the line below its range."""
    return "" if entry.assumption is None else f"\n(certainty {entry.assumption.certainty})"


def _basis(entry: Parameter | Fixed) -> str:
    return "" if entry.assumption is None else _cut(entry.assumption.basis, _BASIS)


# --- evidence ----------------------------------------------------------------------------


def _claimants(results: Results) -> Table:
    """Tabulate the claimants with their grades, and the numbers of their claims."""
    fitted = [read.claim for read in results.fitted]
    counted = [
        (
            one_line(claimant.title, _NAME),
            grade_of(claimant),
            sum(claim.claimant == claimant.id for claim in results.case.claim),
            sum(claim.claimant == claimant.id for claim in fitted),
            _cut(claimant.basis, _TITLE),
        )
        for claimant in results.case.claimant
    ]
    found = sorted((row for row in counted if row[2]), key=lambda row: (-row[3], -row[2]))
    rows = tuple((name, grade, f"{claims:,}", f"{fit:,}", basis) for name, grade, claims, fit, basis in found)
    head = ("claimant", "grade", "claims", "fitted", "basis of the grade")
    return Table("", head, rows, numeric=(2, 3))
