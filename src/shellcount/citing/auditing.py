"""Audit filled documents: recompute every number, and find those that have drifted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shellcount.analysis import analyse_apart
from shellcount.case.changes import parse_change, with_changes
from shellcount.case.reading import is_shipped, load_case, parse_case, read_shipped
from shellcount.case.schema import Case
from shellcount.citing.documents.document import Document, shown
from shellcount.citing.documents.finding import find
from shellcount.citing.documents.pieces import Reading, Tagged
from shellcount.citing.documents.placeholders import line_at
from shellcount.citing.documents.plain import PLAIN
from shellcount.citing.documents.records import CaseRecord, Record, ValueRecord
from shellcount.citing.filling import written
from shellcount.citing.quotation import Quotation, parse_quotation, parts_of
from shellcount.errors import DocumentError, ShellcountError
from shellcount.results.run import Run, versions
from shellcount.text import one_line
from shellcount.wording.tables import Table

type Status = Literal["same", "drifted", "unknown"]


@dataclass(frozen=True, slots=True)
class Audited:
    """Number of a document, compared with its recomputed value.

    Parameters
    ----------
    where
        Place in the document, in words.
    name
        Name of the number, such as ``rounds.mixed@2024-06-14|headline``; empty if it is unknown.
    status
        ``same``, ``drifted`` or ``unknown``.
    found, now
        Text in the document, empty if it was not found, and recomputed text, ``None`` if it is unknown.
    remark
        Reason why it has drifted or is unknown.
    """

    where: str
    name: str
    status: Status
    found: str
    now: str | None
    remark: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Findings of an audit.

    Parameters
    ----------
    results
        One for each number, in the order of the document.
    remarks
        Remarks on all numbers: a case or libraries that have changed since.
    """

    results: tuple[Audited, ...]
    remarks: tuple[str, ...]

    def table(self) -> Table:
        """Tabulate the numbers."""
        rows = tuple(
            (result.where, result.name, result.status, result.found, result.now or "", result.remark)
            for result in self.results
        )
        return Table("", ("where", "name", "status", "in the document", "now", "remark"), rows)

    @property
    def passed(self) -> bool:
        """True if every number is the same."""
        return all(result.status == "same" for result in self.results)

    @property
    def sentence(self) -> str:
        """Verdict in words."""
        counts = {
            status: sum(result.status == status for result in self.results)
            for status in ("same", "drifted", "unknown")
        }
        total = f"{len(self.results)} number{'' if len(self.results) == 1 else 's'}"
        return f"{total}: {', '.join(f'{count} {status}' for status, count in counts.items() if count)}."


def audit(
    path: str | Path, *, case: Case | None = None, progress: Callable[[float], None] = lambda _: None
) -> Audit:
    """Recompute every number that was filled into a document, from its case and run.

    Parameters
    ----------
    path
        Document to audit; the record of a plain text must be beside it.
    case
        Case to compute from; by default the one that the document names.
    progress
        Called with the finished share of the present fit, from 0 to 1.

    Raises
    ------
    DocumentError
        When the document or its record cannot be read or is damaged, or it was not filled.
    """
    document = Document.open(path)
    records, reading = document.read()
    tagged = reading.tagged if document.kind != PLAIN else _sought(reading, records)
    if not tagged:
        raise DocumentError(f"{shown(document.path)} contains no shellcount numbers")
    now: dict[str, tuple[str | None, str]] = {}
    names: dict[str, ValueRecord] = {}
    remarks: list[str] = []
    for record in records:
        names |= record.values
        texts = _recomputed(record, document.path.parent, case, remarks, progress)
        # A record whose case cannot be read must not hide another record of the same numbers.
        now |= {name: text for name, text in texts.items() if text[0] is not None or name not in now}
    return Audit(tuple(_audited(mark, names, now) for mark in tagged), tuple(dict.fromkeys(remarks)))


