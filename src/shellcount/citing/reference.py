"""Make references for quotations: for texts, footnotes, bibliographies and spreadsheets."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import replace

from shellcount.case.overview import grade_of
from shellcount.case.schema import Case, Source
from shellcount.citing.bibliography import Entry
from shellcount.citing.quotation import Quotation, quote
from shellcount.citing.titles import title
from shellcount.frozen import frozen
from shellcount.results.estimate import Estimate
from shellcount.results.given import split_given
from shellcount.results.mark import Mark, sentences
from shellcount.results.names import time_of
from shellcount.results.results import Results
from shellcount.results.when import Period, When
from shellcount.text import one_line
from shellcount.wording import phrases, times

_DIGEST_SHOWN = len("sha256:") + 16
# First characters of cells that spreadsheets take for formulae; some programs accept the wide forms too.
_FORMULA = tuple("=+-@＝＋－＠\t\r")  # noqa: RUF001
_COLUMNS = (
    "name",
    "text",
    "unit",
    "as_of",
    "p05",
    "p25",
    "p50",
    "p75",
    "p95",
    "probability",
    "settled",
    "case",
    "case_digest",
    "given",
    "engine",
    "seed",
    "run",
    "version",
    "marks",
)


type Cell = str | float | bool


@frozen
class Reference:
    """Reference for a quotation.

    Parameters
    ----------
    name
        Name of what was quoted, such as ``rounds.mixed@2024-06-14``.
    finding
        Quoted number in words, with its range.
    origin
        Run that it was computed in, or documents that report the claim.
    briefly
        As ``origin``, for where the run is described already.
    entry
        Entry of a bibliography.
    as_of
        Date or period that it refers to, if any.
    digest
        Digest of the run; ``None`` for a claim.
    row
        Numbers, for a spreadsheet.
    marks
        Caveats on the number, which are part of finding and origin.
    """

    name: str
    finding: str
    origin: str
    briefly: str
    entry: Entry
    as_of: When | None
    digest: str | None
    row: dict[str, Cell]
    marks: tuple[Mark, ...] = ()

    @property
    def text(self) -> str:
        """Text for running text: the finding, with its name, date and run in brackets."""
        shown = "" if self.digest is None else f", run {self.digest[:_DIGEST_SHOWN]}"
        return f"{self.finding} [{self.name}{self._time}{shown}]"

    @property
    def _time(self) -> str:
        """Date or period in words, after a comma."""
        if self.as_of is None:
            return ""
        if isinstance(self.as_of, Period):
            return f", {times.period(self.as_of.since, self.as_of.as_of)}"
        return f", as of {phrases.date(self.as_of)}"

    @property
    def footnote(self) -> str:
        """Text for a footnote, with full provenance."""
        return f"{self.name}: {self.finding.rstrip('.')}. {self.origin}"

    @property
    def later_footnote(self) -> str:
        """Text for a footnote in a document that describes the run in another one."""
        return f"{self.name}: {self.finding.rstrip('.')}. {self.briefly}"


def refer(results: Results, quotation: Quotation) -> Reference:
    """Make the reference for a quotation.

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`shellcount.citing.quotation.quote`.

    Examples
    --------
    >>> import shellcount
    >>> from shellcount.citing.quotation import parse_quotation
    >>> results = shellcount.analyse(shellcount.fit(shellcount.load_case(), seed=1))
    >>> refer(results, parse_quotation(results.case, "load")).as_of is None
    True
    """
    if quotation.kind == "claim":
        return _of_claim(results, quotation)
    run = results.run
    row: dict[str, Cell] = {
        "case": run.case,
        "case_digest": run.case_digest,
        "given": run.given,
        "engine": run.engine,
        "seed": run.seed,
        "run": run.digest,
        "version": run.versions["shellcount"],
    }
    estimate = quotation.kind == "estimate"
    quoted = quote(results, replace(quotation, form="headline" if estimate else "sentence"))
    remark = ""
    if quotation.threshold is not None:
        row["probability"] = quoted.value
    elif quoted.estimate is not None and estimate:
        row |= _numbers(quoted.estimate)
        if quoted.estimate.rounding_doubt > 1:
            remark = " Another seed may print another last digit."
    made = (
        f"given {split_given(run.given).brief}: engine {run.engine}, seed {run.seed}, "
        f"shellcount {run.versions['shellcount']}, run {run.digest[:_DIGEST_SHOWN]}.{remark}"
    )
    origin = f"Posterior of {one_line(results.case.about.title)} ({run.case}), {made}"
    return Reference(
        name=quotation.subject,
        finding=one_line(quoted.text),
        origin=_after(quoted.marks, origin),
        briefly=_after(quoted.marks, f"Of the same run, {run.digest[:_DIGEST_SHOWN]}.{remark}"),
        entry=Entry(
            key=_key(quotation.subject, run.digest),
            kind="dataset",
            title=title(results, quotation, quoted),
            authors=results.case.about.authors or ("shellcount",),
            issued=_revised(results.case),
            container=results.case.about.title,
            note=_after(quoted.marks, f"Named {quotation.subject} in case {run.case}, {made}"),
            genre=f"Posterior {quotation.kind}, shellcount {run.versions['shellcount']}",
        ),
        as_of=None if quotation.quantity is None else time_of(results.case, quotation.quantity),
        digest=run.digest,
        row=row,
        marks=quoted.marks,
    )


def _key(name: str, digest: str | None) -> str:
    """Make the key for a bibliography, the same for the same number."""
    words = name.replace(">=", "-at-least-").replace("<=", "-at-most-")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-").lower()[:80]
    unique = hashlib.sha256(f"{name} {digest}".encode()).hexdigest()[:8]
    return f"shellcount-{stem}-{unique}"


def _revised(case: Case) -> dt.date:
    """Give the day of the last revision of a case, or that of its last evidence: never today."""
    published = [source.published for source in case.source if source.published is not None]
    return case.about.revised or max([case.last_date, *published])


def _after(marks: Iterable[Mark], origin: str) -> str:
    """Put the marks of a number in full before its origin."""
    return f"{sentences(marks)} {origin}".lstrip()


def _numbers(estimate: Estimate) -> dict[str, Cell]:
    quantiles = {name: getattr(estimate, name) for name in ("p05", "p25", "p50", "p75", "p95")}
    return {**quantiles, "unit": estimate.unit, "settled": estimate.rounding_doubt <= 1}


def _of_claim(results: Results, quotation: Quotation) -> Reference:
    """Make the reference for a stated figure: its claimant, and the documents that report it."""
    case, quoted = results.case, quote(results, quotation)
    claim = next(claim for claim in case.claim if claim.id == quotation.claim)
    claimant = next(entry for entry in case.claimant if entry.id == claim.claimant)
    names = dict.fromkeys(report.source for report in claim.reports)
    sources = [source for source in case.source if source.id in names]
    stated = (
        f"Stated by {one_line(claimant.title)} (reliability {grade_of(claimant)}); reported in "
        f"{'; '.join(document(source) for source in sources)}."
    )
    origin = _after(quoted.marks, stated)
    first = min(sources, key=lambda source: source.published or dt.date.max)
    return Reference(
        name=quotation.subject,
        finding=one_line(f"{quoted.text}: {claim.summary}"),
        origin=origin,
        briefly=origin,
        entry=Entry(
            key=_key(quotation.subject, None),
            kind="document",
            title=title(results, quotation, quoted),
            authors=(claimant.title.removeprefix("the "),),
            issued=first.published,
            container=first.title,
            note=_after(quoted.marks, f"Named {quotation.subject} in case {case.about.id}. {stated}"),
            publisher=first.publisher,
            address=first.url or "",
        ),
        as_of=claim.dates[-1] if claim.since is None else Period(claim.since, claim.dates[-1]),
        digest=None,
        row={"case": case.about.id, "case_digest": case.digest},
        marks=quoted.marks,
    )


def document(source: Source) -> str:
    """Format a source for a bibliography."""
    parts = [source.author, source.title, source.publisher]
    day = [phrases.date(source.published)] if source.published else ["undated"]
    return one_line(", ".join([*(part for part in parts if part), *day]))


def to_csv(references: Iterable[Reference]) -> str:
    """Write references as CSV for a spreadsheet, in which no text is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for reference in references:
        day = "" if reference.as_of is None else str(reference.as_of)
        caveats = "; ".join(mark.long for mark in reference.marks)
        row = {
            "name": reference.name,
            "text": reference.finding,
            "as_of": day,
            "marks": caveats,
            **reference.row,
        }
        writer.writerow([_cell(row.get(column, "")) for column in _COLUMNS])
    return buffer.getvalue()


def _cell(value: Cell) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return repr(value)
    text = one_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