def _sought(reading: Reading, records: Iterable[Record]) -> tuple[Tagged, ...]:
    """Find the numbers of plain text by their places."""
    return tuple(
        Tagged(place.id, None, f"line {place.line} when it was filled in")
        if span is None
        else Tagged(place.id, one_line(reading.text[slice(*span)]), line_at(reading.text, span[0]))
        for record in records
        for place, span in zip(record.places, find(reading.text, record.places), strict=True)
    )


def _recomputed(
    record: Record,
    folder: Path,
    case: Case | None,
    remarks: list[str],
    progress: Callable[[float], None],
) -> dict[str, tuple[str | None, str]]:
    """Recompute the text of each number of a record, or give the reason why that is not possible."""
    try:
        used = _case(record.case, folder, case)
        texts = _texts_now(record, used, progress)
    except ShellcountError as error:
        reason = one_line(str(error), 300)
        return dict.fromkeys(record.values, (None, reason))
    if used.digest != record.case.digest:
        remarks.append(f"The case {used.about.id} has changed since these numbers were filled in.")
    today = versions(record.run.engine)
    for library, version in sorted(record.run.versions.items()):
        if today.get(library) != version:
            before = f"{one_line(library, 40)} {one_line(version, 40)}"
            remarks.append(f"Computed with {before}; now {today.get(library, 'none')}.")
    return texts


def _texts_now(
    record: Record, case: Case, progress: Callable[[float], None]
) -> dict[str, tuple[str | None, str]]:
    """Refit the case and quote each number, or give the reason why it cannot be quoted."""
    texts: dict[str, tuple[str | None, str]] = {}
    quotations: dict[str, Quotation] = {}
    for name, value in record.values.items():
        try:
            quotations[name] = parse_quotation(case, value.name)
        except ShellcountError as error:
            texts[name] = None, one_line(str(error), 300)
    results = analyse_apart(
        case,
        [parts_of([quotation]) for quotation in quotations.values()],
        run=Run(
            case.about.id,
            case.digest,
            record.run.given,
            record.run.engine,
            record.run.seed,
            record.run.settings,
            record.run.versions,
        ),
        scale=record.scale,
        progress=progress,
    )
    for (name, quotation), outcome in zip(quotations.items(), results, strict=True):
        if isinstance(outcome, ShellcountError):
            texts[name] = None, one_line(str(outcome), 300)
        else:
            texts[name] = written(outcome, quotation), ""
    return {name: texts[name] for name in record.values}


def _case(record: CaseRecord, folder: Path, replacement: Case | None) -> Case:
    if replacement is None and record.path == "-":
        raise DocumentError("its case was read from standard input; name its file with --case")
    case = replacement or _load(record.path, folder)
    changes = dict(parse_change(change) for change in record.changes)
    return with_changes(case, changes) if changes else case


def _load(path: str | None, folder: Path) -> Case:
    """Load the case that a document names, relative to the folder of the document."""
    if path is None:
        return load_case()
    if is_shipped(path, folder):
        return parse_case(read_shipped(path), origin=f"{path}.toml")
    return load_case(folder / path)


def _audited(mark: Tagged, names: dict[str, ValueRecord], now: dict[str, tuple[str | None, str]]) -> Audited:
    recorded = names.get(mark.id)
    if recorded is None:
        return Audited(mark.where, "", "unknown", mark.text or "", None, "the document has no record of it")
    text, reason = now[mark.id]
    name = one_line(recorded.name, 200)
    if mark.text is None:
        remark = f"{one_line(recorded.text, 100)!r} was not found: it was deleted, or moved and reworded"
        return Audited(mark.where, name, "unknown", "", text, remark)
    if text is None:
        return Audited(mark.where, name, "unknown", mark.text, None, reason)
    if mark.text == text:
        return Audited(mark.where, name, "same", mark.text, text, "")
    edited = mark.text != one_line(recorded.text)
    remark = (
        f"it was filled in as {one_line(recorded.text, 200)}"
        if edited
        else "the recomputed number is different"
    )
    return Audited(mark.where, name, "drifted", mark.text, text, remark)
